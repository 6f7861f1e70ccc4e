"""The law of a named day beside what governs: asked by a form, read and logged, never the recommendation."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casebook.models import Event, Recommendation
from casebook.procedure.dates import today


def ask(visitor, case, on=None, lang="en", **typed):
    parts = dict(zip(("year", "month", "day"), str(on).split("-"), strict=True)) if on else typed
    visitor.get(
        f"/cases/{case.number}/law-of-day", lang=lang, **{f"day-{part}": text for part, text in parts.items()}
    )


def count(session, what, *where):
    found = session.scalar(select(func.count(what)).where(*where))
    session.commit()
    return found


def test_the_form_says_first_that_it_is_a_comparison(visitor, case, session):
    ask(visitor, case)

    assert visitor.status == 200
    assert "a comparison, not the recommendation" in visitor.text()
    assert count(session, Event.seq, Event.kind == "law_of_day.read") == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ("Under the law of that day", "As the case stands now", "What differs", "Rules of that day only"),
        ),
        ("zh", ("该日规定下的结论", "本案现在的结论", "差异", "仅该日施行的规则")),
    ],
)
def test_it_says_what_would_have_come_of_it_why_and_which_rules_differ(visitor, case, session, lang, words):
    before = count(session, Recommendation.id, Recommendation.id > 0)

    ask(visitor, case, "2017-06-01", lang)

    assert visitor.status == 200
    for one in words:
        assert one in visitor.text()
    assert visitor.page.select("main a[href^='/rules/']")
    assert count(session, Event.seq, Event.kind == "law_of_day.read") == 1
    assert count(session, Recommendation.id, Recommendation.id > 0) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"year": "2017", "month": "13", "day": "4"}, "The month must be 1 to 12"),
        ({"year": "二零", "month": "1", "day": "1"}, "in digits"),
        ({"year": "2017", "month": "", "day": ""}, "in full"),
        ({"year": "", "month": "", "day": ""}, "Write the date"),
        ({"year": "1999", "month": "1", "day": "1"}, "cannot be before"),
    ],
)
def test_a_bad_day_is_told_at_its_field_and_what_was_typed_stays(visitor, case, session, typed, said):
    ask(visitor, case, **typed)

    assert visitor.status == 422
    assert said in visitor.errors[0]
    for part, text in typed.items():
        assert visitor.page.select_one(f"[name=day-{part}]").get("value", "") == text
    assert count(session, Event.seq, Event.kind == "law_of_day.read") == 0


def test_a_day_to_come_is_refused(visitor, case):
    ask(visitor, case, (today() + timedelta(days=1)).isoformat())

    assert visitor.status == 422
    assert "in the future" in visitor.errors[0]

"""The page of an organ: settings by its chief, agreement hidden where there are too few pairs."""

import pytest

from casebook.models import Step
from casebook.office import change_settings, setting
from casebook.procedure import people, review, second_opinion
from tests.reviews import leave_intake, settle, whole_review
from tests.stages import TODAY, Cast, recommended_case


@pytest.fixture
def cast(session):
    cast = Cast(session)
    settle(session, cast)
    return cast


def test_the_chief_sets_the_rate_and_the_default_is_shown_until_then(another_browser, session, cast):
    chief = another_browser(cast.chief)
    chief.get("/office")
    assert chief.value("second_opinion_rate") == "10"
    assert "the default" in chief.text()

    chief.send("Save", second_opinion_rate="２５ %", early_warning_days="3")

    assert (chief.status, chief.value("second_opinion_rate")) == (200, "25")
    assert setting(session, cast.county.id, "early_warning_days") == 3
    assert setting(session, cast.city.id, "second_opinion_rate") == 10
    session.commit()


@pytest.mark.parametrize("typed", ["", "ten", "101", "-1", "9" * 40, "1.5"])
def test_a_rate_that_is_no_rate_stays_in_its_box(another_browser, session, cast, typed):
    chief = another_browser(cast.chief)
    chief.get("/office")

    chief.send("Save", second_opinion_rate=typed)

    assert (chief.status, chief.errors) == (422, ["Enter a whole number from 0 to 100."])
    assert chief.value("second_opinion_rate") == typed
    assert setting(session, cast.county.id, "second_opinion_rate") == 10
    session.commit()


def test_the_auditor_reads_every_organ_and_changes_none(another_browser, session, cast):
    change_settings(session, cast.chief, second_opinion_rate=33)
    code = cast.county.code
    settle(session, cast)
    auditor = another_browser(cast.auditor)

    auditor.get("/office", organ=code)

    assert "33 %" in auditor.text()
    assert not auditor.page.select("main form[method=post]")
    auditor.post("/office", {"second_opinion_rate": "0"})
    assert auditor.status == 403


def test_a_chief_does_not_read_the_page_of_another_organ(another_browser, session, cast):
    change_settings(session, cast.superior, second_opinion_rate=77)
    code = cast.city.code
    settle(session, cast)
    chief = another_browser(cast.chief)

    chief.get("/office", organ=code)

    assert chief.value("second_opinion_rate") == "10"
    assert "77" not in chief.text()


def test_agreement_is_hidden_below_five_pairs_and_names_nobody(another_browser, session, cast):
    change_settings(session, cast.chief, second_opinion_rate=100)
    chief = another_browser(cast.chief)
    for number in range(5):
        if number == 4:
            settle(session, cast)
            chief.get("/office")
            assert chief.text().count("Too few pairs") == 10
        case = recommended_case(session, cast)
        leave_intake(session, cast, case)
        review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
        people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
        given = {"disposition": "correct", "reason": "同意处理建议"}
        answers = whole_review(session, case, cast.reviewer, T3="mixed" if number % 2 else "tolerable")
        review.pass_review(session, case, cast.reviewer, answers, **given, on=TODAY)
        second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
        people.declare(session, case, cast.reviewer2, Step.ASSIGNMENT, [])
        answers = whole_review(
            session, case, cast.reviewer2, second=True, T3="mixed" if number else "tolerable"
        )
        second_opinion.submit_second(session, case, cast.reviewer2, answers, **given)
    settle(session, cast)

    chief.get("/office")

    assert "Too few pairs" not in chief.text()
    row = next(row for row in chief.page.select("tbody tr") if "Third distinction" in row.get_text())
    cells = [cell.get_text(strip=True) for cell in row.select("td")]
    assert cells[:3] == ["5", "60 %", "0.29"]
    for user in (cast.reviewer, cast.reviewer2):
        assert user.name not in chief.page.select_one("main").get_text()

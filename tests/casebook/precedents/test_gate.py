"""The gate of consistency: binding precedents that a decision contradicts are answered, always allowed, always kept."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from casebook import audit
from casebook.departures import ledger
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Decision, Event, PrecedentDeparture, Tier
from casebook.precedents.gate import Answer, contradicted
from casebook.procedure.dates import today
from casebook.procedure.signature import decision_digest, is_intact
from casebook.recommend import read_facts
from tests import panels
from tests.consulted import GRAVE, KNOWN, whole
from tests.panels import CADRE, told
from tests.precedents import a_precedent
from tests.stages import Cast

FACTS = whole(KNOWN) | CADRE
GRAVER = whole(GRAVE) | CADRE


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A case before the panel that voted to tolerate; others beside it."""
    case = told(session, cast, "tolerate", ["0a"], **FACTS)
    a_precedent(session, outcome="correct", facts=FACTS)  # of an organ elsewhere
    return case


def of_county(session, cast, **fields):
    return a_precedent(session, cast.reviewer, **{"outcome": "correct", "facts": FACTS, **fields})


def found(session, case, outcome="tolerate"):
    return contradicted(session, case, outcome, read_facts(session, case), today())


def codes(items):
    return [one.precedent.code for one in items]


def draft(session, cast, case, reasons=None, **fields):
    return panels.draft(session, cast, case, precedent_reasons=reasons or {}, **fields)


def test_an_outcome_milder_than_a_binding_precedent_contradicts_it_from_below(session, cast, case):
    binding = of_county(session, cast)

    (one,) = found(session, case)

    assert (one.precedent, one.tier, one.lower) == (binding, Tier.OWN, True)
    assert {row.verdict for row in one.proof} == {"holds"}
    assert found(session, case, "correct") == []


def test_an_outcome_graver_than_a_binding_precedent_contradicts_it_from_above(session, cast, case):
    binding = of_county(
        session, cast, outcome="tolerate", facts=GRAVER
    )  # graver in every respect, and tolerated

    (one,) = found(session, case, "hold_accountable")

    assert (one.precedent, one.lower) == (binding, False)
    assert "不重于“予以容错”" in one.requires.zh


def test_what_is_not_relied_on_asks_for_nothing(session, cast, case):
    of_county(session, cast, current=False)
    of_county(session, cast, life="proposed")
    of_county(session, cast, life="withdrawn", current=False)
    of_county(session, cast, tier="elsewhere")
    of_county(session, cast, outcome="hold_accountable", facts=GRAVER)  # graver in its facts than this case

    assert found(session, case) == []


def test_a_finding_that_nothing_is_established_contradicts_no_precedent(session, cast, case):
    of_county(session, cast)

    assert found(session, case, "not_established") == []


def test_a_precedent_made_from_this_very_case_does_not_bind_it(session, cast, case):
    of_county(session, cast, case=case)

    assert found(session, case) == []


def test_a_lower_tier_overruled_by_a_higher_one_asks_for_nothing(session, cast, case):
    of_county(session, cast, outcome="tolerate", facts=GRAVER)
    guiding = of_county(session, cast, tier="guiding")

    assert found(session, case, "correct") == []
    assert codes(found(session, case, "tolerate")) == [guiding.code]


def test_those_contradicted_stand_by_tier_and_then_the_newest_first(session, cast, case):
    old = of_county(session, cast, decided_on=date(2024, 4, 1))
    new = of_county(session, cast)
    undated = of_county(session, cast, decided_on=None)
    superior = a_precedent(session, cast.superior_reviewer, outcome="correct", facts=FACTS)

    assert codes(found(session, case)) == [superior.code, new.code, old.code, undated.code]


@pytest.fixture
def voted(session, cast, case):
    """The panel has voted to tolerate."""
    panels.conclude(session, cast, case, "tolerate")
    return case


def answer(precedent, **fields):
    return {precedent.code: Answer(**{"code": "distinguished", "words": "本案当事人主动停工。", **fields})}


def test_a_draft_without_a_reason_is_refused_naming_the_precedent_and_that_departing_is_allowed(
    session, cast, voted
):
    binding = of_county(session, cast)
    before = session.scalar(select(func.count()).select_from(Decision))

    with pytest.raises(BadFields) as refused:
        draft(session, cast, voted)

    problem = refused.value.errors[f"precedent:{binding.code}"]
    assert problem.zh.startswith(
        f"先例“{binding.code}”（本级，已有先例，偏离应当说明理由）要求处理不轻于“予以纠正”"
    )
    assert "可以偏离" in problem.zh
    assert "Departing is allowed" in problem.en
    assert session.scalar(select(func.count()).select_from(Decision)) == before


def test_a_departure_is_kept_with_the_draft_sealed_signed_and_counted(session, home, cast, voted):
    binding = of_county(session, cast)

    decision = draft(session, cast, voted, answer(binding, factors=["mental_state"], newer="not read"))
    panels.sign(session, voted, cast.chief, decision)

    (row,) = decision.precedent_departures
    kept = row.precedent, row.code, row.factors, row.newer, row.by
    assert kept == (binding, "distinguished", ["mental_state"], "", cast.chief)
    drafted = session.scalars(select(Event).where(Event.kind == "decision.drafted")).one()
    assert ["precedent_departures", row.id] in [seal[:2] for seal in drafted.detail["rows"]]
    assert is_intact(decision)
    session.commit()
    assert audit.verify(session, home).ok
    (counted,) = ledger(session, cast.chief).precedents
    assert (counted.precedent, counted.code, counted.count) == (binding, "distinguished", 1)


def test_the_signature_covers_the_reason(session, cast, voted):
    binding = of_county(session, cast)
    decision = draft(session, cast, voted, answer(binding))
    panels.sign(session, voted, cast.chief, decision)

    with session.no_autoflush:
        decision.precedent_departures[0].reason = "别的理由"
        changed = decision_digest(decision)
    session.rollback()

    assert changed != decision.signature


def test_a_departure_is_never_changed_afterwards(session, cast, voted):
    binding = of_county(session, cast)
    draft(session, cast, voted, answer(binding))
    session.commit()

    with pytest.raises(DBAPIError):
        session.execute(update(PrecedentDeparture).values(reason="别的理由"))
    session.rollback()


def test_a_draft_that_is_replaced_keeps_its_reasons_as_history(session, cast, voted):
    binding = of_county(session, cast)
    first = draft(session, cast, voted, answer(binding, words="第一次的理由"))
    second = draft(session, cast, voted, answer(binding, words="第二次的理由"))

    assert first.ended_how == "replaced"
    assert [row.reason for row in (*first.precedent_departures, *second.precedent_departures)] == [
        "第一次的理由", "第二次的理由",
    ]  # fmt: skip
    assert ledger(session, cast.chief).precedents == []


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"code": "because"}, "precedent"), ({"words": " "}, "precedent-words"), ({"words": "甲\0"}, "precedent-words"),
        ({"words": "举报人所述不实"}, "precedent-words"), ({"words": "长" * 4001}, "precedent-words"),
        ({"factors": ["no_such_factor"]}, "precedent-factors"), ({"code": "superseded"}, "precedent-newer"),
        ({"code": "superseded", "newer": "甲\n乙"}, "precedent-newer"),
        ({"code": "superseded", "newer": "《政务处分法》第九百条"}, "precedent-newer"),
        ({"code": "superseded", "newer": "新的规定"}, "precedent-newer"),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_say_why_is_refused_at_its_part(session, cast, voted, given, part):
    binding = of_county(session, cast)

    with pytest.raises(BadFields) as refused:
        draft(session, cast, voted, answer(binding, **given))

    assert list(refused.value.errors) == [f"{part}:{binding.code}"]


def test_what_supersedes_is_another_precedent_that_is_relied_on_or_an_article_of_the_rules(
    session, cast, voted
):
    binding = of_county(session, cast)
    newer = of_county(session, cast, outcome="tolerate")
    stale = of_county(session, cast, life="withdrawn", current=False)
    older = of_county(session, cast, outcome="tolerate", decided_on=date(2024, 12, 31))

    for code in (binding.code, stale.code, older.code):
        with pytest.raises(BadFields):
            draft(session, cast, voted, answer(binding, code="superseded", newer=code))
    draft(session, cast, voted, answer(binding, code="superseded", newer=newer.code))
    cited = "《公职人员政务处分法》第十二条"
    last = draft(session, cast, voted, answer(binding, code="superseded", newer=cited))

    assert last.precedent_departures[0].newer == cited


def test_what_was_not_published_looks_like_nothing_to_whoever_names_it(session, cast, voted):
    binding, waiting = of_county(session, cast), of_county(session, cast, life="proposed")
    said = []

    for code in (waiting.code, "no-such-precedent"):
        with pytest.raises(BadFields) as refused:
            draft(session, cast, voted, answer(binding, code="superseded", newer=code))
        said.append(refused.value.errors)

    assert said[0] == said[1]


def test_a_reason_for_a_precedent_that_does_not_bind_is_refused(session, cast, voted):
    graver = of_county(session, cast, outcome="hold_accountable", facts=GRAVER)

    for code in (graver.code, "no-such-precedent"):
        with pytest.raises(BadFields) as refused:
            draft(session, cast, voted, {code: Answer("distinguished", (), "不同")})
        assert list(refused.value.errors) == [f"precedent:{code}"]


def test_a_precedent_that_came_to_bind_after_the_draft_is_answered_before_the_signature(session, cast, voted):
    decision = draft(session, cast, voted)
    late = of_county(session, cast)

    with pytest.raises(NotReady) as refused:
        panels.sign(session, voted, cast.chief, decision)
    again = draft(session, cast, voted, answer(late))
    panels.sign(session, voted, cast.chief, again)

    assert late.code in refused.value.message("zh")
    assert again.signed_at is not None


def test_many_that_came_to_bind_are_named_up_to_five(session, cast, voted):
    decision = draft(session, cast, voted)
    for _ in range(7):
        of_county(session, cast)

    with pytest.raises(NotReady) as refused:
        panels.sign(session, voted, cast.chief, decision)

    assert len(refused.value.missing) == 6
    assert "另有2件" in refused.value.missing[-1].zh


def test_departures_in_cases_one_may_not_list_are_not_counted(session, cast, voted):
    binding = of_county(session, cast)
    panels.sign(session, voted, cast.chief, draft(session, cast, voted, answer(binding)))

    assert ledger(session, cast.stranger).precedents == []
    with pytest.raises(NotAllowed):
        ledger(session, cast.administrator)


def test_nothing_is_signed_over_a_precedent_that_waits_to_be_decided_again(session, cast, voted):
    drafted = draft(session, cast, voted)
    a_precedent(session, cast.reviewer, outcome="tolerate", facts=FACTS, current=False)  # noise: of this outcome
    waiting = of_county(session, cast, current=False)

    with pytest.raises(NotReady) as refused:
        panels.sign(session, voted, cast.chief, drafted)

    assert [waiting.code in one.zh for one in refused.value.missing] == [True]
    assert "复核" in refused.value.missing[0].zh

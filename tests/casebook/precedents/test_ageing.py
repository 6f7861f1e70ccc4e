"""Precedents age with the law: decided again by the rules of the day, flipped, brought back, or looked at by a person."""

import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from casebook import audit, events
from casebook.errors import Problem
from casebook.models import Event, Life, PrecedentChange, PrecedentFact, PrecedentReplay
from casebook.precedents import again, ageing, library
from casebook.precedents.again import decide_again
from casebook.precedents.bases import base_for
from casebook.procedure.decide import standing_decision
from fixtures.load import published_cases
from rules.engine import EngineError
from rules.factors import measured
from rules.library import PACKS, load_library
from rules.library import library as shipped
from rules.vocabulary import vocabulary
from tests.consulted import GRAVE, whole
from tests.factories import make_user
from tests.precedents import TOLERATED, a_precedent
from tests.stages import Cast, bring

# Who watched the water too little and then obstructed the evidence, as a manager of an institution outside the Party:
# the Law on Administrative Discipline made that grave from 1 July 2020; nothing did before (decision 12), and the rules
# come to a correction.
WATER = {
    fact: value
    for fact, value in next(case for case in published_cases() if case["id"] == "CN-066")["facts"].items()
    if value is not None
} | {
    "subject_category": "institution_manager",
    "subject_is_party_member": False,
    "leadership_responsibility": "supervision",
    "obstruct_evidence": True,
}
# The rule by which it is.
OBSTRUCTION = """
    effective: {from: 2020-07-01, to: null}
    when:
      any:
        - {fact: obstruct_evidence, is: true}"""
# Whom the rule of the civil servants reached before, and what a mended reading of it would say.
REACHED = """
        - {finding: sanctions.administrative, is: true}
        - any:
            - {fact: obstruct_evidence, is: true}"""
MENDED = REACHED.replace(
    "{finding: sanctions.administrative, is: true}",
    "{fact: subject_category, in: [civil_servant, institution_manager]}",
)
BEFORE, AFTER = date(2020, 6, 15), date(2020, 7, 2)


@pytest.fixture
def reviewer(session):
    return make_user(session, "reviewer")


@pytest.fixture
def water(session, reviewer):
    """A precedent that the rules of its day carried, and another one beside it."""
    a_precedent(session, reviewer, decided_on=date(2020, 6, 2), conduct="2019-01", current=False)
    return a_precedent(
        session, reviewer, outcome="correct", facts=WATER, conduct="2019-03", decided_on=date(2020, 6, 1),
        current=False,
    )  # fmt: skip


@pytest.fixture
def changed_packs(tmp_path):
    """A copy of the packs with some text changed, as a later version of the product would have it."""

    def make(**changes: tuple[str, str]):
        folder = tmp_path / f"packs{len(list(tmp_path.iterdir()))}"
        shutil.copytree(PACKS, folder)
        for name, (old, new) in changes.items():
            text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
            assert old in text
            (folder / f"{name}.yaml").write_text(text.replace(old, new), encoding="utf-8")
        return load_library(folder, vocabulary())

    return make


def lives(precedent):
    return [change.life for change in precedent.history]


def test_a_precedent_whose_outcome_the_rules_still_give_lives(session, water):
    row = ageing.replay(session, water, BEFORE)

    assert (row.result, row.disposition, water.life) == ("same", "correct", Life.ALIVE)
    assert lives(water) == [Life.PROPOSED, Life.ALIVE]
    assert ageing.is_current(session, water, BEFORE)
    assert audit.verify(session).ok


def test_a_law_that_gives_another_outcome_flips_it_and_is_named(session, water):
    ageing.replay(session, water, BEFORE)
    row = ageing.replay(session, water, AFTER)

    assert (row.result, row.disposition, water.life) == ("other", "hold_accountable", Life.FLIPPED)
    assert "correct" not in row.reachable
    change = water.history[-1]
    assert (change.on, change.by) == (AFTER, None)
    assert (
        "《中华人民共和国公职人员政务处分法》第十三条、第三十二条第三项、第六十二条（自2020-07-01）"
        in change.law
    )
    assert change.why.startswith("同样的事实，作出决定时的规定得出“予以纠正”，现行规定得出“追究责任” / ")
    assert audit.verify(session).ok


def test_what_is_flipped_no_longer_binds_and_is_kept(session, water, reviewer):
    ageing.replay_all(session, None, BEFORE)
    codes = {one.id for one in base_for(session, reviewer.organisation, "disposition", BEFORE).precedents}
    assert water.code in codes

    stale = {one.id for one in base_for(session, reviewer.organisation, "disposition", AFTER).precedents}
    assert stale == set()  # a law has come since: nothing is relied on until it was decided again

    ageing.replay_all(session, None, AFTER)
    after = {one.id for one in base_for(session, reviewer.organisation, "disposition", AFTER).precedents}
    assert after == codes - {water.code}
    assert library.get(session, reviewer, water.code).facts
    assert session.scalar(select(func.count()).select_from(PrecedentReplay)) == 4


def test_a_flipped_precedent_comes_back_under_a_later_law(session, water, changed_packs):
    ageing.replay(session, water, AFTER)
    later = changed_packs(burdens=(OBSTRUCTION, OBSTRUCTION.replace("to: null", "to: 2026-12-31")))
    assert ageing.rules_digest(later) != ageing.rules_digest()

    row = ageing.replay(session, water, date(2027, 1, 1), later)

    assert (row.result, water.life) == ("same", Life.ALIVE)
    assert lives(water)[-2:] == [Life.FLIPPED, Life.ALIVE]
    assert ageing.is_current(session, water, date(2027, 1, 1), later)
    assert not ageing.is_current(session, water, date(2026, 12, 31), later)


def test_the_outcome_stands_while_unknown_facts_may_still_lead_to_it(session, reviewer):
    precedent = a_precedent(session, reviewer, outcome="hold_accountable", facts=TOLERATED, current=False)
    row = ageing.replay(session, precedent, date(2026, 11, 22))

    assert (row.result, precedent.life) == ("same", Life.ALIVE)


def test_a_decision_that_departed_from_the_rules_from_the_start_lives_and_is_marked(session, reviewer):
    facts = {**WATER, "circumstances_grade": "relatively_serious"}
    precedent = a_precedent(
        session, reviewer, outcome="tolerate", facts=facts, conduct="2021-03", decided_on=date(2021, 6, 1), current=False
    )  # fmt: skip
    row = ageing.replay(session, precedent, date(2026, 11, 22))

    assert (row.result, row.disposition, precedent.life) == ("departed", "hold_accountable", Life.ALIVE)
    assert "tolerate" not in row.reachable
    assert "自始偏离" in row.why
    assert ageing.is_current(session, precedent, date(2026, 11, 22))
    assert lives(precedent) == [Life.PROPOSED, Life.ALIVE]


def test_where_the_rules_of_its_own_day_were_mended_a_person_looks(session, water, changed_packs):
    ageing.replay(session, water, BEFORE)
    mended = changed_packs(burdens=(REACHED, MENDED))
    row = ageing.replay(session, water, BEFORE, mended)

    assert (row.result, water.life) == ("departed", Life.REVIEW)
    row = ageing.replay(session, water, BEFORE)
    assert (row.result, water.life) == ("same", Life.ALIVE)  # and back with the rules as they were


def add_fact(session, precedent, fact_id, value):
    """A fact as an earlier vocabulary knew it."""
    fact = PrecedentFact(precedent_id=precedent.id, fact_id=fact_id, value=value, state="known")
    session.add(fact)
    events.record(session, "precedent.changed", None, rows=[fact], precedent=precedent.id)
    session.expire(precedent, ["facts"])


@pytest.mark.parametrize(
    ("fact_id", "value", "said"),
    [
        ("forgotten_fact", True, "forgotten_fact"),
        ("accident_grade", "immense", "事故等级"),
        ("serious_injuries", -1, "重伤"),
    ],
)
def test_what_the_vocabulary_no_longer_knows_cannot_be_decided_again(session, water, fact_id, value, said):
    add_fact(session, water, fact_id, value)
    row = ageing.replay(session, water, BEFORE)

    assert (row.result, row.disposition, water.life) == ("cannot_run", "", Life.REVIEW)
    assert said in row.why
    assert said in water.history[-1].why


def test_readers_that_differ_put_it_under_review_and_their_agreement_brings_it_back(
    session, water, monkeypatch
):
    def differ(*_, **__):
        raise EngineError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(again, "assess", differ)
        assert ageing.replay(session, water, BEFORE - timedelta(days=1)).result == "cannot_run"
    assert water.life == Life.REVIEW

    assert ageing.replay(session, water, BEFORE).result == "same"
    assert water.life == Life.ALIVE


def test_without_any_rule_nothing_is_decided(session, water, tmp_path):
    none = load_library(tmp_path, vocabulary())

    assert ageing.replay(session, water, BEFORE, none).result == "cannot_run"
    assert water.life == Life.REVIEW


def test_without_any_day_a_change_of_law_cannot_be_told_from_a_departure(session, reviewer):
    precedent = a_precedent(
        session, reviewer, outcome="correct", facts=WATER, conduct=None, decided_on=None, current=False
    )
    row = ageing.replay(session, precedent, AFTER)

    assert (row.result, precedent.life) == ("cannot_run", Life.REVIEW)
    assert "无法区分" in row.why


def test_what_a_person_put_under_review_no_replay_brings_back(session, water, reviewer):
    library.change_life(session, water, Life.REVIEW, reviewer, on=BEFORE, why="被害方提出新材料")

    assert ageing.replay(session, water, BEFORE).result == "same"
    assert water.life == Life.REVIEW


@pytest.mark.parametrize("life", [Life.WITHDRAWN, Life.REVERSED, Life.SUPERSEDED])
def test_what_left_the_library_is_not_brought_back(session, reviewer, life):
    precedent = a_precedent(session, reviewer, life=life, current=False)

    assert ageing.due(session, BEFORE) == []
    ageing.replay(session, precedent, BEFORE)
    assert precedent.life == life


def test_the_same_day_under_the_same_rules_is_replayed_once(session, water):
    first = ageing.replay(session, water, BEFORE)

    assert ageing.replay(session, water, BEFORE) is first
    assert session.scalar(select(func.count()).select_from(PrecedentReplay)) == 1


def test_it_is_current_until_a_rule_begins_or_ends_or_the_rules_change(session, water, changed_packs):
    ageing.replay(session, water, AFTER)
    begins = next(day for day in shipped().commencements() if day > AFTER)

    assert ageing.is_current(session, water, date(2020, 12, 24))
    assert not ageing.is_current(session, water, date(2020, 12, 25))  # a rule of decisions begins
    assert not ageing.is_current(session, water, begins)
    assert not ageing.is_current(session, water, BEFORE)
    other = changed_packs(method=("checked: 2026-11-21", "checked: 2026-11-22"))
    assert not ageing.is_current(session, water, AFTER, other)
    assert [one.why for one in ageing.due(session, AFTER, other)] == [ageing.NEVER, ageing.RULES_CHANGED]
    assert [one.why for one in ageing.due(session, begins)] == [ageing.NEVER, ageing.LAW_CHANGED]


def test_all_are_replayed_in_one_go_and_then_nothing_is_due(session, water):
    seen, kept = [], []
    ageing.replay_all(session, None, BEFORE)
    report = ageing.replay_all(
        session, None, AFTER, progress=lambda done, total: seen.append((done, total)), keep=lambda: kept.append(1)
    )  # fmt: skip

    assert (report.replayed, report.changed) == (2, [(water.code, Life.ALIVE, Life.FLIPPED)])
    assert report.results["other"] == 1
    assert (seen, kept) == ([(1, 2), (2, 2)], [1])
    assert ageing.due(session, AFTER) == []
    assert ageing.replay_all(session, None, AFTER).replayed == 0
    assert audit.verify(session).ok


def test_a_replay_that_breaks_leaves_nothing_of_itself(session, water, monkeypatch):
    count = select(func.count()).select_from(PrecedentReplay)
    number = session.scalar(select(func.count()).select_from(Event))

    def broken(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(library, "change_life", broken)
    with pytest.raises(RuntimeError):
        ageing.replay_all(session, None, AFTER, ids=[water.id])

    assert session.scalar(count) == 0
    assert session.scalar(select(func.count()).select_from(Event)) == number
    assert audit.verify(session).ok


def test_every_replay_is_sealed(session, water):
    row = ageing.replay(session, water, AFTER)
    rows = {
        tuple(sealed[:2])
        for event in session.scalars(select(Event))
        for sealed in event.detail.get("rows", ())
    }
    change = session.scalars(select(PrecedentChange).order_by(PrecedentChange.id.desc())).first()

    assert {("precedent_replays", row.id), ("precedent_changes", change.id)} <= rows


def test_a_decision_that_falls_takes_its_precedents_with_it_and_no_other(session, water):
    cast = Cast(session)
    case = bring(session, cast, "in_force")
    decision = standing_decision(session, case)
    own = a_precedent(session, cast.chief, case=case, decision=decision)
    waiting = a_precedent(session, cast.chief, case=case, decision=decision, life="proposed")
    gone = a_precedent(session, cast.chief, case=case, decision=decision, life="withdrawn")

    fallen = ageing.withdraw_resting_on(session, decision, cast.chief, AFTER)

    assert fallen == [own, waiting]
    assert [own.life, waiting.life, gone.life, water.life] == [
        Life.REVERSED, Life.REVERSED, Life.WITHDRAWN, Life.ALIVE,
    ]  # fmt: skip
    assert ageing.withdraw_resting_on(session, decision, cast.chief, AFTER) == []
    assert audit.verify(session).ok


def test_the_law_is_cut_between_provisions_only():
    cites = [f"《某项规定之{number}》第{number}条" + "（自2020-01-01）" * 2 for number in range(20)]
    law = again._joined(cites)

    assert len(law) <= 300
    assert set(law.split("；")) <= set(cites)


def test_deciding_again_is_the_same_every_time():
    one = decide_again(WATER, "correct", "2019-03", date(2020, 6, 1), AFTER, shipped())
    two = decide_again(WATER, "correct", "2019-03", date(2020, 6, 1), AFTER, shipped())

    assert one == two
    assert isinstance(one.why, Problem)


def test_a_threshold_that_comes_into_force_changes_what_binds(session, reviewer):
    """Deaths are compared from the day on which the work-safety regulation grades them (WSA2007 art. 3)."""
    first = date(2007, 6, 1)
    facts = whole(GRAVE)
    precedent = a_precedent(
        session, reviewer, outcome="hold_accountable", facts=facts, conduct="2005-01", decided_on=date(2005, 6, 1),
        current=False,
    )  # fmt: skip
    found = {}
    for day in (first - timedelta(days=1), first):
        ageing.replay(session, precedent, day)
        base = base_for(session, reviewer.organisation, "disposition", day)
        assert [one.id for one in base.precedents] == [precedent.code]
        found[day] = base.precedents[0].facts.get("deaths"), base.assess(measured(facts, day)).bounds.status

    assert list(found.values()) == [(None, "open"), (0, "bound")]

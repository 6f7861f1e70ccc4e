"""How long measures have effect, what they bar on a day, that it ends by itself, and that the person is told once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from casebook.audit import verify
from casebook.clearance.periods import bars_of, clock, give_notice, notice_is_due
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Case, ImposedMeasure, PeriodNotice, Stage
from casebook.procedure.due import due_steps
from casebook.procedure.service import release_due
from casebook.procedure.waiting import waiting_for
from tests.appealed import DECIDED_ON, decided
from tests.panels import CADRE
from tests.stages import Cast, recommended_case

END = date(2027, 8, 31)  # twelve months of a demerit
NOTICE = {"recipient": "周某", "how": "当面告知"}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    decided(session, cast, ("G3", "P1"), **CADRE)
    return decided(session, cast, ("G2",), stage=Stage.CLOSED, **CADRE)


def tell(session, case, by, on=END + timedelta(days=1), **fields):
    return give_notice(session, case, by, **{**NOTICE, "given_on": on, **fields}, on=on)


def test_what_a_measure_bars_ends_the_day_after_its_last_day_without_anybody_doing_anything(session, case):
    kinds = {bar.kind.code for bar in bars_of(session, case, END)}

    assert kinds == {"promotion", "pay", "candidate"}
    assert bars_of(session, case, END + timedelta(days=1)) == ()
    assert session.scalars(select(ImposedMeasure.released_on)).all() == [None] * 3


def test_nothing_is_barred_before_the_decision_takes_effect(session, case):
    assert bars_of(session, case, DECIDED_ON - timedelta(days=1)) == ()


def test_several_measures_end_each_on_its_own_day_and_the_longest_counts(session, cast):
    case = decided(session, cast, ("P2", "G2", "7c"), **CADRE)

    found = clock(session, case, date(2027, 10, 1))

    ends = {line.measure.code: (line.ends_on, line.state) for line in found.lines}
    assert ends == {
        "P2": (date(2028, 2, 29), "runs"), "G2": (END, "over"), "7c": (date(2028, 8, 31), "runs"),
    }  # fmt: skip
    assert found.ends_on == date(2028, 8, 31)
    kinds = {bar.kind.code for bar in bars_of(session, case, date(2027, 10, 1))}
    assert kinds == {"higher_post", "promotion", "candidate"}  # no better use: that came after the conduct


def test_a_removal_for_accountability_bars_every_leading_post_for_a_year_and_higher_ones_for_two(
    session, cast
):
    case = decided(session, cast, ("7c",), **CADRE)

    def kinds(on):
        return {bar.kind.code for bar in bars_of(session, case, on)}

    assert kinds(date(2027, 8, 31)) == {"leadership", "higher_post", "candidate"}
    assert kinds(date(2027, 9, 1)) == {"higher_post", "candidate"}
    assert kinds(date(2028, 9, 1)) == set()


def test_a_measure_whose_period_no_text_states_is_neither_running_nor_over(session, cast):
    case = decided(session, cast, ("3",), disposition="correct", **CADRE)

    found = clock(session, case, date(2030, 1, 1))

    assert [line.state for line in found.lines] == ["unstated"]
    assert (found.ends_on, found.expired, found.running) == (None, None, False)


def test_dismissal_has_no_end_and_no_notice_of_one(session, cast):
    case = decided(session, cast, ("G6",), **CADRE)

    found = clock(session, case, date(2060, 1, 1))

    assert (found.ends_on, found.expired, found.lasting) == (None, False, True)
    assert [bar.kind.code for bar in bars_of(session, case, date(2060, 1, 1))] == ["office"]
    assert not notice_is_due(session, case, date(2060, 1, 1))
    with pytest.raises(NotReady):
        tell(session, case, cast.officer, date(2060, 1, 1))


def test_a_provision_of_another_region_is_not_told_and_bars_nothing(session, cast):
    case = decided(session, cast, ("3",), disposition="correct", **CADRE)
    case.region = "420581"

    assert clock(session, case, date(2026, 10, 1)).bars == ()
    case.region = "360102"
    assert "award" in {bar.kind.code for bar in bars_of(session, case, date(2026, 10, 1))}


def test_a_case_without_a_decision_bars_nothing(session, cast):
    case = recommended_case(session, cast)

    assert clock(session, case, END) is None
    assert bars_of(session, case, END) == ()
    assert not notice_is_due(session, case, date(2060, 1, 1))


def test_the_end_of_a_period_waits_for_the_officer_until_the_person_is_told(session, cast, case, monkeypatch):
    for module in ("casebook.procedure.due", "casebook.procedure.waiting"):
        monkeypatch.setattr(f"{module}.today", lambda: END)
    assert "period_notice" not in [step.code for step in due_steps(session, cast.officer, case)]
    for module in ("casebook.procedure.due", "casebook.procedure.waiting"):
        monkeypatch.setattr(f"{module}.today", lambda: END + timedelta(days=1))

    assert "period_notice" in [step.code for step in due_steps(session, cast.officer, case)]
    assert case in session.scalars(select(Case).where(waiting_for(cast.officer))).all()
    tell(session, case, cast.officer)

    assert "period_notice" not in [step.code for step in due_steps(session, cast.officer, case)]
    assert case not in session.scalars(select(Case).where(waiting_for(cast.officer))).all()
    session.commit()
    assert verify(session).ok


def test_releasing_the_measures_by_hand_changes_nothing_of_what_is_barred_or_due(session, case):
    on = END + timedelta(days=1)
    before = clock(session, case, on)
    release_due(session, on)

    assert clock(session, case, on) == before
    assert notice_is_due(session, case, on)


def test_nobody_is_told_on_the_last_day_nor_twice(session, cast, case):
    with pytest.raises(NotReady, match="2027"):
        tell(session, case, cast.officer, END)
    tell(session, case, cast.officer)
    with pytest.raises(NotReady):
        tell(session, case, cast.officer)
    assert len(session.scalars(select(PeriodNotice)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"recipient": " "}, "recipient"),
        ({"how": ""}, "how"),
        ({"how": "当\n面"}, "how"),
        ({"given_on": END - timedelta(days=1)}, "given_on"),
        ({"given_on": END + timedelta(days=9)}, "given_on"),
        ({"given_on": None}, "given_on"),
    ],
)
def test_a_telling_that_cannot_be_so_is_refused_and_names_its_field(session, cast, case, fields, name):
    on = END + timedelta(days=1)
    with pytest.raises(BadFields) as bad:
        give_notice(session, case, cast.officer, **{**NOTICE, "given_on": on, **fields}, on=on)
    assert list(bad.value.errors) == [name]
    assert session.scalars(select(PeriodNotice)).all() == []


@pytest.mark.parametrize(
    "who", ["reviewer", "chief", "superior", "member", "auditor", "administrator", "stranger", "receiver"]
)
def test_only_the_officer_of_the_organ_enters_that_the_person_was_told(session, cast, case, who):
    with pytest.raises(NotAllowed):
        tell(session, case, getattr(cast, who))


def test_a_notice_changed_behind_the_log_is_found(session, cast, case):
    row = tell(session, case, cast.officer)
    session.commit()
    assert verify(session).ok

    session.execute(
        update(PeriodNotice).where(PeriodNotice.id == row.id).values(given_on=END + timedelta(days=30))
    )
    session.commit()

    assert not verify(session).ok

"""Patterns of error: counted in cases, small numbers hidden, no person and no unit in them."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook.errors import NotAllowed
from casebook.models import Event, Stage
from casebook.procedure import correct
from casebook.procedure.patterns import patterns
from rules.corrections import table
from tests.casebook.procedure.test_correct import assign_reviewer, fail, order, report, verify
from tests.factories import save
from tests.stages import Cast, recommended_case, skip_to

TODAY = date(2026, 11, 21)


@pytest.fixture
def cast(session):
    return Cast(session)


def in_force(session, cast, **facts):
    case = recommended_case(session, cast)
    save(session, case, **{"conduct_sector": "rural", "subject_category": "civil_servant", **facts})
    skip_to(session, case, Stage.IN_FORCE)
    assign_reviewer(session, cast, case)
    return case


def of(found, code):
    return next((row for row in found if row.code == code), None)


def test_an_error_is_counted_in_cases_not_in_corrections(session, cast):
    for _ in range(3):
        case = in_force(session, cast)
        order(session, case, cast.officer)
        order(session, case, cast.officer)

    assert of(patterns(session, cast.officer).errors, "approval_missing").cases.number == 3


@pytest.mark.parametrize("cases", [1, 2])
def test_fewer_than_three_cases_are_a_few(session, cast, cases):
    for _ in range(cases):
        order(session, in_force(session, cast), cast.officer)

    row = of(patterns(session, cast.officer).errors, "approval_missing")
    assert (row.cases.number, row.cases.few) == (None, True)
    assert row.days is None


def test_how_long_it_takes_is_told_from_three_verified_cases_on(session, home, cast):
    for days in (10, 20, 90):
        case = in_force(session, cast)
        correction = order(session, case, cast.officer)
        on = TODAY + timedelta(days=days)
        report(session, home, case, cast.officer, correction, done_on=on, today=on)
        verify(session, case, cast.reviewer, correction, verified_on=on, today=on)

    assert of(patterns(session, cast.officer).errors, "approval_missing").days == 20


def test_failures_are_counted_and_few_of_them_hidden(session, home, cast):
    cases = [in_force(session, cast) for _ in range(3)]
    corrections = [order(session, case, cast.officer) for case in cases]
    fail(session, home, cases[0], cast, corrections[0])
    row = of(patterns(session, cast.officer).errors, "approval_missing")
    assert (row.cases.number, row.failed.few, row.unsettled.few) == (3, True, True)
    for case, correction in zip(cases[1:], corrections[1:], strict=True):
        fail(session, home, case, cast, correction)

    row = of(patterns(session, cast.officer).errors, "approval_missing")
    assert (row.failed.number, row.unsettled.number, row.unsettled.few) == (3, 0, False)


def test_kinds_stand_in_the_order_of_the_table_not_by_size(session, cast):
    for _ in range(4):
        order(session, in_force(session, cast), cast.officer, error_code="other", measure_code="rectify")
    order(session, in_force(session, cast), cast.officer, error_code="loss", measure_code="recover_loss")

    known = list(table().errors)
    codes = [row.code for row in patterns(session, cast.officer).errors]
    assert codes == ["loss", "other"] == sorted(codes, key=known.index)


def test_measures_fields_of_work_and_stages_are_seen_too(session, cast):
    for _ in range(3):
        order(session, in_force(session, cast), cast.officer)
    in_another_field = in_force(session, cast, conduct_sector="safety")
    order(session, in_another_field, cast.officer)

    found = patterns(session, cast.officer)
    assert of(found.measures, "formalities").cases.number == 4
    assert of(found.fields, "rural").cases.number == 3
    assert of(found.fields, "safety").cases.few
    assert of(found.bodies, "civil_servant").cases.number == 4
    assert of(found.stages, "in_force").cases.number == 4


def test_a_field_of_work_that_is_only_claimed_is_not_counted(session, cast):
    from casebook.changes import FactEntry

    for _ in range(3):
        case = in_force(session, cast, conduct_sector=FactEntry("safety", "claimed"))
        order(session, case, cast.officer)

    assert of(patterns(session, cast.officer).fields, "safety") is None


def test_lifted_corrections_are_no_pattern(session, cast):
    for _ in range(3):
        case = in_force(session, cast)
        order(session, case, cast.officer)
        correct.lift_all(session, case, cast.superior, "撤销")

    assert patterns(session, cast.officer).errors == []


def test_only_the_cases_a_person_may_see_are_in_them(session, cast):
    for _ in range(3):
        order(session, in_force(session, cast), cast.officer)

    assert patterns(session, cast.stranger).errors == []
    assert of(patterns(session, cast.superior).errors, "approval_missing").cases.number == 3
    assert of(patterns(session, cast.auditor).errors, "approval_missing").cases.number == 3
    for who in (cast.member, cast.administrator):
        with pytest.raises(NotAllowed):
            patterns(session, who)


def test_no_person_no_unit_and_no_case_is_in_them(session, cast):
    for _ in range(3):
        order(
            session,
            in_force(session, cast),
            cast.officer,
            responsible="独特某",
            unit="独特局",
            error="独特的事",
        )

    said = str([asdict(row) for way in vars(patterns(session, cast.officer)).values() for row in way])
    assert "独特" not in said
    assert cast.officer.name not in said
    assert cast.county.name_zh not in said


def test_each_kind_says_what_would_have_prevented_it(session, cast):
    order(session, in_force(session, cast), cast.officer)

    assert (
        patterns(session, cast.officer).errors[0].prevent.zh == table().errors["approval_missing"].prevent.zh
    )


def test_reading_them_is_logged(session, cast):
    patterns(session, cast.officer)

    assert list(session.scalars(select(Event.kind).order_by(Event.seq)))[-1] == "corrections.patterns_read"

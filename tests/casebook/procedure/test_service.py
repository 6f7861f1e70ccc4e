"""Service, entry into force, the end of periods and of the case; and the ledger of departures."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from casebook.audit import verify
from casebook.clocks.deadlines import open_deadlines
from casebook.departures import ledger
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Deadline, Event, Service, Stage
from casebook.procedure import decide, service
from casebook.procedure.dates import today
from tests.panels import CADRE, GRAVE, conclude, draft, serve, sign, told
from tests.snapshots import prepared
from tests.stages import Cast, bring


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def decided(session, cast):
    """A case with a Party and a State sanction, just signed."""
    bring(session, cast, Stage.PANEL)
    case = told(session, cast, "hold_accountable", ["P2", "G2"], **GRAVE)
    conclude(session, cast, case, "hold_accountable")
    sign(session, case, cast.chief, draft(session, cast, case, "P2", "G2"))
    return case


def test_what_is_to_be_done_follows_from_the_measures(session, cast, decided):
    decision = decide.standing_decision(session, decided)
    assert [(task.kind, task.open) for task in service.tasks(session, decision)] == [
        ("person", True), ("unit", True), ("announced", True), ("filed", True),
    ]  # fmt: skip
    soft = bring(session, cast, Stage.DECIDED, **CADRE)
    kinds = [task.kind for task in service.tasks(session, decide.standing_decision(session, soft))]
    assert kinds[:2] == ["person", "unit"]
    assert "formalities" not in kinds


def test_removal_from_office_needs_its_formalities(session, cast):
    case = told(
        session, cast, "hold_accountable", ["P3", "G5"], **{**GRAVE, "circumstances_grade": "serious"}
    )
    conclude(session, cast, case, "hold_accountable")
    departing = {"departure_code": "proportion", "departure_reason": "情节严重"}
    sign(session, case, cast.chief, draft(session, cast, case, "P3", "G5", **departing))
    assert "formalities" in [
        task.kind for task in service.tasks(session, decide.standing_decision(session, case))
    ]


def test_the_decision_is_notified_when_person_and_unit_have_it(session, cast, decided):
    with pytest.raises(NotReady) as missing:
        service.notify(session, decided, cast.officer)
    assert "送达本人" in missing.value.message("zh")
    assert "送达所在单位" in missing.value.message("zh")
    assert "第四十六条" in missing.value.message("zh")
    serve(session, cast, decided, "person")
    with pytest.raises(NotReady, match="Served on the unit"):
        service.notify(session, decided, cast.officer)
    serve(session, cast, decided, "unit")
    service.notify(session, decided, cast.officer)
    assert decided.stage == Stage.NOTIFIED
    assert verify(session).ok


def test_service_on_the_person_starts_the_time_for_an_appeal_and_ends_its_own(session, cast, decided):
    serve(session, cast, decided, "person")
    codes = {row.limit_code for row in open_deadlines(session, decided)}
    assert "appeal.ask_review_state" in codes
    assert "decision.serve_sanction_person" not in codes
    assert "decision.serve_sanction_unit" in codes


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "whispered"}, "kind"),
        ({"recipient": ""}, "recipient"),
        ({"how": "一\n二"}, "how"),
        ({"served_on": today() + timedelta(days=1)}, "served_on"),
        ({"served_on": today() - timedelta(days=1)}, "served_on"),
        ({"served_on": None}, "served_on"),
    ],
)
def test_a_service_that_cannot_have_been_is_refused(session, cast, decided, fields, field):
    right = {"kind": "unit", "recipient": "青石镇", "how": "直接送达", "served_on": today()}
    with pytest.raises(BadFields) as bad:
        service.record_service(session, decided, cast.officer, **{**right, **fields})
    assert list(bad.value.errors) == [field]


def test_the_person_is_served_once_and_what_is_recorded_stays(session, cast, decided):
    serve(session, cast, decided, "person", "filed", "filed")
    with pytest.raises(BadFields, match="on record already"):
        serve(session, cast, decided, "person")
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE services SET served_on = '2020-01-01'"))
    session.rollback()
    assert len(session.scalars(select(Service)).all()) == 3


@pytest.mark.parametrize(
    "who", ["chief", "reviewer", "member", "superior", "auditor", "administrator", "stranger"]
)
def test_nobody_but_the_officer_serves_notifies_or_enforces(session, cast, decided, who):
    with pytest.raises(NotAllowed):
        service.record_service(
            session,
            decided,
            getattr(cast, who),
            kind="unit",
            recipient="青石镇",
            how="直接送达",
            served_on=today(),
        )
    with pytest.raises(NotAllowed):
        service.notify(session, decided, getattr(cast, who))
    with pytest.raises(NotAllowed):
        service.enforce(session, decided, getattr(cast, who), on=today())


def test_an_unsigned_decision_is_not_served(session, cast):
    case = bring(session, cast, Stage.PANEL, **CADRE)
    conclude(session, cast, case, "correct")
    draft(session, cast, case, "1a")
    with pytest.raises(WrongStage):
        serve(session, cast, case, "person")


def test_it_is_in_force_once_everything_is_announced_and_filed(session, cast, decided):
    serve(session, cast, decided, "person", "unit")
    service.notify(session, decided, cast.officer)
    with pytest.raises(NotReady) as missing:
        service.enforce(session, decided, cast.officer, on=today())
    assert "存入个人档案" in missing.value.message("zh")
    serve(session, cast, decided, "announced", "filed")
    with pytest.raises(BadFields):
        service.enforce(session, decided, cast.officer, on=today() - timedelta(days=1))
    service.enforce(session, decided, cast.officer, on=today())
    assert decided.stage == Stage.IN_FORCE


def test_a_period_that_is_over_is_released_on_the_day_after_its_last(session, cast, decided):
    decision = decide.standing_decision(session, decided)
    ends = {one.code: one.ends_on for one in decision.measures}
    assert service.release_due(session, ends["G2"]) == []
    released = service.release_due(session, ends["G2"] + timedelta(days=1))
    assert [(one.code, one.released_on) for one in released] == [("G2", ends["G2"] + timedelta(days=1))]
    assert service.release_due(session, ends["G2"] + timedelta(days=1)) == []
    assert [one.code for one in service.release_due(session, ends["P2"] + timedelta(days=40), decided)] == [
        "P2"
    ]
    assert verify(session).ok
    assert len(session.scalars(select(Event).where(Event.kind == "measure.released")).all()) == 2


def test_a_released_measure_leaves_the_signature_whole(session, cast, decided):
    from casebook.procedure.signature import is_intact

    decision = decide.standing_decision(session, decided)
    service.release_due(session, today() + timedelta(days=2000))
    assert is_intact(decision)


def test_the_chief_closes_a_corrected_case_for_a_reason(session, cast):
    case = bring(session, cast, Stage.CORRECTED)
    with pytest.raises(BadFields):
        service.close(session, case, cast.chief, code="because", on=today())
    for who in (cast.officer, cast.superior, cast.member, cast.reviewer):
        with pytest.raises(NotAllowed):
            service.close(session, case, who, code="carried_out", on=today())
    service.close(session, case, cast.chief, code="carried_out", on=today())
    assert case.stage == Stage.CLOSED
    assert open_deadlines(session, case) == []
    assert session.scalars(select(Deadline).where(Deadline.case_id == case.id)).all()
    event = session.scalars(select(Event).where(Event.kind == "case.closed")).one()
    assert event.detail["code"] == "carried_out"
    assert verify(session).ok


def test_a_case_with_something_open_is_not_closed_and_all_of_it_is_named(session, cast):
    case = bring(session, cast, Stage.CORRECTED)
    session.execute(text("UPDATE corrections SET state = 'open'"))
    session.commit()
    with pytest.raises(NotReady, match="has not been verified"):
        service.close(session, case, cast.chief, code="carried_out", on=today())
    assert case.stage == Stage.CORRECTED


def test_departures_are_counted_by_rule_and_reason_and_name_nobody(session, cast, decided):
    other = told(session, cast, "hold_accountable", ["P2"], **GRAVE)
    conclude(session, cast, other, "correct")
    signed = sign(
        session, other, cast.chief,
        draft(session, cast, other, "3", departure_code="proportion", departure_reason="错责相当"),
    )  # fmt: skip
    found = ledger(session, cast.chief)
    assert (found.decisions, found.departed) == (2, 1)
    assert {row.rule for row in found.rows} == set(signed.departure_rules)
    assert {(row.code, row.count, row.first_on, row.last_on) for row in found.rows} == {
        ("proportion", 1, today(), today())
    }
    assert not {"user", "name", "by", "chair", "person"} & set(vars(found.rows[0]))
    assert ledger(session, cast.stranger).decisions == 0
    with pytest.raises(NotAllowed):
        ledger(session, cast.administrator)

"""Deadlines that events start and end."""

from datetime import date

import pytest

from casebook import audit
from casebook.clocks import deadlines
from casebook.errors import BadFields
from casebook.models import Appeal, Decision, Event, ImposedMeasure
from tests.factories import make_case, save

DAY = date(2026, 3, 2)
SANCTION = frozenset({"state_sanction"})


@pytest.fixture
def case(seeded):
    other = make_case(seeded)
    deadlines.set_own(seeded, other, "另案期限", DAY, other.officer, on=DAY)
    deadlines.start(seeded, other, "decided", DAY, other.officer, ref="decision:1", regimes=SANCTION)
    return make_case(seeded)


def by_limit(rows):
    return {row.limit_code: row for row in rows}


def start(session, case, trigger, on=DAY, **more):
    return by_limit(deadlines.start(session, case, trigger, on, case.officer, **more))


def make_decision(session, case, *codes: str) -> Decision:
    from datetime import UTC, datetime

    from casebook.models import Recommendation

    recommendation = Recommendation(
        case_id=case.id, seq=1, case_version=case.version, document="{}", sha256="0" * 64, disposition="correct",
        certainty="certain", created_by_id=case.officer_id, created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    decision = Decision(
        case_id=case.id, seq=1, recommendation=recommendation, disposition="hold_accountable", facts_found="",
        reason="", departs=False, departure_rules=[], drafted_by_id=case.officer_id,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        measures=[ImposedMeasure(regime="state_sanction", code=code) for code in codes],
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return decision


def make_appeal(session, case, decision, seq=1, channel="supervision_review", after=None) -> Appeal:
    from datetime import UTC, datetime

    appeal = Appeal(
        case_id=case.id, seq=seq, decision_id=decision.id, channel=channel, after_id=after and after.id,
        filed_on=DAY, grounds="", late=False, entered_by_id=case.officer_id, at=datetime(2026, 3, 1, tzinfo=UTC),
        corrected=[],
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    return appeal


def test_a_decision_starts_the_duties_that_follow_it_and_service_ends_them(session, case):
    made = start(session, case, "decided", ref="decision:1", regimes=SANCTION)

    assert made["decision.serve_sanction_person"].without == "no_number"
    assert "decision.formalities" not in made  # no measure from demotion on was imposed

    met = deadlines.meet(session, case, "person_served", date(2026, 3, 9), case.officer, ref="decision:1")

    assert [row.limit_code for row in met] == ["decision.serve_sanction_person"]
    assert (met[0].state, met[0].ended_on) == ("met", date(2026, 3, 9))
    assert audit.verify(session).ok


def test_formalities_run_a_month_where_a_demotion_was_imposed(session, case):
    decision = make_decision(session, case, "G4")

    made = start(session, case, "decided", ref=f"decision:{decision.id}", regimes=SANCTION)

    assert made["decision.formalities"].due_on == date(2026, 4, 2)
    assert (
        start(session, make_case(session), "decided", ref="decision:x", regimes=SANCTION).keys()
        <= made.keys()
    )


def test_the_submission_also_starts_what_runs_from_the_day_the_case_was_filed(session, case):
    save(session, case, case_filed_date="2026-01-05", subject_category="civil_servant",
         deciding_body="appointing_body")  # fmt: skip

    made = start(session, case, "submitted")

    assert made["sanction.decide_civil_servant"].starts_on == date(2026, 1, 5)
    assert made["sanction.decide_civil_servant"].due_on == date(2026, 7, 5)
    assert "sanction.decide_soe" not in made
    assert (made["tolerance.recognise"].due_on, made["tolerance.recognise"].without) == (None, "no_limit")


def test_what_turns_out_not_to_concern_the_person_is_ended(session, case):
    save(session, case, case_filed_date="2026-01-05")
    made = start(session, case, "submitted")
    assert {"sanction.decide_civil_servant", "sanction.decide_soe"} <= made.keys()

    save(session, case, subject_category="soe_manager")
    start(session, case, "review_passed")

    assert made["sanction.decide_civil_servant"].state == "stopped"
    assert made["sanction.decide_soe"].state == "running"
    assert audit.verify(session).ok


def test_a_filing_day_that_is_only_claimed_starts_nothing(session, case):
    from casebook.intake import FactEntry

    save(session, case, case_filed_date=FactEntry("2026-01-05", standing="claimed"))

    assert set(start(session, case, "submitted")) == {"tolerance.recognise"}


def test_the_same_event_twice_starts_a_limit_once_and_another_day_starts_it_anew(session, case):
    first = start(session, case, "submitted")["tolerance.recognise"]

    assert start(session, case, "submitted") == {}

    again = start(session, case, "submitted", date(2026, 3, 16))["tolerance.recognise"]

    assert (first.state, again.state, again.starts_on) == ("stopped", "running", date(2026, 3, 16))
    assert audit.verify(session).ok


def test_a_limit_of_a_region_runs_only_there(session):
    here = make_case(session, region="360100")
    there = make_case(session, region="350100")

    assert set(start(session, here, "clearance_accepted")) == {"clearance.opinion"}
    assert start(session, there, "clearance_accepted") == {}


def test_a_year_without_a_calendar_leaves_the_day_open_and_says_so(session):
    case = make_case(session)

    made = start(session, case, "complaint_received_named", date(2026, 12, 21))

    assert made["complaint.tell_accepted"].due_on is None
    assert made["complaint.tell_accepted"].without == "no_calendar"


def test_a_decision_on_one_appeal_does_not_end_the_limit_of_another(session, case):
    decision = make_decision(session, case)
    one = make_appeal(session, case, decision)
    two = make_appeal(session, case, decision, seq=2, channel="supervision_reexamination", after=one)
    first = start(session, case, "appeal_filed", ref=f"appeal:{one.id}", regimes=SANCTION)
    second = start(session, case, "appeal_filed", ref=f"appeal:{two.id}", regimes=SANCTION)

    assert set(first) == {"appeal.decide_review_state"}
    assert set(second) == {"appeal.decide_recheck_state"}

    met = deadlines.meet(session, case, "appeal_decided", DAY, case.officer, ref=f"appeal:{two.id}")

    assert by_limit(met).keys() == {"appeal.decide_recheck_state"}


def test_an_appeal_ends_the_time_to_ask_of_its_own_channel_only(session, case):
    decision = make_decision(session, case)
    ref = f"decision:{decision.id}"
    regimes = {"state_sanction", "party_discipline"}
    asked = start(session, case, "person_served", ref=ref, regimes=regimes)
    assert {"appeal.ask_review_state", "appeal.ask_party_discipline"} <= asked.keys()

    appeal = make_appeal(session, case, decision)
    met = deadlines.meet(session, case, "appeal_filed", DAY, case.officer, ref=f"appeal:{appeal.id}")

    assert [row.limit_code for row in met] == ["appeal.ask_review_state"]


def test_a_limit_of_ones_own_ends_with_what_it_belongs_to(session, case):
    one = deadlines.set_own(session, case, "整改", date(2026, 4, 1), case.officer, ref="correction:1", on=DAY)
    two = deadlines.set_own(session, case, "整改", date(2026, 4, 1), case.officer, ref="correction:2", on=DAY)
    free = deadlines.set_own(session, case, "督办", date(2026, 4, 1), case.officer, on=DAY)

    met = deadlines.meet(session, case, "correction_done", DAY, case.officer, ref="correction:1")

    assert met == [one]
    assert (two.state, free.state) == ("running", "running")
    assert audit.verify(session).ok


@pytest.mark.parametrize(
    ("title", "due_on", "field"),
    [("", DAY, "title"), ("x" * 301, DAY, "title"), ("两\n行", DAY, "title"), ("好", None, "due_on"),
     ("好", date(2026, 3, 1), "due_on")],
)  # fmt: skip
def test_a_limit_of_ones_own_without_a_name_or_with_a_day_before_today_is_refused(
    session, case, title, due_on, field
):
    with pytest.raises(BadFields) as refused:
        deadlines.set_own(session, case, title, due_on, case.officer, on=DAY)

    assert set(refused.value.errors) == {field}


def test_stopping_ends_every_deadline_of_the_case_or_only_those_of_one_thing(session, case):
    start(session, case, "submitted")
    one = deadlines.set_own(session, case, "整改", date(2026, 4, 1), case.officer, ref="correction:1", on=DAY)

    assert deadlines.stop(session, case, case.officer, "纠错任务解除", ref="correction:1") == [one]
    assert [row.state for row in deadlines.stop(session, case, case.officer, "结案")] == ["stopped"]
    assert deadlines.open_deadlines(session, case) == []
    assert deadlines.stop(session, case, case.officer, "结案") == []
    assert audit.verify(session).ok


def test_a_case_sent_back_ends_what_began_on_its_way_and_begins_it_anew(session, case):
    save(session, case, case_filed_date="2026-01-05")
    filed = start(session, case, "submitted")
    told = start(session, case, "review_passed")["hearing.tell"]
    own = deadlines.set_own(session, case, "督办", date(2026, 4, 1), case.officer, on=DAY)

    assert deadlines.go_back(session, case, case.officer, on=DAY) == [told]
    assert {row.state for row in [own, *filed.values()]} == {"running"}
    assert "hearing.tell" in start(session, case, "review_passed", date(2026, 3, 9))
    assert audit.verify(session).ok


def test_nothing_that_a_person_wrote_is_in_the_events(session, case):
    deadlines.set_own(session, case, "张某的整改", date(2026, 4, 1), case.officer, on=DAY)
    deadlines.stop(session, case, case.officer, "张某已整改")

    details = [str(event.detail) for event in session.query(Event) if event.kind.startswith("deadline.")]
    assert details
    assert not any("张某" in detail for detail in details)


def test_the_command_line_and_the_respondent_may_end_a_deadline_too(session, case):
    start(session, case, "submitted")

    met = deadlines.meet(session, case, "decided", DAY, None)

    assert [change.by_id for row in met for change in row.changes] == [None]

"""What waits for whom in clearances and returns, and until when: repairs and visits are followed to their end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook.audit import verify
from casebook.clearance import ending, reach, repairs, requests, scope, tasks, visits
from casebook.clocks import ics
from casebook.complaints import log
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Case, ClearanceRequest, ClearanceState, Stage
from casebook.procedure import personal_link
from casebook.procedure.dates import today
from casebook.procedure.waiting import waiting_for
from tests.appealed import anew, assign, decide, decided, file, seeded
from tests.clearances import a_clearance, a_concluded_complaint
from tests.factories import CHEAP


def waits(session, user, on=None):
    return [(task.clearance.number, task.step.code) for task in tasks.waiting(session, user, on or today())]


@pytest.mark.parametrize(
    ("state", "who", "code"),
    [
        ("opened", "officer", "give_opinion"), ("proposed", "reviewer", "check"), ("checked", "chief", "approve"),
        ("approved", "officer", "correct"),
    ],
)  # fmt: skip
def test_each_step_waits_for_the_one_whose_turn_it_is_and_for_nobody_above(session, cast, state, who, code):
    one = a_clearance(session, cast, state)

    assert (one.number, code) in waits(session, getattr(cast, who))
    for other in ("superior", "superior_reviewer", "officer2", "member", "receiver", "stranger"):
        assert waits(session, getattr(cast, other)) == []


def test_a_step_goes_up_where_nobody_of_the_organ_itself_can_take_it(session, cast):
    one = a_clearance(session, cast, "proposed")
    for reviewer in (cast.reviewer, cast.reviewer2):
        reviewer.active = False
    session.flush()

    assert (one.number, "check") in waits(session, cast.superior_reviewer)


def test_a_repair_that_outlives_the_closing_waits_until_it_is_done(session, cast):
    one = a_clearance(session, cast, "approved")
    day = today() + timedelta(days=100)
    row = repairs.add(
        session,
        one,
        cast.officer,
        kind="award",
        lost="未评为先进",
        responsible="镇党委",
        due_on=day,
        today=today(),
    )
    assert (one.number, "finish_repair") not in waits(session, cast.officer)
    for line in one.reach:
        reach.correct(
            session,
            one,
            cast.officer,
            line.id,
            on=today(),
            how="送达",
            present=9 if line.form == "meeting" else None,
        )
    visits.enter(session, one, cast.officer, visited_on=today(), words="安心工作。")
    ending.close(session, one, cast.officer, on=today())

    (task,) = tasks.waiting(session, cast.officer, today())
    assert (task.step.code, task.due_on, task.row_id) == ("finish_repair", day, row.id)
    assert waits(session, cast.chief) == []
    late = day + timedelta(days=1)
    assert waits(session, cast.chief, late) == [(one.number, "finish_repair")]
    assert waits(session, cast.superior, late) == []
    repairs.finish(session, one, cast.officer, row.id, result="restored", words="已补评", on=today())
    assert waits(session, cast.officer) == []


def test_a_return_visit_waits_from_its_warning_on_and_overdue_for_the_leader_too(session, cast):
    one = a_clearance(session, cast, "approved")
    day = one.visit_due_on

    assert (one.number, "visit") not in waits(session, cast.officer)
    assert (one.number, "visit") in waits(session, cast.officer, day - timedelta(days=7))
    assert (one.number, "visit") not in waits(session, cast.chief, day)
    assert (one.number, "visit") in waits(session, cast.chief, day + timedelta(days=1))


def test_days_of_clearances_are_in_the_calendar_of_who_works_on_them_without_a_name(session, cast):
    one = a_clearance(session, cast, "approved")
    token = ics.open_feed(session, cast.officer)
    other = ics.open_feed(session, cast.officer2)

    found = ics.read_feed(session, token, one.visit_due_on).content.decode()

    assert f"{one.number} 登记回访" in found.replace("\r\n ", "")
    assert f"{one.visit_due_on:%Y%m%d}" in found
    assert "周某" not in found
    assert one.number not in ics.read_feed(session, other, one.visit_due_on).content.decode()


@pytest.fixture
def case(session, cast):
    seeded(session)
    return decided(session, cast)


@pytest.fixture
def revoked(session, cast, case, monkeypatch):
    """A case whose decision was revoked before there were clearances."""
    with monkeypatch.context() as before:
        before.setattr("casebook.procedure.reversal._clear_name", lambda *_, **__: [])
        appeal = file(session, cast, case)
        by = assign(session, cast, case, appeal)
        fields = {"ground_code": "facts_unclear", "anew": anew("not_established", "0a", error_fell_away=True)}
        decide(session, case, appeal, by, "revoke", **fields)
    return case


def test_a_decision_revoked_earlier_is_due_to_be_cleared_until_one_button_began_it(session, cast, revoked):
    (decision,) = scope.uncleared(session, revoked)
    assert revoked in session.scalars(select(Case).where(waiting_for(cast.officer))).all()
    assert scope.listed(session, cast.officer) == [decision]
    assert scope.listed(session, cast.chief) == scope.listed(session, cast.stranger) == []
    with pytest.raises(NotAllowed):
        scope.begin(session, decision, cast.reviewer, today())

    clearance = scope.begin(session, decision, cast.officer, today())

    assert {row.name for row in clearance.reach} == {"周某", "青石镇人民政府", "青石镇机关全体干部"}
    assert scope.uncleared(session, revoked) == []
    assert scope.listed(session, cast.officer) == []
    with pytest.raises(NotReady):
        scope.begin(session, decision, cast.officer, today())
    assert verify(session).ok


def test_a_decision_that_stands_is_not_due(session, cast, case):
    assert scope.uncleared(session, case) == []
    assert scope.listed(session, cast.officer) == []


@pytest.fixture
def link(session, cast):
    """The link of the person of a case that is over and waits for nobody."""
    case = decided(session, cast, stage=Stage.CLOSED)
    return personal_link.create_link(session, case, cast.officer, hasher=CHEAP)[0]


def ask(session, link, **fields):
    return requests.send(
        session, link, {"untrue": "没有收受现金，款项都进了对公账户。", "heard": "县委组织部", **fields}
    )


def test_the_person_asks_through_their_link_and_it_waits_for_the_officer_of_the_case(session, cast, link):
    case = link.case
    assert case not in session.scalars(select(Case).where(waiting_for(cast.officer))).all()

    row = ask(session, link)

    assert len(row.receipt) == 8
    assert case in session.scalars(select(Case).where(waiting_for(cast.officer))).all()
    with pytest.raises(NotReady):
        ask(session, link)
    assert verify(session).ok


def test_a_request_with_nothing_or_a_state_secret_is_refused(session, cast, link):
    for fields, wrong in (
        ({"untrue": " "}, {"untrue"}),
        ({"heard": "机密★10年"}, {"heard"}),
        ({"untrue": "长" * 4001}, {"untrue"}),
    ):
        with pytest.raises(BadFields) as refused:
            ask(session, link, **fields)
        assert refused.value.errors.keys() == wrong
    assert session.scalars(select(ClearanceRequest)).all() == []


def test_a_request_is_declined_with_a_reason_that_tells_nothing_of_a_complaint(session, cast, link):
    case = link.case
    row = ask(session, link)

    for words in ("", "举报人所述属实"):
        with pytest.raises(BadFields):
            requests.decline(session, row, cast.officer, words=words, on=today())
    with pytest.raises(NotReady):
        requests.begin(session, row, cast.officer, on=today())
    for who in (cast.reviewer, cast.chief, cast.stranger):
        with pytest.raises(NotAllowed):
            requests.decline(session, row, who, words="决定没有撤销。", on=today())
    requests.decline(session, row, cast.officer, words="所涉问题已经查实，决定没有撤销。", on=today())

    assert (row.answer, row.answered_by_id) == ("declined", cast.officer.id)
    assert case not in session.scalars(select(Case).where(waiting_for(cast.officer))).all()
    ask(session, link)
    assert verify(session).ok


def test_a_request_begins_the_clearance_of_a_revoked_decision_and_cannot_be_declined(session, cast, revoked):
    link = personal_link.create_link(session, revoked, cast.officer, hasher=CHEAP)[0]
    row = ask(session, link)
    with pytest.raises(NotReady):
        requests.decline(session, row, cast.officer, words="不予启动。", on=today())

    clearance = requests.begin(session, row, cast.officer, on=today())

    assert (clearance.asked_by, clearance.asked_on, clearance.state) == (
        "respondent",
        today(),
        ClearanceState.OPENED,
    )
    assert row.clearance_id == clearance.id
    assert verify(session).ok


def test_a_request_begins_the_clearance_of_a_verification_only_by_who_handled_it(session, cast, link):
    case = link.case
    complaint = a_concluded_complaint(session, cast)
    complaint.case_id = case.id
    log.record(session, "complaint.concluded", cast.chief, complaint, rows=[complaint])
    row = ask(session, link)
    assert requests.basis_of(session, cast.officer2, case) is None

    clearance = requests.begin(session, row, cast.officer, on=today())

    assert (clearance.complaint_id, clearance.asked_by) == (complaint.id, "respondent")

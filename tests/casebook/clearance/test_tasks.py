"""What waits for whom in clearances and returns, and until when: repairs and visits are followed to their end."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from casebook import events
from casebook.audit import verify
from casebook.clearance import (
    clearances,
    ending,
    grounds,
    reach,
    repairs,
    requests,
    scope,
    tasks,
    texts,
    visits,
)
from casebook.clocks import ics
from casebook.complaints import log, secrecy
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Case, Clearance, ClearanceRequest, ClearanceState, Event, Stage
from casebook.procedure import personal_link
from casebook.procedure.dates import today
from casebook.procedure.waiting import waiting_for
from tests.appealed import anew, assign, decide, decided, file, seeded
from tests.clearances import a_clearance, a_concluded_complaint, opinion_on, work_off
from tests.complaints import SEALED, a_complaint
from tests.factories import CHEAP, PASSWORD


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


@pytest.mark.parametrize("who", ["officer", "reviewer", "chief"])
def test_many_clearances_are_looked_through_with_no_more_questions_to_the_database_than_few(
    session, cast, who
):
    def asked() -> int:
        session.commit()
        user, count = session.merge(getattr(cast, who)), []
        user.organisation.name_zh  # noqa: B018 - loaded before anything is counted
        listener = lambda *_: count.append(1)  # noqa: E731
        event.listen(session.bind, "before_cursor_execute", listener)
        tasks.waiting(session, user, today())
        event.remove(session.bind, "before_cursor_execute", listener)
        return len(count)

    a_clearance(session, cast, "approved")
    few = asked()
    for _ in range(3):
        a_clearance(session, cast, "approved")

    assert asked() <= few


def test_a_closed_clearance_is_read_no_more_once_a_later_visit_set_no_day(session, cast):
    one = a_clearance(session, cast, "closed")
    on = today()

    def reads() -> bool:
        return one in session.scalars(select(Clearance).where(tasks.anything_waits())).all()

    assert not reads()
    visits.enter(
        session,
        one,
        cast.officer,
        visited_on=on,
        words="仍有顾虑。",
        further="再访",
        next_on=on + timedelta(days=30),
    )
    assert reads()
    visits.enter(session, one, cast.officer, visited_on=on, words="情绪稳定。")
    assert not reads()


def test_no_answer_to_the_person_tells_of_any_complaint_behind_the_case(session, cast, seal, link):
    found = []
    for name in ("钟离望舒", "上官惟中"):
        complaint = a_complaint(session, cast, seal, "concluded", name=name)
        complaint.case_id = link.case_id
        log.record(session, "complaint.concluded", cast.chief, complaint, rows=[complaint])
        found.append(complaint)
    row = ask(session, link)

    for complaint, words in zip(found, (f"请与{SEALED['name']}核对。", "请与上官惟中核对。"), strict=True):
        with pytest.raises(BadFields) as refused:
            requests.decline(session, row, cast.officer, words=words, on=today(), seal=seal)
        told = refused.value.errors["words"]
        assert told.complaint_id == complaint.id
        assert "检举控告" not in told.zh
        assert texts.note(session, cast.officer, refused.value)
    with pytest.raises(BadFields):
        requests.decline(
            session,
            row,
            cast.officer,
            words=f"{found[1].received_on}收到的材料已经核对。",
            on=today(),
            seal=seal,
        )
    assert [event.by_id for event in session.scalars(select(Event).where(Event.kind == secrecy.REFUSED))] == [
        cast.officer.id, cast.officer.id,
    ]  # fmt: skip


def test_who_tried_names_too_often_answers_nothing_more(session, cast, seal, link):
    complaint = a_complaint(session, cast, seal, "concluded")
    complaint.case_id = link.case_id
    log.record(session, "complaint.concluded", cast.chief, complaint, rows=[complaint])
    row = ask(session, link)
    for _ in range(secrecy.TRIES):
        log.record(session, secrecy.REFUSED, cast.officer, complaint)

    with pytest.raises(NotReady):
        requests.decline(session, row, cast.officer, words="决定没有撤销。", on=today(), seal=seal)

    requests.decline(session, row, cast.officer2, words="决定没有撤销。", on=today(), seal=seal)
    assert row.answered_by_id == cast.officer2.id


def test_a_link_that_ended_meanwhile_asks_for_nothing_and_nobody_asks_for_ever(
    session, cast, link, monkeypatch
):
    monkeypatch.setattr(requests, "MOST", 2)
    for _ in range(2):
        requests.decline(session, ask(session, link), cast.officer, words="决定没有撤销。", on=today())
    with pytest.raises(NotReady, match="2 requests"):
        ask(session, link)

    monkeypatch.setattr(requests, "MOST", 20)
    link.revoked_at = utc_now()
    events.record(session, "link.revoked", cast.officer, link.case, rows=[link])
    with pytest.raises(NotReady, match="link has ended"):
        ask(session, link)
    assert len(requests.of_case(session, link.case)) == 2


@pytest.fixture
def nothing_found(session, cast):
    """A case that ended with nothing made out, told to the person and their unit."""
    seeded(session)
    return decided(session, cast, (), disposition="not_established")


def test_a_case_in_which_nothing_was_made_out_is_cleared_to_its_end(session, cast, nothing_found):
    (decision,) = scope.uncleared(session, nothing_found)
    assert nothing_found in session.scalars(select(Case).where(waiting_for(cast.officer))).all()

    one = scope.begin(session, decision, cast.officer, today())
    clearances.give_opinion(session, one, cast.officer, opinion_on(effects=()), on=today())

    assert (one.advice["clearance_due"], one.facts["no_improper_conduct_found"]) == ("yes", True)
    assert "complaints.nothing_improper" in {reason["rule"] for reason in one.advice["reasons"]}
    assert reach.scope_law(one) is grounds.NOTHING_IMPROPER
    assert {row.name for row in one.reach} == {"周某", "青石镇人民政府", "青石镇机关全体干部"}
    clearances.check(
        session,
        one,
        cast.superior_reviewer,
        ok=True,
        facts="案卷已核对，事实清楚。",
        procedure="程序合规。",
        on=today(),
    )
    clearances.decide(
        session, one, cast.chief, approve=True, reason="同意。", password=PASSWORD, on=today(), hasher=CHEAP
    )
    with pytest.raises(BadFields) as another_form:
        reach.add(session, one, cast.officer, kind="unit", name="县财政局", heard="听说", form="circular")
    with pytest.raises(WrongStage) as too_late:
        clearances.give_opinion(session, one, cast.officer, opinion_on(effects=()), on=today())
    for said in (another_form.value.errors["form"].zh, too_late.value.message("zh")):
        assert "党内监督条例第四十一条" in said
        assert "检举控告" not in said
    row = one.reach[0]
    row.approved_by_id = None
    with pytest.raises(NotReady) as unapproved:
        reach.correct(session, one, cast.officer, row.id, on=today(), how="送达")
    assert "党内监督条例第四十一条" in unapproved.value.message("zh")
    row.approved_by_id = cast.chief.id
    work_off(session, cast, one)
    row.approved_by_id = None
    [unconfirmed] = clearances.missing_to_close(one)
    assert "党内监督条例第四十一条" in unconfirmed.message("zh")
    row.approved_by_id = cast.chief.id
    clearances.close(session, one, cast.officer, on=today())
    assert one.state == ClearanceState.CLOSED
    assert scope.uncleared(session, nothing_found) == []
    assert verify(session).ok


def test_not_to_clear_after_such_a_case_needs_a_reason_and_is_asked_once(session, cast, nothing_found):
    (decision,) = scope.uncleared(session, nothing_found)
    one = scope.begin(session, decision, cast.officer, today())
    with pytest.raises(BadFields) as refused:
        clearances.give_opinion(
            session, one, cast.officer, opinion_on(points=(), clear=False, effects=()), on=today()
        )
    assert refused.value.errors.keys() == {"departs_why"}

    clearances.give_opinion(
        session, one, cast.officer,
        opinion_on(points=(), clear=False, effects=(), departs_why="没有任何单位、人员知悉此事，本人书面表示不需要。"),
        on=today(),
    )  # fmt: skip
    clearances.decide(
        session, one, cast.chief, approve=False, reason="同意。", password=PASSWORD, on=today(), hasher=CHEAP
    )

    assert one.state == ClearanceState.REFUSED
    assert scope.uncleared(session, nothing_found) == []


def test_nothing_is_cleared_because_of_a_decision_that_no_longer_stands_or_was_not_told(
    session, cast, nothing_found
):
    (decision,) = scope.uncleared(session, nothing_found)
    untold = decided(session, cast, (), disposition="not_established", served_on=None)
    assert scope.uncleared(session, untold) == []
    one = scope.begin(session, decision, cast.officer, today())
    clearances.give_opinion(session, one, cast.officer, opinion_on(effects=()), on=today())

    decision.ended_on, decision.ended_how = today(), "revoked"
    events.record(
        session, "decision.replaced", cast.chief, nothing_found, rows=[decision], decision=decision.id
    )

    assert grounds.ground_in(decision) is None
    assert [problem.en for problem in reach.no_longer_untrue(one)]


def test_a_request_after_such_a_case_begins_its_clearance_and_cannot_be_declined(
    session, cast, nothing_found
):
    link = personal_link.create_link(session, nothing_found, cast.officer, hasher=CHEAP)[0]
    row = ask(session, link)
    with pytest.raises(NotReady, match=r"art\. 41"):
        requests.decline(session, row, cast.officer, words="不予启动。", on=today())

    clearance = requests.begin(session, row, cast.officer, on=today())

    assert (clearance.asked_by, grounds.ground_of(clearance)) == ("respondent", grounds.Ground.NOTHING)

"""A clearance from its opening to its end: who gives the opinion, who re-checks, who signs, and what refuses to close."""

from datetime import timedelta

import pytest

from casebook import office
from casebook.audit import verify
from casebook.clearance import clearances, reach, repairs, steps, visits
from casebook.clearance.clearances import Opinion, PointText
from casebook.clearance.signature import digest
from casebook.complaints import log
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import ClearanceState, ComplaintState, Finding
from casebook.procedure.dates import today
from tests.clearances import (
    FOUND,
    RECEIVED_ON,
    a_clearance,
    a_concluded_complaint,
    opinion_on,
    work_off,
)
from tests.factories import CHEAP, PASSWORD, make_user


def approve(session, clearance, by, **fields):
    given = {
        "approve": True, "reason": "同意复核意见。", "password": PASSWORD, "on": today(), "hasher": CHEAP, **fields,
    }  # fmt: skip
    return clearances.decide(session, clearance, by, **given)


def recheck(session, clearance, by, **fields):
    given = {"ok": True, "facts": "事实清楚", "procedure": "程序合规", "on": today(), **fields}
    return clearances.check(session, clearance, by, **given)


def problems(refused):
    found = refused.value
    return list(found.errors.values()) if isinstance(found, BadFields) else found.missing


def words_of(refused, lang="zh"):
    return " ".join(problem.message(lang) for problem in problems(refused))


def test_a_name_is_cleared_from_the_opinion_to_the_end_and_the_chain_holds(session, cast):
    clearance = a_clearance(session, cast, "closed", asked_by="respondent")

    assert clearance.state == ClearanceState.CLOSED
    assert clearance.number == f"{cast.county.code}-C{today().year}-0001"
    assert clearance.advice["clearance_due"] == "yes"
    assert [point.found for point in clearance.points] == list(FOUND)
    assert reach.progress(clearance) == reach.Progress(3, 3, 0, 0)
    kinds = [event.kind for event in log.history(session, clearance)]
    assert kinds[:5] == [
        "clearance.opened", "clearance.proposed", "clearance.reach_added", "clearance.reach_added", "clearance.checked",
    ]  # fmt: skip
    assert kinds[-1] == "clearance.closed"
    assert verify(session).ok


def test_the_person_cleared_is_on_the_map_in_writing_and_written_is_always_among_the_forms(session, cast):
    clearance = a_clearance(session, cast, forms=("meeting",))

    assert clearance.forms == ["written", "meeting"]
    first = clearance.reach[0]
    assert (first.kind, first.name, first.form) == ("person", "周某", "written")


def test_an_opinion_without_a_point_is_refused(session, cast):
    complaint = a_concluded_complaint(session, cast)

    with pytest.raises(BadFields) as refused:
        clearances.propose(session, cast.officer, opinion_on(points=()), complaint=complaint, on=today())

    assert "逐项列明" in words_of(refused)


def test_a_point_that_can_neither_be_verified_nor_excluded_is_never_cleared(session, cast):
    complaint = a_concluded_complaint(session, cast)
    third = complaint.points[2]

    with pytest.raises(BadFields) as refused:
        clearances.propose(
            session, cast.officer,
            opinion_on(points=[PointText("没有挪用。", complaint_point_id=third.id)], departs_why="已集体研究。"),
            complaint=complaint, on=today(),
        )  # fmt: skip

    assert refused.value.errors.keys() == {"points-0-found"}


def test_a_point_of_another_complaint_is_refused(session, cast):
    complaint, other = a_concluded_complaint(session, cast), a_concluded_complaint(session, cast)

    with pytest.raises(BadFields) as refused:
        clearances.propose(session, cast.officer, opinion_on(other), complaint=complaint, on=today())

    assert "points-0-found" in refused.value.errors


@pytest.mark.parametrize(
    ("finding", "effects"),
    [
        (Finding.CANNOT_VERIFY, ("selection",)),
        (Finding.UNSUBSTANTIATED, ("inquiry_only",)),
        (Finding.UNSUBSTANTIATED, ("none",)),
    ],
)
def test_against_the_answer_of_the_rules_only_a_person_with_a_reason_goes_on(session, cast, finding, effects):
    complaint = a_concluded_complaint(session, cast, finding=finding)

    with pytest.raises(BadFields) as refused:
        clearances.propose(
            session, cast.officer, opinion_on(complaint, effects=effects), complaint=complaint, on=today()
        )
    assert refused.value.errors.keys() == {"departs_why"}
    session.rollback()


def test_with_a_reason_a_person_goes_on_and_the_answer_stays_as_it_was(session, cast):
    complaint = a_concluded_complaint(session, cast, finding=Finding.CANNOT_VERIFY)

    clearance = clearances.propose(
        session, cast.officer, opinion_on(complaint, departs_why="经集体研究，前两项已经查清。"), complaint=complaint,
        on=today(),
    )  # fmt: skip

    assert clearance.advice["clearance_due"] in ("no", "refer")
    assert clearance.departs_why
    proposed = next(one for one in log.history(session, clearance) if one.kind == "clearance.proposed")
    assert proposed.detail["departs"] is True


def test_not_to_clear_where_the_rules_say_it_is_due_needs_a_reason(session, cast):
    complaint = a_concluded_complaint(session, cast)
    no = Opinion(words="影响已经消除。", effects=("work_or_life",), clear=False)

    with pytest.raises(BadFields) as refused:
        clearances.propose(session, cast.officer, no, complaint=complaint, on=today())

    assert refused.value.errors.keys() == {"departs_why"}


def test_clearing_by_the_media_is_for_people_to_settle(session, cast):
    complaint = a_concluded_complaint(session, cast)

    with pytest.raises(BadFields) as refused:
        clearances.propose(
            session, cast.officer, opinion_on(complaint, forms=("media",)), complaint=complaint, on=today()
        )

    assert refused.value.errors.keys() == {"departs_why"}


def test_a_second_clearance_of_the_same_complaint_is_refused(session, cast):
    clearance = a_clearance(session, cast)

    with pytest.raises(NotReady) as refused:
        clearances.ask(session, cast.officer, complaint=clearance.complaint, asked_on=today())

    assert clearance.number in words_of(refused)


def test_after_a_refusal_the_person_may_ask_again(session, cast):
    clearance = a_clearance(session, cast, "refused", asked_by="respondent")

    again = clearances.ask(session, cast.officer, complaint=clearance.complaint, asked_on=today())

    assert again.number != clearance.number


@pytest.mark.parametrize("who", ["stranger", "officer2", "reviewer", "superior", "receiver", "auditor"])
def test_only_the_handler_or_the_chief_opens_a_clearance(session, cast, who):
    complaint = a_concluded_complaint(session, cast)

    with pytest.raises(NotAllowed):
        clearances.ask(session, getattr(cast, who), complaint=complaint, asked_on=today())


def test_a_step_out_of_order_is_told_of_a_clearance_and_not_of_a_case(session, cast):
    clearance = a_clearance(session, cast, "proposed")

    with pytest.raises(WrongStage) as refused:
        steps.ensure(session, cast.officer, "visit", clearance)

    assert refused.value.message("zh").startswith("澄清件现处于“")
    assert refused.value.message("en").startswith("The clearance is at the stage “")


def test_a_complaint_still_being_verified_is_not_cleared(session, cast):
    complaint = a_concluded_complaint(session, cast, state=ComplaintState.HANDLING, finding=None)

    with pytest.raises(WrongStage):
        clearances.ask(session, cast.officer, complaint=complaint, asked_on=today())


@pytest.mark.parametrize("who", ["officer", "chief", "stranger", "auditor", "superior", "member"])
def test_only_another_reviewer_of_the_organ_or_above_re_checks(session, cast, who):
    clearance = a_clearance(session, cast)

    with pytest.raises(NotAllowed):
        recheck(session, clearance, getattr(cast, who))


def test_a_reviewer_who_handled_the_complaint_does_not_re_check(session, cast):
    complaint = a_concluded_complaint(session, cast)
    complaint.duties[0].user_id = cast.reviewer.id
    log.record(session, "complaint.assigned", cast.chief, complaint, rows=complaint.duties)
    clearance = clearances.propose(
        session, cast.reviewer, opinion_on(complaint), complaint=complaint, on=today()
    )

    with pytest.raises(NotAllowed):
        recheck(session, clearance, cast.reviewer)
    assert recheck(session, clearance, cast.superior_reviewer).state == ClearanceState.CHECKED


def test_a_fault_found_goes_back_and_the_revised_opinion_is_re_checked_anew(session, cast):
    clearance = a_clearance(session, cast)
    recheck(session, clearance, cast.reviewer, ok=False, facts="第二项依据不足")
    assert (clearance.state, clearance.checked_ok) == (ClearanceState.PROPOSED, False)
    with pytest.raises(WrongStage):
        approve(session, clearance, cast.chief)
    for by in (cast.reviewer, cast.superior_reviewer):  # nobody passes what has a fault
        with pytest.raises(NotReady) as refused:
            recheck(session, clearance, by)
        assert "先由承办人修改" in words_of(refused)

    one = opinion_on(clearance.complaint)
    clearances.give_opinion(
        session,
        clearance,
        cast.officer,
        Opinion(one.points[:1], one.effects, one.forms, one.words),
        on=today(),
    )

    assert [point.alleged for point in clearance.points] == ["在农村危房改造中收受施工方现金"]
    assert clearance.checked_ok is None
    assert verify(session).ok
    recheck(session, clearance, cast.reviewer)
    approve(session, clearance, cast.chief)


def test_the_leader_sends_an_opinion_back_to_be_revised(session, cast):
    clearance = a_clearance(session, cast, "checked")

    clearances.send_back(session, clearance, cast.chief, reason="第一项请写明核实的凭证。")

    assert (clearance.state, clearance.checked_on) == (ClearanceState.PROPOSED, None)


def test_nobody_approves_their_own_proposal_not_even_a_chief(session, cast):
    complaint = a_concluded_complaint(session, cast)
    clearance = clearances.propose(
        session, cast.chief, opinion_on(complaint), complaint=complaint, on=today()
    )
    recheck(session, clearance, cast.reviewer)

    with pytest.raises(NotAllowed):
        approve(session, clearance, cast.chief)
    assert approve(session, clearance, cast.superior).state == ClearanceState.APPROVED


@pytest.mark.parametrize("name", ["周某", "周　某", " 周 某", "周\u200b某"])
def test_a_chief_who_is_the_person_cleared_neither_sees_nor_signs_it(session, cast, name):
    clearance = a_clearance(session, cast, "checked")
    chief = make_user(session, "chief", organisation=cast.county, name=name)

    assert not steps.may_read(session, chief, clearance)
    assert clearance not in session.scalars(steps.visible(session, chief)).all()
    with pytest.raises(NotAllowed):
        approve(session, clearance, chief)


def test_an_approval_takes_the_whole_map_into_the_scope_and_sets_the_visit(session, cast):
    clearance = a_clearance(session, cast, "approved")

    assert all(row.approved_by_id == cast.chief.id for row in clearance.reach)
    assert clearance.visit_due_on == today() + timedelta(days=90)
    assert clearance.signature == digest(clearance)
    clearance.points[0].found = "另有表述"
    assert clearance.signature != digest(clearance)


def test_the_office_sets_after_how_long_the_visit_is_made(session, cast):
    office.change_settings(session, cast.chief, return_visit_days=30)

    assert a_clearance(session, cast, "approved").visit_due_on == today() + timedelta(days=30)


def test_a_wrong_password_signs_nothing(session, cast):
    clearance = a_clearance(session, cast, "checked")

    with pytest.raises(BadFields) as refused:
        approve(session, clearance, cast.chief, password="a wrong passphrase")

    assert refused.value.errors.keys() == {"password"}
    assert (clearance.state, clearance.signature) == (ClearanceState.CHECKED, "")


def test_an_approval_waits_where_the_complaint_is_verified_once_more(session, cast):
    clearance = a_clearance(session, cast, "checked")
    clearance.complaint.state = ComplaintState.HANDLING
    session.flush()

    with pytest.raises(NotReady) as refused:
        approve(session, clearance, cast.chief)

    assert "正在重新核查" in words_of(refused)


def test_a_point_found_otherwise_since_is_not_approved(session, cast):
    clearance = a_clearance(session, cast, "checked")
    clearance.complaint.points[0].finding = Finding.SUBSTANTIATED
    session.flush()

    with pytest.raises(NotReady) as refused:
        approve(session, clearance, cast.chief)

    assert "第 1 项" in words_of(refused)


def test_what_was_not_proposed_to_be_cleared_cannot_be_approved(session, cast):
    complaint = a_concluded_complaint(session, cast)
    no = Opinion(words="影响已经消除。", effects=("none",), clear=False)
    clearance = clearances.propose(
        session, cast.officer, no, complaint=complaint, asked_by="respondent", on=today()
    )
    recheck(session, clearance, cast.reviewer)

    with pytest.raises(NotReady):
        approve(session, clearance, cast.chief)
    approve(session, clearance, cast.chief, approve=False, reason="没有造成影响，不予澄清。")

    assert clearance.state == ClearanceState.REFUSED
    clearances.tell(session, clearance, cast.officer, on=today(), how="当面答复")
    assert clearance.told_on == today()


def test_two_tabs_the_second_is_told_that_something_was_done_meanwhile(session, cast):
    clearance = a_clearance(session, cast, "approved")
    seen = clearance.version
    reach.correct(
        session, clearance, cast.officer, clearance.reach[0].id, on=today(), how="送达", seen_version=seen
    )

    with pytest.raises(NotReady) as refused:
        reach.correct(
            session, clearance, cast.officer, clearance.reach[1].id, on=today(), how="送达", seen_version=seen
        )

    assert "新的办理情况" in words_of(refused)
    assert clearance.reach[1].corrected_on is None


def test_it_closes_only_when_every_recipient_has_the_correction_and_the_message_names_who_has_not(
    session, cast
):
    clearance = a_clearance(session, cast, "approved")
    work_off(session, cast, clearance)
    late = reach.add(
        session, clearance, cast.officer, kind="selection_file", name="拟任人选考察材料", heard="考察时存入",
        form="written",
    )  # fmt: skip

    with pytest.raises(NotReady) as refused:
        clearances.close(session, clearance, cast.officer, on=today())

    assert [problem.zh.split("”")[0] for problem in refused.value.missing] == ["“拟任人选考察材料"]
    reach.approve(session, clearance, cast.chief, late.id)
    reach.correct(session, clearance, cast.officer, late.id, on=today(), how="更正材料存入")
    assert clearances.close(session, clearance, cast.officer, on=today()).state == ClearanceState.CLOSED


def test_without_a_visit_it_does_not_close(session, cast):
    clearance = a_clearance(session, cast, "approved")
    for row in clearance.reach:
        reach.correct(session, clearance, cast.officer, row.id, on=today(), how="送达", present=30)

    with pytest.raises(NotReady) as refused:
        clearances.close(session, clearance, cast.officer, on=today())

    assert "尚未回访" in words_of(refused)
    assert "No return visit" in words_of(refused, "en")


def test_a_further_visit_that_was_set_is_made_before_it_closes(session, cast):
    clearance = a_clearance(session, cast, "approved")
    work_off(session, cast, clearance)
    visits.enter(
        session, clearance, cast.officer, visited_on=today(), words="考核等次尚未更正", further="协调更正考核等次",
        next_on=today() + timedelta(days=20),
    )  # fmt: skip

    with pytest.raises(NotReady) as refused:
        clearances.close(session, clearance, cast.officer, on=today())
    assert "再次回访" in words_of(refused)

    visits.enter(session, clearance, cast.officer, visited_on=today(), words="已更正")
    clearances.close(session, clearance, cast.officer, on=today())


def test_nothing_in_writing_no_closing(session, cast):
    clearance = a_clearance(session, cast, "approved")
    for row in clearance.reach:
        if row.form == "written":
            reach.gone(session, clearance, cast.chief, row.id, reason="已去世")
    work_off(session, cast, clearance)

    with pytest.raises(NotReady) as refused:
        clearances.close(session, clearance, cast.officer, on=today())

    assert "书面" in words_of(refused)


def test_who_asked_is_answered_before_it_closes(session, cast):
    clearance = a_clearance(session, cast, "approved", asked_by="respondent")
    clearance.asked_by = "organ"
    work_off(session, cast, clearance)
    clearance.asked_by = "respondent"
    session.flush()

    with pytest.raises(NotReady) as refused:
        clearances.close(session, clearance, cast.officer, on=today())

    assert "答复申请人" in words_of(refused)


def test_a_repair_outlives_the_closing_and_is_followed_to_its_end(session, cast):
    clearance = a_clearance(session, cast, "approved")
    repair = repairs.add(
        session, clearance, cast.officer, kind="award", lost="取消年度先进个人评选资格", responsible="县委组织部",
        due_on=today() + timedelta(days=60), today=today(),
    )  # fmt: skip
    work_off(session, cast, clearance)
    clearances.close(session, clearance, cast.officer, on=today())
    assert repairs.open_repairs(clearance) == [repair]

    repairs.finish(
        session, clearance, cast.officer, repair.id, result="made_good", words="补授荣誉", on=today()
    )

    assert repairs.open_repairs(clearance) == []
    assert verify(session).ok


def test_an_account_that_was_deactivated_does_nothing(session, cast):
    clearance = a_clearance(session, cast)
    cast.officer.active = False
    session.flush()

    assert steps.parts_of(session, cast.officer, clearance) == set()


def test_nothing_the_author_did_stands_in_an_event_of_a_clearance(session, cast):
    clearance = a_clearance(session, cast, "closed", asked_by="respondent")

    told = " ".join(str(event.detail) for event in log.history(session, clearance, reads=True))

    assert "周" not in told
    assert RECEIVED_ON.isoformat() not in told

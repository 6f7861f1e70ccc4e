"""What is entered of a clearance is put right without anything being lost, and a closed one opens again."""

from datetime import timedelta

import pytest

from casebook.audit import verify
from casebook.clearance import changes, clearances, due, ending, reach, repairs
from casebook.clearance.changes import RepairText, Told
from casebook.clearance.reach import Named
from casebook.clocks.working import working_days
from casebook.complaints import log, papers
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import ClearanceState
from casebook.procedure.dates import today
from tests.clearances import a_clearance, a_concluded_complaint
from tests.factories import CHEAP, PASSWORD

FURTHER = Named("body", "县委组织部", "考察谈话时知悉", "written")


def kinds(session, clearance):
    return [event.kind for event in log.history(session, clearance)]


def row_of(clearance, name):
    return next(row for row in clearance.reach if row.name == name)


@pytest.fixture
def other(session, cast):
    """Another clearance, which nothing below touches."""
    return a_clearance(session, cast, complaint=a_concluded_complaint(session, cast, respondent_name="吴某"))


def test_a_closed_clearance_opens_again_for_a_further_recipient_and_what_was_done_stays(session, cast, other):
    one = a_clearance(session, cast, "closed")
    closed_on = one.closed_on

    ending.reopen(session, one, cast.officer, reason="县委组织部来函说明其也曾知悉", further=FURTHER)

    assert (one.state, one.closed_on, one.closed_by_id) == (ClearanceState.APPROVED, None, None)
    new = row_of(one, "县委组织部")
    assert new.approved_by_id is None
    assert sum(row.corrected_on is not None for row in one.reach) == 3
    assert one.visits
    (change,) = one.changes
    assert (change.what, change.was["closed_on"], change.by_id) == (
        "reopened", closed_on.isoformat(), cast.officer.id,
    )  # fmt: skip
    with pytest.raises(NotReady) as refused:
        clearances.close(session, one, cast.officer, on=today())
    assert "县委组织部" in refused.value.missing[0].zh
    reach.approve(session, one, cast.chief, new.id)
    reach.correct(session, one, cast.officer, new.id, on=today(), how="送达澄清函")
    clearances.close(session, one, cast.officer, on=today())
    assert kinds(session, one).count("clearance.closed") == 2
    assert other.state == ClearanceState.PROPOSED
    assert verify(session).ok


def test_a_closed_clearance_opens_again_when_a_correction_did_not_reach_somebody(session, cast):
    one = a_clearance(session, cast, "closed")
    row = row_of(one, "青石镇党委")

    with pytest.raises(BadFields):
        ending.reopen(session, one, cast.officer, reason="没有收到", not_reached=9_999_999)
    ending.reopen(session, one, cast.chief, reason="该镇党委称没有收到澄清函", not_reached=row.id)

    assert row.corrected_on is None
    assert row.approved_by_id == cast.chief.id
    taken = changes.of_row(one, row)[-1]
    assert (taken.was["corrected_on"], taken.was["corrected_how"]) == (
        today().isoformat(), "送达澄清函，当面说明",
    )  # fmt: skip
    assert verify(session).ok


def test_a_letter_issued_before_it_was_opened_again_stays(session, cast, home):
    one = a_clearance(session, cast, "closed")
    paper = papers.issue(session, home, one, "clearance_letter", cast.officer, today())
    content = paper.content

    ending.reopen(session, one, cast.officer, reason="又有单位知悉", further=FURTHER)

    assert [(row.id, row.content) for row in papers.papers_of(session, one)] == [(paper.id, content)]


def test_only_a_closed_clearance_opens_again_and_only_with_a_reason_and_by_who_worked_on_it(session, cast):
    one = a_clearance(session, cast, "approved")
    with pytest.raises(WrongStage):
        ending.reopen(session, one, cast.officer, reason="又有单位知悉", further=FURTHER)
    closed = a_clearance(session, cast, "closed")
    with pytest.raises(BadFields) as refused:
        ending.reopen(session, closed, cast.officer, reason=" ", further=FURTHER)
    assert refused.value.errors.keys() == {"reason"}
    for who in (cast.reviewer2, cast.officer2, cast.member):
        with pytest.raises(NotAllowed):
            ending.reopen(session, closed, who, reason="又有单位知悉", further=FURTHER)
    assert closed.state == ClearanceState.CLOSED


def test_the_time_to_reach_everyone_begins_anew_when_it_is_opened_again(session, cast):
    jilin = a_concluded_complaint(session, cast, region="220000")
    one = a_clearance(session, cast, "closed", complaint=jilin)
    working = working_days(session, one.organisation)
    before = [line for line in due.deadlines(one, working) if line.code.endswith("joint_step")]
    assert [line.is_open for line in before] == [False]

    ending.reopen(session, one, cast.officer, reason="又有单位知悉", further=FURTHER)

    after = [line for line in due.deadlines(one, working) if line.code == before[0].code]
    assert [line.is_open for line in after] == [False, True]
    assert after[1].starts_on == today()


def test_a_correction_that_did_not_arrive_is_taken_back_while_the_clearance_runs(session, cast):
    one = a_clearance(session, cast, "approved")
    row = row_of(one, "青石镇党委")
    with pytest.raises(NotReady):
        ending.take_back(session, one, cast.officer, row.id, reason="没有收到")
    reach.correct(session, one, cast.officer, row.id, on=today(), how="寄送澄清函")

    ending.take_back(session, one, cast.officer, row.id, reason="邮件退回")

    assert reach.is_waiting(row)
    assert changes.of_row(one, row)[0].was["corrected_how"] == "寄送澄清函"
    reach.correct(session, one, cast.officer, row.id, on=today(), how="当面送达")
    assert verify(session).ok


def test_a_wrong_name_is_put_right_and_the_old_one_is_kept(session, cast, other):
    one = a_clearance(session, cast)
    row = row_of(one, "青石镇党委")

    changes.amend_reach(
        session,
        one,
        cast.officer,
        row.id,
        Named("unit", "青山镇党委", row.heard, "written"),
        reason="录入有误",
    )

    assert row.name == "青山镇党委"
    (change,) = changes.of_row(one, row)
    assert (change.was, change.reason) == ({"name": "青石镇党委"}, "录入有误")
    assert row_of(other, "青石镇党委")
    assert verify(session).ok


def test_a_name_changed_after_the_approval_waits_for_the_leader_before_anybody_is_told(session, cast):
    one = a_clearance(session, cast, "approved")
    row = row_of(one, "青石镇党委")
    named = Named("unit", "青山镇党委", row.heard, "written")

    changes.amend_reach(session, one, cast.officer, row.id, named, reason="录入有误")
    with pytest.raises(NotReady):
        reach.correct(session, one, cast.officer, row.id, on=today(), how="送达澄清函")
    reach.approve(session, one, cast.chief, row.id)
    reach.correct(session, one, cast.officer, row.id, on=today(), how="送达澄清函")

    changes.amend_reach(
        session, one, cast.officer, row.id, Named("unit", "青川镇党委", row.heard, "written"), reason="又误"
    )
    assert row.corrected_on is not None
    assert any("青川镇党委" in problem.zh for problem in clearances.missing_to_close(one))
    changes.amend_reach(session, one, cast.chief, row.id, named, reason="核对后更正")
    assert row.approved_by_id == cast.chief.id
    kept = [change.was["approved_by_id"] for change in changes.of_row(one, row)]
    assert kept == [cast.chief.id, cast.chief.id, None]
    assert verify(session).ok


def test_a_moved_day_of_a_correction_is_put_right_within_the_time_since_the_approval(session, cast):
    one = a_clearance(session, cast, "approved")
    row = row_of(one, "青石镇干部大会")
    reach.correct(session, one, cast.officer, row.id, on=today(), how="会上宣读", present=46)
    same = Named(row.kind, row.name, row.heard, row.form)

    with pytest.raises(BadFields) as refused:
        changes.amend_reach(
            session, one, cast.officer, row.id, same, reason="有误",
            told=Told(one.decided_on - timedelta(days=1), "会上宣读", 0),
        )  # fmt: skip
    assert refused.value.errors.keys() == {"on", "present"}
    changes.amend_reach(
        session, one, cast.officer, row.id, same, told=Told(today(), "会上宣读", 64), reason="到会人数有误"
    )

    assert (row.present, row.approved_by_id) == (64, cast.chief.id)
    assert changes.of_row(one, row)[0].was == {"present": 46}


def test_the_person_cleared_stays_on_the_list_and_nothing_is_changed_without_a_change(session, cast):
    one = a_clearance(session, cast)
    own = row_of(one, "周某")

    with pytest.raises(BadFields):
        changes.amend_reach(
            session, one, cast.officer, own.id, Named("person", "吴某", "本人", "written"), reason="录入有误"
        )
    with pytest.raises(NotReady):
        changes.amend_reach(
            session, one, cast.officer, own.id, Named("person", "周某", "本人", "written"), reason="录入有误"
        )
    assert one.changes == []


def test_what_tells_of_the_author_is_refused_in_a_correction_too(session, cast):
    one = a_clearance(session, cast)
    row = row_of(one, "青石镇党委")

    with pytest.raises(BadFields) as refused:
        changes.amend_reach(
            session,
            one,
            cast.officer,
            row.id,
            Named("unit", "青石镇党委", "收到举报信", "written"),
            reason="来信更正",
        )

    assert refused.value.errors.keys() == {"heard", "reason"}


def test_a_repair_is_put_right_after_the_closing_and_its_result_can_be_taken_back(session, cast):
    one = a_clearance(session, cast, "approved")
    row = repairs.add(
        session, one, cast.officer, kind="award", lost="未评为先进", responsible="镇党委",
        due_on=today() + timedelta(days=9), today=today(),
    )  # fmt: skip
    repairs.finish(session, one, cast.officer, row.id, result="restored", words="已补评", on=today())
    later = today() + timedelta(days=30)

    with pytest.raises(BadFields) as refused:
        changes.amend_repair(
            session, one, cast.officer, row.id, RepairText("award", "未评为先进", "镇党委", today()),
            reason="尚未办结", today=today(),
        )  # fmt: skip
    assert refused.value.errors.keys() == {"due_on"}
    changes.amend_repair(
        session,
        one,
        cast.officer,
        row.id,
        RepairText("award", "未评为先进", "县委办", later),
        reason="尚未办结",
        today=today(),
    )

    assert (row.result, row.done_on, row.responsible, row.due_on) == ("", None, "县委办", later)
    assert changes.of_row(one, row)[0].was["result"] == "restored"
    with pytest.raises(NotAllowed):
        changes.amend_repair(
            session,
            one,
            cast.officer2,
            row.id,
            RepairText("award", "无", "县委办", later),
            reason="有误",
            today=today(),
        )
    assert verify(session).ok


@pytest.mark.parametrize(
    "name",
    [
        "青石县信访局", "青石县人民政府办公室信访科", "县信访工作联席会议办公室", "市检察院控告申诉检察处", "县举报中心",
        "The county petition office", "Public Complaints and Proposals Administration",
    ],
)  # fmt: skip
def test_a_petition_office_can_be_told_and_its_delivery_named(session, cast, name):
    one = a_clearance(session, cast)
    row = reach.add(
        session, one, cast.officer, kind="body", name=name, heard="联席会议上知悉", form="written"
    )  # fmt: skip

    assert row.name == name


@pytest.mark.parametrize(
    "name",
    [
        "信访局来信人张某",
        "举报人所在科",
        "来信办",
        "信访",
        "12388举报中心转办",
        "petition",
        "信访件承办科",
        "写信人信访局",
    ],
)
def test_what_is_no_name_of_a_body_is_refused_as_before(session, cast, name):
    one = a_clearance(session, cast)

    with pytest.raises(BadFields) as refused:
        reach.add(session, one, cast.officer, kind="body", name=name, heard="会议上知悉", form="written")

    assert refused.value.errors.keys() == {"name"}


def test_how_a_petition_office_was_told_may_name_it_and_nothing_else(session, cast):
    one = a_clearance(session, cast)
    row = reach.add(
        session, one, cast.officer, kind="body", name="县信访局", heard="会议上知悉", form="written"
    )
    other = row_of(one, "青石镇党委")
    clearances.check(session, one, cast.reviewer, ok=True, facts="清楚", procedure="合规", on=today())
    _approve(session, cast, one)

    with pytest.raises(BadFields):
        reach.correct(session, one, cast.officer, row.id, on=today(), how="送达县信访局，请其回复来信人")
    with pytest.raises(BadFields):
        reach.correct(session, one, cast.officer, other.id, on=today(), how="经县信访局转达")
    reach.correct(session, one, cast.officer, row.id, on=today(), how="派员送达县信访局")

    assert row.corrected_on == today()


def test_the_person_is_not_told_that_a_petition_office_heard_of_it(session, cast, home):
    one = a_clearance(session, cast)
    reach.add(session, one, cast.officer, kind="body", name="县信访局", heard="会议上知悉", form="written")
    clearances.check(session, one, cast.reviewer, ok=True, facts="清楚", procedure="合规", on=today())

    paper = papers.issue(session, home, one, "clearance_notice", cast.officer, today())

    assert "青石镇党委" in str(paper.content)
    assert "信访局" not in str(paper.content)


def _approve(session, cast, one):
    clearances.decide(
        session, one, cast.chief, approve=True, reason="同意", password=PASSWORD, on=today(), hasher=CHEAP
    )

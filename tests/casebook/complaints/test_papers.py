"""Papers about complaints, clearances and returns: what they say, what they never say, and that they are checked."""

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from casebook import audit, events, uploads
from casebook.complaints import log, paper_data, papers
from casebook.complaints.paper_author import RESULTS
from casebook.complaints.paper_kinds import KINDS
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import (
    Channel,
    Clearance,
    ClearancePoint,
    ClearanceState,
    Complaint,
    ComplaintDuty,
    ComplaintPaper,
    ComplaintPart,
    ComplaintState,
    Event,
    Finding,
    Naming,
    Reach,
    Reinstatement,
    Repair,
    ReturnVisit,
    Stage,
)
from casebook.papers import store
from casebook.papers.store import DamagedPaper
from casebook.procedure.decide import standing_decision
from casebook.uploads import place_of
from tests.appealed import seeded
from tests.casebook.papers.records import docx_part, docx_text, pdf_text
from tests.stages import Cast, bring

DAY = date(2026, 11, 21)
WORDS = "赵某说他收了钱"  # what an author wrote; no paper may have it


@pytest.fixture
def cast(session):
    seeded(session)
    cast = Cast(session)
    cast.county.name_zh, cast.county.code = "青溪县纪委监委", "QX"
    return cast


def a_complaint(session, cast, **fields) -> Complaint:
    """One complaint with its screener and its handler, put there for the papers alone."""
    row = Complaint(
        number=fields.pop("number", "QX-X2026-0001"), organisation=cast.county, channel=Channel.WEB, naming=Naming.REAL_NAME,
        received_on=DAY - timedelta(days=40), registered_at=utc_now(), registered_by_id=cast.receiver.id,
        state=ComplaintState.CONCLUDED, accepted_on=DAY - timedelta(days=30), concluded_on=DAY - timedelta(days=1),
        finding=Finding.UNSUBSTANTIATED, respondent_name="周正清", respondent_unit="青石镇人民政府", extract="摘录文字甲",
    )  # fmt: skip
    for name, value in fields.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    duties = [
        ComplaintDuty(
            complaint_id=row.id, part=part, user_id=user.id, by_id=cast.chief.id, at=utc_now(), grounds=[]
        )
        for part, user in ((ComplaintPart.SCREENER, cast.receiver), (ComplaintPart.HANDLER, cast.officer))
    ]
    session.add_all(duties)
    log.record(session, "complaint_papers.listed", None, row, rows=[row, *duties])
    return row


def a_clearance(session, cast, state=ClearanceState.APPROVED, **fields) -> Clearance:
    """One clearance with two points, three who had heard, a repair and a visit."""
    complaint = fields.pop("complaint", None) or a_complaint(session, cast)
    row = Clearance(
        number="QX-C2026-0001", organisation=cast.county, complaint_id=complaint.id, state=state, name="周正清",
        unit="青石镇人民政府", post="镇长", asked_by="organ", asked_on=DAY - timedelta(days=9), effects=["work_or_life"],
        facts={}, advice={"clearance_due": "yes", "reasons": [{"zh": "失实且造成不良影响，应当澄清"}]},
        forms=["written", "meeting"], by_id=cast.officer.id, proposed_by_id=cast.officer.id, at=utc_now(),
        facts_checked="事实清楚", procedure_checked="程序合规", checked_ok=True, checked_by_id=cast.reviewer.id,
        checked_on=DAY - timedelta(days=5), decided_by_id=cast.chief.id, decided_on=DAY - timedelta(days=2),
        decided_reason="同意澄清",
    )  # fmt: skip
    for name, value in fields.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    more = [
        ClearancePoint(clearance=row, seq=1, alleged="在村道改造工程中收受施工方现金", found="账目、证言均证明没有收受"),
        ClearancePoint(clearance=row, seq=2, alleged="安排亲属承包工程", found="承包人与其没有亲属关系"),
        *(
            Reach(clearance=row, kind=kind, name=name, heard="会上听到", form=form, added_by_id=cast.officer.id,
                  at=utc_now(), approved_by_id=cast.chief.id)
            for kind, name, form in (("unit", "青石镇党委", "written"), ("meeting", "青石镇干部大会", "meeting"),
                                     ("body", "青溪县委组织部", "written"))
        ),
        Repair(clearance=row, kind="selection", lost="暂缓的职级晋升", responsible="青溪县委组织部",
               due_on=DAY + timedelta(days=30), by_id=cast.officer.id, at=utc_now()),
        ReturnVisit(clearance=row, visited_on=DAY, by_id=cast.officer.id, at=utc_now(), words="思想稳定。"),
    ]  # fmt: skip
    more[3].corrected_on, more[3].corrected_how, more[3].present = DAY, "会上宣读", 46
    session.add_all(more)
    log.record(session, "complaint_papers.listed", None, row, rows=[row, *more])
    return row


def text_of(home, paper, form="pdf"):
    content = store.path_of(home, paper, form).read_bytes()
    return pdf_text(content) if form == "pdf" else docx_text(content)


def given(session, home, cast, about, kind, **more):
    who = {"complaint": cast.receiver, "clearance": cast.officer}.get(KINDS[kind].about, cast.officer)
    return papers.issue(session, home, about, kind, more.pop("by", who), more.pop("on", DAY), **more)


CLEARANCE_KINDS = [code for code, kind in KINDS.items() if kind.about == "clearance"]


@pytest.mark.parametrize("kind", CLEARANCE_KINDS)
def test_each_paper_of_a_clearance_is_issued_says_every_point_and_is_kept(session, home, cast, kind):
    clearance = a_clearance(session, cast)

    paper = given(session, home, cast, clearance, kind)

    assert paper.number == "QX函〔2026〕1号"
    for form in ("pdf", "docx"):
        text = text_of(home, paper, form)
        for wanted in (
            "周正清",
            "在村道改造工程中收受施工方现金",
            "承包人与其没有亲属关系",
            "QX函〔2026〕1号",
        ):
            assert wanted in text
    event = session.scalars(select(Event).where(Event.kind == "complaint_paper.issued")).one()
    assert event.detail["paper"] == paper.id
    assert audit.verify(session, home).ok


@pytest.mark.parametrize("kind", CLEARANCE_KINDS)
def test_no_paper_of_a_clearance_shows_a_complaint_or_its_days(session, home, cast, kind):
    complaint = a_complaint(session, cast)
    clearance = a_clearance(session, cast, complaint=complaint)

    text = text_of(home, given(session, home, cast, clearance, kind))

    for hidden in (
        "检举",
        "控告",
        "举报",
        "来信",
        "信访",
        "匿名",
        "实名",
        "网络",
        "反映人",
        complaint.number,
        "摘录文字甲",
    ):
        assert hidden not in text
    for day in (complaint.received_on, complaint.accepted_on, complaint.concluded_on):
        assert f"{day.year}年{day.month}月{day.day}日" not in text


def test_the_files_carry_no_name_and_no_time_but_the_day(session, home, cast):
    paper = given(session, home, cast, a_clearance(session, cast), "clearance_letter")
    pdf, docx = (store.path_of(home, paper, form).read_bytes() for form in ("pdf", "docx"))

    about = PdfReader(BytesIO(pdf)).metadata
    assert (about.author, about.title, about.creation_date.date()) == (None, "澄清函", DAY)
    assert about.creation_date.time().isoformat() == "00:00:00"
    core = docx_part(docx, "docProps/core.xml")
    for name in (cast.officer.name, cast.officer.login, "青溪县", "QX", "周正清", "python"):
        assert name not in core
    assert all(
        entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in zipfile.ZipFile(BytesIO(docx)).infolist()
    )


def test_a_letter_goes_to_the_person_or_to_another_of_the_approved_scope_and_to_nobody_else(
    session, home, cast
):
    clearance = a_clearance(session, cast)
    organisation = clearance.reach[2]
    own = Reach(
        clearance=clearance, kind="person", name="周 正清", heard="本人", form="written", added_by_id=cast.officer.id,
        at=utc_now(), approved_by_id=cast.chief.id,
    )  # fmt: skip
    session.add(own)
    log.record(session, "complaint_papers.listed", None, clearance, rows=[own])

    papers_to = [
        given(session, home, cast, clearance, "clearance_letter", ref=ref)
        for ref in ("", f"reach:{own.id}", f"reach:{organisation.id}")
    ]
    assert [one.content["blocks"][1]["text"] for one in papers_to] == [
        "周正清同志：", "周正清同志：", "青溪县委组织部：",
    ]  # fmt: skip
    said = [text_of(home, one) for one in papers_to]
    assert ["请在原知悉范围内说明上述情况" in text for text in said] == [False, False, True]
    named = [label.zh for _ref, label in paper_data.refs(clearance, "clearance_letter")]
    assert named == ["致周正清本人", "致青石镇党委", "致青石镇干部大会", "致青溪县委组织部"]

    organisation.approved_by_id = None
    log.record(session, "complaint_papers.listed", None, clearance, rows=[organisation])
    with pytest.raises(NotReady, match="main leader"):
        given(session, home, cast, clearance, "clearance_letter", ref=f"reach:{organisation.id}")
    organisation.approved_by_id, organisation.gone_why = cast.chief.id, "机构已经撤销"
    log.record(session, "complaint_papers.listed", None, clearance, rows=[organisation])
    with pytest.raises(NotReady, match="out of reach"):
        given(session, home, cast, clearance, "clearance_letter", ref=f"reach:{organisation.id}")
    for ref in ("reach:9999", "decision:1", "reach:x"):
        with pytest.raises(BadFields):
            given(session, home, cast, clearance, "clearance_letter", ref=ref)


def test_a_letter_after_a_revoked_decision_says_so_and_goes_to_its_scope(session, home, cast):
    case = bring(session, cast, Stage.IN_FORCE)
    decision = standing_decision(session, case)
    clearance = a_clearance(
        session, cast, complaint_id=None, case_id=case.id, decision_id=decision.id, name=case.respondent.name
    )

    text = text_of(home, given(session, home, cast, clearance, "clearance_letter"))

    assert "的决定已不再执行" in text
    assert "《中华人民共和国公职人员政务处分法》第六十条" in text
    assert "原知悉范围" in text


def test_a_letter_after_a_case_in_which_nothing_was_made_out_cites_its_own_law(session, home, cast):
    case = bring(session, cast, Stage.IN_FORCE)
    decision = standing_decision(session, case)
    decision.disposition = "not_established"
    clearance = a_clearance(
        session, cast, complaint_id=None, case_id=case.id, decision_id=decision.id, name=case.respondent.name
    )
    events.record(session, "decision.replaced", None, case, rows=[decision])

    texts = [
        text_of(home, given(session, home, cast, clearance, kind))
        for kind in ("clearance_letter", "clearance_notice", "clearance_approval")
    ]

    assert all("不成立" in text and "已不再执行" not in text for text in texts)
    assert "《中国共产党党内监督条例》第四十一条" in texts[0]


def test_that_it_was_verified_is_said_once_for_each_point(session, home, cast):
    clearance = a_clearance(session, cast)
    clearance.points[0].found = "经核查，账目、证言均证明没有收受。"
    log.record(session, "complaint_papers.listed", None, clearance, rows=[clearance.points[0]])

    text = text_of(home, given(session, home, cast, clearance, "clearance_letter"))

    assert "经核查：账目、证言均证明没有收受。" in text


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("该同志一贯廉洁自律", "评价"),
        ("举报人提供的录音系剪辑", "检举控告"),
        ("见QX-X2026-0001号件", "检举控告编号"),
    ],
)
def test_a_letter_that_appraises_or_shows_a_complaint_is_refused(session, home, cast, found, shown):
    clearance = a_clearance(session, cast)
    clearance.points[0].found = found
    log.record(session, "complaint_papers.listed", None, clearance, rows=[clearance.points[0]])

    with pytest.raises(NotReady) as refused:
        given(session, home, cast, clearance, "clearance_letter")

    assert shown in refused.value.message("zh")
    assert session.scalar(select(func.count()).select_from(ComplaintPaper)) == 0


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (ClearanceState.PROPOSED, {"clearance_approval"}),
        (ClearanceState.CHECKED, {"clearance_approval", "clearance_notice"}),
        (ClearanceState.REFUSED, {"clearance_approval"}),
    ],
)
def test_a_letter_waits_for_the_approval_and_never_follows_a_refusal(session, home, cast, state, kinds):
    clearance = a_clearance(session, cast, state)
    if state == ClearanceState.PROPOSED:
        clearance.decided_on = clearance.decided_by_id = clearance.checked_on = None
        log.record(session, "complaint_papers.listed", None, clearance, rows=[clearance])

    offered = {one.kind.code for one in papers.options(session, cast.officer, clearance, DAY) if one.refs}

    assert offered == kinds
    for kind in set(CLEARANCE_KINDS) - kinds:
        with pytest.raises(NotReady):
            given(session, home, cast, clearance, kind)


@pytest.mark.parametrize("finding", list(Finding))
def test_the_author_reads_the_result_and_the_notice_of_secrecy_and_nobody_by_name(
    session, home, cast, finding
):
    complaint = a_complaint(session, cast, finding=finding, author_reason="作者动机")

    text = text_of(home, given(session, home, cast, complaint, "result_feedback"))

    assert "".join(RESULTS[finding].split()) in text
    assert "请你对本反馈的内容保密" in text
    for hidden in (
        "周正清",
        "青石镇",
        "摘录文字甲",
        "作者动机",
        cast.officer.name,
        cast.receiver.name,
        "诬告",
        "2026年10月12日",
    ):
        assert hidden not in text


def test_acceptance_is_told_by_number_and_day(session, home, cast):
    complaint = a_complaint(session, cast)

    text = text_of(home, given(session, home, cast, complaint, "acceptance_notice"))

    assert "登记编号：QX-X2026-0001" in text
    assert "2026年10月22日受理" in text
    assert "周正清" not in text
    assert "2026年10月12日" not in text  # the day it came in


@pytest.mark.parametrize("naming", [Naming.ANONYMOUS, Naming.UNVERIFIABLE])
def test_nobody_anonymous_is_sent_a_paper(session, home, cast, naming):
    complaint = a_complaint(session, cast, naming=naming)
    for kind in ("acceptance_notice", "result_feedback"):
        with pytest.raises(NotReady, match="anonymous"):
            given(session, home, cast, complaint, kind)


def test_before_acceptance_or_conclusion_there_is_nothing_to_tell(session, home, cast):
    complaint = a_complaint(session, cast, state=ComplaintState.ACCEPTED, concluded_on=None, finding=None)
    with pytest.raises(WrongStage):
        given(session, home, cast, complaint, "result_feedback")
    complaint = a_complaint(session, cast, number="QX-X2026-0002", state=ComplaintState.REGISTERED)
    with pytest.raises(WrongStage):
        given(session, home, cast, complaint, "acceptance_notice")


def test_whoever_has_no_part_issues_and_reads_nothing(session, home, cast):
    complaint = a_complaint(session, cast)
    clearance = a_clearance(session, cast, complaint=complaint)
    letter = given(session, home, cast, clearance, "clearance_letter")
    for who in ("member", "administrator", "stranger", "receiver2", "officer2"):
        user = getattr(cast, who)
        with pytest.raises(NotAllowed):
            given(session, home, cast, complaint, "result_feedback", by=user)
        with pytest.raises(NotAllowed):
            given(session, home, cast, clearance, "clearance_letter", by=user)
        with pytest.raises(NotAllowed):
            papers.read_paper(session, home, user, clearance, letter.id, "pdf")
    cast.officer.name = "周正清"
    session.flush()
    with pytest.raises(NotAllowed):
        papers.read_papers(session, cast.officer, clearance)


def test_a_paper_of_something_else_is_not_given_out(session, home, cast):
    complaint = a_complaint(session, cast)
    letter = given(session, home, cast, a_clearance(session, cast, complaint=complaint), "clearance_letter")
    for about, form in ((complaint, "pdf"), (complaint, "exe")):
        with pytest.raises(papers.PaperNotFound):
            papers.read_paper(session, home, cast.receiver, about, letter.id, form)
    kinds = {kind for kind in session.scalars(select(Event.kind)) if kind == "complaint_paper.read"}
    assert not kinds


def test_the_sweep_leaves_the_files_of_papers_about_complaints(session, home, cast):
    paper = papers.issue(session, home, a_complaint(session, cast), "acceptance_notice", cast.receiver, DAY)
    session.commit()

    assert uploads.sweep(session, home) == []
    assert place_of(home, paper.pdf_sha256).is_file()
    assert place_of(home, paper.docx_sha256).is_file()


def test_a_file_that_was_exchanged_is_found_out(session, home, cast):
    clearance = a_clearance(session, cast)
    letter = given(session, home, cast, clearance, "clearance_letter")
    place = place_of(home, letter.pdf_sha256)
    place.write_bytes(place.read_bytes() + b"x")

    with pytest.raises(DamagedPaper):
        papers.read_paper(session, home, cast.officer, clearance, letter.id, "pdf")
    assert audit.verify(session, home).why == "paper"


def test_a_kind_of_something_else_is_refused(session, home, cast):
    complaint = a_complaint(session, cast)
    for kind in ("charter", "clearance_letter", "return_form", "period_end_notice", "decision"):
        with pytest.raises(BadFields):
            papers.issue(session, home, complaint, kind, cast.receiver, DAY)


def test_a_paper_is_not_dated_before_what_it_states(session, home, cast):
    complaint = a_complaint(session, cast)
    clearance = a_clearance(session, cast, complaint=complaint)
    with pytest.raises(BadFields):
        given(session, home, cast, complaint, "result_feedback", on=DAY - timedelta(days=2))
    with pytest.raises(BadFields):
        given(session, home, cast, clearance, "clearance_letter", on=DAY - timedelta(days=3))


def test_numbers_run_without_gaps_and_a_refused_paper_takes_none(session, home, cast):
    complaint = a_complaint(session, cast)
    numbers = [given(session, home, cast, complaint, "acceptance_notice").number]
    with pytest.raises(BadFields), session.begin_nested():
        given(session, home, cast, complaint, "result_feedback", on=date(2020, 1, 1))
    numbers.append(given(session, home, cast, complaint, "result_feedback").number)

    assert numbers == ["QX函〔2026〕1号", "QX函〔2026〕2号"]


def a_return(session, cast) -> Reinstatement:
    case = bring(session, cast, Stage.IN_FORCE)
    decision = standing_decision(session, case)
    measure = decision.measures[0]
    measure.months, measure.starts_on, measure.ends_on = 6, date(2026, 3, 1), date(2026, 8, 31)
    row = Reinstatement(
        number="QX-F2026-0001", organisation_id=cast.county.id, case_id=case.id, decision_id=decision.id, state="reported", superior_needed=False,
        reported_on=DAY - timedelta(days=3), post="县农业农村局四级主任科员", facts={}, by_id=cast.officer.id, at=utc_now(),
        advice={"eligible": "no", "unmet": [{"id": "suitable_post_exists", "zh": "没有合适岗位", "en": "no post"}],
                "reasons": [{"zh": "影响期已满"}]},
    )  # fmt: skip
    session.add(row)
    session.flush()
    log.record(session, "complaint_papers.listed", None, row, rows=[row, measure])
    return row


def test_the_end_of_a_period_is_told_with_what_is_not_restored(session, home, cast):
    asked = a_return(session, cast)
    for about in (asked, asked.case):
        text = text_of(home, papers.issue(session, home, about, "period_end_notice", cast.officer, DAY))
        assert "2026年8月31日" in text
        assert "期满不等于恢复原职务" in text
    assert audit.verify(session, home).ok
    assert [one.kind for one in papers.papers_of(session, asked.case)] == ["period_end_notice"]


def test_a_period_that_runs_is_not_told_as_over(session, home, cast):
    asked = a_return(session, cast)
    with pytest.raises(NotReady, match="not over"):
        papers.issue(session, home, asked, "period_end_notice", cast.officer, date(2026, 8, 31))


def test_the_form_on_a_return_says_what_is_unmet(session, home, cast):
    asked = a_return(session, cast)

    text = text_of(home, papers.issue(session, home, asked, "return_form", cast.officer, DAY))

    for wanted in (
        "QX-F2026-0001",
        "不具备重新任职的资格条件",
        "没有合适岗位",
        "影响期已满",
        "县农业农村局四级主任科员",
    ):
        assert wanted in text


def test_the_history_of_a_clearance_has_its_papers_and_no_words(session, home, cast):
    clearance = a_clearance(session, cast)
    given(session, home, cast, clearance, "clearance_letter")
    papers.read_papers(session, cast.officer, clearance)

    assert [event.kind for event in log.history(session, clearance)] == ["complaint_paper.issued"]
    for event in log.history(session, clearance, reads=True):
        assert "周正清" not in str(event.detail)
        assert events.label(event.kind, "zh")

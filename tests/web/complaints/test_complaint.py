"""The page of one complaint and the pages of its steps: each person sees what is theirs, and nobody who complained."""

import re

import pytest

from casebook.clearance import clearances
from casebook.complaints import door, duties, handling, listing, protection, secrecy
from casebook.complaints.steps import STEPS
from casebook.errors import BadFields
from casebook.models import Complaint, ComplaintPart, Finding, Protection
from casebook.procedure.dates import today
from casebook.seal import messages
from tests import handled
from tests.casebook.complaints.test_telling import opening
from tests.complaints import SEALED, a_complaint, handler, screener
from tests.stages import Cast
from web.complaints.step_pages import NEED_A_ROW, PAGES

STATES = (
    "registered",
    "assigned",
    "screened",
    "accepted",
    "proposed",
    "handling",
    "found",
    "concluded",
    "told",
    "closed",
)
MARKERS = (SEALED["name"], SEALED["contact"], SEALED["identity_number"], "我是村里的会计", "去年腊月里")


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def make(session, cast, seal):
    def make(state: str, **fields) -> Complaint:
        a_complaint(session, cast, seal, name="旁人甲", contact="13000000001")  # noise
        complaint = a_complaint(session, cast, seal, state, **fields)
        session.commit()
        return complaint

    return make


def people(cast):
    return {
        name: getattr(cast, name)
        for name in ("officer", "reviewer", "chief", "superior", "receiver", "receiver2", "auditor")
    }


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_who_may_see_it_sees_its_page_and_nobody_sees_its_author(as_, cast, make, state, language):
    complaint = make(state)
    number = complaint.number
    for user in people(cast).values():
        visitor = as_(user, language)
        visitor.get(f"/complaints/{number}")
        assert visitor.status in (200, 404)
        words = visitor.response.get_data(as_text=True)
        assert not [marker for marker in MARKERS if marker in words]
        if visitor.status == 200:
            assert visitor.heading.endswith(number)
            for link in {
                a["href"] for a in visitor.page.select(f'main a[href*="/complaints/{number}/step/"]')
            }:
                visitor.get(link)
                assert visitor.status == 200, link
                words = visitor.response.get_data(as_text=True)
                assert not [marker for marker in MARKERS if marker in words], link


def test_a_complaint_of_another_organ_looks_like_one_that_does_not_exist(as_, cast, make):
    complaint = make("accepted")
    visitor = as_(cast.stranger)
    for path in ("", "/step/findings"):
        visitor.get(f"/complaints/{complaint.number}{path}")
        hidden = visitor.status, visitor.text().replace(complaint.number, "X")
        visitor.get(f"/complaints/T9-X2026-0099{path}")
        assert hidden == (404, visitor.text().replace("T9-X2026-0099", "X"))


def test_whoever_handles_it_is_not_shown_how_it_came_in_nor_how_it_is_signed(as_, cast, make):
    number = make("handling").number
    officer, chief = as_(cast.officer), as_(cast.chief)

    officer.get(f"/complaints/{number}")
    chief.get(f"/complaints/{number}")

    for words in ("来信", "实名"):
        assert words not in officer.text()
        assert words in chief.text()


def test_the_history_of_a_stub_does_not_tell_how_it_came_in(as_, cast, make):
    number = make("stub", channel="visit").number
    for user in (cast.receiver, cast.superior, cast.auditor):
        visitor = as_(user)
        visitor.get(f"/complaints/{number}")
        words = visitor.text()
        assert visitor.status == 200
        assert "检举控告径送上级" in words
        assert not [one for one in ("来访", "来信", "实名", "匿名", "登记网上") if one in words]


def test_a_stub_shows_its_entry_and_nothing_else(as_, cast, make):
    number = make("stub").number
    visitor = as_(cast.receiver2)

    visitor.get(f"/complaints/{number}")

    assert "市纪委监委" in visitor.text()
    for words in ("青石镇", "周某", "来信", "实名", "摘录"):
        assert words not in visitor.text().split("经过")[0]


def test_the_question_of_recusal_comes_before_the_first_step(session, as_, cast, make):
    complaint = make("accepted")
    duties.assign(session, complaint, "handler", cast.officer, cast.chief)
    session.commit()
    officer = as_(cast.officer)
    officer.get(f"/complaints/{complaint.number}/step/disposition")
    assert officer.status == 403

    officer.get(f"/complaints/{complaint.number}")
    assert "回避" in officer.text()
    officer.send("没有上述情形，继续办理")
    assert officer.status == 200
    officer.get(f"/complaints/{complaint.number}/step/disposition")

    assert officer.status == 200


def test_whoever_has_a_ground_of_recusal_reaches_it_no_more(session, as_, cast, make):
    complaint = make("handling")
    officer = as_(cast.officer)
    officer.get(f"/complaints/{complaint.number}")

    officer.post(f"/complaints/{complaint.number}/recusal", [("none", "")])
    assert officer.status == 422
    officer.post(f"/complaints/{complaint.number}/recusal", [("grounds", "no such thing")])
    assert officer.status == 422
    officer.post(f"/complaints/{complaint.number}/recusal", [("grounds", "interest")])
    officer.get(f"/complaints/{complaint.number}")

    assert officer.status == 404


def test_from_a_proposal_to_the_result_by_the_pages(session, seal, as_, cast, make):
    complaint = make("accepted")
    number, handle, ids = complaint.number, complaint.handle, [point.id for point in complaint.points]
    home = f"/complaints/{number}"
    chief, officer, receiver = as_(cast.chief), as_(cast.officer), as_(cast.receiver)

    chief.get(home)
    chief.get(chief.link("指定承办人"))
    chief.send("指定", user_id=str(cast.officer.id))
    assert chief.status == 200, chief.errors
    officer.get(home)
    officer.send("没有上述情形，继续办理")
    officer.get(officer.link("提出处置意见"))
    officer.send("报主要负责人", disposition="", minutes="")
    assert officer.status == 422
    assert len(officer.errors) >= 1
    officer.send("报主要负责人", disposition="preliminary_check", minutes=handled.MINUTES)
    assert officer.heading.endswith(number), officer.errors
    chief.get(home)
    chief.get(chief.link("批准处置意见"))
    assert handled.MINUTES in chief.text()
    chief.send("批准")
    officer.get(home)
    officer.get(officer.link("填写核查结论"))
    values = {f"point_{one}": "unsubstantiated" for one in ids} | {f"reason_{one}": "查无此事" for one in ids}
    officer.send("报主要负责人", whole="partly", reason="查无此事", **values)
    assert officer.status == 422
    assert any("失实" in error for error in officer.errors), officer.errors
    assert officer.value("whole") == "partly", "what was typed stays"
    officer.send("报主要负责人", whole="unsubstantiated")
    assert officer.heading.endswith(number), officer.errors
    chief.get(home)
    chief.get(chief.link("批准办结"))
    chief.send("批准")
    assert chief.status == 200
    receiver.get(home)
    receiver.get(receiver.link("反馈结果"))
    assert "予以保密" in receiver.text()
    receiver.send("反馈")
    assert receiver.heading.endswith(number), receiver.errors

    session.expire_all()
    assert session.get(Complaint, complaint.id).fed_back_on == today()
    assert "未发现您反映的问题属实的证据" in messages.all(seal, handle)[0].text


def test_what_the_rules_say_stands_beside_a_conclusion_and_is_called_advice(as_, cast, make):
    number = make("concluded").number
    visitor = as_(cast.officer, "en")

    visitor.get(f"/complaints/{number}")

    assert "What the rules say follows" in visitor.text()
    assert "Closed: untrue is not false" in visitor.text()
    assert "people decide" in visitor.text()


def test_a_proposal_sent_back_is_shown_with_its_reason(as_, cast, make):
    number = make("proposed").number
    chief, officer = as_(cast.chief), as_(cast.officer)
    chief.get(f"/complaints/{number}/step/disposition-return")
    chief.send("退回", reason="")
    assert chief.status == 422
    chief.send("退回", reason="未说明理由")

    officer.get(f"/complaints/{number}")

    assert "未说明理由" in officer.text()


def test_a_step_that_is_too_early_is_refused_on_its_page(as_, cast, make):
    number = make("accepted").number
    chief = as_(cast.chief)
    chief.get(f"/complaints/{number}/step/conclusion")

    chief.send("批准")

    assert chief.status == 409
    assert "已受理" in chief.text()


@pytest.mark.parametrize("state", ["accepted", "handling", "concluded", "closed"])
def test_every_page_is_refused_to_whoever_never_takes_its_step(session, seal, as_, cast, make, state):
    complaint = make(state)
    number = complaint.number
    before = complaint.version
    may = {
        "receiver": "screener receiver", "receiver2": "receiver", "officer": "handler", "chief": "chief",
        "superior": "superior", "reviewer": "", "auditor": "",
    }  # fmt: skip
    if state == "accepted":
        may["officer"] = ""
    for name, user in people(cast).items():
        visitor = as_(user)
        visitor.get("/account")
        token = visitor.value("csrf_token")
        for code, page in PAGES.items():
            path = f"/complaints/{number}/step/{code}" + ("/1" if code in NEED_A_ROW else "")
            granted = bool(set(may[name].split()) & set(STEPS[page.step].by))
            visitor.get(path)
            assert visitor.status == 200 if granted else visitor.status in (403, 404), (name, code)
            visitor.post(path, {"csrf_token": token})
            if not granted:
                assert visitor.status in (403, 404), (name, code)
    session.expire_all()
    changed = session.get(Complaint, complaint.id).version - before
    assert changed == 0 or state in ("accepted", "handling"), "nothing empty is taken"


def test_the_chief_ends_a_part_with_a_reason_and_the_person_sees_it_no_longer(session, as_, cast, make):
    complaint = make("handling")
    number = complaint.number
    chief = as_(cast.chief)
    chief.get(f"/complaints/{number}")
    (link,) = [
        one["href"]
        for one in chief.page.select('a[href*="/step/duty-end/"]')
        if cast.officer.name in one.get_text()
    ]

    chief.get(link)
    chief.send("结束")
    assert chief.status == 422
    chief.get(link)
    chief.send("结束", why="调离本岗位")

    session.expire_all()
    assert cast.officer.name not in [
        row.user.name for row in duties.current(session.get(Complaint, complaint.id))
    ]
    officer = as_(cast.officer)
    officer.get(f"/complaints/{number}")
    assert officer.status == 404
    chief.get(link)
    chief.send("结束", why="再次结束")
    assert chief.status == 409


def test_a_part_in_another_complaint_is_not_ended_from_here(session, as_, cast, make):
    other, complaint = make("handling"), make("handling")
    duty = duties.current(other)[0].id
    session.commit()

    chief = as_(cast.chief)
    chief.get(f"/complaints/{complaint.number}/step/duty-end/{duty}")
    chief.send("结束", why="调离本岗位")

    assert chief.status == 404


@pytest.mark.parametrize(
    "path", ["step/unmask", "step/objection-check", "step/findings/3", "step/objection-answer/99"]
)
def test_there_is_no_such_page(as_, cast, make, path):
    number = make("told").number
    for user in (cast.officer, cast.receiver):
        visitor = as_(user)
        visitor.get(f"/complaints/{number}/{path}")
        assert visitor.status in (403, 404) or path.endswith("99")


def test_the_screener_reads_and_writes_messages_while_an_opening_is_in_force(session, seal, as_, cast, make):
    complaint = make("handling")
    messages.post(seal, complaint.handle, "author", "MARKER补充一点", today())
    receiver = as_(cast.receiver)
    page = f"/complaints/{complaint.number}/step/message"
    receiver.get(page)
    assert "MARKER" not in receiver.text()
    receiver.send("发送", words="请说明时间")
    assert receiver.status == 409
    assert "请说明时间" in receiver.response.get_data(as_text=True)

    opening(session, cast, complaint, "text", purpose="correspondence")
    session.commit()
    receiver.get(page)
    assert "MARKER补充一点" in receiver.text()
    receiver.send("发送", words="请说明时间")

    assert receiver.status == 200
    assert messages.all(seal, complaint.handle)[-1].text == "请说明时间"


def test_an_objection_with_new_evidence_goes_round_by_the_pages(session, seal, as_, cast, make):
    complaint = make("told")
    home = f"/complaints/{complaint.number}"
    receiver, officer, chief = as_(cast.receiver), as_(cast.officer), as_(cast.chief)
    receiver.get(f"{home}/step/objection")
    receiver.send("登记", how="letter", new_evidence="", words="不同意")
    assert receiver.status == 422
    receiver.send("登记", how="letter", new_evidence="yes", words="MARKER不同意")
    assert receiver.status == 200, receiver.errors
    officer.get(home)
    officer.get(officer.link("核查异议提供的新证据"))
    officer.send("登记", checked="收条属实", stands="no")
    assert officer.status == 200, officer.errors
    assert "MARKER" not in officer.text()
    receiver.get(home)
    assert not [a for a in receiver.page.select("a") if "答复异议" in a.get_text()]
    chief.get(home)
    chief.get(chief.link("重新核查"))
    chief.send("重新核查", reason="新证据足以动摇结论")

    session.expire_all()
    assert session.get(Complaint, complaint.id).state == "handling"


def test_retaliation_is_taken_up_by_the_pages_and_stands_at_the_top(session, seal, as_, cast, make):
    complaint = make("handling")
    home = f"/complaints/{complaint.number}"
    receiver, officer = as_(cast.receiver2), as_(cast.officer)
    officer.get(f"{home}/step/protection")
    officer.send("立即办理", kind="retaliation")
    assert officer.status == 200, officer.errors
    assert "反映打击报复" in officer.page.select_one(".govuk-warning-text").get_text()
    row = session.query(Protection).one()
    session.commit()
    officer.get(f"{home}/step/protection-measures/{row.id}")
    officer.send("登记", measures="已约谈所在单位负责人")
    officer.get(f"{home}/step/protection-close/{row.id}")
    officer.send("办结", outcome="无")
    assert officer.status == 409
    assert "另立线索" in officer.text()
    receiver.get(f"{home}/step/protection-clue/{row.id}")
    receiver.send("登记线索", about_name="郑某", text="MARKER停了岗位")
    assert receiver.status == 200, receiver.errors
    assert "MARKER" not in receiver.text()
    officer.get(f"{home}/step/protection-close/{row.id}")
    officer.send("办结", outcome="已恢复岗位")

    session.expire_all()
    assert session.get(Protection, row.id).closed_on == today()


def test_a_task_of_another_complaint_is_not_reached_through_this_one(session, seal, as_, cast, make):
    other, complaint = make("handling"), make("handling")
    row = protection.ask(session, other, cast.officer, kind="protection", raised_on=today(), today=today())
    session.commit()
    officer = as_(cast.officer)
    officer.get(f"/complaints/{complaint.number}/step/protection-measures/{row.id}")

    officer.send("登记", measures="MARKER")

    session.expire_all()
    assert officer.status == 409
    assert session.get(Protection, row.id).measures == ""


def test_a_case_is_opened_by_its_page_and_shows_no_complaint(session, seal, as_, cast, make):
    complaint = make("handling")
    found = [Finding.SUBSTANTIATED] * 3
    handled.find(session, cast, complaint, *found, whole=Finding.SUBSTANTIATED)
    session.commit()
    officer = as_(cast.officer)
    officer.get(f"/complaints/{complaint.number}/step/case")
    officer.send("建立案件", title="根据群众举报核查工程问题")
    assert officer.status == 422
    officer.send("建立案件", title="村道改造工程未招标先行发包", summary="经查，未招标即发包。")
    assert officer.status == 200, officer.errors

    session.expire_all()
    case = session.get(Complaint, complaint.id).case
    path, number = f"/cases/{case.number}", complaint.number
    session.commit()
    for page in (path, f"{path}/history?only=all", f"{path}/check", f"{path}/facts/key"):
        officer.get(page)
        assert officer.status == 200
        assert number not in officer.response.get_data(as_text=True), page


def test_nothing_is_made_public_without_consent(session, seal, as_, cast, make):
    complaint = make("told")
    receiver = as_(cast.receiver)
    receiver.get(f"/complaints/{complaint.number}/step/publicity")
    receiver.send("登记")
    assert receiver.status == 409
    receiver.get(f"/complaints/{complaint.number}/step/consent")
    receiver.send("登记意见", given="yes", words="MARKER同意")
    assert receiver.status == 200, receiver.errors
    receiver.get(f"/complaints/{complaint.number}/step/publicity")
    receiver.send("登记")
    assert receiver.status == 200
    assert "MARKER" not in receiver.text()


def test_malicious_is_refused_on_its_page_without_an_approved_file(as_, cast, make):
    number = make("concluded").number
    officer = as_(cast.officer)
    officer.get(f"/complaints/{number}/step/author")

    officer.send("登记", finding="malicious", reason="查不属实")

    assert officer.status == 409
    assert "设区的市级以上" in officer.text()


def test_the_first_guess_at_the_author_is_told_to_the_chief_until_they_looked(session, seal, as_, cast, make):
    complaint, quiet = make("handling"), make("handling")
    row = protection.ask(
        session, complaint, cast.officer, kind="protection", raised_on=today(), today=today()
    )
    with pytest.raises(BadFields):
        protection.record_measures(session, row, cast.officer, measures=f"与{SEALED['name']}谈话", seal=seal)
    session.commit()
    told = f"{cast.officer.name} × 1"

    assert listing.tried_upon(session, cast.chief, [complaint, quiet]) == [complaint]
    assert listing.tried_upon(session, cast.superior, [complaint]) == []
    assert complaint in listing.waiting_for(session, seal, cast.chief)
    session.rollback()
    shown = {}
    for who in (cast.auditor, cast.superior, cast.officer, cast.receiver, cast.chief):
        page = as_(who)
        page.get("/complaints")
        marked = "填写内容含有密封内容" in page.text()
        page.get(f"/complaints/{complaint.number}")
        shown[who.login] = marked, told in page.text()
        page.get(f"/complaints/{quiet.number}")
        assert "× 1" not in page.text()
    assert shown == {
        cast.auditor.login: (False, True), cast.superior.login: (False, True), cast.chief.login: (True, True),
        cast.officer.login: (False, False), cast.receiver.login: (False, False),
    }  # fmt: skip
    session.rollback()
    assert listing.tried_upon(session, cast.chief, [complaint, quiet]) == []
    assert (cast.officer.name, 1) in secrecy.refusals(session, complaint)


def test_markup_is_shown_as_text(as_, cast, make):
    number = make("proposed").number
    chief, officer = as_(cast.chief), as_(cast.officer)
    chief.get(f"/complaints/{number}/step/disposition-return")
    chief.send("退回", reason="<script>alert(1)</script>=HYPERLINK()")

    officer.get(f"/complaints/{number}")

    assert "<script>alert(1)</script>=HYPERLINK()" in officer.text()
    assert not [tag for tag in officer.page.select("script") if "alert" in tag.get_text()]


def test_the_history_lists_what_was_done_and_no_word_of_it(as_, cast, make):
    number = make("closed").number
    chief = as_(cast.chief)

    chief.get(f"/complaints/{number}")

    history = chief.page.select("details")[-1].get_text()
    for words in ("提出线索处置意见", "批准办结", "反馈结果", "归档"):
        assert words in history
    assert not re.search("经核查|调取合同", history)


def test_handling_is_reached_through_one_facade():
    assert set(handling.__all__) <= set(dir(handling))


@pytest.mark.parametrize("state", ["accepted", "handling", "found", "concluded", "closed"])
def test_whoever_handles_it_sees_the_same_page_whether_it_is_signed_or_not(
    session, seal, as_, cast, make, state
):
    """Only the number tells the two apart: what waits, deadlines, what was told and the history do not (SEC-02)."""
    signed = make(state)
    anonymous = make("concluded" if state == "closed" else state, naming="anonymous", name="", contact="")
    if state == "closed":
        handled.tell(session, cast, seal, anonymous)
        handling.close(session, anonymous, cast.receiver, why="fed_back", today=handled.CLOSED)
    if state == "accepted":
        for complaint in (signed, anonymous):
            handler(session, cast, complaint)
    numbers = [signed.number, anonymous.number]
    session.commit()
    officer, shown = as_(cast.officer), []
    for number in numbers:
        officer.get(f"/complaints/{number}")
        assert officer.status == 200
        words = officer.text().replace(number, "N")
        shown.append(re.sub(r"第 \d+ 条|\d{2}:\d{2}", "", words))

    assert shown[0] == shown[1]


def test_the_clearance_that_followed_is_linked_and_no_second_one_is_offered(session, as_, cast, make):
    complaint = make("concluded")
    handler_ = as_(cast.officer, "en")
    handler_.get(f"/complaints/{complaint.number}")
    assert handler_.page.find("a", string="Clear the name of the respondent")
    row = clearances.ask(session, cast.officer, complaint=complaint, asked_by="organ", asked_on=today())
    session.commit()

    handler_.get(f"/complaints/{complaint.number}")
    assert handler_.page.find("a", string=row.number)["href"] == f"/clearances/{row.number}"
    assert not handler_.page.find("a", string="Clear the name of the respondent")
    receiver = as_(cast.receiver, "en")
    receiver.get(f"/complaints/{complaint.number}")
    assert row.number not in receiver.text()


def test_the_screening_is_offered_only_while_there_is_something_to_screen(as_, cast, make):
    """Whoever registers it but does not screen it would come to a refusal."""
    receiver, other = as_(cast.receiver, "en"), as_(cast.receiver2, "en")
    open_one, refused = make("assigned"), make("refused")
    for visitor, complaint, offered in (
        (receiver, open_one, True),
        (other, open_one, False),
        (receiver, refused, False),
    ):
        visitor.get(f"/complaints/{complaint.number}")
        found = visitor.page.find("a", href=f"/complaints/{complaint.number}/screening", string="Screening")
        assert bool(found) is offered, (complaint.state, offered)


def test_whom_and_what_it_is_about_is_shown_by_the_part_and_to_the_auditor(session, as_, cast, make):
    complaint = make("handling")
    number, extract = complaint.number, complaint.extract
    session.commit()
    for who, shows in (
        ("officer", True),
        ("receiver", True),
        ("chief", True),
        ("auditor", True),
        ("receiver2", False),
    ):
        page = as_(getattr(cast, who))
        page.get(f"/complaints/{number}")
        assert page.status == 200
        assert (extract in page.text()) is shows, who
        assert ("周某" in page.text()) is shows, who
    auditor = as_(cast.auditor)
    auditor.get("/complaints?whose=all")
    assert "周某" not in auditor.text()
    assert "每次查看均有记录" in auditor.text()


def test_before_the_question_of_recusal_only_whom_it_is_about_is_shown(session, as_, cast, make):
    complaint = make("accepted")
    duties.assign(session, complaint, ComplaintPart.HANDLER, cast.reviewer, cast.chief)
    number, extract = complaint.number, complaint.extract
    session.commit()
    page = as_(cast.reviewer)
    page.get(f"/complaints/{number}")

    assert "周某" in page.text()
    assert extract not in page.text()
    assert "就回避作出声明后显示" in page.text()


def test_a_leak_is_taken_to_its_end_by_the_pages_and_whoever_handles_it_sees_nothing(
    session, as_, cast, make
):
    complaint = make("handling")
    number = complaint.number
    session.commit()
    receiver, chief, officer = as_(cast.receiver2), as_(cast.chief), as_(cast.officer)
    receiver.get(f"/complaints/{number}/step/protection")
    receiver.send("立即办理", kind="leak")
    receiver.get(f"/complaints/{number}")
    assert "反映或者发现泄密" in receiver.text()
    officer.get(f"/complaints/{number}")
    assert "泄密" not in officer.text()
    officer.get("/complaints?whose=all")
    assert "泄密" not in officer.text()

    receiver.get(receiver.link("另立线索"))
    receiver.send("登记线索", about_name="不明", text="被反映人说出了信件原话")
    assert receiver.status == 200
    chief.get("/complaints")
    assert number in chief.text()
    chief.get(f"/complaints/{number}")
    chief.get(chief.link("登记采取的措施"))
    chief.send("登记", measures="已封存查阅记录")
    chief.get(chief.link("办结"))
    chief.send("办结", outcome="已移送处理")
    assert chief.status == 200
    officer.get(f"/complaints/{number}")
    assert "泄密" not in officer.text()


def test_whoever_protects_the_author_may_also_report_a_leak(session, as_, cast, make):
    complaint = make("handling")
    protection.ask(session, complaint, cast.officer, kind="protection", raised_on=today(), today=today())
    number = complaint.number
    session.commit()
    officer = as_(cast.officer)
    officer.get(f"/complaints/{number}")
    officer.get(officer.link("登记优先办理事项"))

    officer.send("立即办理", kind="leak")

    assert officer.status == 200
    assert [row.kind for row in session.query(Protection)] == ["protection", "leak"]


def test_the_respondent_is_told_by_the_page_and_nothing_of_the_author(session, as_, cast, make):
    complaint = make("concluded")
    number = complaint.number
    session.commit()
    officer = as_(cast.officer)
    officer.get(f"/complaints/{number}")
    officer.get(officer.link("向被反映人反馈核查结论"))
    assert "第三十八条" in officer.text()
    assert "实名" not in officer.text()

    officer.send("登记", how="talk")

    assert "已向被反映人反馈核查结论" in officer.text()
    assert "当面告知" in officer.text()
    assert not officer.page.select("a[href$='/step/respondent']")


def test_after_a_refusal_the_author_writes_and_it_is_screened_again_by_the_pages(
    session, seal, as_, cast, make
):
    complaint = make("refused")
    number, handle = complaint.number, complaint.handle
    session.commit()
    door.write(seal, handle, "message", "补充：有转账记录", today())
    chief, receiver = as_(cast.chief), as_(cast.receiver)
    chief.get("/complaints")
    assert number in chief.text()
    chief.get(f"/complaints/{number}")
    chief.get(chief.link("检举控告人来信尚无人阅处，请指定登记审查人"))
    chief.send("指定", user_id=str(cast.receiver.id))
    receiver.get(f"/complaints/{number}")
    receiver.send("没有上述情形，继续办理")
    receiver.get(receiver.link("重新登记审查"))
    receiver.send("重新登记审查")

    session.rollback()
    session.refresh(complaint)
    assert complaint.state == "registered"


@pytest.mark.parametrize("state", ["screened", "closed", "refused"])
def test_what_the_page_offers_to_answer_can_be_answered(session, seal, as_, cast, make, state):
    complaint = make(state)
    if state == "refused":
        screener(session, cast, complaint)
    number, handle = complaint.number, complaint.handle
    session.commit()
    door.write(seal, handle, "message", "请问进展", today())
    receiver = as_(cast.receiver)
    receiver.get(f"/complaints/{number}")
    receiver.get(receiver.link("查看检举控告人来文并答复"))

    assert receiver.status == 200

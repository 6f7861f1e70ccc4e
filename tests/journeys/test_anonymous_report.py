"""An author nobody knows: writes, comes back with the receipt, answers a question, reads what came of it."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from casebook import audit
from casebook.complaints import desk, duties, handling, screening, telling
from casebook.complaints.screening import Screening
from casebook.models import ComplaintPart, ComplaintState, Event, Finding, Scope
from casebook.procedure.code import ALPHABET
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests.complaints import a_complaint
from tests.stages import Cast

WROTE = "2025年春天修村道，没有招标，包给了他外甥的公司，账上多付了八万块。"
QUESTION, ANSWERED = "请说明付款凭证现存何处。", "在镇财政所第三个柜子里。"
RESULT = "经核查，反映的问题部分属实，已依规处理。"


@pytest.fixture
def organ(session, home):
    """The people of one organ; among its complaints is one that none of this concerns."""
    cast = Cast(session, home)
    with home.seal() as seal:
        noise = a_complaint(session, cast, seal)
        session.commit()
        yield SimpleNamespace(cast=cast, session=session, seal=seal, noise=noise.id)


def take_in_and_ask(organ) -> object:
    """What came in is registered by lot, screened in neutral words, accepted; then a question is put to its author."""
    cast, session, seal = organ.cast, organ.session, organ.seal
    (complaint,) = desk.take_in(session, seal, cast.receiver2)
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver, cast.chief)
    duties.declare(session, complaint, cast.receiver, [])
    assert WROTE in openings.read_text(session, seal, complaint, cast.receiver, today())["text"]
    screening.screen(
        session, seal, complaint, cast.receiver,
        Screening(
            kind="accusation", naming="anonymous", own_chief=False, respondent_name="周某", respondent_unit="青石镇",
            respondent_post="镇长", region="360302", extract="反映周某在乡村道路工程发包中指定承建单位，并超额支付工程款。",
            points=("指定承建单位", "超额支付工程款"),
        ),
    )  # fmt: skip
    screening.accept(session, complaint, cast.receiver, today())
    opening = openings.ask(
        session, complaint, cast.receiver, scope=Scope.TEXT, purpose="correspondence",
        reason="需向检举控告人了解凭证存放地点",
    )  # fmt: skip
    openings.answer(session, opening, cast.chief, granted=True, until=today(), on=today())
    telling.write(session, seal, complaint, cast.receiver, words=QUESTION, today=today())
    session.commit()
    return complaint


def verify_and_tell(organ, complaint) -> None:
    cast, session, seal = organ.cast, organ.session, organ.seal
    assert messages.unread(seal, [complaint.handle]) == {complaint.handle}
    read = openings.read_messages(session, seal, complaint, cast.receiver, today())
    assert ANSWERED in [one.text for one in read]
    duties.assign(session, complaint, ComplaintPart.HANDLER, cast.officer, cast.chief)
    duties.declare(session, complaint, cast.officer, [])
    handling.propose_disposition(
        session,
        complaint,
        cast.officer,
        disposition="preliminary_check",
        minutes="专题会议研究同意。",
        today=today(),
    )
    handling.approve_disposition(session, complaint, cast.chief, today=today())
    first, second = complaint.points
    handling.find(
        session, complaint, cast.officer, whole=Finding.PARTLY, reason="调取合同和凭证核对。", today=today(),
        points={
            first.id: (Finding.SUBSTANTIATED, "合同签订在先。"),
            second.id: (Finding.UNSUBSTANTIATED, "付款与结算一致。"),
        },
    )  # fmt: skip
    handling.conclude(session, complaint, cast.chief, today=today(), minutes="集体研究一致同意。")
    handling.feed_back(
        session, seal, complaint, cast.receiver, words=RESULT, how="receipt", given_on=today(), today=today()
    )
    session.commit()


def enter(window, code: str) -> None:
    assert window.go("/report/status") == 200
    window.page.locator("#receipt").fill(code)
    press(window, "main form button")


def press(window, button: str) -> None:
    with window.page.expect_navigation():
        window.page.locator(button).first.click()


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_an_anonymous_author_files_returns_answers_and_reads_the_result(
    open_window, organ, language, scripts
):
    author = open_window(language, scripts)
    page = author.page
    assert author.go(f"/report?lang={language}") == 200
    expect(author.heading).to_have_text(
        author.say(("检举控告违纪违法行为", "Report a breach of discipline or of the law"))
    )
    press(author, "main a.govuk-button")
    press(author, "main form button")  # nothing filled in yet
    expect(page.locator(".govuk-error-summary__list li")).to_have_count(3)
    page.locator("#about_name").fill("周某")
    page.locator("#about_unit").fill("青石镇")
    page.locator("#text").fill(WROTE)
    page.locator("input[name=naming][value=anonymous]").check()
    press(author, "main form button")
    page.locator("#file").set_input_files(
        {"name": "凭证.txt", "mimeType": "text/plain", "buffer": "付款八万元".encode()}
    )
    press(author, "button[value=add]")
    expect(page.locator("main")).to_contain_text("凭证.txt")
    press(author, "button[value=send]")
    code = "".join(sign for sign in page.locator("#receipt").inner_text() if sign in ALPHABET)
    assert len(code) == 20
    press(author, "main a[href='/report/left']")

    enter(author, code[:-1] + next(sign for sign in ALPHABET if sign != code[-1]))
    expect(page.locator(".govuk-error-summary")).to_contain_text(
        author.say(("至少有一位输错", "at least one sign is not right"))
    )
    enter(author, code.lower())
    expect(page.locator("main")).to_contain_text(
        author.say(("已收到，等待登记", "Received, waiting to be registered"))
    )
    press(author, "header form button")

    complaint = take_in_and_ask(organ)

    enter(author, code)
    expect(page.locator("main")).to_contain_text(QUESTION)
    page.locator("#words").fill(ANSWERED)
    press(author, "main form button")
    expect(page.locator("main")).to_contain_text(ANSWERED)
    press(author, "header form button")

    verify_and_tell(organ, complaint)

    enter(author, code)
    main = page.locator("main")
    expect(main).to_contain_text(RESULT)
    expect(main).to_contain_text(
        author.say(("请您对反馈的结果予以保密", "Please keep this result to yourself"))
    )
    expect(main).to_contain_text(author.say(("已办结", "Concluded")))
    press(author, "header form button")
    expect(author.heading).to_have_text(author.say(("您已退出", "You have left")))
    author.go("/report/status")
    expect(page.locator("main")).not_to_contain_text(RESULT)

    assert complaint.state == ComplaintState.CONCLUDED
    assert not [e for e in organ.session.query(Event) if WROTE in str(e.detail) or code in str(e.detail)]
    assert audit.verify(organ.session).ok

"""A reviewer consults precedents; the panel distinguishes one that binds and decides; the report is filed and printed."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from casebook import audit
from tests.casebook.papers.records import docx_text, pdf_text
from tests.consulted import GRAVE, KNOWN, whole
from tests.factories import PASSWORD, make_case
from tests.journeys.desk import Desk
from tests.panels import CADRE, TEXTS, conclude, told
from tests.precedents import a_precedent
from tests.stages import Cast

FACTS = whole(KNOWN) | CADRE
WHY = "本案当事人发现后立即停工，主动补办手续，所列因素没有反映。"
PEOPLE = ("reviewer", "chief")


@pytest.fixture
def desks(open_window, session, home, request):
    """A case whose panel has voted to tolerate, and a precedent of the organ that requires more."""
    language, scripts = request.param
    cast = Cast(session, home)
    make_case(session, cast.stranger, title="另一案件")
    case = told(session, cast, "tolerate", ["0a"], **FACTS)
    conclude(session, cast, case, "tolerate")
    binding = a_precedent(session, cast.reviewer, outcome="correct", facts=FACTS).code
    a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=whole(GRAVE) | CADRE)
    number, logins = case.number, {name: getattr(cast, name).login for name in PEOPLE}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login, number) for name, login in logins.items()}
    return SimpleNamespace(**desks, number=number, binding=binding, language=language)


def consult(desks) -> None:
    """The reviewer reads what precedents require, row by row, and keeps it."""
    desk = desks.reviewer
    desk.go("/precedents")
    desk.reads(("一致约束", "Bound"))
    desk.reads((f"{desks.binding}", f"{desks.binding}"))
    desk.press("Keep this consultation in the file")


def decide(desks) -> None:
    """The chair is asked for the reason, loses nothing on the way, distinguishes the precedent and signs."""
    desk = desks.chief
    desk.go("/panel/decision")
    desk.reads("Departure from precedents")
    desk.reads((f"{desks.binding}", f"{desks.binding}"))
    desk.choose("measures_tolerance", "0a")
    desk.fill(**TEXTS)
    words = desk.page.locator("textarea[name^='p'][name$='-words']")
    words.fill(WHY)
    desk.press("Keep the draft", status=422)
    assert desk.page.locator("textarea[name='reason']").input_value() == TEXTS["reason"]
    assert words.input_value() == WHY
    desk.page.locator("input[name$='-code'][value='distinguished']").check()
    desk.page.locator("input[name$='-factors'][value='mental_state']").check()
    desk.press("Keep the draft")
    desk.reads((WHY, WHY))
    desk.fill(password=PASSWORD)
    desk.press("Sign the decision")
    desk.reads("Stands")
    desk.unfold()
    desk.reads(("区别：本案与该先例有重要不同", "Distinguished: this case differs from it where it matters"))


def report(desks) -> None:
    """The reviewer files the report from the page of precedents and prints it."""
    desk = desks.reviewer
    desk.go("/precedents")
    desk.press("Issue the similar-case report")
    desk.reads("The paper is issued.")
    links = {form: desk.page.locator(f"main a[href$='/{form}']").first for form in ("pdf", "docx")}
    texts = {}
    for form, link in links.items():
        with desk.page.expect_download() as download:
            link.click()
        content = download.value.path().read_bytes()
        texts[form] = pdf_text(content) if form == "pdf" else docx_text(content)
        if form == "pdf":
            assert len(PdfReader(BytesIO(content)).pages) >= 2
    for text in texts.values():
        for wanted in (
            "类案检索报告",
            desks.number,
            desks.binding,
            "要求处理为“予以纠正”",
            "偏离下列先例",
            WHY,
            "检索人：",
        ):
            assert wanted in text, wanted


@pytest.mark.slow
@pytest.mark.parametrize("desks", [("zh", True), ("en", False)], ids=["zh", "en, no scripts"], indirect=True)
def test_a_reviewer_consults_the_panel_distinguishes_a_precedent_and_the_report_is_filed(
    desks, session, home
):
    consult(desks)
    decide(desks)
    report(desks)

    desks.chief.go("/papers")
    desks.chief.reads(("类案检索报告", "Similar-case report"))
    assert audit.verify(session, home).ok
    session.commit()

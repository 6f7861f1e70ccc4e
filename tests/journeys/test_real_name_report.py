"""A report in somebody's own name is found untrue: they read the result; the name is cleared before all who had heard."""

from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.clocks import calendar
from casebook.models import Clearance, ClearanceState, Complaint
from casebook.procedure.dates import today
from tests.complaints import SEALED, a_complaint
from tests.factories import PASSWORD
from tests.journeys.desk import Desk
from tests.stages import Cast

PEOPLE = ("receiver2", "receiver", "officer", "reviewer", "chief")
EXTRACT = "反映周某在乡村道路工程发包中未经公开招标，指定由亲属承建。"
POINTS = ("道路工程未公开招标", "指定亲属承建")
CHECKED = "调取招标公告、评标记录和合同，与公共资源交易中心登记一致。"
FOUND = (
    "该项目由县公共资源交易中心公开招标，公告、评标资料齐全。",
    "中标单位与周某没有亲属关系，没有指定承建的情形。",
)
MARKERS = (SEALED["name"], SEALED["contact"], SEALED["text"][:9])


@pytest.fixture
def office(open_window, session, home, request):
    """Five people of one organ at windows of their own, and one who has nothing but a receipt."""
    language, scripts = request.param
    cast = Cast(session, home)
    calendar.seed(session, None)
    with home.seal() as seal:
        a_complaint(session, cast, seal, name="旁人甲", contact="13000000001")  # noise
    people = {name: (getattr(cast, name).login, str(getattr(cast, name).id)) for name in PEOPLE}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login) for name, (login, _id) in people.items()}
    author = open_window(language, scripts)
    return SimpleNamespace(**desks, author=author, ids={name: one for name, (_login, one) in people.items()})


def comes_in(office) -> tuple[str, str]:
    """A letter is entered and sealed; returns its number and the receipt that its author is given."""
    desk = office.receiver2
    desk.window.go("/complaints/new")
    desk.choose("channel", "letter")
    desk.choose("naming", "real_name")
    names = ("name", "contact", "about_name", "about_unit", "about_post", "text")
    desk.fill(**{name: SEALED[name] for name in names})
    desk.press("Enter and seal")
    receipt = desk.page.locator(".cb-receipt").inner_text()
    desk.window.go("/complaints?whose=all")
    return desk.page.locator("td, th").locator("a[href^='/complaints/']").first.inner_text().strip(), receipt


def page(desk: Desk, number: str) -> None:
    assert desk.window.go(f"/complaints/{number}") == 200
    shown = desk.main.inner_text()
    assert not [marker for marker in MARKERS if marker in shown]


def takes(desk: Desk, number: str, step: str) -> None:
    """From the page of the complaint to what waits there for this person."""
    page(desk, number)
    desk.open(step)


def part(office, number: str, who: str, step: str) -> None:
    """The chief gives somebody a part, who answers the question of recusal first."""
    takes(office.chief, number, step)
    office.chief.choose("user_id", office.ids[who])
    office.chief.press("Assign")
    page(getattr(office, who), number)
    getattr(office, who).press("None concerns me: go on")


def screened(office, number: str) -> None:
    desk = office.receiver
    assert desk.window.go(f"/complaints/{number}/screening") == 200
    desk.choose("own_chief", "no")
    desk.choose("kind", "accusation")
    desk.choose("naming", "real_name")
    desk.fill(
        respondent_name="周某", respondent_unit="青石镇", respondent_post="镇长", extract=EXTRACT,
        points="\n".join(POINTS),
    )  # fmt: skip
    desk.press("Keep the screening")
    desk.window.go(f"/complaints/{number}/screening")
    desk.press("Accept")


def found_untrue(office, session, number: str) -> None:
    officer, chief = office.officer, office.chief
    takes(officer, number, ("提出处置意见", "Propose the disposition"))
    officer.choose("disposition", "preliminary_check")
    officer.fill(minutes="11月22日专题会议研究，一致同意初步核实。")
    officer.press("Lay it before the chief")
    takes(chief, number, ("批准处置意见", "Approve the disposition"))
    chief.press("Approve")
    takes(officer, number, ("填写核查结论", "Enter what was found"))
    ids = [row.id for row in session.query(Complaint).filter_by(number=number).one().points if row.alleged]
    session.rollback()
    for one in ids:
        officer.choose(f"point_{one}", "unsubstantiated")
        officer.fill(**{f"reason_{one}": CHECKED})
    officer.choose("whole", "partly")
    officer.fill(reason=CHECKED)
    officer.press("Lay it before the chief", status=422)  # the whole does not follow from the points
    officer.choose("whole", "unsubstantiated")
    officer.press("Lay it before the chief")
    takes(chief, number, ("批准办结", "Approve the conclusion"))
    chief.press("Approve")


def cleared(office, number: str) -> str:
    """Proposed point by point, re-checked by another, signed by the chief; returns the page of the clearance."""
    officer = office.officer
    page(officer, number)
    officer.open("Clear the name of the respondent")
    officer.fill(p1_found=FOUND[0], p2_found=FOUND[1], words="反映的具体问题失实，已影响本人选拔任用。")
    officer.choose("effects", "selection")
    officer.choose("forms", "written", "meeting")
    officer.press("Hand in for the re-check")
    place = "/clearances/" + officer.page.url.split("/clearances/")[1].split("#")[0]
    for kind, name, form in (("unit", "青石镇党委", "written"), ("meeting", "青石镇干部大会", "meeting")):
        officer.window.go(place)
        officer.unfold()
        officer.choose("reach-kind", kind)
        officer.fill(**{"reach-name": name, "reach-heard": "核查谈话中知悉"})
        officer.choose("reach-form", form)
        officer.press("Add the recipient")
    office.reviewer.window.go(place)
    office.reviewer.fill(facts="已核对招标、评标资料。", procedure="核查程序合规，已听取本人说明。")
    office.reviewer.choose("ok", "yes")
    office.reviewer.press("Enter the re-check")
    office.chief.window.go(place)
    office.chief.choose("answer", "yes")
    office.chief.fill(reason="同意。", password=PASSWORD)
    office.chief.press("Sign")
    return place


def everybody_reached(office, place: str) -> None:
    officer = office.officer
    for name in ("周某", "青石镇党委", "青石镇干部大会"):
        officer.window.go(place)
        officer.window.follow(officer.main.get_by_role("link", name=name, exact=True).first)
        officer.fill(how="送达澄清函并当面说明。")
        if officer.page.locator("[name='present']").count() and name.endswith("大会"):
            officer.fill(present="46")
        officer.press("Enter the correction")
    officer.window.go(place)
    officer.unfold()
    officer.fill(**{"visit-words": "本人表示安心工作。"})
    officer.press("Enter the visit")
    officer.window.go(place)
    officer.press("Close the clearance")


def state_of(session, model):
    session.expire_all()
    found = [row.state for row in session.query(model)]
    session.rollback()
    return found


@pytest.mark.parametrize(
    "office", [("zh", True), ("en", False)], indirect=True, ids=["zh", "en without scripts"]
)
def test_a_report_found_untrue_is_answered_and_the_name_cleared_before_all_who_heard(office, session):
    number, receipt = comes_in(office)
    part(office, number, "receiver", ("指定登记审查人", "Assign who screens it"))
    screened(office, number)
    part(office, number, "officer", ("指定承办人", "Assign who handles it"))
    takes(office.receiver, number, ("告知受理", "Tell the author that it is accepted"))
    office.receiver.press("Tell the author")
    found_untrue(office, session, number)
    takes(office.receiver, number, ("反馈结果", "Feed back the result"))
    office.receiver.press("Feed back")
    author = office.author
    author.go("/report/status")
    author.page.locator("[name='receipt']").fill(receipt)
    with author.page.expect_navigation():
        author.page.locator("main button").first.click()
    assert "予以保密" in author.page.locator("main").inner_text()

    place = cleared(office, number)
    office.officer.window.go(place)
    office.officer.reads("Before it closes:")
    everybody_reached(office, place)

    assert state_of(session, Clearance) == [ClearanceState.CLOSED]
    clearance = session.query(Clearance).one()
    assert all(row.corrected_on == today() for row in clearance.reach)
    assert [visit.visited_on for visit in clearance.visits] == [today()]
    report = audit.verify(session)
    assert report.ok, report.why

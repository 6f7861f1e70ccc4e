"""The long journey: one case from intake to decision, appeal and reversal, each step by whom the law gives it to."""

from datetime import date
from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.office import change_settings
from casebook.procedure.dates import today
from rules.vocabulary import vocabulary
from tests.factories import PASSWORD, make_case
from tests.journeys.desk import Desk
from tests.stages import Cast

TITLE = "村道改造虚报进度"
FACTS = {
    "subject_is_party_member": True, "subject_is_leading_cadre": True, "subject_category": "civil_servant",
    "evidence_status": "sufficient", "mental_state": "ordinary_negligence", "purpose": "public",
    "private_gain_self": False, "rule_status_at_time": "mandatory_duty_breached", "concealed_or_falsified": True,
}  # fmt: skip
PEOPLE = ("officer", "reviewer", "chief", "member", "member2", "superior")


@pytest.fixture
def desks(open_window, session, home, request):
    """Six people, each signed in at a window of their own."""
    language, scripts = request.param
    cast = Cast(session, home)
    change_settings(session, cast.chief, second_opinion_rate=0)
    make_case(session, cast.stranger, title="另一案件")
    people = {name: (getattr(cast, name).login, str(getattr(cast, name).id)) for name in PEOPLE}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login) for name, (login, _id) in people.items()}
    return SimpleNamespace(**desks, ids={name: user_id for name, (_login, user_id) in people.items()})


def intake(desk: Desk) -> str:
    """Open the case, answer what decides first, get the recommendation; returns the number of the case."""
    desk.window.go("/cases/new")
    desk.fill(title=TITLE, respondent_name="周某", respondent_unit="青石镇", respondent_post="镇长")
    desk.choose("conduct_kind", "on")
    desk.day("conduct_from", date(2023, 5, 10))
    desk.press("Open the case")
    number = desk.page.url.rsplit("/", 1)[-1]
    desk.window.go(f"/cases/{number}/facts/key")
    for fact_id, value in FACTS.items():
        assert vocabulary().facts[fact_id].core
        desk.window.answer(fact_id, value)
    desk.press("Save and continue")
    desk.press("Get the recommendation")
    return number


def review(desks) -> None:
    """Hand in, name the reviewer, answer every factor, pass."""
    desks.officer.declare("/review")
    desks.officer.press("Hand in for review")
    desks.chief.go("/review")
    desks.chief.choose("reviewer-user_id", desks.ids["reviewer"])
    desks.chief.press("Name the reviewer")
    desk = desks.reviewer
    desk.declare("/review")
    words = iter(fact.zh for fact in vocabulary().facts.values())  # each item in words of its own
    for box in desk.page.locator("textarea[name^='for_'], textarea[name^='against_']").all():
        box.fill(f"就{next(words)}核对卷宗，依据充分")
    desk.choose("disposition", "hold_accountable")
    desk.fill(reason="弄虚作假属实，但出于公心、没有谋利。")
    desk.press("Pass the review")


def hearing(desks) -> None:
    """Tell facts and grounds with a demerit in view, note what the respondent says, weigh it, close."""
    desk = desks.officer
    desk.go("/hearing/notice")
    desk.choose("disposition", "hold_accountable")
    desk.choose("measures", "G2")
    desk.press("Keep the draft")
    desk.day("told_on", today())
    desk.choose("how", "in_person")
    desk.press("It was told")
    desk.go("/hearing/answers")
    desk.choose("how", "spoken")
    points = desk.page.locator("input[name^='stance-'][value='agrees']").all()
    for radio in points:
        radio.check()
    desk.page.locator("input[name^='stance-'][value='disputes']").first.check()
    desk.page.locator("textarea[name^='words-']").first.fill("进度由施工方填报，本人没有核实。")
    desk.press("Keep the answers")
    desk.go("/hearing/record")
    desk.choose("how", "meeting")
    desk.fill(organ="张一\n李二", others="周某", record="当面听取陈述申辩，逐项记录。")
    desk.press("Keep the record")
    reviewer = desks.reviewer
    reviewer.go("/hearing")
    reviewer.window.follow(reviewer.page.locator("main a[href*='/hearing/answers/']").first)
    reviewer.choose("adopted", "partly")
    reviewer.fill(checked="向施工方核实。", reason="未尽核实义务的部分成立。")
    reviewer.press("Decide")
    desk.go("/hearing")
    desk.press("Close the hearing, on to the panel")


def panel(desks) -> None:
    """Seat, declare, meet, vote with the chair last, draft, and sign with the password."""
    chief = desks.chief
    chief.go("/panel")
    names = chief.page.locator("input[name='members']")
    seated = {
        chief.page.locator(f"label[for='{box.get_attribute('id')}']").inner_text(): box for box in names.all()
    }
    assert len(seated) >= 3
    chief.page.locator("select[name='chair']").select_option(value=desks.ids["chief"])
    chief.choose("members", desks.ids["member"], desks.ids["member2"])
    chief.press("Seat the panel")
    for desk in (chief, desks.member, desks.member2):
        desk.declare("/panel")
    chief.go("/panel")
    chief.day("held_on", today())
    chief.fill(place="机关第一会议室")
    chief.press("Open the meeting")
    for desk in (desks.member, desks.member2, chief):
        desk.go("/panel")
        desk.choose("disposition", "hold_accountable")
        desk.fill(words="事实清楚，同意。")
        desk.press("Vote")
    chief.fill(minutes="逐项审议，一致同意。")
    chief.press("Close the minutes")
    chief.open("Draft the decision")
    chief.choose("measures_state_sanction", "G2")
    chief.fill(
        facts_found="虚报进度属实。",
        reason="依据政务处分法予以记过。",
        considered="出于公心、没有谋利，已予考虑。",
    )
    chief.press("Keep the draft")
    chief.fill(password="not the password")
    chief.press("Sign the decision", status=422)
    chief.fill(password=PASSWORD)
    chief.press("Sign the decision")
    chief.reads("Stands")


def carry_out(desks) -> None:
    """Serve it on person and unit, do what is to be done, put it into force."""
    desk = desks.officer
    desk.go("/decision")
    for kind in ("person", "unit"):
        desk.choose("kind", kind)
        desk.fill(how="直接送达")
        desk.press("Record the service")
    desk.press("Conclude the service")
    while desk.page.get_by_text(desk.say("First everything above must be done.")).count():
        desk.fill(how="依规办理")  # what is still open is chosen already
        desk.press("Record the service")
    desk.day("on", today())
    desk.press("Put into force")


def correct(desks) -> None:
    """Order a correction, report it with evidence, have it verified by somebody else, conclude."""
    desk = desks.officer
    desk.go("/corrections/order")
    desk.page.locator("select[name='error_code']").select_option(index=1)
    desk.page.locator("select[name='measure_code']").select_option(index=1)
    desk.fill(error="进度数据不实", measure="重新核报进度", responsible="周某", unit="青石镇")
    desk.day("due_on", date(today().year + 1, 1, 15))
    desk.press("Order the correction")
    desk.window.follow(desk.page.locator("main a[href$='/done']").first)
    desk.fill(words="已重新核报")
    desk.page.locator("input[type=file]").set_input_files(
        {"name": "report.txt", "mimeType": "text/plain", "buffer": "核报表".encode()}
    )
    desk.press("Enter completion")
    desks.reviewer.go("/corrections")
    desks.reviewer.window.follow(desks.reviewer.page.locator("main a[href$='/verify']").first)
    desks.reviewer.choose("passed", "yes")
    desks.reviewer.fill(words="与现场一致")
    desks.reviewer.press("Enter the verification")


def appeal(desks) -> None:
    """The respondent asks for a review; somebody fresh decides it and revokes the decision."""
    desk = desks.officer
    desk.go("/appeals/new")
    desk.choose("channel", "supervision_review")
    desk.day("filed_on", today())
    desk.fill(grounds="数据系施工方造假，本人不知情。")
    desk.press("Enter the appeal")
    superior = desks.superior
    superior.go("/appeals")
    superior.window.follow(superior.page.locator("main a[href$='/assign']").first)
    assert superior.page.locator(f"select[name='user_id'] option[value='{desks.ids['chief']}']").count() == 0
    superior.choose("part", "appeal_decider")
    superior.choose("user_id", desks.ids["superior"])
    superior.press("Assign the part")
    superior.declare("/appeals")
    superior.window.follow(superior.page.locator("main a[href$='/decide']").first)
    superior.unfold()
    superior.choose("outcome", "revoke")
    superior.choose("ground_code", "facts_unclear")
    superior.choose("disposition", "not_established")
    superior.page.locator("input[name='measures'][value='G2']").uncheck()
    superior.choose("measures", "0a")
    superior.choose("error_fell_away", "yes")
    superior.day("discussed_on", today())
    superior.day("follow_up_by", date(today().year + 1, 1, 31))
    superior.fill(
        reason="新证据表明数据由施工方伪造。",
        facts_found="当事人不知情。",
        considered="未核实的问题另行提醒。",
        password=PASSWORD,
    )
    superior.press("Decide and sign")


@pytest.mark.slow
@pytest.mark.parametrize("desks", [("zh", True), ("en", False)], ids=["zh", "en, no scripts"], indirect=True)
def test_a_case_goes_from_intake_to_decision_appeal_and_reversal_with_each_step_by_its_own_account(
    desks, session, home
):
    number = intake(desks.officer)
    for name in PEOPLE:
        getattr(desks, name).number = number
    desks.officer.reads(("建议问责（暂定）", "Recommend: hold accountable (provisional)"))

    review(desks)
    hearing(desks)
    panel(desks)
    carry_out(desks)
    correct(desks)
    appeal(desks)

    superior = desks.superior
    superior.reads("Revoked")
    superior.reads("Influence period")
    superior.reads("Clearing the name")
    desks.officer.go("/decision")
    desks.officer.reads("No longer stands")
    desks.officer.go("")
    assert audit.verify(session, home).ok
    session.commit()

"""A false accusation cannot be opened without its grounds: untrue is not enough, one ground is not, nor a low approval."""

from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.models import AuthorFinding, Complaint, FalseAccusation
from tests.complaints import SEALED, a_complaint
from tests.journeys.desk import Desk
from tests.stages import Cast

INVENTED = "转账截图经鉴定系拼接伪造，银行流水无此记录。"
INTENDED = "聊天记录显示其事先商定借此阻止他人提拔。"


@pytest.fixture
def office(open_window, session, home, request):
    language, scripts = request.param
    cast = Cast(session, home)
    seal = home.seal()
    a_complaint(session, cast, seal, "concluded")  # noise
    number = a_complaint(session, cast, seal, "concluded").number
    logins = {name: getattr(cast, name).login for name in ("officer", "chief", "receiver")}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login) for name, login in logins.items()}
    return SimpleNamespace(**desks, number=number)


def now(session, number):
    session.expire_all()
    found = session.query(Complaint).filter_by(number=number).one()
    files = session.query(FalseAccusation).filter_by(complaint_id=found.id).all()
    answer = found.author_finding, [row.state for row in files]
    session.rollback()
    return answer


@pytest.mark.parametrize(
    "office", [("zh", True), ("en", False)], indirect=True, ids=["zh", "en without scripts"]
)
def test_a_false_accusation_cannot_be_opened_without_its_grounds(office, session):
    officer, chief, number = office.officer, office.chief, office.number
    officer.window.go(f"/complaints/{number}")
    officer.window.follow(officer.main.locator("a[href$='/false-accusation']").first)
    assert officer.say("No file has been proposed.") in officer.main.inner_text()

    officer.press("Propose the file", status=422)  # found untrue, and nothing else
    officer.choose("fabrication_is", "yes")
    officer.choose("intent_is", "unknown")
    officer.fill(fabrication=INVENTED)
    officer.press("Propose the file", status=409)  # one ground
    refused = officer.main.locator("[role='alert']").inner_text()
    assert officer.say(("尚待查明", "Still to be established")) in refused
    assert officer.page.locator("[name='fabrication']").input_value() == INVENTED
    officer.choose("intent_is", "no")
    officer.press("Propose the file", status=409)  # a mistaken report
    officer.choose("intent_is", "yes")
    officer.fill(intent=f"{SEALED['name']}为阻止他人提拔，事先有商定。")
    officer.press("Propose the file", status=422)  # tells of the author
    officer.fill(intent=INTENDED)
    assert now(session, number) == (AuthorFinding.NOT_EXAMINED, [])

    officer.press("Propose the file")
    assert now(session, number) == (AuthorFinding.NOT_EXAMINED, ["proposed"])
    assert office.receiver.window.go(f"/complaints/{number}/false-accusation") == 403

    chief.window.go(f"/complaints/{number}/false-accusation")
    assert chief.page.locator("input[name='level'][value='county']").count() == 0
    chief.choose("level", "city")
    chief.fill(organ="云山市纪委监委")
    chief.press("Enter the approval", status=422)  # no reference
    assert now(session, number) == (AuthorFinding.NOT_EXAMINED, ["proposed"])
    chief.fill(reference="云纪批〔2026〕5号")
    chief.choose("accuser_status", "other")
    chief.press("Enter the approval")
    assert now(session, number) == (AuthorFinding.MALICIOUS, ["approved"])

    officer.window.go(f"/complaints/{number}/false-accusation")
    officer.choose("routes", "public_security")
    officer.fill(to="青溪县公安局")
    officer.press("Enter to whom it went")
    officer.fill(outcome="公安机关依法处以行政拘留。", gains="没有因此获得利益。")
    officer.press("Close the file")

    session.expire_all()
    assert audit.verify(session).ok
    session.rollback()

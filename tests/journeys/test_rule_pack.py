"""A pack of a place is added through the site: a proof fails and its case is looked at, the text is mended, rehearsed on
the cases of the organ, approved by a second person, and applied only to conduct from its first day on."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from casebook import audit
from casebook.procedure.dates import today
from tests.factories import PASSWORD, make_case, save
from tests.journeys.desk import Desk
from tests.packs import FIRES, LOSS, NAME, PLACE, county_pack
from tests.stages import Cast

REMEDIED = "        - {fact: remedial_action_timely, is: true}\n"
FACTS = {key: value for key, value in FIRES.items() if key != "lack_of_experience_pilot"} | {
    "remedial_action_timely": True, "mental_state": "ordinary_negligence",
}  # fmt: skip
DAY = today()
PARTS = {"since": DAY.isoformat(), "source": DAY.isoformat()}
FAULTY = county_pack(
    more=REMEDIED + LOSS, known=", remedial_action_timely: true, direct_economic_loss_cny: 1500000", **PARTS
)
MENDED = county_pack(more=REMEDIED, known=", remedial_action_timely: true", **PARTS)


@pytest.fixture
def office(open_window, session, home, request):
    language, scripts = request.param
    cast = Cast(session, home)
    cases = {}
    for name, day in (("before", DAY - timedelta(days=1)), ("after", DAY)):
        case = make_case(session, cast.officer, conduct=day.isoformat(), region=PLACE)
        save(session, case, **FACTS)
        cases[name] = case.number
    logins = {name: getattr(cast, name).login for name in ("officer", "reviewer", "superior")}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login) for name, login in logins.items()}
    return SimpleNamespace(**desks, **cases)


def write(desk: Desk, text: str) -> None:
    desk.fill(reason="州人民政府出台容错办法", text=text)
    desk.day("from_on", DAY)
    desk.press("Save and check")


def run(desk: Desk) -> None:
    """Start the run and let the page ask again until it is over."""
    desk.press("Check, prove and rehearse")
    again = desk.main.get_by_role("button", name=desk.say("Check, prove and rehearse"))
    expect(again).to_be_visible(timeout=120_000)


@pytest.mark.parametrize("office", [("zh", False)], indirect=True, ids=["zh without scripts"])
def test_a_regional_pack_becomes_law_for_what_is_done_from_its_day_on(office, session):
    reviewer, chief, officer = office.reviewer, office.superior, office.officer
    reviewer.window.go("/site-packs")
    reviewer.open("Draft a pack")
    write(reviewer, FAULTY.replace("purpose, is: public", "purpose, is: publik"))
    expect(reviewer.main.locator(".cb-source__here").first).to_contain_text("publik")
    reviewer.open("Mend the text")
    write(reviewer, FAULTY)
    run(reviewer)
    reviewer.reads("Proof failed")
    failed = reviewer.page.url.partition("#")[0]

    reviewer.open("Open this case as a form")
    expect(reviewer.page.locator("[name='direct_economic_loss_cny']")).to_have_value(
        re.compile(r"^0(\.01)?$")
    )
    expect(reviewer.page.locator("[name='region']")).to_have_value(PLACE)
    reviewer.open("Fill in the second")
    reviewer.press("Try it out")
    expect(reviewer.main.locator(".cb-ledger__side").first).to_contain_text(f"{NAME}.pilot")

    reviewer.window.go(f"{failed}/edit")
    write(reviewer, MENDED)
    run(reviewer)
    reviewer.open("See which, side by side")
    expect(reviewer.main).to_contain_text(office.after)
    expect(reviewer.main).not_to_contain_text(office.before)
    reviewer.window.go(failed)
    reviewer.press("Propose for approval")
    expect(reviewer.main.get_by_role("button", name=reviewer.say("Approve and sign"))).to_have_count(0)

    chief.window.go(failed)
    chief.fill(password="not the password")
    chief.press("Approve and sign", status=422)
    chief.fill(password=PASSWORD)
    chief.press("Approve and sign")
    expect(chief.main.locator(".govuk-tag--green").first).to_have_text(chief.say("Now in force"))

    for number, disposition in ((office.before, "correct"), (office.after, "tolerate")):
        officer.window.go(f"/cases/{number}/check")
        officer.press("Get the recommendation")
        expect(officer.main.locator(f".cb-headline--{disposition}")).to_be_visible()
    assert audit.verify(session).ok

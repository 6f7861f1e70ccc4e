"""A pack of a place is added through the site: a proof fails and its case is looked at, the text is mended, rehearsed on
the demonstration cases, approved by a second person, and applied only to conduct from its first day on."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from sqlalchemy import make_url, select

from casebook import audit
from casebook.changes import FactEntry
from casebook.db import make_engine, session_factory
from casebook.home import Home
from casebook.intake import open_case, save_facts
from casebook.models import Case, User
from casebook.procedure.dates import today
from fixtures.load import load, published_cases, title
from tests.conftest import fresh_database
from tests.factories import CHEAP
from tests.journeys.desk import Desk
from tests.packs import county_pack

NAME, SINCE = "hubei", "2020-01-01"  # the document is invented; Hubei has no shipped pack
DOCUMENT = ("湖北省应急处置容错办法（示例）", "Hubei: errors in emergencies")
RULE = f"{NAME}.pilot"
MOVED = {"CN-160", "CN-161"}  # reports of an epidemic that came late, of some day in 2020
LATE_REPORT = next(row for row in published_cases() if row["id"] == "CN-160")
MOST = "        - {fact: direct_economic_loss_cny, at_most: 1000000}\n"


def hubei(loss: str, known: int) -> str:
    return county_pack(
        NAME, SINCE, region="42", source=SINCE, title=DOCUMENT,
        conditions="        - {fact: emergency_handling, is: true}\n"
        "        - {fact: mental_state, in: [no_fault, ordinary_negligence]}\n",
        more=loss, facts=f"emergency_handling: true, direct_economic_loss_cny: {known}, mental_state: no_fault",
        otherwise=("no_fault", "gross_negligence"), explain="应急处置中非因重大过失造成的失误，予以容错。",
        explain_en="An error in handling an emergency that was not grossly negligent is tolerated.",
    )  # fmt: skip


FAULTY = hubei(MOST.replace("at_most", "at_least"), 1500000)
MENDED = hubei(MOST, 500000)


@pytest.fixture(scope="module")
def demonstration(server_url, template, tmp_path_factory) -> Iterator[Home]:
    """What `casebook init --demo` leaves, loaded once; nobody writes to it."""
    folder = tmp_path_factory.mktemp("demonstration")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with home.seal() as seal, session_factory(engine)() as session:
            load(session, seal, as_of=today(), hasher=CHEAP)
            session.commit()
        engine.dispose()
        yield home


@pytest.fixture
def database_url(server_url, demonstration, tmp_path) -> Iterator[str]:
    loaded = make_url(demonstration.url).database
    with fresh_database(server_url, loaded, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def empty_home(demonstration):
    return demonstration.path


@pytest.fixture
def office(open_window, session, request):
    """The people, and the demonstration cases by the number they were published under; `before`: the same late report,
    made the day before the document took effect."""
    language, scripts = request.param
    cases = {}
    for case in session.scalars(select(Case).order_by(Case.id)):
        if found := re.search(r"CN-\d+", case.summary):
            cases[found.group()] = case.number
    officer = session.scalars(select(User).where(User.login == "officer")).one()
    before = open_case(
        session,
        officer,
        title=f"{title(LATE_REPORT)}（早一日）",
        conduct="2019-12-31",
        respondent_name="甘某",
    )
    facts = {
        fact_id: FactEntry(value, "verified", "演示材料") for fact_id, value in LATE_REPORT["facts"].items()
    }
    save_facts(session, before, facts, officer, seen_version=before.version)
    cases["before"] = before.number
    session.commit()
    desks = {
        login: Desk(open_window(language, scripts), login) for login in ("officer", "reviewer", "superior")
    }
    return SimpleNamespace(**desks, cases=cases)


def write(desk: Desk, text: str) -> None:
    desk.fill(reason="省人民政府出台应急处置容错办法", text=text)
    desk.day("from_on", today())
    desk.press("Save and check")


def run(desk: Desk) -> None:
    """Start the run and let the page ask again until it is over."""
    desk.press("Check, prove and rehearse")
    again = desk.main.get_by_role("button", name=desk.say("Check, prove and rehearse"))
    expect(again).to_be_visible(timeout=120_000)


def moved(desk: Desk, closed: bool) -> dict[str, list[str]]:
    """What the rehearsal shows of each case that comes out differently: the case and its two dispositions."""
    caption = desk.say(
        "Closed cases that would now come out differently" if closed else "Open cases that change"
    )
    rows = desk.main.locator("table", has_text=caption).locator("tbody tr").all()
    return {row.locator("th a").inner_text(): row.locator("td .govuk-tag").all_inner_texts() for row in rows}


def tried_out(desk: Desk) -> list[bool]:
    """Whether the rule applies to the case that is tried out: with this version, and without it."""
    return [RULE in side for side in desk.main.locator(".cb-ledger__side").all_inner_texts()]


@pytest.mark.parametrize(
    "office", [("zh", True), ("en", False)], indirect=True, ids=["zh", "en without scripts"]
)
def test_a_regional_pack_becomes_law_for_what_is_done_from_its_day_on(office, session):
    reviewer, chief, officer, cases = office.reviewer, office.superior, office.officer, office.cases
    reviewer.window.go("/site-packs")
    reviewer.open("Draft a pack")
    write(reviewer, FAULTY.replace("emergency_handling, is: true", "emergency_handling, is: ture"))
    expect(reviewer.main.locator(".cb-source__here").first).to_contain_text("ture")
    reviewer.open("Mend the text")
    write(reviewer, FAULTY)
    run(reviewer)
    reviewer.reads("Proof failed")
    expect(reviewer.main.locator(".cb-panel").first).to_contain_text(RULE)
    failed = reviewer.page.url.partition("#")[0]

    reviewer.open("Open this case as a form")
    loss = reviewer.page.locator("[name='direct_economic_loss_cny']")
    assert tried_out(reviewer) == [False, False]
    expect(reviewer.page.locator("[name='region']")).to_have_value(re.compile("^42"))
    reviewer.open("Fill in the second")
    assert float(loss.input_value()) >= 1000000
    assert tried_out(reviewer) == [True, False]  # with this version the graver of the two is let off
    loss.fill("999999")
    reviewer.press("Try it out")
    expect(loss).to_have_value("999999")
    assert tried_out(reviewer) == [False, False]

    reviewer.window.go(f"{failed}/edit")
    write(reviewer, MENDED)
    run(reviewer)
    reviewer.open("See which, side by side")
    words = [reviewer.say("Correct"), reviewer.say("Refer to a panel")]
    assert moved(reviewer, closed=False) == {cases[row]: words for row in MOVED}
    assert moved(reviewer, closed=True) == {}
    reviewer.window.go(failed)
    reviewer.press("Propose for approval")

    chief.window.go(failed)
    chief.open("See which, side by side")
    assert moved(chief, closed=False) == {cases[row]: words for row in MOVED}
    chief.window.go(failed)
    chief.fill(password="not the password")
    chief.press("Approve and sign", status=422)
    chief.fill(password="casebook-demo-superior")
    chief.press("Approve and sign")
    expect(chief.main.locator(".govuk-tag--green").first).to_have_text(chief.say("Now in force"))

    for row, disposition, applies in (("CN-160", "refer", True), ("before", "correct", False)):
        officer.window.go(f"/cases/{cases[row]}/check")
        officer.press("Get the recommendation")
        expect(officer.main.locator(f".cb-headline--{disposition}")).to_be_visible()
        assert (officer.main.get_by_role("link", name=officer.say(DOCUMENT)).count() > 0) == applies
    assert audit.verify(session).ok

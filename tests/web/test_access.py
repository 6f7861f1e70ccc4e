"""Every route is listed here with the roles it admits; one that is not listed fails."""

import io

import pytest
from sqlalchemy import func, inspect, select, text

from casebook import intake
from casebook.errors import NotAllowed
from casebook.home import Home
from casebook.models import Event, Role, User
from tests.conftest import at_work, fresh_database
from tests.factories import make_case, make_user
from tests.web.visitor import Visitor
from web import create_app
from web.auth import admits
from web.config import Config
from web.session import db_session

EVERYONE = {"officer", "reviewer", "panel", "chief", "auditor", "administrator", "receiver"}
READERS = {"officer", "reviewer", "panel", "chief", "auditor"}
HANDLERS = {"officer", "reviewer", "panel", "chief"}
WRITERS = {"officer"}
OPEN: set[str] = set()

CHANGE_DEADLINE = (
    "/cases/<number>/clocks/<int(max=2147483647):deadline_id>/<any(finish, pause, resume, extend):act>"
)
OPENING = "/openings/<int(max=2147483647):opening_id>"
SEALED = "/sealed/<any(text, identity):scope>"
COMPLAINT_HANDLERS = {"officer", "reviewer", "chief", "receiver"}
FALSE_FILE = "/complaints/<number>/false-accusation/<int(max=2147483647):file_id>"
PAPERS_ABOUT = "/<any(complaints, clearances, returns, periods):what>/<number>/papers"
RECIPIENT = "/clearances/<number>/reach/<int(max=2147483647):row_id>"
CLEARERS = {"officer", "reviewer", "chief"}
CASE_PEOPLE = {*CLEARERS, "auditor"}
PACK = "/site-packs/<int(max=2147483647):pack_id>"
PACK_READERS = {"reviewer", "chief", "auditor"}
TRIAL = "trial/<int(max=2147483647):check_id>/<int(max=9999):number>"
COMPLAINT_READERS = {"officer", "reviewer", "chief", "receiver", "auditor"}

ROUTES = {
    ("GET", "/"): EVERYONE,
    ("GET", "/help"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-out"): EVERYONE,
    ("GET", "/account"): EVERYONE,
    ("POST", "/account/password"): EVERYONE,
    ("POST", "/account/language"): EVERYONE,
    ("POST", "/account/revoke"): EVERYONE,
    **{
        ("GET", f"/rules{path}"): OPEN
        for path in (
            "",
            "/search",
            "/writing",
            "/instruments",
            "/instruments/<code>",
            "/gates",
            "/gates/<gate>",
            "/facts",
            "/facts/<fact_id>",
            "/findings/<name>",
            "/places",
            "/packs",
            "/packs/<name>",
            "/packs/<name>/diagram",
            "/<version>",
        )
    },
    ("GET", "/rules/<version>/cases"): READERS,
    ("GET", "/site-packs"): PACK_READERS,
    ("POST", "/site-packs/prove"): PACK_READERS,
    ("GET", "/site-packs/new"): {"reviewer"},
    ("POST", "/site-packs/new"): {"reviewer"},
    ("GET", PACK): PACK_READERS,
    ("POST", f"{PACK}/run"): {"reviewer", "chief"},
    ("GET", f"{PACK}/rehearsal"): PACK_READERS,
    **{("POST", f"{PACK}/{act}"): {"reviewer"} for act in ("propose", "withdraw", "edit", "back")},
    **{("GET", f"{PACK}/{act}"): {"reviewer"} for act in ("edit", "back")},
    **{("POST", f"{PACK}/{act}"): {"chief"} for act in ("approve", "refuse", "end")},
    **{
        (method, f"{within}/{TRIAL}"): PACK_READERS
        for method in ("GET", "POST")
        for within in (PACK, "/site-packs")
    },
    ("GET", "/cases"): READERS,
    ("GET", "/cases/new"): WRITERS,
    ("POST", "/cases/new"): WRITERS,
    ("GET", "/cases/<number>"): READERS,
    ("GET", "/cases/<number>/details"): WRITERS,
    ("POST", "/cases/<number>/details"): WRITERS,
    ("GET", "/cases/<number>/history"): READERS,
    ("GET", "/cases/<number>/facts/<section>"): READERS,
    ("POST", "/cases/<number>/facts/<section>"): WRITERS,
    ("GET", "/cases/<number>/check"): READERS,
    ("GET", "/cases/<number>/precedents"): READERS,
    ("POST", "/cases/<number>/precedents"): HANDLERS,
    ("GET", "/cases/<number>/precedents/<code>"): READERS,
    ("GET", "/cases/<number>/precedents/consultations/<int(max=2147483647):seq>"): READERS,
    ("GET", "/cases/<number>/precedents/if/<any(tolerate, correct, hold_accountable):outcome>"): READERS,
    ("GET", "/precedents/compare"): READERS,
    ("GET", "/cases/<number>/precedents/propose"): READERS,
    ("POST", "/cases/<number>/precedents/propose"): {"reviewer", "chief"},
    ("GET", "/precedents/waiting"): READERS,
    ("GET", "/precedents/<code>/proposal"): READERS,
    ("POST", "/precedents/<code>/proposal/approve"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/proposal/refuse"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/proposal/revise"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/proposal/withdraw"): {"reviewer", "chief"},
    ("GET", "/precedents/<code>/coding"): {"officer", "reviewer"},
    ("POST", "/precedents/<code>/coding"): {"officer", "reviewer"},
    ("GET", "/cases/<number>/file"): READERS - {"panel"},
    ("GET", "/cases/<number>/files"): READERS,
    ("POST", "/cases/<number>/files"): WRITERS,
    ("GET", "/cases/<number>/files/<int(max=2147483647):attachment_id>"): READERS,
    ("POST", "/cases/<number>/recommend"): WRITERS,
    ("GET", "/cases/<number>/recommendation"): READERS,
    ("GET", "/cases/<number>/worklist"): READERS,
    ("GET", "/cases/<number>/law-of-day"): READERS,
    ("POST", "/cases/<number>/worklist/<fact_id>"): WRITERS,
    ("GET", "/cases/<number>/hearing"): READERS,
    ("GET", "/cases/<number>/hearing/notice"): WRITERS,
    ("POST", "/cases/<number>/hearing/notice"): WRITERS,
    ("POST", "/cases/<number>/hearing/tell"): WRITERS,
    ("GET", "/cases/<number>/hearing/answers"): WRITERS,
    ("POST", "/cases/<number>/hearing/answers"): WRITERS,
    ("GET", "/cases/<number>/hearing/answers/<int(max=2147483647):answer_id>"): HANDLERS,
    ("POST", "/cases/<number>/hearing/answers/<int(max=2147483647):answer_id>"): HANDLERS,
    ("GET", "/cases/<number>/hearing/record"): WRITERS,
    ("POST", "/cases/<number>/hearing/record"): WRITERS,
    ("GET", "/cases/<number>/hearing/return"): HANDLERS,
    ("POST", "/cases/<number>/hearing/return"): HANDLERS,
    ("POST", "/cases/<number>/hearing/close"): WRITERS,
    ("GET", "/cases/<number>/hearing/link"): WRITERS,
    ("POST", "/cases/<number>/hearing/link"): WRITERS,
    ("POST", "/cases/<number>/hearing/link/end"): WRITERS,
    ("GET", "/answer/<token>"): OPEN,
    ("POST", "/answer/<token>"): OPEN,
    ("POST", "/answer/<token>/answers"): OPEN,
    ("GET", "/answer/<token>/clearance"): OPEN,
    ("POST", "/answer/<token>/clearance"): OPEN,
    ("GET", "/answer/<token>/clearance/<number>"): OPEN,
    ("GET", "/answer/<token>/receipt/<number>"): OPEN,
    ("POST", "/answer/<token>/leave"): OPEN,
    ("GET", "/report"): OPEN,
    ("GET", "/report/form"): OPEN,
    ("POST", "/report/form"): OPEN,
    ("POST", "/report/send"): OPEN,
    ("GET", "/report/status"): OPEN,
    ("POST", "/report/status"): OPEN,
    ("POST", "/report/status/write"): OPEN,
    ("POST", "/report/status/files"): OPEN,
    ("POST", "/report/leave"): OPEN,
    ("GET", "/report/left"): OPEN,
    ("GET", "/cases/<number>/recommendation/<int(max=2147483647):seq>"): READERS,
    ("GET", "/cases/<number>/review"): READERS,
    ("POST", "/cases/<number>/review"): HANDLERS,
    ("POST", "/cases/<number>/review/submit"): HANDLERS,
    ("POST", "/cases/<number>/review/reviewer"): HANDLERS,
    ("POST", "/cases/<number>/review/second-reviewer"): HANDLERS,
    ("GET", "/cases/<number>/second-review"): READERS,
    ("POST", "/cases/<number>/second-review"): HANDLERS,
    ("GET", "/cases/<number>/conduct"): HANDLERS,
    ("POST", "/cases/<number>/conduct"): HANDLERS,
    ("POST", "/cases/<number>/conduct/after"): HANDLERS,
    ("GET", "/cases/<number>/recusal"): READERS,
    ("POST", "/cases/<number>/recusal/declare"): HANDLERS,
    ("POST", "/cases/<number>/recusal/ask"): HANDLERS,
    ("POST", "/cases/<number>/recusal/<int(max=2147483647):recusal_id>/decide"): HANDLERS,
    ("POST", "/cases/<number>/recusal/officer"): HANDLERS,
    ("GET", "/office"): {"chief", "auditor"},
    ("POST", "/office"): {"chief"},
    ("GET", "/cases/<number>/panel"): READERS,
    ("POST", "/cases/<number>/panel/seats"): HANDLERS,
    ("POST", "/cases/<number>/panel/meeting"): HANDLERS,
    ("POST", "/cases/<number>/panel/absence"): HANDLERS,
    ("POST", "/cases/<number>/panel/vote"): HANDLERS,
    ("POST", "/cases/<number>/panel/minutes"): HANDLERS,
    ("POST", "/cases/<number>/panel/return"): HANDLERS,
    ("GET", "/cases/<number>/panel/decision"): HANDLERS,
    ("POST", "/cases/<number>/panel/decision"): HANDLERS,
    ("POST", "/cases/<number>/panel/sign"): HANDLERS,
    ("GET", "/cases/<number>/decision"): READERS,
    ("POST", "/cases/<number>/decision/services"): WRITERS,
    ("POST", "/cases/<number>/decision/notify"): WRITERS,
    ("POST", "/cases/<number>/decision/force"): WRITERS,
    ("POST", "/cases/<number>/decision/close"): HANDLERS,
    ("GET", "/departures"): READERS - {"panel"},
    ("GET", "/corrections/patterns"): READERS - {"panel"},
    ("GET", "/cases/<number>/corrections"): READERS,
    ("GET", "/cases/<number>/corrections/order"): WRITERS,
    ("POST", "/cases/<number>/corrections/order"): WRITERS,
    ("GET", "/cases/<number>/corrections/nothing"): WRITERS,
    ("POST", "/cases/<number>/corrections/nothing"): WRITERS,
    ("GET", "/cases/<number>/corrections/<int(max=2147483647):correction_id>/done"): WRITERS,
    ("POST", "/cases/<number>/corrections/<int(max=2147483647):correction_id>/done"): WRITERS,
    ("GET", "/cases/<number>/corrections/<int(max=2147483647):correction_id>/verify"): {"reviewer", "chief"},
    ("POST", "/cases/<number>/corrections/<int(max=2147483647):correction_id>/verify"): {"reviewer", "chief"},
    ("POST", "/cases/<number>/corrections/finish"): WRITERS,
    ("GET", "/cases/<number>/talks"): READERS,
    ("GET", "/cases/<number>/talks/new"): {"officer", "reviewer", "chief"},
    ("POST", "/cases/<number>/talks/new"): {"officer", "reviewer", "chief"},
    ("GET", "/cases/<number>/talks/<int(max=2147483647):talk_id>/follow-up"): {
        "officer",
        "reviewer",
        "chief",
    },
    ("POST", "/cases/<number>/talks/<int(max=2147483647):talk_id>/follow-up"): {
        "officer",
        "reviewer",
        "chief",
    },
    ("GET", "/cases/<number>/commitment/new"): {"officer", "chief"},
    ("POST", "/cases/<number>/commitment/new"): {"officer", "chief"},
    ("GET", "/cases/<number>/papers"): READERS,
    ("POST", "/cases/<number>/papers"): HANDLERS,
    ("GET", "/cases/<number>/papers/<int(max=2147483647):paper_id>/<any(pdf, docx):form>"): READERS,
    ("GET", "/office/numbers"): {"chief"},
    ("POST", "/office/numbers"): {"chief"},
    ("GET", "/templates"): {"administrator"},
    ("GET", "/templates/<kind>"): {"administrator"},
    ("POST", "/templates/<kind>"): {"administrator"},
    ("POST", "/templates/<kind>/try"): {"administrator"},
    ("POST", "/templates/<kind>/try.pdf"): {"administrator"},
    ("GET", "/templates/<kind>/<int(max=2147483647):version>"): {"administrator"},
    ("GET", "/clocks"): READERS,
    ("GET", "/clocks/calendar"): READERS,
    ("GET", "/clocks/limits"): READERS,
    ("GET", "/clocks/feed"): READERS,
    ("POST", "/clocks/feed"): READERS,
    ("POST", "/clocks/feed/revoke"): READERS,
    ("GET", "/feed/<token>.ics"): OPEN,
    ("GET", "/calendar"): {"chief", "administrator"},
    ("POST", "/calendar/seed"): {"administrator"},
    ("POST", "/calendar/import"): {"chief", "administrator"},
    ("GET", "/cases/<number>/clocks"): READERS,
    ("GET", "/cases/<number>/clocks/new"): {"chief", "reviewer"},
    ("POST", "/cases/<number>/clocks/new"): {"chief", "reviewer"},
    ("GET", CHANGE_DEADLINE): {"officer", "chief", "reviewer"},
    ("POST", CHANGE_DEADLINE): {"officer", "chief", "reviewer"},
    ("GET", "/cases/<number>/appeals"): READERS,
    ("GET", "/cases/<number>/appeals/new"): WRITERS,
    ("POST", "/cases/<number>/appeals/new"): WRITERS,
    (
        "GET",
        "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/<any(admit,assign,withdraw,serve):step>",
    ): HANDLERS,
    (
        "POST",
        "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/<any(admit,assign,withdraw,serve):step>",
    ): HANDLERS,
    ("GET", "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/decide"): HANDLERS,
    ("POST", "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/decide"): HANDLERS,
    ("GET", "/cases/<number>/period"): READERS,
    ("POST", "/cases/<number>/period/notice"): WRITERS,
    ("GET", "/cases/<number>/period/return"): WRITERS,
    ("POST", "/cases/<number>/period/return"): WRITERS,
    ("GET", "/returns"): READERS - {"panel"},
    ("GET", "/returns/<number>"): READERS - {"panel"},
    ("POST", "/returns/<number>/conditions"): WRITERS,
    ("POST", "/returns/<number>/opinion/<any(discipline, inquiry, approval, superior):kind>"): {
        "officer",
        "reviewer",
        "chief",
    },
    ("POST", "/returns/<number>/appointment"): WRITERS,
    ("GET", "/advance-filing"): OPEN,
    ("POST", "/advance-filing"): OPEN,
    ("POST", "/advance-filing/certificate"): OPEN,
    ("GET", "/advance-filing/check"): OPEN,
    ("POST", "/advance-filing/check"): OPEN,
    ("GET", "/filings"): READERS - {"panel"},
    ("GET", "/filings/<number>"): READERS - {"panel"},
    ("POST", "/filings/<number>/link"): {"officer", "reviewer"},
    ("GET", "/complaints"): COMPLAINT_READERS,
    ("POST", "/complaints/take-in"): {"receiver"},
    ("POST", "/complaints/screeners"): {"chief"},
    ("GET", "/complaints/new"): {"receiver"},
    ("POST", "/complaints/new"): {"receiver"},
    ("GET", "/complaints/<number>/screening"): {"receiver"},
    ("POST", "/complaints/<number>/screening"): {"receiver"},
    ("POST", "/complaints/<number>/screening/repeat"): {"receiver"},
    ("POST", "/complaints/<number>/screening/accept"): {"receiver"},
    ("POST", "/complaints/<number>/screening/refuse"): {"receiver"},
    ("POST", "/complaints/<number>/screening/pass-on"): {"receiver"},
    ("POST", "/complaints/<number>/screening/send-up"): {"receiver"},
    ("GET", "/complaints/<number>/screening/files/<file_id>"): {"receiver"},
    ("GET", "/complaints/<number>"): COMPLAINT_READERS,
    ("POST", "/complaints/<number>/recusal"): COMPLAINT_HANDLERS,
    ("GET", "/complaints/<number>/step/<page>"): COMPLAINT_HANDLERS,
    ("POST", "/complaints/<number>/step/<page>"): COMPLAINT_HANDLERS,
    ("GET", "/complaints/<number>/step/<page>/<int(max=2147483647):of>"): COMPLAINT_HANDLERS,
    ("POST", "/complaints/<number>/step/<page>/<int(max=2147483647):of>"): COMPLAINT_HANDLERS,
    ("GET", "/search"): READERS,
    ("POST", "/search"): READERS,
    ("GET", "/search/<key>"): READERS,
    ("POST", "/search/<key>/save"): READERS,
    ("POST", "/search/<key>/remove"): READERS,
    ("GET", "/alerts"): READERS,
    ("POST", "/alerts/seen"): READERS,
    ("GET", "/figures"): READERS - {"panel"},
    ("GET", "/refusals"): {"auditor"},
    ("GET", "/interference"): {"officer", "reviewer", "panel", "chief", "receiver", "auditor"},
    ("GET", "/interference/new"): {"officer", "reviewer", "panel", "chief", "receiver"},
    ("POST", "/interference/new"): {"officer", "reviewer", "panel", "chief", "receiver"},
    ("GET", "/figures/<any(outcomes,times,returns,departures,appeals):chart>.svg"): READERS - {"panel"},
    ("GET", "/figures.xlsx"): READERS - {"panel"},
    ("GET", "/precedents"): READERS,
    ("GET", "/precedents/<code>"): READERS,
    ("GET", "/precedents/consistency"): READERS,
    ("GET", "/precedents/replay"): READERS,
    ("POST", "/precedents/replay"): {"chief"},
    ("GET", "/quiz"): HANDLERS,
    ("GET", "/quiz/<int(max=2147483647):precedent_id>"): HANDLERS,
    ("POST", "/quiz/<int(max=2147483647):precedent_id>"): HANDLERS,
    ("GET", "/precedents/import"): {"reviewer", "chief"},
    ("POST", "/precedents/import"): {"reviewer", "chief"},
    ("GET", "/precedents/imports/<int(max=2147483647):number>"): {"reviewer", "chief"},
    ("POST", "/precedents/imports/<int(max=2147483647):number>"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/approve"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/refuse"): {"reviewer", "chief"},
    ("POST", "/precedents/<code>/withdraw"): {"chief"},
    ("GET", "/precedents/export.<any(jsonl,xlsx):kind>"): READERS,
    ("GET", "/complaints/<number>/false-accusation"): {"officer", "reviewer", "chief", "auditor"},
    ("POST", "/complaints/<number>/false-accusation"): {"officer", "reviewer"},
    ("POST", f"{FALSE_FILE}/approve"): {"chief"},
    ("POST", f"{FALSE_FILE}/refuse"): {"chief"},
    ("POST", f"{FALSE_FILE}/route"): {"officer", "reviewer"},
    ("POST", f"{FALSE_FILE}/close"): {"officer", "reviewer"},
    ("GET", PAPERS_ABOUT): COMPLAINT_READERS,
    ("POST", PAPERS_ABOUT): COMPLAINT_HANDLERS,
    ("GET", f"{PAPERS_ABOUT}/<int(max=2147483647):paper_id>/<any(pdf, docx):form>"): COMPLAINT_READERS,
    ("GET", "/clearances"): CASE_PEOPLE,
    ("GET", "/complaints/<number>/clearance"): CLEARERS,
    ("POST", "/complaints/<number>/clearance"): CLEARERS,
    ("POST", "/complaints/<number>/clearance/request"): CLEARERS,
    ("GET", "/clearances/<number>"): CASE_PEOPLE,
    ("GET", "/clearances/<number>/opinion"): CLEARERS,
    ("POST", "/clearances/<number>/opinion"): CLEARERS,
    ("POST", "/clearances/<number>/check"): {"reviewer"},
    ("POST", "/clearances/<number>/decision"): {"chief"},
    ("POST", "/clearances/<number>/return"): {"chief"},
    ("POST", "/clearances/<number>/answer"): CLEARERS,
    ("POST", "/clearances/<number>/reach"): CLEARERS,
    ("GET", RECIPIENT): CASE_PEOPLE,
    ("POST", f"{RECIPIENT}/correction"): CLEARERS,
    ("POST", f"{RECIPIENT}/approval"): {"chief"},
    ("POST", f"{RECIPIENT}/gone"): {"chief"},
    ("POST", "/clearances/<number>/visits"): CLEARERS,
    ("POST", "/clearances/<number>/repairs"): CLEARERS,
    ("GET", "/clearances/<number>/repairs/<int(max=2147483647):row_id>"): CASE_PEOPLE,
    ("POST", "/clearances/<number>/repairs/<int(max=2147483647):row_id>"): CLEARERS,
    ("POST", "/clearances/<number>/closing"): CLEARERS,
    ("GET", "/clearances/<number>/reopening"): CLEARERS,
    ("POST", "/clearances/<number>/reopening"): CLEARERS,
    ("POST", RECIPIENT + "/amendment"): CLEARERS,
    ("POST", RECIPIENT + "/taking-back"): CLEARERS,
    ("POST", "/clearances/<number>/repairs/<int(max=2147483647):row_id>/amendment"): CLEARERS,
    ("GET", "/cases/<number>/clearance"): CASE_PEOPLE,
    ("POST", "/cases/<number>/clearance/<int(max=2147483647):decision_id>"): CLEARERS,
    ("POST", "/cases/<number>/clearance/requests/<int(max=2147483647):row_id>"): CLEARERS,
    ("GET", "/clearances/<number>/history"): CASE_PEOPLE,
    ("GET", "/openings"): COMPLAINT_HANDLERS | {"auditor"},
    **{
        (method, f"/{kind}/<number>{path}"): roles
        for kind in ("complaints", "filings")
        for method, path, roles in (
            ("GET", "/openings", COMPLAINT_HANDLERS | {"auditor"}),
            ("GET", "/openings/ask/<any(text, identity):scope>", COMPLAINT_HANDLERS),
            ("POST", "/openings/ask/<any(text, identity):scope>", COMPLAINT_HANDLERS),
            ("POST", f"{OPENING}/answer", COMPLAINT_HANDLERS),
            ("POST", f"{OPENING}/end", COMPLAINT_HANDLERS),
            ("GET", SEALED, COMPLAINT_HANDLERS),
            ("POST", f"{SEALED}/print", COMPLAINT_HANDLERS),
            ("GET", "/sealed/files/<file_id>", COMPLAINT_HANDLERS),
        )
    },
}
READ_LOG = {
    "worklist.read",
    "law_of_day.read",
    "rule.cases_listed",
    "first_view.facts_read",
    "first_view.page_read",
    "pack.read",
    "pack.rehearsal_read",
    "packs.listed",
    "packs.proof_read",
    "complaint.read",
    "complaint.listed",
    "clearance.read",
    "clearance.history_read",
    "clearances.listed",
    "openings.listed",
    "seal.read",
    "period.read",
    "return.read",
    "false_accusation.read",
    "complaint_paper.read",
    "complaint_papers.listed",
    "returns.listed",
    "filing.read",
    "filings.listed",
    "access.refused",
    "seal.refused",
    "seal.unmasking_refused",
    "refusals.listed",
    "interference.listed",
    "figures.read",
    "figures.exported",
    "precedent.read",
    "precedents.listed",
    "precedents.waiting_listed",
    "precedent.coding_read",
    "precedents.read",
    "replays.read",
    "quiz.read",
    "precedents.exported",
    "consistency.read",
    "appeal.read",
    "case.file_exported",
    "case.read",
    "case.refused",
    "case.listed",
    "case.history_read",
    "recommendation.read",
    "hearing.read",
    "recommendation.printed",
    "attachment.read",
    "clocks.read",
    "clocks.listed",
    "review.read",
    "recusal.read",
    "office.read",
    "panel.read",
    "decision.read",
    "departures.read",
    "corrections.read",
    "corrections.patterns_read",
    "talk.read",
    "commitment.read",
    "papers.listed",
    "paper.read",
    "template.read",
    "search.listed",
    "alerts.read",
}


def all_routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield method, str(rule), rule.endpoint


def test_every_route_is_listed_with_the_roles_it_admits(app):
    found = {
        (method, path): set(app.view_functions[endpoint].roles) for method, path, endpoint in all_routes(app)
    }

    assert {key: {str(role) for role in roles} for key, roles in found.items()} == ROUTES


def test_a_view_that_names_no_roles_is_refused(app, client):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert client.get("/forgotten").status_code == 403


def address(path: str, case) -> str:
    for part, value in (
        ("<number>", case.number),
        ("<section>", "motive"),
        ("<page>", "findings"),
        ("<int(max=2147483647):of>", "1"),
        ("<int(max=2147483647):opening_id>", "1"),
        ("<any(text, identity):scope>", "text"),
        ("<file_id>", "nothing"),
        ("<any(discipline, inquiry, approval, superior):kind>", "inquiry"),
        ("<int(max=2147483647):deadline_id>", "1"),
        ("<any(finish, pause, resume, extend):act>", "pause"),
        ("<any(tolerate, correct, hold_accountable):outcome>", "correct"),
        ("<token>", "nothing"),
        ("<key>", "nothing"),
        ("<name>", "redlines"),
        ("<any(outcomes,times,returns,departures,appeals):chart>", "outcomes"),
        ("<int(max=2147483647):appeal_id>", "1"),
        ("<any(admit,assign,withdraw,serve):step>", "withdraw"),
        ("<int(max=2147483647):attachment_id>", "1"),
        ("<int(max=2147483647):seq>", "1"),
        ("<int(max=2147483647):recusal_id>", "1"),
        ("<int(max=2147483647):answer_id>", "1"),
        ("<int(max=2147483647):correction_id>", "1"),
        ("<int(max=2147483647):talk_id>", "1"),
        ("<int(max=2147483647):file_id>", "1"),
        ("<any(complaints, clearances, returns, periods):what>", "periods"),
        ("<int(max=2147483647):decision_id>", "1"),
        ("<int(max=2147483647):paper_id>", "1"),
        ("<int(max=2147483647):row_id>", "1"),
        ("<any(pdf, docx):form>", "pdf"),
        ("<any(jsonl,xlsx):kind>", "jsonl"),
        ("<int(max=2147483647):number>", "1"),
        ("<kind>", "notice"),
        ("<code>", "P1"),
        ("<int(max=2147483647):precedent_id>", "1"),
        ("<int(max=2147483647):version>", "0"),
        ("<version>", "tolerance.pilot@2016-01-18"),
        ("<int(max=2147483647):pack_id>", "1"),
        ("<int(max=2147483647):check_id>", "1"),
        ("<int(max=9999):number>", "0"),
    ):
        path = path.replace(part, value)
    return path


@pytest.fixture(scope="module")
def shut(server_url, template, templates, tmp_path_factory):
    """A site with a case in it, at whose doors those knock who are not signed in: none of them changes it."""
    folder = tmp_path_factory.mktemp("shut")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        with at_work(create_app(Config(home=home, testing=True)), templates) as app:
            with app.extensions["casebook.sessions"]() as session:
                officer = make_user(session, "officer")
                case = make_case(session, officer, title="道路改造未批先建", respondent_name="王某")
                session.commit()
            yield app, case


@pytest.mark.parametrize(("method", "path"), [key for key, roles in ROUTES.items() if roles])
def test_nobody_gets_in_without_signing_in(shut, method, path):
    app, case = shut
    client = app.test_client()
    visitor = Visitor(client)
    visitor.get("/sign-in")

    answer = client.open(address(path, case), method=method, data={"csrf_token": visitor.value("csrf_token")})

    assert answer.status_code == (302 if method == "GET" else 401)
    assert b"\xe7\x8e\x8b\xe6\x9f\x90" not in answer.data


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_role_is_refused_everything_it_is_not_admitted_to(another_browser, people, case, role):
    browser = another_browser(getattr(people, role))
    browser.get("/account")
    token = browser.value("csrf_token")

    for (method, path), roles in ROUTES.items():
        if roles and role not in roles:
            answer = browser.client.open(address(path, case), method=method, data={"csrf_token": token})
            assert answer.status_code == 403, (method, path)


@pytest.mark.parametrize("path", ["/cases/new", "/cases/{number}/details"])
def test_a_refused_request_leaves_who_was_refused_where_and_nothing_else(
    another_browser, people, case, session, path
):
    browser = another_browser(people.reviewer)

    browser.get(path.format(number=case.number), secret="what was sent")

    assert browser.status == 403
    event = session.scalars(select(Event).where(Event.kind == "access.refused")).one()
    assert (event.by_id, event.case_id) == (people.reviewer.id, None)
    assert set(event.detail) == {"endpoint"}
    assert event.detail["endpoint"] in ("cases.open_case", "cases.edit_case")


def test_a_refusal_by_the_record_itself_leaves_an_event_and_nothing_of_what_was_begun(
    app, another_browser, people, session
):
    @admits(Role.OFFICER)
    def view():
        db_session().get(User, people.officer.id).name = "half done"
        db_session().flush()
        raise NotAllowed("case.write")

    app.add_url_rule("/refuse", "refuse", view)
    another_browser(people.officer).get("/refuse")

    session.expire_all()
    assert session.get(User, people.officer.id).name != "half done"
    refused = session.scalars(select(Event).where(Event.kind == "access.refused")).one()
    assert refused.detail == {"endpoint": "refuse"}


def test_a_flood_of_refusals_is_logged_only_at_its_begin_and_one_of_nobody_not_at_all(
    app, client, another_browser, people, session
):
    @admits()
    def view():
        raise NotAllowed("nothing")

    app.add_url_rule("/refuse", "refuse", view)
    browser = another_browser(people.officer)
    for _ in range(35):
        browser.get("/refuse")
    client.get("/refuse")

    assert session.scalar(select(func.count()).where(Event.kind == "access.refused")) == 30


@pytest.mark.parametrize(
    "path",
    ["", "/check", "/history", "/file", "/files", "/facts/key", "/recommendation", "/worklist", "/details"],
)
def test_a_case_of_another_organ_looks_like_a_case_that_does_not_exist(
    another_browser, people, case, session, path
):
    stranger = another_browser(people.stranger)

    stranger.get(f"/cases/{case.number}{path}")
    hidden = (stranger.status, stranger.text().replace(case.number, "X"))
    stranger.get(f"/cases/OURS-2026-09999{path}")

    assert stranger.status == 404
    assert hidden == (404, stranger.text().replace("OURS-2026-09999", "X"))
    assert session.scalar(select(func.count()).where(Event.kind == "case.refused")) >= 1


def test_a_reviewer_reads_a_case_but_finds_no_way_to_change_it(another_browser, people, case):
    reviewer = another_browser(people.reviewer)

    for path in ("", "/check", "/files", "/history"):
        reviewer.get(f"/cases/{case.number}{path}")
        assert reviewer.status == 200
        assert not reviewer.page.select("main form[method=post]"), path
    reviewer.get(f"/cases/{case.number}/facts/motive")
    assert reviewer.path.endswith("/check")


def test_the_administrator_sees_no_case_not_even_a_title(another_browser, people, case):
    administrator = another_browser(people.administrator)

    administrator.get("/")

    assert administrator.path == "/account"
    assert case.title not in administrator.page.get_text()
    administrator.get("/cases")
    assert administrator.status == 403


def snapshot(session) -> dict:
    """Every row of every table but the log of events and the moments of visits."""
    schema = inspect(session.connection())
    found = {}
    for table in sorted(set(schema.get_table_names()) - {"events", "chain_head", "alembic_version"}):
        columns = [column["name"] for column in schema.get_columns(table) if column["name"] != "last_seen_at"]
        found[table] = sorted(map(repr, session.execute(text(f"SELECT {', '.join(columns)} FROM {table}"))))  # noqa: S608
    session.commit()
    return found


@pytest.mark.parametrize("role", sorted(READERS))
def test_reading_writes_nothing_but_the_log_of_readings(another_browser, people, case, session, home, role):
    intake.attach_file(session, home, case, people.officer, filename="a.txt", stream=io.BytesIO(b"text"))
    session.commit()
    browser = another_browser(getattr(people, role))
    before = snapshot(session)
    last = session.scalar(select(func.max(Event.seq)))
    session.commit()

    for (method, path), roles in ROUTES.items():
        if method == "GET" and role in roles:
            browser.get(address(path, case))
    browser.get("/cases", q="改造", status="draft", page="2")

    assert snapshot(session) == before
    kinds = set(session.scalars(select(Event.kind).where(Event.seq > last)))
    assert kinds <= READ_LOG


def test_roles_are_the_ones_the_record_knows():
    assert {str(role) for role in Role} == EVERYONE

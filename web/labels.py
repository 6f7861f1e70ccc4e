"""Words for the codes that pages show: roles, states, standings, dispositions, and the main menu."""

from flask import Flask, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from casebook.models import Role

ROLES = {
    Role.OFFICER: lazy("Officer"),
    Role.REVIEWER: lazy("Reviewer"),
    Role.PANEL: lazy("Panel member"),
    Role.CHIEF: lazy("Chief of the organ"),
    Role.AUDITOR: lazy("Auditor"),
    Role.RECEIVER: lazy("Receiver of complaints"),
    Role.ADMINISTRATOR: lazy("Administrator"),
}
CASE_STATES = {
    "draft": (lazy("Being prepared"), "blue"),
    "recommended": (lazy("Recommendation given"), "green"),
    "withheld": (lazy("Withheld"), "red"),
}
STANDINGS = {
    "documented": lazy("Documented"),
    "verified": lazy("Verified"),
    "claimed": lazy("Claimed only"),
    "disputed": lazy("Disputed"),
}
STANDING_HELP = {
    "documented": lazy("a paper or record shows it"),
    "verified": lazy("checked by the organ itself"),
    "claimed": lazy("someone says so; the rules do not read it"),
    "disputed": lazy("contested; the rules do not read it"),
}
READ_BY_RULES = ("documented", "verified")
DISPOSITIONS = {
    "tolerate": (lazy("Tolerate"), "green"),
    "correct": (lazy("Correct"), "amber"),
    "hold_accountable": (lazy("Hold accountable"), "red"),
    "refer": (lazy("Refer to a panel"), "violet"),
    "not_established": (lazy("Nothing established"), ""),
}
CERTAINTIES = {"certain": (lazy("Certain"), "green"), "provisional": (lazy("Provisional"), "amber")}
VERDICTS = {
    "tolerable": (lazy("Speaks for tolerance"), "green"),
    "intolerable": (lazy("Speaks against tolerance"), "red"),
    "open": (lazy("Open"), ""),
    "mixed": (lazy("Both sides have grounds"), "violet"),
}
GATE_STATES = {
    "stops": (lazy("Decides here"), "red"),
    "passed": (lazy("Passed"), ""),
    "open": (lazy("Open"), "amber"),
}
FINDING_STATES = {
    "established": (lazy("Established"), "red"),
    "not_established": (lazy("Not made out"), ""),
    "open": (lazy("Open"), "amber"),
}
RULE_STATES = {
    "fired": (lazy("Met"), "green"),
    "not_fired": (lazy("Not met"), ""),
    "open": (lazy("Open"), "amber"),
}
CONFIDENCES = {
    "SEEN": lazy("Text read in full"),
    "EXCERPT": lazy("Text read in excerpt"),
    "EXCERPT-": lazy("Partial excerpt, not used"),
    "RECALLED": lazy("From memory, text not seen, not used"),
    "DESIGN": lazy("Choice of this system, no provision"),
}
GRADES = {
    "minor": lazy("minor"),
    "light": lazy("light"),
    "relatively_serious": lazy("relatively serious"),
    "serious": lazy("serious"),
    "especially_serious": lazy("especially serious"),
}
REGIMES = {
    "party_accountability": lazy("Party accountability"),
    "party_discipline": lazy("Party discipline"),
    "state_sanction": lazy("State sanction"),
    "organisational_handling": lazy("Organisational handling"),
    "institution": lazy("Enterprise or institution rules"),
}
LOCAL_STATES = {
    "applies": (lazy("Conditions met"), "green"),
    "open": (lazy("Open"), "amber"),
    "does_not_apply": (lazy("Conditions not met"), ""),
}
CLAUSES = {
    "exempt": lazy("exemption"),
    "mitigate": lazy("mitigation below the range"),
    "lighten": lazy("a lighter outcome within the range"),
    "no_negative_evaluation": lazy("no negative evaluation"),
    "unaffected": lazy("no effect on appraisal, awards or promotion afterwards"),
    "correct": lazy("an order to correct"),
    "shield": lazy("no pursuit once the duties are found to be done"),
    "despite_duty": lazy("also where a duty, but no prohibition, was broken"),
    "either_or": lazy("an ambiguous 'or', for a panel"),
    "in_doubt": lazy("whether it was in force is not established, for a panel"),
    "incomplete": lazy("nothing by itself: a part of it is still to be found"),
}
FORCES = {
    "must": lazy("must (应当)"),
    "may": lazy("may (可以)"),
    "direct": lazy("by the text itself"),
    "as_prescribed": lazy("as other law provides (依法、按照规定)"),
}
DISTINCTION_NAMES = {"central": lazy("Central formulation"), "plain": lazy("Plain formulation")}
DISTINCTIONS = {
    "T1": lazy("First distinction"),
    "T2": lazy("Second distinction"),
    "T3": lazy("Third distinction"),
    "S1": lazy("Negligence or intent"),
    "S2": lazy("Public or private purpose"),
    "S3": lazy("Trial and error or rule-breaking"),
}


def numbered(code: str, title: str) -> str:
    """A title after the number it is cited by; a code of letters alone is a name that only the packs know."""
    return title if code.isalpha() else f"{code} {title}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        role_name=lambda role: ROLES[role],
        standing_name=lambda standing: STANDINGS[standing],
        menu=menu,
        numbered=numbered,
        words={
            "case": CASE_STATES, "disposition": DISPOSITIONS, "certainty": CERTAINTIES, "verdict": VERDICTS,
            "gate": GATE_STATES, "finding": FINDING_STATES, "rule": RULE_STATES, "confidence": CONFIDENCES,
            "grade": GRADES, "regime": REGIMES, "formulation": DISTINCTION_NAMES, "distinction": DISTINCTIONS,
            "local": LOCAL_STATES, "clause": CLAUSES, "force": FORCES,
        },
        READ_BY_RULES=READ_BY_RULES,
    )  # fmt: skip


def menu() -> list[tuple[str, str, bool]]:
    """The main menu for whoever is signed in: endpoint, text, whether we are inside it."""
    viewer = g.get("viewer")
    items = []
    if viewer and viewer.role not in (Role.ADMINISTRATOR, Role.RECEIVER):
        items += [
            ("cases.list_cases", _("Cases")),
            ("clocks.list_deadlines", _("Deadlines")),
            ("library.list_precedents", _("Precedents")),
        ]
    elif viewer and viewer.role == Role.ADMINISTRATOR:
        items += [
            ("clocks.working_days", _("Working days")),
            ("papers.list_templates", _("Templates of papers")),
        ]
    if viewer and viewer.role not in (Role.PANEL, Role.ADMINISTRATOR):
        items.append(("desk.list_complaints", _("Complaints")))
    if viewer and viewer.role in (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR):
        items.append(("clearance.list_clearances", _("Clearance")))
    if viewer and viewer.role not in (Role.PANEL, Role.ADMINISTRATOR, Role.RECEIVER):
        items.append(("figures.show", _("Statistics")))
    if viewer and viewer.role in (Role.CHIEF, Role.AUDITOR):
        items.append(("office.show", _("My organ") if viewer.role == Role.CHIEF else _("Organs")))
    if viewer and viewer.role == Role.AUDITOR:
        items.append(("refused.show", _("Refused requests")))
    items.append(("rulebook.index", _("Rules")))
    if viewer:
        items.append(("account.show", _("My account")))
    items.append(("reading.help", _("Help")))
    rooms = (
        "intake files recommendation review recusal hearing panel decision corrections talks appeals papers"
        " precedents publishing alerts worklist law_of_day two_step"
    ).split()
    inside = dict.fromkeys(rooms, "cases") | dict.fromkeys(("search", "ageing", "quiz"), "library")
    inside |= dict.fromkeys("screening complaint openings false_accusation complaint_papers".split(), "desk")
    inside |= {"returns": "clearance", "site_packs": "rulebook"}
    if (request.view_args or {}).get("what", "complaints") != "complaints":
        inside["complaint_papers"] = "clearance"
    if "number" not in (request.view_args or {}):
        inside["publishing"] = inside["precedents"] = "library"
    here = (request.endpoint or "").partition(".")[0]
    here = inside.get(here, here)
    return [
        (endpoint, text, request.endpoint == endpoint or endpoint.partition(".")[0] == here)
        for endpoint, text in items
    ]  # fmt: skip

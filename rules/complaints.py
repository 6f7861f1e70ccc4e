"""What follows from the finding on a complaint, and whether a person may return to office.

Advice with its reasons: people decide. An untrue complaint is not a false one, and nothing here looks for an author.
"""

from datetime import date

from rules.judgement import Findings, Judgement, first, judge
from rules.library import task_library
from rules.reinstatement import judge_reinstatement
from rules.vocabulary import check_value

__all__ = ["CLEARANCE", "FORMS", "PATH", "ROUTES", "judge_complaint", "judge_reinstatement"]
CLEARANCE = (
    ("refer.G0", "refer"),
    ("clearance.must", "yes"),
    ("refer.C-15", "refer"),
    ("clearance.not_due", "no"),
    ("clearance.assess", "assess"),
)
PATH = (
    ("path.closed", "closed"),
    ("path.may_open", "may_open"),
    ("path.refer", "refer"),
    ("path.undetermined", "open"),
)
FORMS = ("written", "face_to_face", "meeting", "circular")
ROUTES = ("party_discipline", "state_sanction", "public_security", "crime", "education")
LEVELS = (("level.central", "central"), ("level.province", "province"))
LEAST_LEVEL = "city"  # CHG2020 39


def judge_complaint(facts: dict, as_of: date) -> dict:
    """The finding, whether the name is to be cleared, in which forms, and whether false accusation may be taken up.

    `facts` holds established facts only. `certainty` is "certain" only where no unknown fact can change the finding,
    the clearance or the path. Raises KeyError and BadValue for facts that are none, ReadersDiffer if the two readers
    disagree.
    """
    library = task_library("complaint")
    for fact_id, value in facts.items():
        check_value(library.vocabulary.facts[fact_id], value)
    case = judge(library, facts, as_of)
    finding = facts.get("complaint_outcome")
    due = case.first(CLEARANCE, "open")
    certain = finding is not None and case.settled(CLEARANCE) and case.settled(PATH)
    return {
        "finding": finding,
        "clearance_due": due,
        "forms": [] if due in ("no", "open") else [form for form in FORMS if case.holds(f"form.{form}")],
        "false_accusation_path": case.first(PATH, "closed"),
        "certainty": "certain" if certain else "provisional",
        "reasons": case.reasons(),
        "decisive_unknowns": [] if certain else _unknown(case, finding),
        "refer": case.questions(),
        "approval_level_min": case.first(LEVELS, LEAST_LEVEL),
        "accuser_route": [route for route in ROUTES if case.holds(f"route.{route}")],
    }


def _unknown(case: Judgement, finding: str | None) -> list[str]:
    """The finding first, where there is none; then what would change the answer, or what it still waits for."""
    names = [name for name, _ in (*CLEARANCE, *PATH)]
    found = case.decisive(_answers) or case.waiting(names)
    return found if finding is not None else list(dict.fromkeys(["complaint_outcome", *found]))


def _answers(findings: Findings) -> tuple:
    return first(findings, CLEARANCE), first(findings, PATH)

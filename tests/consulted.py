"""Cases and precedents whose facts are all found, so that what binds what is known beforehand."""

from sqlalchemy.orm import Session

from casebook.models import Case, User
from rules.factors import presumed_facts
from rules.vocabulary import vocabulary
from tests.factories import make_case, save
from tests.precedents import TOLERATED

OPEN = {
    "truthful_cooperation": True, "rule_status_at_time": "ambiguous", "due_diligence_performed": True,
    "conduct_sector": "rural", "records_complete": True, "decision_mode": "collective_full",
    "collective_discussion_done": "done", "role_in_conduct": "principal", "leadership_responsibility": "direct",
}  # fmt: skip
KNOWN = TOLERATED | OPEN  # what the burden of proof does not presume, and a little more
GROSS = {**KNOWN, "mental_state": "gross_negligence"}
GRAVE = {**GROSS, "deaths": 3, "knew_of_prohibition": True}


def whole(facts: dict) -> dict:
    """The facts, with everything else found to be as the burden of proof presumes."""
    found = {
        name: value
        for name, value in presumed_facts(facts).items()
        if not vocabulary().facts[name].record_only
    }
    return {**found, **facts}


def a_whole_case(session: Session, by: User, facts: dict | None = None, **fields) -> Case:
    """A case in which every fact that is compared was found."""
    case = make_case(session, by, **fields)
    save(session, case, **whole(KNOWN if facts is None else facts))
    return case

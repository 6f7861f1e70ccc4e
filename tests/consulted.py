"""Cases and precedents whose facts are all found, so that what binds what is known beforehand."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case, User
from casebook.precedents import consult
from casebook.procedure.dates import today
from casebook.recommend import recommend
from rules.factors import presumed_facts
from rules.vocabulary import vocabulary
from tests.factories import make_case, save
from tests.precedents import TOLERATED, a_precedent

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


def consulted(session: Session, people: dict[str, User]) -> dict[str, object]:
    """Cases bound, in conflict, open and bound by nothing, among precedents of this organ; numbers and codes."""
    officer, reviewer = people["officer"], people["reviewer"]
    title = "为抢工期未取得用地批准先行组织实施村道改造并经集体研究决定"

    def precedent(code: str, **fields) -> str:
        return a_precedent(session, reviewer, code=code, title=title, **fields).code

    precedent("YS-先例〔2025〕1号", facts=KNOWN, collective=True, decided_on=date(2025, 1, 1))
    precedent("YS-先例〔2019〕7号", facts=KNOWN, decided_on=date(2019, 6, 1), conduct="2018-05")
    precedent("YS-先例〔2024〕3号", outcome="correct", facts=GROSS, decided_on=date(2024, 6, 1))
    precedent("YS-先例〔2025〕9号", facts={**GROSS, "deaths": 2})
    precedent("YS-先例〔2025〕2号", outcome="hold_accountable", facts=GRAVE, tier="typical")
    precedent("YS-先例〔2025〕4号", outcome="correct", facts={**KNOWN, "deaths": 1}, current=False)
    cases = {
        "bound": a_whole_case(session, officer, title=title),
        "colliding": a_whole_case(session, officer, GROSS, title=title),
        "unbound": a_whole_case(
            session, officer, {**KNOWN, "deaths": 3, "voluntary_disclosure": True}, title=title
        ),
        "unsettled": make_case(session, officer, title=title),
    }
    save(session, cases["unsettled"], **KNOWN)
    for case in cases.values():
        recommend(session, case, officer, today())
    consult.consult(session, cases["bound"], officer, today())
    return {name: case.number for name, case in cases.items()}

"""Cases that may become precedents, and proposals on their way into the library, for tests."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case, Precedent, Stage
from casebook.precedents import coding, publish
from casebook.precedents.entering import Found
from casebook.procedure.dates import today
from tests.appealed import decided, seeded
from tests.snapshots import prepared

SAID = {
    "title": "未取得用地批准先行改造村道",
    "summary": "某镇为方便群众出行，未取得用地批准即组织施工，事后补办手续，没有造成损失。",
    "holding": "出于公心，程序有缺陷但未造成损失，主动改正，可以从轻处理。",
    "notes": "未批先建违反规定，但情节轻微。",
}


@prepared
def settled_case(session: Session, cast, *, stage: Stage = Stage.IN_FORCE, **facts) -> Case:
    """A case whose decision stands, served so long ago that the time to appeal is over."""
    seeded(session)
    return decided(session, cast, stage=stage, **facts)


def proposed(session: Session, cast, case: Case | None = None, **said) -> Precedent:
    """The decision of a case, proposed by its reviewer."""
    case = case or settled_case(session, cast)
    return publish.propose(session, case, cast.reviewer, **{**SAID, "on": today(), **said})


def alike(precedent: Precedent, **otherwise) -> dict[str, Found]:
    """The facts as the proposer has them, but for some; None leaves one unknown."""
    first = coding.first_of(precedent).facts
    facts = {name: Found(first[name]["value"]) for name in coding.asked_facts() if name in first}
    for name, value in otherwise.items():
        facts[name] = Found(state="unknown") if value is None else Found(value)
    return facts


def second_coded(session: Session, cast, precedent: Precedent, **otherwise):
    """A second coding by an officer without a part in the case."""
    return coding.submit(
        session, precedent, cast.officer2, facts=alike(precedent, **otherwise), issues={}, on=today()
    )


def published(session: Session, cast, case: Case | None = None, on: date | None = None) -> Precedent:
    """Proposed, coded alike by a second person, and approved by the chief."""
    precedent = proposed(session, cast, case)
    second_coded(session, cast, precedent)
    return publish.approve(session, precedent, cast.chief, on=on or today())

"""How far first and second opinions agree in an organ, by distinction and factor: published to it, never by person."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casebook import access, events
from casebook.errors import NotAllowed
from casebook.models import Organisation, Role, User
from casebook.procedure.items import CENTRAL
from casebook.procedure.second_opinion import pairs
from rules.agreement import Agreement, agreement
from rules.vocabulary import vocabulary

FEWEST = 5  # pairs; with fewer an opinion could be traced to its author, and an interval says nothing
DISPOSITION = "disposition"


@dataclass(frozen=True)
class Published:
    """One line: the item, how many pairs there are, and the agreement unless they are too few."""

    item: str
    n: int
    agreement: Agreement | None


def read_agreement(session: Session, by: User, organisation: Organisation) -> list[Published]:
    """The agreement in the cases of an organ: for its chief and for auditors; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_OFFICE)
    if by.role != Role.AUDITOR and by.organisation_id != organisation.id:
        raise NotAllowed(access.READ_OFFICE)
    found = pairs(session, [organisation.id])
    factors = [factor.id for factor in vocabulary().factors if factor.id != "case"]
    events.record(session, "office.read", by, organisation=organisation.id)
    return [_published(item, found.get(item, [])) for item in (DISPOSITION, *CENTRAL, *factors)]


def _published(item: str, verdicts: list[tuple[str, str]]) -> Published:
    return Published(item, len(verdicts), agreement(verdicts) if len(verdicts) >= FEWEST else None)

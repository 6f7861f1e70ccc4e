"""What a rehearsal tells, and to whom: of each case that comes out differently only who may read that case learns it.

A rehearsal is run again and again with other thresholds, so a number, even a rounded one, would tell its author the
facts of a case they may not read. Only the second person, who writes no rules, is told how many of those there are.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casebook import access, events, hiding
from casebook.errors import PackNotFound
from casebook.models import Case, PackRehearsal, PackVersion, User
from casebook.packs.approval import may_answer

_AT_ONCE = 5000


@dataclass(frozen=True)
class Told:
    """What this person is told: the cases they may read with what became of them, and counts of these alone.

    `second`: this is who approves; told besides how many cases were assessed, and of the others that come out
    differently how many there are, in steps of five (`rest`; None: fewer than five, or none).
    """

    cases: tuple[tuple[dict, Case], ...]
    second: bool
    rest: int | None

    def counts(self, closed: bool) -> Counter[tuple[str, str]]:
        """How many of the cases went from which disposition to which."""
        return Counter((one["before"], one["after"]) for one, _case in self.cases if one["closed"] == closed)


def may_see(pack: PackVersion, by: User) -> bool:
    """Whether this person learns of rehearsals: whoever reads packs in its organ or above, and the auditor."""
    if not access.may(by, access.READ_PACKS):
        return False
    return access.may(by, access.VERIFY_AUDIT) or pack.organisation.is_within(by.organisation)


def told(session: Session, row: PackRehearsal, by: User) -> Told:
    """What the rehearsal tells this person; raises PackNotFound where that is nothing at all."""
    if not may_see(row.pack, by):
        raise PackNotFound(row.pack_id, refused=True)
    ids, readable = [one["case"] for one in row.changed], {}
    for start in range(0, len(ids), _AT_ONCE):
        some = access.visible_cases(by).where(Case.id.in_(ids[start : start + _AT_ONCE]))
        readable |= {case.id: case for case in session.scalars(some)}
    cases = tuple((one, readable[one["case"]]) for one in row.changed if one["case"] in readable)
    second = may_answer(row.pack, by)
    return Told(cases, second, hiding.step(len(ids) - len(cases)) if second else None)


def read(session: Session, row: PackRehearsal, by: User) -> Told:
    """The same with its reading logged."""
    found = told(session, row, by)
    events.record(
        session, "pack.rehearsal_read", by, pack=row.pack_id, cases=[case.id for _one, case in found.cases]
    )
    return found

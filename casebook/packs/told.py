"""What a rehearsal tells, and to whom: of each case that comes out differently only who may read that case learns it.

A rehearsal is run again and again with other thresholds, so a number, even a rounded one, would tell its author the
facts of a case they may not read. Only the second person, who writes no rules and stands above all whose cases were
read, is told how many of those there are; a chief in between would learn of organs beside theirs.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events, hiding
from casebook.errors import PackNotFound
from casebook.models import Case, PackRehearsal, PackVersion, User
from casebook.packs.approval import may_answer

_AT_ONCE = 5000
PAGE = 50  # cases shown at once


@dataclass(frozen=True)
class Told:
    """What this person is told: what became of the cases they may read, and of those of one page which they are.

    `unread`: how many that they may read could not be assessed, with the first of these. `second`: this is who
    approves; told besides how many cases were assessed, and of those they may not read how many come out differently
    (`rest`) or could not be assessed (`rest_unread`), in steps of five; None: fewer than five, or none.
    """

    moved: tuple[dict, ...]
    page: int
    pages: int
    cases: tuple[tuple[dict, Case], ...]
    unread: int
    unread_cases: tuple[Case, ...]
    second: bool
    rest: int | None
    rest_unread: int | None

    def counts(self, closed: bool) -> Counter[tuple[str, str]]:
        """How many of the cases went from which disposition to which."""
        return Counter((one["before"], one["after"]) for one in self.moved if one["closed"] == closed)


def may_see(pack: PackVersion, by: User) -> bool:
    """Whether this person learns of rehearsals: whoever reads packs in its organ or above, and the auditor."""
    if not access.may(by, access.READ_PACKS):
        return False
    return access.may(by, access.VERIFY_AUDIT) or pack.organisation.is_within(by.organisation)


def told(session: Session, row: PackRehearsal, by: User, page: int = 1) -> Told:
    """What the rehearsal tells this person; raises PackNotFound where that is nothing at all."""
    if not may_see(row.pack, by):
        raise PackNotFound(row.pack_id, refused=True)
    readable = _readable(session, [one["case"] for one in row.changed], by)
    moved = tuple(one for one in row.changed if one["case"] in readable)
    pages = max(1, -(-len(moved) // PAGE))
    page = min(max(page, 1), pages)
    shown = moved[(page - 1) * PAGE : page * PAGE]
    known = _cases(session, [one["case"] for one in shown])
    unread = sorted(_readable(session, row.unread, by))
    second = may_answer(row.pack, by) and by.organisation.parent_id is None
    return Told(
        moved, page, pages, tuple((one, known[one["case"]]) for one in shown), len(unread),
        tuple(_cases(session, unread[:PAGE]).values()), second,
        hiding.step(len(row.changed) - len(moved)) if second else None,
        hiding.step(len(row.unread) - len(unread)) if second else None,
    )  # fmt: skip


def read(session: Session, row: PackRehearsal, by: User, page: int = 1) -> Told:
    """The same with its reading logged: of the cases of this page."""
    found = told(session, row, by, page)
    cases = [*(case.id for _one, case in found.cases), *(case.id for case in found.unread_cases)]
    events.record(session, "pack.rehearsal_read", by, pack=row.pack_id, cases=cases)
    return found


def _readable(session: Session, ids: list[int], by: User) -> set[int]:
    """Those of the cases that this person may read."""
    found: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = access.visible_cases(by).where(Case.id.in_(ids[start : start + _AT_ONCE]))
        found.update(session.scalars(some.with_only_columns(Case.id)))
    return found


def _cases(session: Session, ids: list[int]) -> dict[int, Case]:
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id))}

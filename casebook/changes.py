"""How a change is merged with what others changed meanwhile, and how it is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import json_sha256, utc_now
from casebook.errors import BadFields, Conflict, Problem, StaleCase
from casebook.models import Case, CaseFact, FactChange, Standing, Status, User

FIELD = "case."  # fields of a case are kept like facts, under ids such as "case.title"


@dataclass(frozen=True)
class FactEntry:
    """What a person entered for one fact; value None is "not established"."""

    value: object = None
    standing: str | None = "claimed"
    evidence: str = ""
    note: str = ""

    @classmethod
    def of(cls, fact: CaseFact) -> "FactEntry":
        return cls(fact.value, str(fact.standing), fact.evidence, fact.note)

    @property
    def is_read(self) -> bool:
        """Whether the rules read it, as CaseFact.is_read."""
        return self.value is not None and self.standing in (Standing.DOCUMENTED, Standing.VERIFIED)


NEVER_ENTERED = FactEntry()


def merge(
    session: Session,
    case: Case,
    entries: Mapping[str, FactEntry],
    present: Mapping[str, FactEntry],
    by: User,
    seen_version: int,
) -> dict[str, FactEntry]:
    """The entries to write, given that their author last saw the case at `seen_version`.

    An entry that equals what its author saw was not touched and leaves a later change by another as it is; one
    that equals what stands changes nothing. One that its author did change, and another person too, is a conflict.

    Raises StaleCase with all conflicts; BadFields if the version seen does not exist yet.
    """
    if not 1 <= seen_version <= case.version:
        raise BadFields(
            {"version": Problem("页面版本有误，请重新打开案件。", "Unknown version; open the case again.")}
        )
    later = defaultdict(list)
    changes = select(FactChange).where(FactChange.case_id == case.id, FactChange.case_version > seen_version)
    for change in session.scalars(changes.order_by(FactChange.id)):
        later[change.fact_id].append(change)
    to_write, conflicts = {}, []
    for fact_id, mine in entries.items():
        theirs = present.get(fact_id, NEVER_ENTERED)
        seen = _old_entry(later[fact_id][0]) if later[fact_id] else theirs
        if mine in (theirs, seen):
            continue
        by_others = [change for change in later[fact_id] if change.by_id != by.id]
        if by_others:
            conflicts.append(Conflict(fact_id, theirs, by_others[-1].by.name, by_others[-1].at))
        else:
            to_write[fact_id] = mine
    if conflicts:
        raise StaleCase(conflicts)
    return to_write


def keep(
    session: Session,
    kind: str,
    case: Case,
    entries: Mapping[str, FactEntry],
    present: Mapping[str, FactEntry],
    by: User,
    reason: str = "",
    **more: object,
) -> list[FactChange]:
    """Write one FactChange for each entry, with the event that seals them; `more` goes into the event as well.

    The case already has its new version.
    """
    now = utc_now()
    changes = [
        _change(fact_id, present.get(fact_id), entry, case=case, by=by, at=now, reason=reason)
        for fact_id, entry in sorted(entries.items())
    ]
    event = events.record(
        session, kind, by, case, facts=sorted(entries), version=case.version, digest=digest(changes), **more
    )
    for change in changes:
        change.event_seq = event.seq
    case.updated_at = now
    case.status = Status.DRAFT
    session.add_all(changes)
    session.flush()
    return changes


def digest(changes: Iterable[FactChange]) -> str:
    """SHA-256 over changes in the order of their facts; it stands in the event, so they cannot be altered unnoticed."""
    sealed = [
        [
            change.fact_id, change.case_version,
            change.old_value, change.old_standing, change.old_evidence, change.old_note,
            change.new_value, change.new_standing, change.new_evidence, change.new_note,
            change.reason, change.by_id, change.at.isoformat(timespec="microseconds"),
        ]
        for change in sorted(changes, key=lambda change: change.fact_id)
    ]  # fmt: skip
    return json_sha256(sealed)


def _change(
    fact_id: str, old: FactEntry | None, new: FactEntry, *, case: Case, by: User, at, reason
) -> FactChange:
    return FactChange(
        case_id=case.id, case_version=case.version, fact_id=fact_id,
        old_value=old and old.value, old_standing=old and old.standing,
        old_evidence=old.evidence if old else "", old_note=old.note if old else "",
        new_value=new.value, new_standing=new.standing, new_evidence=new.evidence, new_note=new.note,
        reason=reason, by_id=by.id, at=at,
    )  # fmt: skip


def _old_entry(change: FactChange) -> FactEntry:
    if change.old_standing is None and not change.fact_id.startswith(FIELD):
        return NEVER_ENTERED
    return FactEntry(change.old_value, change.old_standing, change.old_evidence, change.old_note)

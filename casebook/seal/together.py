"""Two stores, one deed: what is to happen in the sealed store if the main store commits, and only then.

It is sealed before the main store commits and done right after. Where a crash or a fault comes between, the record
tells later whether it is to be done: the chain has the event it belongs to, or not. So nothing is lost, nothing done
twice, and nothing that was rolled back. Where the sealed store takes nothing, the main store does not commit either.
"""

import logging
from dataclasses import dataclass, field

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from casebook import events
from casebook.models import AdvanceFiling, Complaint, Event
from casebook.seal import calls, inbox, messages, outbox, store
from casebook.seal.outbox import Act
from casebook.seal.store import Seal

log = logging.getLogger("casebook.seal")
_KEY = "casebook.seal.afterwards"
_TABLES = {"complaint": Complaint, "filing": AdvanceFiling}
_ACTING = (calls, inbox, messages, store)  # whose acts are done here


@dataclass
class _Deed:
    """What one session is about: acts for after its commit, what it has begun before, and whether some are late."""

    seal: Seal | None = None
    acts: list[Act] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    held: str = ""
    late: bool = False


def afterwards(session: Session, seal: Seal, what: str, handle: str, **words: str | int) -> None:
    """Do this in the sealed store once the main store has committed an event of this transaction."""
    deed = _deed(session)
    deed.seal = seal
    deed.acts.append(Act(what, handle, words))


def begun(session: Session, handle: str) -> None:
    """This transaction has sealed something under a handle (outbox.begin); it is not to be settled before it ends."""
    _deed(session).begun.add(outbox.begun_as(handle))


def is_late(session: Session) -> bool:
    """Whether the sealed store failed to do its part of what this session committed; it is done later by `settle`."""
    return _deed(session).late


def settle(session: Session, seal: Seal) -> int:
    """Do what a crash or a fault left behind, or give it up where the main store has none of it; how much still waits.

    Takes the writers' lock: whoever is still between the two stores holds it.
    """
    waiting = [one for one in outbox.pending(seal) if one.name not in _deed(session).begun]
    if not waiting:
        return 0
    events.lock(session)
    left = 0
    for one in waiting:
        try:
            outbox.finish(seal, one.name, committed=_has(session, one.proof))
        except Exception as error:
            _note(error)
            left += 1
    return left


def unknown(session: Session, seal: Seal) -> list[str]:
    """What was taken in and the main store does not know: it is older than the sealed store, put back from a backup.

    Takes the writers' lock, as `settle`; what is still pending is left out.
    """
    events.lock(session)
    busy = {act.handle for one in outbox.pending(seal) for act in (*one.then, *one.otherwise)}
    known = set(session.scalars(select(Complaint.handle).where(Complaint.handle.is_not(None))))
    return inbox.unknown(seal, known | busy)


def _deed(session: Session) -> _Deed:
    if _KEY not in session.info:
        session.info[_KEY] = _Deed()
        event.listen(session, "before_commit", _hold)
        event.listen(session, "after_commit", _act)
        event.listen(session, "after_soft_rollback", _forget)
    return session.info[_KEY]


def _has(session: Session, proof: dict) -> bool:
    """Whether the main store has what a pending act belongs to."""
    if "event" in proof:
        seq, kept = proof["event"]
        return session.scalar(select(Event.hash).where(Event.seq == seq)) == kept
    [(table, handle)] = proof.items()
    row = _TABLES[table]
    return session.scalar(select(row.id).where(row.handle == handle)) is not None


def _hold(session: Session) -> None:
    deed = _deed(session)
    if session.in_nested_transaction() or not deed.acts:  # of a savepoint; the whole is not committed yet
        return
    head = events.lock(session)
    settle(session, deed.seal)  # what was left behind comes first, so that letters stay in their order
    with deed.seal.writing() as connection:
        deed.held = outbox.hold(deed.seal, connection, {"event": list(head)}, then=deed.acts)


def _act(session: Session) -> None:
    deed = _deed(session)
    if session.in_nested_transaction():
        return
    held, deed.held = deed.held, ""
    deed.acts.clear()
    deed.begun.clear()
    if held:
        try:
            outbox.finish(deed.seal, held, committed=True)
        except Exception as error:  # it is committed, and sealed: nothing that fails here undoes it
            _note(error)
            deed.late = True


def _forget(session: Session, ended: SessionTransaction) -> None:
    """Rolled back. What was held by then stays for `settle`: a commit that failed may have been one all the same."""
    if not ended.nested:
        deed = _deed(session)
        deed.acts.clear()
        deed.begun.clear()
        deed.held = ""


def _note(error: Exception) -> None:
    log.error("the sealed store could not finish what is committed: %s", type(error).__name__)

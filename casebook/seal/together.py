"""Two stores, one deed: what must happen to the sealed store only if the main store has committed."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_KEY = "casebook.seal.afterwards"


def afterwards(session: Session, act: Callable[[], None]) -> None:
    """Do this once the main store has committed; never, if it is rolled back.

    A crash between the two leaves the sealed store as it was: what acts here must bear to be done again or not at all.
    """
    if _KEY not in session.info:
        session.info[_KEY] = []
        event.listen(session, "after_commit", _act)
        event.listen(session, "after_soft_rollback", _forget)
    session.info[_KEY].append(act)


def _act(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint given up; the whole is not committed yet
        return
    acts, session.info[_KEY][:] = list(session.info[_KEY]), []
    for act in acts:
        act()


def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info[_KEY].clear()

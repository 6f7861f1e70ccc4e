"""One database session for each request; closed, and so rolled back, at the end. Views commit in plain sight."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g
from flask_babel import gettext as _
from sqlalchemy import event
from sqlalchemy.orm import Session

from casebook.db import reading_engine, session_factory
from casebook.seal import together
from casebook.seal.store import Seal
from web.config import Config


def init_app(app: Flask, config: Config) -> None:
    engine = config.home.engine()
    app.extensions["casebook.engine"] = engine
    app.extensions["casebook.reading"] = reading_engine(engine)
    app.extensions["casebook.sessions"] = session_factory(engine)
    app.extensions["casebook.seal"] = config.home.seal()
    app.teardown_appcontext(_close)


def db_session() -> Session:
    """The session of this request, opened on first use."""
    if "db_session" not in g:
        g.db_session = current_app.extensions["casebook.sessions"]()
        event.listen(g.db_session, "after_commit", _note_commit)
    return g.db_session


@contextmanager
def reading() -> Iterator[Session]:
    """For what anybody may read: the session of this request where it is under way, else one that locks nothing."""
    mine = g.get("db_session")
    if mine is not None and mine.in_transaction():
        yield mine
    else:
        with Session(current_app.extensions["casebook.reading"]) as session:
            yield session


def said(done: object) -> str:
    """What is said of a step once it is committed: that it is done, or that the sealed store has yet to do its part."""
    if together.is_late(db_session()):
        return _(
            "It is recorded. The sealed store could not be written just now: its part is kept under seal and is done "
            "by itself as soon as that store can be written again. Do not send it once more."
        )
    return str(done)


def sealed() -> Seal:
    """The sealed store of this site; who may read of it is decided in casebook.seal.openings."""
    return current_app.extensions["casebook.seal"]


def _note_commit(_session: Session) -> None:
    """The view has committed something; what was committed to find out who is asking does not count."""
    g.committed = "user_loaded" in g or g.get("committed", False)


def _close(_error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()

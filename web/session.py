"""One database session for each request; closed, and so rolled back, at the end. Views commit in plain sight."""

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from casebook.db import session_factory
from casebook.seal.store import Seal
from web.config import Config


def init_app(app: Flask, config: Config) -> None:
    engine = config.home.engine()
    app.extensions["casebook.engine"] = engine
    app.extensions["casebook.sessions"] = session_factory(engine)
    app.extensions["casebook.seal"] = config.home.seal()
    app.teardown_appcontext(_close)


def db_session() -> Session:
    """The session of this request, opened on first use."""
    if "db_session" not in g:
        g.db_session = current_app.extensions["casebook.sessions"]()
    return g.db_session


def sealed() -> Seal:
    """The sealed store of this site; who may read of it is decided in casebook.seal.openings."""
    return current_app.extensions["casebook.seal"]


def _close(_error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()

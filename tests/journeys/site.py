"""The real site on a free port, over a real database, and the passes of people who are signed in already."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from jinja2 import BytecodeCache
from sqlalchemy import select

from casebook import accounts
from casebook.db import session_factory
from casebook.home import Home
from casebook.models import User
from tests.conftest import at_work
from web import create_app
from web.config import Config
from web.i18n import COOKIE
from web.server import make_server


class Site:
    """A site that answers at `address`."""

    def __init__(self, address: str, app: Flask):
        self.address, self._app = address, app

    def pass_of(self, login: str, language: str) -> list[dict]:
        """The cookies of a browser in which this person has signed in and chosen this language."""
        with session_factory(self._app.extensions["casebook.engine"])() as session:
            user = session.scalars(select(User).where(User.login == login)).one()
            held = {"sign_in": accounts.start_sign_in(session, user), "user_id": user.id}
            session.commit()
        sealed = self._app.session_interface.get_signing_serializer(self._app).dumps(held)
        named = {self._app.config["SESSION_COOKIE_NAME"]: sealed, COOKIE: language}
        return [{"name": name, "value": value, "url": self.address} for name, value in named.items()]


@contextmanager
def serving(home: Home, templates: BytecodeCache) -> Iterator[Site]:
    """The site over a home, served as `casebook serve` does."""
    config = Config(home=home)
    app = create_app(config)
    door = socket.create_server(("127.0.0.1", 0))
    server = make_server(app, door, config, threads=4)
    thread = threading.Thread(target=server.run, name="site")
    with at_work(app, templates):
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{door.getsockname()[1]}", app)
        finally:
            # In its own thread the server closes every connection, finds nothing left to wait for, and returns.
            server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
            thread.join()
            server.task_dispatcher.shutdown()

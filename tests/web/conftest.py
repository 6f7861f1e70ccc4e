"""What the tests of the pages share: people of one organ, somebody unrelated, and a browser for each language."""

import socket
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.factories import make_case, make_organisation, make_user, save
from tests.snapshots import prepared
from tests.web.visitor import Visitor
from web.config import Config
from web.server import make_server


def pytest_collection_modifyitems(items):
    """Sign people in when all else is prepared: a sign-in is an event, and after it nothing is prepared by copying."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.fixturenames.sort(key=("visitor", "officer_zh").__contains__)


@pytest.fixture
def people(session):
    """One person of each role in one organ, a second officer, and an officer of another organ."""
    found = make_people(session)
    session.commit()
    return SimpleNamespace(**found)


@prepared
def make_people(session):
    organ = make_organisation(session, code="OURS", name_zh="本机关", name_en="Our organ")
    found = {
        role: make_user(session, role, organisation=organ, login=role)
        for role in ("officer", "reviewer", "panel", "chief", "auditor", "administrator")
    }
    found["colleague"] = make_user(session, "officer", organisation=organ, login="colleague", name="同事甲")
    found["stranger"] = make_user(session, "officer", login="stranger")
    found["receiver"] = make_user(session, "receiver", organisation=organ, login="receiver")
    return found


@pytest.fixture
@prepared
def case(session, people):
    """A case of the officer with a few facts, and unrelated cases as noise."""
    noise = make_case(session, people.stranger, title="他人案件")
    save(session, noise, deaths=7)
    make_case(session, people.officer, title="另一案件")
    case = make_case(
        session,
        people.officer,
        title="道路改造未批先建",
        respondent_name="王某",
        respondent_unit="某镇",
        respondent_post="镇长",
    )
    save(session, case, purpose="public", private_gain_self=False)
    session.commit()
    return case


@pytest.fixture
def visitor(client, sign_in, people):
    """The officer, signed in, in English."""
    sign_in(people.officer)
    return Visitor(client, "en")


@pytest.fixture
def officer_zh(client, sign_in, people):
    """The officer, signed in, in Chinese."""
    sign_in(people.officer)
    return Visitor(client, "zh")


@pytest.fixture
def another_browser(app, session):
    """Sign a person in on a browser of their own."""
    from casebook import accounts

    def open_browser(user, language: str = "en") -> Visitor:
        client = app.test_client()
        token = accounts.start_sign_in(session, user)
        session.commit()
        with client.session_transaction() as cookie:
            cookie["sign_in"], cookie["user_id"] = token, user.id
        return Visitor(client, language)

    return open_browser


@pytest.fixture
def as_(app, session):
    """A browser in which this person is signed in."""
    from casebook import accounts

    # What a test reads of a row on its way to a request opens a transaction: end it before the page writes.
    app.before_request_funcs.setdefault(None, []).insert(0, session.commit)

    def visit(user, language="zh"):
        client = app.test_client()
        token = accounts.start_sign_in(session, user)
        session.commit()
        with client.session_transaction() as cookie:
            cookie["sign_in"], cookie["user_id"] = token, user.id
        return Visitor(client, language)

    return visit


@pytest.fixture
def served(app, home):
    """The address of a real server over the site, made as `casebook serve` makes it."""
    door = socket.create_server(("127.0.0.1", 0))
    server = make_server(app, door, Config(home), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield door.getsockname()
    # In its own thread the server closes every connection, finds nothing left to wait for, and returns.
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()

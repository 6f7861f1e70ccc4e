"""One finished record for the tests of a module; what a test writes is rolled back after it."""

import pytest

from casebook.db import make_engine, session_factory
from casebook.home import Home
from tests.casebook.papers.records import make_record
from tests.conftest import fresh_database


@pytest.fixture(scope="module")
def finished(server_url, template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with session_factory(engine)() as session:
            record = make_record(session, home)
            session.commit()
            yield record
        engine.dispose()


@pytest.fixture
def record(finished):
    yield finished
    finished.session.rollback()
    finished.session.expire_all()

"""`casebook search check` and `rebuild`, and what `init` does for a store of an earlier version."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from casebook.models import SearchEntry
from casebook.search import index
from tests.factories import make_case
from tests.precedents import a_precedent
from web.cli import main


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.setenv("CASEBOOK_HOME", str(home.path))
    monkeypatch.setenv("DATABASE_URL", home.url)

    def run(*arguments: str):
        return CliRunner().invoke(main, ["--lang", "zh", *arguments])

    return run


@pytest.fixture
def store(session):
    found = a_precedent(session), make_case(session)
    session.commit()
    return found


def test_a_sound_index_is_said_to_be_so(run, store):
    result = run("search", "check")

    assert (result.exit_code, result.output.strip()) == (0, "检索索引与案件、先例一致。")


def test_what_is_out_of_step_is_named_and_rebuilt(run, store, session):
    precedent, case = store
    session.execute(delete(SearchEntry).where(SearchEntry.case_id == case.id))
    session.execute(
        update(SearchEntry)
        .where(SearchEntry.precedent_id == precedent.id)
        .values(text="别的话", grams="别的话")
    )
    session.commit()

    result = run("search", "check")
    assert result.exit_code == 1
    assert f"缺少：{case.number}" in result.output
    assert f"内容不一致：{precedent.code}" in result.output

    assert run("search", "rebuild").exit_code == 0
    assert run("search", "check").exit_code == 0


def test_init_makes_what_an_earlier_version_did_not_have_or_made_otherwise(run, store, session):
    session.execute(update(SearchEntry).values(made_with="0-old"))
    session.commit()

    assert run("init").exit_code == 0
    assert index.is_made_with_present_words(session)
    session.execute(delete(SearchEntry))
    session.commit()
    assert run("init").exit_code == 0

    session.expire_all()
    assert len(session.scalars(select(SearchEntry)).all()) == 2

"""The migrations: one history, equal to the models, there and back, with data in the tables."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from casebook import audit, migrate
from casebook.complaints import log
from casebook.db import Base, session_factory, utc_now
from casebook.errors import StoreTooNew
from casebook.migrations.triggers import law_statements, trigger_statements
from casebook.models import Case, Complaint, PackCheck
from tests.complaints import a_complaint
from tests.factories import make_case, save
from tests.stages import Cast

FULL_TEXT = ("search_grams", "ix_search_entries_grams")


@pytest.fixture(scope="module")
def history() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    return ScriptDirectory.from_config(config)


def test_the_history_has_one_head_and_numbered_steps(history):
    assert len(history.get_heads()) == 1
    revisions = sorted(script.revision for script in history.walk_revisions())
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]


def test_the_newest_migration_equals_the_models(engine):
    with engine.connect() as connection:
        # the full text index: on SQLite a table with tables of its own, and no model
        ours = {"include_name": lambda name, *_: not (name or "").startswith(FULL_TEXT)}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_a_store_at_the_newest_migration_is_current_and_an_empty_one_is_not(engine):
    assert migrate.is_current(engine)

    migrate.downgrade(engine, "base")

    assert not migrate.is_current(engine)


def test_migrating_a_current_store_again_changes_nothing(engine, session):
    case = make_case(session)
    session.commit()

    migrate.upgrade(engine)

    session.expire_all()
    assert session.get(Case, case.id).number == case.number


def test_data_survives_every_step_down_to_the_first_tables_and_up_again(engine):
    with session_factory(engine)() as session:
        case = make_case(session)
        save(session, case, deaths=0)
        number = case.number
        session.commit()

    migrate.downgrade(engine, "0001")
    migrate.upgrade(engine)

    with session_factory(engine)() as session:
        assert session.query(Case).one().number == number
        assert audit.verify(session).ok


def test_down_to_nothing_and_up_again_leaves_a_store_that_works(engine):
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}

    migrate.upgrade(engine)

    with session_factory(engine)() as session:
        make_case(session)
        assert audit.verify(session).ok


@pytest.mark.parametrize(
    "table",
    "events recommendations fact_changes send_backs services votes papers paper_templates deadline_changes "
    "pack_checks pack_rehearsals pack_versions".split(),
)
def test_at_the_newest_migration_the_guards_of_the_record_stand(engine, table):
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(:table AS regclass)",
    }
    dialect = engine.dialect.name
    with engine.connect() as connection:
        found = set(connection.scalars(text(catalogue[dialect]), {"table": table}))

    asked = law_statements(dialect) if table == "pack_versions" else trigger_statements(dialect, table)
    assert found == set(asked)


def test_a_proof_that_nobody_ran_is_all_that_is_lost_by_going_back_and_the_guards_stand(engine, session):
    by = make_case(session).officer
    for person in (by, None):
        session.add(
            PackCheck(kind="proof", digest="", beside={}, passed=True, report=[], by=person, at=utc_now())
        )
    session.commit()

    migrate.downgrade(engine, "0014")
    with session_factory(engine)() as earlier:
        assert earlier.scalars(text("SELECT by_id FROM pack_checks")).all() == [by.id]
        with pytest.raises(DBAPIError, match="kept for good"):
            earlier.execute(text("DELETE FROM pack_checks"))
    migrate.upgrade(engine)

    with pytest.raises(DBAPIError, match="kept for good"):
        session.execute(text("DELETE FROM pack_checks"))


def test_a_store_made_by_a_newer_version_is_left_alone_with_a_plain_message(engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreTooNew) as too_new:
        migrate.upgrade(engine)

    assert too_new.value.message("zh") != too_new.value.message("en")


def test_on_sqlite_a_migration_that_leaves_a_dangling_reference_is_rolled_back(engine, monkeypatch):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL checks references itself")
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("INSERT INTO respondents (case_id, name, post, unit) VALUES (999, 'x', '', '')")
        driver.execute("PRAGMA foreign_keys = ON")

    with pytest.raises(RuntimeError, match="refer to nothing"):
        migrate.upgrade(engine)


def test_the_name_a_complaint_is_compared_by_is_worked_out_for_those_that_stand_already(
    engine, session, seal
):
    complaint = a_complaint(session, Cast(session), seal)
    complaint.respondent_name = "Ｌi　Wei"
    log.record(session, "complaint.screened", None, complaint, rows=[complaint])
    session.commit()

    migrate.downgrade(engine, "0011")
    migrate.upgrade(engine)

    session.expire_all()
    assert session.get(Complaint, complaint.id).respondent_plain == "liwei"
    assert audit.verify(session).ok

"""What must be the same on SQLite and PostgreSQL: moments, JSON, references, rollbacks, characters."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from casebook.db import make_engine, reading_engine
from casebook.models import Case, CaseFact, Event, Organisation, Respondent, Standing, User
from tests.factories import make_case, make_user, save


def test_a_moment_comes_back_aware_in_utc_whatever_zone_it_was_written_in(session):
    case = make_case(session)
    case.created_at = datetime(2026, 11, 21, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
    session.commit()
    session.expire_all()

    assert case.created_at == datetime(2026, 11, 21, 0, 30, 15, 123456, tzinfo=UTC)
    assert case.created_at.utcoffset() == timedelta(0)


def test_moments_are_ordered_as_moments_not_as_text(session):
    early, late = make_case(session), make_case(session)
    early.updated_at = datetime(
        2026, 1, 1, 7, tzinfo=timezone(timedelta(hours=8))
    )  # the evening before, in UTC
    late.updated_at = datetime(2026, 1, 1, 0, tzinfo=UTC)
    session.flush()

    ordered = session.scalars(select(Case).order_by(Case.updated_at)).all()

    assert ordered == [early, late]
    assert session.scalars(select(Case).where(Case.updated_at < datetime(2026, 1, 1, tzinfo=UTC))).all() == [
        early
    ]


def test_a_moment_without_a_zone_is_refused(session):
    case = make_case(session)
    case.created_at = datetime(2026, 11, 21)  # noqa: DTZ001 - that is the point

    with pytest.raises(StatementError, match="without a time zone"):
        session.flush()


def test_json_is_stored_as_the_same_bytes_and_nothing_is_null(session):
    case = make_case(session)
    case.conduct = {"to": "2020-02", "from": "2020-01"}
    save(session, case, deaths=0, direct_economic_loss_cny=12.5, mental_state=None)
    session.commit()
    session.expire_all()

    raw = session.scalar(text("SELECT conduct FROM cases WHERE id = :id"), {"id": case.id})
    values = session.execute(text("SELECT fact_id, value FROM case_facts ORDER BY fact_id")).all()

    assert raw == '{"from":"2020-01","to":"2020-02"}'
    assert values == [("deaths", "0"), ("direct_economic_loss_cny", "12.5")]
    case.conduct = None
    session.flush()
    assert session.scalar(text("SELECT count(*) FROM cases WHERE conduct IS NULL")) == 1


def test_numbers_keep_their_kind(session):
    case = make_case(session)
    save(session, case, deaths=3, direct_economic_loss_cny=3.25, private_gain_self=False)
    session.commit()
    session.expire_all()

    values = {row.fact_id: row.value for row in session.scalars(select(CaseFact))}

    assert values == {"deaths": 3, "direct_economic_loss_cny": 3.25, "private_gain_self": False}
    assert [type(values[name]) for name in ("deaths", "direct_economic_loss_cny", "private_gain_self")] == [
        int,
        float,
        bool,
    ]


def test_a_reference_to_nothing_is_refused(session):
    session.add(Respondent(case_id=999, name="x", post="", unit=""))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_word_outside_its_list_is_refused_by_the_database(session):
    case = make_case(session)
    save(session, case, deaths=0)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE case_facts SET standing = 'rumoured'"))

    assert session.scalars(select(CaseFact.standing)).one() is Standing.VERIFIED


def test_rare_characters_survive(session):
    rare = "𠮷喆堃昇玥镕 ①㎡ é️👩‍⚖️"
    case = make_case(session, title=rare)
    session.commit()
    session.expire_all()

    assert session.get(Case, case.id).title == rare


def test_a_savepoint_rolls_back_alone(session):
    case = make_case(session)
    with session.begin_nested() as savepoint:
        save(session, case, deaths=1)
        savepoint.rollback()
    save(session, case, private_gain_self=True)

    assert session.scalars(select(CaseFact.fact_id)).all() == ["private_gain_self"]
    assert case.version == 2


def test_a_session_that_ends_without_a_commit_leaves_nothing(engine, session, database_url):
    make_user(session)
    session.close()

    other = make_engine(database_url)
    with other.connect() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) for table in (User, Event)]
    other.dispose()
    assert counts == [0, 0]


def in_transaction(session: Session) -> bool:
    """Whether the store itself has a transaction open for a session."""
    driver = session.connection().connection.dbapi_connection
    return driver.in_transaction if isinstance(driver, sqlite3.Connection) else driver.info.transaction_status > 0


def test_who_only_reads_holds_no_transaction_and_whoever_writes_next_does(engine):
    with Session(reading_engine(engine)) as reading:
        assert reading.scalar(select(func.count()).select_from(Case)) == 0
        assert not in_transaction(reading)
    with Session(engine) as writing:
        writing.execute(select(Case.id))
        assert in_transaction(writing)


def test_rows_written_in_bulk_keep_their_types(session):
    session.execute(
        insert(Organisation), [{"code": f"B{n}", "name_zh": "甲", "name_en": "a"} for n in range(3)]
    )

    assert session.scalars(select(Organisation.code).order_by(Organisation.code)).all() == ["B0", "B1", "B2"]
    assert session.scalars(select(Event)).all() == []

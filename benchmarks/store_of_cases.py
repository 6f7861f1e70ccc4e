"""A store with very many invented cases, written straight into its tables: for measuring only, without events."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from random import Random

from sqlalchemy import Connection, Engine, insert

from casebook import migrate
from casebook.db import canonical_json, utc_now
from casebook.models import Organisation, Role, Stage, User
from rules.vocabulary import vocabulary

FACTS_A_CASE = 20
REGIONS = (None, None, None, "370000", "370200", "440000", "440100", "310000", "110000", "620000")
_NOISE = "claimed", "disputed"
_CASE = """id number title summary organisation_id officer_id conduct region status stage version created_at
    updated_at"""
_FACT = "case_id fact_id value standing evidence note updated_by_id updated_at"


def fill(engine: Engine, cases: int, seed: int = 1) -> None:
    """Migrate an empty database and write organs, an officer and the cases into it."""
    migrate.upgrade(engine)
    now = utc_now()
    with engine.begin() as connection:
        for number in (1, 2, 3):
            above = 1 if number > 1 else None
            organ = {
                "id": number,
                "code": f"B{number}",
                "name_zh": "机关",
                "name_en": "Organ",
                "parent_id": above,
            }
            connection.execute(insert(Organisation), organ)
        officer = {"id": 1, "login": "officer", "name": "officer", "password_hash": "", "organisation_id": 1}
        connection.execute(insert(User), officer | {"role": Role.OFFICER, "active": True, "created_at": now})
        made, at = invented(cases, seed), str(now.replace(tzinfo=None))
        while rows := list(islice(made, 10_000)):
            _write(connection, "cases", _CASE, (_case(*row[:4], at) for row in rows))
            _write(
                connection, "case_facts", _FACT, (fact for row in rows for fact in _facts(row[0], row[4], at))
            )


def _write(connection: Connection, table: str, columns: str, rows: Iterable[tuple]) -> None:
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" for _ in columns.split())
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns.split())}) VALUES ({places})", rows)  # noqa: S608
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def invented(cases: int, seed: int) -> Iterator[tuple]:
    """Number, stage, time, place and facts of each case."""
    random = Random(seed)  # noqa: S311
    stages = [str(stage) for stage in [*Stage, *[Stage.CLOSED] * 12]]
    kinds = asked()
    for number in range(1, cases + 1):
        facts = {fact: value(random) for fact, value in random.sample(kinds, FACTS_A_CASE)}
        yield number, random.choice(stages), conduct(random), random.choice(REGIONS), facts


@cache
def asked() -> list[tuple]:
    """Each fact that rules on the disposition may read, with what makes it a value."""
    found = []
    for fact in vocabulary().facts.values():
        if "disposition" not in fact.tasks or fact.type == "text" or fact.open_values:
            continue
        if fact.type == "boolean":
            value = lambda random: random.random() < 0.3  # noqa: E731
        elif fact.type == "choice":
            value = lambda random, values=fact.values: random.choice(values)  # noqa: E731
        elif fact.type == "choices":
            value = lambda random, values=fact.values: random.sample(values, 2)  # noqa: E731
        elif fact.type == "date":
            value = day
        else:
            most = min(fact.maximum or 10**8, 10**8)
            value = lambda random, most=most: int(most ** random.random())  # noqa: E731
        found.append((fact.id, value))
    return found


def day(random: Random) -> str:
    return date.fromordinal(
        random.randint(date(2008, 1, 1).toordinal(), date(2026, 6, 30).toordinal())
    ).isoformat()


def conduct(random: Random) -> object:
    """Mostly a day; sometimes a year, a span, or nothing."""
    first, other, kind = day(random), day(random), random.random()
    if kind < 0.8:
        return first
    if kind < 0.9:
        return first[:4]
    return {"from": min(first, other), "to": max(first, other)} if kind < 0.95 else None


def _case(number: int, stage: str, when: object, region: str | None, at: str) -> tuple:
    organ = number % 3 + 1
    conduct = None if when is None else canonical_json(when)
    return (number, f"B{organ}-{number}", "案件", "", organ, 1, conduct, region, "draft", stage, 1, at, at)


def _facts(number: int, facts: dict, at: str) -> Iterator[tuple]:
    """Rows as they stand in the table; one fact in ten is only claimed or disputed."""
    for place, (fact, value) in enumerate(facts.items()):
        standing = "verified" if (number + place) % 10 else _NOISE[place % 2]
        yield number, fact, canonical_json(value), standing, "卷宗第12页", "", 1, at

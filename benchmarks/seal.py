"""What the sealed store costs beside plain rows in the same file: `python -m benchmarks.seal [--items 1000]`.

Each ratio is of medians of one run, in rounds that take the candidates in turn. A plain row goes through the same kind
of transaction, so a ratio is what sealing alone adds: the cipher, the list of each handle, a place of its own for every
field.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, Text, func, insert, select
from sqlalchemy.orm import Session

from casebook import accounts, events, migrate
from casebook.complaints import desk
from casebook.db import session_factory
from casebook.home import Home
from casebook.models import Complaint, User
from casebook.procedure import code
from casebook.procedure.dates import today
from casebook.seal import inbox, messages, together
from casebook.seal.store import Seal, new_handle

KEPT = 300  # complaints that are there already
ITEMS = 1000
ORGAN = "B"
FIELDS = {
    "name": "钟离望舒", "contact": "13900008765", "identity_number": "110101198001018765", "about_name": "周某",
    "about_unit": "青石镇", "about_post": "镇长", "text": "道路工程没有招标，指定由亲属承建，多付了工程款。" * 40,
    "earlier": "去年向镇上反映过一次，没有答复。",
}  # fmt: skip
metadata = MetaData()
plain = Table(
    "plain_rows",
    metadata,
    Column("handle", String(40), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("text", Text),
)
receipts = Table(
    "plain_receipts",
    metadata,
    Column("receipt", String(64), primary_key=True),
    Column("handle", String(40)),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, default=ITEMS, help="how many are taken in at once")
    options.add_argument("--rounds", type=int, default=100, help="how often each of the others is done")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="casebook-seal-") as folder:
        for line in lines(Path(folder), chosen.rounds, chosen.items):
            print(line)


def lines(folder: Path, rounds: int, items: int) -> Iterator[str]:
    """What is printed, as it is measured."""
    home = Home(folder)
    home.create()
    engine = home.engine()
    migrate.upgrade(engine)
    with home.seal() as seal, session_factory(engine)() as session:
        receiver = _receiver(session)
        session.commit()
        handles, codes = _fill(seal)
        yield f"{'the sealed store':<46}{'median ms':>10}{'plain ms':>10}{'x plain':>9}"
        pairs = _pairs(seal, session, receiver, handles, codes)
        for name, (sealed, bare) in _measure(pairs, rounds).items():
            yield f"{name:<46}{sealed * 1e3:>10.3f}{bare * 1e3:>10.3f}{sealed / bare:>9.2f}"
        yield _take_in(session, seal, receiver, items)
    engine.dispose()


def _receiver(session: Session) -> User:
    organ = accounts.create_organisation(session, None, code=ORGAN, name_zh="机关", name_en="Organ")
    return accounts.create_user(
        session, None, login="receiver", name="受理人员", role="receiver", organisation=organ,
        password="a long enough passphrase",  # noqa: S106
    )  # fmt: skip


def _fill(seal: Seal) -> tuple[list[str], list[str]]:
    """Complaints in the store, and the same beside them in plain rows; their handles and receipts."""
    codes = [code.new_code(20) for _ in range(KEPT)]
    handles = [_submit(seal, receipt, organ="elsewhere") for receipt in codes]
    with seal.writing() as connection:
        metadata.create_all(connection)
        for receipt, handle in zip(codes, handles, strict=True):
            connection.execute(insert(receipts).values(receipt=receipt, handle=handle))
            connection.execute(
                insert(plain),
                [{"handle": handle, "name": name, "text": text} for name, text in FIELDS.items()],
            )
    return handles, codes


def _submit(seal: Seal, receipt: str, organ: str = ORGAN) -> str:
    return inbox.submit(
        seal, receipt=receipt, day=today(), fields=FIELDS, naming="real_name", organ_code=organ
    )


def _pairs(
    seal: Seal, session: Session, receiver: User, handles: list[str], codes: list[str]
) -> dict[str, tuple[Callable[[int], object], Callable[[int], object]]]:
    """Each measured act with its plain counterpart; both are given the number of the round."""
    at = lambda number: handles[number % KEPT]  # noqa: E731

    def write_plain(rows: dict[str, str]) -> None:
        handle = new_handle()
        with seal.writing() as connection:
            for name, text in rows.items():
                connection.execute(insert(plain).values(handle=handle, name=name, text=text))

    def read_plain(number: int, *names: str) -> list[str]:
        with seal.reading() as connection:
            of_handle = (plain.c.handle == at(number), plain.c.name.in_(names))
            return list(connection.scalars(select(plain.c.text).where(*of_handle)))

    def find_plain(number: int) -> str | None:
        with seal.reading() as connection:
            wanted = receipts.c.receipt == codes[number % KEPT]
            return connection.scalar(select(receipts.c.handle).where(wanted))

    def letter(number: int) -> None:
        events.record(session, "openings.listed", receiver)
        together.afterwards(
            session,
            seal,
            "letter",
            at(number),
            who=messages.ORGAN,
            text=FIELDS["text"],
            day=today().isoformat(),
        )
        session.commit()

    def letter_plain(_number: int) -> None:
        events.record(session, "openings.listed", receiver)
        session.commit()
        write_plain({"text": FIELDS["text"]})

    one = {"text": FIELDS["text"]}
    return {
        "writing one field": (lambda _: seal.put(new_handle(), "text", FIELDS["text"]), lambda _: write_plain(one)),
        "writing a complaint of eight fields": (
            lambda _: _submit(seal, code.new_code(20), "elsewhere"), lambda _: write_plain(FIELDS)
        ),
        "reading one field": (lambda n: seal.read(at(n), "text"), lambda n: read_plain(n, "text")),
        "reading a complaint of eight fields": (
            lambda n: seal.read_all(at(n), FIELDS), lambda n: read_plain(n, *FIELDS)
        ),
        "looking up a receipt": (lambda n: inbox.find(seal, codes[n % KEPT]), find_plain),
        "a letter that follows a commit": (letter, letter_plain),
    }  # fmt: skip


def _measure(pairs: dict[str, tuple[Callable, Callable]], rounds: int) -> dict[str, tuple[float, float]]:
    """The median seconds of both of each pair."""
    acts = {(name, side): act for name, pair in pairs.items() for side, act in enumerate(pair)}
    taken: dict[tuple[str, int], list[float]] = {key: [] for key in acts}
    for act in acts.values():
        act(0)
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for key, act in acts.items():
            start = time.perf_counter()
            act(number)
            taken[key].append(time.perf_counter() - start)
    return {name: tuple(statistics.median(taken[name, side]) for side in (0, 1)) for name in pairs}


def _take_in(session: Session, seal: Seal, receiver: User, items: int) -> str:
    """Taking in what waits, as often as it takes, beside the same number of events alone in one commit."""
    for _ in range(items):
        _submit(seal, code.new_code(20))
    start = time.perf_counter()
    for _ in range(items):
        events.record(session, "openings.listed", receiver)
        session.flush()
    session.commit()
    bare = time.perf_counter() - start
    start = time.perf_counter()
    while desk.take_in(session, seal, receiver):
        session.commit()
    whole = time.perf_counter() - start
    session.rollback()
    if inbox.waiting(seal, ORGAN) or session.scalar(select(func.count(Complaint.id))) != items:
        raise SystemExit("not everything was taken in")
    session.rollback()
    return (
        f"taking in {items:,}, {desk.MOST_AT_ONCE} at once: {whole:.2f} s, {whole / items * 1e3:.2f} ms each, "
        f"{whole / bare:.1f} times as long as {items:,} events alone"
    )


if __name__ == "__main__":
    main()

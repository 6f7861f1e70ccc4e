"""A proof in a process of its own: its solver holds the interpreter while it works, and cannot be asked to stop."""

from collections.abc import Callable
from datetime import datetime

from casebook import apart
from rules.library import Library
from rules.proofs import Verdict, prove
from rules.proofs.prove import Proof

LONGEST = 30 * 60  # seconds of processor time: twice what a run may take


def prove_apart(
    packs: Library,
    pack: str = "",
    at: datetime | None = None,
    *,
    tell: Callable[[Verdict], object] = lambda _: None,
    go_on: Callable[[], None] = lambda: None,
) -> Proof:
    """Prove as `rules.proofs.prove` does. `go_on` is asked again and again; what it raises ends the process, too.

    Raises whatever the proof raises, and casebook.apart.Spent.
    """
    # A library is made again from what was read of it: what it worked out besides is not worth sending.
    return apart.run(_prove, packs.packs, packs.vocabulary, pack, at, seconds=LONGEST, tell=tell, go_on=go_on)


def _prove(
    tell: Callable[[Verdict], object], packs: dict, vocabulary, pack: str, at: datetime | None
) -> Proof:
    return prove(Library(packs, vocabulary), pack, at, tell=tell)

"""A proof in a process of its own: its solver holds the interpreter while it works, and cannot be asked to stop."""

import multiprocessing
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection as Pipe

from rules.library import Library
from rules.proofs import Verdict, prove
from rules.proofs.prove import Proof

try:
    import resource
except ImportError:  # Windows
    resource = None

LONGEST = 30 * 60  # seconds of processor time: twice what a run may take
PAUSE = 0.5  # seconds between two looks whether to go on


def prove_apart(
    packs: Library,
    pack: str = "",
    at: datetime | None = None,
    *,
    tell: Callable[[Verdict], object] = lambda _: None,
    go_on: Callable[[], None] = lambda: None,
) -> Proof:
    """Prove as `rules.proofs.prove` does. `go_on` is asked again and again; what it raises ends the process, too.

    Raises whatever the proof raises, and EOFError if the process ends without a word, as when memory runs out.
    """
    # A fork would inherit the locks of the site's other threads.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(there, packs.packs, packs.vocabulary, pack, at), daemon=True)
    worker.start()
    there.close()
    try:
        while True:
            go_on()
            if not here.poll(PAUSE):
                continue
            said = here.recv()
            if isinstance(said, Proof):
                return said
            if isinstance(said, BaseException):
                raise said
            tell(said)
    finally:
        worker.kill()
        worker.join()
        here.close()


def _bounded() -> None:
    """End by itself after so much processor time: whoever waited may have been killed, and can end nothing then."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def _work(pipe: Pipe, packs: dict, vocabulary, pack: str, at: datetime | None) -> None:
    _bounded()
    try:
        pipe.send(prove(Library(packs, vocabulary), pack, at, tell=pipe.send))
    except BaseException as error:  # it is raised where somebody waits for it
        pipe.send(error)

"""A proof in a process of its own: its solver holds the interpreter while it works, and cannot be asked to stop."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import resource_tracker
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

    Raises whatever the proof raises, and EOFError or OSError if the process ends without a word, as for want of memory.
    """
    # A fork would inherit the locks of the site's other threads.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_work, args=(there,), daemon=True)
    with _deaf_to_interrupts():
        worker.start()
    there.close()
    try:
        # Not with the start: a site that ends meanwhile would not know of the process yet, and leave it half a message.
        here.send((packs.packs, packs.vocabulary, pack, at))
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


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What begins in here never hears Ctrl+C: that is for the site, which ends it without a traceback."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # begun later, it would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _bounded() -> None:
    """End by itself after so much processor time: whoever waited may have been killed, and can end nothing then."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def _work(pipe: Pipe) -> None:
    _bounded()
    try:
        packs, vocabulary, pack, at = pipe.recv()
        pipe.send(prove(Library(packs, vocabulary), pack, at, tell=pipe.send))
    except BaseException as error:  # it is raised where somebody waits for it
        pipe.send(error)

"""Work in a process of its own: what holds the interpreter, or has no end, can be ended there whatever it is stuck in.

Such a process is bounded in processor time and in memory, and ends when whoever waits for it is gone.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

try:
    import resource
except ImportError:  # Windows
    resource = None

PAUSE = 0.5  # seconds between two looks whether to go on
MEMORY = 2 * 1024**3  # bytes, of addresses: six times what the proof of everything that is shipped takes
# A fork of the site itself would inherit the locks of its other threads; a fresh process takes seconds to read the
# rules. So one that has read them, and does nothing else, is forked for each piece of work where there is such a way.
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_context = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
# Each process also imports the program that was started, which for the site takes as long: that, too, is done before.
# Of one started by `python -m` its package is, as Python warns where the program itself is there already.
_program = getattr(sys.modules["__main__"], "__spec__", None)
_context.set_forkserver_preload(["casebook.packs.ready", (_program and _program.parent) or "__main__"])


class Spent(Exception):
    """The process took more processor time or memory than it may, or was ended from outside."""


def get_ready() -> None:
    """Start what later work is forked from, so that it has read the rules by then; waits for nothing."""
    if _FORKS:
        with _deaf_to_interrupts():
            forkserver.ensure_running()


def run(
    work: Callable,
    *args: object,
    seconds: int,
    tell: Callable[[object], object] = lambda _: None,
    go_on: Callable[[], None] = lambda: None,
) -> object:
    """What `work(tell, *args)` returns in a process of its own, in at most so many seconds of processor time.

    `go_on` is asked again and again; what it raises ends the process, too. Raises what the work raises, and Spent.
    """
    return run_all(work, [args], seconds=seconds, tell=tell, go_on=go_on)[0]


def run_all(
    work: Callable,
    parts: Iterable[tuple],
    *,
    seconds: int,
    tell: Callable[[object], object] = lambda _: None,
    go_on: Callable[[], None] = lambda: None,
) -> list:
    """The same of several parts at once, each in a process of its own; what they return, in the order of the parts.

    Whatever one of them raises is raised here, and all of them end.
    """
    workers: dict[Pipe, BaseProcess] = {}
    done: dict[Pipe, object] = {}
    try:
        for args in parts:
            here, there = _context.Pipe(duplex=False)
            workers[here] = _context.Process(target=_work, args=(there, seconds, work, args), daemon=True)
            with _deaf_to_interrupts():
                workers[here].start()
            there.close()
        while len(done) < len(workers):
            go_on()
            for pipe in wait(workers.keys() - done.keys(), PAUSE):
                what, said = _heard(pipe)
                if what == "raised":
                    raise Spent if isinstance(said, MemoryError) else said
                if what == "done":
                    done[pipe] = said
                else:
                    tell(said)
    finally:
        for pipe, worker in workers.items():
            if worker.pid is not None:
                worker.kill()
                worker.join()
            pipe.close()
    return [done[pipe] for pipe in workers]


def _heard(pipe: Pipe) -> tuple[str, object]:
    try:
        return pipe.recv()
    except (EOFError, OSError, MemoryError):  # it ended without a word, or in the middle of one
        raise Spent from None


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


def _work(pipe: Pipe, seconds: int, work: Callable, args: tuple) -> None:
    _bound(seconds)
    try:
        pipe.send(("done", work(lambda said: pipe.send(("told", said)), *args)))
    except BaseException as error:  # it is raised where somebody waits for it
        pipe.send(("raised", error))


def _bound(seconds: int) -> None:
    """End after so much processor time, with that much memory, and with whoever waits."""
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()
    if resource is not None:
        _limit(resource.RLIMIT_CPU, seconds)
        _limit(resource.RLIMIT_CORE, 0)  # no image of the memory is left on a disk
        with suppress(ValueError, OSError):  # not every system bounds addresses
            _limit(resource.RLIMIT_AS, MEMORY)


def _limit(what: int, most: int) -> None:
    """Set a limit, for good; what is already bounded more tightly stays so."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _end_with_the_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)

"""Work in a process of its own: what holds the interpreter, or has no end, can be ended there whatever it is stuck in.

Such a process is bounded in processor time and in memory, and ends when whoever waits for it is gone.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.connection import Connection as Pipe

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
_program = getattr(sys.modules["__main__"], "__spec__", None)
_context.set_forkserver_preload(["casebook.packs.ready", _program.name if _program else "__main__"])


class Spent(Exception):
    """The process took more processor time or memory than it may, or was ended from outside."""


def get_ready() -> None:
    """Start what later work is forked from, so that it has read the rules by then; waits for nothing."""
    if _FORKS:
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
    here, there = _context.Pipe(duplex=False)
    worker = _context.Process(target=_work, args=(there, seconds, work, args), daemon=True)
    worker.start()
    there.close()
    try:
        while True:
            go_on()
            if not here.poll(PAUSE):
                continue
            what, said = here.recv()
            if what == "done":
                return said
            if what == "raised":
                raise said
            tell(said)
    except (EOFError, MemoryError):
        raise Spent from None
    finally:
        worker.kill()
        worker.join()
        here.close()


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
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no image of the memory is left on a disk
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end_with_the_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)

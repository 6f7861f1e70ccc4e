"""Several people at the same moment, each in a session of their own: what came of it for each."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casebook.db import session_factory
from casebook.errors import CasebookError


def race(engine: Engine, prepare: Callable[[Session], object], *acts: Callable) -> list[str]:
    """Let each act at once on what `prepare` reads beforehand; "done", or the kind of refusal, of each in its place."""
    outcomes = [""] * len(acts)
    at_once = threading.Barrier(len(acts))

    def take(place: int, act: Callable) -> None:
        with session_factory(engine)() as own:
            found = prepare(own)
            own.commit()  # what was read stays as it was: nobody knows of the other
            at_once.wait()
            try:
                act(own, *found)
                own.commit()
                outcomes[place] = "done"
            except CasebookError as refused:
                own.rollback()
                outcomes[place] = type(refused).__name__
            except Exception as error:  # shown by the comparison
                outcomes[place] = repr(error)

    threads = [threading.Thread(target=take, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes

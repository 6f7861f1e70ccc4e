"""What breaks at the public door is told to the administrator a day later, by kind and place and nothing else.

A line of the log at that moment would tell when somebody stood at the door, and a traceback what they typed.
"""

import logging
import traceback
from collections import Counter
from datetime import date
from pathlib import PurePath

from flask import Flask, current_app

from casebook.procedure.dates import today

log = logging.getLogger("casebook.web")
_MOST = 50  # kinds remembered; a flood of different ones says no more


class Faults:
    """The faults of one day, in memory."""

    def __init__(self):
        self._day: date | None = None
        self._kinds: Counter[str] = Counter()

    def note(self, error: BaseException, day: date) -> None:
        """Remember what kind of fault it was and where in our code, never its words."""
        self.report(day)
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        if len(self._kinds) < _MOST:
            self._day = day
            self._kinds[f"{type(error).__name__} at {place}"] += 1

    def report(self, day: date) -> None:
        """Write the faults of an earlier day into the log, once."""
        if self._day is None or day <= self._day:
            return
        kinds, self._kinds = self._kinds, Counter()
        log.error("the public door failed on %s: %s", self._day, ", ".join(sorted(kinds)))
        self._day = None


def init_app(app: Flask) -> None:
    app.extensions["casebook.door_faults"] = Faults()
    app.before_request(_report)


def note(error: BaseException) -> None:
    current_app.extensions["casebook.door_faults"].note(error, today())


def _report() -> None:
    current_app.extensions["casebook.door_faults"].report(today())

"""Records that papers are issued from, and what the produced files say."""

from datetime import date, datetime

from casebook.intake import BEIJING


def today() -> date:
    return datetime.now(BEIJING).date()

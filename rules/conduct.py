"""When the conduct took place, as far as anyone knows: a day, a month, a year, a span, a bound, or nothing."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_EXPECTED = 'a date, month or year ("2020-03-01", "2020-03", "2020"), {"from", "to"}, {"before"}, {"published"} or null'


class BadConduct(ValueError):
    """A conduct date that cannot be read; carries what was `found` and what is `expected`."""

    def __init__(self, found, expected: str = _EXPECTED):
        self.found, self.expected = found, expected
        super().__init__(f"found {found!r}; expected {expected}")


@dataclass(frozen=True)
class Conduct:
    """The time of the conduct: as it was `given`, and the first and last day on which it can have begun and ended.

    A bound that is None is open: any law may govern. `straddles` says that it is known to have lasted (a span).
    """

    given: object
    begins: tuple[date | None, date | None]
    ends: tuple[date | None, date | None]
    straddles: bool

    @classmethod
    def parse(cls, value: object) -> "Conduct":
        """Read a stated time; raises BadConduct naming what was found."""
        if value is None:
            return cls(None, (None, None), (None, None), False)
        if isinstance(value, str):
            days = _days(value)
            return cls(value, days, days, False)
        if isinstance(value, dict):
            keys = set(value)
            if keys == {"from", "to"}:
                begins, ends = _days(value["from"]), _days(value["to"])
                if begins[0] > ends[1]:
                    raise BadConduct(value, "a 'to' that is not before 'from'")
                return cls(dict(value), begins, ends, True)
            if keys == {"before"} or keys == {"published"}:
                days = _days(value[keys.pop()])
                return cls(dict(value), (None, days[1]), (None, days[1]), False)
        raise BadConduct(value)

    def as_json(self) -> object:
        """The time as it was stated, for the record."""
        return self.given

    def governing_days(self, commencements: list[date], as_of: date) -> list[date]:
        """The days, one for each stretch between commencements, on which the conduct can have ended (oldest first)."""
        first, last = self.ends
        last = min(last or as_of, as_of)
        if first is not None and first >= last:
            return [min(first, as_of)]
        starts = [day for day in sorted(set(commencements)) if (first is None or day > first) and day <= last]
        if first is not None:
            return [first, *starts]
        return starts or [last]


def _days(text: object) -> tuple[date, date]:
    match = _PARTIAL.match(text) if isinstance(text, str) else None
    if not match:
        raise BadConduct(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        last = date(year, last_month, calendar.monthrange(year, last_month)[1] if day is None else day)
    except ValueError:
        raise BadConduct(text, "a date that exists in the calendar") from None
    return first, last

"""A procedural limit in memory, and the last day it gives; rules/limits.yaml says what its keys mean."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from rules.articles import article_words
from rules.counting import WorkingDays, after, moved
from rules.pack import Source, Text
from rules.yaml_source import Place

WHOSE = ("organ", "person")
SENSES = ("within", "before", "at_least")
COUNTED = ("wd", "cd", "m")
PROMPT, UNSET = "prompt", "unset"
UNITS = (*COUNTED, PROMPT, UNSET)
MOVES = ("next_working_day", "stays")


@dataclass(frozen=True)
class Extension:
    """How far a limit may be extended: so much more, or so much in all (`total`)."""

    amount: int
    unit: str
    total: bool


@dataclass(frozen=True)
class Limit:
    """One version of one procedural limit. `amount` None: the provision, or every source, gives no number."""

    id: str
    title: Text
    trigger: str | None
    met_by: tuple[str, ...]
    sense: str
    amount: int | None
    unit: str
    whose: str
    extension: Extension | None
    who: Mapping[str, tuple[str, ...]]
    regimes: frozenset[str]
    measures: frozenset[str]
    region: tuple[str, ...]
    channels: frozenset[str]
    asks: frozenset[str]
    instrument: str
    article: str
    confidence: str
    checked: date
    effective_from: date | None
    effective_to: date | None
    enabled: bool
    place: Place = field(compare=False, repr=False)

    @property
    def runs(self) -> bool:
        """Whether it is a clock at all; a time to wait is not."""
        return self.enabled and self.sense != "at_least"

    def in_force(self, day: date) -> bool:
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def concerns(
        self,
        facts: Mapping[str, object],
        *,
        regimes: Collection[str] = (),
        measures: Collection[str] = (),
        channel: str = "",
        region: str = "",
    ) -> bool:
        """Whether it may concern a case: nothing established contradicts it, and what must be there is.

        A fact that is not established contradicts nothing: a reminder too many is harmless, one too few is not.
        """
        return (
            all(facts.get(fact) in (None, *values) for fact, values in self.who.items())
            and (not self.regimes or not self.regimes.isdisjoint(regimes))
            and (not self.measures or not self.measures.isdisjoint(measures))
            and (not self.channels or channel in self.channels)
            and (not self.region or region.startswith(self.region))
        )


@dataclass(frozen=True)
class Limits:
    """All limits, the instruments they come from, and what becomes of a last day off, by whose limit it is."""

    limits: tuple[Limit, ...]
    sources: Mapping[str, Source]
    last_day_off: Mapping[str, str]

    @cached_property
    def _versions(self) -> dict[str, list[Limit]]:
        versions: dict[str, list[Limit]] = {}
        for limit in self.limits:
            versions.setdefault(limit.id, []).append(limit)
        return versions

    def started_by(self, trigger: str, day: date) -> list[Limit]:
        """The limits that an event of this day starts."""
        return [
            limit for limit in self.limits if limit.trigger == trigger and limit.runs and limit.in_force(day)
        ]

    def find(self, limit_id: str, day: date) -> Limit | None:
        """The version of a limit in force on a day, else its newest; None if there is none of this name."""
        versions = self._versions.get(limit_id, [])
        in_force = [limit for limit in versions if limit.in_force(day)]
        return max(in_force or versions, key=lambda limit: limit.effective_from or date.min, default=None)

    def cite(self, limit: Limit, lang: str) -> str:
        """The instrument and the article behind a limit, in words where no number was read."""
        title = self.sources[limit.instrument].title
        numbers = limit.article.split("、")
        if not all(number.isdecimal() for number in numbers):
            words = article_words(limit.article, lang)
            return f"《{title.zh}》（{words}）" if lang == "zh" else f"{title.en} ({words})"
        if lang == "zh":
            return f"《{title.zh}》" + "、".join(f"第{numeral(int(number))}条" for number in numbers)
        return f"{title.en}, art. " + ", ".join(numbers)

    def last_day(
        self, limit: Limit, start: date, working: WorkingDays, pauses: Iterable[tuple[date, date]] = ()
    ) -> date | None:
        """The last day of a limit that an event of the day `start` begins; None if it has no number.

        Each pause is the day it stood still and the day it ran again. Raises NoCalendar where a year is needed of
        which nothing is known.
        """
        if limit.amount is None:
            return None
        if limit.sense == "before":
            return start - timedelta(days=limit.amount)
        day = after(start, limit.amount, limit.unit, working)
        return self.settled(limit, moved(day, pauses, limit.unit, working), working)

    def settled(self, limit: Limit, day: date, working: WorkingDays) -> date:
        """The last day as it counts: of a right, moved on where it is no working day. Raises NoCalendar."""
        if self.last_day_off[limit.whose] == "next_working_day":
            return working.on_or_after(day)
        return day

    def furthest(
        self, limit: Limit, start: date, working: WorkingDays, pauses: Iterable[tuple[date, date]] = ()
    ) -> date | None:
        """The last day to which the limit may be extended; None if no provision allows it. Raises NoCalendar."""
        if limit.extension is None:
            return None
        extension = limit.extension
        begins = start if extension.total else after(start, limit.amount, limit.unit, working)
        day = after(begins, extension.amount, extension.unit, working)
        return self.settled(limit, moved(day, pauses, limit.unit, working), working)


_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number below one thousand in Chinese, as articles are numbered."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")

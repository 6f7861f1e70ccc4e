"""Two cases beside each other, fact by fact, in words: how the first stands to the second, and which law directs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.factor import Factor
from rules.factors import book, measured
from rules.precedents import Base
from rules.precedents import Precedent as Decided
from web.i18n import lang
from web.values import fact_label, value_words


@dataclass(frozen=True)
class Line:
    """One factor in both cases. `standing`: the first is graver, milder, the same, or not known."""

    factor: Factor
    here: str
    there: str
    here_presumed: bool
    there_presumed: bool
    raw_here: list[tuple[str, str]]
    raw_there: list[tuple[str, str]]
    standing: str
    plain: bool


class Beside:
    """The first case (read strictly, or `decided`) and a decided second, on one issue, by the law of one day."""

    def __init__(self, here: Mapping, there: Mapping, on: date, issue: str, *, decided: bool):
        self.issue = book().issues[issue]
        self.decided = decided
        self._raw = here, there
        self._on = on
        schema = book().schema(issue)
        self._ordinary = measured({}, on, decided=True)
        strict = measured(here, on), measured(there, on)
        self._facts = (
            measured(here, on, decided=True) if decided else strict[0],
            measured(there, on, decided=True),
        )
        self._found = strict
        compared = Base(schema, []).compare(self._facts[0], Decided("", self._facts[1], 0))
        standings = {
            **dict.fromkeys(compared.graver, "graver"), **dict.fromkeys(compared.milder, "milder"),
            **dict.fromkeys(compared.same, "same"), **dict.fromkeys(compared.unknown, "unknown"),
        }  # fmt: skip
        self.lines = [self._line(book().factors[name], standings[name]) for name in schema.names]

    def of(self, standing: str) -> list[Line]:
        return [one for one in self.lines if one.standing == standing and not one.plain]

    @property
    def plain(self) -> list[Line]:
        """What is absent from both, or not known of either: it tells them apart in nothing."""
        return [one for one in self.lines if one.plain]

    def _line(self, factor: Factor, standing: str) -> Line:
        values = [facts.get(factor.id) for facts in self._facts]
        presumed = [
            value is not None and factor.id not in found
            for value, found in zip(values, self._found, strict=True)
        ]
        absent = standing == "same" and values[0] in (False, self._ordinary.get(factor.id))
        unknown = (
            standing == "unknown"
            and not any(value is True for value in values)
            and not any(factor.id in found for found in self._found)
        )
        words = [factor.say(value, lang(), self._on) for value in values]
        raw = [self._said(factor, facts) for facts in self._raw]
        return Line(factor, *words, *presumed, *raw, standing, absent or unknown)

    @staticmethod
    def _said(factor: Factor, raw: Mapping) -> list[tuple[str, str]]:
        """The raw facts behind a factor, as far as they were found."""
        return [
            (fact_label(fact), value_words(fact, raw[fact]))
            for fact in factor.facts
            if raw.get(fact) is not None
        ]

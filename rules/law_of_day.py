"""What the law in force on a named day would have said of a case; and the comparison of old and new law in words.

The first is a comparison and never the recommendation: which law governs follows from the time of the conduct and
from lightness (从旧兼从轻: Law on Administrative Discipline for Public Officials art. 67; Criminal Law art. 12).
"""

from dataclasses import dataclass
from datetime import date

from rules import phrases
from rules.assess import assess
from rules.carrying import carrying
from rules.conduct import Conduct
from rules.library import Library, library
from rules.lighter import comparable, lighter


@dataclass(frozen=True)
class LawOfDay:
    """What one day's law makes of the case beside what governs it now: two whole documents and where they differ.

    `only_then` and `only_now` are ids of rules in those documents; one whose version changed stands in both.
    `decided` are those that carry what the law of the day says.
    """

    day: date
    then: dict
    now: dict
    only_then: tuple[str, ...]
    only_now: tuple[str, ...]
    decided: tuple[str, ...]

    @property
    def words(self) -> dict[str, str]:
        """Whether the outcome would have been another, lighter or heavier, in a sentence."""
        then, now = self.then["disposition"], self.now["disposition"]
        return phrases.DAY[_which(now, then) if then != now else "same"]

    @property
    def why(self) -> dict[str, str]:
        """The step at which the law of the day stops, or that none does."""
        stops = next((gate for gate in self.then["gates"] if gate["status"] == "stops"), None)
        return stops["text"] if stops else phrases.DAY_NO_STEP


def first_day(packs: Library | None = None) -> date:
    """The first day of which some law is loaded."""
    return (packs or library()).commencements()[0]


def law_of_day(
    facts: dict,
    conduct: Conduct,
    day: date,
    as_of: date,
    region: str | None = None,
    packs: Library | None = None,
) -> LawOfDay:
    """Read the case as if it had been done and decided on the day, all law being of that day; raises as assess does."""
    packs = packs or library()
    then = assess(facts, Conduct.parse(day.isoformat()), day, region, packs)
    now = assess(facts, conduct, as_of, region, packs)
    versions = [{one["version"] for one in document["rules"].values()} for document in (then, now)]
    return LawOfDay(
        day,
        then,
        now,
        _without(then, versions[1]),
        _without(now, versions[0]),
        tuple(carrying(then)),
    )


def _without(document: dict, versions: set[str]) -> tuple[str, ...]:
    """The rules that are in none of these versions, those that apply to the case first."""
    found = [rule for rule, one in document["rules"].items() if one["version"] not in versions]
    return tuple(sorted(found, key=lambda rule: document["rules"][rule]["provisional"] != "fired"))


def compared(document: dict) -> list[dict[str, str]]:
    """从旧兼从轻 as a stored recommendation weighed it: beside each version of the conduct the later one, in words.

    Versions of the conduct that give the same are one sentence. Read from the document alone, so that one made long ago
    tells it too.
    """
    old = [row for row in document["law"] if row["role"] != "later"]
    later = [row for row in document["law"] if row["role"] == "later"]
    if not later and len(old) == 1:
        return [phrases.SAME_LAW]
    if not later:  # the latest possible version is the one in force when the case is decided
        later, old = old[-1:], old[:-1]
    later = list({(new["date"], new["disposition"]): new for new in later}.values())
    alike: dict[tuple[str, str], list[dict]] = {}
    for row in old:
        alike.setdefault((row["role"], row["disposition"]), []).append(row)
    return [
        phrases.weighed(rows, new, _which(disposition, new["disposition"]))
        for (_, disposition), rows in alike.items()
        for new in later
    ]


def _which(old: str, new: str) -> str:
    if old == new:
        return "alike"
    if not comparable(old, new):
        return "not_comparable"
    if lighter(old, new) == new:
        return "new"
    return "alike" if comparable(new, old) and lighter(new, old) == new else "old"

"""The versions of a rule, a measure or a limit follow each other without a gap or an overlap; an end is stated."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from rules.limit import Limit
from rules.measure_reader import Measure
from rules.pack import Pack, Rule
from rules.proofs.counterexample import CounterExample, Involved
from rules.yaml_source import Place

DATES = "dates"
_FOR_GOOD = (
    "确已废止、不再接续的，在 accepted 中写明理由（property: dates）。",
    " If its text was repealed for good, say so under 'accepted' (property: dates).",
)
Version = TypeVar("Version", Rule, Measure, Limit)


def dates(packs: Iterable[Pack]) -> Iterator[CounterExample]:
    """Rules of which two versions leave a gap, that end for good, or that outlast the instrument that they cite.

    Versions that overlap are refused when a pack is read, so no library has any.
    """
    for pack in packs:
        versions: dict[str, list[Rule]] = {}
        for rule in pack.rules:
            if rule.enabled:
                versions.setdefault(rule.id, []).append(rule)
        for rules in versions.values():
            yield from _successions(rules, "规则 ", Involved.of, _FOR_GOOD)
            yield from _beyond_source(pack, rules)


def table_dates(measures: Iterable[Measure], limits: Iterable[Limit]) -> Iterator[CounterExample]:
    """The same of the measures and the limits that may be applied: what is known from memory only follows nothing."""
    for found, name, involved in ((measures, "措施 ", _of_measure), (limits, "期限 ", _of_limit)):
        versions: dict[str, list] = {}
        for one in found:
            if one.enabled:
                versions.setdefault(involved(one).id, []).append(one)
        for rows in versions.values():
            yield from _successions(rows, name, involved)


def _of_measure(one: Measure) -> Involved:
    return Involved(one.code, f"{one.code}@{one.effective_from}", "measures", Place("measures.yaml", 1, 1))


def _of_limit(one: Limit) -> Involved:
    return Involved(one.id, f"{one.id}@{one.effective_from}", "limits", one.place)


def _successions(
    versions: list[Version],
    name: str,
    involved: Callable[[Version], Involved],
    hint: tuple[str, str] = ("", ""),
) -> Iterator[CounterExample]:
    versions = sorted(versions, key=lambda one: one.effective_from or date.min)
    for one, following in zip(versions, [*versions[1:], None], strict=True):
        ends, known = one.effective_to, involved(one).id
        both = [involved(version) for version in (one, following) if version is not None]
        if following is None:
            if ends is not None:
                yield _told(
                    both,
                    ends + timedelta(days=1),
                    f"{name}{known} 施行至{ends}，其后没有接续的版本。{hint[0]}",
                    f"{known} ends on {ends} and nothing follows it.{hint[1]}",
                )
        elif ends is None or following.effective_from is None or following.effective_from <= ends:
            yield _told(
                both,
                following.effective_from,
                f"{name}{known} 的两个版本在同一日同时施行。",
                f"Two versions of {known} are in force on the same day.",
            )
        elif ends + timedelta(days=1) < following.effective_from:
            yield _told(
                both,
                ends + timedelta(days=1),
                f"{name}{known} 自{ends}终止至{following.effective_from}施行之间没有版本。",
                f"{known} ends on {ends}, its next version begins on {following.effective_from}: a gap.",
            )


def _beyond_source(pack: Pack, rules: list[Rule]) -> Iterator[CounterExample]:
    for rule in rules:
        source = pack.sources[rule.instrument]
        begins, ends = source.effective_from or date.min, source.effective_to or date.max
        design = (
            rule.confidence == "DESIGN" and rule.effective_from is None
        )  # our own choice has no commencement
        if (not design and rule.effective_from < begins) or (rule.effective_to or date.max) > ends:
            yield _told(
                [Involved.of(rule)],
                rule.effective_from,
                f"规则 {rule.id} 的施行期间超出所引文件 {rule.instrument} 的施行期间。",
                f"{rule.id} is in force on days on which {rule.instrument}, which it cites, is not.",
            )


def _told(rules: list[Involved], day: date | None, zh: str, en: str) -> CounterExample:
    return CounterExample(DATES, tuple(rules), zh, en, conduct_day=day, as_of=day)

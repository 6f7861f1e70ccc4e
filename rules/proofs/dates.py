"""The versions of a rule, a measure or a limit follow each other without a gap or an overlap; an end is stated."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from rules.limit import Limit
from rules.limits import limits
from rules.measure_reader import Measure
from rules.measures import ladder
from rules.pack import Pack, Rule, Text
from rules.proofs.counterexample import CounterExample, Involved
from rules.yaml_fields import entries, keys, text
from rules.yaml_source import Place, parse_yaml, read_text

DATES = "dates"
_FOR_GOOD = (
    "确已废止、不再接续的，在 accepted 中写明理由（property: dates）。",
    " If its text was repealed for good, say so under 'accepted' (property: dates).",
)
_NO_CASE = (
    "各版本的起止日期与案件事实无关，没有可举的案件。",
    "It is about days alone, whatever the facts are: there is no case to show.",
)
_ENDS = Path(__file__).with_name("ends.yaml")
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


def tables() -> Iterator[CounterExample]:
    """The same of the measures and limits as shipped, save ends of which it is stated why nothing follows."""
    shipped = [one for versions in ladder().versions.values() for one in versions]
    yield from unstated(table_dates(shipped, limits().limits), ends())


def table_dates(measures: Iterable[Measure], limits: Iterable[Limit]) -> Iterator[CounterExample]:
    """The same of the measures and the limits that may be applied: what is known from memory only follows nothing."""
    for found, name, involved in ((measures, "措施 ", _of_measure), (limits, "期限 ", _of_limit)):
        versions: dict[str, list] = {}
        for one in found:
            if one.enabled:
                versions.setdefault(involved(one).id, []).append(one)
        for rows in versions.values():
            yield from _successions(rows, name, involved)


def unstated(found: Iterable[CounterExample], stated: dict[str, Text]) -> Iterator[CounterExample]:
    """What of it no reason is stated for, and each reason that nothing needs."""
    needed = set()
    for one in found:
        name = one.rules[0].id
        if name in stated:
            needed.add(name)
        else:
            yield one
    for name in sorted(stated.keys() - needed):
        place = stated[name].place
        yield _told(
            [Involved(name, name, "ends", place)],
            None,
            f"{name} 写明了为何没有接续，而各版本前后相接，不需要这一说明；请删去。",
            f"{name} has a reason why nothing follows, though its versions follow each other: take it out.",
        )


@cache
def ends() -> dict[str, Text]:
    """Why nothing follows a measure or a limit, by its name; raises SourceError."""
    source = parse_yaml(read_text(_ENDS), _ENDS.name)
    found = {}
    for item, place in entries(source, "ends"):
        keys(item, place, {"id", "zh", "en"})
        found[text(item, "id")] = Text(text(item, "zh"), text(item, "en"), place)
    return found


def table_digests() -> dict[str, str]:
    """The SHA-256 of each file of which `tables` says something."""
    files = (*(_ENDS.parents[1] / name for name in ("limits.yaml", "measures.yaml")), _ENDS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


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
                    f"{name}{known} 施行至{ends}，其后没有接续的版本；请补写其后的版本。{hint[0]}",
                    f"{known} ends on {ends} and nothing follows it. Write the version that does.{hint[1]}",
                )
        elif ends is None or following.effective_from is None or following.effective_from <= ends:
            yield _told(
                both,
                following.effective_from,
                f"{name}{known} 的两个版本在同一日同时施行；请改为前后相接、互不重叠的日期。",
                f"Two versions of {known} are in force on the same day. Write dates that follow each other.",
            )
        elif ends + timedelta(days=1) < following.effective_from:
            yield _told(
                both,
                ends + timedelta(days=1),
                f"{name}{known} 自{ends}终止至{following.effective_from}施行之间没有版本；"
                "请接上前后日期，或者补写其间的版本。",
                f"{known} ends on {ends}, its next version begins on {following.effective_from}: a gap. Join the "
                "dates, or write the version between them.",
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
                f"规则 {rule.id} 的施行期间超出所引文件 {rule.instrument} 的施行期间；请改正其中一处的日期。",
                f"{rule.id} is in force on days on which {rule.instrument}, which it cites, is not. Mend the dates of "
                "the one or of the other.",
            )


def _told(rules: list[Involved], day: date | None, zh: str, en: str) -> CounterExample:
    return CounterExample(DATES, tuple(rules), zh, en, conduct_day=day, as_of=day, no_case=_NO_CASE)

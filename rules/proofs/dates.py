"""The versions of a rule follow each other without a gap or an overlap, and an end without a successor is stated."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rules.pack import Pack, Rule
from rules.proofs.counterexample import CounterExample, Involved

DATES = "dates"


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
            rules.sort(key=lambda rule: rule.effective_from or date.min)
            yield from _successions(rules)
            yield from _beyond_source(pack, rules)


def _successions(rules: list[Rule]) -> Iterator[CounterExample]:
    for one, following in zip(rules, [*rules[1:], None], strict=True):
        ends = one.effective_to
        if following is None:
            if ends is not None:
                yield _told(
                    [one],
                    ends + timedelta(days=1),
                    f"规则 {one.id} 施行至{ends}，其后没有接续的版本。",
                    f"{one.id} ends on {ends} and nothing follows it.",
                )
        elif ends + timedelta(days=1) < following.effective_from:
            yield _told(
                [one, following],
                ends + timedelta(days=1),
                f"规则 {one.id} 自{ends}终止至{following.effective_from}施行之间没有版本。",
                f"{one.id} ends on {ends}, its next version begins on {following.effective_from}: a gap.",
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
                [rule],
                rule.effective_from,
                f"规则 {rule.id} 的施行期间超出所引文件 {rule.instrument} 的施行期间。",
                f"{rule.id} is in force on days on which {rule.instrument}, which it cites, is not.",
            )


def _told(rules: list[Rule], day: date | None, zh: str, en: str) -> CounterExample:
    return CounterExample(
        DATES, tuple(Involved.of(rule) for rule in rules), zh, en, conduct_day=day, as_of=day
    )

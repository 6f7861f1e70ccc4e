"""Check the packs before anyone relies on them: load them all, run their examples, sweep their dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from rules.assess import with_presumptions
from rules.engine import TooLarge
from rules.library import PACKS, REGIONS, Library, load_library
from rules.pack import DISTINCTIONS, Example, Pack, PackError, Rule
from rules.places import holds_at
from rules.program import ProgramError
from rules.readers import ReadersDiffer, readers_of
from rules.vocabulary import vocabulary

METHOD_QUESTIONS = ("C-01", "C-12", "G0", "FACTS")  # asked by document.py itself
_COUNTED = ("packs", "rules", "disabled", "examples", "days")
_SAID = {True: ("适用", "true"), False: ("不适用", "false"), None: ("待定", "open")}
_WANTED = (("fires", True, "fire"), ("silent", False, "stay silent"), ("opens", None, "stay open"))


class Fault(str):
    """What is wrong with the packs, in English, and in Chinese as `zh`."""

    zh: str

    def __new__(cls, en: str, zh: str):
        fault = super().__new__(cls, en)
        fault.zh = zh
        return fault

    def message(self, lang: str) -> str:
        return self.zh if lang == "zh" else str(self)


@dataclass(frozen=True)
class PackReport:
    """What was checked, and every fault found; no fault means the packs may be used."""

    packs: int
    rules: int
    disabled: int
    examples: int
    days: int
    faults: tuple[Fault, ...]


def check_packs(folder: Path = PACKS) -> PackReport:
    """Load every pack of a folder, run every example through both readers and build the law of every boundary day.

    A folder inside it holds the packs of places, read with the others, or those of another task, which are read apart
    and counted together.
    """
    tasks = [task for task in sorted(folder.iterdir()) if task.is_dir() and task.name != REGIONS]
    reports = [_check(folder, (unexercised, unsaid)), *(_check(task, (unexercised,)) for task in tasks)]
    return PackReport(
        *(sum(getattr(report, name) for report in reports) for name in _COUNTED),
        tuple(fault for report in reports for fault in report.faults),
    )


def _check(folder: Path, alike: Sequence[Callable[[Library], list[Fault]]]) -> PackReport:
    try:
        library = load_library(folder, vocabulary())
    except PackError as error:
        return PackReport(0, 0, 0, 0, 0, (Fault(str(error), error.message("zh")),))
    faults: list[Fault] = []
    days = boundary_days(library)
    places = sorted(
        {"", *(region for pack in library.packs.values() if pack.local for region in pack.region)}
    )
    for day in days:
        for place in places:
            try:
                library.program(day, day, place)
            except ProgramError as error:
                where = (f" in {place}", f"（{place}）") if place else ("", "")
                faults.append(
                    Fault(
                        f"{error.place}: law of {day}{where[0]}: {error}",
                        f"{error.place}：{day}{where[1]}的规则无法排序：{error.zh}；请改写其中一条的条件",
                    )
                )
    examples = [(pack, example) for pack in library.packs.values() for example in pack.examples]
    by_law = sorted(range(len(examples)), key=lambda no: _law_of(*examples[no]))  # each is compiled once
    checked = {no: check_example(library, *examples[no]) for no in by_law}
    faults += [fault for no in range(len(examples)) for fault in checked[no]]
    faults += [fault for look in alike for fault in look(library)]
    rules = [rule for pack in library.packs.values() for rule in pack.rules]
    disabled = sum(not rule.enabled for rule in rules)
    return PackReport(len(library.packs), len(rules), disabled, len(examples), len(days), tuple(faults))


def boundary_days(library: Library) -> list[date]:
    """The day before, the first, the last and the day after each period in force: where gaps and overlaps show."""
    days: set[date] = set()
    for pack in library.packs.values():
        for rule in pack.rules:
            for day in (rule.effective_from, rule.effective_to):
                if day:
                    days.update({day - timedelta(days=1), day, day + timedelta(days=1)})
    return sorted(days)


def check_example(library: Library, pack: Pack, example: Example) -> list[Fault]:
    """The faults of one example: rules that cannot be read, or a rule or disposition other than it promises."""
    try:
        broken = _broken_promises(library, pack, example)
    except TooLarge as error:
        broken = [(error.zh, str(error))]
    return [
        Fault(
            f"{example.place}: example '{example.name}': {en}",
            f"{example.place}：示例“{example.name}”与规则不符：{zh}",
        )
        for zh, en in broken
    ]


def pack_faults(library: Library, name: str) -> list[PackError]:
    """Every fault of one pack that was loaded with the others, each where it stands, in both languages.

    Its examples are run, the law of its boundary days is built in each of its places, and each of its rules is to have
    an example that fires it and one that does not.
    """
    pack = library.packs[name]
    found = []
    for day, place in product(
        boundary_days(Library({name: pack}, library.vocabulary)), _places(library, pack)
    ):
        try:
            library.program(day, day, place)
        except ProgramError as error:
            return [
                PackError(
                    error.place,
                    f"{error} (law of {day})",
                    "rules that can be put in an order",
                    f"{day} 的规则无法排序：{error.zh}；请改写其中一条的条件",
                )
            ]
    for example in pack.examples:
        try:
            broken, readable = _broken_promises(library, pack, example), True
        except TooLarge as error:
            broken, readable = [(error.zh, str(error))], False
        for zh, en in broken:
            found.append(
                PackError(
                    example.place,
                    f"example '{example.name}': {en}",
                    "a condition and an example that agree",
                    f"示例“{example.name}”与规则不符：{zh}；请改条件或者改示例",
                )
            )
        if not readable:
            break  # the next example would say the same, and finding that out is dear
    for rule in {rule.id: rule for rule in pack.rules if rule.enabled}.values():
        fired = any(rule.id in example.fires for example in pack.examples)
        silent = any(rule.id in (*example.silent, *example.opens) for example in pack.examples)
        if not fired or not silent:
            found.append(
                PackError(
                    rule.place,
                    f"no example {'keeps' if fired else 'fires'} {rule.id}{' silent' if fired else ''}",
                    "one example that fires it and one that keeps it silent",
                    f"规则 {rule.id} 缺少{'不适用' if fired else '适用'}的示例；每条规则应各有一个适用和不适用的示例",
                )
            )
    return found


def _places(library: Library, pack: Pack) -> list[str]:
    """One of the pack's places for each company of packs that is law there: within it every place reads alike."""
    others = [one for one in library.packs.values() if one.local]
    found: dict[tuple[str, ...], str] = {}
    for place in pack.region or ("",):
        found.setdefault(tuple(one.name for one in others if holds_at(one, place)), place)
    return list(found.values())


def _law_of(pack: Pack, example: Example) -> tuple[date, str]:
    """The day and the place whose law an example is read under."""
    return example.on, example.region or (pack.region[0] if pack.local else "")


def _broken_promises(library: Library, pack: Pack, example: Example) -> list[tuple[str, str]]:
    """What comes out of an example otherwise than it promises, in Chinese and in English; raises TooLarge."""
    try:
        day, place = _law_of(pack, example)
        readers = readers_of(library.program(day, day, place), library.vocabulary)
        reading = readers.read(example.facts)
        provisional = readers.read(with_presumptions(library.vocabulary, example.facts), provisional=True)
    except ProgramError as error:
        return [(error.zh, str(error))]
    except ReadersDiffer as error:
        return [(f"两个判读程序对 {'、'.join(error.rules)} 的结论不一致；请报告产品维护人员", str(error))]
    outcome_rules = {rule.id for rule in pack.rules if reads_disposition(rule)}
    found = []
    for key, verdict, verb in _WANTED:
        for rule_id in getattr(example, key):
            as_answered = example.provisionally or rule_id in outcome_rules
            is_now = (provisional if as_answered else reading).rules.get(rule_id, False)
            if is_now is not verdict:
                found.append(
                    (
                        f"{rule_id} 应当{_SAID[verdict][0]}，实际{_SAID[is_now][0]}",
                        f"{rule_id} should {verb}, but is {_SAID[is_now][1]}",
                    )
                )
    if example.disposition and provisional.disposition != example.disposition:
        found.append(
            (
                f"处理建议应为 {example.disposition}，实际为 {provisional.disposition}",
                f"disposition {provisional.disposition}, not {example.disposition}",
            )
        )
    return found


def unexercised(library: Library) -> list[Fault]:
    """Enabled rules that no example of their pack fires, or none keeps silent."""
    faults = []
    for pack in library.packs.values():
        fired = {rule_id for example in pack.examples for rule_id in example.fires}
        silent = {rule_id for example in pack.examples for rule_id in (*example.silent, *example.opens)}
        for rule in {rule.id: rule for rule in pack.rules if rule.enabled}.values():
            if rule.id not in fired:
                faults.append(
                    Fault(
                        f"{rule.place}: no example fires {rule.id}",
                        f"{rule.place}：规则 {rule.id} 缺少适用的示例",
                    )
                )
            if rule.id not in silent:
                faults.append(
                    Fault(
                        f"{rule.place}: no example keeps {rule.id} silent",
                        f"{rule.place}：规则 {rule.id} 缺少不适用的示例",
                    )
                )
    return faults


def unsaid(library: Library) -> list[Fault]:
    """What every document prints and no pack words: the sides of the distinctions, the questions of the method."""
    titles = {name for pack in library.packs.values() for name in pack.titles}
    questions = {name for pack in library.packs.values() for name in pack.questions}
    sides = [f"{name}.{side}" for name in DISTINCTIONS for side in ("tolerable", "intolerable")]
    return [
        Fault(f"no pack has a title of {name}", f"没有规则包写明 {name} 的名称")
        for name in sides
        if name not in titles
    ] + [
        Fault(f"no pack has the question {name}", f"没有规则包写明问题 {name}")
        for name in METHOD_QUESTIONS
        if name not in questions
    ]


def reads_disposition(rule: Rule) -> bool:
    return any(name.startswith("disposition.") for name in rule.reads_findings)

"""Check the packs before anyone relies on them: load them all, run their examples, sweep their dates."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from rules.assess import with_presumptions
from rules.library import PACKS, REGIONS, Library, load_library
from rules.pack import DISTINCTIONS, Example, Pack, PackError, Rule
from rules.phrases import BRIEF
from rules.places import holds_at
from rules.program import ProgramError
from rules.readers import ReadersDiffer, readers_of
from rules.vocabulary import vocabulary

METHOD_QUESTIONS = ("C-01", "C-12", "G0", "FACTS")  # asked by document.py itself
_SIDES = tuple(f"{name}.{side}" for name in DISTINCTIONS for side in ("tolerable", "intolerable"))
_COUNTED = ("packs", "rules", "disabled", "examples", "days")
_SAID = {True: ("适用", "true"), False: ("不适用", "false"), None: ("待定", "open")}
_WANTED = (("fires", True, "fire"), ("silent", False, "stay silent"), ("opens", None, "stay open"))


@dataclass(frozen=True)
class PackReport:
    """What was checked, and every fault found; no fault means the packs may be used."""

    packs: int
    rules: int
    disabled: int
    examples: int
    days: int
    faults: tuple[PackError, ...]


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


def _check(folder: Path, alike: Collection[Callable[[Library], Iterable[PackError]]]) -> PackReport:
    try:
        library = load_library(folder, vocabulary())
    except PackError as error:
        return PackReport(0, 0, 0, 0, 0, (error,))
    unreadable: dict[tuple, PackError] = {}  # on the first day and in the first place where it shows
    days = boundary_days(library)
    places = sorted(
        {"", *(region for pack in library.packs.values() if pack.local for region in pack.region)}
    )
    for day in days:
        for place in places:
            try:
                library.program(day, day, place)
            except ProgramError as error:
                unreadable.setdefault((error.place, error.found), _unreadable(error, day, place))
    examples = [(pack, example) for pack in library.packs.values() for example in pack.examples]
    by_law = sorted(range(len(examples)), key=lambda no: _law_of(*examples[no]))  # each is compiled once
    checked: dict[int, list[PackError]] = {}
    for no in by_law:
        try:
            checked[no] = check_example(library, *examples[no])
        except ProgramError as error:
            unreadable.setdefault((error.place, error.found), _unreadable(error, *_law_of(*examples[no])))
    faults = [*unreadable.values(), *(fault for no in sorted(checked) for fault in checked[no])]
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
            return [_unreadable(error, day, place)]
    for example in pack.examples:
        try:
            found += check_example(library, pack, example)
        except ProgramError as error:
            found.append(_unreadable(error, *_law_of(pack, example)))
            break  # the next example would say the same, and finding that out is dear
    return [*found, *_unexercised(pack)]


def _unreadable(error: ProgramError, day: date, place: str) -> PackError:
    """The same fault, with the day and the place under whose law it shows."""
    where = (f" in {place}", f"（{place}）") if place else ("", "")
    zh = f"按 {day} 的规定{where[1]}无法判读：{error.zh}"
    return PackError(error.place, f"{error.found} (law of {day}{where[0]})", error.expected, zh)


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


def check_example(library: Library, pack: Pack, example: Example) -> list[PackError]:
    """What comes out of an example otherwise than it promises; raises ProgramError where its law cannot be read."""
    try:
        day, place = _law_of(pack, example)
        readers = readers_of(library.program(day, day, place), library.vocabulary)
        reading = readers.read(example.facts)
        provisional = readers.read(with_presumptions(library.vocabulary, example.facts), provisional=True)
    except ReadersDiffer as error:
        return [
            PackError(
                example.place,
                f"example '{example.name}': {error}",
                "one verdict of both readers: report this to the maintainers of the product",
                f"示例“{example.name}”中，两个判读程序对 {'、'.join(error.rules)} 的结论不一致；请报告产品维护人员",
            )
        ]
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
                f"处理建议应为{_ended(example.disposition)}，实际为{_ended(provisional.disposition)}",
                f"disposition {provisional.disposition}, not {example.disposition}",
            )
        )
    return [
        PackError(
            example.place,
            f"example '{example.name}': {en}",
            "a condition and an example that agree",
            f"示例“{example.name}”与规则不符：{zh}；请改条件或者改示例",
        )
        for zh, en in found
    ]


def _ended(disposition: str) -> str:
    return f"“{BRIEF[disposition]['zh']}”（{disposition}）"


def unexercised(library: Library) -> list[PackError]:
    """Enabled rules that no example of their pack fires, or none keeps silent."""
    return [fault for pack in library.packs.values() for fault in _unexercised(pack)]


def _unexercised(pack: Pack) -> Iterator[PackError]:
    fired = {rule_id for example in pack.examples for rule_id in example.fires}
    silent = {rule_id for example in pack.examples for rule_id in (*example.silent, *example.opens)}
    for rule in {rule.id: rule for rule in pack.rules if rule.enabled}.values():
        if rule.id not in fired:
            yield PackError(
                rule.place,
                f"no example that fires {rule.id}",
                f"an example with 'fires: [{rule.id}]'",
                f"规则 {rule.id} 缺少适用的示例；请补写一个示例，列入 fires: [{rule.id}]",
            )
        if rule.id not in silent:
            yield PackError(
                rule.place,
                f"no example that keeps {rule.id} silent",
                f"an example with 'silent: [{rule.id}]'",
                f"规则 {rule.id} 缺少不适用的示例；请补写一个示例，列入 silent: [{rule.id}]",
            )


def unsaid(library: Library) -> Iterator[PackError]:
    """What every document prints and no pack words: the sides of the distinctions, the questions of the method."""
    packs = list(library.packs.values())
    if not packs:
        return
    titles, questions = (
        {name for one in packs for name in getattr(one, key)} for key in ("titles", "questions")
    )
    for name in _SIDES:
        if name not in titles:
            yield PackError(
                _fullest(packs, "titles", _SIDES).at("titles"),
                f"no title of {name} in any pack",
                f"'{name}:' under 'titles'",
                f"没有规则包写明 {name} 的名称；请在 titles 中补写 {name}",
            )
    for name in METHOD_QUESTIONS:
        if name not in questions:
            yield PackError(
                _fullest(packs, "questions", METHOD_QUESTIONS).at("questions"),
                f"no question {name} in any pack",
                f"'{name}:' under 'questions'",
                f"没有规则包写明问题 {name}；请在 questions 中补写 {name}",
            )


def _fullest(packs: list[Pack], key: str, names: Collection[str]) -> Pack:
    """The pack that words most of these already: there the missing one is to be written."""
    return max(packs, key=lambda one: len(getattr(one, key).keys() & set(names)))


def reads_disposition(rule: Rule) -> bool:
    return any(name.startswith("disposition.") for name in rule.reads_findings)

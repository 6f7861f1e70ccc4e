"""The fact vocabulary: every fact a form may ask, its labels in both languages, its values and its burden.

A fact that is absent is not established. It is never read as false, zero or no.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from rules.yaml_source import Mapping, Sequence, SourceError, parse_yaml, read_text, shown

FACT_TYPES = ("boolean", "choice", "choices", "number", "date", "text")
LARGEST_NUMBER = 10**15  # beyond it a decimal no longer keeps its hundredths
BURDENS = ("against", "shown", "open")
_TEXTS = ("id", "zh", "en", "help_zh", "help_en", "holder_zh", "holder_en")
_OPTIONAL_TEXTS = ("unit", "unit_zh", "burden_zh", "burden_en", "with", "read_by")
_FLAGS = ("integer", "core", "record_only", "open_values", "shown_after")
_FACT_KEYS = {
    *_TEXTS,
    *_OPTIONAL_TEXTS,
    *_FLAGS,
    *("type", "values", "minimum", "maximum", "factor", "section", "tasks", "burden", "presume"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a choice, with its label in both languages."""

    value: str
    zh: str
    en: str

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Fact:
    """One fact of the vocabulary.

    `burden` says how an unknown fact is read provisionally: "against" (it would bar or aggravate: not held
    against anyone until established), "shown" (it must be shown by whoever relies on it), "open" (left open).
    `presume` is the value read in the first two. Numbers are bounded by `minimum` and `maximum`, in `unit`.
    `shown_after`: it tells what came of the conduct, though its section is shown first.
    """

    id: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    type: str
    choices: tuple[Choice, ...]
    unit: str
    unit_zh: str
    minimum: float | None
    maximum: float | None
    integer: bool
    factor: str
    section: str
    tasks: tuple[str, ...]
    core: bool
    burden: str
    presume: object
    burden_zh: str
    burden_en: str
    holder_zh: str
    holder_en: str
    record_only: bool
    open_values: bool
    shown_after: bool
    accompanied_by: str
    read_by: str

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def help(self, lang: str) -> str:
        return self.help_zh if lang == "zh" else self.help_en

    def holder(self, lang: str) -> str:
        """Who usually holds the record that would settle this fact."""
        return self.holder_zh if lang == "zh" else self.holder_en

    def choice_label(self, value: str, lang: str) -> str:
        return next((choice.label(lang) for choice in self.choices if choice.value == value), str(value))

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)


@dataclass(frozen=True)
class Titled:
    """A section of the intake or one of the six factors. `first_look`: its facts tell of the conduct alone."""

    id: str
    zh: str
    en: str
    factor: str = ""
    first_look: bool = False

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Vocabulary:
    """All facts by id, in the order in which the dossier lists them, and the text they were read from."""

    facts: dict[str, Fact]
    sections: tuple[Titled, ...]
    factors: tuple[Titled, ...]
    text: str = field(default="", compare=False, repr=False)

    @cached_property
    def first_look(self) -> frozenset[str]:
        """The facts of the conduct itself, which whoever must not judge by the result is shown first.

        No text is among them: it may say anything.
        """
        sections = {section.id for section in self.sections if section.first_look}
        return frozenset(
            fact.id
            for fact in self.facts.values()
            if fact.section in sections and not fact.shown_after and fact.type != "text"
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text; a stored assessment names it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class BadValue(ValueError):
    """A value that its fact does not take; says what was found and, in both languages, what is expected."""

    def __init__(self, fact_id: str, found: object, expected_zh: str, expected_en: str):
        self.fact_id, self.found = fact_id, found
        self.expected_zh, self.expected_en = expected_zh, expected_en
        super().__init__(f"{fact_id}: found {found!r}; expected {expected_en}")

    def __reduce__(self):
        return type(self), (self.fact_id, self.found, self.expected_zh, self.expected_en)

    def expected(self, lang: str) -> str:
        return self.expected_zh if lang == "zh" else self.expected_en


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary shipped with the product; raises SourceError if its file is broken."""
    return load_vocabulary(Path(__file__).with_name("vocabulary.yaml"))


def load_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary file; raises SourceError naming the line of the first fault."""
    return read_vocabulary(read_text(path), path.name)


def read_vocabulary(text: str, name: str) -> Vocabulary:
    """Read a vocabulary from its text; raises as load_vocabulary does, with places under `name`."""
    source = parse_yaml(text, name)
    factors = tuple(_titled(item) for item in _entries(source, "factors"))
    sections = tuple(_titled(item) for item in _entries(source, "sections"))
    facts: dict[str, Fact] = {}
    for item in _entries(source, "facts"):
        fact = _fact(item, {factor.id for factor in factors}, {section.id for section in sections})
        if fact.id in facts:
            raise SourceError(
                item.at("id"), f"the fact '{fact.id}' a second time", "each fact once",
                f"事实“{fact.id}”写了两次；每项事实只写一次",
            )  # fmt: skip
        facts[fact.id] = fact
    return Vocabulary(facts, sections, factors, text)


def _entries(source: Mapping, key: str) -> Sequence:
    """The entries of a list of mappings that must be there."""
    entries = source.get(key)
    if not isinstance(entries, Sequence):
        raise SourceError(
            source.at(key), f"{key}: {shown(entries)}" if key in source else f"no '{key}'", "a list",
            f"{f'{key} 写的是 {shown(entries)}' if key in source else f'没有写 {key}'}；应为列表",
        )  # fmt: skip
    for entry, place in zip(entries, entries.places, strict=True):
        if not isinstance(entry, Mapping):
            raise SourceError(
                place, shown(entry), "a mapping", f"此处写的是 {shown(entry)}；应为一组“键: 值”"
            )
    return entries


def _text_of(item: Mapping, key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(item.at(key), f"no text for '{key}'", "a text", f"“{key}”没有文字；请写一段文字")
    return value


def _titled(item: Mapping) -> Titled:
    factor = _text_of(item, "factor") if "factor" in item else ""
    return Titled(
        _text_of(item, "id"), _text_of(item, "zh"), _text_of(item, "en"), factor, _flag(item, "first_look")
    )


def _one_of(item: Mapping, key: str, allowed: Iterable[str]) -> str:
    if item.get(key) not in allowed:
        every, found = sorted(allowed), shown(item.get(key))
        raise SourceError(
            item.at(key), f"{key}: {found}" if key in item else f"no '{key}'", "one of " + ", ".join(every),
            f"{f'{key} 写的是 {found}' if key in item else f'没有写 {key}'}；应为下列之一：{'、'.join(every)}",
        )  # fmt: skip
    return item[key]


def _flag(item: Mapping, key: str) -> bool:
    value = item.get(key, False)
    if not isinstance(value, bool):
        raise SourceError(
            item.at(key), f"{key}: {shown(value)}", "true or false",
            f"{key} 写的是 {shown(value)}；应为 true（是）或者 false（否）",
        )  # fmt: skip
    return value


def _bound(item: Mapping, key: str) -> float | None:
    value = item.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise SourceError(
            item.at(key), f"{key}: {shown(value)}", "a number", f"{key} 写的是 {shown(value)}；应为数字"
        )
    return value


def _choices_of(item: Mapping, kind: str) -> tuple[Choice, ...]:
    entries = _entries(item, "values") if "values" in item else ()
    choices = tuple(
        Choice(_text_of(one, "value"), _text_of(one, "zh"), _text_of(one, "en")) for one in entries
    )
    if len({choice.value for choice in choices}) < len(choices):
        raise SourceError(
            item.at("values"), "a value a second time", "each value once", "同一可选值写了两次；每个可选值只写一次",
        )  # fmt: skip
    if bool(choices) != (kind in ("choice", "choices") and not _flag(item, "open_values")):
        raise SourceError(
            item.at("values"), f"{len(choices)} values of a fact of type {kind}",
            "values for 'choice' and 'choices' unless 'open_values', none for others",
            f"类型为 {kind} 的事实有 {len(choices)} 个可选值；只有 choice、choices 应列可选值（open_values 的除外）",
        )  # fmt: skip
    return choices


def _tasks(item: Mapping) -> tuple[str, ...]:
    tasks = item.get("tasks")
    if not isinstance(tasks, Sequence) or not tasks or not all(isinstance(task, str) for task in tasks):
        raise SourceError(
            item.at("tasks"), f"tasks: {shown(tasks)}", "a list of tasks",
            f"tasks 写的是 {shown(tasks)}；应为任务名称的列表",
        )  # fmt: skip
    return tuple(tasks)


def _fact(item: Mapping, factors: set[str], sections: set[str]) -> Fact:
    for key in item:
        if key not in _FACT_KEYS:
            every = sorted(_FACT_KEYS)
            raise SourceError(
                item.at(key), f"the key '{key}'", "one of " + ", ".join(every),
                f"此处不能写键“{key}”；可以写的键：{'、'.join(every)}",
            )  # fmt: skip
    texts = {key: _text_of(item, key) for key in _TEXTS}
    texts |= {key: _text_of(item, key) if key in item else "" for key in _OPTIONAL_TEXTS}
    fact = Fact(
        type=_one_of(item, "type", FACT_TYPES),
        choices=_choices_of(item, item["type"]),
        minimum=_bound(item, "minimum"),
        maximum=_bound(item, "maximum"),
        factor=_one_of(item, "factor", factors),
        section=_one_of(item, "section", sections),
        tasks=_tasks(item),
        burden=_one_of(item, "burden", BURDENS),
        presume=item.get("presume"),
        accompanied_by=texts.pop("with"),
        **texts,
        **{key: _flag(item, key) for key in _FLAGS},
    )
    if (fact.burden == "open") != (fact.presume is None):
        raise SourceError(
            item.at("burden"), f"burden {fact.burden} with presume {shown(fact.presume)}",
            "a presumed value with 'against' and 'shown', none with 'open'",
            f"burden 写的是 {fact.burden}，presume 写的是 {shown(fact.presume)}；"
            "against、shown 应写推定值，open 不得写推定值",
        )  # fmt: skip
    if fact.presume is not None:
        try:
            check_value(fact, fact.presume)
        except BadValue as bad:
            raise SourceError(
                item.at("presume"), shown(bad.found), bad.expected_en,
                f"presume 写的是 {shown(bad.found)}；应为{bad.expected_zh}",
            ) from None  # fmt: skip
    return fact


def check_value(fact: Fact, value: object) -> object:
    """Return the value if the fact takes it, in its JSON form; raise BadValue saying what is expected.

    Numbers carry at most two decimals, because the engine of record compares whole hundredths.
    """
    expected = _CHECKS.get(fact.type, _text)(fact, value)
    if expected is not None:
        raise BadValue(fact.id, value, *expected)
    return value


def _boolean(fact: Fact, value: object):
    return None if isinstance(value, bool) else ("是（true）或否（false）", "yes (true) or no (false)")


def _choice(fact: Fact, value: object):
    if fact.open_values:
        return _text(fact, value)
    if isinstance(value, str) and value in fact.values:
        return None
    return (f"下列之一：{_listed_zh(fact)}", f"one of: {', '.join(fact.values)}")


def _choices(fact: Fact, value: object):
    if (
        isinstance(value, list)
        and len(set(map(str, value))) == len(value)
        and all(v in fact.values for v in value)
    ):
        return None
    listed = ", ".join(fact.values)
    return (f"由下列值组成、不重复的列表：{_listed_zh(fact)}", f"a list without repetition of: {listed}")


def _listed_zh(fact: Fact) -> str:
    return "、".join(f"{one.value}（{one.zh}）" for one in fact.choices)


def _number(fact: Fact, value: object):
    return None if _is_number(fact, value) else _expected_number(fact)


def _is_number(fact: Fact, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST_NUMBER:
        return False  # "not … <=" also refuses what is not a number, NaN
    if isinstance(value, float) and Decimal(str(value)) * (1 if fact.integer else 100) % 1:
        return False
    return (fact.minimum is None or value >= fact.minimum) and (fact.maximum is None or value <= fact.maximum)


def _expected_number(fact: Fact) -> tuple[str, str]:
    low = "" if fact.minimum is None else str(fact.minimum)
    high = "" if fact.maximum is None else str(fact.maximum)
    kind_zh, kind_en = ("整数", "a whole number") if fact.integer else ("数", "a number")
    unit_zh = fact.unit_zh or fact.unit or "无"
    decimals_zh, decimals_en = ("", "") if fact.integer else ("，最多两位小数", ", with at most two decimals")
    if low and high:
        bounds_zh, bounds = f"{low} 至 {high}", f"{low} to {high}"
    else:
        bounds_zh = f"不小于 {low}" if low else f"不大于 {high}" if high else "大小不限"
        bounds = f"from {low}" if low else f"up to {high}" if high else "of any size"
    expected_zh = f"{kind_zh}（{bounds_zh}，单位：{unit_zh}{decimals_zh}）"
    return expected_zh, f"{kind_en} {bounds}" + (f" ({fact.unit})" if fact.unit else "") + decimals_en


def _date(fact: Fact, value: object):
    expected = ("日历上存在的日期，写作 2020-03-01", "a date of the calendar, written 2020-03-01")
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return expected
    try:
        date.fromisoformat(value)
    except ValueError:
        return expected
    return None


def _text(fact: Fact, value: object):
    if isinstance(value, str) and value.strip() and len(value) <= 10_000:
        return None
    return ("不超过一万字的文字", "a text of at most 10,000 characters")


_CHECKS = {"boolean": _boolean, "choice": _choice, "choices": _choices, "number": _number, "date": _date}

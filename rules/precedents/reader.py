"""Precedents and cases from JSON Lines: every fault named with file, line and field, and no line read in part."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rules.precedents.packed import layout
from rules.precedents.schema import Facts, Outcome, Precedent, Schema

LONGEST = 80  # of a name that is said again in a message
MOST_DIGITS = (
    400  # of a whole number; beyond 309 no number of this machine is as large, and Python reads 4300 at most
)


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place, in both languages; `field` is "" where the line as a whole is wrong."""

    file: str
    line: int
    field: str
    zh: str
    en: str

    def message(self, lang: str) -> str:
        colon = "：" if lang == "zh" else ": "
        return colon.join(filter(None, (f"{self.file}:{self.line}", self.said(lang))))

    def said(self, lang: str) -> str:
        """The field and what is wrong with it, without the place of the line."""
        colon, words = ("：", self.zh) if lang == "zh" else (": ", self.en)
        return f"{_short(self.field)}{colon}{words}" if self.field else words


@dataclass(frozen=True)
class Faulty:
    """A line that cannot be used and every fault of it; `id` where it has one that can be read."""

    line: int
    id: Outcome | None
    faults: tuple[Fault, ...]

    def message(self, lang: str) -> str:
        """All faults in one message."""
        first, *more = self.faults
        return ("；" if lang == "zh" else "; ").join(
            [first.message(lang), *(each.said(lang) for each in more)]
        )


@dataclass(frozen=True)
class Case:
    """A case to be assessed, and the line it stood on."""

    line: int
    id: Outcome
    facts: Facts


class _Unreadable(ValueError):
    def __init__(self, zh: str, en: str):
        self.zh, self.en = zh, en
        super().__init__(en)


class _Doubled(dict):
    """An object of JSON in which a name stands twice."""

    twice = ""


def read_cases(lines: Iterable[bytes], name: str, schema: Schema) -> Iterator[Case | Faulty]:
    """Each line's case, or what is wrong with it; empty lines are passed over."""
    reader = _Reader(name, schema)
    for line, raw in _numbered(lines):
        found = reader.read(line, raw, decided=False)
        yield found if isinstance(found, Faulty) else Case(line, reader.id, found["facts"])


def read_precedents(lines: Iterable[bytes], name: str, schema: Schema) -> tuple[list[Precedent], list[Fault]]:
    """The precedents in order and every fault; where there is a fault, the base should not be used."""
    reader, precedents, faults = _Reader(name, schema), [], []
    packing = layout(tuple(schema.factors), tuple(schema.dimensions))
    for line, raw in _numbered(lines):
        found = reader.read(line, raw, decided=True)
        if isinstance(found, Faulty):
            faults += found.faults
        else:
            found["facts"] = packing.pack(found["facts"])  # a base may have a million of them
            precedents.append(Precedent(reader.id, **found))
    return precedents, faults


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for line, raw in enumerate(lines, 1):
        content = raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw
        content = content.rstrip()  # a break within the line would be counted as a line of its own
        if content:
            yield line, content


class _Reader:
    """Reads one line after another and keeps the faults of the line at hand."""

    def __init__(self, name: str, schema: Schema):
        self.name, self.schema = name, schema
        self.ranks = {(type(outcome), outcome): rank for rank, outcome in enumerate(schema.outcomes)}
        self.seen: dict[str, int] = {}
        self.line, self.id, self.found = 0, None, []

    def read(self, line: int, raw: bytes, *, decided: bool) -> dict | Faulty:
        """What the line says beside its id, or everything that is wrong with it."""
        self.line, self.id, self.found = line, None, []
        said = {}
        try:
            row = _object(raw)
        except _Unreadable as wrong:
            self._wrong("", wrong.zh, wrong.en)
        else:
            self._once("", row)
            self._id(row)
            said = {"facts": self._facts(row)}
            if decided:
                said |= {"outcome": self._outcome(row), **self._particulars(row)}
        return Faulty(line, self.id, tuple(self.found)) if self.found else said

    def _once(self, within: str, row: dict) -> None:
        if isinstance(row, _Doubled):
            self._wrong(within + row.twice, "重复", "stands twice")

    def _id(self, row: dict) -> None:
        given = row.get("id")
        if type(given) not in (str, int) or given == "":
            self._wrong("id", "应为文字或整数", "must be a text or a whole number")
        elif str(given) in self.seen:
            first, short = self.seen[str(given)], _short(str(given))
            self._wrong("id", f"“{short}”与第 {first} 行重复", f"“{short}” stands already on line {first}")
        else:
            self.seen[str(given)] = self.line
            self.id = given

    def _facts(self, row: dict) -> Facts:
        given = row.get("facts")
        if not isinstance(given, dict):
            self._wrong("facts", "应为“名称: 值”的对象", "must be an object of names and values")
            return {}
        self._once("facts.", given)
        facts = {}
        for name, value in given.items():
            if name in self.schema.factors:
                if value is not None and not isinstance(value, bool):
                    self._wrong(f"facts.{name}", "应为 true 或 false", "must be true or false")
            elif name in self.schema.dimensions:
                value = self._number(name, value)  # noqa: PLW2901
            else:
                self._wrong(f"facts.{name}", "schema 中没有这一项", "not in the schema")
            if value is not None:  # null says the same as leaving it out: not known
                facts[name] = value
        return facts

    def _outcome(self, row: dict) -> int:
        given = row.get("outcome")
        if isinstance(given, str | int) and (type(given), given) in self.ranks:
            return self.ranks[type(given), given]
        listed = ", ".join(str(outcome) for outcome in self.schema.outcomes)
        if given is None:
            self._wrong("outcome", f"没有写；应为 {listed} 之一", f"missing; write one of {listed}")
        else:
            self._wrong("outcome", f"不是 schema 所列的结果（{listed}）", f"not one of the outcomes {listed}")
        return -1

    def _particulars(self, row: dict) -> dict:
        """What may stand with a precedent; null says nothing."""
        readers = {
            "tier": self._text,
            "articles": self._texts,
            "reasons": self._names,
            "decided_on": self._day,
        }
        given = {key: row.get(key) for key in readers}
        return {key: readers[key](key, value) for key, value in given.items() if value is not None}

    def _number(self, name: str, value: object) -> float | None:
        if value is None:
            return None
        if type(value) not in (int, float) or value != value:  # NaN alone is unlike itself
            self._wrong(f"facts.{name}", "应为数", "must be a number")
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or number != value:
            self._wrong(f"facts.{name}", "数过大，无法精确比较", "too large to be compared exactly")
        return number

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            self._wrong(key, "应为文字", "must be a text")
            return ""
        return value

    def _texts(self, key: str, value: object) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong(key, "应为文字的列表", "must be a list of texts")
            return frozenset()
        return frozenset(value)

    def _names(self, key: str, value: object) -> frozenset[str]:
        found = self._texts(key, value)
        for each in sorted(found.difference(self.schema.names)):
            self._wrong(f"{key}.{each}", "schema 中没有这一项", "not in the schema")
        return found

    def _day(self, key: str, value: object) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self._wrong(key, "应为日期，如 2024-05-31", "must be a date such as 2024-05-31")
            return None

    def _wrong(self, field: str, zh: str, en: str) -> None:
        self.found.append(Fault(self.name, self.line, field, zh, en))


def _object(raw: bytes) -> dict:
    try:
        row = json.loads(raw.decode("utf-8"), object_pairs_hook=_mapping, parse_int=_whole)
    except UnicodeDecodeError:
        raise _Unreadable("不是 UTF-8 编码", "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _Unreadable(
            f"不是有效的 JSON（第 {error.colno} 列）", f"not valid JSON (column {error.colno})"
        ) from None
    except RecursionError:
        raise _Unreadable("JSON 嵌套过深", "JSON nested too deeply") from None
    if not isinstance(row, dict):
        raise _Unreadable("每行应为一个 JSON 对象", "each line must be one JSON object")
    return row


def _mapping(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled, seen = _Doubled(found), set()
    doubled.twice = next(name for name, _ in pairs if name in seen or seen.add(name))
    return doubled


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[:LONGEST] + "…"

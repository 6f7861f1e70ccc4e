"""Precedents and cases from JSON Lines: every bad line named once, with file, line and field; the rest is read."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from rules.precedents.schema import Facts, Outcome, Precedent, Schema


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line, in both languages; `id` where the line has one that can be read."""

    file: str
    line: int
    zh: str
    en: str
    id: Outcome | None = None

    def message(self, lang: str) -> str:
        said = self.zh if lang == "zh" else self.en
        return f"{self.file}:{self.line}{'：' if lang == 'zh' else ': '}{said}"


@dataclass(frozen=True)
class Case:
    """A case to be assessed, and the line it stood on."""

    line: int
    id: Outcome
    facts: Facts


class _Wrong(ValueError):
    def __init__(self, zh: str, en: str):
        self.zh, self.en = zh, en
        super().__init__(en)


def read_cases(content: bytes, name: str, schema: Schema) -> Iterator[Case | Fault]:
    """Each line's case, or what is wrong with it; empty lines are passed over."""
    return _read(content, name, schema, decided=False)


def read_precedents(content: bytes, name: str, schema: Schema) -> tuple[list[Precedent], list[Fault]]:
    """The precedents in order, and the faults of the lines that are none."""
    read = list(_read(content, name, schema, decided=True))
    faults = [item for item in read if isinstance(item, Fault)]
    return [item for item in read if isinstance(item, Precedent)], faults


def _read(content: bytes, name: str, schema: Schema, *, decided: bool) -> Iterator[Case | Precedent | Fault]:
    ranks = {(type(outcome), outcome): rank for rank, outcome in enumerate(schema.outcomes)}
    seen: dict[str, int] = {}
    for line, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        row_id = None
        try:
            row = _row(raw)
            row_id = _id(row, seen, line)
            facts = _facts(row, schema)
            if decided:
                yield Precedent(row_id, facts, _rank(row, ranks), _tier(row))
            else:
                yield Case(line, row_id, facts)
        except _Wrong as wrong:
            yield Fault(name, line, wrong.zh, wrong.en, row_id)


def _row(raw: bytes) -> dict:
    try:
        row = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except UnicodeDecodeError:
        raise _Wrong("不是 UTF-8 编码", "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _Wrong(
            f"不是有效的 JSON（第 {error.colno} 列）", f"not valid JSON (column {error.colno})"
        ) from None
    except RecursionError:
        raise _Wrong("JSON 嵌套过深", "JSON nested too deeply") from None
    except _Wrong:
        raise
    except ValueError:  # more digits than Python reads
        raise _Wrong("数字过长", "a number is too long") from None
    if not isinstance(row, dict):
        raise _Wrong("每行应为一个 JSON 对象", "each line must be one JSON object")
    return row


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise _Wrong(f"“{twice}”重复", f"“{twice}” stands twice")
    return found


def _constant(word: str):
    raise _Wrong(f"{word} 不是数", f"{word} is not a number")


def _id(row: dict, seen: dict[str, int], line: int) -> Outcome:
    row_id = row.get("id")
    if type(row_id) not in (str, int) or row_id == "":
        raise _Wrong("id：应为文字或整数", "id: must be a text or a whole number")
    if str(row_id) in seen:
        first = seen[str(row_id)]
        raise _Wrong(f"id：“{row_id}”与第 {first} 行重复", f"id: “{row_id}” stands already on line {first}")
    seen[str(row_id)] = line
    return row_id


def _facts(row: dict, schema: Schema) -> Facts:
    given = row.get("facts")
    if not isinstance(given, dict):
        raise _Wrong("facts：应为“名称: 值”的对象", "facts: must be an object of names and values")
    facts = {}
    for name, value in given.items():
        if name in schema.factors:
            if value is not None and not isinstance(value, bool):
                raise _Wrong(f"facts.{name}：应为 true 或 false", f"facts.{name}: must be true or false")
        elif name in schema.dimensions:
            if value is not None:
                value = _number(name, value)  # noqa: PLW2901
        else:
            raise _Wrong(f"facts.{name}：schema 中没有这一项", f"facts.{name}: not in the schema")
        if value is not None:  # null says the same as leaving it out: not known
            facts[name] = value
    return facts


def _number(name: str, value: object) -> float:
    if type(value) not in (int, float):
        raise _Wrong(f"facts.{name}：应为数", f"facts.{name}: must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number != value:
        raise _Wrong(f"facts.{name}：数过大，无法精确比较", f"facts.{name}: too large to be compared exactly")
    return number


def _rank(row: dict, ranks: dict) -> int:
    outcome = row.get("outcome")
    if not isinstance(outcome, str | int) or (type(outcome), outcome) not in ranks:
        raise _Wrong("outcome：不是 schema 所列的结果", "outcome: not one of the outcomes of the schema")
    return ranks[type(outcome), outcome]


def _tier(row: dict) -> str:
    tier = row.get("tier", "")
    if not isinstance(tier, str):
        raise _Wrong("tier：应为文字", "tier: must be a text")
    return tier

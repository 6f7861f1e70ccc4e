"""Precedents in the sheets of a spreadsheet: a row each, their facts and findings beside it; read and written."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from casebook.errors import Problem
from casebook.models import Precedent, Tier
from casebook.precedents import checking, words
from casebook.precedents.entering import FIELDS, Finding, Found
from casebook.precedents.records import DAYS, MOST_FAULTS, Record, as_json, day_of
from casebook.precedents.sheets import Rows
from rules.factors import book
from rules.vocabulary import Fact, vocabulary

FACT, ISSUE = "facts.", "issues."
WIDTHS = {"precedents": (18, 32, 10, 20, 12, 12, 14, 20, 12, 14, 60, 40, 30, 30), "facts": (18, 30, 34, 24, 10, 12, 40),
          "findings": (18, 14, 16, 34, 34, 50), "notes": (22, 80)}  # fmt: skip
_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,2})?")
_WIDEST = 1000
_LISTS = re.compile(r"[\n;；]")


def write(precedents: Iterable[tuple[Precedent, Tier]], lang: str) -> dict[str, list[list[str]]]:
    """The sheets of these precedents, by name, in a language; `read` understands both."""
    sheets = {key: [[name.message(lang) for name in head.values()]] for key, head in _HEADS.items()}
    for precedent, tier in precedents:
        row = as_json(precedent, tier)
        sheets["precedents"].append([_text(name, row.get(name), lang) for name in words.FIELDS])
        for fact_id, found in row["facts"].items():
            fact = vocabulary().facts.get(fact_id)
            state = found.get("state", "known")
            sheets["facts"].append(
                [
                    precedent.code, fact_id, fact.label(lang) if fact else "", _value_text(found.get("value"), lang),
                    words.STATES[state].message(lang), _how(found.get("how", ""), lang), found.get("evidence", ""),
                ]
            )  # fmt: skip
        for issue, one in row["issues"].items():
            sheets["findings"].append(
                [
                    precedent.code, issue, words.OUTCOMES[one["outcome"]].message(lang),
                    *("\n".join(one.get(part, ())) for part in ("reasons", "rejected")), one.get("words", ""),
                ]
            )  # fmt: skip
    sheets["notes"] = _notes(lang)
    return {words.SHEETS[key].message(lang): rows for key, rows in sheets.items()}


def read(sheets: Mapping[str, Rows], most: int) -> tuple[list[Record], list[tuple[Problem, str, Problem]]]:
    """At most so many records of a spreadsheet in order, and what belongs to none: place, column, what is wrong."""
    stray: list[tuple[Problem, str, Problem]] = []
    known: dict[str, Rows] = {}
    for name, rows in sheets.items():
        key = next((key for key, title in words.SHEETS.items() if name in (key, title.zh, title.en)), None)
        if key is None and len(sheets) == 1:
            key = "precedents"
        if key is not None:
            known[key] = rows
        elif any(cell not in ("", None) for row in rows for cell in row):
            listed = "、".join(title.zh for title in words.SHEETS.values())
            en = ", ".join(title.en for title in words.SHEETS.values())
            problem = Problem(f"不认识的工作表；应为：{listed}。", f"Unknown sheet; expected {en}.")
            stray.append((_sheet(checking.shown(name)), "", problem))
    rows = _rows(known.get("precedents", []), "precedents", _HEADS["precedents"], stray)
    records = [_record(place, cells) for place, cells in islice(rows, most)]
    by_code = {record.code: record for record in reversed(records) if record.code}
    for key, take in (("facts", _take_fact), ("findings", _take_finding)):
        for place, cells in _rows(known.get(key, []), key, _HEADS[key], stray):
            record = by_code.get(_string(cells.get("code")))
            if record is None:
                said = checking.shown(cells.get("code", ""))
                problem = Problem(
                    f"先例表中没有编号“{said}”。", f"No precedent in this file has the code “{said}”."
                )
                stray.append((place, "code", problem))
            else:
                take(record, place, cells)
    return records, stray


_HEADS = {"precedents": words.FIELDS, "facts": words.FACT, "findings": words.FINDING}


def _sheet(name: str, row: int | None = None) -> Problem:
    if row is None:
        return Problem(f"工作表“{name}”", f"sheet “{name}”")
    return Problem(f"工作表“{name}”第 {row} 行", f"sheet “{name}” row {row}")


def _rows(rows: Rows, key: str, head: Mapping[str, Problem], stray: list) -> Iterable[tuple[Problem, dict]]:
    """Each row that says anything, with its place, by the names of its columns."""
    title = words.SHEETS[key].zh
    if not rows:
        return
    columns: list[str] = []
    if len(rows[0]) > _WIDEST:
        stray.append((_sheet(title, 1), "", Problem(f"超过 {_WIDEST} 列。", f"More than {_WIDEST} columns.")))
        return
    for number, cell in enumerate(rows[0], 1):
        name = _column(cell, head, extra=key == "precedents")
        if name is None or (name and name in columns):
            said = checking.shown(cell)
            problem = (
                Problem(
                    f"第 {number} 列的列名“{said}”无法识别。",
                    f"Column {number}: the name “{said}” is not known.",
                )
                if name is None
                else Problem(f"列“{said}”重复。", f"The column “{said}” stands twice.")
            )
            stray.append((_sheet(title, 1), said, problem))
            name = ""
        columns.append(name)
    if "code" not in columns and key != "precedents":
        stray.append((_sheet(title, 1), "code", Problem("缺少“编号”列。", "The column “Code” is missing.")))
        return
    for number, row in enumerate(rows[1:], 2):
        if len(stray) > MOST_FAULTS:
            return
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if cell not in ("", None)}
        beyond = [cell for cell in row[len(columns) :] if cell not in ("", None)]
        if beyond or cells.pop("", None) is not None:
            problem = Problem("有单元格不在任何列名之下。", "A cell stands under no column.")
            stray.append((_sheet(title, number), "", problem))
        if cells:
            yield _sheet(title, number), cells


def _column(cell: object, head: Mapping[str, Problem], *, extra: bool) -> str | None:
    """The field a column is named after: by its code or its name in either language; "" for none at all."""
    text = _plain(cell)
    if text == "":
        return ""
    if not isinstance(text, str):
        return None
    for name, title in head.items():
        if text.casefold() in (name, title.zh, title.en.casefold()):
            return name
    return text if extra and text.startswith((FACT, ISSUE)) else None


def _record(place: Problem, cells: Mapping[str, object]) -> Record:
    record = Record(
        place, code=_string(cells.get("code", "")), supersedes=_string(cells.get("supersedes", ""))
    )
    for name, cell in cells.items():
        if name.startswith(FACT):
            fact_id = name.removeprefix(FACT)
            record.facts[fact_id] = Found(_value(vocabulary().facts.get(fact_id), cell))
        elif name.startswith(ISSUE):
            record.issues[name.removeprefix(ISSUE)] = Finding(_named(words.OUTCOMES, cell))
        elif name in FIELDS:
            record.fields[name] = _READ.get(name, _string)(cell)
    return record


def _take_fact(record: Record, place: Problem, cells: Mapping[str, object]) -> None:
    fact_id = _string(cells.get("fact", ""))
    field = f"facts.{checking.shown(fact_id)}"
    if fact_id in record.facts:
        record.places[field] = place
        record.wrong[field] = Problem("这一事实重复。", "This fact stands twice.")
        return
    value = _value(vocabulary().facts.get(fact_id), cells["value"]) if "value" in cells else None
    state = _named(words.STATES, cells.get("state", "unknown" if value is None else "known"))
    how = _named(words.HOW, cells.get("how", ""))
    record.facts[fact_id] = Found(value, state, how, _string(cells.get("evidence", "")))
    record.places[field] = place


def _take_finding(record: Record, place: Problem, cells: Mapping[str, object]) -> None:
    issue = _string(cells.get("issue", ""))
    issue = next((one.id for one in book().issues.values() if issue in (one.zh, one.en)), issue)
    field = f"issues.{checking.shown(issue)}"
    record.places[field] = place
    if issue in record.issues:
        record.wrong[field] = Problem("这一问题的认定重复。", "The finding on this issue stands twice.")
        return
    record.issues[issue] = Finding(
        _named(words.OUTCOMES, cells.get("outcome", "")), _factors(cells.get("reasons", "")),
        _factors(cells.get("rejected", "")), _string(cells.get("words", "")),
    )  # fmt: skip


def _plain(cell: object) -> object:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else cell


def _string(cell: object) -> str:
    """A cell as text: a code that a spreadsheet took for a number is a text all the same."""
    return ("true" if cell else "false") if isinstance(cell, bool) else str(_plain(cell))


def _named(table: Mapping[str, Problem], cell: object) -> str:
    """The key of a name in either language, or what was found."""
    text = _string(cell)
    return next((str(key) for key, name in table.items() if text and text in (name.zh, name.en)), text)


def _yes(cell: object) -> object:
    text = _string(cell).casefold()
    if text in ("true", "yes", "1", words.YES.zh):
        return True
    return False if text in ("false", "no", "0", words.NO.zh) else cell


def _value(fact: Fact | None, cell: object) -> object:
    """A cell as a value of its fact; what it cannot be is left as it is, for the check to name."""
    text = _string(cell)
    if fact is None:
        return text
    if fact.type == "boolean":
        return _yes(cell)
    if fact.type == "number":
        if isinstance(cell, str) and _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return cell
    if fact.type == "choices":
        return [
            _choice(fact, part.strip())
            for part in _LISTS.split(text)
            if part.strip() and part.strip() != "[]"
        ]
    return _choice(fact, text) if fact.type == "choice" else text


def _choice(fact: Fact, text: str) -> str:
    return next((one.value for one in fact.choices if text in (one.value, one.zh, one.en)), text)


def _factors(cell: object) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(r"[\n;；,，]", _string(cell)))
    return tuple(_factor(part) for part in parts if part)


def _factor(text: str) -> str:
    return next((one.id for one in book().factors.values() if text in (one.id, one.zh, one.en)), text)


def _lines(cell: object) -> list[str]:
    return [line.strip() for line in _string(cell).splitlines() if line.strip()]


def _articles(cell: object) -> list[object]:
    """One a line: the id of a rule, or instrument | article."""
    found: list[object] = []
    for line in _lines(cell):
        instrument, bar, article = line.partition("|")
        found.append({"instrument": instrument.strip(), "article": article.strip()} if bar else line)
    return found


def _conduct(cell: object) -> object:
    """2024-03, a span 2023-01/2024-03, before ../2024-03, or published:2024-03."""
    text = _string(cell)
    if text.startswith("published:"):
        return {"published": text.removeprefix("published:").strip()}
    first, slash, last = (part.strip() for part in text.replace("至", "/").partition("/"))
    if not slash:
        return first
    return {"before": last} if first == ".." else {"from": first, "to": last}


_READ: dict[str, Callable[[object], object]] = {
    "tier": lambda cell: _named(words.TIERS, cell), "outcome": lambda cell: _named(words.OUTCOMES, cell),
    "sector": lambda cell: _choice(vocabulary().facts["conduct_sector"], _string(cell)), "collective": _yes,
    "articles": _articles, "paragraphs": _lines, "conduct": _conduct,
    **{name: lambda cell: day_of(_string(cell)) for name in DAYS},
}  # fmt: skip


def _text(name: str, value: object, lang: str) -> str:
    """A field as a cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (words.YES if value else words.NO).message(lang)
    if name in ("tier", "outcome"):
        return (words.TIERS if name == "tier" else words.OUTCOMES)[value].message(lang)
    if isinstance(value, Mapping):
        if "from" in value:
            return f"{value['from']}/{value['to']}"
        return f"../{value['before']}" if "before" in value else f"published:{value['published']}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(
            f"{one['instrument']}|{one['article']}" if isinstance(one, Mapping) else str(one) for one in value
        )
    return str(value)


def _value_text(value: object, lang: str) -> str:
    if isinstance(value, list):
        return "\n".join(value) or "[]"
    return _text("", value, lang)


def _how(how: str, lang: str) -> str:
    return words.HOW[how].message(lang) if how else ""


def _notes(lang: str) -> list[list[str]]:
    """What may stand in which column."""

    def listed(table: Mapping[str, Problem]) -> str:
        return "；".join(f"{name.message(lang)} ({key})" for key, name in table.items() if key)

    sectors = vocabulary().facts["conduct_sector"].choices
    said = {
        words.FIELDS["tier"]: listed(words.TIERS),
        words.FIELDS["outcome"]: listed(words.OUTCOMES),
        words.FIELDS["sector"]: "；".join(f"{one.label(lang)} ({one.value})" for one in sectors),
        words.FIELDS["conduct"]: "2024-03-01；2024-03；2024；2023-01/2024-03；../2024-03",
        words.FIELDS["articles"]: Problem(
            "每行一条：规则编号，或者“法规|条文”（如 CSL2018|第十七条）",
            "one a line: the id of a rule, or instrument|article (CSL2018|第十七条)",
        ).message(lang),
        words.FACT["state"]: listed(words.STATES),
        words.FACT["how"]: listed(words.HOW),
        words.FINDING["issue"]: "；".join(f"{one.label(lang)} ({one.id})" for one in book().issues.values()),
        words.FINDING["reasons"]: Problem("每行一个因素", "one factor a line").message(lang),
    }
    head = [Problem("列", "Column").message(lang), Problem("可填内容", "What may stand in it").message(lang)]
    return [head, *([name.message(lang), text] for name, text in said.items())]

"""One precedent as it stands in a file: what JSON Lines and spreadsheets have in common, and what is wrong where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from casebook.errors import CasebookError, Problem
from casebook.models import Precedent, Tier
from casebook.precedents import checking
from casebook.precedents.entering import FIELDS, Finding, Found, Said

SHOWN = 200  # faults that a message lists
MOST_FAULTS = 1000  # after so many the rest of a file is not looked at
KEYS = ("code", *FIELDS, "supersedes", "facts", "issues")
REQUIRED = ("title", "summary", "outcome", "body", "tier")
DAYS = ("decided_on", "effective_from", "effective_to")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field in one row of a file; `place` says which in both languages."""

    file: str
    place: Problem
    field: str
    problem: Problem

    def message(self, lang: str) -> str:
        colon = "：" if lang == "zh" else ": "
        where = " ".join(part for part in (self.file, self.place.message(lang), self.field) if part)
        return f"{where}{colon}{self.problem.message(lang)}"


class BadImport(CasebookError):
    """A file that is not taken in, and nothing of it; `faults` says everything that is wrong."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__()

    def message(self, lang: str) -> str:
        count = len(self.faults)
        head = (
            f"共 {count} 处错误，未导入任何先例。"
            if lang == "zh"
            else f"Faults: {count}; nothing was imported."
        )
        return "\n".join([head, *(fault.message(lang) for fault in self.faults[:SHOWN])])


@dataclass
class Record:
    """A precedent read from a file. `places` has the place of single fields where it is not the record's own."""

    place: Problem
    code: str = ""
    supersedes: str = ""
    fields: dict[str, object] = field(default_factory=dict)
    facts: dict[str, Found] = field(default_factory=dict)
    issues: dict[str, Finding] = field(default_factory=dict)
    places: dict[str, Problem] = field(default_factory=dict)
    wrong: dict[str, Problem] = field(default_factory=dict)

    def said(self) -> Said:
        """The record as it is entered; a required field that is missing is an empty one."""
        missing = dict.fromkeys(REQUIRED, "")
        return Said(**{**missing, **self.fields}, facts=self.facts, issues=self.issues)

    def place_of(self, name: str) -> Problem:
        """Where a field stands: its own place, that of what it is part of, or the record's."""
        while name:
            if name in self.places:
                return self.places[name]
            name = name.rpartition(".")[0]
        return self.place


def from_json(row: object, place: Problem) -> Record:
    """A record from one JSON object; what cannot be understood is in `wrong`, by field."""
    record = Record(place)
    if not isinstance(row, dict):
        record.wrong[""] = _expected(row, "一个 JSON 对象", "one JSON object")
        return record
    for key in row:
        if key not in KEYS:
            known = ", ".join(KEYS)
            record.wrong[checking.shown(key)] = Problem(
                f"没有这个字段；可用字段：{known}。", f"There is no such field; the fields are {known}."
            )
    for key in ("code", "supersedes"):
        if row.get(key) is not None and not isinstance(row[key], str):
            record.wrong[key] = _expected(row[key], "文字", "a text")
        elif row.get(key):
            setattr(record, key, row[key])
    record.fields = {name: row[name] for name in FIELDS if row.get(name) is not None}
    for name in DAYS:
        if name in record.fields:
            record.fields[name] = day_of(record.fields[name])
    record.facts = _facts(record, row.get("facts"))
    record.issues = _issues(record, row.get("issues"))
    return record


def as_json(precedent: Precedent, tier: Tier) -> dict[str, object]:
    """A precedent as `from_json` reads it: everything it says, and nothing of the case it was decided in."""
    row: dict[str, object] = {"code": precedent.code}
    for name in FIELDS:
        value = str(tier) if name == "tier" else getattr(precedent, name)
        if value not in (None, "", []) and value is not False:
            row[name] = value.isoformat() if isinstance(value, date) else value
    row["facts"] = {
        fact.fact_id: _filled(value=fact.value, state=fact.state, how=fact.how, evidence=fact.evidence)
        for fact in sorted(precedent.facts, key=lambda fact: fact.fact_id)
    }
    row["issues"] = {
        one.issue: _filled(
            outcome=one.outcome, reasons=list(one.reasons), rejected=list(one.rejected), words=one.words
        )
        for one in sorted(precedent.issues, key=lambda one: one.issue)
    }
    return row


def day_of(value: object) -> object:
    """A day written 2026-01-31; anything else is left for the check to name."""
    if isinstance(value, str) and len(value.strip()) == len("2026-01-31"):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return value
    return value


def _filled(**values) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _expected(found: object, zh: str, en: str) -> Problem:
    said = checking.shown(found)
    return Problem(f"填写的是“{said}”；应为{zh}。", f"Found “{said}”; expected {en}.")


def _parts(record: Record, name: str, given: object, keys: Iterable[str]) -> dict[str, Mapping]:
    """The named parts of a fact list or an issue list; what is none is noted."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        record.wrong[name] = _expected(given, "“名称: 值”的对象", "an object of names and values")
        return {}
    parts = {}
    for key, one in given.items():
        if isinstance(one, dict) and (unknown := set(one) - set(keys)):
            listed = ", ".join(keys)
            record.wrong[f"{name}.{checking.shown(key)}"] = _expected(
                min(unknown), f"只有 {listed}", f"only {listed}"
            )
        else:
            parts[key] = one
    return parts


def _facts(record: Record, given: object) -> dict[str, Found]:
    facts = {}
    for key, one in _parts(record, "facts", given, ("value", "state", "how", "evidence")).items():
        if not isinstance(one, dict):
            one = {"value": one}  # noqa: PLW2901
        value = one.get("value")
        state = one.get("state", "unknown" if value is None else "known")
        facts[key] = Found(value, state, one.get("how", ""), one.get("evidence", ""))
    return facts


def _issues(record: Record, given: object) -> dict[str, Finding]:
    issues = {}
    for key, one in _parts(record, "issues", given, ("outcome", "reasons", "rejected", "words")).items():
        if not isinstance(one, dict):
            one = {"outcome": one}  # noqa: PLW2901
        issues[key] = Finding(
            one.get("outcome"), one.get("reasons", ()), one.get("rejected", ()), one.get("words", "")
        )
    return issues

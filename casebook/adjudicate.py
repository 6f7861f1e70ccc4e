"""Adjudicate facts given as lines of JSON, without a store: one object a line in, one result a line out.

A line that cannot be read gets an error naming what was found and what is expected; the rest goes on. Keys of a
line other than those of the contract are the caller's own and are not read.
"""

import json
import math
from collections.abc import Iterable, Iterator
from datetime import date

from rules.assess import ReadersDiffer, assess
from rules.complaints import judge_complaint, judge_reinstatement
from rules.conduct import BadConduct, Conduct
from rules.engine import EngineError
from rules.vocabulary import BadValue, check_value, vocabulary

TASKS = ("disposition", "complaint", "reinstatement")


class BadLine(ValueError):
    """One fault of one line: the `field`, what was `found` there and what is `expected`, in both languages."""

    def __init__(self, field: str, found: object, zh: str, en: str):
        self.field, self.found, self.zh, self.en = field, found, zh, en
        super().__init__(f"{field}: found {found!r}; expected {en}")


def adjudicate_lines(lines: Iterable[str], as_of: date, lang: str, explain: bool = False) -> Iterator[dict]:
    """Yield one result for each line that is not blank, in order; a bad one has the key "error".

    `lang` is the language of questions and messages. With `explain` the whole assessment document comes along.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield adjudicate_line(line, number, as_of, lang, explain)


def adjudicate_line(line: str, number: int, as_of: date, lang: str, explain: bool = False) -> dict:
    """The result of one line, or its error."""
    row: object = None
    try:
        row = _parsed(line)
        task, conduct, region, facts = _checked(row)
        answer = _answer(task, facts, conduct, as_of, region)
    except BadLine as bad:
        expected = bad.zh if lang == "zh" else bad.en
        found = {"line": number, "field": bad.field, "found": bad.found, "expected": expected}
        return {"id": row.get("id") if isinstance(row, dict) else None, "error": found}
    except (ReadersDiffer, EngineError) as differ:
        expected = {
            "zh": "两个规则引擎结论一致（本行不作建议）",
            "en": "both readers of the rules to agree (no recommendation)",
        }
        found = {"line": number, "field": "rules", "found": str(differ), "expected": expected[lang]}
        return {"id": row["id"], "error": found}
    return _RESULTS[task](row["id"], answer, lang, explain)


def _answer(task: str, facts: dict, conduct: Conduct, as_of: date, region: str | None) -> dict:
    if task == "complaint":
        return judge_complaint(facts, as_of)
    if task == "reinstatement":
        day = facts.get("assessment_date")
        return judge_reinstatement(facts, date.fromisoformat(day) if day else as_of)
    return assess(facts, conduct, as_of, region)


def result(case_id: object, document: dict, lang: str, explain: bool = False) -> dict:
    """An assessment document cut to the result line of the contract."""
    row = {
        "id": case_id,
        "disposition": document["disposition"],
        "certainty": document["certainty"],
        "reachable": document["reachable"],
        "outcomes": [
            {key: one[key] for key in ("regime", "band", "measure", "months")} for one in document["outcomes"]
        ],
        "corrections": [one["id"] for one in document["corrections"]],
        "refer": [{"code": one["code"], "question": one["question"][lang]} for one in document["refer"]],
        "decisive_unknowns": [one["fact"] for one in document["decisive_unknowns"]],
        "presumed": [one["fact"] for one in document["presumed"]],
        "fired": [one["version"] for one in document["rules"].values() if one["provisional"] == "fired"],
        "packs": {name: pack["digest"] for name, pack in document["packs"].items()},
    }
    if len({version["disposition"] for version in document["law"]}) > 1:
        row["law"] = [
            {key: one[key] for key in ("role", "date", "disposition", "governs")} for one in document["law"]
        ]
    if explain:
        row["explain"] = document
    return row


def complaint_result(case_id: object, judged: dict, lang: str, explain: bool = False) -> dict:
    """What was judged of a complaint, cut to the result line of the contract."""
    row = {
        "id": case_id,
        "finding": judged["finding"],
        "clearance_due": judged["clearance_due"],
        "forms": judged["forms"],
        "false_accusation_path": judged["false_accusation_path"],
        "certainty": judged["certainty"],
        "reasons": _reasons(judged, lang),
        "decisive_unknowns": judged["decisive_unknowns"],
    }
    return row | {"explain": judged} if explain else row


def reinstatement_result(case_id: object, judged: dict, lang: str, explain: bool = False) -> dict:
    """What was judged of a return to office, cut to the result line of the contract.

    What it still turns on stands among the reasons, by its fact.
    """
    facts = vocabulary().facts
    said = {"zh": "尚未查明：{}。", "en": "Not established yet: {}."}[lang]
    waiting = [
        {"fact": fact_id, "reason": said.format(facts[fact_id].label(lang))}
        for fact_id in judged["decisive_unknowns"]
    ]
    row = {
        "id": case_id,
        "eligible": judged["eligible"],
        "unmet": [one["id"] for one in judged["unmet"]],
        "reasons": [*_reasons(judged, lang), *waiting],
    }
    return row | {"explain": judged} if explain else row


def _reasons(judged: dict, lang: str) -> list[dict]:
    return [
        {
            "rule": one["version"],
            "reason": one[lang],
            "instrument": one["instrument"],
            "article": one["article"],
            "confidence": one["confidence"],
        }
        for one in judged["reasons"]
    ]


_RESULTS = {"disposition": result, "complaint": complaint_result, "reinstatement": reinstatement_result}


def _parsed(line: str) -> dict:
    def no_constant(name: str):
        raise BadLine("line", name[:80], "JSON 中没有这个数", "JSON, which has no such number")

    def finite(number: str) -> float:
        value = float(number)
        return value if math.isfinite(value) else no_constant(number)

    def once(pairs: list[tuple[str, object]]) -> dict:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise BadLine(key, key, "每个键只出现一次", "each key once")
            found[key] = value
        return found

    try:
        row = json.loads(line, object_pairs_hook=once, parse_constant=no_constant, parse_float=finite)
    except BadLine:
        raise
    except (ValueError, RecursionError) as broken:  # not JSON, or a number or a nesting beyond all measure
        column = getattr(broken, "colno", 1)
        raise BadLine("line", line.strip()[:80], f"一个 JSON 对象（第 {column} 列起无法读取）",
                      f"one JSON object (unreadable from column {column})") from None  # fmt: skip
    if not isinstance(row, dict):
        raise BadLine(
            "line", row, '一个对象，如 {"id": "1", "facts": {}}', 'an object such as {"id": "1", "facts": {}}'
        )
    return row


def _checked(row: dict) -> tuple[str, Conduct, str | None, dict]:
    if not isinstance(row.get("id"), str | int) or isinstance(row.get("id"), bool):
        raise BadLine("id", row.get("id"), "文字或者整数的编号", "an id that is a text or a whole number")
    task = row.get("task", "disposition")
    if task not in TASKS:
        raise BadLine("task", task, "、".join(TASKS), " or ".join(TASKS))
    region = row.get("region")
    if region is not None and not isinstance(region, str):
        raise BadLine("region", region, "文字或者 null", "a text or null")
    try:
        conduct = Conduct.parse(row.get("conduct_date"))
    except BadConduct as bad:
        raise BadLine("conduct_date", bad.found, bad.expected, bad.expected) from None
    facts = row.get("facts")
    if not isinstance(facts, dict):
        raise BadLine(
            "facts", facts, '一个对象，如 {"purpose": "public"}', 'an object such as {"purpose": "public"}'
        )
    known = vocabulary().facts
    checked = {}
    for fact_id, value in facts.items():
        if fact_id not in known:
            raise BadLine(
                f"facts.{fact_id}",
                fact_id,
                "事实词表中的编号（见 /vocabulary）",
                "the id of a fact of the vocabulary",
            )
        if value is None:
            continue  # null is one more way to say "not established"
        try:
            checked[fact_id] = check_value(known[fact_id], value)
        except BadValue as bad:
            raise BadLine(f"facts.{fact_id}", bad.found, bad.expected_zh, bad.expected_en) from None
    return task, conduct, region, checked

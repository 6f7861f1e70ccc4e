"""Small vocabularies, packs and libraries made for one test, read by the loader that reads the shipped ones.

A pack is made as a plain structure and handed over as JSON, which is YAML: what a test builds has passed every
check that a file has to pass.
"""

import json
from dataclasses import replace
from datetime import date

from rules.generated import Generated
from rules.library import Library, read_library
from rules.pack import GRADES
from rules.program import Program
from rules.vocabulary import Choice, Fact, Titled, Vocabulary

TODAY = date(2026, 11, 21)
DISTINCTIONS = ("T1", "T2", "T3", "S1", "S2", "S3")
FACTORS = (Titled("case", "案", "Case"), Titled("factor", "因素", "Factor"))
SECTIONS = (Titled("section", "节", "Section", "factor"),)


def make_fact(fact_id: str, kind: str = "boolean", values: tuple = (), **details) -> Fact:
    """A fact of the vocabulary; `presume` alone makes its burden 'against'."""
    choices = tuple(Choice(value, f"{value}中", f"{value} in English") for value in values)
    burden = "open" if details.get("presume") is None else "against"
    fact = Fact(
        fact_id,
        f"{fact_id}中",
        f"{fact_id} in English",
        "帮助",
        "help",
        kind,
        choices,
        unit="",
        unit_zh="",
        minimum=None,
        maximum=None,
        integer=False,
        factor="factor",
        section="section",
        tasks=("disposition",),
        core=False,
        burden=burden,
        presume=None,
        burden_zh="举证",
        burden_en="burden",
        holder_zh="保管人",
        holder_en="holder",
        record_only=False,
        open_values=False,
        shown_after=False,
        accompanied_by="",
        read_by="",
    )
    return replace(fact, **details)


def make_words(*facts: Fact) -> Vocabulary:
    return Vocabulary({fact.id: fact for fact in facts}, SECTIONS, FACTORS)


def make_rule(rule_id: str, when: dict, then: dict, **details) -> dict:
    return {
        "id": rule_id,
        "source": {"instrument": "M", "article": "第一条", "confidence": "DESIGN", "checked": "2026-11-21"},
        "effective": {"from": details.pop("since", None), "to": details.pop("until", None)},
        "when": when,
        "then": then,
        "explain": both(rule_id),
        **details,
    }


def make_step(step_id: str, disposition: str, order: int, gate: str = "G11") -> dict:
    return {
        "id": step_id,
        "gate": gate,
        "order": order,
        "disposition": disposition,
        "title": both(step_id),
    }


def make_pack(rules: list[dict], steps: list[dict] = (), name: str = "made", **details) -> dict:
    """A pack with every title and question that an assessment may print; of a place, with those that it states itself."""
    titles = {f"{one}.{side}": both(one) for one in DISTINCTIONS for side in ("tolerable", "intolerable")}
    stated = details.pop("titles", {})
    titles |= {f"gravity.{grade}": both(grade) for grade in GRADES}
    pack = {
        "pack": name,
        "title": both(name),
        "governed_by": "decision",
        "sources": {"M": {"title": both("M"), "from": None, "to": None}},
        "titles": titles | stated,
        "questions": {code: both(code) for code in ("C-01", "C-12", "G0", "FACTS")}
        | details.pop("questions", {}),
        "gates": {f"G{number}": both(f"G{number}") for number in range(12)},
        "rules": list(rules),
    }
    if steps:
        pack["steps"] = list(steps)
    if details.get("region", ["*"]) != ["*"]:
        pack |= {"titles": stated, "questions": {}, "gates": {}}
    return pack | details


def both(text: str) -> dict[str, str]:
    return {"zh": f"{text}中", "en": f"{text} in English"}


def make_library(words: Vocabulary, *packs: dict) -> Library:
    return read_library({f"{pack['pack']}.yaml": as_yaml(pack) for pack in packs}, words)


def as_yaml(pack: dict) -> str:
    return json.dumps(pack, ensure_ascii=False)


def make_program(words: Vocabulary, rules: list[dict], steps: list[dict] = ()) -> Program:
    """The program of one made pack today."""
    return make_library(words, make_pack(rules, steps)).program(TODAY, TODAY)


def make_generated(words: Vocabulary, rules: list[dict], steps: list[dict] = ()) -> Generated:
    return Generated(make_program(words, rules, steps), words)

"""Read a rule pack from YAML: whole or not at all, every fault with its file, line, column and what to write."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from rules.conditions import parse_condition
from rules.example_reader import read_examples
from rules.pack import (
    ACCEPTABLE,
    ANYWHERE,
    CLAUSES,
    CONFIDENCES,
    DISPOSITIONS,
    DISTINCTIONS,
    EFFECTS,
    FORCES,
    GRADES,
    NEVER_ENABLED,
    REGIMES,
    Accepted,
    Outcome,
    Pack,
    PackError,
    Rule,
    Source,
    Step,
    Text,
    Unruled,
)
from rules.vocabulary import Fact
from rules.yaml_fields import (
    both,
    checked_on,
    day,
    entries,
    flag,
    keys,
    mapping,
    names,
    one_of,
    overlap,
    period,
    some,
    text,
)  # fmt: skip
from rules.yaml_source import Mapping, Place, Sequence, SourceError, parse_yaml, refuse_hidden, shown

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}\Z")
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z")
_REGION = re.compile(r"([0-9]{2}){1,3}\Z")


def declared_findings(text: str, name: str) -> set[str]:
    """Every finding that a pack's rules establish, read first so that packs may read each other's."""
    found: set[str] = set()
    rules = _parsed(text, name).get("rules")
    for item in rules if isinstance(rules, Sequence) else ():
        then = item.get("then") if isinstance(item, Mapping) else None
        if isinstance(then, Mapping):
            found.update(_establishes(then))
    return found


def parsed_name(text: str, name: str) -> tuple[object, Place]:
    """What a text calls its pack, right or wrong, and where; raises PackError if it is no YAML."""
    source = _parsed(text, name)
    return source.get("pack"), source.at("pack")


def read_pack(text: str, name: str, facts: dict[str, Fact], findings: set[str]) -> Pack:
    """Read one pack from its text; raises PackError at the first fault, naming file, line, column and what to write."""
    with as_pack_error():
        return _Reader(text, name, facts, findings).pack()


@lru_cache(maxsize=128)
def _parsed(text: str, name: str) -> Mapping:
    """The mapping in a text, parsed once: most of the time of reading packs, and all but one are as before."""
    with as_pack_error():
        refuse_hidden(text, name)
        return parse_yaml(text, name)


@contextmanager
def as_pack_error() -> Iterator[None]:
    """Whatever is wrong with a source is wrong with the pack."""
    try:
        yield
    except SourceError as error:
        raise PackError(error.place, error.found, error.expected, error.zh) from None


def _establishes(then: Mapping) -> list[str]:
    names = [str(then["finding"])] if "finding" in then else []
    coded = ("red_line", "tolerance", "gravity", "refer", "correction", "step", "effect")
    names += [f"{key}.{then[key]}" for key in coded if key in then]
    if isinstance(then.get("clause"), Sequence):
        names += [f"clause.{one}" for one in then["clause"]]
    if isinstance(then.get("ledger"), Mapping):
        names.append(f"{then['ledger'].get('distinction')}.{then['ledger'].get('side')}")
    return names


class _Reader:
    """Turns one parsed pack into frozen classes, checking every key on the way."""

    def __init__(self, text: str, name: str, facts: dict[str, Fact], findings: set[str]):
        self.source = _parsed(text, name)
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.facts = facts
        self.findings = findings | {f"disposition.{disposition}" for disposition in DISPOSITIONS}
        self.findings |= {f"clause.{one}" for one in CLAUSES}

    def pack(self) -> Pack:
        source = self.source
        keys(
            source,
            source.place,
            {"pack", "title", "governed_by", "sources", "rules"},
            {"regime", "titles", "questions", "gates", "steps", "examples", "accepted", "region", "unruled"},
        )
        self.name = text(source, "pack")
        if "regime" in source:
            one_of(source, "regime", REGIMES)
        one_of(source, "governed_by", ("conduct", "decision"))
        self.sources = {
            key: self.instrument(key, item, source["sources"].at(key))
            for key, item in mapping(source, "sources").items()
        }
        self.titles = self.texts(source, "titles")
        self.questions = self.texts(source, "questions")
        gates = self.texts(source, "gates")
        steps = tuple(self.step(item, place, gates) for item, place in entries(source, "steps"))
        self.step_ids = {step.id for step in steps}
        rules, seen = [], {}
        for item, place in some(source, "rules"):
            rule = self.rule(item, place)
            for other in seen.get(rule.id, ()):
                if overlap(rule, other):
                    raise PackError(
                        item.at("effective"),
                        f"two versions of '{rule.id}' in force on the same day",
                        "versions whose dates do not overlap",
                        f"规则 {rule.id} 的两个版本在同一天都有效；请改为前后相接、互不重叠的日期",
                    )
            seen.setdefault(rule.id, []).append(rule)
            rules.append(rule)
        examples = tuple(
            example
            for item, place in entries(source, "examples")
            for example in read_examples(item, place, set(seen), self.facts)
        )
        return Pack(
            self.name,
            both(source, "title"),
            source.get("regime", ""),
            source["governed_by"],
            self.sources,
            self.titles,
            self.questions,
            gates,
            steps,
            tuple(rules),
            examples,
            self.digest,
            tuple(self.accepted(item, place, set(seen)) for item, place in entries(source, "accepted")),
            self.region(),
            tuple(self.unruled(item, place) for item, place in entries(source, "unruled")),
            source.places,
        )

    def texts(self, source: Mapping, key: str) -> dict[str, Text]:
        return {name: both(source[key], name) for name in mapping(source, key)} if key in source else {}

    # -- the parts of a pack

    def region(self) -> tuple[str, ...]:
        if "region" not in self.source:
            return ()
        codes = names(
            self.source, "region", None, 'a code in quotes, as in "5133"', '加引号的区划代码，如 "5133"'
        )
        for code, place in some(self.source, "region"):
            if not (_REGION.match(code) and not code.endswith("00")) and codes != (ANYWHERE,):
                raise PackError(
                    place,
                    f"region: {shown(code)}",
                    "the two, four or six opening digits of an administrative code, quoted, without zeros at the end",
                    f"region（地区）写的是 {shown(code)}；"
                    "应写区划代码开头的两位、四位或者六位数字，末尾不写 00，加引号",
                )
        return codes

    def unruled(self, item: Mapping, place: Place) -> Unruled:
        keys(item, place, {"instrument", "article", "confidence", "checked", "why"})
        return Unruled(
            one_of(item, "instrument", tuple(self.sources)),
            text(item, "article"),
            one_of(item, "confidence", CONFIDENCES),
            checked_on(item),
            both(item, "why"),
        )

    def instrument(self, key: str, item: object, place: Place) -> Source:
        keys(item, place, {"title", "from", "to"}, {"doubt"})
        if not _CODE.match(key):
            raise PackError(
                place,
                f"the instrument code {shown(key)}",
                "Latin letters, digits, - and _, as in HA-BE2020: it is part of an address",
                f"文件代号写的是 {shown(key)}；应由拉丁字母、数字和 - _ 组成，以字母开头，如 HA-BE2020",
            )
        begins, ends = period(item)
        doubt = both(item, "doubt") if "doubt" in item else None
        return Source(key, both(item, "title"), begins, ends, doubt)

    def step(self, item: Mapping, place: Place, gates: dict[str, Text]) -> Step:
        keys(item, place, {"id", "gate", "order", "disposition", "title"})
        one_of(item, "gate", tuple(gates))
        one_of(item, "disposition", DISPOSITIONS)
        if type(item["order"]) is not int:
            raise PackError(
                item.at("order"),
                f"order: {shown(item['order'])}",
                "a whole number",
                f"order（次序）写的是 {shown(item['order'])}；应为整数",
            )
        step_id, title = text(item, "id"), both(item, "title")
        return Step(step_id, item["gate"], item["order"], item["disposition"], title, place)

    def rule(self, item: object, place: Place) -> Rule:
        keys(
            item,
            place,
            {"id", "source", "effective", "when", "then", "explain"},
            {"enabled", "overrides", "unless", "side", "force"},
        )
        rule_id = text(item, "id")
        if not _ID.match(rule_id):
            raise PackError(
                item.at("id"),
                f"id: {shown(rule_id)}",
                "lower-case words joined by dots, as in redlines.private_gain",
                f"规则编号写的是 {shown(rule_id)}；应为以点连接的小写英文词，如 redlines.private_gain",
            )
        cited, effective = mapping(item, "source"), mapping(item, "effective")
        keys(cited, cited.place, {"instrument", "article", "confidence", "checked"})
        one_of(cited, "instrument", tuple(self.sources))
        confidence = one_of(cited, "confidence", CONFIDENCES)
        keys(effective, effective.place, {"from", "to"})
        begins, ends = period(effective)
        if begins is None and confidence != "DESIGN":
            raise PackError(
                effective.at("from"),
                "from: null",
                "the day the provision commenced (null only for DESIGN)",
                "from（施行日期）写的是 null；应写条款施行的日期，只有本系统设计（DESIGN）可以写 null",
            )
        checked = checked_on(cited)
        enabled = flag(item, "enabled", default=True)
        if enabled and confidence in NEVER_ENABLED:
            raise PackError(
                item.at("enabled"),
                f"an enabled rule with confidence {confidence}",
                "'enabled: false' until someone has read the text",
                f"可信程度为 {confidence} 的规则没有停用；原文核对之前应写 enabled: false",
            )
        overrides = names(item, "overrides", None, "the id of a rule", "规则的编号")
        if rule_id in overrides:
            raise PackError(
                item.at("overrides"),
                f"{rule_id} overrides itself",
                "the id of another rule",
                f"规则 {rule_id} 写了优先于自己；应写另一条规则的编号",
            )
        then = mapping(item, "then")
        return Rule(
            rule_id,
            self.name,
            cited["instrument"],
            text(cited, "article"),
            confidence,
            checked,
            begins,
            ends,
            enabled,
            overrides,
            parse_condition(item["when"], self.facts, self.findings, item.at("when")),
            names(
                item, "unless", self.findings, "a finding that some rule establishes", "某条规则作出的认定"
            ),
            self.effect(then),
            dict(then),
            self.outcomes(then),
            one_of(item, "side", ("for", "against")) if "side" in item else "",
            one_of(item, "force", FORCES) if "force" in item else "",
            both(item, "explain"),
            place,
            item.places,
        )

    def effect(self, then: Mapping) -> tuple[str, ...]:
        keys(
            then,
            then.place,
            set(),
            {
                "finding",
                "red_line",
                "tolerance",
                "ledger",
                "effect",
                "gravity",
                "refer",
                "correction",
                "step",
                "outcome",
                "clause",
            },
        )
        if not then:
            raise PackError(
                then.place, "an empty 'then'", "what the rule establishes", "then 是空的；应写规则得出的结论"
            )
        for key in ("finding", "red_line", "tolerance", "refer", "correction"):
            if key in then and not _NAME.match(text(then, key)):
                raise PackError(
                    then.at(key),
                    f"{key}: {shown(then[key])}",
                    "words of Latin letters, digits, - and _ joined by dots: it is part of an address",
                    f"{key} 写的是 {shown(then[key])}；应为以点连接的拉丁字母、数字和 - _",
                )
        if str(then.get("finding")).startswith(("disposition.", "step.")):
            raise PackError(
                then.at("finding"),
                f"finding: {shown(then['finding'])}",
                "another name: the chain makes that one",
                f"认定 {shown(then['finding'])} 由审查环节得出，规则不得直接作出；请另起名称",
            )
        if "clause" in then:
            some(then, "clause")
            names(then, "clause", CLAUSES)
        if "effect" in then:
            one_of(then, "effect", EFFECTS)
        if "gravity" in then:
            one_of(then, "gravity", GRADES)
        if "step" in then:
            one_of(then, "step", tuple(self.step_ids))
        if "ledger" in then:
            keys(then["ledger"], then.at("ledger"), {"distinction", "side"})
            one_of(then["ledger"], "distinction", DISTINCTIONS)
            one_of(then["ledger"], "side", ("tolerable", "intolerable"))
        return tuple(_establishes(then))

    def outcomes(self, then: Mapping) -> tuple[Outcome, ...]:
        if "outcome" not in then:
            return ()
        item = mapping(then, "outcome")
        keys(item, item.place, {"regime", "band", "measures"})
        regime, band = one_of(item, "regime", REGIMES), text(item, "band")
        found = []
        for row, place in some(item, "measures"):
            keys(row, place, {"measure", "months"})
            if f"measure.{row['measure']}" not in self.titles:
                raise PackError(
                    row.at("measure"),
                    f"measure: {shown(row['measure'])}",
                    "a measure with an entry under 'titles'",
                    f"措施 {shown(row['measure'])} 没有名称；请先在 titles 中写明 measure.{row['measure']}",
                )
            if row["months"] is not None and (type(row["months"]) is not int or row["months"] < 0):
                raise PackError(
                    row.at("months"),
                    f"months: {shown(row['months'])}",
                    "a whole number, or null",
                    f"months（月数）写的是 {shown(row['months'])}；应为整数，没有期限的写 null",
                )
            found.append(Outcome(regime, band, str(row["measure"]), row["months"]))
        return tuple(found)

    def accepted(self, item: Mapping, place: Place, ids: set[str]) -> Accepted:
        keys(item, place, {"property", "zh", "en"}, {"rules", "until"})
        scope = ACCEPTABLE[one_of(item, "property", ACCEPTABLE)]
        keys(item, place, {"property", "zh", "en", scope})
        rules = names(item, "rules", ids, "a rule of this pack", "本包的规则")
        until = day(item, "until")
        if not rules and until is None:
            raise PackError(
                item.at(scope),
                f"{scope}: {shown(item[scope])}",
                "for which rules, or until which day",
                f"{scope} 写的是 {shown(item[scope])}；应写明对哪些规则，或者到哪一天为止",
            )
        return Accepted(item["property"], rules, until, Text(text(item, "zh"), text(item, "en"), place))

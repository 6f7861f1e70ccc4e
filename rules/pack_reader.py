"""Read a rule pack from YAML: whole or not at all, every fault with its file, line, column and what to write."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from rules.conditions import check_literal, parse_condition
from rules.pack import (
    CONFIDENCES,
    DISPOSITIONS,
    DISTINCTIONS,
    EFFECTS,
    GRADES,
    NEVER_ENABLED,
    REGIMES,
    Example,
    Outcome,
    Pack,
    PackError,
    Rule,
    Source,
    Step,
    Text,
)
from rules.vocabulary import Fact
from rules.yaml_source import Mapping, Place, Sequence, SourceError, parse_yaml

_DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d\Z", re.ASCII)  # a year far from ours is a slip, or means null
_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")


def declared_findings(text: str, name: str) -> set[str]:
    """Every finding that a pack's rules establish, read first so that packs may read each other's."""
    found: set[str] = set()
    rules = _parsed(text, name).get("rules")
    for item in rules if isinstance(rules, Sequence) else ():
        then = item.get("then") if isinstance(item, Mapping) else None
        if isinstance(then, Mapping):
            found.update(_establishes(then))
    return found


def read_pack(text: str, name: str, facts: dict[str, Fact], findings: set[str]) -> Pack:
    """Read one pack from its text; raises PackError at the first fault, naming file, line, column and what to write."""
    with as_pack_error():
        return _Reader(text, name, facts, findings).pack()


def _parsed(text: str, name: str) -> Mapping:
    with as_pack_error():
        return parse_yaml(text, name)


@contextmanager
def as_pack_error() -> Iterator[None]:
    """Whatever is wrong with a source is wrong with the pack."""
    try:
        yield
    except SourceError as error:
        raise PackError(error.place, error.found, error.expected) from None


def _establishes(then: Mapping) -> list[str]:
    names = [str(then["finding"])] if "finding" in then else []
    coded = ("red_line", "tolerance", "gravity", "refer", "correction", "step", "effect")
    names += [f"{key}.{then[key]}" for key in coded if key in then]
    if isinstance(then.get("ledger"), Mapping):
        names.append(f"{then['ledger'].get('distinction')}.{then['ledger'].get('side')}")
    return names


class _Reader:
    """Turns one parsed pack into frozen classes, checking every key on the way."""

    def __init__(self, text: str, name: str, facts: dict[str, Fact], findings: set[str]):
        self.source = parse_yaml(text, name)
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.facts = facts
        self.findings = findings | {f"disposition.{disposition}" for disposition in DISPOSITIONS}

    def pack(self) -> Pack:
        source = self.source
        self.keys(
            source,
            source.place,
            {"pack", "title", "governed_by", "sources", "rules"},
            {"regime", "titles", "questions", "gates", "steps", "examples"},
        )
        self.name = self.text(source, "pack")
        if "regime" in source:
            self.one_of(source, "regime", REGIMES)
        self.one_of(source, "governed_by", ("conduct", "decision"))
        self.sources = {
            key: self.instrument(key, item, source["sources"].at(key))
            for key, item in self.mapping(source, "sources").items()
        }
        self.titles = self.texts(source, "titles")
        self.questions = self.texts(source, "questions")
        gates = self.texts(source, "gates")
        steps = tuple(self.step(item, place, gates) for item, place in self.entries(source, "steps"))
        self.step_ids = {step.id for step in steps}
        rules, seen = [], {}
        for item, place in zip(self.sequence(source, "rules"), source["rules"].places, strict=True):
            rule = self.rule(item, place)
            for other in seen.get(rule.id, ()):
                if _overlap(rule, other):
                    raise PackError(
                        item.at("effective"),
                        f"two versions of '{rule.id}' in force on the same day",
                        "versions whose dates do not overlap",
                    )
            seen.setdefault(rule.id, []).append(rule)
            rules.append(rule)
        examples = tuple(
            self.example(item, place, set(seen)) for item, place in self.entries(source, "examples")
        )
        return Pack(
            self.name,
            self.both(source, "title"),
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
        )

    # -- small readers, each raising PackError at the place of the fault

    def keys(
        self, source: object, place: Place, required: set[str], optional: set[str] = frozenset()
    ) -> None:
        if not isinstance(source, Mapping):
            raise PackError(place, repr(source), "a mapping with " + ", ".join(sorted(required)))
        for key in source:
            if key not in required | set(optional):
                raise PackError(
                    source.at(key),
                    f"the key '{key}'",
                    "one of " + ", ".join(sorted(required | set(optional))),
                )
        for key in sorted(required):
            if key not in source:
                raise PackError(source.place, f"no '{key}'", f"the key '{key}'")

    def text(self, source: Mapping, key: str) -> str:
        value = source.get(key)
        if not isinstance(value, str) or not value.strip():
            raise PackError(source.at(key), f"{key}: {value!r}", "a text")
        return value.strip()

    def both(self, source: Mapping, key: str) -> Text:
        self.keys(source.get(key), source.at(key), {"zh", "en"})
        return Text(self.text(source[key], "zh"), self.text(source[key], "en"), source.at(key))

    def texts(self, source: Mapping, key: str) -> dict[str, Text]:
        return (
            {name: self.both(source[key], name) for name in self.mapping(source, key)}
            if key in source
            else {}
        )

    def one_of(self, source: Mapping, key: str, allowed) -> str:
        if source.get(key) not in allowed:
            expected = "one of " + ", ".join(allowed) if allowed else "nothing: this pack declares none"
            raise PackError(source.at(key), f"{key}: {source.get(key)!r}", expected)
        return source[key]

    def mapping(self, source: Mapping, key: str) -> Mapping:
        if not isinstance(source.get(key), Mapping):
            raise PackError(source.at(key), f"{key}: {source.get(key)!r}", "a mapping")
        return source[key]

    def sequence(self, source: Mapping, key: str) -> Sequence:
        if not isinstance(source.get(key), Sequence) or not source[key]:
            raise PackError(source.at(key), f"{key}: {source.get(key)!r}", "a list with at least one entry")
        return source[key]

    def entries(self, source: Mapping, key: str) -> list[tuple[object, Place]]:
        """The entries of a list that may be left out, each with its place."""
        values = source.get(key, ())
        if key in source and not isinstance(values, Sequence):
            raise PackError(source.at(key), f"{key}: {values!r}", "a list")
        return list(zip(values, getattr(values, "places", ()), strict=True))

    def day(self, source: Mapping, key: str) -> date | None:
        value = source.get(key)
        if value is None:
            return None
        if isinstance(value, str) and _DAY.match(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        raise PackError(source.at(key), f"{key}: {value!r}", "a date such as 2020-07-01, or null")

    def period(self, source: Mapping) -> tuple[date | None, date | None]:
        """The days 'from' and 'to' which something is in force."""
        begins, ends = self.day(source, "from"), self.day(source, "to")
        if begins and ends and ends < begins:
            raise PackError(source.at("to"), f"to: {ends}", f"a day not before {begins}")
        return begins, ends

    def names(self, source: Mapping, key: str, allowed: set[str] | None, what: str) -> tuple[str, ...]:
        entries = self.entries(source, key)
        for value, place in entries:
            if not isinstance(value, str) or (allowed is not None and value not in allowed):
                raise PackError(place, f"{key}: {value!r}", what)
        return tuple(value for value, _ in entries)

    # -- the parts of a pack

    def instrument(self, key: str, item: object, place: Place) -> Source:
        self.keys(item, place, {"title", "from", "to"})
        begins, ends = self.period(item)
        return Source(key, self.both(item, "title"), begins, ends)

    def step(self, item: Mapping, place: Place, gates: dict[str, Text]) -> Step:
        self.keys(item, place, {"id", "gate", "order", "disposition", "title"})
        self.one_of(item, "gate", tuple(gates))
        self.one_of(item, "disposition", DISPOSITIONS)
        if type(item["order"]) is not int:
            raise PackError(item.at("order"), repr(item["order"]), "a whole number")
        step_id, title = self.text(item, "id"), self.both(item, "title")
        return Step(step_id, item["gate"], item["order"], item["disposition"], title, place)

    def rule(self, item: object, place: Place) -> Rule:
        self.keys(
            item,
            place,
            {"id", "source", "effective", "when", "then", "explain"},
            {"enabled", "overrides", "unless", "side", "force"},
        )
        rule_id = self.text(item, "id")
        if not _ID.match(rule_id):
            raise PackError(
                item.at("id"),
                f"id: {rule_id!r}",
                "lower-case words joined by dots, as in redlines.private_gain",
            )
        cited, effective = self.mapping(item, "source"), self.mapping(item, "effective")
        self.keys(cited, cited.place, {"instrument", "article", "confidence", "checked"})
        self.one_of(cited, "instrument", tuple(self.sources))
        confidence = self.one_of(cited, "confidence", CONFIDENCES)
        self.keys(effective, effective.place, {"from", "to"})
        begins, ends = self.period(effective)
        if begins is None and confidence != "DESIGN":
            raise PackError(
                effective.at("from"), "from: null", "the day the provision commenced (null only for DESIGN)"
            )
        checked = self.day(cited, "checked")
        if checked is None:
            raise PackError(
                cited.at("checked"), "checked: null", "the day on which the text was last compared"
            )
        enabled = item.get("enabled", True)
        if not isinstance(enabled, bool):
            raise PackError(item.at("enabled"), repr(enabled), "true or false")
        if enabled and confidence in NEVER_ENABLED:
            raise PackError(
                item.at("enabled"),
                f"an enabled rule with confidence {confidence}",
                "'enabled: false' until someone has read the text",
            )
        overrides = self.names(item, "overrides", None, "the id of a rule")
        if rule_id in overrides:
            raise PackError(item.at("overrides"), f"{rule_id} overrides itself", "the id of another rule")
        then = self.mapping(item, "then")
        return Rule(
            rule_id,
            self.name,
            cited["instrument"],
            self.text(cited, "article"),
            confidence,
            checked,
            begins,
            ends,
            enabled,
            overrides,
            parse_condition(item["when"], self.facts, self.findings, item.at("when")),
            self.names(item, "unless", self.findings, "a finding that some rule establishes"),
            self.effect(then),
            dict(then),
            self.outcomes(then),
            self.one_of(item, "side", ("for", "against")) if "side" in item else "",
            self.one_of(item, "force", ("may", "must")) if "force" in item else "",
            self.both(item, "explain"),
            place,
        )

    def effect(self, then: Mapping) -> tuple[str, ...]:
        self.keys(
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
            },
        )
        if not then:
            raise PackError(then.place, "an empty 'then'", "what the rule establishes")
        for key in ("finding", "red_line", "tolerance", "refer", "correction"):
            if key in then:
                self.text(then, key)
        if str(then.get("finding")).startswith(("disposition.", "step.")):
            raise PackError(
                then.at("finding"), f"finding: {then['finding']!r}", "another name: the chain makes that one"
            )
        if "effect" in then:
            self.one_of(then, "effect", EFFECTS)
        if "gravity" in then:
            self.one_of(then, "gravity", GRADES)
        if "step" in then:
            self.one_of(then, "step", tuple(self.step_ids))
        if "ledger" in then:
            self.keys(then["ledger"], then.at("ledger"), {"distinction", "side"})
            self.one_of(then["ledger"], "distinction", DISTINCTIONS)
            self.one_of(then["ledger"], "side", ("tolerable", "intolerable"))
        return tuple(_establishes(then))

    def outcomes(self, then: Mapping) -> tuple[Outcome, ...]:
        if "outcome" not in then:
            return ()
        item = self.mapping(then, "outcome")
        self.keys(item, item.place, {"regime", "band", "measures"})
        regime, band = self.one_of(item, "regime", REGIMES), self.text(item, "band")
        found = []
        rows = self.sequence(item, "measures")
        for row, place in zip(rows, rows.places, strict=True):
            self.keys(row, place, {"measure", "months"})
            if f"measure.{row['measure']}" not in self.titles:
                raise PackError(
                    row.at("measure"),
                    f"measure: {row['measure']!r}",
                    "a measure with an entry under 'titles'",
                )
            if row["months"] is not None and (type(row["months"]) is not int or row["months"] < 0):
                raise PackError(row.at("months"), f"months: {row['months']!r}", "a whole number, or null")
            found.append(Outcome(regime, band, str(row["measure"]), row["months"]))
        return tuple(found)

    def example(self, item: Mapping, place: Place, ids: set[str]) -> Example:
        self.keys(
            item, place, {"name", "facts"}, {"on", "fires", "silent", "opens", "disposition", "provisionally"}
        )
        if "disposition" in item:
            self.one_of(item, "disposition", DISPOSITIONS)
        if not isinstance(item.get("provisionally", False), bool):
            raise PackError(item.at("provisionally"), repr(item["provisionally"]), "true or false")
        facts = self.mapping(item, "facts")
        for fact_id in facts:
            if fact_id not in self.facts:
                raise PackError(facts.at(fact_id), f"the fact '{fact_id}'", "a fact of the vocabulary")
            check_literal(self.facts[fact_id], facts[fact_id], facts.at(fact_id))
        known = "a rule of this pack"
        return Example(
            self.text(item, "name"),
            dict(facts),
            self.day(item, "on") or date(2026, 1, 1),
            self.names(item, "fires", ids, known),
            self.names(item, "silent", ids, known),
            self.names(item, "opens", ids, known),
            item.get("disposition", ""),
            item.get("provisionally", False),
            place,
        )


def _overlap(one: Rule, other: Rule) -> bool:
    starts = max(one.effective_from or date.min, other.effective_from or date.min)
    ends = min(one.effective_to or date.max, other.effective_to or date.max)
    return starts <= ends

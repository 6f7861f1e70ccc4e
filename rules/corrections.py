"""Putting right (纠错): which situation calls for which measure, the kinds of error, and what a case proposes.

Whether a situation is made out is decided by the rules of the pack `corrections`, whose verdicts stand in the stored
document; this module joins them with the kinds of error that the facts show. It proposes; an officer orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rules.cells import holds
from rules.conditions import AnyOf, Condition, Test, parse_condition
from rules.library import library
from rules.measure_reader import Group, Provision, Words
from rules.measures import ladder
from rules.offered import rules_of
from rules.pack import NEVER_ENABLED, Text
from rules.vocabulary import vocabulary
from rules.yaml_fields import names
from rules.yaml_source import read_yaml

TABLE = Path(__file__).with_name("corrections.yaml")
OTHER = "other"
CITED = ("SEEN", "EXCERPT")  # texts that were read: no design of this system, nothing from memory


@dataclass(frozen=True)
class Measure:
    """A corrective measure, named as in the pack."""

    code: str
    title: Text


@dataclass(frozen=True)
class Situation:
    """A situation that calls for a measure, with the provision behind it (dossier 5.7) and the people it reaches.

    `when`: the matters that the provision speaks of; None where it is not about one kind of matter.
    """

    code: str
    title: Text
    measure: Measure
    instrument_code: str
    instrument: Text
    article: str
    confidence: str
    groups: tuple[Group, ...]
    when: Condition | None

    @property
    def enabled(self) -> bool:
        return self.confidence not in NEVER_ENABLED

    def reaches(self, facts: Mapping[str, object]) -> bool:
        """Whether the provision is for a person with these facts; one who is not known is reached by none."""
        return any(group.has(facts) for group in self.groups)

    def speaks_of(self, facts: Mapping[str, object]) -> bool:
        """Whether the provision is for this person and this kind of matter."""
        return self.reaches(facts) and (self.when is None or _met(self.when, facts))


@dataclass(frozen=True)
class ErrorKind:
    """A kind of error in the terms of the six factors: what shows it, what answers to it, what prevents it."""

    code: str
    factor: str
    title: Text
    when: Condition
    measures: tuple[str, ...]
    prevent: Text

    def shown_by(self, facts: Mapping[str, object]) -> bool:
        return _met(self.when, facts)


@dataclass(frozen=True)
class Proposal:
    """An error of one kind and a measure against it; `rules` of the document call for the measure, if any do."""

    error: ErrorKind
    measure: Measure
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Measures, situations and kinds of error, each by its code, in the order of the file."""

    measures: dict[str, Measure]
    situations: dict[str, Situation]
    errors: dict[str, ErrorKind]

    def grounds(self, measure: str) -> list[Situation]:
        """The situations that may be relied on for a measure."""
        return [row for row in self.situations.values() if row.measure.code == measure and row.enabled]


@cache
def table() -> Table:
    """The table shipped with the product."""
    source = read_yaml(TABLE)
    packs = library().packs.values()
    pack = library().packs["corrections"]
    titles = {
        name.removeprefix("correction."): text
        for name, text in pack.titles.items()
        if name.startswith("correction.")
    }
    measures = {code: Measure(code, title) for code, title in titles.items()}
    instruments = {code: _text(row) for code, row in source["sources"].items()}
    instruments |= {one.id: one.title for other in packs for one in other.sources.values()}
    groups = ladder().groups
    situations = {
        row["id"]: Situation(
            row["id"], _text(row), measures[row["measure"]], row["source"]["instrument"],
            instruments[row["source"]["instrument"]], row["source"]["article"], row["source"]["confidence"],
            tuple(groups[one] for one in names(row, "for", groups)), _condition(row) if "when" in row else None,
        )
        for row in source["situations"]
    }  # fmt: skip
    errors = {
        row["id"]: ErrorKind(
            row["id"], row["factor"], _text(row), _condition(row) if "when" in row else AnyOf(()),
            tuple(measures[code].code for code in row["measures"]), _text(row["prevent"]),
        )
        for row in source["errors"]
    }  # fmt: skip
    return Table(measures, situations, errors)


def proposals(document: Mapping) -> list[Proposal]:
    """What a stored document proposes: each error that its facts show, with the measure that answers to it.

    Of the measures that answer to an error, one that a rule of the document calls for comes first. A measure that
    rules call for and no error claims is proposed for an error still to be named.
    """
    called: dict[str, list[str]] = {}
    for row in document["corrections"]:
        called.setdefault(row["id"], []).extend(rules_of(row))
    known, claimed, found = table(), set(), []
    for error in known.errors.values():
        if error.shown_by(document["facts"]):
            code = next((one for one in error.measures if one in called), error.measures[0])
            claimed.add(code)
            found.append(Proposal(error, known.measures[code], tuple(called.get(code, ()))))
    found += [
        Proposal(known.errors[OTHER], known.measures[code], tuple(rules))
        for code, rules in called.items()
        if code not in claimed and not (code == "rectify" and found)
    ]
    return found


def provisions(document: Mapping, measure: str) -> list[Provision]:
    """The texts by which a measure is ordered in the case of a stored document; none where no text reaches the person.

    Those of the rules that call for it; where none does, as when the panel decides what was not recommended or a
    correction failed again, those of its situations. An old document may rest on a text of which it is known that it is
    for other people: it is left out here.
    """
    facts, known = document["facts"], table().grounds(measure)
    others = {row.instrument_code for row in known if all(one.leaves_out(facts) for one in row.groups)}
    called = [
        document["rules"][one]
        for row in document["corrections"]
        if row["id"] == measure
        for one in rules_of(row)
    ]
    found = [
        Provision(rule["instrument"], Words(**rule["source"]), rule["article"], rule["confidence"])
        for rule in called
        if rule["confidence"] in CITED and rule["instrument"] not in others
    ]
    return found or [
        Provision(row.instrument_code, Words(row.instrument.zh, row.instrument.en), row.article, row.confidence)
        for row in known
        if row.confidence in CITED and row.speaks_of(facts)
    ]


def _met(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Whether known facts meet a condition of tests joined by any; what is unknown meets nothing."""
    if isinstance(condition, Test):
        return condition.fact in facts and holds(condition, facts[condition.fact])
    return any(_met(part, facts) for part in condition.parts)


def _condition(row) -> Condition:
    return parse_condition(row["when"], vocabulary().facts, set(), row.at("when"))


def _text(row) -> Text:
    return Text(row["zh"], row["en"], row.place)

"""Read the worked examples of a pack: one, or one for each value of a fact; raises SourceError at the first fault."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rules.conditions import check_literal, known_fact
from rules.pack import DISPOSITIONS, Example
from rules.vocabulary import Fact
from rules.yaml_fields import day, flag, keys, mapping, names, one_of, some, text
from rules.yaml_source import Mapping, Place


def read_examples(item: Mapping, place: Place, ids: set[str], known: dict[str, Fact]) -> Iterator[Example]:
    """One example, or one for each value of a fact that 'each' lists."""
    keys(
        item,
        place,
        {"name", "facts"},
        {"on", "fires", "silent", "opens", "disposition", "provisionally", "region", "each"},
    )
    if "disposition" in item:
        one_of(item, "disposition", DISPOSITIONS)
    facts = mapping(item, "facts")
    _check_facts(facts, known)
    own = ids, "a rule of this pack", "本包的规则"
    example = Example(
        text(item, "name"),
        dict(facts),
        day(item, "on") or date(2026, 1, 1),
        names(item, "fires", *own),
        names(item, "silent", *own),
        names(item, "opens", *own),
        item.get("disposition", ""),
        flag(item, "provisionally"),
        place,
        text(item, "region") if "region" in item else "",
    )
    if "each" not in item:
        yield example
        return
    each = mapping(item, "each")
    for fact_id in each:
        for value, at in some(each, fact_id):
            found = Mapping(at)
            found[fact_id] = value
            _check_facts(found, known)
            name = f"{example.name}: {known[fact_id].en}: {_in_words(known[fact_id], value)}"
            yield replace(example, name=name, facts=example.facts | {fact_id: value})


def _in_words(fact: Fact, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return fact.choice_label(value, "en") if isinstance(value, str) else str(value)


def _check_facts(facts: Mapping, known: dict[str, Fact]) -> None:
    """Every one is a fact of the vocabulary with a value that it takes."""
    for fact_id in facts:
        fact = known_fact(known, fact_id, facts.at(fact_id))
        check_literal(fact, facts[fact_id], facts.at(fact_id))

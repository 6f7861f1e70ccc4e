"""Established facts that the law itself sets against each other, as a stated grade against the figures it is made of.

A pack says so by a rule that makes a finding `contradiction.…`; what is merely impossible is in `contradictions`. They
are pointed out to the officer, never repaired: what counts meanwhile is said by the rules.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from rules.conduct import Conduct
from rules.contradictions import Contradiction, contradictions
from rules.library import Library
from rules.places import placed
from rules.readers import readers_of
from rules.reading import comparison

FINDING = "contradiction."


def at_odds(
    facts: dict, conduct: Conduct, as_of: date, packs: Library, region: str | None = None
) -> list[Contradiction]:
    """Every contradiction among these facts by the law of the conduct; raises as the readers of the rules do.

    Of a time that is not known to the day its last day counts, and `as_of` where none is known; of places the one that
    the facts state, or else the `region` of the case.
    """
    day = min(conduct.ends[1] or as_of, as_of)
    place, known = placed(region, facts)
    program = packs.program(day, as_of, place, day)
    reading = readers_of(program, packs.vocabulary).read(known)
    applying = {
        name: {
            "establishes": node.rule.establishes,
            "because": [comparison(leaf, facts) for leaf in reading.because[name]],
            "explain": node.rule.explain.as_json(),
        }
        for name, node in program.nodes.items()
        if reading.rules[name] is True
    }
    return contradictions(facts) + list(_said(applying))


def in_document(document: dict) -> list[Contradiction]:
    """The same of a stored recommendation, by the rules that applied to it."""
    applying = {
        name: one
        for name, one in document["rules"].items()
        if one["status"] == "fired" and "establishes" in one
    }
    return contradictions(document["facts"]) + list(_said(applying))


def _said(applying: Mapping[str, Mapping]) -> Iterable[Contradiction]:
    for name, rule in applying.items():
        if any(finding.startswith(FINDING) for finding in rule["establishes"]):
            yield Contradiction(
                tuple(sorted(_facts(name, applying))), rule["explain"]["zh"], rule["explain"]["en"]
            )


def _facts(name: str, applying: Mapping[str, Mapping]) -> set[str]:
    """The facts that decided a rule, those behind the findings it read among them."""
    found = set()
    for leaf in applying[name]["because"]:
        if "fact" in leaf:
            found.add(leaf["fact"])
            continue
        for other, rule in applying.items():
            if leaf["finding"] in rule["establishes"]:
                found |= _facts(other, applying)
    return found

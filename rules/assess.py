"""Assess a case: the one entry point of the reasoning. Facts, a time and a date of decision in, a document out."""

from dataclasses import dataclass, replace
from datetime import date

from rules.conduct import Conduct
from rules.document import build_document
from rules.law import Governing, Outlook, governing_law
from rules.library import Library, library
from rules.pack import DISPOSITIONS
from rules.places import placed
from rules.readers import Governed, ReadersDiffer
from rules.vocabulary import Vocabulary, check_value
from rules.whatif import Unknown, decisive_unknowns, flips, reachable

__all__ = ["ReadersDiffer", "assess"]

WHEN = "conduct_end_date"  # of the case itself, not of its facts: when it happened


@dataclass(frozen=True)
class Weighed:
    """A case under every law that may govern it: the answer, what is reachable, and which unknown facts matter.

    `known` are the established facts, without a place that says none; `presumed` the same with what is presumed.
    """

    law: Governing
    place: str
    known: dict
    presumed: dict
    disposition: str
    reachable: list[str]
    unknowns: list[Unknown]


def assess(
    facts: dict, conduct: Conduct, as_of: date, region: str | None = None, packs: Library | None = None
) -> dict:
    """Return the assessment document (docs/rule-packs.md lists its parts): the same bytes for the same arguments.

    `facts` holds established facts only; what is absent is unknown and stays so. `as_of` is the day on which the
    matter is decided, `region` the code of the place where the facts do not state it. Raises BadValue for a value
    its fact does not take, KeyError for a fact that does not exist, ReadersDiffer if the engine of record and its
    check disagree in one rule.
    """
    packs = packs or library()
    one = weigh(facts, conduct, as_of, region, packs)
    outlook = one.law.outlooks[0].governed
    return build_document(
        packs,
        facts,
        one.presumed,
        conduct,
        as_of,
        region,
        one.law,
        one.reachable,
        one.unknowns,
        flips(outlook, one.known, one.presumed, _today(outlook, one.presumed)),
        one.disposition,
        one.place,
    )


def weigh(facts: dict, conduct: Conduct, as_of: date, region: str | None, packs: Library) -> Weighed:
    """What an assessment rests on, before it is put into words; arguments and errors as of `assess`."""
    words = packs.vocabulary
    for fact_id, value in facts.items():
        check_value(words.facts[fact_id], value)
    place, known = placed(region, facts)
    presumed = with_presumptions(words, known)
    law = governing_law(packs, conduct, as_of, facts, presumed, place)
    outlook = law.outlooks[0].governed
    witnesses = reachable(outlook.solver, outlook.cells_of(known))
    elsewhere: set[str] = set()
    for other in (one.governed for one in law.outlooks[1:]):
        rest = [one for one in DISPOSITIONS if one not in witnesses and one not in elsewhere]
        elsewhere |= set(reachable(other.solver, other.cells_of(known), rest))
    within_reach = {*witnesses, *elsewhere}
    # Steps that are merely open are passed: what then stops the chain may be reached by no completion at all.
    answer = law.disposition if law.disposition in within_reach else "refer"
    if len(within_reach) == 1:
        # It is the answer, even if no single step is established yet; versions that all lead there do not disagree.
        answer = min(within_reach)
        law = replace(law, undecided=law.undecided and answer == "refer")
    elif len(law.outlooks) > 1:
        within_reach.add("refer")  # the versions that may be the one of the conduct may come to differ
    unknowns = decisive_unknowns(
        outlook,
        outlook.solver,
        known,
        presumed,
        _today(outlook, presumed),
        witnesses,
        asking_order(words),
    )
    if len(law.outlooks) > 1 and (law.undecided or elsewhere):
        unknowns.insert(0, Unknown(WHEN, {}, True))
    return Weighed(
        law, place, known, presumed, answer, [one for one in DISPOSITIONS if one in within_reach], unknowns
    )


def decisive_by_law(one: Weighed, words: Vocabulary) -> dict[str, tuple[Outlook, ...]]:
    """The unknown facts that matter under any law of the conduct that may govern, most decisive first.

    Those of the latest law with no law named, then each that matters only under earlier ones, with these.
    """
    first: dict[str, list[Outlook]] = {unknown.fact: [] for unknown in one.unknowns if unknown.fact != WHEN}
    found = {}
    for outlook in one.law.outlooks[1:]:
        law = outlook.governed
        unknowns = decisive_unknowns(
            law,
            law.solver,
            one.known,
            one.presumed,
            _today(law, one.presumed),
            reachable(law.solver, law.cells_of(one.known)),
            asking_order(words),
            first,
        )
        for unknown in unknowns:
            found.setdefault(unknown.fact, []).append(outlook)
    return {fact: tuple(outlooks) for fact, outlooks in (first | found).items()}


def asking_order(words: Vocabulary) -> dict[str, tuple]:
    """Which facts are asked first among equals: those this intake asks, core ones, as the vocabulary has them."""
    return {
        fact.id: ("disposition" not in fact.tasks, not fact.core, n)
        for n, fact in enumerate(words.facts.values())
    }


def _today(outlook: Governed, presumed: dict) -> str:
    """Where the case stands under the laws of an outlook, read provisionally."""
    return outlook.sweep([outlook.cells_of(presumed)], [], provisional=True)[0]


def with_presumptions(words: Vocabulary, facts: dict) -> dict:
    """The facts, with each unknown one that its provision presumes read as presumed."""
    return {fact.id: fact.presume for fact in words.facts.values() if fact.presume is not None} | facts

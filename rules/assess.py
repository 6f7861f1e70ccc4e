"""Assess a case: the one entry point of the reasoning. Facts, a time and a date of decision in, a document out."""

from dataclasses import replace
from datetime import date

from rules.conduct import Conduct
from rules.document import build_document
from rules.law import governing_law
from rules.library import Library, library
from rules.pack import DISPOSITIONS
from rules.places import placed
from rules.readers import ReadersDiffer
from rules.vocabulary import Vocabulary, check_value
from rules.whatif import Unknown, decisive_unknowns, flips, reachable

__all__ = ["ReadersDiffer", "assess"]


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
    words = packs.vocabulary
    for fact_id, value in facts.items():
        check_value(words.facts[fact_id], value)
    place, known = placed(region, facts)
    presumed = with_presumptions(words, known)
    law = governing_law(packs, conduct, as_of, facts, presumed, place)
    outlook = law.outlooks[0]
    witnesses = reachable(outlook.solver, outlook.cells_of(known))
    elsewhere: set[str] = set()
    for other in law.outlooks[1:]:
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
    today = outlook.sweep([outlook.cells_of(presumed)], [], provisional=True)[0]
    order = {
        fact.id: ("disposition" not in fact.tasks, not fact.core, n)
        for n, fact in enumerate(words.facts.values())
    }
    unknowns = decisive_unknowns(outlook, outlook.solver, known, presumed, today, witnesses, order)
    if len(law.outlooks) > 1 and (law.undecided or elsewhere):
        unknowns.insert(0, Unknown("conduct_end_date", {}, True))
    return build_document(
        packs,
        facts,
        presumed,
        conduct,
        as_of,
        region,
        law,
        sorted(within_reach),
        unknowns,
        flips(outlook, known, presumed, today),
        answer,
        place,
    )


def with_presumptions(words: Vocabulary, facts: dict) -> dict:
    """The facts, with each unknown one that its provision presumes read as presumed."""
    return {fact.id: fact.presume for fact in words.facts.values() if fact.presume is not None} | facts

"""Whether one value of a fact is graver for the respondent than another, read off the rules themselves."""

from functools import cache

from rules.cells import holds
from rules.conditions import Test, leaves
from rules.library import library
from rules.vocabulary import vocabulary


def is_graver(fact_id: str, old: object, new: object) -> bool:
    """Whether the new value speaks more against the respondent than the old one; None is not established.

    More rules that speak against are met, or fewer that speak for. Where the rules weigh both alike, the burden
    decides: leaving what is presumed in the respondent's favour is graver, so is losing what had been shown for
    them. Days and texts are never graver by themselves: which law governs is settled by 从旧兼从轻.
    """
    fact = vocabulary().facts[fact_id]
    if old == new or fact.type in ("date", "text"):
        return False
    before, after = _weight(fact_id, old), _weight(fact_id, new)
    if before != after:
        return after > before
    usual = (None, fact.presume)
    if fact.burden == "against":
        return old in usual and new not in usual
    return fact.burden == "shown" and old not in usual and new in usual


def _weight(fact_id: str, value: object) -> int:
    """How many comparisons in rules against the respondent the value meets, less those in rules for them."""
    if value is None:
        return 0
    return sum(sign for test, sign in _comparisons().get(fact_id, ()) if holds(test, value))


@cache
def _comparisons() -> dict[str, tuple[tuple[Test, int], ...]]:
    """Every comparison of each fact in a rule that speaks for or against the respondent."""
    found: dict[str, list[tuple[Test, int]]] = {}
    for pack in library().packs.values():
        for rule in pack.rules:
            sign = {"against": 1, "for": -1}.get(rule.side, 0)
            if rule.enabled and sign:
                for leaf in leaves(rule.when):
                    if isinstance(leaf, Test):
                        found.setdefault(leaf.fact, []).append((leaf, sign))
    return {fact_id: tuple(tests) for fact_id, tests in found.items()}

"""Facts of a complaint or a return drawn at random, and the ways in which one may know less of them."""

from datetime import date

from hypothesis import strategies as st

from rules.library import task_library
from rules.vocabulary import Fact, vocabulary

AROUND = (date(2018, 1, 1), date(2026, 6, 30))


def facts_read(task: str) -> list[Fact]:
    """The facts that some rule of a task reads, in the vocabulary's order."""
    read = {
        fact_id for pack in task_library(task).packs.values() for rule in pack.rules for fact_id in rule.reads
    }
    return [fact for fact in vocabulary().facts.values() if fact.id in read]


def value_of(fact: Fact) -> st.SearchStrategy:
    """Any value of a fact; numbers around the thresholds of the rules."""
    if fact.type == "boolean":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.values)
    if fact.type == "choices":
        return st.lists(st.sampled_from(fact.values), unique=True, min_size=1, max_size=3)
    if fact.type == "number":
        return st.integers(0, 30)
    return st.dates(min_value=AROUND[0], max_value=AROUND[1]).map(lambda day: day.isoformat())


def cases(task: str, *others: str) -> st.SearchStrategy[dict]:
    """Facts of a task, each known or not; `others` are facts that no rule reads."""
    known = [*facts_read(task), *(vocabulary().facts[one] for one in others)]
    return st.fixed_dictionaries({}, optional={fact.id: value_of(fact) for fact in known})


def less(facts: dict, chance: list[bool]) -> dict:
    """The facts without those that the draw leaves out."""
    keep = chance + [True] * max(0, len(facts) - len(chance))
    return {name: value for (name, value), stays in zip(facts.items(), keep, strict=False) if stays}

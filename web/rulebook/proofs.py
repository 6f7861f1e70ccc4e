"""In which of the proofs a rule takes part, read from what it makes and what reads that."""

from rules.pack import DISTINCTIONS, Rule
from rules.proofs.chain import COMPLETENESS, CONFLICTS, FOR_A_PANEL, PANEL, RED_LINES
from rules.proofs.dates import DATES
from rules.proofs.direction import DIRECTION
from rules.proofs.information import INFORMATION
from rules.proofs.live import LIVE_RULES
from rules.proofs.prove import PROPERTIES
from web.i18n import lang
from web.rulebook.shelf import Shelf


def properties_of(rule: Rule, books: Shelf) -> list[str]:
    """The names of the properties, in the order in which they are proved; a rule that is never used has none."""
    if not rule.enabled:
        return []
    reached = _reached(rule, books)
    ends = any(name.startswith("step.") for name in reached)
    sides = {f"{name}.{side}" for name in DISTINCTIONS for side in ("tolerable", "intolerable")}
    asked = {f"refer.{code}" for code in FOR_A_PANEL}
    opposed = (rule.outcomes and rule.force != "may") or (
        rule.force == "must" and rule.effect.get("effect") in ("exempt", "aggravate")
    )
    parts = {
        COMPLETENESS: ends,
        CONFLICTS: opposed or (ends and bool(sides & reached)),
        RED_LINES: any(name.startswith("red_line.") for name in reached) or _tolerates(reached, books),
        PANEL: any(name.startswith("clause.") or name in asked for name in reached),
        DIRECTION: ends,
        INFORMATION: bool(rule.establishes),
        LIVE_RULES: True,
        DATES: True,
    }
    return [
        name for name in PROPERTIES if parts.get(name, ends)
    ]  # of a property not known here: the whole chain


def words_of(name: str) -> str:
    """The property as the proof itself words it."""
    return PROPERTIES[name][lang() != "zh"]


def _reached(rule: Rule, books: Shelf) -> set[str]:
    """The findings that a rule makes, and those that can come to depend on it."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [rule]
    while waiting:
        one = waiting.pop()
        if one.version in seen:
            continue
        seen.add(one.version)
        found.update(one.establishes)
        for name in one.establishes:
            waiting += books.readers.get(name, ())
        for displaced in one.overrides:
            waiting += books.versions[displaced]
    return found


def _tolerates(reached: set[str], books: Shelf) -> bool:
    steps = (step for gate in books.gates.values() for step in gate.steps)
    return any(f"step.{step.id}" in reached for step in steps if step.disposition == "tolerate")

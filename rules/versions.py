"""In what two versions of one rule differ: each condition that was added, dropped or moved, and all else it says."""

from dataclasses import dataclass
from datetime import date

from rules.conditions import All, AnyOf, Condition, Test, leaves
from rules.pack import Rule

# Beside the condition, in the order in which a reader is told.
_SAID = ("instrument", "article", "confidence", "enabled", "establishes", "outcomes", "side", "force")


@dataclass(frozen=True)
class Moved:
    """One condition that is not what it was. `old` None: added; `new` None: dropped; both: the one for the other.

    `joined` says how it stands beside the others: "all" (one more thing that must hold) or "any" (one more way).
    """

    joined: str
    old: Condition | None
    new: Condition | None


@dataclass(frozen=True)
class Difference:
    """What a later version of a rule changed: its condition, its bars, whom it displaces, and other parts by name."""

    conditions: tuple[Moved, ...]
    bars: tuple[tuple[str, bool], ...]
    overrides: tuple[tuple[str, bool], ...]
    parts: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.conditions or self.bars or self.overrides or self.parts)


def versions_of(rules: list[Rule]) -> list[Rule]:
    """Versions of one rule in the order of time."""
    return sorted(rules, key=lambda rule: rule.effective_from or date.min)


def difference(old: Rule, new: Rule) -> Difference:
    """What the one says otherwise than the other; the days in force, which always differ, are left out."""
    return Difference(
        tuple(_moved(old.when, new.when)),
        _came_and_went(old.unless, new.unless),
        _came_and_went(old.overrides, new.overrides),
        tuple(name for name in _SAID if getattr(old, name) != getattr(new, name)),
    )


def _came_and_went(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """What is only in the one: with True what came, with False what went."""
    came = [(name, True) for name in new if name not in old]
    return tuple(came + [(name, False) for name in old if name not in new])


def _moved(old: Condition, new: Condition) -> list[Moved]:
    joined = "any" if AnyOf in (type(old), type(new)) and All not in (type(old), type(new)) else "all"
    kind = AnyOf if joined == "any" else All
    gone, come = _unpaired(_parts(old, kind), _parts(new, kind))
    found: list[Moved] = []
    for part in gone:
        like = next((other for other in come if _alike(part, other)), None)
        if like is None:
            found.append(Moved(joined, part, None))
            continue
        come.remove(like)
        found += _within(joined, part, like)
    return found + [Moved(joined, None, part) for part in come]


def _parts(condition: Condition, kind: type) -> list[Condition]:
    return list(condition.parts) if isinstance(condition, kind) else [condition]


def _unpaired(old: list[Condition], new: list[Condition]) -> tuple[list[Condition], list[Condition]]:
    return [part for part in old if part not in new], [part for part in new if part not in old]


def _alike(one: Condition, other: Condition) -> bool:
    """Whether the second may be what became of the first: it asks about the same thing."""
    return bool(_about(one) & _about(other))


def _about(condition: Condition) -> set[str]:
    return {leaf.fact if isinstance(leaf, Test) else leaf.finding for leaf in leaves(condition)}


def _within(joined: str, old: Condition, new: Condition) -> list[Moved]:
    """What moved inside a part that changed: the ways in which it can be met, else the whole of it."""
    if joined == "all" and AnyOf in (type(old), type(new)) and All not in (type(old), type(new)):
        return _moved(old, new)
    return [Moved(joined, old, new)]

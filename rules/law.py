"""Which law governs: every version that may, and the lighter of the old and the new (从旧兼从轻).

Source: Law on Administrative Discipline for Public Officials art. 67; Criminal Law art. 12. What no text
settles (conduct across versions, lightness that cannot be compared) is referred under code C-12.
"""

from dataclasses import dataclass, replace
from datetime import date

from rules.conduct import Conduct
from rules.library import Library
from rules.program import Program
from rules.readers import Readers, readers_of
from rules.reading import Reading

_WEIGHT = {"not_established": 0, "tolerate": 0, "correct": 1, "hold_accountable": 2}


@dataclass(frozen=True)
class World:
    """The law of one day applied to the case: the day, its role, its readers and its readings.

    `established` (the reading without presumptions) is made for the version that governs, and only for it.
    """

    day: date
    role: str
    readers: Readers
    provisional: Reading
    established: Reading | None = None

    @property
    def program(self) -> Program:
        return self.readers.program


@dataclass(frozen=True)
class Governing:
    """Every version considered, the one the answer is read from, and what they do not agree on."""

    worlds: tuple[World, ...]
    chosen: World
    disposition: str
    undecided: bool
    straddles: bool

    def considered(self) -> list[World]:
        """The versions that may yet govern; what is reachable is reachable under one of them."""
        return [world for world in self.worlds if world.role != "later"] + (
            [self.chosen] if self.chosen.role == "later" else []
        )


def governing_law(library: Library, conduct: Conduct, as_of: date, facts: dict, presumed: dict) -> Governing:
    """Apply every version of the law that may govern, and choose; raises ReadersDiffer if two readers disagree."""
    days = conduct.governing_days(library.commencements(), as_of)
    role = "conduct" if len(days) == 1 else "possible"
    worlds: dict[tuple, World] = {}
    for day in days:
        world = _world(library, day, as_of, role, presumed)
        worlds[world.program.key] = world  # of days under the same law the latest stands for all
    later = _world(library, as_of, as_of, "later", presumed)
    settled = {_lighter(world, later) for world in worlds.values()}
    straddles = _straddles(library, conduct, as_of)
    considered = tuple(worlds.values()) + (() if later.program.key in worlds else (later,))
    undecided = len(settled) > 1 or "refer-version" in settled
    disposition = "refer" if undecided else settled.pop()
    own = [world for world in worlds.values() if undecided or world.provisional.disposition == disposition]
    chosen = own[-1] if own else later
    governing = replace(chosen, established=chosen.readers.read(facts))
    considered = tuple(governing if world is chosen else world for world in considered)
    return Governing(considered, governing, disposition, undecided, straddles)


def _world(library: Library, day: date, as_of: date, role: str, presumed: dict) -> World:
    readers = readers_of(library.program(day, as_of), library.vocabulary)
    return World(day, role, readers, readers.read(presumed, provisional=True))


def _lighter(old: World, new: World) -> str:
    """The disposition of the old law, unless the new one is lighter; "refer-version" if they cannot be compared."""
    before, after = old.provisional.disposition, new.provisional.disposition
    if before == after:
        return before
    if before not in _WEIGHT or after not in _WEIGHT:
        return "refer-version"
    return after if _WEIGHT[after] < _WEIGHT[before] else before


def _straddles(library: Library, conduct: Conduct, as_of: date) -> bool:
    """Whether the conduct is known to have begun under one version and ended under another."""
    if not conduct.straddles or conduct.begins[1] is None or conduct.ends[0] is None:
        return False
    first, last = min(conduct.begins[1], as_of), min(conduct.ends[0], as_of)
    return library.program(first, as_of).key != library.program(last, as_of).key if first < last else False

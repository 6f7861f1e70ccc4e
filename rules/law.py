"""Which law governs: every version that may, and the lighter of the old and the new (从旧兼从轻).

Source: Law on Administrative Discipline for Public Officials art. 67; Criminal Law art. 12. What no text
settles (conduct across versions, lightness that cannot be compared) is referred under code C-12.
"""

from dataclasses import dataclass, replace
from datetime import date

from rules.conduct import Conduct
from rules.library import Library
from rules.lighter import comparable, lighter
from rules.program import Program
from rules.readers import Governed, Readers, governed_by, readers_of
from rules.reading import Reading


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
    """Every version considered and what governs: the disposition and the version the answer is explained from.

    `outlooks` holds, for each version that may be the one of the conduct, that version together with the later
    one; the first is the one the answer comes from. `undecided` says that the versions lead to different
    dispositions, or to ones that cannot be compared.
    """

    worlds: tuple[World, ...]
    chosen: World
    outlooks: tuple[Governed, ...]
    disposition: str
    undecided: bool
    straddles: bool


def governing_law(library: Library, conduct: Conduct, as_of: date, facts: dict, presumed: dict) -> Governing:
    """Apply every version of the law that may govern, and choose; raises ReadersDiffer if two readers disagree."""
    days = conduct.governing_days(library.commencements(), as_of)
    role = "conduct" if len(days) == 1 else "possible"
    worlds: dict[Program, World] = {}
    for day in days:
        world = _world(library, day, as_of, role, presumed)
        worlds[world.program] = world  # of days under the same law the latest stands for all
    later = _world(library, as_of, as_of, "later", presumed)
    new = later.provisional.disposition
    answers = {program: lighter(world.provisional.disposition, new) for program, world in worlds.items()}
    undecided = len(set(answers.values())) > 1 or not all(
        comparable(world.provisional.disposition, new) for world in worlds.values()
    )
    latest = list(worlds.values())[-1]
    own = latest.provisional.disposition
    governs = later if comparable(own, new) and answers[latest.program] != own else latest
    chosen = replace(governs, established=governs.readers.read(facts))
    every = [*worlds.values(), *([] if later.program in worlds else [later])]
    return Governing(
        tuple(chosen if world is governs else world for world in every),
        chosen,
        tuple(governed_by(program, later.program, library.vocabulary) for program in reversed(worlds)),
        "refer" if undecided else answers[latest.program],
        undecided,
        _straddles(library, conduct, as_of),
    )


def _world(library: Library, day: date, as_of: date, role: str, presumed: dict) -> World:
    readers = readers_of(library.program(day, as_of), library.vocabulary)
    return World(day, role, readers, readers.read(presumed, provisional=True))


def _straddles(library: Library, conduct: Conduct, as_of: date) -> bool:
    """Whether the conduct is known to have begun under one version and ended under another."""
    if not conduct.straddles or conduct.begins[1] is None or conduct.ends[0] is None:
        return False
    first, last = min(conduct.begins[1], as_of), min(conduct.ends[0], as_of)
    return library.program(first, as_of).key != library.program(last, as_of).key if first < last else False

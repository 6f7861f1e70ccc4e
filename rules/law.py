"""Which law governs: every version that may, and the lighter of the old and the new (从旧兼从轻).

Source: Law on Administrative Discipline for Public Officials art. 67; Criminal Law art. 12. What no text
settles (conduct across versions, lightness that cannot be compared) is referred under code C-12.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.conduct import Conduct
from rules.library import Library
from rules.lighter import comparable, lighter
from rules.places import EVERYWHERE
from rules.program import Program
from rules.readers import Governed, governed_by, readers_of
from rules.reading import Reading


@dataclass(frozen=True)
class World:
    """The law of one day applied to the case: the day, its role, its rules and its readings.

    `established` (the reading without presumptions) is made for the version that governs, and only for it.
    """

    day: date
    role: str
    program: Program
    provisional: Reading
    established: Reading | None = None


@dataclass(frozen=True)
class Outlook:
    """What the facts that are not known may still change under one law of the conduct.

    `stretches` are the first and last days of conduct, oldest first, that fall under it.
    """

    governed: Governed
    stretches: tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Governing:
    """Every version considered and what governs: the disposition and the version the answer is explained from.

    `outlooks` holds, for each version that may be the one of the conduct, that version together with the later
    one; the first is the one the answer comes from. `undecided` says that the versions lead to different
    dispositions, or to ones that cannot be compared.
    """

    worlds: tuple[World, ...]
    chosen: World
    outlooks: tuple[Outlook, ...]
    disposition: str
    undecided: bool
    straddles: bool


def governing_law(
    library: Library, conduct: Conduct, as_of: date, facts: dict, presumed: dict, place: str = ""
) -> Governing:
    """Apply every version of the law that may govern, and choose; raises ReadersDiffer if two readers disagree.

    `place` is that of the conduct, "" where it is not stated: no local rule is then read, and the outlooks show what
    any of them might change. Local law reaches nothing that was done before it: beside the law of the conduct stands
    the later national one with the local law of the conduct (DESIGN: no local text read says that it reaches back).
    """
    days = conduct.governing_days(library.commencements(place), as_of)
    role = "conduct" if len(days) == 1 else "possible"
    readings: dict[Program, Reading] = {}

    def world(day: date, local_day: date, role: str) -> World:
        program = library.program(day, as_of, place, local_day)
        if program not in readings:
            readings[program] = readers_of(program, library.vocabulary).read(presumed, provisional=True)
        return World(day, role, program, readings[program])

    pairs: dict[Program, tuple[World, World]] = {}
    for day in days:
        old, new = world(day, day, role), world(as_of, day, "later")
        pairs.pop(old.program, None)  # of days under the same law the latest stands for all, in its place
        pairs[old.program] = old, new
    answers = {
        program: lighter(old.provisional.disposition, new.provisional.disposition)
        for program, (old, new) in pairs.items()
    }
    undecided = len(set(answers.values())) > 1 or not all(
        comparable(old.provisional.disposition, new.provisional.disposition) for old, new in pairs.values()
    )
    latest, later = list(pairs.values())[-1]
    own = latest.provisional.disposition
    lighter_later = comparable(own, later.provisional.disposition) and answers[latest.program] != own
    governs = later if lighter_later else latest
    chosen = replace(governs, established=readers_of(governs.program, library.vocabulary).read(facts))
    worlds = {old.program: old for old, _ in pairs.values()}
    for _, new in pairs.values():
        worlds.setdefault(new.program, new)
    return Governing(
        tuple(chosen if world.program == governs.program else world for world in worlds.values()),
        chosen,
        _outlooks(library, conduct, as_of, place),
        "refer" if undecided else answers[latest.program],
        undecided,
        _straddles(library, conduct, as_of, place),
    )


def _outlooks(library: Library, conduct: Conduct, as_of: date, place: str) -> tuple[Outlook, ...]:
    """What the facts that are not known may still change under each law of the conduct, the latest first.

    Where the place is not stated it is one of those facts, and the law of every place turns on days of its own: each
    stretch between them is thought of, so that a local law that ended before the next national one began is, too.
    """
    where = place or EVERYWHERE
    stretches: dict[tuple[Program, Program], list[tuple[date, date]]] = {}
    last = min(conduct.ends[1] or as_of, as_of)
    for day in reversed(conduct.governing_days(library.commencements(where), as_of)):
        pair = library.program(day, as_of, where), library.program(as_of, as_of, where, day)
        stretches.setdefault(pair, []).insert(0, (day, max(day, last)))
        last = day - timedelta(days=1)
    return tuple(
        Outlook(governed_by(*pair, library.vocabulary), tuple(found)) for pair, found in stretches.items()
    )


def _straddles(library: Library, conduct: Conduct, as_of: date, place: str) -> bool:
    """Whether the conduct is known to have begun under one version and ended under another."""
    if not conduct.straddles or conduct.begins[1] is None or conduct.ends[0] is None:
        return False
    first, last = min(conduct.begins[1], as_of), min(conduct.ends[0], as_of)
    if first >= last:
        return False
    return library.program(first, as_of, place).key != library.program(last, as_of, place).key

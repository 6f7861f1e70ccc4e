"""The choice of law in columns: what `assess` answers, for very many cases at once.

Cases for which the same versions of the law are possible are taken together. Every version is read over all of them;
the lighter of the old and the new, versions that disagree, and whether the answer can be reached at all are worked
out from the planes as law.py and assess.py work them out from one case.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial, reduce
from itertools import product
from operator import and_

from rules.columns import Columns, bits
from rules.columns_rows import Marks, Rows, union
from rules.conditions import Test, leaves
from rules.conduct import Conduct
from rules.library import Library
from rules.lighter import comparable, lighter
from rules.pack import DISPOSITIONS
from rules.places import EVERYWHERE, PLACE_FACT, code_of, scope
from rules.program import Program
from rules.readers import Governed, governed_by
from rules.whatif import reachable

Pair = tuple[Program, Program]  # the law of the conduct and the later one
Planes = list[int]  # one a disposition, in the order of DISPOSITIONS
_REFER = DISPOSITIONS.index("refer")
_BOTH = list(product(range(len(DISPOSITIONS)), repeat=2))
_LIGHTER = {(o, n): DISPOSITIONS.index(lighter(DISPOSITIONS[o], DISPOSITIONS[n])) for o, n in _BOTH}
_COMPARABLE = [(o, n) for o, n in _BOTH if comparable(DISPOSITIONS[o], DISPOSITIONS[n])]
_TRIED = 200  # completions tried on cases before the solver is asked: it costs as much as a hundred of them


class Versions:
    """The versions of the law that may govern some cases, each with the later one.

    `outlooks` are the pairs under which what is unknown, the place among it, may still turn out; the latest first.
    """

    def __init__(self, pairs: Sequence[Pair], days: Sequence[date], of_day: Callable[[date], Pair]):
        self.pairs, self._days, self._of_day = pairs, days, of_day

    @cached_property
    def latest_outlook(self) -> Pair:
        return self._of_day(self._days[-1])

    @cached_property
    def outlooks(self) -> list[Pair]:
        """All of them, which few cases need."""
        return list(dict.fromkeys(map(self._of_day, reversed(self._days))))


def comparisons(*libraries: Library) -> list[Test]:
    """Every comparison that a rule in force on some day makes, those of places where each is a fact included."""
    rules = [rule for one in libraries for pack in one.packs.values() for rule in pack.rules if rule.enabled]
    regions = {
        region for one in libraries for pack in one.packs.values() if pack.local for region in pack.region
    }
    found = [leaf for rule in rules for leaf in leaves(rule.when) if isinstance(leaf, Test)]
    return list(
        dict.fromkeys([*found, *(Test(PLACE_FACT, "is", code_of(region)) for region in sorted(regions))])
    )


class LawInColumns:
    """The law of one library for cases decided on one day; libraries that are compared share their marks."""

    def __init__(self, library: Library, as_of: date, marks: Marks):
        self.library, self.as_of, self.marks = library, as_of, marks
        self._columns: dict[Program, Columns] = {}
        self._versions: dict[tuple, Versions] = {}
        self._of_stretch: dict[tuple, Versions] = {}
        self._turns: dict[str, tuple[str, str, list[date], list[date]]] = {}
        self._fillings = [_presumed(marks)]
        self._useful = Counter({0: 1})  # how many cases each filling has settled
        self._settled: dict[tuple, str] = {}

    def versions(self, conduct: Conduct, place: str) -> Versions:
        """The versions that may govern: one object for all cases that cannot but be answered alike."""
        if place not in self._turns:
            where = scope(self.library.packs.values(), place)
            anywhere = where if place else EVERYWHERE
            self._turns[place] = where, anywhere, *map(self.library.commencements, (where, anywhere))
        where, anywhere, turns, open_turns = self._turns[place]
        first, last = conduct.ends
        first, last = first and min(first, self.as_of), min(last or self.as_of, self.as_of)
        open_days = first and bisect_right(open_turns, first), bisect_right(open_turns, last)
        key = where, anywhere, first and bisect_right(turns, first), bisect_right(turns, last), *open_days
        if key not in self._of_stretch:
            pairs = [self._pair(where, day) for day in conduct.governing_days(turns, self.as_of)]
            law = tuple(dict.fromkeys(pairs)), *(() if place else open_days)
            if law not in self._versions:
                days = conduct.governing_days(open_turns, self.as_of)
                by_old = {pair[0]: pair for pair in pairs}
                self._versions[law] = Versions(list(by_old.values()), days, partial(self._pair, anywhere))
            self._of_stretch[key] = self._versions[law]
        return self._of_stretch[key]

    def _pair(self, where: str, day: date) -> Pair:
        """The law of a day, and the later one with the local law of that day."""
        made = self.library.program
        return made(day, self.as_of, where, day), made(self.as_of, self.as_of, where, day)

    def dispositions(self, versions: Versions, rows: Rows) -> Planes:
        """For each of DISPOSITIONS the cases to which `assess` gives it.

        An answer stands if some completion of the case leads to it. Completions that the solver once found for a case
        are tried on all others first, so that it is seldom asked.
        """
        law = self._governing(versions, rows).dispositions
        found, seen, open_ = [0] * len(DISPOSITIONS), [0] * len(DISPOSITIONS), rows.every
        untried = [number for number, _ in self._useful.most_common(_TRIED)]
        while open_:
            if untried:
                number = untried.pop(0)
                read = self._reader(rows.planes(self._fillings[number]))
                reached = _lighter(*map(read, versions.latest_outlook))
                seen = [one | other for one, other in zip(seen, reached, strict=True)]
                settled = [here & there & open_ for here, there in zip(law, seen, strict=True)]
                settled[_REFER] |= law[_REFER] & _two(seen) & open_
                self._useful[number] += union(settled).bit_count()
            else:
                row = next(bits(open_))
                answer = DISPOSITIONS[next(place for place, here in enumerate(law) if here >> row & 1)]
                before = len(self._fillings)
                exact = self._exactly(versions, rows.marks_of(row), answer)
                settled = [1 << row if disposition == exact else 0 for disposition in DISPOSITIONS]
                untried = list(range(before, len(self._fillings)))
            found = [one | other for one, other in zip(found, settled, strict=True)]
            open_ ^= union(settled)
        return found

    def fired(self, versions: Versions, rows: Rows) -> dict[tuple[str, tuple[str, ...]], int]:
        """Where each rule that the answer may depend on fires under the law that governs, with what it establishes."""
        true, false, every = rows.planes(self.marks.presumed)
        later = self._governing(versions, rows).later
        found: dict[tuple, int] = {}
        for program, where in zip(versions.pairs[-1], (every ^ later, later), strict=True):
            _, fired = self._columns_of(program).fired(true, false, every, provisional=True)
            for rule_id, here in fired.items():
                key = rule_id, program.nodes[rule_id].rule.establishes
                found[key] = found.get(key, 0) | here & where
        return found

    def _columns_of(self, program: Program) -> Columns:
        if program not in self._columns:
            self._columns[program] = Columns(program, self.marks.tests)
        return self._columns[program]

    def _reader(self, planes: tuple[list[int], list[int], int]) -> Callable[[Program], tuple[int, ...]]:
        """What reads these cases provisionally under one program, each program once."""
        known: dict[Program, tuple[int, ...]] = {}

        def read(program: Program) -> tuple[int, ...]:
            if program not in known:
                known[program] = self._columns_of(program).dispositions(*planes, provisional=True)
            return known[program]

        return read

    def _governing(self, versions: Versions, rows: Rows) -> "_Governing":
        """As governing_law: the lighter of the old and the new, referred where versions lead to different answers."""
        read, every = self._reader(rows.planes(self.marks.presumed)), rows.every
        answers, alike = [], every
        for old, new in versions.pairs:
            answers.append(_lighter(read(old), read(new)))
            alike &= _alike(read(old), read(new))
        agreed = alike & union(reduce(and_, here) for here in zip(*answers, strict=True))
        dispositions = [here & agreed for here in answers[-1]]
        dispositions[_REFER] |= every ^ agreed
        old, new = versions.pairs[-1]
        own = union(here & there for here, there in zip(read(old), answers[-1], strict=True))
        return _Governing(dispositions, _alike(read(old), read(new)) & (every ^ own))

    def _exactly(self, versions: Versions, marks: tuple[int, ...], answer: str) -> str:
        """The answer to one case as assess has it; a completion that leads there is kept as a filling."""
        key = versions, marks, answer
        if key not in self._settled:
            self._settled[key] = self._asked(versions, self.marks.facts(marks), answer)
        return self._settled[key]

    def _asked(self, versions: Versions, facts: dict, answer: str) -> str:
        within: set[str] = set()
        for asked in ([answer], [one for one in DISPOSITIONS if one != answer]):
            for pair in versions.outlooks:
                outlook = governed_by(*pair, self.library.vocabulary)
                found = reachable(outlook.solver, outlook.cells_of(facts), asked)
                if answer in found:
                    self._useful[len(self._fillings)] = 0
                    self._fillings.append(_filling(self.marks, outlook, found[answer]))
                    return answer
                within |= found.keys()
        return min(within) if len(within) == 1 else "refer"


@dataclass(frozen=True)
class _Governing:
    """The dispositions before it is asked what can be reached; `later`: where the later law governs, being lighter."""

    dispositions: Planes
    later: int


def _lighter(old: Sequence[int], new: Sequence[int]) -> Planes:
    found = [0] * len(DISPOSITIONS)
    for (before, after), place in _LIGHTER.items():
        found[place] |= old[before] & new[after]
    return found


def _alike(old: Sequence[int], new: Sequence[int]) -> int:
    """Where the two can be compared."""
    return union(old[before] & new[after] for before, after in _COMPARABLE)


def _two(planes: Iterable[int]) -> int:
    """Where two of them are set at least."""
    one = two = 0
    for here in planes:
        two |= one & here
        one |= here
    return two


def _presumed(marks: Marks) -> list[int]:
    """The filling to begin with: for each variable the cell that is presumed, or else the last one."""
    pairs = zip(marks.variables, marks.presumed, strict=True)
    return [variable.legal_cells()[-1] if cell is None else cell for variable, cell in pairs]


def _filling(marks: Marks, outlook: Governed, witness: dict) -> list[int]:
    """A completion that the solver found, in the cells of the marks; what it says nothing of as presumed."""
    labels = {one.key: one.labels[witness[one.key]] for one in outlook.variables}
    filling = _presumed(marks)
    for number, variable in enumerate(marks.variables):
        if variable.key in labels:
            label = labels[variable.key]
            filling[number] = (
                variable.labels.index(label) if variable.member is not None else variable.cell(label)
            )
    return filling

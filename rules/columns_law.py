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
from functools import cached_property, partial
from itertools import product

from rules.columns import bits
from rules.columns_net import EVERY, Net, Nodes, Planes
from rules.columns_rows import Marks, Rows, plane, union
from rules.conditions import Test, leaves
from rules.conduct import Conduct
from rules.library import Library
from rules.lighter import comparable, lighter
from rules.pack import DISPOSITIONS
from rules.places import EVERYWHERE, PLACE_FACT, code_of, scope
from rules.program import Program
from rules.solver import Completions

Pair = tuple[Program, Program]  # the law of the conduct and the later one
_REFER = DISPOSITIONS.index("refer")
_BOTH = list(product(range(len(DISPOSITIONS)), repeat=2))
_LIGHTER = [(o, n, DISPOSITIONS.index(lighter(DISPOSITIONS[o], DISPOSITIONS[n]))) for o, n in _BOTH]
_COMPARABLE = [(o, n) for o, n in _BOTH if comparable(DISPOSITIONS[o], DISPOSITIONS[n])]
_FEW = 16  # of cases that many times as many, the last that are open are laid out anew
_TRIED = 200  # completions tried on cases before the solver is asked


@dataclass(frozen=True)
class Governing:
    """What governs, before it is asked what can be reached; `later`: where the later law governs, being lighter."""

    dispositions: Nodes
    later: int


class Versions:
    """The versions of the law that may govern some cases, each with the later one.

    `outlooks` are the pairs under which what is unknown, the place among it, may still turn out; the latest first.
    """

    def __init__(self, net: Net, pairs: Sequence[Pair], days: Sequence[date], of_day: Callable[[date], Pair]):
        self.net, self.pairs, self._days, self._of_day = net, pairs, days, of_day

    @cached_property
    def governing(self) -> Governing:
        """As governing_law: the lighter of the old and the new, referred where versions lead to different answers."""
        net, answers = self.net, [lighter_of(self.net, pair) for pair in self.pairs]
        agreed = net.all(
            [
                net.any(map(net.all, zip(*answers, strict=True))),
                *(_alike(net, pair) for pair in self.pairs),
            ]
        )
        dispositions = [net.all([node, agreed]) for node in answers[-1]]
        dispositions[_REFER] = net.any([dispositions[_REFER], net.but(agreed)])
        old = net.dispositions(self.pairs[-1][0])
        own = net.any(map(net.all, zip(old, answers[-1], strict=True)))
        return Governing(tuple(dispositions), net.all([_alike(net, self.pairs[-1]), net.but(own)]))

    @cached_property
    def latest_outlook(self) -> Nodes:
        return lighter_of(self.net, self._of_day(self._days[-1]))

    @cached_property
    def outlooks(self) -> list[Nodes]:
        """All of them, which few cases need."""
        return list(dict.fromkeys(lighter_of(self.net, self._of_day(day)) for day in reversed(self._days)))


def lighter_of(net: Net, pair: Pair) -> Nodes:
    """For each of DISPOSITIONS the node of the cases to which the lighter of the two gives it."""
    old, new = map(net.dispositions, pair)
    if old == new:
        return old
    found: list[list[int]] = [[] for _ in DISPOSITIONS]
    for before, after, place in _LIGHTER:
        found[place].append(net.all([old[before], new[after]]))
    return tuple(map(net.any, found))


def _alike(net: Net, pair: Pair) -> int:
    """Where the two can be compared."""
    old, new = map(net.dispositions, pair)
    if old == new:
        return EVERY
    return net.any(net.all([old[before], new[after]]) for before, after in _COMPARABLE)


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
    """The law of one library for cases decided on one day; libraries that are compared share their net."""

    def __init__(self, library: Library, as_of: date, net: Net):
        self.library, self.as_of, self.net = library, as_of, net
        self._versions: dict[tuple, Versions] = {}
        self._of_stretch: dict[tuple, Versions] = {}
        self._turns: dict[str, tuple[str, str, list[date], list[date]]] = {}

    def versions(self, conduct: Conduct, place: str) -> Versions:
        """The versions that may govern: one object for all cases that cannot but be answered alike."""
        if place not in self._turns:
            where = scope(self.library.packs.values(), place)
            anywhere = where if place else EVERYWHERE
            self._turns[place] = where, anywhere, *map(self.library.commencements, (where, anywhere))
        where, anywhere, turns, open_turns = self._turns[place]
        stretches, open_stretches = self._stretches(conduct, turns), self._stretches(conduct, open_turns)
        key = where, anywhere, stretches, open_stretches
        if key not in self._of_stretch:
            pairs = [self._pair(where, day) for day in conduct.governing_days(turns, self.as_of)]
            law = tuple(dict.fromkeys(pairs)), None if place else open_stretches
            if law not in self._versions:
                days = conduct.governing_days(open_turns, self.as_of)
                by_old = list({pair[0]: pair for pair in pairs}.values())
                self._versions[law] = Versions(self.net, by_old, days, partial(self._pair, anywhere))
            self._of_stretch[key] = self._versions[law]
        return self._of_stretch[key]

    def _stretches(self, conduct: Conduct, turns: list[date]) -> tuple[int | None, int]:
        """The first and the last stretch between commencements in which the conduct can have ended."""
        first, last = conduct.ends
        start = None if first is None else bisect_right(turns, min(first, self.as_of))
        return start, bisect_right(turns, min(last or self.as_of, self.as_of))

    def _pair(self, where: str, day: date) -> Pair:
        """The law of a day, and the later one with the local law of that day."""
        made = self.library.program
        return made(day, self.as_of, where, day), made(self.as_of, self.as_of, where, day)


class Answers:
    """What is answered to cases, under as many laws as are asked about at once.

    An answer stands if some completion of the case leads to it. Completions that the solver once found for a case are
    tried on all others first, so that it is seldom asked.
    """

    def __init__(self, marks: Marks, net: Net):
        self.marks, self.net = marks, net
        self._fillings = [_presumed(marks)]
        self._useful = Counter({0: 1})  # how many cases each filling has settled
        self._settled: dict[tuple, str] = {}

    @cached_property
    def _reach(self) -> "_Reach":
        return _Reach(self.marks, self.net)

    def dispositions(self, laws: Sequence[Versions], rows: Rows) -> list[list[int]]:
        """For each law and each of DISPOSITIONS the cases to which `assess` gives it."""
        trial = _Trial(self.net, laws, rows)
        untried = [number for number, _ in self._useful.most_common(_TRIED)]
        while left := union(trial.open):
            if left.bit_count() * _FEW < rows.count:
                few, numbers = rows.among(left)
                trial.take(self.dispositions(laws, few), numbers)
            elif untried:
                number = untried.pop(0)
                self._useful[number] += trial.tried(self._fillings[number])
            else:
                untried = self._ask(trial, next(bits(left)))
        return trial.found

    def _ask(self, trial: "_Trial", row: int) -> list[int]:
        """Have the solver settle one case; returns what completions it found."""
        before = len(self._fillings)
        for number, versions in enumerate(trial.laws):
            if trial.open[number] >> row & 1:
                answer = next(place for place, here in enumerate(trial.law[number]) if here >> row & 1)
                trial.settle(number, row, self._exactly(versions, trial.rows.cells_of(row), answer))
        return list(range(before, len(self._fillings)))

    def fired(self, versions: Versions, rows: Rows) -> dict[tuple[str, tuple[str, ...]], int]:
        """Where each rule that the answer may depend on fires under the law that governs, with what it establishes."""
        planes = Planes(self.net, rows, self.marks.presumed)
        later = planes.of(versions.governing.later)
        found: dict[tuple, int] = {}
        for program, where in zip(versions.pairs[-1], (planes.every ^ later, later), strict=True):
            for rule_id, node in self.net.rules(program).items() if where else ():
                key = rule_id, program.nodes[rule_id].rule.establishes
                found[key] = found.get(key, 0) | planes.of(node) & where
        return found

    def _exactly(self, versions: Versions, cells: tuple[int | None, ...], answer: int) -> int:
        """The answer to one case as assess has it; a completion that leads there is kept as a filling."""
        key = versions, cells, answer
        if key not in self._settled:
            self._settled[key] = self._asked(versions, cells, answer)
        return self._settled[key]

    def _asked(self, versions: Versions, cells: tuple[int | None, ...], answer: int) -> int:
        for outlook in versions.outlooks:
            filling = self._reach.filling(cells, outlook[answer])
            if filling is not None:
                self._useful[len(self._fillings)] = 0
                self._fillings.append(filling)
                return answer
        within = {
            place
            for outlook in versions.outlooks
            for place, node in enumerate(outlook)
            if place != answer and self._reach.filling(cells, node) is not None
        }
        return min(within) if len(within) == 1 else _REFER


class _Trial:
    """Some cases under some laws while completions are tried: what is `found`, and for each law what is `open`."""

    def __init__(self, net: Net, laws: Sequence[Versions], rows: Rows):
        self.net, self.laws, self.rows = net, laws, rows
        planes = Planes(net, rows, rows.of.presumed)
        self.law = [[planes.of(node) for node in one.governing.dispositions] for one in laws]
        self.found = [[0] * len(DISPOSITIONS) for _ in laws]
        self.open = [rows.every] * len(laws)
        self._seen = [[0] * len(DISPOSITIONS) for _ in laws]  # what some completion led to

    def tried(self, filling: Sequence[int]) -> int:
        """Try a completion; returns how many answers it settles."""
        planes, settled = Planes(self.net, self.rows, filling), 0
        for number, versions in enumerate(self.laws):
            seen, law = self._seen[number], self.law[number]
            for place, node in enumerate(versions.latest_outlook):
                seen[place] |= planes.of(node)
            stands = [here & there for here, there in zip(law, seen, strict=True)]
            stands[_REFER] |= law[_REFER] & _two(seen)
            settled += self._settle(number, stands)
        return settled

    def take(self, found: list[list[int]], numbers: Sequence[int]) -> None:
        """What was found of the cases that are still open, they being those rows."""
        for number, rest in enumerate(found):
            wide = [plane([numbers[row] for row in bits(here)], self.rows.count) for here in rest]
            self._settle(number, wide)

    def settle(self, number: int, row: int, disposition: int) -> None:
        self._settle(number, [1 << row if place == disposition else 0 for place in range(len(DISPOSITIONS))])

    def _settle(self, number: int, stands: Sequence[int]) -> int:
        open_, found = self.open[number], self.found[number]
        for place, here in enumerate(stands):
            found[place] |= here & open_
        self.open[number] = open_ & ~union(stands)
        return (open_ ^ self.open[number]).bit_count()


class _Reach(Completions):
    """Whether some completion of a case lies in a node: a formula that grows with the nodes asked about."""

    def __init__(self, marks: Marks, net: Net):
        super().__init__(marks.variables, len(marks.tests))
        self.net = net
        self._literals: dict[int, int] = {}

    def filling(self, cells: Sequence[int | None], node: int) -> list[int] | None:
        """A completion that does, as the cell of each variable; None if there is none."""
        known = {
            variable.key: cell
            for variable, cell in zip(self.variables, cells, strict=True)
            if cell is not None
        }
        witness = self.completion(known, self._literal(node))
        return None if witness is None else [witness[variable.key] for variable in self.variables]

    def _literal(self, node: int) -> int:
        if node not in self._literals:
            self._literals[node] = self._defined(node)
        return self._literals[node]

    def _defined(self, node: int) -> int:
        if node <= EVERY:
            return self.true if node == EVERY else -self.true
        if node < self.net.first:
            literal = self.tests[node // 2 - 1]
            return -literal if node % 2 else literal
        sign, parts = self.net.made[node - self.net.first]
        literals = list(map(self._literal, parts))
        return self.all(literals) if sign == "&" else self.any(literals) if sign == "|" else -literals[0]


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

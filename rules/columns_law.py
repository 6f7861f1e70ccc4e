"""The choice of law in columns: what `assess` answers, for very many cases at once.

The law of all days is read over all cases, each on its day; a case that may have been on several, on each of them in
turn. The lighter of the old and the new, versions that disagree, and whether the answer can be reached at all are
worked out from the planes as law.py and assess.py work them out from one case.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product

from rules.columns import bits
from rules.columns_days import OUTSIDE, Reading, comparisons, reading, regions_of, with_law
from rules.columns_net import EVERY, Net, Nodes, Planes
from rules.columns_rows import DAY, SCOPE, Cases, Marks, Span, picked, plane, union
from rules.conduct import Conduct
from rules.library import Library
from rules.lighter import comparable, lighter
from rules.pack import DISPOSITIONS
from rules.places import EVERYWHERE, scope
from rules.solver import Completions

_REFER = DISPOSITIONS.index("refer")
_BOTH = list(product(range(len(DISPOSITIONS)), repeat=2))
_LIGHTER = [(o, n, DISPOSITIONS.index(lighter(DISPOSITIONS[o], DISPOSITIONS[n]))) for o, n in _BOTH]
_COMPARABLE = [(o, n) for o, n in _BOTH if comparable(DISPOSITIONS[o], DISPOSITIONS[n])]
_FEW = 16  # of cases that many times as many, the last that are open are laid out anew
_TRIED = 48  # completions that settled most, tried on cases before the solver is asked

Filling = tuple[int, ...]  # for each variable the cell in which it lies wherever it is unknown
Known = dict[int, bool]  # comparisons that are known to be true, and those known to be false


@dataclass(frozen=True)
class Pair:
    """The law of the day and the later one: the lighter of the two, and where the later one governs, being lighter."""

    readings: tuple[Reading, Reading]
    lighter: Nodes
    later: int


class LawInColumns:
    """The law of some libraries, which are compared, for cases decided on one day. They have the same vocabulary.

    Raises ProgramError where the law of some day cannot be put in an order.
    """

    def __init__(self, libraries: Sequence[Library], as_of: date):
        self.libraries, self.as_of = tuple(libraries), as_of
        self.marks = Marks(comparisons(libraries, as_of), with_law(libraries[0].vocabulary))
        self.net = Net(self.marks.tests)
        (day,) = (one for one in self.marks.variables if one.fact == DAY)
        self._cuts = [date.fromisoformat(cut) for cut in day.cuts]
        self._regions = regions_of(libraries)
        self._spans: dict[tuple, Span] = {}
        self._scopes: dict[str, str] = {}
        self._pairs: dict[tuple[int, bool], Pair] = {}

    def pair(self, law: int, everywhere: bool = False) -> Pair:
        """The law of one library; with `everywhere` the place is a fact to be found out."""
        key = law, everywhere
        if key not in self._pairs:
            library = self.libraries[law]
            self._pairs[key] = _paired(
                self.net,
                *(
                    reading(library, self.as_of, self.net, self._regions, later, everywhere)
                    for later in (False, True)
                ),
            )
        return self._pairs[key]

    def span(self, conduct: Conduct, place: str) -> Span:
        """When and where a case was: one object for all cases that cannot but be answered by the same law."""
        if place not in self._scopes:
            packs = [pack for one in self.libraries for pack in one.packs.values()]
            self._scopes[place] = scope(packs, place)
        first, last = (None if day is None else self._cell(day) for day in conduct.ends)
        key = self._scopes[place], bool(place), first, last
        if key not in self._spans:
            self._spans[key] = self._span(conduct, self._scopes[place], bool(place))
        return self._spans[key]

    def _span(self, conduct: Conduct, where: str, placed: bool) -> Span:
        days, outlooks = [], []
        for library in self.libraries:
            governing, thought = (
                [self._cell(day) for day in conduct.governing_days(library.commencements(at), self.as_of)]
                for at in (where, where if placed else EVERYWHERE)
            )
            days.append(
                (thought[-1], *governing[-2::-1])
            )  # that day stands for the last: the same law governs
            outlooks.append(tuple(reversed(thought)))
        return Span(self.marks.mark(SCOPE, where or OUTSIDE), placed, tuple(days), tuple(outlooks))

    def _cell(self, day: date) -> int:
        day = min(day, self.as_of)
        return bisect_left(self._cuts, day) + bisect_right(self._cuts, day)


def _paired(net: Net, old: Reading, new: Reading) -> Pair:
    lighter_of: list[list[int]] = [[] for _ in DISPOSITIONS]
    for before, after, place in _LIGHTER:
        lighter_of[place].append(net.all([old.dispositions[before], new.dispositions[after]]))
    found = tuple(map(net.any, lighter_of))
    alike = net.any(
        net.all([old.dispositions[before], new.dispositions[after]]) for before, after in _COMPARABLE
    )
    own = net.any(map(net.all, zip(old.dispositions, found, strict=True)))
    return Pair((old, new), found, net.all([alike, net.but(own)]))


class Answers:
    """What is answered to cases, under all laws that are compared at once.

    An answer stands if some completion of the case leads to it. What the solver once found for a case is tried on all
    others first, so that it is seldom asked: a completion, or that what is known of the case leaves none.
    """

    def __init__(self, laws: LawInColumns):
        self.laws, self.marks = laws, laws.marks
        self._fillings = {tuple(_presumed(laws.marks)): 1}  # and how many answers each has settled
        self._barriers: dict[int, list[Known]] = {}  # of nodes: what leaves no completion that lies in them
        self._settled: dict[tuple, int] = {}

    @cached_property
    def _reach(self) -> "_Reach":
        return _Reach(self.marks, self.laws.net)

    def dispositions(self, rows: Cases) -> list[list[int]]:
        """For each law and each of DISPOSITIONS the cases, all of one kind, to which `assess` gives it."""
        trial = _Trial(self.laws, rows)
        fillings = sorted(self._fillings, key=self._fillings.__getitem__, reverse=True)[:_TRIED]
        for turn in range(trial.turns):
            self._fillings[fillings[0]] += trial.tried(fillings[0], turn)
        trial.bar(self._barriers)
        self._settle(trial, fillings[1:])
        return trial.found

    def _settle(self, trial: "_Trial", untried: list[Filling]) -> None:
        while left := union(trial.open):
            if left.bit_count() * _FEW < trial.rows.count:
                few, numbers = trial.among(left)
                self._settle(few, untried)
                trial.take(few.found, numbers)
            elif untried:
                filling, *untried = untried
                self._fillings[filling] += trial.tried(filling, 0)
            else:
                untried = self._ask(trial, next(bits(left)))

    def _ask(self, trial: "_Trial", row: int) -> list[Filling]:
        """Have the solver settle one case, and use what it found; returns completions, to be tried."""
        before, barriers = len(self._fillings), {}
        for law, open_ in enumerate(trial.open):
            if open_ >> row & 1:
                answer = next(place for place, here in enumerate(trial.law[law]) if here >> row & 1)
                trial.settle(law, row, self._exactly(law, trial.rows, row, answer, barriers))
        trial.bar(barriers)
        return list(self._fillings)[before:]

    def fired(self, law: int, rows: Cases) -> dict[tuple[str, tuple[str, ...]], int]:
        """Where each rule that the answer may depend on fires under the law that governs, with what it establishes."""
        pair = self.laws.pair(law)
        planes = Planes(self.laws.net, rows, self.marks.presumed).on(rows.day(law, 0)[:2])
        later = planes.of(pair.later)
        found: dict[tuple, int] = {}
        for one, where in zip(pair.readings, (planes.every ^ later, later), strict=True):
            for rule, node in one.fired if where else ():
                found[rule] = found.get(rule, 0) | planes.of(node) & where
        return found

    def _exactly(self, law: int, rows: Cases, row: int, answer: int, barriers: dict[int, list[Known]]) -> int:
        """The answer to one case as assess has it; what is found out about others is kept."""
        span, cells = rows.spans[row], rows.cells_of(row)
        key = law, span, cells, answer
        if key not in self._settled:
            self._settled[key] = self._asked(law, span, cells, answer, barriers)
        return self._settled[key]

    def _asked(
        self,
        law: int,
        span: Span,
        cells: tuple[int | None, ...],
        answer: int,
        barriers: dict[int, list[Known]],
    ) -> int:
        outlook, known = self.laws.pair(law, not span.placed).lighter, self._known(cells, span.outlooks[law])
        within = set()
        for place in sorted(range(len(DISPOSITIONS)), key=lambda place: place != answer):
            filling, why_not = self._reach.filling(known, outlook[place])
            if filling is None:
                self._barriers.setdefault(outlook[place], []).append(why_not)
                barriers.setdefault(outlook[place], []).append(why_not)
                continue
            self._fillings.setdefault(filling, 0)
            if place == answer:
                return answer
            within.add(place)
            if len(within) == 2:
                break
        return min(within) if len(within) == 1 else _REFER

    def _known(self, cells: tuple[int | None, ...], days: Sequence[int]) -> Known:
        """Which comparisons are true of a case and which are not; those with the day, if it is so on every one."""
        found = {}
        for variable, cell in zip(self.marks.variables, cells, strict=True):
            for number in variable.tests:
                truths = {
                    number in variable.truths[one]
                    for one in (days if variable.fact == DAY else [] if cell is None else [cell])
                }
                if len(truths) == 1:
                    found[number] = truths.pop()
        return found


class _Trial:
    """Some cases while completions are tried: what is `found`, and for each law what is `open`."""

    def __init__(self, laws: LawInColumns, rows: Cases, begun: "tuple[list, list, list, list] | None" = None):
        """`begun`: what was found out about the cases when they were rows of another."""
        self.laws, self.rows, numbers = laws, rows, range(len(laws.libraries))
        self._outlooks = [laws.pair(law, not rows.spans[0].placed).lighter for law in numbers]
        self.found = [[0] * len(DISPOSITIONS) for _ in numbers]
        self.turns = max(map(rows.turns, numbers))
        # what the law says, where no completion leads to it, what some completion led to
        if begun is None:
            self.open = [rows.every for _ in numbers]
            self._barred = [0 for _ in numbers]
            self._seen = [[0] * len(DISPOSITIONS) for _ in numbers]
            self.law = self._governing()
        else:
            self.open, self._barred, self._seen, self.law = begun

    def among(self, wanted: int) -> tuple["_Trial", list[int]]:
        """Some of the cases by themselves, with what was found out about them; and which rows they were here."""
        rows, numbers = self.rows.among(wanted)

        def few(planes: Sequence[int]) -> list[int]:
            return [picked(one, numbers) for one in planes]

        begun = few(self.open), few(self._barred), list(map(few, self._seen)), list(map(few, self.law))
        return _Trial(self.laws, rows, begun), numbers

    def _governing(self) -> list[list[int]]:
        """As governing_law: the lighter of the old and the new, referred where versions lead to different answers."""
        base = Planes(self.laws.net, self.rows, self.rows.of.presumed)
        answers: list[list[int]] = [[] for _ in self.open]
        agreed = [self.rows.every for _ in self.open]
        for turn in range(self.turns):
            for law, planes, here in self._on(base, turn):
                pair = self.laws.pair(law)
                given = list(map(planes.of, pair.lighter))
                if turn == 0:
                    answers[law] = given
                same = union(one & other for one, other in zip(answers[law], given, strict=True))
                agreed[law] &= same | ~here  # what cannot be compared is referred
        for given, alike in zip(answers, agreed, strict=True):
            given[:] = [one & alike for one in given]
            given[_REFER] |= self.rows.every ^ alike
        return answers

    def _on(self, base: Planes, turn: int) -> Iterator[tuple[int, Planes, int]]:
        """For each law the planes on its day of that turn, once where it is the same; and which cases have one."""
        alike, found = self.rows.spans[0].kind[2], None
        for law in range(len(self.open)):
            if found is None or not alike:
                *days, here = self.rows.day(law, turn)
                found = base.on(days), here
            yield law, *found

    def tried(self, filling: Sequence[int], turn: int) -> int:
        """Try a completion under the law of one of the days; returns how many answers it settles."""
        base, settled = Planes(self.laws.net, self.rows, filling), 0
        for law, planes, here in self._on(base, turn):
            seen, given = self._seen[law], self.law[law]
            for place, node in enumerate(self._outlooks[law]):
                seen[place] |= planes.of(node) & here
            stands = [one & other for one, other in zip(given, seen, strict=True)]
            stands[_REFER] |= (given[_REFER] | self._barred[law]) & _two(seen)
            settled += self._settle(law, stands)
        return settled

    def bar(self, barriers: Mapping[int, Sequence[Known]]) -> None:
        """Use that no completion lies in a node where this is known."""
        for law, given in enumerate(self.law):
            for place, node in enumerate(self._outlooks[law]):
                for known in barriers.get(node, ()):
                    barred = given[place] & self.open[law]
                    for number, wanted in known.items():
                        if not barred:
                            break
                        barred &= self.rows.known(law, number, wanted)
                    self._barred[law] |= barred
            refer = [0] * len(DISPOSITIONS)
            refer[_REFER] = self._barred[law] & _two(self._seen[law])
            self._settle(law, refer)

    def take(self, found: list[list[int]], numbers: Sequence[int]) -> None:
        """What was found of the cases that are still open, they being those rows."""
        for law, rest in enumerate(found):
            wide = [plane([numbers[row] for row in bits(here)], self.rows.count) for here in rest]
            self._settle(law, wide)

    def settle(self, law: int, row: int, disposition: int) -> None:
        self._settle(law, [1 << row if place == disposition else 0 for place in range(len(DISPOSITIONS))])

    def _settle(self, law: int, stands: Sequence[int]) -> int:
        open_, found = self.open[law], self.found[law]
        for place, here in enumerate(stands):
            found[place] |= here & open_
        self.open[law] = open_ & ~union(stands)
        return (open_ ^ self.open[law]).bit_count()


class _Reach(Completions):
    """Whether some completion of a case lies in a node: a formula that grows with the nodes asked about."""

    def __init__(self, marks: Marks, net: Net):
        super().__init__(marks.variables, len(marks.tests))
        self.net = net
        self._literals: dict[int, int] = {}

    def filling(self, known: Known, node: int) -> tuple[Filling | None, Known]:
        """A completion that does, as the cell of each variable; or None, and of what is known what leaves none."""
        told = {self.tests[number] * (1 if holds else -1): (number, holds) for number, holds in known.items()}
        witness, core = self.found([*told, self._literal(node)])
        if witness is None:
            return None, dict(told[literal] for literal in core if literal in told)
        return tuple(witness[variable.key] for variable in self.variables), {}

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

"""The cases of some organs read straight from their tables and answered in columns, before and after a change.

The store makes one row of each case, its facts as lines of text, so that no row a fact and no object a case is made
here: docs/decisions/0011-columns.md says what was measured.
"""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Select, Text, func, select, type_coerce

from casebook.models import Case, CaseFact, Stage, Standing
from rules.columns import bits
from rules.columns_law import Answers, LawInColumns
from rules.columns_rows import UNREAD, Cases, Marks, Span, plane, union
from rules.conduct import BadConduct, Conduct
from rules.library import Library
from rules.pack import DISPOSITIONS
from rules.places import PLACE_FACT, placed
from rules.vocabulary import BadValue, Vocabulary, check_value

SPAN = 2_000  # numbers of cases that are read at once; their lines are then still at hand when they are cut
CHUNK = 32_768  # cases under the same law that are answered at once
WAITING = 262_144  # cases in memory at most
KNOWN = 200_000  # values, and times with places, that are remembered

Way = tuple[bool, str, str, tuple[str, ...]]  # closed, before, after, the rules behind it


@dataclass
class Replayed:
    """What came of some cases; `moved` holds the ids of those that moved, by the way and the rules."""

    counts: Counter = field(default_factory=Counter)  # (closed, before, after)
    moved: dict[Way, array] = field(default_factory=dict)
    unread: list[int] = field(
        default_factory=list
    )  # whose time or some fact is none that the vocabulary takes

    def add(self, other: "Replayed") -> None:
        self.counts += other.counts
        self.unread += other.unread
        for way, ids in other.moved.items():
            self.moved.setdefault(way, array("q")).extend(ids)


def replay(
    connection: Connection,
    old: Library,
    new: Library,
    as_of: date,
    organs: Sequence[int],
    spans: Iterable[tuple[int, int]],
    tell: Callable[[int], object],
) -> Replayed:
    """Answer the cases whose ids lie in the spans; `tell` is told of how many more have been read."""
    desk = _Desk(old, new, as_of)
    for first, last in spans:
        rows = connection.execute(stored(organs, first, last)).cursor.fetchall()  # no object made of each
        desk.take(rows)
        tell(len(rows))
    desk.clear()
    return desk.found


def stored(organs: Sequence[int], first: int, last: int) -> Select:
    """One row a case: id, stage, time and place, and what the rules read of it, a line a fact.

    Nothing is added to the organ, so that SQLite goes by the ids: by the index on organs it would go through every
    case of theirs for each span.
    """
    case, fact = Case.__table__.c, CaseFact.__table__.c
    lines = select(
        func.aggregate_strings(fact.fact_id.concat(" ").concat(type_coerce(fact.value, Text)), "\n")
    ).where(
        fact.case_id == case.id,
        fact.standing.in_([Standing.DOCUMENTED, Standing.VERIFIED]),
        fact.value.is_not(None),
    )
    return select(
        case.id,
        type_coerce(case.stage, Text),
        type_coerce(case.conduct, Text),
        case.region,
        lines.scalar_subquery(),
    ).where((case.organisation_id + 0).in_(organs), case.id.between(first, last))


class _Values(dict):
    """The mark of each line that was read; None for the place, and for a value that its fact does not take."""

    def __init__(self, marks: Marks, words: Vocabulary):
        super().__init__()
        self.marks, self.words = marks, words

    def __missing__(self, line: str) -> int | None:
        fact, _, text = line.partition(" ")
        if fact == PLACE_FACT:
            mark = None
        elif fact not in self.marks.of_fact:
            mark = UNREAD
        else:
            value = _read(text)
            try:
                check_value(self.words.facts[fact], value)
                mark = self.marks.mark(fact, value)
            except BadValue:
                mark = None
        if len(self) >= KNOWN:
            self.clear()
        self[line] = mark
        return mark


_read = json.JSONDecoder().decode  # what json.loads comes to, without its looking about each time


@dataclass
class _Pile:
    """Cases that wait to be answered together."""

    rows: Cases
    ids: array = field(default_factory=lambda: array("q"))
    closed: list[int] = field(default_factory=list)


class _Desk:
    """Takes cases, piles up those that can be answered together, and answers each pile."""

    def __init__(self, old: Library, new: Library, as_of: date):
        self.laws = LawInColumns((old, new), as_of)
        self.marks, self.answers = self.laws.marks, Answers(self.laws)
        self.values = _Values(self.marks, old.vocabulary)
        self.times: dict[str | None, Conduct | None] = {}
        self.stated: dict[tuple, tuple[Span, _Pile] | None] = {}  # what a time and place say of the law
        self.piles: dict[tuple, _Pile] = {}  # by kind
        self.waiting, self.found = 0, Replayed()

    def take(self, rows: Iterable[tuple[int, str, str | None, str | None, str | None]]) -> None:
        """Each a case: its id, stage, time and place, and the lines of its facts."""
        mark_of, place_of = self.values.__getitem__, self.stated
        for case_id, stage, conduct, region, text in rows:
            lines = text.split("\n") if text else ()
            marks, stated = tuple(map(mark_of, lines)), ""
            if None in marks:
                stated, marks = self._odd(lines, marks)
            key = conduct, region, stated
            place = place_of[key] if key in place_of else self._place(*key)
            if place is None or marks is None:
                self.found.unread.append(case_id)
                continue
            span, pile = place
            row = pile.rows.put(marks, span)
            pile.ids.append(case_id)
            if stage == Stage.CLOSED:
                pile.closed.append(row)
            self.waiting += 1
            if row + 1 >= CHUNK:
                self._answer(pile)
            elif self.waiting >= WAITING:
                self._answer(max(self.piles.values(), key=lambda one: one.rows.count))

    def clear(self) -> None:
        for pile in self.piles.values():
            if pile.rows.count:
                self._answer(pile)

    def _odd(self, lines: Sequence[str], marks: tuple) -> tuple[str, tuple[int, ...] | None]:
        """The line that states the place, and the other marks; None if one is of no value that its fact takes."""
        stated = "".join(line for line in lines if line.startswith(_PLACE))
        others = tuple(mark for mark in marks if mark is not None)
        return stated, others if len(others) == len(marks) - bool(stated) else None

    def _place(self, conduct: str | None, region: str | None, stated: str) -> tuple[Span, _Pile] | None:
        """What a time and place say of the law, and where such cases wait; None where the time cannot be read."""
        if len(self.stated) >= KNOWN:
            self.stated.clear()
            self.times.clear()
        if conduct not in self.times:
            try:
                self.times[conduct] = Conduct.parse(None if conduct is None else json.loads(conduct))
            except BadConduct:
                self.times[conduct] = None
        when, found = self.times[conduct], None
        if when is not None:
            place, _ = placed(region, {PLACE_FACT: json.loads(stated.removeprefix(_PLACE))} if stated else {})
            span = self.laws.span(when, place)
            if span.kind not in self.piles:
                self.piles[span.kind] = _Pile(Cases(self.marks))
            found = span, self.piles[span.kind]
        self.stated[conduct, region, stated] = found
        return found

    def _answer(self, pile: _Pile) -> None:
        rows, every = pile.rows, pile.rows.every
        before, after = self.answers.dispositions(rows)
        closed = plane(pile.closed, rows.count)
        for is_closed, side in ((True, closed), (False, every ^ closed)):
            for one, here in zip(DISPOSITIONS, before, strict=True):
                for other, there in zip(DISPOSITIONS, after, strict=True):
                    if number := (here & there & side).bit_count():
                        self.found.counts[is_closed, one, other] += number
        moved = every ^ union(here & there for here, there in zip(before, after, strict=True))
        if moved:
            self._keep(pile, moved, before, after, closed)
        self.waiting -= rows.count
        pile.rows, pile.ids, pile.closed = Cases(self.marks), array("q"), []

    def _keep(self, pile: _Pile, moved: int, before: list[int], after: list[int], closed: int) -> None:
        """Keep which cases moved, and by which rules."""
        few, numbers = pile.rows.among(moved)
        first, then = (self.answers.fired(law, few) for law in range(2))
        behind: defaultdict[int, list[str]] = defaultdict(list)
        for rule, establishes in sorted(first.keys() | then.keys()):
            for row in bits(first.get((rule, establishes), 0) ^ then.get((rule, establishes), 0)):
                behind[numbers[row]].append(rule)
        was, is_now = _by_row(before, moved), _by_row(after, moved)
        for row in numbers:
            way = bool(closed >> row & 1), was[row], is_now[row], tuple(dict.fromkeys(behind.get(row, ())))
            self.found.moved.setdefault(way, array("q")).append(pile.ids[row])


_PLACE = f"{PLACE_FACT} "


def _by_row(planes: Sequence[int], among: int) -> dict[int, str]:
    return {row: one for one, here in zip(DISPOSITIONS, planes, strict=True) for row in bits(here & among)}


def spans(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The ids from the first to the last, cut into pieces that are read at once."""
    for start in range(first, last + 1, SPAN):
        yield start, min(start + SPAN - 1, last)

"""Prove the nine properties of a library, or of one pack in its company, and keep what was proved of which bytes."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from rules.contradictions import Contradiction, assumed_impossible, impossible
from rules.effort import TooHard
from rules.factors import book
from rules.library import Library
from rules.pack import Accepted, Pack, Rule
from rules.proofs import chain, dates, direction, information, live, older
from rules.proofs.counterexample import CounterExample, Involved
from rules.proofs.law import Law
from rules.proofs.order import Order
from rules.proofs.prover import prover

FORMAT = "casebook-proof/1"
PROPERTIES = {
    chain.COMPLETENESS: (
        "完备：全部事实查明的案件必有环节作出结论",
        "Completeness: some step ends every complete case",
    ),
    chain.CONFLICTS: (
        "无冲突：相互矛盾的规则都已写明何者优先",
        "No conflict: contradicting rules state which goes first",
    ),
    chain.RED_LINES: (
        "红线：触及红线的案件不会容错",
        "Red lines: a case that crosses one is never tolerated",
    ),
    chain.PANEL: (
        "提请：全国规则提请集体研究的事项，地方条款不得径行容错",
        "Panel: what national law leaves to a panel no local clause tolerates by itself",
    ),
    direction.DIRECTION: (
        "方向：更重的事实不使结果变轻",
        "Direction: a graver fact never makes the outcome milder",
    ),
    older.OLDER_CONDUCT: (
        "不溯及：决定得晚，不使结果重于行为时的规定",
        "Older conduct: deciding later never makes the end graver than the law of the conduct",
    ),
    information.INFORMATION: (
        "信息：多查明一项事实不使已定的又不定",
        "Information: a fact more never unsettles what is settled",
    ),
    live.LIVE_RULES: (
        "有用：每条规则都有适用的情形，并得出自己的结论",
        "Live rules: each can fire and says something of its own",
    ),
    dates.DATES: (
        "日期：各版本前后相接，不重不漏",
        "Dates: versions follow each other without gap or overlap",
    ),
}


@dataclass(frozen=True)
class Verdict:
    """Whether one property is proved; `accepted` are the reasons a pack gives for what would otherwise fail."""

    property: str
    failures: tuple[CounterExample, ...]
    accepted: tuple[Accepted, ...]
    seconds: float

    @property
    def proved(self) -> bool:
        return not self.failures

    def label(self, lang: str) -> str:
        return PROPERTIES[self.property][lang != "zh"]

    def as_json(self) -> dict:
        return {
            "property": self.property,
            "zh": self.label("zh"),
            "en": self.label("en"),
            "proved": self.proved,
            "failures": [one.as_json() for one in self.failures],
            "accepted": [{"rules": list(one.rules), **one.why.as_json()} for one in self.accepted],
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True)
class Proof:
    """What was proved, when, and of which bytes. `pack` names the one asked about; empty: all of them, and then also
    the `tables` of measures and limits. `assumed` are combinations of facts that no case can have, which it took for
    granted.

    It holds for these digests only: whoever shows it compares them with what is in force.
    """

    pack: str
    at: datetime | None
    digests: dict[str, str]
    vocabulary: str
    factors: str
    programs: int
    rules: int
    verdicts: tuple[Verdict, ...]
    tables: dict[str, str] = field(default_factory=dict)
    assumed: tuple[Contradiction, ...] = ()

    @property
    def proved(self) -> bool:
        return all(verdict.proved for verdict in self.verdicts)

    @property
    def failures(self) -> tuple[CounterExample, ...]:
        return tuple(one for verdict in self.verdicts for one in verdict.failures)

    def as_json(self) -> dict:
        return {
            "format": FORMAT,
            "pack": self.pack,
            "at": self.at and self.at.isoformat(),
            "proved": self.proved,
            "packs": self.digests,
            "vocabulary": self.vocabulary,
            "factors": self.factors,
            "tables": self.tables,
            "assumed": [{"facts": list(one.facts), "zh": one.zh, "en": one.en} for one in self.assumed],
            "programs": self.programs,
            "rules": self.rules,
            "prover": prover(),
            "solver": f"MiniSat 2.2, python-sat {version('python-sat')}",
            "properties": [verdict.as_json() for verdict in self.verdicts],
        }


def _too_hard(name: str) -> CounterExample:
    """What is said of a property that was not settled: it is not proved, and no case is known in which it fails."""
    return CounterExample(
        name,
        (),
        "规则的条件组合过于复杂，证明在限度之内没有得出结论，不能认为成立。"
        "请减少相互牵连的条件，把大的条件拆成几项认定，或者删去重复的规则。",
        "The conditions combine to more than can be gone through: the proof came to no end, so nothing is proved. "
        "Let fewer conditions hang together, part large ones into findings, or take out rules that repeat others.",
        no_case=(
            "在限度之内既没有证明成立，也没有找到不成立的案件；没有可举的案件，不等于没有这样的案件。",
            "Within the limit neither a proof nor a case was found; none can be shown, though there may be one.",
        ),
    )


def prove(
    library: Library,
    pack: str = "",
    at: datetime | None = None,
    order: Order | None = None,
    tell: Callable[[Verdict], None] = lambda _: None,
) -> Proof:
    """Prove every property of the packs together and of each alone; with `pack`, of that one alone and in company.

    Raises KeyError for a pack that is not in the library. `tell` hears each verdict as it is reached; `order` is that
    of the shipped factors unless given.
    """
    asked = [library.packs[pack]] if pack else list(library.packs.values())
    proving = _Proving(library, asked, order or Order(book().factors.values()))
    verdicts = []
    for name in PROPERTIES:
        verdicts.append(proving.verdict(name))
        tell(verdicts[-1])
    proving.close()
    return Proof(
        pack,
        at,
        {one.name: one.digest for one in library.packs.values()},
        library.vocabulary.digest,
        book().digest,
        proving.together.programs,
        len(proving.together.rules),
        tuple(verdicts),
        dates.table_digests() if proving.whole else {},
        tuple(assumed_impossible({variable.fact for variable in proving.together.variables})),
    )


class _Proving:
    """The formulas of one proof: all packs together, and each one that is asked about alone."""

    def __init__(self, library: Library, asked: list[Pack], order: Order):
        self.packs, self.asked, self.order = list(library.packs.values()), asked, order
        self.whole = len(asked) == len(self.packs) and bool(
            library.steps
        )  # the tables belong to cases, asked in all
        words, never = library.vocabulary, tuple(impossible())
        self.together = Law(self.packs, words, never)
        self.compared = Law(
            self.packs, words, never, order.tests
        )  # apart: second cases would slow the others down
        self.alone = [Law([pack], words, never, alone=True) for pack in asked] if len(self.packs) > 1 else []
        self.used: dict[int, set[str]] = {}  # of each acceptance, the rules that it was needed for

    def close(self) -> None:
        for law in (self.together, self.compared, *self.alone):
            law.clauses.close()

    def verdict(self, name: str) -> Verdict:
        started = time.perf_counter()
        self.used = {}
        failures: dict[str, CounterExample] = {}
        accepted = [one for pack in self.asked for one in pack.accepted if one.property == name]
        try:
            for one in self._failures(name):
                failures.setdefault(one.zh, one)  # alone and together the same is said once
            needless = [one for pack in self.asked for one in self._needless(pack, name)]
        except TooHard:
            failures |= {one.zh: one for one in (_too_hard(name),)}
            needless = []  # what was not gone through may need what a pack says
        waived = tuple(one for one in accepted if id(one) in self.used)
        return Verdict(name, (*failures.values(), *needless), waived, time.perf_counter() - started)

    def _failures(self, name: str) -> Iterator[CounterExample]:
        if name == chain.COMPLETENESS:
            yield from self._complete()
        elif name == chain.CONFLICTS:
            for law in (*self.alone, self.together):
                yield from chain.conflicts(law, lambda *rules: self._waived(name, rules))
        elif name == chain.RED_LINES:
            yield from chain.red_lines(self.together)
        elif name == chain.PANEL:
            yield from self._left_to_a_panel()
        elif name == direction.DIRECTION:
            yield from self._directed()
        elif name == older.OLDER_CONDUCT:
            yield from older.older_conduct(self.together)
        elif name == information.INFORMATION:
            for law in (*self.alone, self.compared):
                yield from information.information(law)
        elif name == live.LIVE_RULES:
            for law in (*self.alone, self.together):
                yield from self._unwaived(live.live_rules(law))
        else:
            yield from self._dated()

    def _dated(self) -> Iterator[CounterExample]:
        yield from self._unwaived(dates.dates(self.asked))
        if self.whole:
            yield from dates.tables()

    def _complete(self) -> Iterator[CounterExample]:
        """What falls through after the last day of which a pack says why nothing ends a case before it.

        Only a pack with steps of the chain can say it, and of no day later than is needed.
        """
        stated = [
            one
            for pack in self.packs
            for one in pack.accepted
            if one.property == chain.COMPLETENESS and pack.steps
        ]
        last = max(stated, key=lambda one: one.until, default=None)
        if last is not None and next(chain.completeness(self.together, last.until), None) is not None:
            self.used[id(last)] = set()
        yield from chain.completeness(self.together, last and last.until + timedelta(days=1))

    def _left_to_a_panel(self) -> Iterator[CounterExample]:
        """What local law takes from a panel although no national pack says why; a pack of a place cannot."""
        national = [pack for pack in self.packs if not pack.local]
        yield from self._beyond(chain.PANEL, national, lambda named: chain.panel(self.together, named))

    def _directed(self) -> Iterator[CounterExample]:
        """What goes against the direction although the rules that a pack explains are left out of account."""
        yield from self._beyond(
            direction.DIRECTION,
            self.packs,
            lambda named: direction.direction(self.compared, self.order, named),
        )

    def _beyond(
        self, name: str, packs: list[Pack], fails: Callable[[list[str]], Iterator[CounterExample]]
    ) -> Iterator[CounterExample]:
        """What fails although the rules that these packs explain are left out of account."""
        stated = [one for pack in packs for one in pack.accepted if one.property == name]
        named = [rule for one in stated for rule in one.rules]
        for one in stated:
            for rule in reversed(one.rules):  # where either of two would do, the one named first is kept
                fewer = [other for other in named if other != rule]
                if next(fails(fewer), None) is None:
                    named = fewer
                else:
                    self.used.setdefault(id(one), set()).add(rule)
        yield from fails(named)

    def _unwaived(self, found: Iterable[CounterExample]) -> Iterator[CounterExample]:
        for one in found:
            if not self._waived(
                one.property, one.rules[:1] if one.property == live.LIVE_RULES else one.rules
            ):
                yield one

    def _waived(self, name: str, rules: Iterable[Rule | Involved]) -> bool:
        """Whether a pack says why these rules, which it names, are right as they are.

        Of two that contradict each other, the one that goes before is the first that the pack names.
        """
        wanted = {rule.id for rule in rules}
        for pack in self.packs:
            for one in pack.accepted:
                first = name != chain.CONFLICTS or wanted.intersection(one.rules[:1])
                if one.property == name and first and wanted <= set(one.rules):
                    self.used.setdefault(id(one), set()).update(wanted)
                    return True
        return False

    def _needless(self, pack: Pack, name: str) -> Iterator[CounterExample]:
        """What the pack explains and nothing needs explained: a whole entry, or some of the rules it names."""
        for one in pack.accepted:
            if one.property != name:
                continue
            needed = self.used.get(id(one))
            spare = [rule for rule in one.rules if rule not in (needed or ())]
            if needed is not None and not spare:
                continue
            rules = tuple(Involved.of(rule) for rule in pack.rules if rule.id in spare and rule.enabled)
            place = one.why.place
            zh, en = "这项说明（accepted）", "this acceptance"
            if needed is not None:
                zh, en = f"{zh}所列 {'、'.join(spare)} ", f"what {en} says of {', '.join(spare)}"
            elif one.until:
                zh, en = f"{zh}（截至{one.until}）", f"{en} (until {one.until})"
            yield CounterExample(
                name,
                rules,
                f"{place}：{zh}已无必要，没有它也能证明，应当删去或者缩小范围。",
                f"{place}: nothing needs {en}; take it out or narrow it.",
                as_of=one.until,
                no_case=(
                    "多余的是规则包中的说明，并没有哪个案件因此出错，没有可举的案件。",
                    "What is spare is a statement of the pack. No case goes wrong by it: there is none to show.",
                ),
            )

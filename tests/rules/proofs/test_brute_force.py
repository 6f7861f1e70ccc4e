"""The prover and going through every case agree: what it finds is there, and what it rules out is in no case."""

from datetime import date
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Test
from rules.generated import Generated
from rules.library import Library
from rules.pack import DISPOSITIONS
from rules.proofs.chain import completeness
from rules.proofs.direction import direction
from rules.proofs.information import information
from rules.proofs.law import Law
from rules.proofs.live import live_rules
from rules.proofs.order import WEIGHT, Order
from tests.rules.proofs.packs import factor
from tests.rules.random_packs import VALUES, WORDS, Made

DAYS = ("2010-01-01", "2015-06-01", "2020-12-31")
ORDER = Order(
    [
        factor(WORDS.facts["bool"], condition=Test("bool", "is", True)),
        factor(WORDS.facts["choice"], graver=False, order=(("x",), ("y",))),
        factor(WORDS.facts["count"]),
    ]
)
GRAVER = {"bool": {(False, True)}, "choice": {("y", "x")}}


def made(seed: int) -> tuple[Made, Library]:
    """A random pack over three facts, of which some rules begin or end to be in force."""
    random = Random(seed)
    pack = Made(random, tuple(random.sample(list(VALUES), 3)), rules=9)
    for rule in pack.rules:
        if random.random() < 0.3:
            rule["effective"][random.choice(["from", "to"])] = random.choice(DAYS)
    return pack, pack.library()


def readings(pack: Made, library: Library, unknown: bool = True):
    """Every case in each stretch of law, in both readings: facts, whether provisional, what comes of it, the day."""
    cases = list(product(*([*VALUES[fact], *([None] if unknown else [])] for fact in pack.facts)))
    for day in (
        "2000-01-01",
        "2010-01-01",
        "2010-01-02",
        "2015-06-01",
        "2015-06-02",
        "2020-12-31",
        "2021-01-01",
    ):
        on = date.fromisoformat(day)
        reader = Generated(library.program(on, on), library.vocabulary)
        for values in cases:
            facts = {fact: value for fact, value in zip(pack.facts, values, strict=True) if value is not None}
            yield facts, False, reader.read(facts), day
            presumed = {
                one.id: one.presume for one in WORDS.facts.values() if one.presume is not None
            } | facts
            yield facts, True, reader.read(presumed, provisional=True), day


@given(st.integers(0, 10**9))
@settings(max_examples=10, deadline=None)
def test_every_rule_finding_and_end_that_some_case_has_the_formula_has_and_no_other(seed):
    pack, library = made(seed)
    law = Law(library.packs.values(), WORDS)
    seen = set()
    for _, provisional, reading, day in readings(pack, library):
        nodes = library.program(_day(day), _day(day)).nodes
        rules = {nodes[name].rule.version: value for name, value in reading.rules.items()}
        named = rules | reading.findings | {"end": reading.disposition}
        seen |= {(provisional, name, value) for name, value in named.items()}
    versions = {rule.version: law.case.rules[rule.version] for rule in law.rules}
    for provisional, reading in ((False, -law.provisional), (True, law.provisional)):
        for name, rails in (versions | law.case.findings).items():
            assert bool(law.clauses.find(reading, rails.true)) == ((provisional, name, True) in seen)
        for name, rails in versions.items():  # false also says: not in force
            if (provisional, name, False) in seen:
                assert law.clauses.find(reading, rails.false)
        for end in DISPOSITIONS:
            assert bool(law.clauses.find(reading, law.case.ends(end))) == ((provisional, "end", end) in seen)


@given(st.integers(0, 10**9))
@settings(max_examples=10, deadline=None)
def test_what_is_complete_live_and_settled_is_so_in_every_case(seed):
    pack, library = made(seed)
    law = Law(library.packs.values(), WORDS)
    fired, unended = set(), False
    for facts, provisional, reading, day in readings(pack, library):
        nodes = library.program(_day(day), _day(day)).nodes
        fired |= {nodes[name].rule.version for name, value in reading.rules.items() if value}
        read = {test.fact for test in law.tests}
        unended = unended or (provisional and read <= facts.keys() and reading.step is None)

    assert bool(list(completeness(law))) == unended
    dead = {one.rules[0].version for one in live_rules(law) if "never fires" in one.en}
    assert dead == {rule.version for rule in law.rules} - fired
    assert list(information(law)) == []


@given(st.integers(0, 10**9))
@settings(max_examples=10, deadline=None)
def test_a_pair_of_cases_against_the_direction_is_found_if_there_is_one_and_only_then(seed):
    pack, library = made(seed)
    ends: dict[tuple, str] = {}
    for facts, provisional, reading, day in readings(pack, library):
        if provisional:
            ends[day, *(str(facts.get(fact)) for fact in pack.facts)] = reading.disposition
    cases = {key: key[1:] for key in ends}
    wrong = False
    for one, other in product(ends, ends):
        if one[0] != other[0] or one == other or not {ends[one], ends[other]} <= WEIGHT.keys():
            continue
        if WEIGHT[ends[other]] < WEIGHT[ends[one]] and all(
            _graver(fact, old, new)
            for fact, old, new in zip(pack.facts, cases[one], cases[other], strict=True)
        ):
            wrong = True
            break
    law = Law(library.packs.values(), WORDS, tests=ORDER.tests)

    found = list(direction(law, ORDER))

    assert bool(found) == wrong
    for one in found:
        assert one.changed.keys() <= {"bool", "choice", "count"}


def _graver(fact: str, old: str, new: str) -> bool:
    if old == new:
        return True
    if "None" in (old, new):
        return False
    if fact == "count":
        return int(old) < int(new)
    return (old, new) in {(str(one), str(other)) for one, other in GRAVER.get(fact, ())}


def _day(text: str) -> date:
    return date.fromisoformat(text)

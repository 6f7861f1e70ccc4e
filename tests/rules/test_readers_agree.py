"""Several readers, one meaning: durable-rules, the generated function, columns, the sweep and the solver, each against
a slow oracle that shares no code with them, on random packs and cases and on the shipped ones.

`python -m benchmarks.agreement` does the same for 20,000 random packs.
"""

from collections import Counter
from datetime import date
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import cells, conditions, engine
from rules.assess import assess, with_presumptions
from rules.conduct import Conduct
from rules.engine import Engine
from rules.generated import Generated
from rules.library import PACKS, library
from rules.readers import governed_by, readers_of
from rules.solver import Solver
from rules.vocabulary import vocabulary
from rules.whatif import decisive_unknowns, flips, reachable
from rules.yaml_source import read_yaml

from . import oracle
from .compared import InColumns, differences
from .made import TODAY, make_program, make_rule
from .oracle import Oracle
from .random_packs import LITERALS, OPERATORS, VALUES, WORDS, Made

SMALL = [
    ("bool", "choice", "count"),
    ("presumed", "open", "day"),
    ("bool", "many", "money"),
    ("bool", "presumed"),
]


@pytest.mark.parametrize("block", range(5))
def test_the_engine_the_generated_function_and_columns_agree_with_the_oracle_on_random_packs(block):
    pairs, wrong, seen = 0, [], Counter()

    for seed in range(block * 1000, block * 1000 + 23):
        made = Made(Random(seed))
        program = made.library().program(TODAY, TODAY)
        engine, generated = Engine(program), Generated(program, WORDS)
        cases = [made.case() for _ in range(88)]
        columns = InColumns(program, WORDS, cases)
        for case in cases:
            for provisional in (False, True):
                pairs += 1
                wrong += differences(made.rules, made.steps, case, provisional, engine, generated, columns)
        seen.update(engine.read(made.case()).rules.values())
        engine.close()

    assert wrong == []
    assert pairs > 4000
    assert min(seen[verdict] for verdict in (True, False, None)) > 10


def test_every_operator_of_the_language_is_known_to_every_reader_and_to_the_random_packs():
    used = {kind: names for kind, names in conditions.OPERATORS.items() if names}
    every = {name for names in used.values() for name in names}
    compared = every - {"in", "not_in"}  # read as several comparisons

    assert used == OPERATORS
    assert set(oracle.COMPARE) == every
    assert set(conditions.NEGATED) == compared
    assert set(cells._HOLDS) == compared
    assert {"is", "includes", *engine._OPERATORS} == compared


def random_conditions(facts=tuple(VALUES)):
    """A strategy of conditions, small ones first, so that a failure shrinks to its cause."""

    def compared(fact):
        operators = OPERATORS[WORDS.facts[fact].type]
        one = st.sampled_from(LITERALS[fact])

        def comparison(op):
            literal = st.lists(one, min_size=2, max_size=3) if op in ("in", "not_in") else one
            return literal.map(lambda value: {"fact": fact, op: value})

        return st.sampled_from(operators).flatmap(comparison)

    def joined(parts):
        some = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(some.map(lambda parts: {"all": parts}), some.map(lambda parts: {"any": parts}))

    return st.recursive(st.sampled_from(facts).flatmap(compared), joined, max_leaves=10)


CASES = st.fixed_dictionaries({}, optional={fact: st.sampled_from(VALUES[fact]) for fact in VALUES})


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(random_conditions(), CASES)
def test_any_condition_on_any_case_means_the_same_to_every_reader(when, case):
    rules = [make_rule("x.one", when, {"finding": "one"})]
    program = make_program(WORDS, rules)
    engine = Engine(program)

    columns = InColumns(program, WORDS, [case])
    found = differences(rules, [], case, False, engine, Generated(program, WORDS), columns)

    engine.close()
    assert found == []


# -- the solver: every completion of a case at once


@cache
def small_packs():
    """Random packs over few facts, each with its readers."""
    packs = []
    for seed in range(40):
        made = Made(Random(seed + 5000), SMALL[seed % len(SMALL)], rules=9)
        generated = Generated(made.library().program(TODAY, TODAY), WORDS)
        packs.append((made, generated, Solver(generated)))
    return packs


def brute(made, case):
    """Every disposition that a completion of the case has, found by going through all of them."""
    return {Oracle(made.rules, made.steps, whole).disposition for whole in made.completions(case)}


def test_what_the_solver_can_reach_is_what_going_through_every_completion_reaches():
    sizes = Counter()

    for made, generated, solver in small_packs():
        for gap in (1, 0.6, 0.3):
            case = made.case(gap)
            found = reachable(solver, generated.cells_of(case))
            assert set(found) == brute(made, case), (made.rules, case)
            sizes[len(found)] += 1

    assert sizes[1] > 5
    assert sum(count for size, count in sizes.items() if size > 1) > 30


def test_each_reachable_disposition_comes_with_a_completion_that_ends_in_it():
    for made, generated, solver in small_packs():
        known = generated.cells_of(made.case(0.6))
        for disposition, witness in reachable(solver, known).items():
            assert known.items() <= witness.items()
            assert generated.sweep([witness], [], provisional=False) == [disposition]


def test_establishing_a_fact_never_enlarges_what_is_reachable():
    for made, generated, solver in small_packs():
        case = made.case(0.7)
        before = reachable(solver, generated.cells_of(case)).keys()
        for fact in set(made.facts) - set(case):
            for value in VALUES[fact]:
                after = reachable(solver, generated.cells_of(case | {fact: value})).keys()
                assert after <= before


def test_of_a_complete_case_exactly_its_own_disposition_is_reachable():
    for made, generated, solver in small_packs():
        whole = next(made.completions(made.case(0)))

        assert list(reachable(solver, generated.cells_of(whole))) == [generated.read(whole).disposition]


def test_the_answer_to_a_complete_case_is_the_same_strictly_and_provisionally_read():
    for made, generated, _ in small_packs():
        whole = made.case(0)

        strict, provisional = generated.read(whole), generated.read(whole, provisional=True)

        assert (strict.disposition, strict.rules) == (provisional.disposition, provisional.rules)
        assert strict.disposition is not None


# -- the sweep: many variants in one pass


@pytest.mark.parametrize("provisional", [False, True])
def test_a_sweep_answers_each_variant_as_reading_it_alone_does(provisional):
    for made, generated, _ in small_packs():
        cases = [made.case(0.4) for _ in range(4)]
        moves, variants = [], []
        for variable in generated.variables:
            for base, case in enumerate(cases):
                for cell in variable.legal_cells():
                    moved = moved_to(variable, cell, case)
                    if moved is not None:
                        moves.append((base, variable, cell))
                        variants.append(moved)

        answers = generated.sweep([generated.cells_of(case) for case in cases], moves, provisional)

        alone = [generated.read(case, provisional).disposition for case in [*cases, *variants]]
        assert answers == alone


def moved_to(variable, cell, case):
    """The case with one fact in another cell; None where a fact of several values is wholly unknown."""
    if variable.member is None:
        return case | {variable.fact: variable.labels[cell]}
    if variable.fact not in case:
        return None
    others = [one for one in case[variable.fact] if one != variable.member]
    return case | {variable.fact: others + [variable.member] * (cell == 0)}


# -- what would change the answer


def presumed_answer(generated, case):
    return generated.read(with_presumptions(WORDS, case), provisional=True).disposition


def test_every_flip_changes_the_answer_as_it_says_and_no_other_single_change_does():
    found_some = 0

    for made, generated, _ in small_packs():
        case = made.case(0.3)
        answer = presumed_answer(generated, case)

        found = flips(generated, case, with_presumptions(WORDS, case), answer)

        for flip in found:
            assert flip.found == case[flip.fact]
            assert flip.disposition != answer
            assert presumed_answer(generated, case | {flip.fact: flip.to}) == flip.disposition
        changing = {
            (fact, other)
            for fact in case
            if fact != "many"
            for value in VALUES[fact]
            if (other := presumed_answer(generated, case | {fact: value})) != answer
        }
        assert {(flip.fact, flip.disposition) for flip in found if flip.fact != "many"} == changing
        found_some += bool(found)

    assert found_some > 5


def as_value(fact, shown):
    """The value that an unknown fact's `changes` show as text."""
    kind = WORDS.facts[fact].type
    return shown == "true" if kind == "boolean" else float(shown) if kind == "number" else shown


def unknowns_of(made, generated, solver, case):
    presumed = with_presumptions(WORDS, case)
    answer = presumed_answer(generated, case)
    witnesses = reachable(solver, generated.cells_of(case))
    order = {fact: (False, False, place) for place, fact in enumerate(VALUES)}
    return decisive_unknowns(generated, solver, case, presumed, answer, witnesses, order), answer


def test_a_decisive_unknown_changes_or_narrows_the_answer_as_it_says_and_every_such_fact_is_listed():
    changing = narrowing = 0

    for made, generated, solver in small_packs():
        case = made.case(0.7)
        found, answer = unknowns_of(made, generated, solver, case)
        before = brute(made, case)
        listed = {one.fact: one for one in found}
        for fact in {*made.facts} - {*case, "many"}:
            after = {str(value): brute(made, case | {fact: value}) for value in VALUES[fact]}
            narrows = any(reached != before for reached in after.values())
            answers = {presumed_answer(generated, case | {fact: value}) for value in VALUES[fact]} - {answer}
            if len(before) > 1 and (answers or narrows):
                assert listed[fact].narrows == narrows
                assert set(listed[fact].changes.values()) == answers
                for shown, disposition in listed[fact].changes.items():
                    assert presumed_answer(generated, case | {fact: as_value(fact, shown)}) == disposition
                changing, narrowing = changing + bool(answers), narrowing + narrows
            elif fact in listed:
                assert (listed[fact].changes, listed[fact].narrows) == ({}, False)

    assert min(changing, narrowing) > 10


def test_where_the_answer_is_open_some_unknown_fact_is_named_and_each_only_once():
    for made, generated, solver in small_packs():
        case = made.case(0.7)
        found, _ = unknowns_of(made, generated, solver, case)
        facts = [one.fact for one in found]

        assert len(facts) == len(set(facts))
        assert bool(facts) == (len(brute(made, case)) > 1)
        assert not {*facts} & {*case}


def test_the_unknown_facts_are_the_same_whatever_was_asked_of_the_solver_before():
    for made, generated, solver in small_packs():
        case = made.case(0.7)
        first = unknowns_of(made, generated, solver, case)
        for _ in range(5):
            unknowns_of(made, generated, solver, made.case(0.5))

        assert unknowns_of(made, generated, solver, case) == first


# -- the shipped packs

DAYS = [date(2010, 1, 1), date(2019, 12, 31), TODAY]


def plain_rules(conduct_day, as_of):
    """The rules in force and all steps, from the files, without the reader of packs."""
    rules, steps = [], []
    for path in sorted(PACKS.glob("*.yaml")):
        pack = read_yaml(path)
        day = (conduct_day if pack["governed_by"] == "conduct" else as_of).isoformat()
        steps += pack.get("steps", [])
        rules += [
            rule
            for rule in pack["rules"]
            if rule.get("enabled", True)
            and (rule["effective"]["from"] or "") <= day <= (rule["effective"]["to"] or "9999")
        ]
    return rules, steps


def random_case(random, gap):
    """Values for some facts of the vocabulary, near the thresholds for numbers and dates."""
    case = {}
    for fact in vocabulary().facts.values():
        if fact.type == "text" or fact.open_values or random.random() < gap:
            continue
        if fact.type == "choices":
            case[fact.id] = random.sample(fact.values, random.randint(0, 2))
        elif fact.type == "choice":
            case[fact.id] = random.choice(fact.values)
        elif fact.type == "boolean":
            case[fact.id] = random.random() < 0.3
        elif fact.type == "date":
            case[fact.id] = (
                f"20{random.randint(10, 26)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
            )
        else:
            numbers = [0, 1, 2, 3, 5, 6, 10, 50, 100, 10**7, 5 * 10**7, 10**9]
            fits = [n for n in numbers if n >= (fact.minimum or 0) and n <= (fact.maximum or n)]
            case[fact.id] = random.choice(fits)
    return case


@pytest.mark.parametrize("conduct_day", DAYS, ids=str)
def test_the_readers_agree_with_the_oracle_on_the_shipped_packs(conduct_day):
    random, wrong = Random(conduct_day.toordinal()), []
    readers = readers_of(library().program(conduct_day, TODAY))
    rules, steps = plain_rules(conduct_day, TODAY)

    cases = [random_case(random, (0.95, 0.8, 0.5, 0.1)[number % 4]) for number in range(72)]
    cases += [with_presumptions(vocabulary(), case) for case in cases]
    columns = InColumns(readers.program, vocabulary(), cases)
    for number, case in enumerate(cases):
        provisional = number >= 72
        wrong += differences(rules, steps, case, provisional, readers.engine, readers.generated, columns)

    assert wrong == []


@pytest.mark.parametrize("conduct_day", DAYS, ids=str)
def test_columns_read_many_cases_of_the_shipped_packs_as_the_generated_function_does(conduct_day):
    random = Random(conduct_day.toordinal() + 2)
    generated = readers_of(library().program(conduct_day, TODAY)).generated
    cases = [random_case(random, random.random()) for _ in range(400)]
    columns = InColumns(generated.program, vocabulary(), cases)

    for case in cases:
        for provisional in (False, True):
            alone, side_by_side = generated.read(case, provisional), columns.read(case, provisional)
            assert (alone.rules, alone.disposition) == (side_by_side.rules, side_by_side.disposition)


@pytest.mark.parametrize("conduct_day", DAYS, ids=str)
def test_the_two_readers_of_record_agree_on_many_cases_of_the_shipped_packs(conduct_day):
    random = Random(conduct_day.toordinal() + 1)
    readers = readers_of(library().program(conduct_day, TODAY))

    dispositions = Counter(
        readers.read(random_case(random, random.random()), provisional=bool(number % 2)).disposition
        for number in range(700)
    )

    assert len(dispositions) > 3


def shipped_law(conduct_day):
    """The shipped law of a day together with the law of today."""
    packs = library()
    return governed_by(packs.program(conduct_day, TODAY), packs.program(TODAY, TODAY), packs.vocabulary)


@pytest.mark.parametrize("conduct_day", DAYS, ids=str)
def test_on_the_shipped_packs_today_s_answer_can_be_reached_or_refers(conduct_day):
    """Under each version by itself; the lighter of two may need what no one completion has, and is then referred."""
    random, law = Random(7), shipped_law(conduct_day)
    alone = [governed_by(one.program, one.program, vocabulary()) for one in law.versions]

    for number in range(80):
        case = random_case(random, (0.98, 0.9, 0.7, 0.3)[number % 4])
        presumed = with_presumptions(vocabulary(), case)
        for version in alone:
            answer = version.sweep([version.cells_of(presumed)], [], provisional=True)[0]
            found = reachable(version.solver, version.cells_of(case))
            assert answer in found or answer == "refer"
            assert len(found) > 1 or list(found) == [answer]
        answer = law.sweep([law.cells_of(presumed)], [], provisional=True)[0]
        found = reachable(law.solver, law.cells_of(case))
        if answer not in found and answer != "refer":
            assert len(found) > 1
            assert assess(case, Conduct.parse(conduct_day.isoformat()), TODAY)["disposition"] == "refer"


@pytest.mark.parametrize("conduct_day", DAYS, ids=str)
def test_on_the_shipped_packs_a_further_fact_never_enlarges_what_is_reachable(conduct_day):
    random, law = Random(8), shipped_law(conduct_day)

    for _ in range(15):
        case = random_case(random, 0.9)
        whole = random_case(random, 0) | case
        before = set(reachable(law.solver, law.cells_of(case)))
        for fact in random.sample(sorted(set(whole) - set(case)), 25):
            case[fact] = whole[fact]
            after = set(reachable(law.solver, law.cells_of(case)))
            assert after <= before
            before = after

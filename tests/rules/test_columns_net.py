"""Programs as one graph: what they have in common is one node, and what comes of it is what each of them says."""

from random import Random

from rules.columns import Columns
from rules.columns_net import EVERY, NONE, Net, Planes
from rules.columns_rows import Marks, Rows

from .made import (
    TODAY,
    make_fact,
    make_program,
    make_rule,
    make_step,
    make_words,
)
from .random_packs import WORDS, Made

A, B = ({"fact": fact, "is": True} for fact in "ab")
AB = make_words(make_fact("a"), make_fact("b"))
STEPS = [make_step("one", "correct", 1), make_step("two", "tolerate", 2)]


def program(one, two):
    return make_program(
        AB, [make_rule("x.one", one, {"step": "one"}), make_rule("x.two", two, {"step": "two"})], STEPS
    )


def test_what_two_programs_have_in_common_is_one_node():
    first, other = program(A, B), program(A, {"all": [A, B]})
    net = Net(first.tests)

    before = net.dispositions(first)
    made = len(net.made)
    after = net.dispositions(other)

    assert net.rules(first)["x.one"] == net.rules(other)["x.one"]
    assert [one == two for one, two in zip(before, after, strict=True)].count(True) > 1
    assert net.dispositions(program(A, B)) == before
    assert net.dispositions(first) is before
    apart = Net(first.tests)
    apart.dispositions(other)
    assert len(net.made) < made + len(apart.made)


def test_a_node_of_every_case_or_of_none_is_never_made_of_others():
    net = Net(program(A, B).tests)

    assert net.all([]) == net.all([EVERY]) == net.any([2, EVERY]) == net.but(NONE) == EVERY
    assert net.any([]) == net.any([NONE]) == net.all([2, NONE]) == net.but(EVERY) == NONE
    assert net.all([2, EVERY, 2]) == net.any([2, NONE, 2]) == 2
    assert net.made == []


def test_many_random_programs_in_one_net_say_what_each_says_alone():
    made = [Made(Random(seed)) for seed in range(6)]
    programs = [one.library().program(TODAY, TODAY) for one in made]
    tests = list(dict.fromkeys(test for one in programs for test in one.tests))
    marks, net = Marks(tests, WORDS), Net(tests)
    rows = Rows(marks)
    for one in made:
        for _ in range(20):
            rows.add(marks.marks(one.case()))

    planes = Planes(net, rows, marks.presumed)

    assert any(map(net.rules, programs))
    for one in programs:
        columns = Columns(one, tests)
        wanted, verdicts = columns.verdicts(*rows.planes(marks.presumed), provisional=True)
        assert tuple(map(planes.of, net.dispositions(one))) == wanted
        assert all(planes.of(node) == verdicts[rule][0] for rule, node in net.rules(one).items())


def test_only_rules_that_the_disposition_depends_on_are_in_the_net():
    odd = make_rule("x.odd", B, {"finding": "odd"})
    found = make_program(AB, [make_rule("x.one", A, {"step": "one"}), odd], STEPS[:1])

    assert Net(found.tests).rules(found).keys() == {"x.one"}


def test_a_finding_that_no_rule_makes_is_false():
    gone = {"all": [A, {"finding": "clause.exempt", "is": False}]}
    found = make_program(AB, [make_rule("x.one", gone, {"step": "one"})], STEPS[:1])
    net = Net(found.tests)

    assert net.rules(found) == {"x.one": 2}

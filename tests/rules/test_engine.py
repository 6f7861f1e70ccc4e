"""The gate to durable-rules: right where the raw engine is wrong, or closed to what it gets wrong."""

import gc
import subprocess
import sys
import threading
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import durable_rules_engine as durable
import pytest

from rules.conditions import All, AnyOf, Test
from rules.engine import Engine, EngineError, Shelf, TooLarge, TooMany, conjunctions, encode
from rules.generated import Generated
from rules.program import ProgramError
from rules.yaml_source import SourceError

from .made import make_fact, make_library, make_pack, make_program, make_rule, make_words
from .raw import raw

ROOT = Path(__file__).resolve().parents[2]
WORDS = make_words(
    make_fact("a"),
    make_fact("b"),
    make_fact("c"),
    make_fact("day", "date"),
    make_fact("money", "number"),
    make_fact("sex", "choice", ("男", "女", "1", "true")),
    make_fact("ground", "choice", open_values=True),
    make_fact("many", "choices", ("p", "q", "r")),
    make_fact("note", "text"),
)
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")


def verdicts(rules, facts, words=WORDS, provisional=False):
    """What the engine says of each rule, after checking that the generated reader says the same."""
    program = make_program(words, rules)
    engine = Engine(program)

    found = engine.read(facts, provisional)

    engine.close()
    assert found.rules == Generated(program, words).read(facts, provisional).rules
    return found.rules


def verdict(when, facts, words=WORDS):
    return verdicts([make_rule("x.one", when, {"finding": "one"})], facts, words)["x.one"]


def simple_engine(*conditions):
    rules = [
        make_rule(f"x.rule{n}", when, {"finding": f"found{n}"}) for n, when in enumerate(conditions or (A,))
    ]
    return Engine(make_program(WORDS, rules))


# -- 1. States, messages, memory

FAULTS = {
    "the 1,025th case of its own": (
        """
h = mk({"r": {"all": [{"m": {"k": 1}}]}})
for i in range(1025): fire(h, {"sid": "s%d" % i, "k": 1})
""",
        "",
    ),
    "that case asked again": (
        """
h = mk({"r": {"all": [{"m": {"k": 1}}]}})
for i in range(1025):
    try: fire(h, {"sid": "s%d" % i, "k": 1})
    except MemoryError: fire(h, {"sid": "s%d" % i, "k": 1})
""",
        "",
    ),
    "deleting one state of several": (
        """
h = mk({"r": {"all": [{"m": {"k": 1}}]}})
for i in range(6): fire(h, {"sid": "s%d" % i, "k": 1})
e.delete_state(h, "s0"); e.delete_state(h, "s1")
for i in range(50): e.assert_timers(h); e.start_action(h)
""",
        "",
    ),
    "deleting a state in which nothing ever fired": (
        """
x = [b"\\xab" * 33000 for _ in range(200)]; del x
for _ in range(200):
    h = mk({"r": {"all": [{"m": {"k": 1}}]}})
    for i in range(7): fire(h, {"sid": "s%d" % i, "zz": 0})
    for i in range(7): e.delete_state(h, "s%d" % i)
""",
        "",
    ),
    "giving back a ruleset without its state": (
        """
def turn():
    h = mk({"r%d" % i: {"all": [{"m": {"k": i}}]} for i in range(100)}); fire(h, {"k": 1}); e.delete_ruleset(h)
for i in range(5): turn()
before = kib()
for i in range(20): turn()
print((kib() - before) // 20 < 100)
""",
        "True",
    ),
    "an event that two rules match": (
        'print(fire(mk({n: {"all": [{"m": {"k": 1}}]} for n in "ab"}), {"k": 1}, fn=e.assert_event))',
        "['a', 'b']",
    ),
    "a fact left behind": (
        'h = mk({"r": {"all": [{"m": {"a": 1}}]}}); print(fire(h, {"id": "x", "a": 1}), fire(h, {"id": "x", "a": 1}))',
        "['r'] ['r']",
    ),
    "a default unless a fact is derived": (
        """
from durable.engine import Host
class Quiet(Host):
    def _run(self): pass
log, X, F = [], {"m": {"x": 1}}, {"k": "F"}
h = Quiet()
h.set_rulesets({"p": {"f": {"all": [X], "run": lambda c: c.assert_fact(dict(F))},
                      "d": {"all": [X, {"n$not": F}], "run": lambda c: log.append("default")}}})
h.assert_fact("p", {"x": 1}); print(log)
""",
        "[]",
    ),
    "a fact derived by two rules": (
        """
from durable.engine import Host
class Quiet(Host):
    def _run(self): pass
X, F = {"m": {"x": 1}}, {"k": "F"}
derive = {"all": [X], "run": lambda c: c.assert_fact(dict(F))}
h = Quiet(); h.set_rulesets({"p": {"f": dict(derive), "g": dict(derive), "o": {"all": [{"m": F}], "run": lambda c: 0}}})
h.assert_fact("p", {"x": 1}); print("exception" in h.get_state("p"))
""",
        "False",
    ),
    "a host, which starts threads": (
        """
import threading; from durable.engine import Host
h = Host(); h.set_rulesets({"p": {"r": {"all": [{"m": {"a": 1}}], "run": lambda c: 0}}})
print(threading.active_count())
""",
        "1",
    ),
    # -- 2. conditions and values
    "negation": ('print(one({"$not": {"a": 5}}, {"a": 6}))', "['r']"),
    "two keys in one condition": ('print(one({"a": 1, "b": 2}, {"a": 1, "b": 99}))', "['matched nothing']"),
    "an alternative of which both parts hold": (
        'print(one({"$or": [{"a": 1}, {"b": 1}]}, {"a": 1, "b": 1}))',
        "['r']",
    ),
    "ten alternatives": (
        """
facts = {side + str(i): 1 for side in "ab" for i in range(10)}
print(len(one({"$and": [{"$or": [{"a%d" % i: 1}, {"b%d" % i: 1}]} for i in range(10)]}, facts)))
""",
        "1",
    ),
    "absence": ('print(one({"$nex": {"a": 1}}, {"a": 1}))', "['matched nothing']"),
    "presence of a null": ('print(one({"$ex": {"a": 1}}, {"a": None}))', "['matched nothing']"),
    "an empty conjunction": ('print(one({"$and": []}, {"a": 1}))', "['r']"),
    "one and true": ('print(one({"a": True}, {"a": 1}))', "['matched nothing']"),
    "a text and a number": ('print(one({"a": "1"}, {"a": 1}))', "['matched nothing']"),
    "a number beyond 64 bits": ('print(one({"a": 2**63 - 1}, {"a": 10**30}))', "['matched nothing']"),
    "a whole number and a decimal": (
        'print(one({"a": 2**53 + 1}, {"a": float(2**53)}))',
        "['matched nothing']",
    ),
    "a very small decimal": ('print(one({"$lt": {"a": 1}}, {"a": 1e-05}))', "['r']"),
    "a very large decimal": ('print(one({"$gt": {"a": 1}}, {"a": 1e16}))', "['r']"),
    "a text of 65,537 characters": ('print(one({"a": "x"}, {"a": "x" * 65537}))', "['matched nothing']"),
    "the order of texts": ('print(one({"$lt": {"a": "ab "}}, {"a": "ab"}))', "['r']"),
    "half a character": ('print(one({"$neq": {"a": 1}}, {"a": chr(0xd800)}))', "['r']"),
    "a field of another name": (
        'print(one({"日期_后果_地点": True}, {"重量_未遂_明知": True}))',
        "['matched nothing']",
    ),
    "a field inside a field": ('print(one({"a.b": 1}, {"a": {"b": 1}}))', "['matched nothing']"),
    "a field called id": (
        'h = mk({"r": {"all": [{"m": {"a": 1}}]}}); print(fire(h, {"id": 7, "a": 1}, {"id": 7, "a": 1}))',
        "['r', 'r']",
    ),
    "states of other names": (
        """
h = mk({"r": {"all": [{"x": {"k": "x"}}, {"y": {"k": "y"}}]}})
print(fire(h, {"sid": "40189", "k": "x"}, {"sid": "797186", "k": "y"}))
""",
        "[]",
    ),
    "a comparison with a missing field": (
        """
c = {"$gt": {"a": {"$m": "b"}}}
print(fire(mk({"r1": {"all": [{"m": {"a": 2}}]}, "r2": {"all": [{"m": c}]}}), {"a": 2}))
""",
        "['r1']",
    ),
    "a division by zero": (
        'one({"a": {"$div": {"$l": {"$m": "b"}, "$r": {"$m": "c"}}}}, {"a": 1, "b": 1, "c": 0})',
        "",
    ),
    "a class of Chinese characters": ('one({"$mt": {"a": "[一-龥]+"}}, {"a": "中"})', ""),
    "a nested star": ('one({"$mt": {"a": "(((a)*)*)?"}}, {"a": "a"})', ""),
    "a fact nested 100,000 deep": (
        """e.assert_fact(mk({"r": {"all": [{"m": {"a": 1}}]}}), '{"a":' * 100000 + "1" + "}" * 100000)""",
        "",
    ),
    "a state of a very long name": ('one({"a": 1}, {"sid": "s" * (3 << 20), "a": 1})', ""),
    # -- 2.1 facts one by one
    "a join of nested comparisons": (
        """
x = {"x": {"k": "x"}}; ref = lambda f: {f: {"x": f}}
y = {"$and": [{"$or": [ref("a"), ref("b")]}, ref("c")]}
print(fire(mk({"r": {"all": [x, {"y": y}]}}), {"k": "x", "a": 1, "b": 2, "c": 3}, {"k": "y", "a": 1, "b": 0, "c": 9}))
""",
        "[]",
    ),
    "two conditions that one fact meets": (
        'print(fire(mk({"r": {"all": [{"x": {"a": 1}}, {"y": {"b": 1}}]}}), {"a": 1, "b": 1}))',
        "['r']",
    ),
    "any and all of facts given one by one": (
        """
k = lambda f, c: {"$and": [{"k": f}, c]}
s0, s1, n0 = k("s0", {"$neq": {"v": "女"}}), k("s1", {"$neq": {"v": "女"}}), k("n0", {"$lt": {"v": 2}})
rule = {"any": [{"p$any": [{"a": s0}, {"b": n0}]}, {"q$all": [{"c": s1}, {"d": s0}]}], "dist": 0}
print(fire(mk({"T": rule}), {"k": "s1", "v": "y"}))
""",
        "[]",
    ),
    # -- 2.2 sizes
    "65 rules whose first comparison holds": (
        """
facts = {"f%d" % i: 1 for i in range(65)}
print(len(fire(mk({"r%d" % i: {"all": [{"m": {"f%d" % i: 1}}]} for i in range(65)}), facts)))
""",
        "65",
    ),
    "512 values of one fact": (
        'print(fire(mk({"r%d" % i: {"all": [{"m": {"f": i}}]} for i in range(512)}), {"f": 0}))',
        "['r0']",
    ),
    "513 values of one fact": ('mk({"r%d" % i: {"all": [{"m": {"f": i}}]} for i in range(513)})', ""),
    "256 rules on one comparison": (
        'print(len(fire(mk({"r%d" % i: {"all": [{"m": {"a": 1}}]} for i in range(256)}), {"a": 1})))',
        "256",
    ),
    "16 nested connectors": (
        'print(one({"$and": [{"$or": [{"a%d" % i: 1}, {"b": 1}]} for i in range(15)]}, {"b": 1}))',
        "['r']",
    ),
    "a fact of 253 fields": ('print(one({"f0": 1}, {"f%d" % i: 1 for i in range(253)}))', "['r']"),
    "4,097 rules": (
        'mk({"r%d" % i: {"all": [{"m": {"$and": [{"g": i // 400}, {"f": i % 400}]}}]} for i in range(4097)})',
        "",
    ),
}
HANGS = {"a nested star", "513 values of one fact"}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_raw_engine_gets_wrong(fault):
    source, right = FAULTS[fault]

    assert raw(source, seconds=1 if fault in HANGS else 10) != right


def test_any_number_of_cases_are_read_through_one_state():
    engine = simple_engine({"fact": "money", "above": 1500})

    found = [engine.read({"money": number}).rules["x.rule0"] for number in range(3000)]

    engine.close()
    assert found == [number > 1500 for number in range(3000)]


def test_an_engine_that_never_read_a_case_is_closed_without_harm():
    for _ in range(30):
        simple_engine().close()


def test_a_closed_engine_opens_again_when_it_is_read():
    engine = simple_engine()
    engine.close()

    assert engine.read({"a": True}).rules == {"x.rule0": True}


def test_reading_starts_no_thread_and_loads_no_host():
    child = in_child("""
        import threading
        from datetime import date
        from rules.assess import assess
        from rules.conduct import Conduct
        assess({"deaths": 1}, Conduct.parse("2020-01-01"), date(2026, 11, 21))
        print(threading.active_count(), sorted(name for name in sys.modules if name.startswith("durable")))
    """)

    assert child == "1 ['durable_rules_engine']"


def in_child(source, seconds=60):
    """What a piece of code prints in a fresh process, whose memory and threads are its own."""
    lines = source.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    prologue = "import sys; sys.path.insert(0, sys.argv[1])\n"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", prologue + "\n".join(line[indent:] for line in lines), ROOT],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


GROWTH = """
        from tests.rules.made import *
        from rules.engine import Engine
        words = make_words(make_fact("a"), make_fact("n", "number"))
        rules = [make_rule(f"x.r{i}", {"fact": "n", "above": i}, {"finding": f"f{i}"}) for i in range(100)]
        program = make_program(words, rules)
        def kib():
            return int(open("/proc/self/statm").read().split()[1]) * 4
"""


def test_memory_does_not_grow_with_the_cases_read():
    grown = in_child(
        GROWTH
        + """
        engine = Engine(make_program(words, rules[:20]))
        for n in range(2000): engine.read({"n": n % 12})
        before = kib()
        for n in range(20000): engine.read({"n": n % 12})
        print(kib() - before)
    """
    )

    assert int(grown) < 2048


@pytest.mark.parametrize("left", ["engine.close()", "del engine"])
def test_an_engine_gives_its_memory_back(left):
    grown = in_child(
        GROWTH
        + f"""
        def turn():
            engine = Engine(program)
            engine.read({{"n": 50}})
            {left}
        for _ in range(5): turn()
        before = kib()
        for _ in range(20): turn()
        print((kib() - before) // 20)
    """
    )

    assert int(grown) < 200  # one engine holds more than a thousand


# -- 1.2 and 1.3: what fires, in which order, and what follows from it


def test_every_rule_that_holds_fires_not_only_the_first():
    rules = [make_rule(f"x.rule{n}", A, {"finding": f"found{n}"}) for n in range(5)]

    assert verdicts(rules, {"a": True}) == {f"x.rule{n}": True for n in range(5)}


def test_a_rule_with_two_alternatives_that_hold_is_decided_once_by_the_shorter():
    engine = simple_engine({"any": [{"all": [A, B]}, C]})

    found = engine.read({"a": True, "b": True, "c": True})

    assert found.because == {"x.rule0": (Test("c", "is", True),)}


def test_what_decided_a_rule_does_not_depend_on_the_order_of_the_facts():
    engine = simple_engine({"any": [B, A, C]})
    facts = {"a": True, "b": True, "c": True}

    orders = [dict(sorted(facts.items())), dict(sorted(facts.items(), reverse=True))]

    assert {engine.read(order).because["x.rule0"] for order in orders} == {(Test("a", "is", True),)}


def test_a_finding_of_two_rules_is_read_like_one_and_need_not_be_read_at_all():
    rules = [
        make_rule("x.first", A, {"finding": "made"}),
        make_rule("x.second", B, {"finding": "made"}),
        make_rule("x.unread", A, {"finding": "unread"}),
        make_rule("x.reader", {"finding": "made", "is": True}, {"finding": "end"}),
    ]

    assert verdicts(rules, {"a": True, "b": True})["x.reader"] is True
    assert verdicts(rules, {"a": True, "b": False})["x.reader"] is True
    assert verdicts(rules, {"a": False, "b": False})["x.reader"] is False
    assert verdicts(rules, {"a": False})["x.reader"] is None


def test_a_default_does_not_fire_where_what_excludes_it_is_derived():
    rules = [
        make_rule("x.default", {"finding": "derived", "is": False}, {"finding": "default"}),
        make_rule("x.derives", A, {"finding": "derived"}),
    ]

    assert verdicts(rules, {"a": True}) == {"x.derives": True, "x.default": False}
    assert verdicts(rules, {"a": False}) == {"x.derives": False, "x.default": True}
    assert verdicts(rules, {}) == {"x.derives": None, "x.default": None}


def test_nothing_of_one_case_is_left_for_the_next():
    rules = [
        make_rule("x.derives", A, {"finding": "derived"}),
        make_rule("x.reads", {"finding": "derived", "is": True}, {"finding": "end"}),
    ]
    engine = Engine(make_program(WORDS, rules))
    engine.read({"a": True})

    assert engine.read({"b": True}).rules == {"x.derives": None, "x.reads": None}


def test_rules_that_feed_themselves_are_refused():
    rules = [make_rule("x.loop", {"finding": "loop", "is": True}, {"finding": "loop"})]

    with pytest.raises(ProgramError, match=r"circle: x\.loop"):
        make_program(WORDS, rules)


def test_a_long_chain_of_findings_is_followed_to_its_end():
    rules = [make_rule("x.rule0", A, {"finding": "found0"})] + [
        make_rule(f"x.rule{n}", {"finding": f"found{n - 1}", "is": True}, {"finding": f"found{n}"})
        for n in range(1, 30)
    ]

    assert verdicts(rules, {"a": True})["x.rule29"] is True


# -- 2. Conditions and values


@pytest.mark.parametrize(
    "unknown",
    [
        {"fact": "a", "is": False},
        {"fact": "a", "is_not": True},
        {"fact": "sex", "is_not": "男"},
        {"fact": "sex", "not_in": ["男", "女"]},
        {"fact": "money", "at_most": 0},
        {"fact": "day", "below": "2000-01-01"},
        {"fact": "many", "excludes": "p"},
    ],
    ids=str,
)
def test_what_is_unknown_is_neither_true_nor_false_nor_zero(unknown):
    assert verdict(unknown, {"b": True, "c": False}) is None


OPERATORS = [
    ("a", "is", True, {True: True, False: False}),
    ("a", "is_not", True, {True: False, False: True}),
    ("a", "is", False, {True: False, False: True}),
    ("sex", "is", "女", {"男": False, "女": True, "1": False}),
    ("sex", "is_not", "女", {"男": True, "女": False, "true": True}),
    ("sex", "in", ["男", "女"], {"男": True, "女": True, "1": False}),
    ("sex", "not_in", ["男", "女"], {"男": False, "女": False, "true": True}),
    ("money", "above", 10.5, {10.49: False, 10.5: False, 10.51: True, 11: True}),
    ("money", "at_least", 10.5, {10.49: False, 10.5: True, 10.51: True}),
    ("money", "below", 10.5, {10.49: True, 10.5: False, 10.51: False}),
    ("money", "at_most", 10.5, {10: True, 10.5: True, 10.51: False}),
    ("day", "above", "2020-02-29", {"2020-02-28": False, "2020-02-29": False, "2020-03-01": True}),
    ("day", "at_least", "2020-02-29", {"2020-02-28": False, "2020-02-29": True, "2020-03-01": True}),
    ("day", "below", "2020-02-29", {"2020-02-28": True, "2020-02-29": False, "1999-12-31": True}),
    ("day", "at_most", "2020-02-29", {"2020-02-28": True, "2020-02-29": True, "2020-03-01": False}),
]


@pytest.mark.parametrize(("fact", "op", "literal", "wanted"), OPERATORS, ids=str)
def test_each_comparison_is_exact_on_both_sides_of_its_literal(fact, op, literal, wanted):
    found = {value: verdict({"fact": fact, op: literal}, {fact: value}) for value in wanted}

    assert found == wanted


@pytest.mark.parametrize(
    ("chosen", "includes"), [(["p"], True), (["q", "p", "r"], True), (["q"], False), ([], False)]
)
def test_a_fact_of_several_values_is_compared_member_by_member(chosen, includes):
    assert verdict({"fact": "many", "includes": "p"}, {"many": chosen}) is includes
    assert verdict({"fact": "many", "excludes": "p"}, {"many": chosen}) is not includes


def test_every_operator_that_can_be_written_can_be_negated_and_read():
    words = make_words(make_fact("a"), make_fact("money", "number"), make_fact("many", "choices", ("p",)))
    leaves = [{"fact": "a", "is": True}, {"fact": "money", "above": 1}, {"fact": "many", "includes": "p"}]
    values = {"a": (True, False, None), "money": (2, 1, None), "many": (["p"], [], None)}
    rules = [
        make_rule("x.made", {"all": leaves}, {"finding": "made"}),
        make_rule("x.not", {"finding": "made", "is": False}, {"finding": "not"}),
    ]
    engine = Engine(make_program(words, rules))

    for combination in product(*values.values()):
        facts = {f: v for f, v in zip(values, combination, strict=True) if v is not None}
        failing = any(value is known[1] for value, known in zip(combination, values.values(), strict=True))
        holds = False if failing else None if len(facts) < 3 else True
        assert engine.read(facts).rules == {"x.made": holds, "x.not": None if holds is None else not holds}


def test_nested_conditions_are_read_at_any_depth():
    deep = A
    for level in range(20):
        deep = {"all": [deep, B]} if level % 2 else {"any": [deep, C]}

    assert verdict(deep, {"a": True, "b": True, "c": False}) is True
    assert verdict(deep, {"a": False, "b": True, "c": False}) is False
    assert verdict(deep, {"b": False, "c": True}) is False
    assert verdict(deep, {"b": True}) is None


TEXTS = [
    "男",
    "男 ",
    "女",
    "",
    " ",
    "1",
    "true",
    "2020-01-01",
    "2020-99-99",
    "é",
    "e\u0301",
    'a"b',
    "a",
    "ab",
    "$s",
]
NO_PACK_HOLDS = ["a\0b", "a\u200bb", "\u202ea", "\ud800"]  # a fact may all the same


@pytest.mark.parametrize("value", [*TEXTS, *NO_PACK_HOLDS, "x" * 65537, "y" * 65536], ids=ascii)
def test_a_text_equals_itself_and_no_other(value):
    named = [text for text in TEXTS if text.strip()]
    rules = [
        make_rule(f"x.rule{n}", {"fact": "ground", "is": text}, {"finding": f"found{n}"})
        for n, text in enumerate(named)
    ]

    found = verdicts(rules, {"ground": value})

    assert [text for n, text in enumerate(named) if found[f"x.rule{n}"]] == [value] * (value in named)


def test_a_value_that_no_rule_names_differs_from_each_of_them():
    assert verdict({"fact": "sex", "is": "男"}, {"sex": "女"}) is False
    assert verdict({"fact": "sex", "is_not": "男"}, {"sex": "女"}) is True
    assert verdict({"fact": "ground", "is": "其他"}, {"ground": "别的"}) is False
    assert verdict({"fact": "ground", "is_not": "其他"}, {"ground": "别的"}) is True


def test_a_text_that_reads_like_a_boolean_or_a_number_stays_a_text():
    rules = [
        make_rule("x.text", {"fact": "sex", "is": "true"}, {"finding": "text"}),
        make_rule("x.one", {"fact": "sex", "is": "1"}, {"finding": "one"}),
        make_rule("x.truth", A, {"finding": "truth"}),
    ]

    assert verdicts(rules, {"sex": "true"}) == {"x.text": True, "x.one": False, "x.truth": None}
    assert verdicts(rules, {"a": True, "sex": "1"}) == {"x.text": False, "x.one": True, "x.truth": True}


@pytest.mark.parametrize("edge", [10**12, 10**15, -(10**15), 9007199254740.93, 0.01, -0.01, 0])
def test_a_number_is_told_from_its_neighbours_a_hundredth_away(edge):
    engine = simple_engine({"fact": "money", "above": edge}, {"fact": "money", "at_least": edge})

    def read(hundredths):
        whole = encode(edge) + hundredths
        value = whole // 100 if whole % 100 == 0 else whole / 100
        return tuple(engine.read({"money": value}).rules.values()) if encode(value) == whole else None

    assert read(-1) in ((False, False), None)
    assert read(0) == (False, True)
    assert read(1) in ((True, True), None)


@pytest.mark.parametrize("hundredths", [0, 1, 29, 30, 105, -105, 10**15 + 1, 10**17])
def test_hundredths_reach_the_engine_as_whole_numbers(hundredths):
    number = hundredths // 100 if hundredths % 100 == 0 else hundredths / 100

    assert encode(number) == round(number * 100)


def test_the_largest_whole_number_is_kept_exactly():
    largest = (2**62 - 1) // 100

    assert encode(largest) == largest * 100
    assert encode(-largest) == -largest * 100


@pytest.mark.parametrize(
    "number",
    [10**30, -(10**30), (2**62 - 1) // 100 + 1, 1e300, float("inf"), float("-inf"), float("nan"), 0.001],
)
def test_a_number_that_cannot_be_kept_exactly_is_an_error_and_not_another_number(number):
    engine = simple_engine({"fact": "money", "above": 1})

    with pytest.raises(EngineError, match="cannot hold exactly"):
        engine.read({"money": number})
    assert engine.read({"money": 2}).rules == {"x.rule0": True}


def test_dates_are_days_and_not_texts():
    assert encode("2020-03-01") - encode("2020-02-28") == 2
    assert encode("0001-01-01") == 1
    assert encode("9999-12-31") == date.max.toordinal()


NAMES = [
    "id",
    "sid",
    "$s",
    "$time",
    "$m",
    "exception",
    "a.b",
    "性别",
    "日期_后果_地点",
    "重量_未遂_明知",
    "f0",
    "x",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_may_have_any_name_and_is_never_taken_for_another(name):
    words = make_words(*map(make_fact, NAMES))
    rules = [
        make_rule(f"x.rule{n}", {"fact": other, "is": True}, {"finding": f"found{n}"})
        for n, other in enumerate(NAMES)
    ]

    found = verdicts(rules, {name: True}, words)

    assert found == {f"x.rule{n}": True if other == name else None for n, other in enumerate(NAMES)}


REFUSED = {
    "a negation": {"not": A},
    "an operator nobody knows": {"fact": "money", "greater": 1},
    "two operators": {"fact": "money", "above": 1, "below": 5},
    "no part": {"all": []},
    "no alternative": {"any": []},
    "an empty condition": {},
    "presence": {"fact": "a", "exists": True},
    "null": {"fact": "a", "is": None},
    "another fact": {"fact": "money", "above": {"fact": "day"}},
    "arithmetic": {"fact": "money", "above": {"add": [1, 2]}},
    "a pattern": {"fact": "note", "matches": ".*(明知|应知).*"},
    "a text compared": {"fact": "note", "is": "x"},
    "the order of texts": {"fact": "sex", "above": "女"},
    "a truth as a number": {"fact": "money", "at_least": True},
    "a number as a truth": {"fact": "a", "is": 1},
    "a date with a time": {"fact": "day", "at_most": "2024-03-01T00:00:00"},
    "a third decimal": {"fact": "money", "above": 0.001},
    "all members at once": {"fact": "many", "includes": ["p", "q"]},
    "a value the fact cannot have": {"fact": "sex", "is": "其他"},
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_loader_refuses_what_the_engine_would_get_wrong(what):
    rules = [make_rule("x.one", REFUSED[what], {"finding": "one"})]

    with pytest.raises(SourceError, match=r"made\.yaml:1:\d+: found .*; expected "):
        make_library(WORDS, make_pack(rules))


# -- 2.2 Sizes


@pytest.mark.parametrize(("value", "wanted"), [(True, True), (False, False), (None, None)])
def test_six_hundred_rules_may_hold_at_once(value, wanted):
    words = make_words(*(make_fact(f"fact{n}") for n in range(600)))
    rules = [
        make_rule(f"x.rule{n}", {"fact": f"fact{n}", "is": True}, {"finding": f"found{n}"})
        for n in range(600)
    ]
    facts = {} if value is None else {f"fact{n}": value for n in range(600)}

    assert set(verdicts(rules, facts, words).values()) == {wanted}


def test_six_hundred_rules_may_read_one_comparison():
    rules = [make_rule(f"x.rule{n}", A, {"finding": f"found{n}"}) for n in range(600)]

    assert list(verdicts(rules, {"a": True}).values()) == [True] * 600


def test_six_hundred_rules_may_name_values_of_one_fact():
    rules = [
        make_rule(f"x.rule{n}", {"fact": "ground", "is": f"value{n}"}, {"finding": f"found{n}"})
        for n in range(600)
    ]

    found = verdicts(rules, {"ground": "value599"})

    assert [rule_id for rule_id, holds in found.items() if holds] == ["x.rule599"]


def test_no_ruleset_takes_more_than_sixty_conjunctions():
    engine = simple_engine(*[{"fact": "money", "above": number} for number in range(200)])

    sizes = [len(ruleset.placed) for ruleset in engine.phases[0][0].sets]

    assert sizes == [60] * 6 + [40]


def wide(count, joiner="all"):
    """A vocabulary of many facts, and a condition on every one of them."""
    words = make_words(*(make_fact(f"fact{n}") for n in range(count)))
    return words, {joiner: [{"fact": f"fact{n}", "is": True} for n in range(count)]}


def test_one_rule_may_read_240_facts():
    words, condition = wide(240)

    assert verdict(condition, {f"fact{n}": True for n in range(240)}, words) is True
    assert verdict(condition, {"fact7": False}, words) is False


def test_a_rule_that_reads_more_fields_than_one_fact_of_the_engine_holds_is_refused():
    words, condition = wide(241)

    with pytest.raises(
        TooLarge, match=r"made\.yaml:.*x\.one: 241 facts and findings read together; expected a part"
    ):
        Engine(make_program(words, [make_rule("x.one", condition, {"finding": "one"})]))


def pairs(count):
    """A conjunction of pairs of alternatives, which makes 2 ** count conjunctions."""
    return All(tuple(AnyOf((Test(f"a{n}", "is", True), Test(f"b{n}", "is", True))) for n in range(count)))


def test_alternatives_are_multiplied_out_up_to_256():
    assert len(conjunctions(pairs(8))) == 256


@pytest.mark.parametrize(("count", "said"), [(9, "^512 alternatives"), (12, "too many alternatives")])
def test_a_condition_of_more_alternatives_is_refused(count, said):
    with pytest.raises(TooMany, match=said):
        conjunctions(pairs(count))


def test_alternatives_of_alternatives_are_counted_before_they_are_made_or_compared():
    for condition in (
        AnyOf(tuple(All((pairs(10), Test(f"c{n}", "is", True))) for n in range(4))),
        All((pairs(10),) * 4),
    ):
        with pytest.raises(TooMany, match="too many alternatives"):
            conjunctions(condition)


def test_a_conjunction_that_follows_from_a_shorter_one_is_left_out():
    a, b = Test("a", "is", True), Test("b", "is", True)

    assert conjunctions(AnyOf((a, All((a, b)), All((b, a)), a))) == [(a,)]


# -- 4. Threads and forks


def mixed_program():
    """Forty rules in two strata over facts of every type, and two hundred cases with gaps."""
    random = Random(4)
    leaves = [
        A,
        B,
        {"fact": "sex", "is": "女"},
        {"fact": "money", "at_least": 10},
        {"fact": "day", "below": "2020-01-01"},
        {"fact": "many", "includes": "q"},
    ]
    rules = [
        make_rule(
            f"x.rule{n}", {random.choice(["all", "any"]): random.sample(leaves, 3)}, {"finding": f"f{n}"}
        )
        for n in range(30)
    ] + [
        make_rule(f"x.next{n}", {"all": [A, {"finding": f"f{n}", "is": bool(n % 2)}]}, {"finding": f"g{n}"})
        for n in range(10)
    ]
    values = {
        "a": [True, False],
        "b": [True, False],
        "sex": ["男", "女"],
        "money": [9.99, 10],
        "day": ["2019-12-31", "2020-01-01"],
        "many": [[], ["q"]],
    }
    cases = [
        {fact: random.choice(known) for fact, known in values.items() if random.random() < 0.7}
        for _ in range(200)
    ]
    return make_program(WORDS, rules), cases


def test_eight_threads_agree_with_the_generated_reader():
    program, cases = mixed_program()
    engine, generated = Engine(program), Generated(program, WORDS)
    wanted = [generated.read(case).rules for case in cases]
    different, read = [], []

    def work(seed):
        order = list(range(len(cases)))
        Random(seed).shuffle(order)
        for number in order:
            read.append(number)
            if engine.read(cases[number]).rules != wanted[number]:
                different.append(number)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(read) == 8 * len(cases)
    assert different == []


def test_a_child_forked_in_the_middle_of_another_threads_reading_reads_rightly():
    agreed = in_child("""
        import os, threading, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # threads and a fork: what is tested here
        from rules.engine import Engine
        from rules.generated import Generated
        from tests.rules.test_engine import WORDS, mixed_program
        program, cases = mixed_program()
        engine, generated = Engine(program), Generated(program, WORDS)
        wanted = [generated.read(case).rules for case in cases]
        stop = threading.Event()
        def hammer():
            while not stop.is_set():
                for case in cases: engine.read(case)
        threads = [threading.Thread(target=hammer) for _ in range(2)]
        for thread in threads: thread.start()
        children = []
        for _ in range(6):
            child = os.fork()
            if child == 0:
                os._exit(int([engine.read(case).rules for case in cases] != wanted))
            children.append(child)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        stop.set()
        for thread in threads: thread.join()
        print(ends)
    """)

    assert agreed == "[0, 0, 0, 0, 0, 0]"


def test_after_a_fork_an_engine_starts_afresh_even_if_another_thread_was_reading():
    engine = simple_engine(A, B)
    engine.shelf.lock.acquire()  # by a thread that the child does not have

    engine.shelf.after_fork()

    assert engine.shelf.dirty
    assert engine.read({"a": True}).rules == {"x.rule0": True, "x.rule1": None}


# -- 4.1 Engines on one shelf


def engines_on(shelf, *conditions):
    return [
        Engine(make_program(WORDS, [make_rule("x.one", when, {"finding": "one"})]), shelf)
        for when in conditions
    ]


def live(shelf):
    """How many rulesets of the shelf are held by an engine, and how many are open."""
    held = {ruleset for ruleset in shelf._sets if ruleset is not None}
    return len(held), sum(bool(ruleset.handles) for ruleset in held)


def test_what_two_programs_compare_stands_once_on_their_shelf():
    shelf = Shelf()
    one, same, more = engines_on(shelf, A, A, {"all": [A, B]})

    found = [engine.read({"a": True, "b": False}).rules["x.one"] for engine in (one, same, more)]

    assert found == [True, True, False]
    assert list(one.phases[0][0].sets) == list(same.phases[0][0].sets) == list(more.phases[0][0].sets)
    [ruleset] = one.phases[0][0].sets
    assert len(ruleset.placed) == 4  # a, not a, a and b, not b


def test_a_program_that_joins_the_shelf_later_is_read_and_changes_nothing_for_the_first():
    shelf = Shelf()
    [first] = engines_on(shelf, {"fact": "sex", "is": "男"})
    before = [first.read({"sex": sex}).rules for sex in ("男", "女")]

    [later] = engines_on(shelf, {"fact": "sex", "is": "女"})

    assert [later.read({"sex": sex}).rules["x.one"] for sex in ("男", "女")] == [False, True]
    assert [first.read({"sex": sex}).rules for sex in ("男", "女")] == before


def test_the_same_comparison_of_another_type_is_not_taken_for_the_same():
    shelf = Shelf()
    [truth] = engines_on(shelf, A)
    number = Engine(
        make_program(
            make_words(make_fact("a", "number")),
            [make_rule("x.one", {"fact": "a", "at_least": 1}, {"finding": "one"})],
        ),
        shelf,
    )

    assert truth.read({"a": True}).rules == {"x.one": True}
    assert [number.read({"a": amount}).rules["x.one"] for amount in (0.99, 1)] == [False, True]


def test_rulesets_are_given_back_with_the_last_engine_that_reads_them():
    shelf = Shelf()
    one, other = engines_on(shelf, A, A)
    one.read({"a": True})
    other.read({"a": True})

    del one
    gc.collect()
    assert live(shelf) == (1, 1)
    del other
    gc.collect()
    assert live(shelf) == (0, 0)


def test_closing_one_engine_does_not_stop_another_on_its_shelf():
    one, other = engines_on(Shelf(), A, A)
    one.close()

    assert other.read({"a": True}).rules == one.read({"a": True}).rules == {"x.one": True}


def test_an_interrupted_reading_of_one_engine_does_not_spoil_that_of_another_on_its_shelf(monkeypatch):
    one, other = engines_on(Shelf(), A, {"any": [A, B]})

    def interrupt(*_):
        raise Interrupted

    with monkeypatch.context() as during:
        during.setattr(durable, "complete_and_start_action", interrupt)
        with pytest.raises(Interrupted):
            one.read({"a": True})

    assert other.read({"b": False}).rules == {"x.one": None}
    assert one.read({"a": False}).rules == {"x.one": False}


def test_a_wide_program_gets_rulesets_of_its_own_where_a_shared_one_would_hold_too_many_fields():
    words = make_words(*(make_fact(f"fact{n}") for n in range(300)))
    shelf = Shelf()
    engines = [
        Engine(
            make_program(
                words,
                [
                    make_rule(
                        "x.one",
                        {"all": [{"fact": f"fact{n}", "is": True} for n in range(start, start + 150)]},
                        {"finding": "one"},
                    )
                ],
            ),
            shelf,
        )
        for start in (0, 150)
    ]

    assert [engine.read({f"fact{n}": True for n in range(300)}).rules["x.one"] for engine in engines] == [
        True,
        True,
    ]
    assert all(len(ruleset.names) <= 240 for ruleset in shelf._sets)


def test_threads_that_read_and_build_engines_on_one_shelf_agree_with_the_generated_reader():
    shelf, wrong, read = Shelf(), [], []
    program, cases = mixed_program()
    wanted = [Generated(program, WORDS).read(case).rules for case in cases]

    def work(least):
        mine, own = Engine(program, shelf), engines_on(shelf, {"fact": "money", "above": least})[0]
        for case, rules in zip(cases, wanted, strict=True):
            read.append(case)
            if mine.read(case).rules != rules or own.read({"money": least}).rules != {"x.one": False}:
                wrong.append(case)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(read), wrong) == (6 * len(cases), [])


# -- 5 and 6. After an error


class Interrupted(Exception):
    """Something from outside breaks in."""


def test_an_exception_between_assert_and_retract_does_not_spoil_the_next_reading(monkeypatch):
    engine = simple_engine(A, B)

    def interrupt(*_):
        raise Interrupted

    with monkeypatch.context() as during:
        during.setattr(durable, "complete_and_start_action", interrupt)
        with pytest.raises(Interrupted):
            engine.read({"a": True})

    assert engine.shelf.dirty
    assert engine.read({"b": True}).rules == {"x.rule0": None, "x.rule1": True}
    assert not engine.shelf.dirty


def test_a_fact_left_behind_is_noticed_and_cleared_away():
    engine = simple_engine(A, B)
    [ruleset] = engine.phases[0][0].sets
    ruleset.open()
    durable.assert_fact(ruleset.handles[0], '{"id":"x","f0":1}')

    with pytest.raises(EngineError, match="answered 2"):
        engine.read({"a": True})
    assert engine.read({"a": True}).rules == {"x.rule0": True, "x.rule1": None}


def test_interruptions_at_any_moment_leave_no_wrong_reading():
    # In a child, because a signal may also break into the test tools: a coverage tracer then never lets go of its lock.
    wrong, interrupted = in_child("""
        import signal
        from random import Random
        from rules.engine import Engine
        from rules.generated import Generated
        from tests.rules.test_engine import WORDS, Interrupted, mixed_program
        program, cases = mixed_program()
        engine, generated = Engine(program), Generated(program, WORDS)
        wanted = [generated.read(case).rules for case in cases]
        random, wrong, interrupted = Random(6), 0, 0
        def interrupt(*_):
            raise Interrupted
        signal.signal(signal.SIGALRM, interrupt)
        for number in range(150):
            case = number % len(cases)
            try:
                signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00001, 0.0006))
                engine.read(cases[case])
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupted:
                interrupted += 1
            wrong += engine.read(cases[case]).rules != wanted[case]
        print(wrong, interrupted)
    """).split()

    assert wrong == "0"
    assert interrupted != "0"


def test_an_engine_that_fails_its_self_test_gives_no_reading():
    engine = simple_engine()
    [ruleset] = engine.phases[0][0].sets
    sound, ruleset.definition = ruleset.definition, {"deaf": {"all": [{"m": {"other": 1}}]}}

    with pytest.raises(EngineError, match="self-test"):
        engine.read({"a": True})

    ruleset.definition = sound
    assert engine.read({"a": True}).rules == {"x.rule0": True}


def test_a_rule_held_both_true_and_false_is_an_error():
    engine = simple_engine({"any": [A, B]})
    [said] = engine.phases[0][0].sets.values()
    [(rule_id, _, rank, leaves)] = said["c1"]
    said["c1"] = [(rule_id, False, rank, leaves)]

    with pytest.raises(EngineError, match=r"x\.rule0 both true and false"):
        engine.read({"a": True, "b": True})

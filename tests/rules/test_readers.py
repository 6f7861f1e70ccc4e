"""The readers of one program are made once, kept a while, and never answer when they differ."""

import gc
import weakref

import pytest

from rules.engine import Engine
from rules.generated import Generated
from rules.readers import KEPT, KEPT_OUTLOOKS, Readers, ReadersDiffer, governed_by, readers_of

from .made import make_fact, make_program, make_rule, make_step, make_words

WORDS = make_words(make_fact("a"), make_fact("b"), make_fact("money", "number"))
A, B = ({"fact": fact_id, "is": True} for fact_id in "ab")


def program(when, step="stop", disposition="tolerate"):
    rules = [make_rule("x.one", when, {"step": step}), make_rule("x.noise", B, {"finding": "noise"})]
    return make_program(WORDS, rules, [make_step(step, disposition, 10)])


def amounts(least):
    """As many programs as asked for, each of one version and another amount."""
    return program({"fact": "money", "above": least})


def test_the_reading_of_record_says_why_and_agrees_with_its_check():
    readers = readers_of(program(A), WORDS)

    reading = readers.read({"a": True})

    assert (reading.rules, reading.disposition) == ({"x.one": True, "x.noise": None}, "tolerate")
    assert reading.because["x.one"][0].fact == "a"
    assert readers.generated.read({"a": True}).because == {}


def test_readers_that_differ_on_a_rule_give_no_reading_and_name_the_rule():
    one, other = program(A), program({"all": [A, B]})
    readers = Readers(one, WORDS, Engine(one), Generated(other, WORDS))

    with pytest.raises(ReadersDiffer, match=r"differ on: x\.one$") as refused:
        readers.read({"a": True, "b": False})

    assert refused.value.rules == ["x.one"]
    assert readers.read({"a": True, "b": True}).disposition == "tolerate"


def test_readers_that_differ_only_on_the_disposition_give_no_reading():
    one, other = program(A), program(A, disposition="correct")
    readers = Readers(one, WORDS, Engine(one), Generated(other, WORDS))

    with pytest.raises(ReadersDiffer, match="disposition: tolerate and correct"):
        readers.read({"a": True})


def test_readers_that_differ_only_on_the_step_give_no_reading():
    one, other = program(A), program(A)
    other = make_program(
        WORDS,
        [make_rule("x.one", A, {"step": "stop"}), make_rule("x.noise", B, {"finding": "noise"})],
        [make_step("stop", "tolerate", 10, gate="G1")],
    )
    readers = Readers(one, WORDS, Engine(one), Generated(other, WORDS))

    with pytest.raises(ReadersDiffer, match="disposition: tolerate and tolerate"):
        readers.read({"a": True})


def test_the_readers_of_one_program_are_made_once():
    assert readers_of(program(A), WORDS) is readers_of(program(A), WORDS)
    assert governed_by(program(A), program(B), WORDS) is governed_by(program(A), program(B), WORDS)


def test_a_changed_condition_under_the_same_id_and_date_has_readers_of_its_own():
    before, after = readers_of(program(A), WORDS), readers_of(program(B), WORDS)

    assert before.program.key == after.program.key
    assert before.read({"a": True, "b": False}).disposition == "tolerate"
    assert after.read({"a": True, "b": False}).disposition == "refer"


def test_readers_long_unused_are_given_up_with_what_only_their_engine_compared():
    first = readers_of(program({"all": [A, B]}, disposition="correct"), WORDS)
    gone = weakref.ref(first)
    again = readers_of(amounts(1), WORDS)
    law = weakref.ref(governed_by(amounts(0), amounts(1), WORDS))
    del first

    for least in range(2, KEPT):
        readers_of(amounts(least), WORDS)
        readers_of(amounts(1), WORDS)
    for least in range(2, KEPT_OUTLOOKS):
        governed_by(amounts(least), amounts(1), WORDS)
    gc.collect()
    assert gone() is not None
    readers_of(amounts(KEPT), WORDS)
    for more in range(2):
        governed_by(amounts(KEPT_OUTLOOKS + more), amounts(1), WORDS)
    gc.collect()

    assert gone() is law() is None
    assert readers_of(amounts(1), WORDS) is again


def test_readers_of_many_programs_share_what_they_compare():
    one, other = readers_of(program(A), WORDS), readers_of(program(A, disposition="correct"), WORDS)

    assert one.engine.shelf is other.engine.shelf
    assert list(one.engine.phases[0][0].sets) == list(other.engine.phases[0][0].sets)


def test_two_versions_of_the_law_are_swept_together_and_the_lighter_is_the_answer():
    law = governed_by(program(A, disposition="hold_accountable"), program(B), WORDS)
    cases = [{"a": a, "b": b} for a in (True, False) for b in (True, False)]

    answers = law.sweep([law.cells_of(case) for case in cases], [], provisional=False)

    assert answers == ["tolerate", "refer", "tolerate", "refer"]
    assert law.sweep([law.cells_of({"a": True})], [], provisional=False) == [None]

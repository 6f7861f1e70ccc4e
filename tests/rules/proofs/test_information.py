"""What is settled stays settled whatever is learned: proved by comparing a case with every completion of it."""

from rules.proofs.information import information, unsettled
from rules.proofs.law import Law
from tests.rules.made import make_library, make_pack, make_rule, make_step
from tests.rules.proofs.packs import NO, WORDS, YES, failing, made

OPEN_BAR = [
    make_rule("x.bar", {"fact": "other", "is": True}, {"finding": "bar"}),
    make_rule("x.held", YES, {"step": "held"}, unless=["bar"]),
    make_rule("x.tolerated", NO, {"step": "tolerated"}),
]
STEPS = (make_step("held", "hold_accountable", 10), make_step("tolerated", "tolerate", 20))


def law(**details) -> Law:
    return Law(made(OPEN_BAR, STEPS).packs.values(), WORDS, **details)


def test_the_strict_reading_never_takes_back_what_it_settled():
    assert list(information(law())) == []


def test_the_same_question_finds_what_the_provisional_reading_takes_back():
    provisional = law()

    (found,) = unsettled(provisional, provisional.provisional)

    assert found.property == "information"
    assert found.changed
    assert not found.facts.keys() & found.changed.keys()


def test_what_is_proved_of_is_called_by_its_words_and_by_its_name_where_it_has_none():
    found = law()

    assert found.called("correct") == {"zh": "“纠错，不予问责”", "en": "“correct, without accountability”"}
    assert found.called("x.inner") == {"zh": "认定 x.inner ", "en": "x.inner"}


def test_findings_and_ends_that_other_packs_give_may_grow_and_are_not_taken_back_alone():
    rules = [
        make_rule("x.a", {"finding": "y.b", "is": True}, {"finding": "x.a"}),
        make_rule("x.c", {"finding": "disposition.tolerate", "is": True}, {"finding": "x.c"}),
    ]
    other = make_pack([make_rule("y.b", YES, {"finding": "y.b"})], name="other")
    library = make_library(WORDS, make_pack(rules), other)

    assert "information" not in failing(library)

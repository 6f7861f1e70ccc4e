"""Seeded faults in the packs are caught by an example or by a proof; a change that changes nothing is told apart."""

from benchmarks.mutations import Examples, Mutant, Prover, mutants, run
from rules.library import task_library
from tests.rules.made import make_rule
from tests.rules.proofs.packs import YES, made

TASK = "complaint"


def test_nearly_every_fault_of_a_sample_is_caught():
    tallies, _ = run(task_library(TASK), sample=60, seed=20261122)

    faults = sum(tally.seeded - tally.equivalent for tally in tallies.values())
    survived = sum(tally.survived for tally in tallies.values())
    assert faults > 40
    assert survived <= 0.1 * faults


def test_every_kind_of_fault_is_seeded_once_a_place():
    both = {"all": [YES, {"fact": "loss", "at_least": 3}]}
    rules = [
        make_rule("x.a", both, {"finding": "a"}, unless=["b"], since="2020-01-01"),
        make_rule("x.b", {"fact": "other", "is": True}, {"finding": "b"}, overrides=["x.a"]),
    ]

    kinds = [mutant.kind for mutant in mutants(made(rules)) if mutant.old.id == "x.a"]

    assert {kind: kinds.count(kind) for kind in kinds} == {
        "all for any, any for all": 1,
        "lost condition": 2,
        "flipped literal": 2,
        "moved threshold": 3,
        "removed unless": 1,
        "changed date": 2,
    }


def test_an_example_catches_what_changes_its_answer_and_a_change_of_nothing_is_shown_to_be_none():
    twice = {"any": [YES, {"all": [YES, {"fact": "other", "is": True}]}]}
    example = {"name": "harm", "facts": {"harm": True}, "fires": ["x.a"]}
    library = made([make_rule("x.a", twice, {"finding": "a"})], examples=[example])
    every: list[Mutant] = list(mutants(library))
    examples, prover = Examples(library), Prover(library)

    same = [mutant for mutant in every if prover.same(mutant)]

    assert same
    assert not any(examples.catch(mutant) for mutant in same)
    assert any(examples.catch(mutant) for mutant in every)

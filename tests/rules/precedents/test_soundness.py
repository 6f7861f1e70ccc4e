"""Facts are hidden from whole bases and whole cases: what is said to be certain must be so in what was hidden."""

import random

from rules.precedents import Base, Precedent, Schema
from rules.precedents.consistency import examine
from rules.precedents.impact import impact
from rules.precedents.proof import proof
from rules.precedents.reasons import constrains
from rules.precedents.tiers import combined
from tests.rules.precedents.verifier import as_grave, by_reasons, constrain, contradictory, layered

SCHEMA = Schema(
    ("mild", "middle", "grave"), {"a": True, "b": False, "c": True}, {"x": True, "y": False, "z": True}
)
TIERS = ("guiding", "own")
BASES, CASES = 2000, 5


def case(draw):
    factors = {name: draw.random() < 0.5 for name in SCHEMA.factors}
    return factors | {name: float(draw.randint(-2, 2)) for name in SCHEMA.dimensions}


def masked(draw, facts, rate):
    return {name: value for name, value in facts.items() if draw.random() >= rate}


def made(draw):
    """A base of which everything is known, and the same with facts hidden."""
    whole, hidden = [], []
    for number in range(draw.randint(1, 9)):
        facts, rank, tier = case(draw), draw.randrange(3), draw.choice(TIERS)
        reasons = frozenset(draw.sample(SCHEMA.names, 2))
        whole.append(Precedent(number, facts, rank, tier, reasons=reasons))
        hidden.append(Precedent(number, masked(draw, facts, 0.1), rank, tier, reasons=reasons))
    return whole, hidden


def test_ten_thousand_maskings_give_no_unsound_answer():
    draw, bound = random.Random(4), 0
    for _ in range(BASES):
        whole, hidden = made(draw)
        base = Base(SCHEMA, hidden)
        for _ in range(CASES):
            truth = case(draw)
            shown = masked(draw, truth, 0.15)
            bound += ensure_bounds(base, whole, truth, shown)
        ensure_steps(base, whole, truth, shown, draw.randrange(3))
    assert bound > BASES * CASES / 20  # there was something to be wrong about


def test_whole_bases_are_answered_exactly():
    draw = random.Random(5)
    for _ in range(BASES):
        whole, _ = made(draw)
        base, new = Base(SCHEMA, whole), case(draw)
        decided = [(old.facts, old.outcome) for old in whole]
        bounds = base.assess(new).bounds
        assert (bounds.low, bounds.high) == constrain(SCHEMA, new, decided)
        assert (bounds.possible_low, bounds.possible_high) == (bounds.low, bounds.high)


def ensure_bounds(base, whole, truth, shown):
    decided = [(old.facts, old.outcome) for old in whole]
    report = base.assess(shown)
    together = combined(base, shown, TIERS).bounds
    tiers = [[(old.facts, old.outcome) for old in whole if old.tier == tier] for tier in TIERS]
    for bounds, (low, high) in (
        (report.bounds, constrain(SCHEMA, truth, decided)),
        (together, layered(SCHEMA, truth, tiers)),
    ):
        assert bounds.low <= low <= bounds.possible_low
        assert bounds.possible_high <= high <= bounds.high
    for old in report.binding:
        facts = whole[old.id].facts
        assert as_grave(SCHEMA, truth, facts) or as_grave(SCHEMA, facts, truth)
    return report.bounds.status == "bound"


def ensure_steps(base, whole, truth, shown, rank):
    """The claims about single precedents, and about what this case would do to the base."""
    for old, known in zip(whole, base.precedents, strict=True):
        for lower in (True, False):
            sides = (truth, old.facts) if lower else (old.facts, truth)
            verdicts = [row.verdict for row in proof(SCHEMA, shown, known, lower)]
            if "open" not in verdicts or "fails" in verdicts:
                assert as_grave(SCHEMA, *sides) == ("fails" not in verdicts)
            said = constrains(SCHEMA, shown, known, lower)
            only = old.outcome == (2 if lower else 0)
            if said != "possible":
                binds = by_reasons(SCHEMA, truth, old.facts, old.reasons, lower, only)
                assert binds == (said == "certain")
    for old in impact(base, Precedent("new", shown, rank), {}).new_conflicts:
        assert contradictory(SCHEMA, (truth, rank), (whole[old.id].facts, old.outcome))


def test_every_conflict_is_one_in_what_was_hidden_and_the_repair_leaves_none_that_is_certain():
    draw = random.Random(6)
    for _ in range(BASES):
        whole, hidden = made(draw)
        found = examine(Base(SCHEMA, hidden))
        aside = {old.id for old in found.repair}
        for pair in found.conflicts():
            assert contradictory(SCHEMA, *((whole[old.id].facts, old.outcome) for old in pair))
            assert aside & {old.id for old in pair}

"""What reasoning on precedents costs and whether it is sound: `python -m benchmarks.precedents [precedents]`.

Made-up cases, the same each time: one hidden gravity a case, factors and dimensions that follow it with noise.
Times are of the processor, so that whatever else runs does not count.
"""

import random
import sys
import time
from collections.abc import Iterator

from rules.precedents import Base, Precedent, Schema
from rules.precedents.consistency import examine

OUTCOMES = ("tolerate", "correct", "hold_accountable")


def schema(factors: int, dimensions: int) -> Schema:
    return Schema(
        OUTCOMES,
        {f"factor {number}": number % 2 == 0 for number in range(factors)},
        {f"dimension {number}": number % 2 == 0 for number in range(dimensions)},
    )


def made(
    words: Schema, count: int, draw: random.Random, unknown: float = 0, noise: float = 0.1
) -> Iterator[Precedent]:
    """That many decided cases; each fact unknown at the one rate, each decided by chance at the other."""
    for number in range(count):
        grave = draw.random()
        facts = {name: (draw.random() < 0.05 + 0.9 * grave) == up for name, up in words.factors.items()}
        facts |= {
            name: round((1 if up else -1) * draw.gauss(100 * grave, 15), 2)
            for name, up in words.dimensions.items()
        }
        known = {name: value for name, value in facts.items() if draw.random() >= unknown}
        outcome = min(2, int(3 * grave)) if draw.random() >= noise else draw.randrange(3)
        yield Precedent(number, known, outcome)


def speed(count: int, draw: random.Random) -> Iterator[str]:
    words = schema(40, 8)
    rows = list(made(words, count, draw, 0.02))
    start = time.process_time()
    base = Base(words, rows)
    yield f"{count} precedents, 40 factors, 8 dimensions: indexed in {time.process_time() - start:.2f} s of processor"
    yield f"  sets of bits: {_size(base) / 1e6:.1f} MB"
    cases = [case.facts for case in made(words, 300, draw, 0.05)]
    for name, ask in (("forced outcome", base.bounds), ("whole answer", base.assess)):
        taken = sorted(_taken(ask, facts) for facts in cases)
        yield f"  {name}: median {taken[150] * 1e3:.2f} ms, p95 {taken[285] * 1e3:.2f} ms"


def consistency(count: int, draw: random.Random) -> Iterator[str]:
    words = schema(2, 4)
    base = Base(words, made(words, count, draw))
    start = time.process_time()
    found = examine(base)
    yield (
        f"consistency of {count}: {time.process_time() - start:.2f} s, "
        f"{found.count} conflicts, smallest repair {len(found.repair)}"
    )


def soundness(maskings: int, draw: random.Random) -> Iterator[str]:
    """Facts are hidden; what is said to hold for every completion must hold for the one that was hidden."""
    words, wrong = schema(5, 2), 0
    for _ in range(maskings // 10):
        rows = list(made(words, 12, draw))
        hidden = [
            Precedent(
                row.id, {name: row.facts[name] for name in row.facts if draw.random() < 0.8}, row.outcome
            )
            for row in rows
        ]
        base = Base(words, hidden)
        for case in made(words, 10, draw):
            said = base.bounds({name: case.facts[name] for name in case.facts if draw.random() < 0.7})
            low = max((row.outcome for row in rows if _as_grave(words, case, row)), default=0)
            high = min((row.outcome for row in rows if _as_grave(words, row, case)), default=2)
            wrong += not (said.low <= low <= said.possible_low and said.possible_high <= high <= said.high)
    yield f"unsound answers in {maskings} maskings: {wrong}"


def asking(cases: int, draw: random.Random) -> Iterator[str]:
    words = schema(12, 4)
    base = Base(words, made(words, 1500, draw, noise=0))
    asked = chance = 0
    for case in made(words, cases, draw, noise=0):
        if base.bounds(case.facts).status == "bound":
            asked += _asked(base, case, lambda facts, left: next(iter(base.assess(facts).questions), left[0]))
            chance += _asked(base, case, lambda facts, left: draw.choice(left))
    yield f"questions until bound: {100 * asked / max(chance, 1):.0f} % of random order"


def _asked(base: Base, case: Precedent, choose) -> int:
    facts: dict = {}
    while base.bounds(facts).status not in ("bound", "conflict"):
        name = choose(facts, [name for name in base.schema.names if name not in facts])
        facts[name] = case.facts[name]
    return len(facts)


def _as_grave(words: Schema, one: Precedent, other: Precedent) -> bool:
    return all(words.gravity(name, one.facts) >= words.gravity(name, other.facts) for name in words.names)


def _taken(ask, facts) -> float:
    start = time.process_time()
    ask(facts)
    return time.process_time() - start


def _size(base: Base) -> int:
    index = base.index
    sets = [*index.given, *(one for three in index.factors.values() for one in three)]
    for scale in index.scales.values():
        sets += [scale.known, scale.levels, *scale.digits]
    return sum(sys.getsizeof(one) for one in sets)


def main(count: int) -> None:
    draw = random.Random(4)  # noqa: S311 - made-up cases, the same each time
    for lines in (speed(count, draw), consistency(6000, draw), soundness(10_000, draw), asking(300, draw)):
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

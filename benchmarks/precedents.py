"""What reasoning on precedents costs and whether it is sound: `python -m benchmarks.precedents [precedents ...]`.

Made-up cases, the same each time: one hidden gravity a case, factors and dimensions that follow it with noise.
Times are of the processor, so that whatever else runs does not count; each is set beside a plain loop over the
precedents in the same run, which must give the same answer. A million precedents take about two minutes to make.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rules.precedents import Base, Precedent, Schema
from rules.precedents.base import Bounds
from rules.precedents.consistency import examine
from rules.precedents.packed import layout

OUTCOMES = ("tolerate", "correct", "hold_accountable")


def schema(factors: int, dimensions: int) -> Schema:
    return Schema(
        OUTCOMES,
        {f"factor {number}": number % 2 == 0 for number in range(factors)},
        {f"dimension {number}": number % 2 == 0 for number in range(dimensions)},
    )


def made(
    words: Schema,
    count: int,
    draw: random.Random,
    unknown: float = 0,
    noise: float = 0.1,
    digits: int = 2,
) -> Iterator[Precedent]:
    """That many decided cases; each fact unknown at the one rate, each decided by chance at the other."""
    packing = layout(tuple(words.factors), tuple(words.dimensions))
    for number in range(count):
        grave = draw.random()
        facts = {name: (draw.random() < 0.05 + 0.9 * grave) == up for name, up in words.factors.items()}
        facts |= {
            name: round((1 if up else -1) * draw.gauss(100 * grave, 15), digits)
            for name, up in words.dimensions.items()
        }
        known = {name: value for name, value in facts.items() if draw.random() >= unknown}
        outcome = min(2, int(3 * grave)) if draw.random() >= noise else draw.randrange(3)
        yield Precedent(number, packing.pack(known), outcome)


def speed(count: int, digits: int, draw: random.Random) -> Iterator[str]:
    words = schema(40, 8)
    rows = list(made(words, count, draw, 0.02, digits=digits))
    start = time.process_time()
    base = Base(words, rows)
    values = "amounts to the cent" if digits == 2 else "no two values alike"
    yield f"{count} precedents, 40 factors, 8 dimensions, {values}:"
    yield f"  indexed in {time.process_time() - start:.2f} s of processor; sets of bits: {_size(base) / 1e6:.1f} MB"
    cases = [case.facts for case in made(words, 300, draw, 0.05, digits=digits)]
    medians = {}
    for name, ask in (("forced outcome", base.bounds), ("whole answer", base.assess)):
        taken = sorted(_taken(ask, facts) for facts in cases)
        medians[name] = taken[150]
        yield f"  {name}: median {taken[150] * 1e3:.2f} ms, p95 {taken[285] * 1e3:.2f} ms"
    levels = [(row.outcome, tuple(words.gravity(name, row.facts) for name in words.names)) for row in rows]
    few = cases[:3]
    start = time.process_time()
    plain = [_plainly(words, levels, facts) for facts in few]
    each = (time.process_time() - start) / len(few)
    same = plain == [base.bounds(facts) for facts in few]
    yield (
        f"  plain loop: {each * 1e3:.0f} ms, {each / medians['forced outcome']:.0f} times the forced outcome, "
        f"{'the same answers' if same else 'OTHER ANSWERS'}"
    )


def _plainly(words: Schema, levels: list[tuple[int, tuple]], facts) -> Bounds:
    """The bounds by comparing with one precedent after the other, fact by fact."""
    found = {(lower, strength): set() for lower in (True, False) for strength in (1, 2)}
    here = tuple(words.gravity(name, facts) for name in words.names)
    ends = len(words.factors)
    for outcome, there in levels:
        below = above = 2  # certain, possible, no
        for place, (one, other) in enumerate(zip(here, there, strict=True)):
            if one is None or other is None:
                below = min(below, 2 if place < ends and (one == 1 or other == 0) else 1)
                above = min(above, 2 if place < ends and (one == 0 or other == 1) else 1)
            elif one < other:
                below = 0
            elif one > other:
                above = 0
            if not below and not above:
                break
        for lower, strength in ((True, below), (False, above)):
            for reached in range(1, strength + 1):
                found[lower, reached].add(outcome)
    lows = [max(found[True, strength], default=0) for strength in (2, 1)]
    highs = [min(found[False, strength], default=words.gravest) for strength in (2, 1)]
    return Bounds(lows[0], highs[0], lows[1], highs[1], words.gravest)


def consistency(count: int, draw: random.Random) -> Iterator[str]:
    for factors, dimensions in ((2, 4), (40, 8)):
        words = schema(factors, dimensions)
        base = Base(words, made(words, count, draw))
        start = time.process_time()
        found = examine(base)
        yield (
            f"consistency of {count}, {factors} factors, {dimensions} dimensions: {time.process_time() - start:.2f} s, "
            f"{found.count} conflicts, smallest repair {len(found.repair)}"
        )


def program(precedents: int, cases: int, draw: random.Random) -> Iterator[str]:
    """The program from start to end, reading and writing files."""
    words = schema(40, 8)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = {True: "graver", False: "milder"}
        declared = {"outcomes": list(OUTCOMES)}
        declared["factors"] = {name: sides[up] for name, up in words.factors.items()}
        declared["dimensions"] = {name: sides[up] for name, up in words.dimensions.items()}
        (folder / "schema.yaml").write_text(json.dumps(declared))
        for file, count in (("base.jsonl", precedents), ("cases.jsonl", cases)):
            with (folder / file).open("w") as out:
                for row in made(words, count, draw, 0.02):
                    said = {"id": row.id, "facts": dict(row.facts), "outcome": OUTCOMES[row.outcome]}
                    out.write(json.dumps(said) + "\n")
        given = [f"--base={folder / 'base.jsonl'}", f"--schema={folder / 'schema.yaml'}"]
        both = (
            ["assess", *given, f"--input={folder / 'cases.jsonl'}", f"--output={folder / 'out.jsonl'}"],
            ["consistency", *given],
        )
        for more in both:
            start = time.perf_counter()
            command = [sys.executable, "-m", "web.cli", "precedents", *more]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - the program itself
            taken = time.perf_counter() - start
            yield f"casebook precedents {more[0]}, {precedents} precedents, {cases} cases: {taken:.1f} s by the clock"


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
        sets += [scale.known, scale.edges, scale.shared, *scale.digits]
    return sum(sys.getsizeof(one) for one in sets)


def main(*counts: int) -> None:
    draw = random.Random(4)  # noqa: S311 - made-up cases, the same each time
    parts = [speed(count, digits, draw) for count in counts for digits in (2, 9)]
    parts += [consistency(6000, draw), soundness(10_000, draw), asking(300, draw), program(6000, 1000, draw)]
    for lines in parts:
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:]) if len(sys.argv) > 1 else [100_000]))

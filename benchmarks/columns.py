"""Decisions a second in memory, columns beside the generated function; and the same handed to a local cluster.

    python -m benchmarks.columns [--rows 65536] [--seconds 5] [--cluster]

The synthetic pack has 48 facts (30 booleans, 10 choices, 8 numbers, 15 % unknown) and 100 rules in three layers. What
is measured in one run is comparable; rounds are interleaved. A decision is a whole provisional reading down to the
disposition; "with rules", as a rehearsal reads it, adds the planes of every rule behind it. `--cluster` needs the extra
`cluster`.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from random import Random

from rules.columns import Columns
from rules.columns_net import Net, Planes
from rules.columns_rows import Marks, Rows
from rules.generated import Generated
from rules.library import library
from rules.program import Program
from rules.vocabulary import Vocabulary
from tests.rules.made import both, make_fact, make_library, make_pack, make_rule, make_step, make_words
from tests.rules.random_packs import OPERATORS

AS_OF = date(2026, 11, 21)
_worker: list = []


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=65_536, help="cases answered at once")
    options.add_argument("--seconds", type=float, default=5, help="time for each candidate")
    options.add_argument("--cluster", action="store_true", help="also on a local cluster of dask.distributed")
    chosen = options.parse_args()
    words = invented_words()
    shipped = library()
    for name, program, vocabulary in (
        ("synthetic pack, 48 facts, 100 rules", invented_program(words), words),
        ("shipped rules of today", shipped.program(AS_OF, AS_OF), shipped.vocabulary),
    ):
        rows, cases = laid_out(program, vocabulary, chosen.rows)
        planes = rows.planes()
        print(
            f"{name}: {len(program.nodes)} rules, {len(program.tests)} comparisons, {chosen.rows:,} cases at once"
        )
        in_memory(program, vocabulary, rows, cases, chosen.seconds)
        on_all_cores(program, planes, chosen.rows, chosen.seconds)
        if chosen.cluster:
            from benchmarks.cluster import on_a_cluster  # noqa: PLC0415  an extra that is seldom installed

            on_a_cluster(program, planes, chosen.rows, chosen.seconds)


def invented_words() -> Vocabulary:
    return make_words(
        *(make_fact(f"b{n}", presume=False if n % 2 else None) for n in range(30)),
        *(make_fact(f"c{n}", "choice", tuple("uvwxyz"[: 3 + n % 4])) for n in range(10)),
        *(make_fact(f"n{n}", "number", minimum=0, maximum=100) for n in range(8)),
    )


def invented_program(words: Vocabulary, seed: int = 1) -> Program:
    """A hundred rules in three layers: findings, findings of findings, and eight steps of the chain."""
    random, rules, findings = Random(seed), [], []  # noqa: S311

    def compared() -> dict:
        fact = random.choice(list(words.facts.values()))
        op = random.choice(OPERATORS[fact.type])
        one = {"boolean": [True, False], "choice": list(fact.values), "number": [5, 10, 50, 90]}[fact.type]
        return {"fact": fact.id, op: random.sample(one, 2) if op in ("in", "not_in") else random.choice(one)}

    def joined(parts: list[dict]) -> dict:
        return {random.choice(["all", "any"]): parts}

    for layer, (count, made) in enumerate(((50, "low"), (42, "high"), (8, "step"))):
        known = list(findings)
        for n in range(count):
            parts = [
                joined([compared() for _ in range(random.randint(2, 3))]) for _ in range(random.randint(1, 2))
            ]
            if layer:
                parts += [{"finding": name, "is": random.random() < 0.7} for name in random.sample(known, 2)]
            then = {"step": f"s{n}"} if made == "step" else {"finding": f"{made}{n}"}
            rules.append(make_rule(f"x.{made}{n}", joined(parts), then))
            findings += [] if made == "step" else [f"{made}{n}"]
    kinds = ["refer", "not_established", "tolerate", "correct", "hold_accountable"]
    steps = [make_step(f"s{n}", kinds[n % 5], n) for n in range(8)]
    pack = make_pack(rules, steps) | {"titles": {}, "questions": {}, "gates": {"G11": both("G11")}}
    return make_library(words, pack).program(AS_OF, AS_OF)


def laid_out(program: Program, words: Vocabulary, count: int) -> tuple[Rows, list[dict]]:
    """Random cases with 15 % unknown as rows; and some of them as they are read one by one."""
    random, marks = Random(2), Marks(program.tests, words)  # noqa: S311
    rows, some = Rows(marks), []
    for number in range(count):
        case = {}
        for one in marks.variables:
            if random.random() > 0.15:
                case[one.fact] = (
                    one.labels[random.choice(one.legal_cells())] if one.member is None else [one.member]
                )
        rows.add(marks.marks(case))
        if number < 200:
            some.append(case)
    return rows, some


def in_memory(program: Program, words: Vocabulary, rows: Rows, cases: list[dict], seconds: float) -> None:
    columns, generated, net = Columns(program), Generated(program, words), Net(program.tests)
    planes, count, nothing = rows.planes(), rows.count, [None] * len(rows.of.variables)

    def with_rules() -> None:
        known = Planes(net, rows, nothing)
        for node in (*net.dispositions(program), *net.rules(program).values()):
            known.of(node)

    candidates: dict[str, tuple[Callable, int]] = {
        "generated function, one by one": (
            lambda: [generated.read(case, True) for case in cases],
            len(cases),
        ),
        "columns": (lambda: columns.dispositions(*planes, provisional=True), count),
        "columns, strictly read": (lambda: columns.dispositions(*planes, provisional=False), count),
        "net of nodes, with rules": (with_rules, count),
    }
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for call, _ in candidates.values():
        call()
    while sum(map(sum, taken.values())) < seconds * len(candidates):
        for name, (call, _) in candidates.items():
            start = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - start)
    rates = {name: candidates[name][1] / statistics.median(times) for name, times in taken.items()}
    first = rates["generated function, one by one"]
    for name, rate in rates.items():
        print(f"  {name:<34}{rate:>16,.0f} a second, one core{rate / first:>12,.0f} x")


def on_all_cores(program: Program, planes: tuple, count: int, seconds: float) -> None:
    """Every core answers its own copy of the planes for the time."""
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, get_context("spawn"), _begin, (Columns(program), planes)) as pool:
        list(pool.map(_rounds, [0.2] * cores))
        rate = sum(pool.map(_rounds, [seconds] * cores)) * count
    print(f"  columns, {cores} processes{rate:>32,.0f} a second")


def _begin(columns: Columns, planes: tuple) -> None:
    _worker[:] = columns, planes


def _rounds(seconds: float) -> float:
    """How often a second."""
    columns, planes = _worker
    start, rounds = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        columns.dispositions(*planes, provisional=True)
        rounds += 1
    return rounds / (time.perf_counter() - start)


if __name__ == "__main__":
    main()

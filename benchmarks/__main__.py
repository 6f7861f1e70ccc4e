"""Print what the reasoning and the site cost, as ratios to a plain interpreter measured in the same run.

    python -m benchmarks [--evaluations 100000] [--seconds 5] [--no-site] [--no-seal]

Rounds of each candidate are interleaved, so that a change in the machine's speed hits all of them alike.

Each of these is a command of its own: benchmarks.agreement (do all readers agree on 20,000 random packs),
benchmarks.columns (decisions a second in memory, and on a local cluster), benchmarks.rehearsal (a changed pack over a
million stored cases), benchmarks.leave_one_out, mutations, papers, precedents, search.
"""

import argparse
import gc
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks import seal
from benchmarks.interpreter import interpret
from benchmarks.site import requests_a_second
from rules.assess import assess, with_presumptions
from rules.conduct import Conduct
from rules.library import library
from rules.readers import Governed, governed_by, readers_of
from rules.whatif import decisive_unknowns, flips, reachable

AS_OF = date(2026, 11, 21)
CASES = Path(__file__).parents[1] / "fixtures" / "cases" / "published.jsonl"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--evaluations", type=int, default=100_000, help="evaluations of the memory test")
    options.add_argument("--seconds", type=float, default=5, help="time for each candidate and for the site")
    options.add_argument("--no-site", action="store_true", help="leave out the requests to the site")
    options.add_argument("--no-seal", action="store_true", help="leave out the sealed store")
    chosen = options.parse_args()

    packs = library()
    program = packs.program(AS_OF, AS_OF)
    readers, law = readers_of(program), governed_by(program, program, packs.vocabulary)
    cases = published_cases()
    print(
        f"{len(program.nodes)} rules in force, {len(law.variables)} facts read, {len(cases)} published cases, "
        f"{len(packs.commencements()) + 1} stretches of law"
    )
    candidates = {
        "plain interpreter, one evaluation": lambda facts, _: interpret(program, facts),
        "generated function, one evaluation": lambda facts, _: readers.generated.read(facts),
        "durable-rules through its gate, full trace": lambda facts, _: readers.engine.read(facts),
        "exact reachable set": lambda facts, _: reachable(law.solver, law.cells_of(facts)),
        "flip sweep of every known fact": lambda facts, _: sweep(packs, law, facts),
        "unknowns in the order worth asking": lambda facts, _: unknowns(packs, law, facts),
        "whole assessment, date known": lambda facts, _: assess(facts, Conduct.parse("2025-03-01"), AS_OF),
        "whole assessment, date unknown": lambda facts, _: assess(facts, Conduct.parse(None), AS_OF),
        "whole assessment, dates as published": lambda facts, conduct: assess(facts, conduct, AS_OF),
    }
    calls = [(case["facts"], Conduct.parse(case["conduct_date"])) for case in cases]
    report(measure(candidates, calls, chosen.seconds))
    memory(readers, [case["facts"] for case in cases], chosen.evaluations)
    if not chosen.no_site:
        with tempfile.TemporaryDirectory() as folder:
            site(Path(folder), chosen.seconds)
    if not chosen.no_seal:
        with tempfile.TemporaryDirectory() as folder:
            for line in seal.lines(Path(folder), 100, seal.ITEMS):
                print(line)


def published_cases() -> list[dict]:
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["task"] == "disposition"]


def sweep(packs, law: Governed, facts: dict):
    return flips(law, facts, with_presumptions(packs.vocabulary, facts), "correct")


def unknowns(packs, law: Governed, facts: dict):
    presumed = with_presumptions(packs.vocabulary, facts)
    order = {fact_id: (False, False, place) for place, fact_id in enumerate(packs.vocabulary.facts)}
    known = reachable(law.solver, law.cells_of(facts))
    return decisive_unknowns(law, law.solver, facts, presumed, "correct", known, order)


def measure(candidates: dict[str, Callable], calls: list[tuple], seconds: float) -> dict[str, list[float]]:
    """Seconds of each call (facts and time of the conduct), in rounds that take the candidates in turn.

    What is loaded is first taken out of the garbage collector's rounds, as the site does when it starts.
    """
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for call in candidates.values():
        for arguments in calls:
            call(*arguments)
    gc.collect()
    gc.freeze()
    spent = dict.fromkeys(candidates, 0.0)
    while any(total < seconds for total in spent.values()):
        for name, call in candidates.items():
            if spent[name] >= seconds:
                continue
            for arguments in calls:
                start = time.perf_counter()
                call(*arguments)
                taken[name].append(time.perf_counter() - start)
                spent[name] += taken[name][-1]
    return taken


def report(taken: dict[str, list[float]]) -> None:
    base = statistics.median(next(iter(taken.values())))
    print(f"{'':<46}{'median ms':>10}{'p99 ms':>10}{'x interpreter':>15}{'calls':>9}")
    for name, times in taken.items():
        times.sort()
        median, late = statistics.median(times), times[len(times) * 99 // 100]
        print(f"{name:<46}{median * 1e3:>10.3f}{late * 1e3:>10.3f}{median / base:>15.2f}{len(times):>9}")
    fast = statistics.median(taken["generated function, one evaluation"])
    print(f"the generated function is {base / fast:.1f} times as fast as the interpreter")


def memory(readers, cases: list[dict], evaluations: int) -> None:
    """Resident memory before and after, every evaluation through the engine of record."""
    chance = random.Random(7)  # noqa: S311
    for facts in cases * 20:
        readers.engine.read(facts)
    before = resident()
    for _ in range(evaluations):
        readers.engine.read(chance.choice(cases))
    after = resident()
    print(
        f"memory over {evaluations:,} evaluations: {before:.1f} -> {after:.1f} MiB (grew {after - before:+.2f})"
    )


def resident() -> float:
    """Resident memory of this process, in MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def site(folder: Path, seconds: float) -> None:
    for name, rate, size in requests_a_second(folder, seconds):
        print(f"{name}: {rate:.0f} requests a second, one thread ({size / 1024:.0f} KiB a page)")


if __name__ == "__main__":
    main()

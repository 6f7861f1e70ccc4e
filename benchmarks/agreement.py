"""Whether all readers agree on very many random packs and facts: far more than the tests take time for.

    python -m benchmarks.agreement [--packs 20000] [--first 0] [--cases 4]

durable-rules, the generated function and columns are held against the slow oracle of the tests, rule by rule, each case
read strictly and provisionally. The same seeds make the same packs. Ends with status 1 at the first difference.
"""

import argparse
import sys
import time
from random import Random

from rules.engine import Engine, TooLarge
from rules.generated import Generated
from tests.rules.compared import InColumns, differences
from tests.rules.made import TODAY
from tests.rules.random_packs import WORDS, Made


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--packs", type=int, default=20_000)
    options.add_argument("--first", type=int, default=0, help="seed of the first pack")
    options.add_argument("--cases", type=int, default=4, help="cases for each pack")
    chosen = options.parse_args()
    start, compared, refused = time.perf_counter(), 0, 0
    for seed in range(chosen.first, chosen.first + chosen.packs):
        try:
            wrong = compare(seed, chosen.cases)
        except TooLarge:  # durable-rules is not trusted with it: no such pack is ever in force
            refused += 1
            continue
        if wrong:
            sys.exit(f"pack {seed}: {wrong[0]}")
        compared += 2 * chosen.cases
        if seed % 1000 == 999:
            print(
                f"{seed + 1 - chosen.first:,} packs, {compared:,} readings by three readers, none differs",
                flush=True,
            )
    seconds = time.perf_counter() - start
    print(
        f"{chosen.packs:,} packs ({refused} too large for the engine), {compared:,} readings agree, {seconds:.0f} s"
    )


def compare(seed: int, count: int) -> list[tuple]:
    """Where a reader does not say of a random pack and some random cases what the oracle says."""
    made = Made(Random(seed))  # noqa: S311
    program = made.library().program(TODAY, TODAY)
    cases = [made.case() for _ in range(count)]
    engine = Engine(program)
    readers = engine, Generated(program, WORDS), InColumns(program, WORDS, cases)
    found = [
        wrong
        for case in cases
        for provisional in (False, True)
        for wrong in differences(made.rules, made.steps, case, provisional, *readers)
    ]
    engine.close()
    return found


if __name__ == "__main__":
    main()

"""The same expressions handed to a cluster: each partition of the cases is answered where it lies, as columns.

Needs the extra `cluster` (dask.distributed). A program compiled for columns is all that such an engine has
to be given; the rules themselves need none: reading and moving data is what a cluster is for.
"""

import os
import time
from collections import Counter

from distributed import Client, LocalCluster

from rules.columns import Columns
from rules.columns_rows import Marks, Rows
from rules.pack import DISPOSITIONS
from rules.program import Program


def answered(columns: Columns, planes: tuple[list[int], list[int], int]) -> Counter:
    """How many cases of one partition end in each disposition."""
    found = columns.dispositions(*planes, provisional=True)
    return Counter({one: here.bit_count() for one, here in zip(DISPOSITIONS, found, strict=True) if here})


def laid(marks: Marks, cases: list[dict]) -> tuple[list[int], list[int], int]:
    """Cases of one partition side by side."""
    rows = Rows(marks)
    for case in cases:
        rows.add(marks.marks(case))
    return rows.planes()


def answered_by(client: Client, columns: Columns, partitions: list) -> Counter:
    """The same over all partitions, given as futures or as they are; each is answered on the worker that holds it."""
    there = client.scatter(columns, broadcast=True, hash=False)
    return sum(
        client.gather(client.map(answered, [there] * len(partitions), partitions, pure=False)), Counter()
    )


def on_a_cluster(program: Program, planes: tuple, count: int, seconds: float) -> None:
    """Print how many decisions a second workers of a local cluster make, beside one process of its own."""
    columns, cores = Columns(program), len(os.sched_getaffinity(0))
    alone = answered(columns, planes)
    with (
        LocalCluster(n_workers=cores, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        partitions = client.scatter([planes] * 16 * cores, hash=False)
        answered_by(client, columns, partitions)
        start, rounds = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            found = answered_by(client, columns, partitions)
            rounds += 1
        rate = rounds * count * len(partitions) / (time.perf_counter() - start)
    if found != Counter({one: number * len(partitions) for one, number in alone.items()}):
        raise SystemExit("the cluster answers otherwise than this process")
    print(
        f"  columns, {len(partitions)} partitions on a local cluster{rate:>16,.0f} a second, the same answers"
    )

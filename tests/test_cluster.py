"""The rules on a local cluster: needs the extra `cluster`, and is skipped without it."""

from collections import Counter
from random import Random

import pytest

from rules.columns import Columns
from rules.columns_rows import Marks
from rules.generated import Generated
from tests.rules.made import TODAY
from tests.rules.random_packs import WORDS, Made

distributed = pytest.importorskip("distributed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_partitions_answered_on_a_cluster_are_answered_as_each_case_is_alone():
    from benchmarks.cluster import answered_by, laid

    made = Made(Random(5))
    columns = Columns(made.library().program(TODAY, TODAY))
    generated, marks = Generated(columns.program, WORDS), Marks(columns.tests, WORDS)
    partitions = [[made.case() for _ in range(50)] for _ in range(4)]
    alone = Counter(generated.read(case, True).disposition for cases in partitions for case in cases)

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = answered_by(client, columns, client.map(laid, [marks] * 4, partitions))

    assert found == alone

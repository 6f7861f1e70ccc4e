"""How far two judges agree beyond chance: Cohen's kappa with its large-sample interval.

Kappa is Cohen's (Educational and Psychological Measurement 20, 1960, 37-46), unweighted: the verdicts have no order.
The standard error is the large-sample one of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969, 323-327,
formula 13), which holds whatever kappa is; the interval of 95 % is kappa plus and minus 1.96 of it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Agreement:
    """What two judges' verdicts on the same things have in common.

    `kappa` is None where chance alone explains everything: both judges gave one and the same verdict throughout.
    The interval is None where the formula gives none of any width, as when all pairs agree.
    """

    n: int
    agreed: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def raw(self) -> float:
        """The share of pairs that agree."""
        return self.agreed / self.n


def agreement(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """The agreement of pairs of verdicts. Raises ValueError without any pair."""
    counts = Counter(pairs)
    n = sum(counts.values())
    if not n:
        raise ValueError("found no pair of verdicts; expected at least one")
    agreed = sum(count for (one, other), count in counts.items() if one == other)
    shares = {pair: count / n for pair, count in counts.items()}
    rows: Counter = Counter()
    columns: Counter = Counter()
    for (one, other), count in counts.items():
        rows[one] += count
        columns[other] += count
    chance_count = sum(rows[verdict] * columns[verdict] for verdict in rows)
    if chance_count == n * n:
        return Agreement(n, agreed)
    observed, chance = agreed / n, chance_count / (n * n)
    kappa = (observed - chance) / (1 - chance)
    error = _standard_error(shares, rows, columns, n, observed, chance)
    if error < 1e-9:
        return Agreement(n, agreed, kappa)
    return Agreement(n, agreed, kappa, max(-1.0, kappa - Z95 * error), min(1.0, kappa + Z95 * error))


def _standard_error(shares, rows, columns, n, observed, chance) -> float:
    within = between = 0.0
    for (one, other), share in shares.items():
        if one == other:
            marginals = (rows[one] + columns[one]) / n
            within += share * ((1 - chance) - marginals * (1 - observed)) ** 2
        else:
            between += share * ((columns[one] + rows[other]) / n) ** 2
    spread = within + (1 - observed) ** 2 * between - (observed * chance - 2 * chance + observed) ** 2
    return sqrt(max(spread, 0.0) / n) / (1 - chance) ** 2

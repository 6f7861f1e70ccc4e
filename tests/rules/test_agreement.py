"""Agreement beyond chance, against worked examples of the papers and against resampling."""

import random
from collections import Counter

import pytest

from rules.agreement import agreement


def table(verdicts: str, *rows: tuple[int, ...]) -> list[tuple[str, str]]:
    """Pairs out of a table of counts: rows are the first judge, columns the second."""
    return [
        (one, other)
        for one, row in zip(verdicts, rows, strict=True)
        for other, count in zip(verdicts, row, strict=True)
        for _ in range(count)
    ]


def test_the_worked_example_of_fleiss_is_reproduced():
    """Fleiss, Statistical Methods for Rates and Proportions, 1981, section 13.1: kappa 0.68, standard error 0.087."""
    found = agreement(table("abc", (75, 1, 4), (5, 4, 1), (0, 0, 10)))

    assert (found.n, found.agreed) == (100, 89)
    assert found.kappa == pytest.approx(0.6765, abs=5e-4)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.0877, abs=5e-4)


def test_a_two_by_two_table_worked_by_hand():
    """Observed 35 of 50, chance 0.5: kappa 0.4."""
    found = agreement(table("ab", (20, 5), (10, 15)))

    assert found.raw == 0.7
    assert found.kappa == pytest.approx(0.4)
    assert found.low == pytest.approx(0.1511, abs=5e-4)
    assert found.high == pytest.approx(0.6489, abs=5e-4)


def test_the_order_of_judges_and_of_pairs_does_not_matter():
    pairs = table("abc", (7, 1, 4), (5, 4, 1), (0, 0, 10))
    turned = [(other, one) for one, other in reversed(pairs)]

    assert agreement(turned).kappa == pytest.approx(agreement(pairs).kappa)
    assert agreement(turned).low == pytest.approx(agreement(pairs).low)


def test_perfect_agreement_has_a_kappa_of_one_and_no_interval():
    found = agreement(table("ab", (3, 0), (0, 4)))

    assert (found.kappa, found.low, found.high) == (1.0, None, None)


def test_one_and_the_same_verdict_throughout_says_nothing_beyond_chance():
    found = agreement([("a", "a")] * 6)

    assert (found.n, found.raw, found.kappa, found.low) == (6, 1.0, None, None)


def test_agreement_by_chance_alone_is_zero_and_less_than_chance_is_negative():
    assert agreement(table("ab", (5, 5), (5, 5))).kappa == pytest.approx(0)
    opposite = agreement(table("ab", (0, 5), (5, 0)))
    assert opposite.kappa == pytest.approx(-1)
    assert opposite.low is None


def test_the_interval_never_leaves_the_possible():
    found = agreement(table("ab", (4, 1), (0, 3)))

    assert -1 <= found.low < found.kappa < found.high <= 1


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="no pair"):
        agreement([])


def test_the_standard_error_is_the_spread_of_kappa_over_fresh_samples():
    """Samples of 400 pairs drawn from known shares, with a fixed seed."""
    chooser = random.Random(7)
    cells, weights = zip(*Counter(table("abc", (30, 5, 5), (4, 20, 6), (2, 3, 25))).items(), strict=True)
    kappas, errors = [], []
    for _ in range(400):
        found = agreement(chooser.choices(cells, weights, k=400))
        kappas.append(found.kappa)
        errors.append((found.high - found.low) / 2 / 1.959963984540054)
    mean = sum(kappas) / len(kappas)
    spread = (sum((kappa - mean) ** 2 for kappa in kappas) / (len(kappas) - 1)) ** 0.5

    assert sum(errors) / len(errors) == pytest.approx(spread, rel=0.1)

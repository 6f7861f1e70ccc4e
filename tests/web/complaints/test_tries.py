"""Guessing receipts: what 10,000 tries a day are worth, and that nobody with a right one is kept out for long."""

from fractions import Fraction

import pytest

from casebook.procedure.code import ALPHABET
from casebook.seal.drafts import RECEIPT_LENGTH
from web.complaints.tries import ADDRESS, DAY, MOST_A_DAY, QUIET, SITE, Tries

LIVE = 100_000
RECEIPTS = len(ALPHABET) ** (RECEIPT_LENGTH - 1)  # the last sign only checks


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tries(clock):
    return Tries(clock=clock)


def test_ten_thousand_tries_a_day_leave_less_than_one_chance_in_ten_to_the_fifteenth():
    assert RECEIPTS > 2**80
    assert MOST_A_DAY <= 10_000
    assert Fraction(10_000 * LIVE, RECEIPTS) < Fraction(1, 10**15)
    assert 70 * Fraction(10_000 * LIVE, RECEIPTS) < Fraction(1, 10**15)  # for two months on end


def test_however_many_addresses_guess_no_more_than_that_many_pass_in_a_day(tries, clock):
    passed = 0
    for step in range(DAY // 2):
        clock.now = step * 2.0
        for place in range(2):
            passed += not tries.take(f"10.{step % 250}.{(step // 250) % 250}.{place}").wait

    assert MOST_A_DAY / 2 - 1 <= passed <= MOST_A_DAY <= 10_000


def test_one_address_that_guesses_waits_seconds_and_shuts_out_nobody_else(tries, clock):
    outcome = [tries.take("192.0.2.1").wait for _ in range(ADDRESS.burst + 5)]

    assert outcome[: ADDRESS.burst] == [0] * ADDRESS.burst
    assert all(0 < wait <= ADDRESS.seconds for wait in outcome[ADDRESS.burst :])
    assert tries.take("192.0.2.2").wait == 0
    clock.now += ADDRESS.seconds
    assert tries.take("192.0.2.1").wait == 0


def test_a_day_of_guessing_from_a_few_addresses_leaves_the_purse_of_the_others_alone(tries, clock):
    for second in range(0, 6 * 3600, 5):
        clock.now = float(second)
        for place in range(10):
            tries.take(f"192.0.2.{place}")

    assert tries.take("198.51.100.7").wait == 0


def test_right_receipts_behind_one_proxy_cost_nothing(tries):
    for _ in range(50 * ADDRESS.burst):
        taken = tries.take("192.0.2.1")
        assert taken.wait == 0
        taken.give_back()


def test_the_addresses_of_one_home_are_one(tries):
    for place in range(ADDRESS.burst):
        assert tries.take(f"2001:db8:0:1::{place + 1:x}").wait == 0

    assert tries.take("2001:db8:0:1:ffff::1").wait > 0
    assert tries.take("2001:db8:0:2::1").wait == 0


def test_no_counter_holds_an_address_and_each_site_has_its_own_key(tries):
    tries.take("192.0.2.1")
    other = Tries()
    other.take("192.0.2.1")

    assert "192.0.2.1" not in repr(vars(tries))
    assert tries._purses.keys().isdisjoint(other._purses)


def test_counters_are_forgotten_after_an_hour_of_quiet(tries, clock, monkeypatch):
    monkeypatch.setattr("web.complaints.tries.MOST_COUNTED", 20)
    for place in range(20):
        tries.take(f"192.0.2.{place}")
    clock.now = QUIET + 1.0
    tries.take("198.51.100.1")

    assert len(tries._purses) == 1
    assert SITE.burst > 20

"""Work in a process of its own says what it says here, is bounded, and ends when nobody waits for it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from casebook import apart
from casebook.packs.current import PacksDoNotFit
from rules.engine import TooLarge
from rules.pack import PackError
from rules.vocabulary import BadValue
from rules.yaml_source import Place
from tests.casebook import endless

ALONE = """
import sys
from casebook import apart
from casebook.packs.current import PacksDoNotFit
from rules.engine import TooLarge
from rules.pack import PackError
from rules.vocabulary import BadValue
from rules.yaml_source import Place
from tests.casebook import endless
apart._context.set_forkserver_preload([])
apart.run(endless.sleeps, sys.argv[1], seconds=60)
"""


def test_what_the_work_tells_and_returns_arrives():
    told = []

    assert apart.run(endless.tells, "a", ("done", "b"), seconds=5, tell=told.append) == ("a", ("done", "b"))
    assert told == ["a", ("done", "b")]


def test_what_parts_return_stands_in_their_order():
    told = []

    assert apart.run_all(endless.tells, [("a",), (), ("b", "c")], seconds=5, tell=told.append) == [
        ("a",), (), ("b", "c"),
    ]  # fmt: skip
    assert sorted(told) == ["a", "b", "c"]
    assert multiprocessing.active_children() == []


def test_what_one_part_raises_ends_all_of_them():
    with pytest.raises(LookupError, match="end"):
        apart.run_all(endless.sleeps_unless_told, [("",), ("end",), ("",)], seconds=5)

    assert multiprocessing.active_children() == []


def test_whoever_waits_may_end_all_parts():
    def enough():
        raise KeyError

    with pytest.raises(KeyError):
        apart.run_all(endless.sleeps_unless_told, [("",), ("",)], seconds=5, go_on=enough)

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("work", [endless.dies, endless.is_cut_off, endless.loops, endless.swells])
def test_work_without_end_is_ended_by_its_bounds_and_said_to_have_spent_them(work):
    with pytest.raises(apart.Spent):
        apart.run(work, seconds=1)


PLACE = Place("county.yaml", 3, 1)
FAULTS = [
    (PackError, PLACE, "a", "b", "甲"),
    (PacksDoNotFit, PackError(PLACE, "a", "b", "甲")),
    (TooLarge, PLACE, "a", "b", "甲"),
    (BadValue, "purpose", "a", "乙", "b"),
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, *said in FAULTS])
def test_what_the_work_raises_is_raised_where_it_is_awaited(kind, said):
    with pytest.raises(kind) as raised:
        apart.run(endless.breaks_off, kind, *said, seconds=5)

    assert str(raised.value) == str(kind(*said))


def test_work_bounded_more_tightly_before_is_given_no_more():
    assert apart.run(endless.is_bounded_again, seconds=5) == (5, 5)


def there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and not true():
        time.sleep(0.05)
    return true()


def test_the_process_ends_with_whoever_waited_for_it(tmp_path):
    said = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", ALONE, str(said)])
    try:
        assert until(lambda: said.exists() and said.read_text())
        child = int(said.read_text())
        assert there(child)

        parent.send_signal(signal.SIGKILL)
        parent.wait()

        assert until(lambda: not there(child))
    finally:
        parent.kill()
        parent.wait()

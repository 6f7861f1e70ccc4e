"""Work in a process of its own says what it says here, is bounded, and ends when nobody waits for it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from casebook import apart
from tests.casebook import endless

ALONE = """
import sys
from casebook import apart
from tests.casebook import endless
apart._context.set_forkserver_preload([])
apart.run(endless.sleeps, sys.argv[1], seconds=60)
"""


def test_what_the_work_tells_and_returns_arrives():
    told = []

    assert apart.run(endless.tells, "a", ("done", "b"), seconds=5, tell=told.append) == ("a", ("done", "b"))
    assert told == ["a", ("done", "b")]


@pytest.mark.parametrize("work", [endless.dies, endless.loops, endless.swells])
def test_work_without_end_is_ended_by_its_bounds_and_said_to_have_spent_them(work):
    with pytest.raises(apart.Spent):
        apart.run(work, seconds=1)


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

"""Work that has no end, or takes too much, for processes of their own: what is named here is found again by such a process."""

import os
import resource
import time
from pathlib import Path

from casebook import apart


def loops(*_):
    while True:
        pass


def swells(*_):
    return len([bytearray(2**28) for _number in range(12)])  # of addresses: nothing is written to them


def sleeps(_tell, told: str):
    """Say in the file which process this is, and do nothing."""
    Path(told).write_text(str(os.getpid()))
    time.sleep(600)


def sleeps_unless_told(_tell, word: str):
    """Do nothing, or what the word says: end without another word."""
    if word == "end":
        raise LookupError(word)
    time.sleep(600)


def dies(*_):
    os._exit(3)


def tells(tell, *words):
    for word in words:
        tell(word)
    return words


def breaks_off(_tell, kind, *said):
    raise kind(*said)


def is_cut_off(tell, *_):
    """End in the middle of a word: its length is told, and two letters of it."""
    (pipe,) = (cell.cell_contents for cell in tell.__closure__)
    os.write(pipe.fileno(), b"\0\0\1\0ab")
    os._exit(3)


def is_bounded_again(*_):
    """What of processor time is left to work that was bounded before, and is now given more."""
    apart._bound(10**6)
    return resource.getrlimit(resource.RLIMIT_CPU)

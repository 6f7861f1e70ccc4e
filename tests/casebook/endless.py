"""Work that has no end, or takes too much, for processes of their own: what is named here is found again by such a process."""

import os
import time
from pathlib import Path


def loops(*_):
    while True:
        pass


def swells(*_):
    return len([bytearray(2**28) for _number in range(12)])  # of addresses: nothing is written to them


def sleeps(_tell, told: str):
    """Say in the file which process this is, and do nothing."""
    Path(told).write_text(str(os.getpid()))
    time.sleep(600)


def dies(*_):
    os._exit(3)


def tells(tell, *words):
    for word in words:
        tell(word)
    return words

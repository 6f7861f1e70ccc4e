"""How often a receipt may be tried and something handed in: counted in memory, by nobody's address.

A counter is kept under an HMAC of the address, with a key made when the site starts and kept nowhere else: after a
restart nobody can tell whose counters they were, and where many are held, those quiet for an hour are forgotten.

A right receipt costs nothing, so people behind one proxy do not use up one another's tries. A wrong one costs two
tokens: one of the address and one of the whole site. The site has two purses, one for addresses that were not wrong of
late and one for those that were: whoever guesses from one address empties the second and shuts out nobody else.
`MOST_A_DAY` is what both purses give away in any 24 hours, from however many addresses.
"""

import hashlib
import hmac
import ipaddress
import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

DAY = 24 * 3600
MOST_COUNTED = 100_000  # addresses remembered at once; the rest share one counter


@dataclass(frozen=True)
class Pace:
    """So many at once, and then one more every so many seconds."""

    burst: int
    seconds: float

    @property
    def most_a_day(self) -> int:
        """The most that passes in any 24 hours."""
        return self.burst + math.ceil(DAY / self.seconds)


@dataclass
class Purse:
    """What is left of a pace at a moment."""

    pace: Pace
    left: float
    at: float
    wrong_at: float = -math.inf  # of an address: when it last tried in vain

    def fill(self, now: float) -> None:
        self.left = min(self.pace.burst, self.left + (now - self.at) / self.pace.seconds)
        self.at = now

    @property
    def wait(self) -> int:
        """Seconds until one may be taken; 0: now."""
        return 0 if self.left >= 1 else math.ceil((1 - self.left) * self.pace.seconds)

    @property
    def is_full(self) -> bool:
        return self.left >= self.pace.burst


@dataclass(frozen=True)
class Taken:
    """One try: `wait` seconds before it may be made, 0 if it was counted and may be made now."""

    wait: int
    tries: "Tries"
    own: Purse
    site: Purse
    wrong_at: float

    def give_back(self) -> None:
        """It turned out to cost nothing."""
        self.tries.give_back(self)


QUIET = 3600  # seconds after which an address is no longer one that was wrong of late
ADDRESS = Pace(10, 20)  # wrong receipts of one address
SITE = Pace(600, 20)  # of all addresses that were not wrong of late, and once more of all others
MOST_A_DAY = 2 * SITE.most_a_day
SENDER = Pace(30, 60)  # pages sent to the door by one address: reports, files, messages
SENDERS = Pace(600, 2)


class Tries:
    """The counters of one site. `clock` gives seconds."""

    def __init__(
        self, address: Pace = ADDRESS, site: Pace = SITE, clock: Callable[[], float] = time.monotonic
    ):
        self._address, self._clock, self._lock = address, clock, threading.Lock()
        self._key = secrets.token_bytes(32)
        self._fresh, self._again = (Purse(site, site.burst, clock()) for _ in range(2))
        self._purses: dict[bytes, Purse] = {}

    def take(self, address: str) -> "Taken":
        """Count one try of this address, unless it has to wait first."""
        with self._lock:
            own, site = self._of(address)
            wait, wrong_at = max(own.wait, site.wait), own.wrong_at
            if not wait:
                own.left -= 1
                site.left -= 1
            if (
                not wait or site is self._again
            ):  # whoever goes on guessing while refused stays among the guessers
                own.wrong_at = own.at
        return Taken(wait, self, own, site, wrong_at)

    def give_back(self, taken: "Taken") -> None:
        with self._lock:
            taken.own.wrong_at = taken.wrong_at
            for purse in (taken.own, taken.site):
                purse.left = min(purse.pace.burst, purse.left + 1)

    def _of(self, address: str) -> tuple[Purse, Purse]:
        """The purse of an address and the purse of the site it draws on, filled up to now."""
        now = self._clock()
        name = hmac.digest(self._key, _network(address).encode(), hashlib.sha256)
        if name not in self._purses and len(self._purses) >= MOST_COUNTED:
            self._forget(now)
            name = name if len(self._purses) < MOST_COUNTED else b""
        own = self._purses.setdefault(name, Purse(self._address, self._address.burst, now))
        own.fill(now)
        site = self._fresh if now - own.wrong_at > QUIET else self._again
        site.fill(now)
        return own, site

    def _forget(self, now: float) -> None:
        for name, purse in list(self._purses.items()):
            purse.fill(now)
            if purse.is_full and now - purse.wrong_at > QUIET:
                del self._purses[name]


def _network(address: str) -> str:
    """One line for all addresses of one home: in IPv6 everybody has very many."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if read.version == 4:
        return address
    return str(read.ipv4_mapped or ipaddress.ip_network((read, 64), strict=False))

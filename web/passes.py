"""Short passes for somebody without an account: a sealed cookie, thirty minutes from one page to the next, and its end.

None of it is stored. The key is one of this process: what was left before a start is forgotten, so no pass given before
it may open anything.
"""

import secrets
import threading
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app, request

IDLE_SECONDS = 30 * 60
_NONCE = 12


@dataclass(frozen=True)
class Pass:
    """What a browser was given: until when, for which visit, and what it opens."""

    until: int
    visit: str
    handle: str


class Left:
    """The visits that were left while their passes still ran. In memory, and only until those would have ended."""

    def __init__(self):
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, visit: str) -> None:
        now = time.time()
        with self._lock:
            while self._until and next(iter(self._until.values())) < now:  # the oldest stands first
                del self._until[next(iter(self._until))]
            self._until.setdefault(visit, now + IDLE_SECONDS)

    def __contains__(self, visit: str) -> bool:
        return visit in self._until


class Passes:
    """The passes of one door: the name of its cookie, and the path under which browsers show it."""

    def __init__(self, cookie: str, path: str):
        self.cookie, self.path = cookie, path
        self._key = AESGCM(AESGCM.generate_key(256))
        self._left = Left()

    def give(self, response, handle: str):
        """Let in, for thirty minutes from now, the browser that just showed what opens this.

        What it keeps tells nobody else anything. A visit that goes on under the same handle keeps its name.
        """
        shown = self._shown()
        goes_on = shown is not None and shown.handle == handle
        return self._give(response, shown.visit if goes_on else secrets.token_hex(16), handle)

    def keep(self, response):
        """Thirty minutes more for the visit that this browser is in; one that was left meanwhile is not begun again.

        The pass keeps the name of the visit, so that leaving ends every copy of it that was ever given.
        """
        shown = self._shown()
        return response if shown is None else self._give(response, shown.visit, shown.handle)

    def shown(self) -> str | None:
        """The handle this browser has been let in to within the last thirty minutes, unless it has left since."""
        shown = self._shown()
        return None if shown is None else shown.handle

    def take(self, response):
        """Let this browser in no more, nor whoever kept a copy of its pass."""
        if (shown := self._shown()) is not None:
            self._left.note(shown.visit)
        response.delete_cookie(self.cookie, path=self.path)
        return response

    def _give(self, response, visit: str, handle: str):
        nonce = secrets.token_bytes(_NONCE)
        content = f"{int(time.time()) + IDLE_SECONDS}:{visit}:{handle}".encode()
        sealed = nonce + self._key.encrypt(nonce, content, None)
        response.set_cookie(
            self.cookie, sealed.hex(), path=self.path, httponly=True, samesite="Strict",
            secure=current_app.config["HTTPS_ONLY"] or request.is_secure,
        )  # fmt: skip
        return response

    def _shown(self) -> Pass | None:
        try:
            sealed = bytes.fromhex(request.cookies.get(self.cookie, ""))
            content = self._key.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
            until, visit, handle = content.decode().split(":")
        except (ValueError, InvalidTag):
            return None
        if int(until) < time.time() or visit in self._left:
            return None
        return Pass(int(until), visit, handle)

"""Every setting of the site, read once."""

import os
from dataclasses import dataclass, field
from datetime import timedelta

from casebook.home import Home

MEGABYTE = 1024 * 1024
LARGEST_REQUEST = 21 * MEGABYTE  # an upload may hold 20 MB; the rest is the form around it
# Read to its end, and not kept, so that the answer can say what was too large. A film from a telephone is within it;
# whoever sends more is hung up on, so that nobody holds a connection with what never ends.
READ_TO_ITS_END = 128 * MEGABYTE


@dataclass(frozen=True)
class Config:
    """Where the data lives and how strict the door is.

    `https` says that the site is only ever reached over TLS; `proxy` is the address of the web server before it, whose
    word on who is asking is then taken.
    """

    home: Home
    https: bool = False
    testing: bool = False
    proxy: str = ""
    sign_in_limits: tuple[str, ...] = field(default=("5 per minute", "30 per hour"))

    @classmethod
    def from_env(cls) -> "Config":
        https, proxy = os.environ.get("CASEBOOK_HTTPS", ""), os.environ.get("CASEBOOK_PROXY", "")
        return cls(home=Home.from_env(), https=https == "1", proxy=proxy)

    def server_settings(self) -> dict:
        """What the server is told: how much it reads of a request (web.server keeps less), and whom to believe."""
        settings: dict = {
            "max_request_body_size": READ_TO_ITS_END,
            "log_socket_errors": False,  # who hung up, and when
        }
        if self.proxy:
            settings |= {
                "trusted_proxy": self.proxy,
                "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
                "clear_untrusted_proxy_headers": True,
            }
        return settings

    def flask_settings(self) -> dict:
        return {
            "SECRET_KEY": self.home.secret_key(),
            "TESTING": self.testing,
            "HTTPS_ONLY": self.https,
            "SESSION_COOKIE_NAME": "casebook",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
            "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
            "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the browser's session
            "WTF_CSRF_SSL_STRICT": False,  # pages send no referrer; web.security checks the fetch headers instead
            "RATELIMIT_HEADERS_ENABLED": False,
        }

"""Every setting of the site, read once."""

import os
from dataclasses import dataclass, field
from datetime import timedelta

from casebook.home import Home

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Config:
    """Where the data lives and how strict the door is. `https` says that the site is only ever reached over TLS."""

    home: Home
    https: bool = False
    testing: bool = False
    sign_in_limits: tuple[str, ...] = field(default=("5 per minute", "30 per hour"))

    @classmethod
    def from_env(cls) -> "Config":
        return cls(home=Home.from_env(), https=os.environ.get("CASEBOOK_HTTPS", "") == "1")

    def flask_settings(self) -> dict:
        return {
            "SECRET_KEY": self.home.secret_key(),
            "TESTING": self.testing,
            "HTTPS_ONLY": self.https,
            "SESSION_COOKIE_NAME": "casebook",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            # An upload may hold 20 MB; the rest is the form around it.
            "MAX_CONTENT_LENGTH": 21 * MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
            "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the browser's session
            "WTF_CSRF_SSL_STRICT": False,  # pages send no referrer; web.security checks the fetch headers instead
            "RATELIMIT_HEADERS_ENABLED": False,
        }

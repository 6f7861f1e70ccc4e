"""The one folder of a site: database, files and secret key."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from casebook.db import file_of, make_engine
from casebook.errors import StoreNotReady
from casebook.seal.keys import AES
from casebook.seal.store import Seal


@dataclass(frozen=True)
class Home:
    """Where the data of a site lies. `url` is the database; empty means SQLite inside the folder.

    `fonts` is the folder of the site's own licensed fonts for papers; None: those shipped. `sealed_url` is the sealed
    store, empty means SQLite inside the folder; `seal_keys` its key ring, None means inside the folder.
    """

    path: Path
    url: str = field(default="", repr=False)
    fonts: Path | None = None
    sealed_url: str = field(default="", repr=False)
    seal_keys: Path | None = None
    seal_cipher: str = AES

    def __post_init__(self):
        object.__setattr__(self, "path", Path(self.path).absolute())
        object.__setattr__(self, "url", _with_driver(self.url) or f"sqlite:///{self.path / 'casebook.db'}")
        sealed_url = _with_driver(self.sealed_url) or f"sqlite:///{self.path / 'sealed.db'}"
        object.__setattr__(self, "sealed_url", sealed_url)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Home":
        """The folder CASEBOOK_HOME (default `var`), the database DATABASE_URL (default SQLite in the folder), the fonts
        CASEBOOK_FONTS (default those shipped); the sealed store CASEBOOK_SEALED_URL (default SQLite in the folder), its
        key ring CASEBOOK_SEAL_KEYS (default in the folder) and the cipher of new keys CASEBOOK_SEAL_CIPHER.
        """
        fonts, keys = environ.get("CASEBOOK_FONTS"), environ.get("CASEBOOK_SEAL_KEYS")
        return cls(
            Path(environ.get("CASEBOOK_HOME") or "var"),
            environ.get("DATABASE_URL", ""),
            Path(fonts) if fonts else None,
            environ.get("CASEBOOK_SEALED_URL", ""),
            Path(keys) if keys else None,
            environ.get("CASEBOOK_SEAL_CIPHER") or AES,
        )

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def secret_key_file(self) -> Path:
        return self.path / "secret_key"

    def create(self) -> None:
        """Make the folder, the secret key and the sealed store, for the owner only; what exists is left as it is but
        closed.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(PermissionError):  # somebody else's folder, who answers for its doors
            self.path.chmod(0o700)
        self.files.mkdir(mode=0o700, exist_ok=True)
        if not self.secret_key_file.exists():
            descriptor = os.open(self.secret_key_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        if (database := file_of(self.url)) is not None:
            with suppress(PermissionError):
                os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
                database.chmod(0o600)  # a copy of it keeps that, wherever it is laid
        with self.seal() as seal:
            seal.create()

    def secret_key(self) -> str:
        """The key that signs cookies; raises StoreNotReady before `create`."""
        try:
            return self.secret_key_file.read_text().strip()
        except FileNotFoundError:
            raise StoreNotReady from None

    def engine(self) -> Engine:
        return make_engine(self.url)

    def seal(self) -> Seal:
        """The sealed store with its keys; raises nothing until it is used."""
        keys = self.seal_keys or self.path / "seal_keys"
        return Seal(self.sealed_url, keys.absolute(), cipher=self.seal_cipher)


def _with_driver(url: str) -> str:
    """Name the PostgreSQL driver we install, whichever way the address was written."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url

"""The key ring of the sealed store: one file, read by the owner only; its keys are never printed, logged or shown."""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casebook.errors import SealKeysMissing, SealKeysUnfit

AES, SM4 = "aes-256-gcm", "sm4-gcm"
CIPHERS = {AES: 32, SM4: 16}  # bytes of a key
NONCE = 12
TAG = 16


class Lock(Protocol):
    """One key with its cipher: what goes in comes out again, or InvalidTag is raised."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes: ...


class _Sm4Gcm:
    """SM4-GCM (GB/T 32907, RFC 8998) with the interface of AESGCM: the tag follows the ciphertext."""

    def __init__(self, key: bytes):
        self._key = key

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        made = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        made.authenticate_additional_data(associated)
        return made.update(data) + made.finalize() + made.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        if len(data) < TAG:
            raise InvalidTag
        opened = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, data[-TAG:])).decryptor()
        opened.authenticate_additional_data(associated)
        return opened.update(data[:-TAG]) + opened.finalize()


_LOCKS = {AES: AESGCM, SM4: _Sm4Gcm}


@dataclass(frozen=True)
class KeyRing:
    """Every key that something sealed may still need, the one that seals from now on, and the secret of receipts.

    `lookup` is the key under which receipts are looked up; it does not rotate, or no receipt would be found again.
    """

    current: str
    ciphers: Mapping[str, str]
    keys: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)

    @classmethod
    def new(cls, cipher: str) -> "KeyRing":
        return cls("", {}, {}, secrets.token_bytes(32)).with_new_key(cipher)

    def with_new_key(self, cipher: str) -> "KeyRing":
        """The same ring with a fresh key that seals from now on."""
        if cipher not in CIPHERS:
            raise SealKeysUnfit(why=f"CASEBOOK_SEAL_CIPHER={cipher!r}; {' / '.join(CIPHERS)}")
        name = secrets.token_hex(4)
        while name in self.keys:
            name = secrets.token_hex(4)
        keys = {**self.keys, name: secrets.token_bytes(CIPHERS[cipher])}
        return KeyRing(name, {**self.ciphers, name: cipher}, keys, self.lookup)

    def only_current(self) -> "KeyRing":
        """The ring without its older keys."""
        return KeyRing(
            self.current,
            {self.current: self.ciphers[self.current]},
            {self.current: self.keys[self.current]},
            self.lookup,
        )

    def lock(self, name: str) -> Lock | None:
        """The key of that name with its cipher; None: it is not on the ring."""
        key = self.keys.get(name)
        return None if key is None else _LOCKS[self.ciphers[name]](key)

    def write(self, path: Path) -> None:
        """Put the ring in its place, whole or not at all, readable by the owner only."""
        content = {
            "version": 1,
            "current": self.current,
            "keys": {
                name: {"cipher": self.ciphers[name], "key": key.hex()} for name, key in self.keys.items()
            },
            "lookup": self.lookup.hex(),
        }
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            _sync_folder(path.parent)
        finally:
            fresh.unlink(missing_ok=True)


def read_ring(path: Path) -> KeyRing:
    """The ring of a file. Raises SealKeysMissing, or SealKeysUnfit where others may read it or it is damaged."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except FileNotFoundError:
        raise SealKeysMissing(place=path) from None
    if mode & 0o007:
        raise SealKeysUnfit(why=f"{path}: mode {mode & 0o777:04o}; chmod 600")
    try:
        kept = json.loads(content)
        if kept["version"] != 1:
            raise SealKeysUnfit(why=f"{path}: version {int(kept['version'])}")
        keys = {name: bytes.fromhex(key["key"]) for name, key in kept["keys"].items()}
        ciphers = {name: key["cipher"] for name, key in kept["keys"].items()}
        ring = KeyRing(kept["current"], ciphers, keys, bytes.fromhex(kept["lookup"]))
        whole = len(ring.lookup) == 32 and ring.current in keys
        whole = whole and all(len(key) == CIPHERS[ciphers[name]] for name, key in keys.items())
    except (KeyError, TypeError, ValueError, AttributeError):
        whole = False
    if not whole:
        raise SealKeysUnfit(why=str(path))  # never the content, which holds keys
    return ring


def _sync_folder(folder: Path) -> None:
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Secrets that have to stand in the database, sealed with a key that stands beside it.

`office.key` holds one or more keys of 32 bytes: the first seals, all open. An office of an earlier
version, which has none, uses one derived from its pepper until `tally87 keys rotate office` makes
the file.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.office.key_files import passphrase_in, read_key
from server.office.office import Office
from shared.errors import ServiceError

OFFICE_FILE, PEPPER_FILE = "office.key", "pepper.key"
KEY_BYTES = 32
MOST_KEYS = 64
"""In one file: rotated every month, five years of backups can be opened."""
_SEALED = b"tally87/1 sealed in the database\x00"
_NONCE_BYTES = 12


class NotUnsealed(ServiceError):
    """Something in the database that no key of this office opens."""


@dataclass(frozen=True)
class _KeysRead:
    """keys: the one that seals first. stamp: of the file they were read from."""

    stamp: tuple[int, int]
    keys: tuple[bytes, ...]


def seal(office: Office, about: str, secret: bytes) -> str:
    """A secret as it stands in the database, bound to what it is about: base64 of 28 bytes more.

    Raises KeyFileRefused.
    """
    nonce = office.random_bytes(_NONCE_BYTES)
    key = sealing_keys(office)[0]
    box = AESGCM(key).encrypt(nonce, secret, _SEALED + about.encode())
    return base64.b64encode(nonce + box).decode("ascii")


def unseal(office: Office, about: str, sealed: str) -> bytes:
    """The inverse of ``seal``. Raises NotUnsealed, KeyFileRefused."""
    data = base64.b64decode(sealed)
    for key in sealing_keys(office):
        try:
            return AESGCM(key).decrypt(
                data[:_NONCE_BYTES], data[_NONCE_BYTES:], _SEALED + about.encode()
            )
        except InvalidTag:
            continue
    raise NotUnsealed(
        "A secret in the database cannot be opened: office.key is not the one it was sealed with. "
        "Put it back from your backup of the keys."
    )


def sealing_keys(office: Office) -> tuple[bytes, ...]:
    """The keys as they stand in the file now, the one that seals first: read again when another
    process has rotated them. Raises KeyFileRefused."""
    read = office.once(_read)
    if read.stamp != _stamp(office.config.key_folder / OFFICE_FILE):
        read = _read(office)
        office.replace(_read, read)
    return read.keys


def _read(office: Office) -> _KeysRead:
    config = office.config
    passphrase = passphrase_in(config.key_passphrase_file)
    lengths = range(KEY_BYTES, MOST_KEYS * KEY_BYTES + 1, KEY_BYTES)
    file = config.key_folder / OFFICE_FILE
    stamp = _stamp(file)
    if stamp == _NO_FILE:
        pepper = read_key(config.key_folder / PEPPER_FILE, lengths, passphrase)
        return _KeysRead(
            stamp, (HKDF(SHA256(), KEY_BYTES, None, _SEALED).derive(pepper[:KEY_BYTES]),)
        )
    data = read_key(file, lengths, passphrase)
    return _KeysRead(
        stamp, tuple(data[place : place + KEY_BYTES] for place in range(0, len(data), KEY_BYTES))
    )


_NO_FILE = (0, 0)


def _stamp(file: Path) -> tuple[int, int]:
    """Another one for another file in its place."""
    try:
        found = file.stat()
    except OSError:
        return _NO_FILE
    return found.st_ino, found.st_mtime_ns

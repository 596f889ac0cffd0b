"""Files of secrets, beside the database and never in it: written durably, guarded, sealed at rest.

Owns how such a file is written and read; knows no key's meaning. With a passphrase
(TALLY87_KEY_PASSPHRASE_FILE) each file is sealed by AES-256-GCM under a key that Argon2id makes of
it: who copies the folder alone has nothing. Nothing here is logged or shown.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.durable import OWNER_ONLY, replace_file, sync_folder, write_new
from shared.errors import TallyError
from shared.identifiers import RandomBytes

_SEALED = b"tally87 sealed key 1\n"
_SALT_BYTES, _NONCE_BYTES = 16, 12
_PASSES, _MEMORY_KIB, _LANES = 3, 65_536, 4
"""RFC 9106, section 4, second recommended option."""
LEAST_PASSPHRASE = 20
"""Characters. A file that can be copied can be tried for years: seven words of a list of 7776 are
90 bits (Diceware), and twenty characters are fewer than that."""


class KeyFileRefused(TallyError):
    """A key file that is missing, damaged, in the way, or readable by others."""


def passphrase_in(file: Path | None) -> bytes | None:
    """The passphrase of that file, its line end left out; None when no file is set.

    Raises KeyFileRefused when it cannot be read, others may read it, or it is too short.
    """
    if file is None:
        return None
    words = _guarded(file).rstrip(b"\r\n")
    if len(words.decode("utf-8", "replace")) < LEAST_PASSPHRASE:
        raise KeyFileRefused(
            f"The passphrase in {file.name} has fewer than {LEAST_PASSPHRASE} characters: "
            "seven words by chance are a good one."
        )
    return words


def write_key(
    path: Path, secret: bytes, random_bytes: RandomBytes, passphrase: bytes | None
) -> None:
    """Writes a new file, readable by its owner only; an earlier one of the name is never
    overwritten. Raises FileExistsError."""
    write_new(path, _sealed(path.name, secret, random_bytes, passphrase))
    sync_folder(path.parent)


def replace_key(
    path: Path, secret: bytes, random_bytes: RandomBytes, passphrase: bytes | None
) -> None:
    """Puts a file in the place of one that is there; whoever loses power in between has one of the
    two, whole."""
    replace_file(path, _sealed(path.name, secret, random_bytes, passphrase), OWNER_ONLY)


def read_key(path: Path, lengths: Collection[int], passphrase: bytes | None) -> bytes:
    """The secret of a file, sealed or not. lengths: those it may have, in bytes.

    Raises KeyFileRefused when it is missing or damaged, may be read by others than its owner, or
    is sealed with another passphrase.
    """
    secret = _guarded(path)
    if secret.startswith(_SEALED):
        secret = _opened(path.name, secret, passphrase)
    if len(secret) not in lengths:
        raise KeyFileRefused(f"{path.name} is damaged: take it from your backup.")
    return secret


def is_sealed(path: Path) -> bool:
    """Whether a file of secrets is sealed by a passphrase. Raises KeyFileRefused."""
    return _guarded(path).startswith(_SEALED)


def _sealed(name: str, secret: bytes, random_bytes: RandomBytes, passphrase: bytes | None) -> bytes:
    if passphrase is None:
        return secret
    salt, nonce = random_bytes(_SALT_BYTES), random_bytes(_NONCE_BYTES)
    box = AESGCM(_key(passphrase, salt)).encrypt(nonce, secret, _SEALED + name.encode())
    return _SEALED + salt + nonce + box


def _opened(name: str, data: bytes, passphrase: bytes | None) -> bytes:
    if passphrase is None:
        raise KeyFileRefused(
            f"{name} is sealed: name the file with its passphrase in TALLY87_KEY_PASSPHRASE_FILE."
        )
    rest = data[len(_SEALED) :]
    salt, rest = rest[:_SALT_BYTES], rest[_SALT_BYTES:]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(
            rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _SEALED + name.encode()
        )
    except (InvalidTag, ValueError):
        raise KeyFileRefused(
            f"{name} cannot be opened: its passphrase is another one, or the file is damaged."
        ) from None


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase, salt, _PASSES, _MEMORY_KIB, _LANES, 32, Type.ID)


def _guarded(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError:
        raise KeyFileRefused(
            f"{path.name} cannot be read. `tally87 programme create` makes the keys of a new "
            "programme; those of an old one come from your backup."
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileRefused(f"{path.name} may be read by others: chmod 600 it, then start again.")
    return data

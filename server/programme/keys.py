"""The programme's secrets, each in a file of its own beside the database, never in it.

Owns making, reading and guarding the files. Nothing here is logged or shown.

    programme.key   64 bytes: signs receipts, opens parcels (Ed25519 seed, X25519 key)
    linkage.key     32 bytes: given to every tablet at enrolment, makes linkage codes
    pepper.key      32 bytes: re-keys linkage codes before they are stored; never leaves the server
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from server.office import Office
from shared.errors import TallyError
from shared.identifiers import RandomBytes
from shared.wire.keys import ProgrammeKeys

PROGRAMME_FILE, LINKAGE_FILE, PEPPER_FILE = "programme.key", "linkage.key", "pepper.key"
SECRET_BYTES = 32


class KeyFileRefused(TallyError):
    """A key file that is missing, damaged, in the way, or readable by others."""


@dataclass(frozen=True)
class ServerKeys:
    """What the server knows and nobody else; its repr tells nothing."""

    programme: ProgrammeKeys = field(repr=False)
    linkage: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


def make_keys(folder: Path, random_bytes: RandomBytes) -> ServerKeys:
    """New keys, written durably to ``folder``, readable by its owner only.

    Raises KeyFileRefused when one is already there: a lost programme key cannot be replaced, so
    none is ever overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = [
        name for name in (PROGRAMME_FILE, LINKAGE_FILE, PEPPER_FILE) if (folder / name).exists()
    ]
    if present:
        raise KeyFileRefused(f"{present[0]} is already there and is never overwritten.")
    keys = ServerKeys(
        ProgrammeKeys.generate(random_bytes), random_bytes(SECRET_BYTES), random_bytes(SECRET_BYTES)
    )
    _write(folder / LINKAGE_FILE, keys.linkage)
    _write(folder / PEPPER_FILE, keys.pepper)
    _write(folder / PROGRAMME_FILE, keys.programme.to_bytes())
    _sync_folder(folder)
    return keys


def read_keys(folder: Path) -> ServerKeys:
    """The keys in ``folder``.

    Raises KeyFileRefused when one is missing, has the wrong length or may be read by others than
    its owner.
    """
    programme = _read(folder / PROGRAMME_FILE, 2 * SECRET_BYTES)
    linkage = _read(folder / LINKAGE_FILE, SECRET_BYTES)
    pepper = _read(folder / PEPPER_FILE, SECRET_BYTES)
    return ServerKeys(ProgrammeKeys.from_bytes(programme), linkage, pepper)


def keys_of(office: Office) -> ServerKeys:
    """The secrets of this office's programme, read once. Raises KeyFileRefused."""
    return office.once(_of_office)


def _of_office(office: Office) -> ServerKeys:
    return read_keys(office.config.key_folder)


def _write(path: Path, secret: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, length: int) -> bytes:
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError:
        raise KeyFileRefused(
            f"{path.name} cannot be read. `tally87 programme create` makes the keys of a new "
            "programme; those of an old one come from your backup."
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileRefused(f"{path.name} may be read by others: chmod 600 it, then start again.")
    if len(secret) != length:
        raise KeyFileRefused(f"{path.name} is damaged: take it from your backup.")
    return secret

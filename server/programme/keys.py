"""The programme's secrets, each in a file of its own beside the database, never in it.

Owns making, reading and guarding the files. Nothing here is logged or shown.

    programme.key   64 bytes: signs receipts, opens parcels (Ed25519 seed, X25519 key)
    linkage.key     32 bytes for each time it was made or changed: given to every tablet, makes
                    linkage codes (server.programme.linkage_keys)
    pepper.key      32 bytes for each time it was made or changed: re-keys linkage codes before they
                    are stored (server.intake.peppers); never leaves the server
    office.key      32 bytes: seals what has to be secret in the database (server.office.sealing)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from server.office import Office
from server.office.key_files import KeyFileRefused, passphrase_in, read_key, write_key
from server.office.sealing import MOST_KEYS, OFFICE_FILE, PEPPER_FILE
from shared.identifiers import RandomBytes
from shared.linkage.codes import MOST_LINKAGE_KEYS
from shared.wire.keys import ProgrammeKeys

PROGRAMME_FILE, LINKAGE_FILE = "programme.key", "linkage.key"
KEY_FILES = (PROGRAMME_FILE, LINKAGE_FILE, PEPPER_FILE, OFFICE_FILE)
SECRET_BYTES = 32
_SEVERAL = range(SECRET_BYTES, MOST_KEYS * SECRET_BYTES + 1, SECRET_BYTES)
_LENGTHS: Mapping[str, Collection[int]] = {
    PROGRAMME_FILE: (2 * SECRET_BYTES,),
    LINKAGE_FILE: range(SECRET_BYTES, MOST_LINKAGE_KEYS * SECRET_BYTES + 1, SECRET_BYTES),
    PEPPER_FILE: _SEVERAL,
    OFFICE_FILE: _SEVERAL,
}
"""In bytes."""

__all__ = ["KeyFileRefused", "ServerKeys", "keys_of", "make_keys", "read_key_file", "read_keys"]


@dataclass(frozen=True)
class ServerKeys:
    """What the server knows and nobody else; its repr tells nothing."""

    programme: ProgrammeKeys = field(repr=False)
    linkage: bytes = field(repr=False)
    """Every linkage key of the file, the first one first, end to end."""
    pepper: bytes = field(repr=False)
    """Every secret of the file, the first one first, end to end."""

    @property
    def peppers(self) -> tuple[bytes, ...]:
        """Each of them."""
        return apart(self.pepper)

    @property
    def linkage_keys(self) -> Mapping[int, bytes]:
        """Each linkage key by its number."""
        return dict(enumerate(apart(self.linkage), 1))


def apart(secrets: bytes) -> tuple[bytes, ...]:
    """Secrets that stand end to end, each for itself."""
    return tuple(secrets[at : at + SECRET_BYTES] for at in range(0, len(secrets), SECRET_BYTES))


def make_keys(
    folder: Path, random_bytes: RandomBytes, passphrase: bytes | None = None
) -> ServerKeys:
    """New keys, written durably to ``folder``, readable by its owner only, and sealed when there is
    a passphrase.

    Raises KeyFileRefused when one is already there: a lost programme key cannot be replaced, so
    none is ever overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = [name for name in KEY_FILES if (folder / name).exists()]
    if present:
        raise KeyFileRefused(f"{present[0]} is already there and is never overwritten.")
    keys = ServerKeys(
        ProgrammeKeys.generate(random_bytes), random_bytes(SECRET_BYTES), random_bytes(SECRET_BYTES)
    )
    for name, secret in (
        (LINKAGE_FILE, keys.linkage),
        (PEPPER_FILE, keys.pepper),
        (OFFICE_FILE, random_bytes(SECRET_BYTES)),
        (PROGRAMME_FILE, keys.programme.to_bytes()),
    ):
        write_key(folder / name, secret, random_bytes, passphrase)
    return keys


def read_keys(folder: Path, passphrase: bytes | None = None) -> ServerKeys:
    """The keys in ``folder``.

    Raises KeyFileRefused when one is missing, has the wrong length, may be read by others than its
    owner, or is sealed and this is not its passphrase.
    """
    programme, linkage, pepper = (
        read_key_file(folder, name, passphrase)
        for name in (PROGRAMME_FILE, LINKAGE_FILE, PEPPER_FILE)
    )
    return ServerKeys(ProgrammeKeys.from_bytes(programme), linkage, pepper)


def read_key_file(folder: Path, name: str, passphrase: bytes | None) -> bytes:
    """The secret of one of KEY_FILES. Raises KeyFileRefused."""
    return read_key(folder / name, _LENGTHS[name], passphrase)


def keys_of(office: Office) -> ServerKeys:
    """The secrets of this office's programme, read once. Raises KeyFileRefused."""
    return office.once(_of_office)


def keys_again(office: Office) -> ServerKeys:
    """The same, read anew: somebody may have added one since. Raises KeyFileRefused."""
    office.replace(_of_office, _of_office(office))
    return keys_of(office)


def _of_office(office: Office) -> ServerKeys:
    return read_keys(office.config.key_folder, passphrase_in(office.config.key_passphrase_file))

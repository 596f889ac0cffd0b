"""A sealed copy of a whole tablet in one file, for a replacement tablet.

Owns the layout of the file. The store in it stays sealed with its data key, which is wrapped by a
passphrase of its own (never by hardware: the old tablet may be at the bottom of a river).

    "T87B" | format (1 byte) | length of the key file (4 bytes) | key file | store | SHA-256
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mobile.platform.durable import replace_file
from mobile.sentences import Told
from shared.errors import StoreError

MAGIC = b"T87B\x01"
_CHECK_BYTES = 32


class BackupUnreadable(Told, StoreError):
    """A backup file that is damaged, cut or no backup at all."""

    text_id = "tablet.backup_unreadable"


def write_backup(path: Path, key_file: bytes, store: bytes) -> None:
    """Writes the file whole, or not at all."""
    data = MAGIC + len(key_file).to_bytes(4, "big") + key_file + store
    replace_file(path, data + hashlib.sha256(data).digest())


def read_backup(path: Path) -> tuple[bytes, bytes]:
    """Key file and store. Raises BackupUnreadable."""
    try:
        whole = path.read_bytes()
    except OSError as fault:
        raise BackupUnreadable from fault
    data, check = whole[:-_CHECK_BYTES], whole[-_CHECK_BYTES:]
    if not data.startswith(MAGIC) or hashlib.sha256(data).digest() != check:
        raise BackupUnreadable
    start = len(MAGIC) + 4
    end = start + int.from_bytes(data[len(MAGIC) : start], "big")
    return data[start:end], data[end:]

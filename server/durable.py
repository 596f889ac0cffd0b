"""Files that survive a power cut: whole when they are there, and there when that was said."""

from __future__ import annotations

import errno
import os
from pathlib import Path

OWNER_ONLY, AS_USUAL = 0o600, 0o666
"""Who may read a new file: its owner; or whoever the umask of this process lets."""


def write_new(path: Path, data: bytes) -> None:
    """Writes a file of its owner's only, and brings it to the disk; its name is there for sure
    after `sync_folder`. Raises FileExistsError: what is there is never overwritten."""
    _write(path, data, os.O_EXCL, OWNER_ONLY)


def replace_file(path: Path, data: bytes, mode: int = AS_USUAL) -> None:
    """Puts a file in the place of one that may be there; whoever loses power in between has one of
    the two, whole. mode: `OWNER_ONLY` or `AS_USUAL`.

    Raises OSError, and then what was there is as it was.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        _write(beside, data, os.O_TRUNC, mode)
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk: POSIX promises nothing of them when a file is
    synced. Does nothing where folders cannot be opened (Windows) or synced (some network shares).
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, how: int, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Transport by file: parcels and receipts as files on a stick or card.

Owns names and safe writing. A parcel is named by its id, which is a hash of its bytes: the name
says nothing about who sent it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mobile.platform.durable import replace_file
from shared.wire.limits import MAX_PARCEL_BYTES, MAX_RECEIPT_BYTES
from shared.wire.parcels import SealedParcel

PARCEL_SUFFIX, RECEIPT_SUFFIX = ".parcel", ".receipt"
"""The office looks for these endings, and writes the receipt beside the parcel."""


def write_parcel(folder: Path, parcel: SealedParcel) -> Path:
    """Writes the parcel whole, or not at all; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{parcel.parcel_id}{PARCEL_SUFFIX}"
    replace_file(path, parcel.data)
    return path


def read_parcel_files(folder: Path) -> Iterator[bytes]:
    """The bytes of every parcel file in the folder, by name."""
    return _read_files(folder, PARCEL_SUFFIX, MAX_PARCEL_BYTES)


def read_receipt_files(folder: Path) -> Iterator[bytes]:
    """The bytes of every receipt file in the folder, by name."""
    return _read_files(folder, RECEIPT_SUFFIX, MAX_RECEIPT_BYTES)


def _read_files(folder: Path, suffix: str, most_bytes: int) -> Iterator[bytes]:
    """Files that are too large, or that the stick cannot give, are passed over: one of them does
    not keep the others back."""
    for path in sorted(folder.glob(f"*{suffix}")):
        try:
            if path.is_file() and path.stat().st_size <= most_bytes:
                data = path.read_bytes()
            else:
                continue
        except OSError:
            continue
        yield data

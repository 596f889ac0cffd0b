"""The file road: parcels and receipts as files on a stick or card.

Owns names and safe writing. A parcel is named by its id, which is a hash of its bytes: the name
says nothing about who sent it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mobile.durable import replace_file
from shared.wire.limits import MAX_RECEIPT_BYTES
from shared.wire.parcels import SealedParcel

PARCEL_SUFFIX, RECEIPT_SUFFIX = ".parcel", ".receipt"
"""The office looks for these endings, and writes the receipt beside the parcel."""


def write_parcel(folder: Path, parcel: SealedParcel) -> Path:
    """Writes the parcel whole, or not at all; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{parcel.parcel_id}{PARCEL_SUFFIX}"
    replace_file(path, parcel.data)
    return path


def read_receipt_files(folder: Path) -> Iterator[bytes]:
    """The bytes of every receipt file in the folder, by name; oversized ones are passed over."""
    for path in sorted(folder.glob(f"*{RECEIPT_SUFFIX}")):
        if path.is_file() and path.stat().st_size <= MAX_RECEIPT_BYTES:
            yield path.read_bytes()

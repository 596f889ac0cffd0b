"""Saving what can be saved from a damaged store.

Reads the file and its write-ahead log page by page, without trusting any table of contents, and
keeps every row whose seal holds: a row is either whole and genuine or not taken. Of several copies
of a row the one with the highest write number is the newest. The damaged files are kept beside.

A salvage that power loss interrupts is begun once more. As long as the folder ``damaged`` is there,
one is under way, and what stands in the store's place must not be taken for the store.

Source of the page layout: SQLite documentation, "Database File Format" (sections 1.3 to 1.6, 2.1,
4.1).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mobile.platform.durable import sync_folder
from mobile.store.errors import StoreDamaged
from mobile.store.sealing import ROW_BYTES, Sealer
from mobile.store.tables import CENSUS, TABLES, Store, must_be_there, read_escrow
from shared.errors import WireError
from shared.wire.envelope import MessageKind, split_header

_DEFAULT_PAGE = 4096
_WAL_HEADER, _FRAME_HEADER = 32, 24
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_MOST_BYTES_A_ROW = 1 << 22
_UNDER_WAY = "damaged"

Row = tuple[bytes, bytes]
"""Row name and sealed bytes."""


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What was saved: rows per table. kept_as: the folder with the damaged files."""

    rows: Mapping[str, int]
    kept_as: Path


def salvage(path: Path, sealer: Sealer) -> SalvageReport:
    """Puts a fresh store with every readable row in the place of the damaged one.

    The damaged files are moved into the folder ``damaged`` first. The store may be used after
    end_salvage only; until then a salvage may be begun again and loses nothing.
    """
    aside = _set_aside(path)
    found: dict[tuple[str, bytes], tuple[int, bytes]] = {}
    escrow: dict[bytes, bytes] = {}
    for row, sealed in _all_rows(path):
        for table in TABLES:
            with contextlib.suppress(StoreDamaged):
                number, _ = sealer.open(table, row, sealed)
                if number >= found.get((table, row), (-1, b""))[0]:
                    found[table, row] = (number, sealed)
                break
        else:
            if _is_parcel(sealed):
                escrow[row] = sealed
    saved = path.with_name(path.name + ".saved")
    _remove(saved)
    found.pop(("settings", sealer.row_of("settings", CENSUS)), None)
    store = Store(saved, sealer, lambda _: None)
    try:
        store.adopt(
            ((t, row, sealed) for (t, row), (_, sealed) in found.items()),
            escrow.items(),
            max((number for number, _ in found.values()), default=0),
        )
    finally:
        store.close()
    # What an earlier, interrupted salvage put here has been read as well. Its log must not be laid
    # over the new store.
    for name in _beside(path)[1:]:
        (path.parent / name).unlink(missing_ok=True)
    sync_folder(path.parent)
    os.replace(saved, path)
    sync_folder(path.parent)
    counts = {table: sum(t == table for t, _ in found) for table in TABLES}
    return SalvageReport(counts | {"escrow": len(escrow)}, _next_name(aside))


def must_be_whole(path: Path) -> None:
    """Raises StoreDamaged where a store must be, and there is none, half of one, or one whose
    salvage was begun and not ended."""
    if _is_under_way(path):
        raise StoreDamaged
    must_be_there(path)


def end_salvage(path: Path, report: SalvageReport) -> None:
    """The store is whole and may be used; the damaged files get their name for good."""
    os.replace(path.parent / _UNDER_WAY, report.kept_as)
    sync_folder(path.parent)


def forget_damaged(path: Path) -> None:
    """The damaged files of earlier rescues of this store go: what was in the store is in them."""
    for aside in path.parent.glob(f"{_UNDER_WAY}-*"):
        shutil.rmtree(aside)
    sync_folder(path.parent)


def escrow_copies(path: Path) -> list[bytes]:
    """Every escrow copy, without any key; of a damaged store those that can be found in it.

    Changes nothing. Raises StoreInUse while the tablet is unlocked.
    """
    if not _is_under_way(path):
        with contextlib.suppress(StoreDamaged):
            return read_escrow(path)
    return list({sealed: None for _, sealed in _all_rows(path) if _is_parcel(sealed)})


def _is_under_way(path: Path) -> bool:
    return (path.parent / _UNDER_WAY).exists()


def _all_rows(path: Path) -> Iterator[Row]:
    """Rows of the damaged files that were set aside, then of those in the store's place."""
    for place in (path.parent / _UNDER_WAY / path.name, path):
        yield from _rows_of_file(place)


def _rows_of_file(path: Path) -> Iterator[Row]:
    """Rows of the file as it is, then of the file with the log laid over it."""
    data = path.read_bytes() if path.exists() else b""
    log_path = path.with_name(path.name + "-wal")
    log = log_path.read_bytes() if log_path.exists() else b""
    size = _page_size(data, log)
    pages = {
        number + 1: data[at : at + size] for number, at in enumerate(range(0, len(data), size))
    }
    yield from _rows(pages, size)
    for at in range(_WAL_HEADER, len(log), _FRAME_HEADER + size):
        (number,) = struct.unpack(">I", log[at : at + 4].ljust(4, b"\0"))
        pages[number] = log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        # An overflow chain is written before or after its first page: look at every state.
        yield from _rows({number: pages[number]}, size, pages)
    yield from _rows(pages, size)


def _page_size(data: bytes, log: bytes) -> int:
    sizes = [int.from_bytes(data[16:18], "big"), int.from_bytes(log[8:12], "big")]
    for size in sizes:
        if 512 <= size <= 65536 and size & (size - 1) == 0:
            return size
    return _DEFAULT_PAGE


def _rows(
    pages: Mapping[int, bytes], size: int, chain: Mapping[int, bytes] | None = None
) -> Iterator[Row]:
    for number, page in pages.items():
        start = 100 if number == 1 else 0
        if len(page) < start + 12 or page[start] not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR):
            continue
        head = start + (12 if page[start] == _INDEX_INTERIOR else 8)
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for place in range(min(cells, size // 4)):
            at = int.from_bytes(page[head + 2 * place : head + 2 * place + 2], "big")
            with contextlib.suppress(IndexError, ValueError, struct.error):
                row = _row(page, at, page[start], size, chain or pages)
                if row is not None:
                    yield row


def _row(page: bytes, at: int, kind: int, size: int, pages: Mapping[int, bytes]) -> Row | None:
    if kind == _INDEX_INTERIOR:
        at += 4  # the left child
    length, at = _varint(page, at)
    if kind == _TABLE_LEAF:
        _, at = _varint(page, at)  # the rowid
    if not ROW_BYTES < length < _MOST_BYTES_A_ROW:
        return None
    payload = _payload(page, at, length, kind == _TABLE_LEAF, size, pages)
    head, place = _varint(payload, 0)
    first, place = _varint(payload, place)
    second, place = _varint(payload, place)
    # Serial types: an even number from 12 on is a blob of (number - 12) / 2 bytes.
    if place != head or first != 12 + 2 * ROW_BYTES or second < 12 or second % 2:
        return None
    sealed = payload[head + ROW_BYTES : head + ROW_BYTES + (second - 12) // 2]
    return payload[head : head + ROW_BYTES], sealed


def _payload(
    page: bytes, at: int, length: int, is_table: bool, size: int, pages: Mapping[int, bytes]
) -> bytes:
    """The cell's content with its overflow chain, as far as the chain can be followed."""
    most = size - 35 if is_table else (size - 12) * 64 // 255 - 23
    least = (size - 12) * 32 // 255 - 23
    if length <= most:
        return page[at : at + length]
    local = least + (length - least) % (size - 4)
    if local > most:
        local = least
    parts = [page[at : at + local]]
    left, following = length - local, int.from_bytes(page[at + local : at + local + 4], "big")
    while left > 0 and following in pages:
        over = pages[following]
        parts.append(over[4 : 4 + min(left, size - 4)])
        left, following = left - (size - 4), int.from_bytes(over[:4], "big")
    return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = data[at + step]
        if step == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    raise ValueError


def _is_parcel(sealed: bytes) -> bool:
    try:
        split_header(MessageKind.PARCEL, sealed)
    except WireError:
        return False
    return True


def _set_aside(path: Path) -> Path:
    """Moves the damaged files into their folder; those moved by an earlier try stay as they are."""
    aside = path.parent / _UNDER_WAY
    aside.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)  # from now on the store is not believed
    for name in _beside(path):
        if (path.parent / name).exists() and not (aside / name).exists():
            os.replace(path.parent / name, aside / name)
    sync_folder(aside)
    sync_folder(path.parent)
    return aside


def _next_name(aside: Path) -> Path:
    number = 1
    while (kept_as := aside.with_name(f"{aside.name}-{number}")).exists():
        number += 1
    return kept_as


def _remove(path: Path) -> None:
    for name in _beside(path):
        path.with_name(name).unlink(missing_ok=True)


def _beside(path: Path) -> tuple[str, ...]:
    """The store's file and what SQLite keeps next to it."""
    return tuple(f"{path.name}{ending}" for ending in ("", "-wal", "-shm", "-journal"))

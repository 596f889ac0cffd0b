"""Small messages that would unfold to much: refused within bounded time and memory.

Each is rightly signed and sealed by an enrolled tablet (simulated: a tablet with hostile software),
so that nothing but the limits stands in its way.
"""

from __future__ import annotations

import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from shared.errors import ParcelUnreadable
from shared.wire import cbor
from shared.wire.envelope import MessageKind
from shared.wire.limits import MAX_INFLATED_BYTES, MAX_PARCEL_BYTES
from shared.wire.parcels import open_parcel
from shared.wire.receipts import open_receipt
from shared.wire.squeeze import deflate
from tests.fuzz.known import CLOCK, TABLET, programme_keys, sealed, tablet_keys

MOST_MEMORY = 64 << 20
"""Bytes of Python objects for a quarter of the values that fit (measured: 24 MB; 95 MB for all)."""
MOST_SECONDS = 15
"""CPU time on a slow machine (measured: 2 to 3 s at most on two busy cores)."""
_SLOW_TO_TRACE = ("just under the limit, one long array", "a million empty arrays")
"""tracemalloc makes these five times slower; what they hold is a part of the wide rows' below."""


def parcel(dense: bytes, count: int = 1, run: bytes = b"", order: int = 0) -> bytes:
    start = b"".join(map(cbor.encode, (count, 0, order, len(run))))
    return body(start + run + deflate(dense))


def body(packed: bytes) -> bytes:
    whole = bytes.fromhex(TABLET) + CLOCK + packed
    return sealed(MessageKind.PARCEL, whole, tablet_keys(), programme_keys().public)


def items(*values: cbor.Item) -> bytes:
    return b"".join(map(cbor.encode, values))


def head(size: int = 0, types: bytes = b"", names: int = 0, ancestors: int = 0) -> cbor.Item:
    classes = tuple(f"c{n}" for n in range(names))
    fields = (1, 1, 1, bytes(8), "r", "", False, types, size, False, ancestors, classes)
    return fields


def nested_deflate() -> bytes:
    data = bytes(200 << 20)
    for _ in range(3):
        data = zlib.compress(data, 9, -15)
    return body(items(1, 0, 0, 0) + data)


def wide_rows(rows: int, places: int) -> bytes:
    """A shape of so many questions that every record shares, and one byte for each value."""
    table = (tuple(0 for _ in range(places)),)
    numbers = items(*[0] * rows) * 2
    dense = items((head(),), table) + numbers + b"\x00" * (rows * places)
    return parcel(dense, rows, bytes(16) * rows)


BOMBS: dict[str, Callable[[], bytes]] = {
    "200 MB of zeros in one stream": lambda: parcel(bytes(200 << 20)),
    "streams within streams": nested_deflate,
    "just under the limit, one long array": lambda: parcel(
        cbor.encode(tuple([0] * (MAX_INFLATED_BYTES - 20)))
    ),
    "a million empty arrays": lambda: parcel(
        b"\x9a" + (MAX_INFLATED_BYTES - 9).to_bytes(4, "big") + b"\x80" * (MAX_INFLATED_BYTES - 9)
    ),
    "arrays a hundred thousand deep": lambda: parcel(b"\x81" * 100_000 + b"\x00"),
    "an array that says it has 2^64 - 1 items": lambda: parcel(b"\x9b" + b"\xff" * 8 + bytes(99)),
    "bytes that say they are 2^63 long": lambda: parcel(b"\x5b\x7f" + b"\xff" * 7 + bytes(99)),
    "a run that says it is 2^64 - 1 long": lambda: body(
        items(1, 0, 0) + b"\x1b" + b"\xff" * 8 + deflate(b"")
    ),
    "a billion records": lambda: parcel(bytes(1000), 10**9),
    "a dictionary of tomorrow": lambda: body(items(1, 2**64 - 1, 0, 0) + deflate(b"")),
    "codes of 2^64 - 1 bytes": lambda: parcel(
        items((head(2**64 - 1, b"\x01\x02"),), ((),), 0, 0), 1, bytes(16)
    ),
    "2^64 - 1 ancestors": lambda: parcel(
        items((head(ancestors=2**64 - 1),), ((),), 0, 0), 1, bytes(16)
    ),
    "a head of many names for every record": lambda: parcel(
        items((head(names=5000),), ((),), *[0] * 1000, *[0] * 1000) + bytes(900_000),
        1000,
        bytes(16_000),
    ),
    "question numbers that grow without end": lambda: parcel(
        items((head(),), ((2**64 - 1,) * 1000,), 0, 0) + bytes(1000), 1, bytes(16)
    ),
    "the same question a thousand times": lambda: parcel(
        items((head(),), ((0, *[-1] * 20_000),), *[0] * 20) + bytes(20_000), 10, bytes(160)
    ),
    "a number not spelt the shortest way": lambda: parcel(b"\x1b" + bytes(8)),
    "an indefinite array": lambda: parcel(b"\x9f\xff"),
    "records that unpack to more than is held": lambda: parcel(
        items((head(ancestors=0),), ((),), *[cbor.UNKNOWN] * 99) + items(*[2**40] * 99), 99
    ),
    "a receipt's bytes behind a parcel's header": lambda: body(b"\x01" + deflate(bytes(9))),
}


def measured(read: Callable[[], object], is_traced: bool = True) -> tuple[float, int]:
    """CPU seconds and the most bytes held while reading; 0 when that is not traced."""
    if is_traced:
        tracemalloc.start()
    began = time.process_time()
    try:
        read()
    finally:
        seconds, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return seconds, most


def opened(data: bytes) -> object:
    return open_parcel(
        data, programme_keys=programme_keys(), tablet_public=lambda _: tablet_keys().public
    )


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_within_bounded_time_and_memory(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) <= MAX_PARCEL_BYTES

    def read() -> None:
        with pytest.raises(ParcelUnreadable):
            opened(data)

    seconds, most = measured(read, name not in _SLOW_TO_TRACE)

    print(f"{name}: {len(data)} bytes, {seconds:.2f} s, {most / 1e6:.1f} MB")
    assert most < MOST_MEMORY
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize(("places", "is_traced"), [(250, True), (1000, False)])
def test_parcel_of_most_values_is_read_within_the_same_bounds(places: int, is_traced: bool) -> None:
    data = wide_rows(1000, places)

    seconds, most = measured(lambda: opened(data), is_traced)

    print(f"1000 x {places} answers: {len(data)} bytes, {seconds:.2f} s, {most / 1e6:.1f} MB")
    assert most < MOST_MEMORY
    assert seconds < MOST_SECONDS


def test_receipt_that_unfolds_to_much_is_refused() -> None:
    for plain in (bytes(200 << 20), items(0, 0, bytes(8), (), (), (0, 10**9), ())):
        data = sealed(
            MessageKind.RECEIPT,
            b"\x01" + deflate(plain),
            programme_keys(),
            tablet_keys().public,
            bytes(16),
        )

        def read(data: bytes = data) -> None:
            with pytest.raises(ParcelUnreadable):
                open_receipt(
                    data, tablet_keys=tablet_keys(), programme_public=programme_keys().public
                )

        seconds, most = measured(read)

        assert most < MOST_MEMORY
        assert seconds < MOST_SECONDS

"""One value has one encoding, and every other spelling of it is refused (RFC 8949 section 4.2)."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, RecordUnreadable
from shared.wire import cbor
from shared.wire.cbor import MAX_NESTING, REFUSED, UNKNOWN, Item, Plain

decimals = st.builds(
    lambda mantissa, places: Decimal(mantissa).scaleb(-places),
    st.integers(-(10**15), 10**15).filter(lambda mantissa: mantissa % 10 != 0),
    st.integers(1, 12),
)
scalars = (
    st.integers(-(2**64), 2**64 - 1)
    | st.text(max_size=30)
    | st.binary(max_size=30)
    | st.booleans()
    | decimals
    | st.sampled_from([UNKNOWN, REFUSED])
    | st.builds(Plain, st.integers(0, 2**63) | decimals)
)
items = st.recursive(scalars, lambda inner: st.lists(inner, max_size=5).map(tuple), max_leaves=15)


@given(items)
def test_reading_gives_back_what_was_written(item: Item) -> None:
    try:
        written = cbor.encode(item)
    except ValueError:
        return  # nested deeper than the protocol allows

    read = cbor.decode(written)

    assert read == item
    assert cbor.encode(read) == written


@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_their_own_one_spelling_or_refused(data: bytes) -> None:
    try:
        item = cbor.decode(data)
    except ParcelUnreadable:
        return

    assert cbor.encode(item) == data


def test_all_strings_of_one_and_two_bytes_are_read_as_their_own_one_spelling_or_refused() -> None:
    """All 65,792 of them: a map head was once read as the simple value of the same number."""
    read = 0
    for length in (1, 2):
        for data in map(bytes, itertools.product(range(256), repeat=length)):
            try:
                item = cbor.decode(data)
            except ParcelUnreadable:
                continue
            assert cbor.encode(item) == data
            read += 1

    # one byte: 48 numbers, 3 empty ones, 4 simple values; two: 464 numbers, 256 bytes, 128 texts,
    # 55 arrays of one, 48 plain numbers
    assert read == (48 + 3 + 4) + (464 + 256 + 128 + 55 + 48)


# RFC 8949 appendix A, the examples within our subset.
@pytest.mark.parametrize(
    ("item", "hexadecimal"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (100, "1864"),
        (1000, "1903e8"),
        (1000000, "1a000f4240"),
        (1000000000000, "1b000000e8d4a51000"),
        (18446744073709551615, "1bffffffffffffffff"),
        (-18446744073709551616, "3bffffffffffffffff"),
        (-1, "20"),
        (-100, "3863"),
        (False, "f4"),
        (True, "f5"),
        (UNKNOWN, "f6"),
        (REFUSED, "f7"),
        (bytes.fromhex("01020304"), "4401020304"),
        ("", "60"),
        ("IETF", "6449455446"),
        ("水", "63e6b0b4"),
        ((1, (2, 3), (4, 5)), "8301820203820405"),
        (Decimal("273.15"), "c48221196ab3"),
        (Plain(7), "c807"),
    ],
)
def test_examples_of_the_rfc(item: Item, hexadecimal: str) -> None:
    assert cbor.encode(item).hex() == hexadecimal
    assert cbor.decode(bytes.fromhex(hexadecimal)) == item


@pytest.mark.parametrize(
    ("hexadecimal", "why"),
    [
        ("1817", "23 in two bytes"),
        ("190018", "24 in three bytes"),
        ("1a00000100", "256 in five bytes"),
        ("5f41014102ff", "bytes of indefinite length"),
        ("9f01ff", "an array of indefinite length"),
        ("a10102", "a map"),
        ("b4", "a map whose length is the number of false"),
        ("b6", "a map whose length is the number of null"),
        ("f93c00", "a half-precision float"),
        ("fb3ff199999999999a", "a double"),
        ("f820", "a simple value in two bytes"),
        ("e0", "an unassigned simple value"),
        ("62c328", "a text that is not UTF-8"),
        ("c482200a", "a decimal fraction with a mantissa that ends in 0"),
        ("c4820005", "a decimal fraction without a fraction"),
        ("c4823818 05".replace(" ", ""), "a decimal fraction with too many places"),
        ("c48120", "a decimal fraction of one part"),
        ("c482f5f5", "a decimal fraction of truth values"),
        ("c8f5", "a plain truth value"),
        ("c863616263", "a plain text"),
        ("c074323031332d30332d32315432303a30343a30305a", "a date tag"),
        ("0000", "a byte left over"),
        ("18", "a head cut short"),
        ("4401", "bytes cut short"),
        ("9bffffffffffffffff", "an array longer than the data"),
        ("5bffffffffffffffff", "bytes longer than the data"),
        ("", "nothing"),
    ],
)
def test_other_spellings_and_other_types_are_refused(hexadecimal: str, why: str) -> None:
    with pytest.raises(ParcelUnreadable):
        cbor.decode(bytes.fromhex(hexadecimal))


def test_a_caller_chooses_the_error() -> None:
    with pytest.raises(RecordUnreadable):
        cbor.decode(b"", RecordUnreadable)


def test_depth_is_limited_before_the_stack_is() -> None:
    deepest = b"\x81" * MAX_NESTING + b"\x00"

    assert cbor.encode(cbor.decode(deepest)) == deepest
    with pytest.raises(ParcelUnreadable):
        cbor.decode(b"\x81" + deepest)
    with pytest.raises(ParcelUnreadable):
        cbor.decode(b"\x81" * 100_000)
    with pytest.raises(ParcelUnreadable):
        cbor.decode(b"\xc8" * 100_000)


@pytest.mark.parametrize(
    "item",
    [2**64, -(2**64) - 1, Decimal("NaN"), Decimal("Infinity"), Decimal(10), Decimal("1e-30")],
)
def test_what_the_subset_cannot_hold_is_not_written(item: Item) -> None:
    with pytest.raises(ValueError, match=r"."):
        cbor.encode(item)

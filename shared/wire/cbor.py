"""The deterministic subset of CBOR in which records and messages are written.

One value has exactly one encoding (RFC 8949 section 4.2.1: shortest heads, definite lengths), and
reading refuses every other spelling, so that a hash of the bytes is a hash of the value. Of CBOR's
types only those we need exist: integers of 64 bits, bytes, text, arrays, decimal fractions (tag 4),
``null`` (UNKNOWN), ``undefined`` (REFUSED), true and false, and our own tag 8 (Plain).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from shared.errors import ParcelUnreadable, WireError

MAX_NESTING = 6
"""A record nests three arrays deep; a receipt five. Deeper bytes are refused, not recursed into."""

_MAX_UINT = 2**64 - 1
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _TAG, _SIMPLE = 0, 1, 2, 3, 4, 6, 7
_DECIMAL_TAG, _PLAIN_TAG = 4, 8
_SHORT_TEXT, _NOT_SHORT = _TEXT << 5, 255
"""Heads of texts of up to 23 bytes begin here; a byte that begins nothing short."""
_ONE_BYTE = tuple(bytes((number,)) for number in range(256))
_FALSE, _TRUE, _NULL, _UNDEFINED = 20, 21, 22, 23
_DECIMAL_PLACES_AT_MOST = 24


class Marker(Enum):
    """Two one-byte values beside the usual ones."""

    UNKNOWN = _NULL
    REFUSED = _UNDEFINED


UNKNOWN, REFUSED = Marker.UNKNOWN, Marker.REFUSED
_SIMPLES: dict[int, Item] = {_FALSE: False, _TRUE: True, _NULL: UNKNOWN, _UNDEFINED: REFUSED}
_ONE_BYTE_OF = {marker: _SIMPLE << 5 | marker.value for marker in Marker}


@dataclass(frozen=True)
class Plain:
    """A number that is to be read as it stands where a number would otherwise be an index."""

    value: int | Decimal


Item = int | bytes | str | bool | Decimal | Marker | Plain | tuple["Item", ...]


def encode(item: Item) -> bytes:
    """The one encoding of an item. Raises ValueError for what the subset cannot hold."""
    out = bytearray()
    _write(item, out, MAX_NESTING)
    return bytes(out)


def elements(items: Iterable[Item]) -> bytes:
    """The encodings of these items one after another, as they stand in an array that is nested in
    nothing. Raises ValueError as ``encode`` does for that array."""
    out = bytearray()
    for item in items:
        if type(item) is int and 0 <= item < 24:
            out.append(item)
        else:
            _WRITERS[type(item)](item, out, MAX_NESTING - 1)
    return bytes(out)


def decode(data: bytes, error: type[WireError] = ParcelUnreadable) -> Item:
    """The item these bytes are the one encoding of.

    Raises ``error`` for anything else: cut short, with bytes left over, spelt another way, nested
    deeper than MAX_NESTING.
    """
    reader = Reader(data, error)
    item = reader.item()
    reader.end()
    return item


class Reader:
    """Reads one item after another from bytes; never asks for memory the bytes do not back."""

    def __init__(self, data: bytes, error: type[WireError] = ParcelUnreadable) -> None:
        self.data, self.at, self.error = data, 0, error

    def item(self, nesting: int = MAX_NESTING) -> Item:
        """The next item."""
        if nesting < 0:
            raise self.error("These bytes are nested too deeply.")
        major, argument = self._head()
        if major == _UINT:
            return argument
        if major == _TEXT:
            return self._text(argument)
        if major == _ARRAY:
            # Every element takes at least one byte: a length beyond that is a lie.
            if argument > len(self.data) - self.at:
                raise self.error("These bytes end too early.")
            return self.items(argument, nesting - 1)
        if major == _BYTES:
            return self.take(argument)
        if major == _SIMPLE:
            return self._simple(argument)
        if major == _NEGATIVE:
            return -1 - argument
        if major == _TAG:
            return self._tagged(argument, nesting - 1)
        raise self.error("These bytes hold a map, which this protocol does not have.")

    def items(self, count: int, nesting: int = MAX_NESTING) -> tuple[Item, ...]:
        """The next so many items. Most are small numbers and words: those are read here, without a
        call. Nobody may ask for more of them than there are bytes."""
        if count and nesting < 0:
            raise self.error("These bytes are nested too deeply.")
        data, end, found = self.data, len(self.data), list[Item]()
        for _ in range(count):
            at = self.at
            first = data[at] if at < end else _NOT_SHORT
            if first < 24:
                self.at = at + 1
                found.append(first)
                continue
            if _SHORT_TEXT <= first < _SHORT_TEXT + 24:
                after = at + 1 + first - _SHORT_TEXT
                if after <= end:
                    try:
                        found.append(str(data[at + 1 : after], "utf-8"))
                    except UnicodeDecodeError:
                        raise self.error("A text is not UTF-8.") from None
                    self.at = after
                    continue
            found.append(self.item(nesting))
        return tuple(found)

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes as they are."""
        at = self.at
        if count > len(self.data) - at:
            raise self.error("These bytes end too early.")
        self.at = at + count
        return self.data[at : self.at]

    def end(self) -> None:
        """Raises unless every byte has been read."""
        if self.at != len(self.data):
            raise self.error("There are bytes left over after the end.")

    def _head(self) -> tuple[int, int]:
        at = self.at
        if at >= len(self.data):
            raise self.error("These bytes end too early.")
        self.at = at + 1
        first = self.data[at]
        major, short = first >> 5, first & 31
        if short < 24:
            return major, short
        # 24..27: the argument follows in 1, 2, 4, 8 bytes; 28..31 are indefinite or reserved.
        if short > 27 or major == _SIMPLE:
            raise self.error("These bytes hold something this protocol does not have.")
        argument = int.from_bytes(self.take(1 << (short - 24)), "big")
        if argument < (24, 1 << 8, 1 << 16, 1 << 32)[short - 24]:
            raise self.error("A number is not spelt the shortest way.")
        return major, argument

    def _text(self, length: int) -> str:
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise self.error("A text is not UTF-8.") from None

    def _simple(self, number: int) -> Item:
        found = _SIMPLES.get(number)
        if found is None:
            raise self.error("These bytes hold something this protocol does not have.")
        return found

    def _tagged(self, tag: int, nesting: int) -> Item:
        inner = self.item(nesting)
        if tag == _PLAIN_TAG and not isinstance(inner, bool) and isinstance(inner, int | Decimal):
            return Plain(inner)
        if tag == _DECIMAL_TAG and isinstance(inner, tuple) and len(inner) == 2:
            exponent, mantissa = inner
            if (
                type(exponent) is int
                and type(mantissa) is int
                and -_DECIMAL_PLACES_AT_MOST <= exponent < 0
                and mantissa % 10 != 0
                and mantissa >= -_MAX_UINT
            ):
                # By digits, not by arithmetic: exact whatever the ambient decimal context.
                digits = tuple(int(digit) for digit in str(abs(mantissa)))
                return Decimal((int(mantissa < 0), digits, exponent))
        raise self.error("A tagged value is not one of this protocol.")


def _head_bytes(major: int, argument: int) -> bytes:
    if argument < 24:
        return _ONE_BYTE[major << 5 | argument]
    for size, short in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if argument < 1 << (8 * size):
            return bytes((major << 5 | short,)) + argument.to_bytes(size, "big")
    raise ValueError("A number is beyond 64 bits.")


def _write(item: Item, out: bytearray, nesting: int) -> None:
    if nesting < 0:
        raise ValueError("A value is nested too deeply.")
    _WRITERS[type(item)](item, out, nesting)


def _write_int(item: int, out: bytearray, _: int) -> None:
    out += _head_bytes(_UINT, item) if item >= 0 else _head_bytes(_NEGATIVE, -1 - item)


def _write_bytes(item: bytes, out: bytearray, _: int) -> None:
    out += _head_bytes(_BYTES, len(item)) + item


def _write_text(item: str, out: bytearray, _: int) -> None:
    raw = item.encode("utf-8")
    if len(raw) < 24:
        out.append(_SHORT_TEXT | len(raw))
    else:
        out += _head_bytes(_TEXT, len(raw))
    out += raw


def _write_array(item: tuple[Item, ...], out: bytearray, nesting: int) -> None:
    out += _head_bytes(_ARRAY, len(item))
    if item and nesting < 1:
        raise ValueError("A value is nested too deeply.")
    for element in item:
        if type(element) is int and 0 <= element < 24:
            out.append(element)
        else:
            _WRITERS[type(element)](element, out, nesting - 1)


def _write_decimal(item: Decimal, out: bytearray, nesting: int) -> None:
    sign, digits, exponent = item.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("Infinity and not-a-number are not values.")
    mantissa = int("".join(map(str, digits)))
    while exponent < 0 and mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    if exponent >= 0 or exponent < -_DECIMAL_PLACES_AT_MOST or mantissa > _MAX_UINT:
        raise ValueError("Not a decimal fraction of this protocol; whole numbers are integers.")
    out += _head_bytes(_TAG, _DECIMAL_TAG)
    _write_array((exponent, -mantissa if sign else mantissa), out, nesting - 1)


def _write_plain(item: Plain, out: bytearray, nesting: int) -> None:
    out += _head_bytes(_TAG, _PLAIN_TAG)
    _write(item.value, out, nesting - 1)


_WRITERS: dict[type, Callable[..., None]] = {
    int: _write_int,
    bool: lambda item, out, _: out.append(_SIMPLE << 5 | (_TRUE if item else _FALSE)),
    bytes: _write_bytes,
    str: _write_text,
    tuple: _write_array,
    Decimal: _write_decimal,
    Marker: lambda item, out, _: out.append(_ONE_BYTE_OF[item]),
    Plain: _write_plain,
}

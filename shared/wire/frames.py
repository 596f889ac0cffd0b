"""Parcels and receipts as a series of QR codes that another tablet's camera reads.

A series begins with the message itself, block by block, and goes on without end with *mixtures*:
the exclusive-or of blocks chosen by the number of the frame. Whatever was missed, in whatever
order frames come and however often one is seen, as many different frames as there are blocks are
nearly always enough, and one more in doubt (a random linear fountain over the field of two
elements: the chance that n + k frames do not suffice is about 2 to the power of -k). So a missed
frame costs one frame and not a whole round. docs/wire-protocol.md has the layout.

Frames carry sealed and signed messages; they need to keep out accidents, not enemies.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.errors import ParcelUnreadable
from shared.wire import cbor
from shared.wire.limits import MAX_PARCEL_BYTES

MAX_SHOWN_BYTES = MAX_PARCEL_BYTES + 16
"""Of one series: the largest parcel and the head around it; at 6 frames a second 91 seconds."""
MAX_BLOCK_BYTES = 480
"""A frame then has 755 characters and fits into a QR code of version 15 (77 modules across),
level L: five pixels a module in the picture of the cheapest cameras (480 lines)."""
MAX_SERIES_AT_ONCE = 4
"""How many series a reader keeps apart: the one it is shown, and remains of others."""
MAX_FRAME_NUMBER = (1 << 24) - 1

_MAGIC = b"T87Q\x01"
_ID_BYTES, _CHECK_BYTES = 8, 4
_HEAD_BYTES = len(_MAGIC) + _ID_BYTES + 3 + 3
_ID_DOMAIN = b"tally87/1 series\x00"
_MIXTURE_DOMAIN = b"tally87/1 mixture\x00"

# Base 45 (RFC 9285): the letters of a QR code's alphanumeric mode, which every reader gives back
# unchanged; bytes are guessed to be text by many, and spoilt.
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}


def bundle(messages: Sequence[bytes]) -> bytes:
    """Several messages as one, to be shown together."""
    return cbor.encode(tuple(messages))


def unbundle(data: bytes) -> tuple[bytes, ...]:
    """The inverse. Raises ParcelUnreadable."""
    items = cbor.decode(data)
    if not isinstance(items, tuple):
        raise ParcelUnreadable("These codes carry something else than parcels or receipts.")
    messages = tuple(item for item in items if isinstance(item, bytes))
    if len(messages) != len(items):
        raise ParcelUnreadable("These codes carry something else than parcels or receipts.")
    return messages


def in_series(messages: Sequence[bytes]) -> list[bytes]:
    """Messages in as few bundles as go into one series each, in order.

    Raises ValueError for a message that no series can carry.
    """
    bundles: list[list[bytes]] = []
    room = 0
    for message in messages:
        if len(bundle((message,))) > MAX_SHOWN_BYTES:
            raise ValueError("larger than a series can be")
        # Five bytes are the longest head of a byte string of this size, ten with the array's.
        if not bundles or len(message) + 5 > room:
            bundles.append([])
            room = MAX_SHOWN_BYTES - 5
        bundles[-1].append(message)
        room -= len(message) + 5
    return [bundle(each) for each in bundles]


class Series:
    """The frames of one message, without end: the same number is the same frame."""

    def __init__(self, message: bytes) -> None:
        """Raises ValueError for an empty message and for one above MAX_SHOWN_BYTES."""
        if not 0 < len(message) <= MAX_SHOWN_BYTES:
            raise ValueError("a series carries 1 to MAX_SHOWN_BYTES bytes")
        self._length, self._size = len(message), _block_bytes(len(message))
        self._id = _series_id(message)
        padded = message.ljust(self.blocks * self._size, b"\0")
        self._blocks = [
            int.from_bytes(padded[at : at + self._size], "big")
            for at in range(0, len(padded), self._size)
        ]

    @property
    def blocks(self) -> int:
        """How many frames are needed at least."""
        return -(-self._length // self._size)

    def frame(self, number: int) -> str:
        """The frame of this number (0 to MAX_FRAME_NUMBER), as the text of a QR code."""
        chosen = _chosen(self._id, number, self.blocks)
        content = 0
        for place, block in enumerate(self._blocks):
            if chosen >> place & 1:
                content ^= block
        body = (
            _MAGIC
            + self._id
            + self._length.to_bytes(3, "big")
            + number.to_bytes(3, "big")
            + content.to_bytes(self._size, "big")
        )
        return _to_base45(body + zlib.crc32(body).to_bytes(_CHECK_BYTES, "big"))


@dataclass(frozen=True, slots=True)
class Gathered:
    """How far a reader is with the series whose frame it saw last. have, needed: blocks."""

    have: int = 0
    needed: int = 0
    message: bytes | None = None


@dataclass(slots=True)
class _Partial:
    """What is known of one series: sums of blocks, each under the highest block in it."""

    length: int
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)


class Gathering:
    """Takes the texts of QR codes in any order and gives the message when they suffice.

    Codes of another kind, damaged frames and frames seen before change nothing. Frames of several
    series may come mixed; of more than MAX_SERIES_AT_ONCE the one not seen for longest is dropped.
    """

    def __init__(self) -> None:
        self._partials: dict[bytes, _Partial] = {}
        self.now = Gathered()

    def take(self, text: str) -> bool:
        """Takes the text of one code; False when it is no frame of ours. ``now`` says how far."""
        frame = _read(text)
        if frame is None:
            return False
        series, length, number, content = frame
        blocks = -(-length // _block_bytes(length))
        partial = self._partials.pop(series, None)
        if partial is None or partial.length != length:
            partial = _Partial(length)
        self._partials[series] = partial  # the newest stands last
        if len(self._partials) > MAX_SERIES_AT_ONCE:
            del self._partials[next(iter(self._partials))]
        chosen, mixed = _chosen(series, number, blocks), int.from_bytes(content, "big")
        while chosen:
            highest = chosen.bit_length() - 1
            row = partial.rows.get(highest)
            if row is None:
                partial.rows[highest] = (chosen, mixed)
                break
            chosen, mixed = chosen ^ row[0], mixed ^ row[1]
        message = None
        if len(partial.rows) == blocks:
            message = _solved(partial, blocks)
            if _series_id(message) != series:
                # Two tablets cannot show the same id with other bytes but by a misread frame that
                # passed its check: one in four thousand million. Begin this series again.
                self._partials[series] = partial = _Partial(length)
                message = None
        self.now = Gathered(len(partial.rows), blocks, message)
        return True


def _block_bytes(length: int) -> int:
    """All frames of a series are equally long, and no longer than they must be."""
    blocks = -(-length // MAX_BLOCK_BYTES)
    return -(-length // blocks)


def _series_id(message: bytes) -> bytes:
    return hashlib.sha256(_ID_DOMAIN + message).digest()[:_ID_BYTES]


def _chosen(series: bytes, number: int, blocks: int) -> int:
    """Which blocks a frame is the sum of: bit n is block n."""
    if number < blocks:
        return 1 << number
    seed = _MIXTURE_DOMAIN + series + number.to_bytes(3, "big")
    drawn = hashlib.shake_128(seed).digest(-(-blocks // 8))
    chosen = int.from_bytes(drawn, "little") & (1 << blocks) - 1
    return chosen or (1 << blocks) - 1


def _read(text: str) -> tuple[bytes, int, int, bytes] | None:
    """Series, length of the message, number and content of a frame; None for anything else."""
    data = _from_base45(text)
    if data is None or len(data) <= _HEAD_BYTES + _CHECK_BYTES or not data.startswith(_MAGIC):
        return None
    body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if zlib.crc32(body) != int.from_bytes(check, "big"):
        return None
    at = len(_MAGIC)
    series, at = body[at : at + _ID_BYTES], at + _ID_BYTES
    length, number = (
        int.from_bytes(body[at : at + 3], "big"),
        int.from_bytes(body[at + 3 : at + 6], "big"),
    )
    content = body[_HEAD_BYTES:]
    if not 0 < length <= MAX_SHOWN_BYTES or len(content) != _block_bytes(length):
        return None
    return series, length, number, content


def _solved(partial: _Partial, blocks: int) -> bytes:
    """Every block by itself: from the lowest up, each row is freed of the blocks below it."""
    alone: list[int] = []
    for place in range(blocks):
        chosen, mixed = partial.rows[place]
        for lower in range(place):
            if chosen >> lower & 1:
                mixed ^= alone[lower]
        alone.append(mixed)
    size = _block_bytes(partial.length)
    return b"".join(block.to_bytes(size, "big") for block in alone)[: partial.length]


def _to_base45(data: bytes) -> str:
    letters = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, letter = divmod(value, 45)
            letters.append(_ALPHABET[letter])
    return "".join(letters)


def _from_base45(text: str) -> bytes | None:
    if (
        len(text) % 3 == 1
        or len(text) > (_HEAD_BYTES + MAX_BLOCK_BYTES + _CHECK_BYTES) * 3 // 2 + 2
    ):
        return None
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        try:
            value = sum(_VALUES[letter] * 45**place for place, letter in enumerate(group))
            data += value.to_bytes(len(group) - 1, "big")
        except (KeyError, OverflowError):
            return None
    return bytes(data)

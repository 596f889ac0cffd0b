"""What a tablet answers to something the office asked of it: codes, never words.

An answer names what it is about by the random id the office gave, so that no record is named
beside it. The office keeps one answer for each: the one of the highest number, and of two with the
same number the one that came last.

    answers = CBOR array of: array of what it is about (8), number, code
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from shared.errors import ParcelUnreadable
from shared.wire import cbor
from shared.wire.limits import MAX_ANSWERS

_ID_BYTES = 8
_MOST_CODE = 20
_MOST_NUMBER = 100_000_000
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz_")


class VisitAnswer(StrEnum):
    """What became of a visit the office asked for. Only ever append."""

    DONE = "done"
    NOT_FOUND = "not_found"
    NOT_SAFE = "not_safe"
    """Going there would put somebody into danger."""


class QueryAnswer(StrEnum):
    """What became of a question about an answer. Only ever append."""

    AS_RECORDED = "as_recorded"
    CORRECTED = "corrected"
    CANNOT_ASK = "cannot_ask"
    """The person cannot be asked again, or should not be."""


class EditionAnswer(StrEnum):
    """How a tablet fares with an edition of the reference data that some tablets have first: about
    the edition's content (shared.wire.editions). Only ever append."""

    NO_ROOM = "edition_no_room"
    NOT_LOADED = "edition_not_loaded"
    """Something in it cannot be used by this version of the program."""
    TAKEN = "edition_taken"


@dataclass(frozen=True, slots=True)
class Answer:
    """about: 16 hexadecimal digits, given by the office. number: counts up with every answer about
    the same. code: small letters and underscores, one of the words above or of a later version.

    Raises ValueError.
    """

    about: str
    number: int
    code: str

    def __post_init__(self) -> None:
        is_code = 0 < len(self.code) <= _MOST_CODE and _LETTERS.issuperset(self.code)
        is_code = is_code and 0 < self.number <= _MOST_NUMBER
        if len(self.about) != 2 * _ID_BYTES or not is_code:
            raise ValueError("Not an answer.")


def answers_item(answers: Iterable[Answer]) -> bytes:
    """The answers as they stand in a parcel, by what they are about; one for each.

    Raises ValueError for more than MAX_ANSWERS, or two about the same.
    """
    found = sorted(answers, key=lambda one: one.about)
    if len(found) > MAX_ANSWERS or len({one.about for one in found}) != len(found):
        raise ValueError(f"A parcel brings at most {MAX_ANSWERS} answers, one about each thing.")
    return cbor.encode(tuple((bytes.fromhex(o.about), o.number, str(o.code)) for o in found))


def answers_in(item: cbor.Item) -> tuple[Answer, ...]:
    """The inverse. Raises ParcelUnreadable."""
    if not isinstance(item, tuple) or not 0 < len(item) <= MAX_ANSWERS:
        raise _malformed()
    found = tuple(map(_answer, item))
    if any(one.about >= after.about for one, after in pairwise(found)):
        raise _malformed()
    return found


def _answer(item: cbor.Item) -> Answer:
    if not isinstance(item, tuple) or len(item) < 3:
        raise _malformed()
    about, number, code = item[:3]
    if type(about) is not bytes or type(number) is not int or type(code) is not str:
        raise _malformed()
    try:
        return Answer(about.hex(), number, code)
    except ValueError:
        raise _malformed() from None


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The answers are not laid out as this version of the protocol says.")

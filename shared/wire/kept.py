"""What a kept record says, read quickly: of bytes that were read strictly when they came.

An office keeps the canonical bytes of a record and reads its answers again whenever it counts.
Here bytes are compared with bytes seen before: an answer is few bytes, and few answers are new.
Whatever is not plainly laid out as we write it is left to shared.wire.records, the judge of all
bytes; so is the verdict on what was damaged, which the office's doctor asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from shared.answers import Value
from shared.errors import RecordUnreadable
from shared.questionnaire.model import Level, Questionnaire
from shared.remembered import forgotten_on_locking
from shared.wire import cbor
from shared.wire.codebook import AnswerBook, codebook
from shared.wire.outline import FIELDS_HEAD, NO_CODES
from shared.wire.records import decode_record

_LEVELS = (Level.VISIT, Level.CASE)
_UNCLEAR = 0
_AT_DIGEST = 9
_DIGEST_HEAD = 2 << 5 | 8


def _length(first: int) -> int:
    """Bytes of an item that begins so, its head among them; 0 where that takes more looking."""
    major, short = first >> 5, first & 31
    if major in (0, 1) and short < 28:
        return 1 if short < 24 else 1 + (1 << (short - 24))
    if major in (2, 3) and short < 24:
        return 1 + short
    return 1 if major == 7 and short in (20, 21, 22, 23) else _UNCLEAR


_LENGTHS = tuple(map(_length, range(256)))


def _with_heads(*heads: tuple[int, bytes]) -> bytes:
    """Items of so many bytes behind a head."""
    return b"|".join(re.escape(head) + b".{%d}" % size for size, head in heads)


_INTEGER = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4}|[\x1b\x3b].{8})"
_SHORT_TEXTS = _with_heads(*((size, bytes((0x60 + size,))) for size in range(24)))
_LONGER_TEXTS = _with_heads(*((size, bytes((0x78, size))) for size in range(24, 64)))
_ITEM = b"(?:%s|[\xf4-\xf7]|%s|\xc4\x82%s|%s)" % (
    *(_INTEGER, _SHORT_TEXTS, _INTEGER * 2),
    _with_heads(*((size, bytes((0x40 + size,))) for size in range(24))),
)
_PAIRS = re.compile(_INTEGER + _ITEM, re.DOTALL).findall
"""Questions' numbers with their answers, one behind the other: whole numbers, marks, texts, decimal
fractions and bytes. Whatever is none of them ends the row."""
_TEXTS = re.compile(b"(?:%s|%s)*" % (_SHORT_TEXTS, _LONGER_TEXTS), re.DOTALL).match
"""Texts, one behind the other, as far as they go."""


def answers_kept(
    data: bytes, questionnaires: Callable[[str], Questionnaire | None]
) -> dict[str, Value]:
    """The answers in a record's canonical bytes, by name.

    questionnaires: by digest, None for one that is not known. Raises RecordUnreadable.
    """
    try:
        return _answers(data, questionnaires)
    except (_LooksOtherwise, IndexError):
        return dict(decode_record(data, questionnaires).content)


def classes_kept(data: bytes) -> Mapping[str, str]:
    """The classes the tablet gave, in a record's canonical bytes. Needs no questionnaire.

    Raises RecordUnreadable.
    """
    try:
        at = _classes_at(data, _digest_at(data))
        return _classes(data[at : _behind(data, at)])
    except (_LooksOtherwise, IndexError):
        fields = cbor.decode(data, RecordUnreadable)
        found = fields[10] if isinstance(fields, tuple) and len(fields) > 10 else None
        if not isinstance(found, tuple) or not all(type(one) is str for one in found):
            raise RecordUnreadable("The classes of a record cannot be read.") from None
        return dict(zip(found[::2], found[1::2], strict=True))  # type: ignore[arg-type]


class _LooksOtherwise(Exception):
    pass


def _answers(
    data: bytes, questionnaires: Callable[[str], Questionnaire | None]
) -> dict[str, Value]:
    digest_at = _digest_at(data)
    questionnaire = questionnaires(data[digest_at + 1 : digest_at + 9].hex())
    if questionnaire is None:
        raise RecordUnreadable("It was made with a questionnaire that is not known here.")
    at = _behind(data, _classes_at(data, digest_at))
    if data[at : at + 2] != NO_CODES:
        raise _LooksOtherwise
    count, at = _array(data, at + 2)
    book = codebook(questionnaire, _LEVELS[data[2]])
    spelt = _PAIRS(data, at)
    if 2 * len(spelt) != count or at + sum(map(len, spelt)) != len(data):
        raise _LooksOtherwise
    answers = list(map(book.seen.get, spelt))
    known = [one for one in answers if one is not None]
    if len(known) < len(answers):
        known = [_answer(book, one) for one in spelt]
    found = dict(known)
    if 2 * len(found) != count:
        raise _LooksOtherwise
    return found


def _answer(book: AnswerBook, spelt: bytes) -> tuple[str, Value]:
    """What these bytes say, which are one question's number and its answer."""
    known = book.seen.get(spelt)
    if known is None:
        reader = cbor.Reader(spelt, RecordUnreadable)
        known = book.answer(reader.item(), reader.item())
        reader.end()
        book.remember(spelt, known)
    return known


@forgotten_on_locking
@lru_cache(maxsize=2_000)
def _classes(spelt: bytes) -> Mapping[str, str]:
    reader = cbor.Reader(spelt, RecordUnreadable)
    found = reader.item()
    reader.end()
    if not isinstance(found, tuple) or len(found) % 2 or not all(type(one) is str for one in found):
        raise _LooksOtherwise
    return MappingProxyType(dict(zip(found[::2], found[1::2], strict=True)))  # type: ignore[arg-type]


def _digest_at(data: bytes) -> int:
    """Where the digest of the questionnaire begins: behind layout, kind, ids, revision, ancestors
    (docs/wire-protocol.md, "A record")."""
    if data[:1] != FIELDS_HEAD or data[1] != 1 or data[2] not in (0, 1) or data[3] != 0x50:
        raise _LooksOtherwise
    at = _over(data, _over(data, _over(data, 20)))
    if data[at] != _DIGEST_HEAD:
        raise _LooksOtherwise
    return at


def _classes_at(data: bytes, digest_at: int) -> int:
    at = digest_at + _AT_DIGEST
    # version of the rules, reason of a withdrawal, danger
    return _over(data, _over(data, _over(data, at)))


def _over(data: bytes, at: int) -> int:
    """Behind the item at this place: a number, bytes or a text."""
    first = data[at]
    length = _LENGTHS[first]
    if length:
        return at + length
    if first & 31 == 24 and first >> 5 in (2, 3):
        return at + 2 + data[at + 1]
    reader = cbor.Reader(data, RecordUnreadable)
    reader.at = at
    reader.item()
    return reader.at


def _array(data: bytes, at: int) -> tuple[int, int]:
    """How many items the array at this place has, and where the first begins."""
    first = data[at]
    if 0x80 <= first < 0x98:
        return first - 0x80, at + 1
    if first == 0x98:
        return data[at + 1], at + 2
    if first == 0x99:
        return int.from_bytes(data[at + 1 : at + 3], "big"), at + 3
    raise _LooksOtherwise


def _behind(data: bytes, at: int) -> int:
    """Behind the array of texts at this place, where the codes of a record follow."""
    _, first = _array(data, at)
    found = _TEXTS(data, first)
    assert found is not None  # a row may be empty
    # Where the row does not end there some text is longer than most.
    return found.end() if data[found.end()] == NO_CODES[0] else _after(data, at)


def _after(data: bytes, at: int) -> int:
    """The same, item by item."""
    count, at = _array(data, at)
    lengths = _LENGTHS
    for _ in range(count):
        at += lengths[data[at]] or _over(data, at) - at
    return at

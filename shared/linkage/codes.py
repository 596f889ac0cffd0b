"""Linkage codes: keyed one-way codes of several identity fields together.

A code is HMAC-SHA256 (RFC 2104) under the programme's linkage key of ``version|type|fields``, cut
to 8 bytes. Two records that share a code agree on all its fields. No type is made of a single
field: codes of a name or a birth date alone could be read off by their frequency.

Each type gives a fixed number of codes, in ascending order, so that which of them came from which
field or bucket cannot be told; a type whose fields are not all known gives none, because unknown
is not the same as different.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from shared.linkage.code_types import CODE_TYPES, CURRENT
from shared.linkage.fields import Fields, fields_of
from shared.linkage.identity import Identity

CODE_BYTES = 8
"""Among a million persons, the chance that any two codes of a type agree by accident is 3e-8."""
KEY_BYTES = 32
KEY_STEP = 64
"""Types of code are below it."""
MOST_LINKAGE_KEYS = 4
"""Two bits of the byte that says the type: three changes of the key in the life of a programme."""
REKEYED_BYTES = 16


Keyed = Callable[[bytes], bytes]
"""A keyed one-way hash of CODE_BYTES."""


class LinkageCode(NamedTuple):
    """One code. type: a key of CODE_TYPES, and in the two bits above it the number of the linkage
    key less one (``made_with``). code: 8 bytes, not shown in ``repr``."""

    type: int
    code: bytes

    @property
    def kind(self) -> int:
        """The type alone: a key of CODE_TYPES."""
        return self.type % KEY_STEP

    @property
    def made_with(self) -> int:
        """The number of the linkage key it was made with, 1 to MOST_LINKAGE_KEYS."""
        return self.type // KEY_STEP + 1

    def __repr__(self) -> str:
        return f"LinkageCode(type={self.type})"


def linkage_codes(
    identity: Identity, key: bytes, types: Sequence[int] = CURRENT, number: int = 1
) -> tuple[LinkageCode, ...]:
    """All codes of a person, ascending by type and code; none of types with unknown fields.

    key: the programme's linkage key, 32 bytes; types: numbers of CODE_TYPES; number: of the key,
    1 for the first one a programme had. Raises ValueError for a key of another length or number.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A linkage key has {KEY_BYTES} bytes.")
    if not 1 <= number <= MOST_LINKAGE_KEYS:
        raise ValueError(f"A programme has at most {MOST_LINKAGE_KEYS} linkage keys.")
    fields = fields_of(identity)

    def keyed(text: bytes) -> bytes:
        return hmac.digest(key, text, hashlib.sha256)[:CODE_BYTES]

    above = (number - 1) * KEY_STEP
    return tuple(
        LinkageCode(above + kind, code)
        for kind in sorted(types)
        for code in codes_of_type(kind, fields, keyed)
    )


def codes_of_type(number: int, fields: Fields, keyed: Keyed) -> list[bytes]:
    """The codes of one type, ascending: as many as it gives, or none. keyed: the hash."""
    code_type = CODE_TYPES[number]
    texts = [parts for parts in code_type.texts(fields) if "" not in parts]
    if not texts or (not code_type.padded and len(texts) != code_type.codes):
        return []
    begin = f"{code_type.version}|{number}|"
    if code_type.codes == 1:
        return [keyed((begin + "|".join(texts[0])).encode())]
    found: list[bytes] = []
    for parts in texts:
        text = begin + "|".join(parts)
        code = keyed(text.encode())
        if code in found:
            # Two names with one skeleton would give one code twice; the second is made another,
            # so that the number of codes does not tell.
            code = keyed(f"{text}|again".encode())
        found.append(code)
    if code_type.padded:
        found += map(keyed, _fillers(number, code_type.codes - len(found), texts[-1]))
    found.sort()
    return found


def _fillers(number: int, count: int, parts: tuple[str, ...]) -> Iterator[bytes]:
    for place in range(count):
        yield "|".join(("filler", str(number), str(place), *parts)).encode()


def rekey(code: bytes, type: int, pepper: bytes) -> bytes:
    """What the server stores instead of a code: 16 bytes under its own secret pepper.

    With the tablets' key but without the pepper, nobody can look a name up in the database.
    """
    return hmac.digest(pepper, b"tally87/1 rekey\x00" + bytes((type,)) + code, hashlib.sha256)[
        :REKEYED_BYTES
    ]

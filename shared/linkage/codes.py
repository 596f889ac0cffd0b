"""Linkage codes: keyed one-way codes of several identity fields together.

A code is HMAC-SHA256 (RFC 2104) under the programme's linkage key of ``v1|type|fields``, cut to
8 bytes. Two records that share a code agree on all its fields. No type is made of a single field:
codes of a name or a birth date alone could be read off by their frequency.

Each type gives a fixed number of codes, in ascending order, so that which of them came from which
field or bucket cannot be told; a type whose fields are not all known gives none, because unknown
is not the same as different.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.linkage.identity import Identity
from shared.linkage.normalise import letters_of, skeleton

VERSION = "v1"
"""In every hashed text. A change of tables, skeleton or fields is another version."""
CODE_BYTES = 8
"""Among a million persons, the chance that any two codes of a type agree by accident is 3e-8."""
KEY_BYTES = 32
REKEYED_BYTES = 16


@dataclass(frozen=True, order=True)
class LinkageCode:
    """One code. type: a key of CODE_TYPES. code: 8 bytes, not shown in ``repr``."""

    type: int
    code: bytes

    def __repr__(self) -> str:
        return f"LinkageCode(type={self.type})"


@dataclass(frozen=True)
class _Fields:
    """An identity made ready for comparing; empty strings for what is not known."""

    given: str
    family: str
    given_skeleton: str
    family_skeleton: str
    parent_skeleton: str
    sex: str
    area: str
    year: str
    buckets: tuple[str, ...]
    birth_date: str

    @property
    def names(self) -> str:
        """Both names, sorted: swapping them changes nothing. Empty unless both are known."""
        return " ".join(sorted((self.given, self.family))) if self.given and self.family else ""

    @property
    def skeletons(self) -> str:
        """Both skeletons, sorted. Empty unless both are known."""
        both = sorted((self.given_skeleton, self.family_skeleton))
        return " ".join(both) if all(both) else ""


@dataclass(frozen=True)
class CodeType:
    """A kind of code.

    codes: how many it gives a person. strength: 1 (many persons share one) to 5 (hardly two do);
    an order for reading, not a weight: weights are learnt.
    """

    name: str
    doc: str
    codes: int
    strength: int
    fields: Callable[[_Fields], list[tuple[str, ...]]]


CODE_TYPES: Mapping[int, CodeType] = MappingProxyType(
    {
        1: CodeType(
            "names_year_sex_area",
            "Both names as spelt, birth year, sex and area.",
            1,
            5,
            lambda f: [(f.names, f.year, f.sex, f.area)],
        ),
        2: CodeType(
            "names_year_sex",
            "Both names as spelt, birth year and sex: moved to another area.",
            1,
            4,
            lambda f: [(f.names, f.year, f.sex)],
        ),
        3: CodeType(
            "slk_year_sex",
            "Some letters of both names (after SLK-581, AIHW), birth year and sex.",
            1,
            2,
            lambda f: [(_some_letters(f), f.year, f.sex)],
        ),
        4: CodeType(
            "skeletons_years_area",
            "Skeletons of both names, birth year give or take one, area.",
            2,
            4,
            lambda f: [(f.skeletons, bucket, f.area) for bucket in f.buckets],
        ),
        5: CodeType(
            "skeletons_years_sex",
            "Skeletons of both names, birth year give or take one, sex.",
            2,
            3,
            lambda f: [(f.skeletons, bucket, f.sex) for bucket in f.buckets],
        ),
        6: CodeType(
            "names_sex_area",
            "Both names as spelt, sex and area: the birth year is far off or not known.",
            1,
            3,
            lambda f: [(f.names, f.sex, f.area)],
        ),
        7: CodeType(
            "skeletons_parent",
            "Skeletons of both names and of a parent's given name.",
            1,
            4,
            lambda f: [(f.skeletons, f.parent_skeleton)],
        ),
        8: CodeType(
            "skeletons_parent_years",
            "Skeletons of both names and of a parent's, birth year give or take one.",
            2,
            5,
            lambda f: [(f.skeletons, f.parent_skeleton, bucket) for bucket in f.buckets],
        ),
        9: CodeType(
            "given_parent_area_years",
            "Skeletons of the given name and of a parent's, area, birth year give or take one.",
            2,
            3,
            lambda f: [
                (f.given_skeleton, f.parent_skeleton, f.area, bucket) for bucket in f.buckets
            ],
        ),
        10: CodeType(
            "family_parent_area_years_initial",
            "As before with the family name, and the initial of the given name between siblings.",
            2,
            2,
            lambda f: [
                (
                    f.family_skeleton,
                    f.parent_skeleton,
                    f.area,
                    bucket,
                    f.given_skeleton[:1],
                )
                for bucket in f.buckets
            ],
        ),
        11: CodeType(
            "one_name_birth_date",
            "Skeleton of one name and the full birth date, day and month in any order.",
            2,
            3,
            lambda f: [
                (f.given_skeleton, f.birth_date),
                (f.family_skeleton, f.birth_date),
            ],
        ),
        12: CodeType(
            "skeletons_birth_date",
            "Skeletons of both names and the full birth date.",
            1,
            5,
            lambda f: [(f.skeletons, f.birth_date)],
        ),
    }
)
"""The tier-1 types: 12 types, 18 codes, 144 bytes for a person of whom everything is known.
Numbers are never used again for another meaning."""


def linkage_codes(identity: Identity, key: bytes) -> tuple[LinkageCode, ...]:
    """All codes of a person, ascending by type and code; none of types with unknown fields.

    key: the programme's linkage key, 32 bytes. Raises ValueError for another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A linkage key has {KEY_BYTES} bytes.")
    fields = _fields(identity)
    found: set[LinkageCode] = set()
    for number, code_type in CODE_TYPES.items():
        texts = [parts for parts in code_type.fields(fields) if all(parts)]
        if len(texts) == code_type.codes:
            found |= _codes(number, texts, key)
    return tuple(sorted(found))


def rekey(code: bytes, type: int, pepper: bytes) -> bytes:
    """What the server stores instead of a code: 16 bytes under its own secret pepper.

    With the tablets' key but without the pepper, nobody can look a name up in the database.
    """
    return hmac.digest(pepper, b"tally87/1 rekey\x00" + bytes((type,)) + code, hashlib.sha256)[
        :REKEYED_BYTES
    ]


def _codes(number: int, texts: list[tuple[str, ...]], key: bytes) -> set[LinkageCode]:
    found: set[LinkageCode] = set()
    for parts in texts:
        # Two names with one skeleton would give one code twice; the second is made another, so
        # that the number of codes does not tell.
        for again in ("", "|again"):
            text = "|".join((VERSION, str(number), *parts)) + again
            code = LinkageCode(number, hmac.digest(key, text.encode(), hashlib.sha256)[:CODE_BYTES])
            if code not in found:
                found.add(code)
                break
    return found


def _fields(identity: Identity) -> _Fields:
    date, year = identity.birth_date, identity.birth_year
    day_and_month = " ".join(sorted(date.split("-")[1:])) if date else ""
    given, family = letters_of(identity.given_name), letters_of(identity.family_name)
    return _Fields(
        given=given,
        family=family,
        given_skeleton=skeleton(given),
        family_skeleton=skeleton(family),
        parent_skeleton=skeleton(letters_of(identity.parent_given_name)),
        sex=identity.sex or "",
        area=(identity.area or "").replace("|", ""),
        year="" if year is None else str(year),
        # Years a and a+1 always share one bucket: the even pair or the odd pair they stand in.
        buckets=() if year is None else (f"even{year // 2}", f"odd{(year + 1) // 2}"),
        birth_date=f"{date[:4]} {day_and_month}" if date else "",
    )


def _some_letters(fields: _Fields) -> str:
    """Letters 2, 3 and 5 of one name, 2 and 3 of the other, 2 where there is none (SLK-581).

    The names are sorted first, so that swapping them changes nothing.
    """
    if not fields.names:
        return ""
    first, second = sorted((fields.given, fields.family))
    return "".join(
        name[place] if place < len(name) else "2"
        for name, places in ((first, (1, 2, 4)), (second, (1, 2)))
        for place in places
    )

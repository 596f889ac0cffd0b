"""The types of linkage code: which fields of a person each is made of, and which types are sent.

Types 1 to 12 are version 1. Version 2 keeps six of them as they were, so that records of both
versions are found by each other, and adds types that survive a slip in one name. Tier 2 adds codes
of a name with one letter left out: more is found, and whoever reads the register sees which
records have names alike. It is a programme's choice (docs/linkage.md).

Numbers are never used again for another meaning. No type is made of a single field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.linkage.fields import Fields, with_one_letter_less

Texts = list[tuple[str, ...]]

MOST_LETTERS = 11
"""Letters of a name that are left out one by one; the name itself makes the twelfth code."""
MOST_SKELETON_LETTERS = 6
"""As many as a skeleton has; with the skeleton itself seven codes."""


@dataclass(frozen=True)
class CodeType:
    """A kind of code.

    codes: how many it gives a person; padded: made up to that number with codes that mean
    nothing, so that the number does not tell how long a name is. strength: 1 (many persons share
    one) to 5 (hardly two do); an order for reading, not a weight: weights are learnt. version:
    stands in every hashed text; a change of tables, skeleton or fields is another.
    """

    name: str
    doc: str
    codes: int
    strength: int
    texts: Callable[[Fields], Texts]
    version: str = "v1"
    padded: bool = False


def _each_year(fields: Fields, *parts: str) -> Texts:
    return [(*parts, bucket) for bucket in fields.buckets]


def _less(name: str, most: int, *parts: str) -> Texts:
    return [(*parts, variant) for variant in with_one_letter_less(name, most)] if name else []


def _either_name(fields: Fields, *parts: str) -> Texts:
    return [(name, *parts) for name in (fields.given_skeleton, fields.family_skeleton)]


def _v2(
    name: str,
    doc: str,
    codes: int,
    strength: int,
    texts: Callable[[Fields], Texts],
    *,
    padded: bool = False,
) -> CodeType:
    return CodeType(name, doc, codes, strength, texts, "v2", padded)


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
            lambda f: [(f.some_letters, f.year, f.sex)],
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
            lambda f: _each_year(f, f.skeletons, f.parent_skeleton),
        ),
        9: CodeType(
            "given_parent_area_years",
            "Skeletons of the given name and of a parent's, area, birth year give or take one.",
            2,
            3,
            lambda f: _each_year(f, f.given_skeleton, f.parent_skeleton, f.area),
        ),
        10: CodeType(
            "family_parent_area_years_initial",
            "As before with the family name, and the initial of the given name between siblings.",
            2,
            2,
            lambda f: [
                (f.family_skeleton, f.parent_skeleton, f.area, bucket, f.given_skeleton[:1])
                for bucket in f.buckets
            ],
        ),
        11: CodeType(
            "one_name_birth_date",
            "Skeleton of one name and the full birth date, day and month in any order.",
            2,
            3,
            lambda f: [(f.given_skeleton, f.birth_date), (f.family_skeleton, f.birth_date)],
        ),
        12: CodeType(
            "skeletons_birth_date",
            "Skeletons of both names and the full birth date.",
            1,
            5,
            lambda f: [(f.skeletons, f.birth_date)],
        ),
        13: _v2(
            "given_start_family_sex_area",
            "Start of the given name, skeleton of the family name, sex and area.",
            1,
            3,
            lambda f: [(f.given_start, f.family_skeleton, f.sex, f.area)],
        ),
        14: _v2(
            "given_end_family_sex_area",
            "End of the given name, skeleton of the family name, sex and area.",
            1,
            3,
            lambda f: [(f.given_end, f.family_skeleton, f.sex, f.area)],
        ),
        15: _v2(
            "given_family_start_sex_area",
            "Skeleton of the given name, start of the family name, sex and area.",
            1,
            3,
            lambda f: [(f.given_skeleton, f.family_start, f.sex, f.area)],
        ),
        16: _v2(
            "given_family_end_sex_area",
            "Skeleton of the given name, end of the family name, sex and area.",
            1,
            3,
            lambda f: [(f.given_skeleton, f.family_end, f.sex, f.area)],
        ),
        17: _v2(
            "skeletons_sex_area",
            "Skeletons of both names, sex and area: the birth year is far off or not known.",
            1,
            3,
            lambda f: [(f.skeletons, f.sex, f.area)],
        ),
        18: _v2(
            "names_sex",
            "Both names as spelt and sex: moved, and the birth year is not known.",
            1,
            2,
            lambda f: [(f.names, f.sex)],
        ),
        19: _v2(
            "given_parent_area",
            "Skeletons of the given name and of a parent's, area.",
            1,
            3,
            lambda f: [(f.given_skeleton, f.parent_skeleton, f.area)],
        ),
        20: _v2(
            "family_parent_area_initial",
            "Skeletons of the family name and of a parent's, area, initial of the given name.",
            1,
            3,
            lambda f: [(f.family_skeleton, f.parent_skeleton, f.area, f.given_skeleton[:1])],
        ),
        21: _v2(
            "given_parent_sex_initials",
            "Skeletons of the given name and of a parent's, first letters of the family name, sex.",
            1,
            3,
            lambda f: [(f.given_skeleton, f.parent_skeleton, f.family[:2], f.sex)],
        ),
        22: _v2(
            "family_parent_sex_initials",
            "Skeletons of the family name and of a parent's, first letters of the given name, sex.",
            1,
            3,
            lambda f: [(f.family_skeleton, f.parent_skeleton, f.given[:2], f.sex)],
        ),
        23: _v2(
            "given_parent_years_sex",
            "Skeletons of the given name and of a parent's, birth year give or take one, sex.",
            2,
            2,
            lambda f: _each_year(f, f.given_skeleton, f.parent_skeleton, f.sex),
        ),
        24: _v2(
            "birth_date_area",
            "Full birth date and area.",
            1,
            2,
            lambda f: [(f.birth_date, f.area)],
        ),
        25: _v2(
            "skeletons_day_month",
            "Skeletons of both names, day and month of birth in any order: the year is wrong.",
            1,
            4,
            lambda f: [(f.skeletons, f.day_month)],
        ),
        26: _v2(
            "skeletons_year_month",
            "Skeletons of both names, year and month of birth: the day is wrong.",
            1,
            4,
            lambda f: [(f.skeletons, f.year_month)],
        ),
        27: _v2(
            "skeletons_year_day",
            "Skeletons of both names, year and day of birth: the month is wrong.",
            1,
            4,
            lambda f: [(f.skeletons, f.year_day)],
        ),
        40: _v2(
            "names_starts_area",
            "Starts of both names and area.",
            1,
            2,
            lambda f: [(f.given_start, f.family_start, f.area)],
        ),
        41: _v2(
            "skeletons_area",
            "Skeletons of both names and area: sex and birth year are not known.",
            1,
            3,
            lambda f: [(f.skeletons, f.area)],
        ),
        42: _v2(
            "names_starts_years_sex",
            "Starts of both names, birth year give or take one, sex.",
            2,
            2,
            lambda f: _each_year(f, f.given_start, f.family_start, f.sex),
        ),
        43: _v2(
            "given_less_family_sex_area",
            "Skeleton of the given name less one letter, of the family name, sex and area.",
            7,
            2,
            lambda f: _less(
                f.given_skeleton, MOST_SKELETON_LETTERS + 1, f.family_skeleton, f.sex, f.area
            ),
            padded=True,
        ),
        44: _v2(
            "given_family_less_sex_area",
            "Skeleton of the given name, of the family name less one letter, sex and area.",
            7,
            2,
            lambda f: _less(
                f.family_skeleton, MOST_SKELETON_LETTERS + 1, f.given_skeleton, f.sex, f.area
            ),
            padded=True,
        ),
        45: _v2(
            "given_less_family_parent",
            "Skeleton of the given name less one letter, of the family name and of a parent's.",
            7,
            3,
            lambda f: _less(
                f.given_skeleton, MOST_SKELETON_LETTERS + 1, f.family_skeleton, f.parent_skeleton
            ),
            padded=True,
        ),
        46: _v2(
            "given_family_less_parent",
            "Skeleton of the given name, of the family name less one letter and of a parent's.",
            7,
            3,
            lambda f: _less(
                f.family_skeleton, MOST_SKELETON_LETTERS + 1, f.given_skeleton, f.parent_skeleton
            ),
            padded=True,
        ),
        47: _v2(
            "given_less_family_birth_year",
            "Given name less one letter, skeleton of the family name, year of the birth date.",
            12,
            2,
            lambda f: _less(f.given, MOST_LETTERS + 1, f.family_skeleton, f.birth_date[:4]),
            padded=True,
        ),
        48: _v2(
            "given_family_less_birth_year",
            "Skeleton of the given name, family name less one letter, year of the birth date.",
            12,
            2,
            lambda f: _less(f.family, MOST_LETTERS + 1, f.given_skeleton, f.birth_date[:4]),
            padded=True,
        ),
        49: _v2(
            "given_less_birth_date",
            "Given name less one letter and the full birth date.",
            12,
            3,
            lambda f: _less(f.given, MOST_LETTERS + 1, f.birth_date),
            padded=True,
        ),
        50: _v2(
            "family_less_birth_date",
            "Family name less one letter and the full birth date.",
            12,
            3,
            lambda f: _less(f.family, MOST_LETTERS + 1, f.birth_date),
            padded=True,
        ),
        51: _v2(
            "name_start_part_of_date",
            "Start of one name, skeleton of the other, two of three parts of the birth date.",
            4,
            3,
            lambda f: [
                (f.given_start, f.family_skeleton, f.year_month),
                (f.given_skeleton, f.family_start, f.year_month),
                (f.given_start, f.family_skeleton, f.day_month),
                (f.given_skeleton, f.family_start, f.day_month),
            ],
        ),
        52: _v2(
            "name_end_part_of_date",
            "As before with the end of one name.",
            4,
            3,
            lambda f: [
                (f.given_end, f.family_skeleton, f.year_month),
                (f.given_skeleton, f.family_end, f.year_month),
                (f.given_end, f.family_skeleton, f.day_month),
                (f.given_skeleton, f.family_end, f.day_month),
            ],
        ),
        53: _v2(
            "one_name_day_month_area",
            "Skeleton of one name, day and month of birth, area.",
            2,
            3,
            lambda f: _either_name(f, f.day_month, f.area),
        ),
        54: _v2(
            "one_name_year_month_area",
            "Skeleton of one name, year and month of birth, area.",
            2,
            3,
            lambda f: _either_name(f, f.year_month, f.area),
        ),
        55: _v2(
            "one_name_year_day_area",
            "Skeleton of one name, year and day of birth, area.",
            2,
            3,
            lambda f: _either_name(f, f.year_day, f.area),
        ),
    }
)
"""Every type there ever was. ``texts`` gives what is hashed; a type with an unknown part gives no
code, because unknown is not the same as different."""


VERSION_1 = tuple(range(1, 13))
"""18 codes."""
KEPT = (4, 5, 6, 7, 11, 12)
"""The types of version 1 that version 2 sends as they were."""
VERSION_2 = (*KEPT, *range(13, 28))
"""25 codes, 200 bytes."""
BOTH_VERSIONS = (*VERSION_1, *range(13, 28))
"""For a declared time after a change of version: 34 codes, so that nobody counts twice."""
TIER_2 = (*VERSION_2, *range(40, 56))
"""The programme's switch: 119 codes, 952 bytes."""


CURRENT = VERSION_1
"""What tablets send."""


def codes_of(types: tuple[int, ...]) -> int:
    """How many codes a person of whom everything is known has."""
    return sum(CODE_TYPES[number].codes for number in types)

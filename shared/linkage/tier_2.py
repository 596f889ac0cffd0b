"""Types 40 to 55, of tier 2: codes of names with a letter left out and of parts of dates."""

from __future__ import annotations

from collections.abc import Mapping

from shared.linkage.code_type import (
    MOST_LETTERS,
    MOST_SKELETON_LETTERS,
    CodeType,
    each_year,
    either_name,
    less_a_letter,
    of_version_2,
)

TIER_2_TYPES: Mapping[int, CodeType] = {
    40: of_version_2(
        "names_starts_area",
        "Starts of both names and area.",
        1,
        2,
        lambda f: [(f.given_start, f.family_start, f.area)],
    ),
    41: of_version_2(
        "skeletons_area",
        "Skeletons of both names and area: sex and birth year are not known.",
        1,
        3,
        lambda f: [(f.skeletons, f.area)],
    ),
    42: of_version_2(
        "names_starts_years_sex",
        "Starts of both names, birth year give or take one, sex.",
        2,
        2,
        lambda f: each_year(f, f.given_start, f.family_start, f.sex),
    ),
    43: of_version_2(
        "given_less_family_sex_area",
        "Skeleton of the given name less one letter, of the family name, sex and area.",
        7,
        2,
        lambda f: less_a_letter(
            f.given_skeleton, MOST_SKELETON_LETTERS + 1, f.family_skeleton, f.sex, f.area
        ),
        padded=True,
    ),
    44: of_version_2(
        "given_family_less_sex_area",
        "Skeleton of the given name, of the family name less one letter, sex and area.",
        7,
        2,
        lambda f: less_a_letter(
            f.family_skeleton, MOST_SKELETON_LETTERS + 1, f.given_skeleton, f.sex, f.area
        ),
        padded=True,
    ),
    45: of_version_2(
        "given_less_family_parent",
        "Skeleton of the given name less one letter, of the family name and of a parent's.",
        7,
        3,
        lambda f: less_a_letter(
            f.given_skeleton, MOST_SKELETON_LETTERS + 1, f.family_skeleton, f.parent_skeleton
        ),
        padded=True,
    ),
    46: of_version_2(
        "given_family_less_parent",
        "Skeleton of the given name, of the family name less one letter and of a parent's.",
        7,
        3,
        lambda f: less_a_letter(
            f.family_skeleton, MOST_SKELETON_LETTERS + 1, f.given_skeleton, f.parent_skeleton
        ),
        padded=True,
    ),
    47: of_version_2(
        "given_less_family_birth_year",
        "Given name less one letter, skeleton of the family name, year of the birth date.",
        12,
        2,
        lambda f: less_a_letter(f.given, MOST_LETTERS + 1, f.family_skeleton, f.birth_date[:4]),
        padded=True,
    ),
    48: of_version_2(
        "given_family_less_birth_year",
        "Skeleton of the given name, family name less one letter, year of the birth date.",
        12,
        2,
        lambda f: less_a_letter(f.family, MOST_LETTERS + 1, f.given_skeleton, f.birth_date[:4]),
        padded=True,
    ),
    49: of_version_2(
        "given_less_birth_date",
        "Given name less one letter and the full birth date.",
        12,
        3,
        lambda f: less_a_letter(f.given, MOST_LETTERS + 1, f.birth_date),
        padded=True,
    ),
    50: of_version_2(
        "family_less_birth_date",
        "Family name less one letter and the full birth date.",
        12,
        3,
        lambda f: less_a_letter(f.family, MOST_LETTERS + 1, f.birth_date),
        padded=True,
    ),
    51: of_version_2(
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
    52: of_version_2(
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
    53: of_version_2(
        "one_name_day_month_area",
        "Skeleton of one name, day and month of birth, area.",
        2,
        3,
        lambda f: either_name(f, f.day_month, f.area),
    ),
    54: of_version_2(
        "one_name_year_month_area",
        "Skeleton of one name, year and month of birth, area.",
        2,
        3,
        lambda f: either_name(f, f.year_month, f.area),
    ),
    55: of_version_2(
        "one_name_year_day_area",
        "Skeleton of one name, year and day of birth, area.",
        2,
        3,
        lambda f: either_name(f, f.year_day, f.area),
    ),
}

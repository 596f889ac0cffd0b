"""Types 13 to 27: what version 2 adds, codes that survive a slip in one name."""

from __future__ import annotations

from collections.abc import Mapping

from shared.linkage.code_type import CodeType, each_year, of_version_2

VERSION_2_TYPES: Mapping[int, CodeType] = {
    13: of_version_2(
        "given_start_family_sex_area",
        "Start of the given name, skeleton of the family name, sex and area.",
        1,
        3,
        lambda f: [(f.given_start, f.family_skeleton, f.sex, f.area)],
    ),
    14: of_version_2(
        "given_end_family_sex_area",
        "End of the given name, skeleton of the family name, sex and area.",
        1,
        3,
        lambda f: [(f.given_end, f.family_skeleton, f.sex, f.area)],
    ),
    15: of_version_2(
        "given_family_start_sex_area",
        "Skeleton of the given name, start of the family name, sex and area.",
        1,
        3,
        lambda f: [(f.given_skeleton, f.family_start, f.sex, f.area)],
    ),
    16: of_version_2(
        "given_family_end_sex_area",
        "Skeleton of the given name, end of the family name, sex and area.",
        1,
        3,
        lambda f: [(f.given_skeleton, f.family_end, f.sex, f.area)],
    ),
    17: of_version_2(
        "skeletons_sex_area",
        "Skeletons of both names, sex and area: the birth year is far off or not known.",
        1,
        3,
        lambda f: [(f.skeletons, f.sex, f.area)],
    ),
    18: of_version_2(
        "names_sex",
        "Both names as spelt and sex: moved, and the birth year is not known.",
        1,
        2,
        lambda f: [(f.names, f.sex)],
    ),
    19: of_version_2(
        "given_parent_area",
        "Skeletons of the given name and of a parent's, area.",
        1,
        3,
        lambda f: [(f.given_skeleton, f.parent_skeleton, f.area)],
    ),
    20: of_version_2(
        "family_parent_area_initial",
        "Skeletons of the family name and of a parent's, area, initial of the given name.",
        1,
        3,
        lambda f: [(f.family_skeleton, f.parent_skeleton, f.area, f.given_skeleton[:1])],
    ),
    21: of_version_2(
        "given_parent_sex_initials",
        "Skeletons of the given name and of a parent's, first letters of the family name, sex.",
        1,
        3,
        lambda f: [(f.given_skeleton, f.parent_skeleton, f.family[:2], f.sex)],
    ),
    22: of_version_2(
        "family_parent_sex_initials",
        "Skeletons of the family name and of a parent's, first letters of the given name, sex.",
        1,
        3,
        lambda f: [(f.family_skeleton, f.parent_skeleton, f.given[:2], f.sex)],
    ),
    23: of_version_2(
        "given_parent_years_sex",
        "Skeletons of the given name and of a parent's, birth year give or take one, sex.",
        2,
        2,
        lambda f: each_year(f, f.given_skeleton, f.parent_skeleton, f.sex),
    ),
    24: of_version_2(
        "birth_date_area",
        "Full birth date and area.",
        1,
        2,
        lambda f: [(f.birth_date, f.area)],
    ),
    25: of_version_2(
        "skeletons_day_month",
        "Skeletons of both names, day and month of birth in any order: the year is wrong.",
        1,
        4,
        lambda f: [(f.skeletons, f.day_month)],
    ),
    26: of_version_2(
        "skeletons_year_month",
        "Skeletons of both names, year and month of birth: the day is wrong.",
        1,
        4,
        lambda f: [(f.skeletons, f.year_month)],
    ),
    27: of_version_2(
        "skeletons_year_day",
        "Skeletons of both names, year and day of birth: the month is wrong.",
        1,
        4,
        lambda f: [(f.skeletons, f.year_day)],
    ),
}

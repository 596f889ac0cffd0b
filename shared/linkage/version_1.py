"""Types 1 to 12: version 1."""

from __future__ import annotations

from collections.abc import Mapping

from shared.linkage.code_type import CodeType, each_year

VERSION_1_TYPES: Mapping[int, CodeType] = {
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
        lambda f: each_year(f, f.skeletons, f.parent_skeleton),
    ),
    9: CodeType(
        "given_parent_area_years",
        "Skeletons of the given name and of a parent's, area, birth year give or take one.",
        2,
        3,
        lambda f: each_year(f, f.given_skeleton, f.parent_skeleton, f.area),
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
}

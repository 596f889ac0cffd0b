"""Codes of one person agree in spite of usual errors; codes of different persons do not."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.linkage import (
    CODE_BYTES,
    CODE_TYPES,
    TIER_2,
    VERSION_1,
    VERSION_2,
    Identity,
    LinkageCode,
    linkage_codes,
    rekey,
)
from shared.linkage.code_types import KEPT
from shared.linkage.code_types import codes_of as number_of_codes
from shared.linkage.identity import birth_year_of

KEY = bytes(range(32))
WHOLE = Identity("Amina", "Khan", "Yusuf", "female", 2014, "2014-03-09", "PK-PB-05")

GOLDEN = [
    (1, "6fd80917fe04d26a"),
    (2, "a25412d8efb094fc"),
    (3, "7ccb1cf0427b69d1"),
    (4, "d041a56ccb935e60"),
    (4, "d6e080c01e64ff47"),
    (5, "92b3117c5bb3526d"),
    (5, "ce9b2ea44dd40c24"),
    (6, "1692d36eb048b6f4"),
    (7, "25c17dce1ee68f1f"),
    (8, "272d586cefa94bb4"),
    (8, "54fa69839d646f08"),
    (9, "670432c5c5c47b34"),
    (9, "792d5dd3e58f0c7f"),
    (10, "83e0bafa2d57051f"),
    (10, "d88cbc9fd409b704"),
    (11, "790b977e4d97179b"),
    (11, "91b8ce610efc444f"),
    (12, "d7bb2d765d1a4470"),
]

VERSION_1_TYPES = [CODE_TYPES[number] for number in VERSION_1]

names = st.sampled_from(
    ["Amina", "Maryam", "Bilal", "Kofi", "Kwame", "Sita", "Fatima", "Farida", "Daud", "Tesfaye"]
)
identities = st.builds(
    lambda given, family, parent, sex, born, area: Identity(
        given, family, parent, sex, born.year, born.isoformat(), area
    ),
    names,
    names,
    names,
    st.sampled_from(["male", "female"]),
    st.dates(date(2004, 1, 1), date(2021, 12, 31)),
    st.sampled_from(["PK-PB-01", "PK-PB-02", "PK-PB-03"]),
)
partial = st.builds(
    Identity,
    st.none() | names,
    st.none() | names,
    st.none() | names,
    st.sampled_from([None, "male", "female"]),
    st.none() | st.integers(2004, 2021),
    st.none(),
    st.sampled_from([None, "PK-PB-01"]),
)


def codes_of(identity: Identity, *types: str) -> set[LinkageCode]:
    return {
        code
        for code in linkage_codes(identity, KEY, VERSION_1)
        if not types or CODE_TYPES[code.type].name in types
    }


def test_a_fully_known_person_has_eighteen_codes_in_at_most_200_bytes() -> None:
    codes = linkage_codes(WHOLE, KEY, VERSION_1)

    assert len(codes) == 18
    assert {code.type for code in codes} == set(VERSION_1)
    assert len(codes) * (CODE_BYTES + 1) <= 200


def test_the_codes_of_a_worked_person_never_change() -> None:
    """A change here is another code version: records made before would no longer be found."""
    assert [(code.type, code.code.hex()) for code in linkage_codes(WHOLE, KEY, VERSION_1)] == GOLDEN


def test_a_code_is_the_hmac_of_version_type_and_fields() -> None:
    text = b"v1|1|amina khan|2014|female|PK-PB-05"

    expected = hmac.digest(KEY, text, hashlib.sha256)[:8]

    assert LinkageCode(1, expected) in linkage_codes(WHOLE, KEY, VERSION_1)


@given(identities)
def test_swapping_given_and_family_name_keeps_every_code_of_both_names(person: Identity) -> None:
    swapped = dataclasses.replace(
        person, given_name=person.family_name, family_name=person.given_name
    )
    one_sided = {"given_parent_area_years", "family_parent_area_years_initial"}
    both = [code_type.name for code_type in VERSION_1_TYPES if code_type.name not in one_sided]

    assert codes_of(swapped, *both) == codes_of(person, *both)


@given(identities, st.sampled_from([-1, 1]))
def test_a_birth_year_off_by_one_still_shares_a_code_of_every_bucketed_type(
    person: Identity, off: int
) -> None:
    assert person.birth_year is not None
    other = dataclasses.replace(person, birth_year=person.birth_year + off)

    for code_type in VERSION_1_TYPES:
        if code_type.name.split("_area")[0].endswith("years"):
            shared = codes_of(person, code_type.name) & codes_of(other, code_type.name)
            assert len(shared) == 1


@given(identities, st.integers(2, 5))
def test_a_birth_year_off_by_more_shares_no_bucket(person: Identity, off: int) -> None:
    assert person.birth_year is not None
    other = dataclasses.replace(person, birth_year=person.birth_year + off)

    assert not codes_of(person, "skeletons_years_area") & codes_of(other, "skeletons_years_area")


def test_day_and_month_in_either_order_share_the_codes_of_the_birth_date() -> None:
    other = dataclasses.replace(WHOLE, birth_date="2014-09-03")

    for name in ("one_name_birth_date", "skeletons_birth_date"):
        assert codes_of(other, name) == codes_of(WHOLE, name)


@given(identities, identities)
def test_persons_who_differ_in_all_names_share_no_code(one: Identity, other: Identity) -> None:
    assume({one.given_name, one.family_name}.isdisjoint({other.given_name, other.family_name}))

    assert not codes_of(one) & codes_of(other)


@given(identities, identities, st.sets(st.sampled_from(sorted(Identity.__match_args__))))
def test_a_shared_code_means_that_its_fields_agree(
    one: Identity, stranger: Identity, taken_from_one: set[str]
) -> None:
    """Two strangers share a code by chance only: the other has some of the first one's fields."""
    other = dataclasses.replace(stranger, **{name: getattr(one, name) for name in taken_from_one})
    shared = {CODE_TYPES[code.type].name for code in codes_of(one) & codes_of(other)}

    if "names_year_sex_area" in shared:
        assert {one.given_name, one.family_name} == {other.given_name, other.family_name}
        assert (one.birth_year, one.sex, one.area) == (other.birth_year, other.sex, other.area)
    if "skeletons_parent" in shared:
        assert one.parent_given_name == other.parent_given_name


def test_person_shares_the_codes_that_the_test_above_looks_for_with_itself() -> None:
    names = {CODE_TYPES[code.type].name for code in codes_of(WHOLE)}

    assert {"names_year_sex_area", "skeletons_parent"} <= names


def test_version_two_has_at_most_25_codes_and_200_bytes() -> None:
    codes = linkage_codes(WHOLE, KEY, VERSION_2)

    assert len(codes) == number_of_codes(VERSION_2) == 25
    assert len(codes) * CODE_BYTES <= 200


def test_types_that_version_two_keeps_are_byte_equal() -> None:
    old = set(linkage_codes(WHOLE, KEY, VERSION_1))

    assert {code for code in old if code.type in KEPT} <= set(linkage_codes(WHOLE, KEY, VERSION_2))


@pytest.mark.parametrize(
    "slip",
    [
        {"given_name": "Amima"},
        {"given_name": "Xmina"},
        {"family_name": "Khann"},
        {"family_name": "Khxn"},
        {"family_name": "Kh"},
    ],
)
def test_a_slip_in_one_name_leaves_codes_of_version_two(slip: dict[str, str]) -> None:
    other = dataclasses.replace(WHOLE, **slip, birth_date=None)
    shared = set(linkage_codes(other, KEY, VERSION_2)) & set(linkage_codes(WHOLE, KEY, VERSION_2))

    assert shared


@given(st.text("abcdefghijklmnoprstu", min_size=1, max_size=20))
def test_number_of_codes_does_not_tell_how_long_a_name_is(name: str) -> None:
    person = dataclasses.replace(WHOLE, given_name=name)

    assert len(linkage_codes(person, KEY, TIER_2)) == number_of_codes(TIER_2)


@given(partial)
def test_no_code_is_made_of_one_field_alone(person: Identity) -> None:
    known = [value for value in vars(person).values() if value is not None]

    assert len(known) > 1 or not linkage_codes(person, KEY)
    for code_type in CODE_TYPES.values():
        assert len(code_type.name.split("_")) > 1


@given(partial)
def test_a_type_gives_all_its_codes_or_none(person: Identity) -> None:
    codes = linkage_codes(person, KEY, (*VERSION_1, *TIER_2[len(KEPT) :]))

    for number, code_type in CODE_TYPES.items():
        assert sum(code.type == number for code in codes) in (0, code_type.codes)
    assert list(codes) == sorted(set(codes))


def test_two_names_alike_still_give_two_codes() -> None:
    twice = dataclasses.replace(WHOLE, given_name="Mohamed", family_name="Muhammad")

    assert len(codes_of(twice, "one_name_birth_date")) == 2


@pytest.mark.parametrize("name", ["given_name", "family_name", "parent_given_name"])
def test_empty_and_letterless_names_count_as_not_known(name: str) -> None:
    without = linkage_codes(dataclasses.replace(WHOLE, **{name: None}), KEY)

    assert linkage_codes(dataclasses.replace(WHOLE, **{name: " . "}), KEY) == without
    assert len(without) < 25


def test_another_programme_key_shares_no_code() -> None:
    assert not set(linkage_codes(WHOLE, bytes(32))) & set(linkage_codes(WHOLE, KEY))


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        linkage_codes(WHOLE, b"short")


def test_identities_and_codes_do_not_show_themselves() -> None:
    assert "Amina" not in repr(WHOLE)
    assert linkage_codes(WHOLE, KEY)[0].code.hex() not in repr(linkage_codes(WHOLE, KEY)[0])


def test_rekeyed_codes_need_the_pepper_and_the_type() -> None:
    code = bytes(8)

    stored = rekey(code, 1, b"pepper")

    assert len(stored) == 16
    assert len({stored, rekey(code, 2, b"pepper"), rekey(code, 1, b"other")}) == 3


@pytest.mark.parametrize(
    ("age", "on", "year"),
    [
        (12, date(2026, 3, 1), 2013),
        (12, date(2026, 6, 30), 2013),
        (12, date(2026, 7, 1), 2014),
        (0, date(2026, 12, 31), 2026),
    ],
)
def test_an_age_becomes_the_likelier_birth_year(age: int, on: date, year: int) -> None:
    assert birth_year_of(age, on) == year

"""Every country folder that comes with Tally87: it loads, adds up and says where it comes from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from shared.codelists.lists import CodeList, load_codelist
from shared.profiles import CountryProfile, check_profile, load_profile, profiles_at_hand
from shared.profiles.files import COUNTRIES

_NAMED = (
    "ALB ARG BFA BGD CHL CIV CMR COD COL CRI ECU ETH FJI GHA GTM HND KEN LKA MAR MDG MEX MLI MNG "
    "MRT MWI NGA NPL PAK PER SEN SLE TUN TZA UGA VNM ZAF ZMB"
)
PROMISED = tuple(_NAMED.split())
"""The 37 countries a profile is promised for."""

LANGUAGES = frozenset(Locale("en").languages) | {"dag", "kek", "mam", "toi"}
"""ISO 639 codes: all that CLDR has names for, and Dagbani, Q'eqchi', Mam and Tonga."""
ADMIN1_COUNTS = {  # as the country has them today, counted apart from the folders
    **{"ALB": 12, "ARG": 24, "BFA": 17, "BGD": 8, "CHL": 16, "CIV": 14, "CMR": 10, "COD": 26},
    **{"COL": 33, "CRI": 7, "ECU": 24, "ETH": 14, "FJI": 5, "GHA": 16, "GTM": 22, "HND": 18},
    **{"KEN": 47, "LKA": 9, "MAR": 12, "MDG": 6, "MEX": 32, "MLI": 20, "MNG": 22, "MRT": 15},
    **{"MWI": 3, "NGA": 37, "NPL": 7, "PAK": 7, "PER": 26, "SEN": 14, "SLE": 5, "TUN": 24},
    **{"TZA": 31, "UGA": 4, "VNM": 34, "ZAF": 9, "ZMB": 10},
}
OUTDATED_IN_ISO = {"BFA", "ETH", "MLI", "VNM"}
AREA_CODE = re.compile(
    r"(?P<country>[A-Z]{2})-"
    r"([A-Z0-9]{1,3}"  # ISO 3166-2
    r"|[A-Z]{4,}"  # ours: a word no ISO code can be
    r"|[A-Z0-9]{1,3}-\d{2})"  # ours: below an area of the first level
)

countries = pytest.mark.parametrize("iso3", PROMISED)


def written(iso3: str) -> dict[str, Any]:
    return tomllib.loads((COUNTRIES / iso3 / "profile.toml").read_text(encoding="utf-8"))


def tables_with_a_source(layer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, parameter in layer.get("parameters", {}).items():
        yield name, parameter
    for code, area in layer.get("areas", {}).items():
        for name, parameter in area.get("parameters", {}).items():
            yield f"{code} {name}", parameter
    for kind in ("helplines", "mandatory_reporting"):
        for number, item in enumerate(layer.get(kind, ()), 1):
            yield f"{kind} {number}", item
    if "admin1" in layer:
        yield "admin1", layer["admin1"]


def areas_of(profile: CountryProfile) -> CodeList:
    return load_codelist("areas", profile.folders)


def marked_not_conforming(profile: CountryProfile, *names: str) -> bool:
    given = [profile.parameters[name] for name in names if name in profile.parameters]
    return any("not conforming" in f"{one.source} {one.note}".lower() for one in given)


def test_every_promised_country_has_its_folder_and_no_other_has_one() -> None:
    assert profiles_at_hand() == tuple(sorted(PROMISED))


@countries
def test_country_is_named_and_numbered_as_the_list_of_countries_says(iso3: str) -> None:
    profile = load_profile(iso3)
    entry = load_codelist("countries").entries[iso3]
    assert (profile.iso2, profile.m49) == (entry.columns["alpha2"], entry.columns["m49"])
    assert all(name.strip() == name and name for name in profile.names.values())


@countries
def test_ages_rise_from_light_work_to_hazardous_work(iso3: str) -> None:
    profile = load_profile(iso3)
    minimum, hazardous = profile.minimum_age, profile.hazardous_age
    assert minimum is not None
    assert hazardous is not None
    if profile.light_age_from is not None:
        assert profile.light_age_from < minimum
    assert minimum <= hazardous or marked_not_conforming(profile, "minimum_age", "hazardous_age")
    assert minimum >= 14 or marked_not_conforming(profile, "minimum_age")
    assert hazardous >= 18 or marked_not_conforming(profile, "hazardous_age")


@countries
def test_hours_of_light_work_fit_into_the_hours_of_the_young(iso3: str) -> None:
    profile = load_profile(iso3)
    for age in range(12, 18):
        young, light = profile.young_hours_week(17), profile.light_hours_week(age)
        if light is not None and young is not None:
            assert light <= young
        if light is not None:
            assert profile.light_age_from is not None


@countries
def test_every_value_says_where_it_comes_from_and_from_which_day(iso3: str) -> None:
    lacking = [
        name
        for name, table in tables_with_a_source(written(iso3))
        if not table.get("source") or not table.get("as_of") or "confirmed" not in table
    ]
    assert lacking == []


@countries
def test_nothing_from_memory_passes_for_confirmed(iso3: str) -> None:
    passed = [
        name
        for name, table in tables_with_a_source(written(iso3))
        if table["confirmed"] and "memory" in table["source"]
    ]
    assert passed == []


@countries
def test_check_names_every_open_value_of_a_country(iso3: str) -> None:
    profile = load_profile(iso3)
    open_values = {
        name for name, one in profile.parameters.items() if not one.confirmed and not one.unknown
    }
    remarks = check_profile(profile)
    assert open_values <= {remark.subject for remark in remarks if remark.kind == "unconfirmed"}
    if not profile.helplines:
        assert ("missing", "helplines") in {(remark.kind, remark.subject) for remark in remarks}


@countries
def test_languages_of_a_country_are_known_and_named_once(iso3: str) -> None:
    languages = load_profile(iso3).languages
    assert languages
    assert len(set(languages)) == len(languages)
    assert set(languages) <= LANGUAGES


@countries
def test_areas_have_codes_of_their_country_and_each_name_once_a_level(iso3: str) -> None:
    profile = load_profile(iso3)
    areas = areas_of(profile)
    assert areas
    for area in areas:
        code = AREA_CODE.fullmatch(area.code)
        assert code is not None, area.code
        assert code["country"] == profile.iso2
        assert area.level in {"admin1", "admin2"}
        assert (area.parent is None) == (area.level == "admin1")
    for level in ("admin1", "admin2"):
        names = [(area.parent, area.label("en")) for area in areas.of_level(level)]
        assert len(set(names)) == len(names)
        assert all(name for _, name in names)


@countries
def test_areas_are_listed_once_in_the_file(iso3: str) -> None:
    lines = (COUNTRIES / iso3 / "areas.csv").read_text(encoding="utf-8").splitlines()
    codes = [line.split(",")[0] for line in lines if not line.startswith("#")][1:]
    assert len(codes) == len(set(codes)) == len(areas_of(load_profile(iso3)))


@countries
def test_number_of_areas_is_the_one_the_country_has(iso3: str) -> None:
    found = len(areas_of(load_profile(iso3)).of_level("admin1"))
    stated = written(iso3).get("admin1")
    assert found == ADMIN1_COUNTS[iso3]
    if stated is not None:
        assert found == stated["count"]
        assert stated["kind"]


@pytest.mark.parametrize("iso3", sorted(OUTDATED_IN_ISO))
def test_country_whose_areas_iso_has_not_followed_says_so(iso3: str) -> None:
    assert "ISO 3166-2" in written(iso3)["admin1"]["note"]
    notes = areas_of(load_profile(iso3)).notes
    assert any(note.startswith("Outdated in ISO 3166-2") for note in notes)


@pytest.mark.parametrize(
    ("iso3", "typed", "code"),
    [
        ("VNM", "Bình Dương", "VN-SG"),
        ("BFA", "Plateau-Central", "BF-11"),
        ("NPL", "Province 2", "NP-P2"),
        ("MDG", "Vatovavy-Fitovinany", "MG-F-03"),
        ("ETH", "አዲስ አበባ", "ET-AA"),
        ("TZA", "Kaskazini Pemba", "TZ-06"),
        ("BGD", "Jessore", "BD-22"),
    ],
)
def test_area_is_found_by_its_former_or_its_local_name(iso3: str, typed: str, code: str) -> None:
    profile = load_profile(iso3)
    found = areas_of(profile).search(typed, profile.languages[0])
    assert code in [area.code for area in found]


def test_birth_dates_follow_the_calendar_people_use() -> None:
    calendars = {iso3: load_profile(iso3).calendar for iso3 in PROMISED}
    assert {iso3: own for iso3, own in calendars.items() if own != "gregorian"} == {
        "ETH": "ethiopian",
        "NPL": "bikram_sambat",
    }


@pytest.mark.parametrize(
    ("iso3", "minimum", "hazardous"),
    [("BGD", 14, 18), ("COD", 16, 18), ("ZMB", 15, 19), ("NPL", 14, 17), ("NGA", 12, 18)],
)
def test_ages_that_other_tables_get_wrong_are_those_of_the_law(
    iso3: str, minimum: int, hazardous: int
) -> None:
    profile = load_profile(iso3)
    assert (profile.minimum_age, profile.hazardous_age) == (minimum, hazardous)


@countries
def test_telephone_numbers_can_be_dialled_and_say_what_they_are_for(iso3: str) -> None:
    for helpline in load_profile(iso3).helplines:
        assert re.fullmatch(r"\+?\d[\d ]{1,14}", helpline.number)
        assert helpline.kind in {"child_helpline", "police", "emergency", "trafficking", "violence"}


def test_some_countries_come_with_numbers_to_call() -> None:
    """Else the test above would look at nothing."""
    assert sum(bool(load_profile(iso3).helplines) for iso3 in profiles_at_hand()) >= 10


def test_list_of_countries_is_the_whole_of_iso_3166() -> None:
    listed = load_codelist("countries")
    assert len(listed) == 249
    assert len({entry.columns["alpha2"] for entry in listed}) == 249
    assert len({entry.columns["m49"] for entry in listed}) == 249
    for entry in listed:
        assert re.fullmatch(r"[A-Z]{3}", entry.code)
        assert re.fullmatch(r"[A-Z]{2}", entry.columns["alpha2"])
        assert re.fullmatch(r"\d{3}", entry.columns["m49"])
        assert {"en", "fr", "es"} <= set(entry.labels)


@pytest.mark.parametrize(
    ("typed", "code"), [("ivory", "CIV"), ("Vietnam", "VNM"), ("Cabo", "CPV"), ("नेपाल", "NPL")]
)
def test_country_is_found_by_the_name_people_type(typed: str, code: str) -> None:
    assert code in [entry.code for entry in load_codelist("countries").search(typed, "ne")]


def test_folder_says_what_it_holds() -> None:
    assert Path(COUNTRIES / "README.md").is_file()

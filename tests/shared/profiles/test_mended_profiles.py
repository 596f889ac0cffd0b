"""What was accepted once is loaded for ever: a word that is refused today is untold, and said."""

import tomllib

import pytest

from shared.classification import classify
from shared.errors import QuestionnaireError
from shared.profiles import load_profile
from shared.profiles.files import DEFAULTS, profile_files
from shared.profiles.kinds import KINDS
from shared.profiles.mending import mended_profile
from shared.reference import load_reference
from tests.shared.classification.answered import QUESTIONNAIRE, child

HEAD = 'iso3 = "ZWE"\niso2 = "ZW"\nm49 = "716"\nlanguages = ["en"]\n[name]\nen = "Zimbabwe"\n'
GOOD = '[parameters.minimum_age]\nvalue = 16\nsource = "Act"\n'


def mended(tmp_path, text):
    (tmp_path / "profile.toml").write_text(text, "utf-8")
    return mended_profile("ZWE", DEFAULTS, [tmp_path / "profile.toml"])


@pytest.mark.parametrize(
    "given",
    [
        "value = 99",
        'value = "sixteen"',
        "value = [16]",
        "note = 3\nvalue = 16",
        'as_of = "x"\nvalue = 16',
    ],
)
@pytest.mark.parametrize(
    "place", ["", 'areas."ZW-HA".', 'industries."B".', 'areas."ZW-HA".industries."B".']
)
def test_a_value_that_is_refused_today_is_untold_and_the_others_stand(tmp_path, place, given):
    bad = f'[{place}parameters.hazardous_age]\n{given}\nsource = "Act"\n'
    with pytest.raises(QuestionnaireError):
        load_profile("ZWE", [_folder(tmp_path, HEAD + GOOD + bad)])

    found = mended(tmp_path, HEAD + GOOD + bad)

    (fault,) = found.faults
    assert "hazardous_age" in fault
    (law,) = found.possible_laws("ZW-HA", ["08"])
    assert not law.sets("hazardous_age")
    assert found.minimum_age == 16


def _folder(place, text):
    (place / "profile.toml").write_text(text, "utf-8")
    return place


@pytest.mark.parametrize(
    "text",
    [
        'helplines = [{name = "Line"}]\n',
        'helplines = "116"\n',
        'areas = "all"\n',
        "areas = {ZW-HA = 3}\n",
        "no_helpline = 3\n",
        'calendar = "moon"\n',
        "languages = 3\n",
        'iso3 = "ZMB"\n',
        "notes = 3\n",
        'mandate = {source = "Act"}\n',
        'mandatory_reporting = [{who = "all"}]\n',
        "name = 3\n",
        "parameters = 3\n",
        "parameters = {shoe_size = {value = 3}}\n",
        "not toml at all\n",
    ],
)
def test_whatever_is_wrong_the_profile_loads_and_says_it(tmp_path, text):
    found = mended(tmp_path, text)

    assert len(found.faults) == 1
    assert found.iso3 == "ZWE"
    assert found.name("en") == "ZWE"
    assert found.night_window == ("20:00", "06:00")
    assert classify(child(15), {}, QUESTIONNAIRE, found).national.legal_class == "UNDETERMINED"


def test_a_profile_with_nothing_wrong_is_the_same_mended_or_not():
    for iso3 in ("PAK", "TZA", "MEX"):
        files = profile_files(iso3)
        assert mended_profile(iso3, DEFAULTS, files) == load_profile(iso3)


def test_an_area_whose_value_cannot_be_used_makes_its_own_law_all_the_same(tmp_path):
    bad = '[areas."PK-PB".parameters.hazardous_age]\nvalue = 99\nsource = "Act"\n'
    pakistan = load_reference("PAK", [_folder(tmp_path, bad)], mend=True).profile

    assert pakistan.in_area("PK-PB-05").hazardous_age is None, "untold, and not the country's 14"
    assert KINDS["hazardous_age"].law


MAY_BE_NONE = {"hazardous_industries", "hazardous_occupations", "rest_days_week"}
NEEDED = sorted(tomllib.loads(DEFAULTS.read_text("utf-8"))["parameters"])


@pytest.mark.parametrize("word", ["none", "unknown"])
@pytest.mark.parametrize("name", NEEDED)
def test_what_nobody_can_do_without_is_the_default_until_it_is_told(tmp_path, name, word):
    text = f'[parameters.{name}]\n{word} = true\nsource = "x"\nconfirmed = true\n'
    own = load_profile("PAK", [_folder(tmp_path, text)])
    standard = load_profile("PAK")

    found = own.parameters[name]
    if word == "none" and name in (
        "hazardous_industries",
        "hazardous_occupations",
        "rest_days_week",
    ):
        assert found.value is None
    else:
        assert found.value is not None
        assert not found.confirmed
    assert own.night_window in (standard.night_window, ("20:00", "06:00"))
    for value in ("disclosure_threshold", "identity_days", "linkage_codes"):
        assert getattr(own, value) == getattr(standard, value)
    beaten = classify(child(15, work_hours=5.0, abuse=("beaten",)), {}, QUESTIONNAIRE, own)
    assert beaten.child_labour.sna == "HAZARDOUS"

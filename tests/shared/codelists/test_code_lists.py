"""Code lists: what they hold, and finding a code by what an officer types."""

import timeit
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codelists import load_codelist
from shared.codelists.isic import ISIC_SECTIONS, section_in_rev_5
from shared.codelists.lists import STANDARD
from shared.codelists.search import words_of
from shared.errors import QuestionnaireError
from shared.profiles import load_profile, profiles_at_hand
from shared.texts import LANGUAGES

NAMES = sorted(file.stem for file in STANDARD.glob("*.csv"))


def found(name, text, language="en", limit=5):
    return [entry.code for entry in load_codelist(name).search(text, language, limit)]


@pytest.mark.parametrize("name", NAMES)
def test_every_list_says_its_version_and_source_and_labels_every_code_in_english(name):
    codelist = load_codelist(name)

    assert codelist.version
    assert codelist.source
    for entry in codelist:
        assert entry.labels["en"].strip(), entry.code
        assert entry.code == entry.code.strip()


@pytest.mark.parametrize("name", ["isic", "isco", "icse", "isced"])
@pytest.mark.parametrize(
    "language", sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir())
)
def test_every_code_is_called_something_of_its_own_in_every_language(name, language):
    codelist = load_codelist(name)

    assert [entry.code for entry in codelist if not entry.labels.get(language)] == []
    called = Counter((entry.level, entry.labels[language].casefold()) for entry in codelist)
    assert [label for label, times in called.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("isic", {"section": 21, "division": 88}),
        ("isco", {"major": 10, "submajor": 43, "minor": 130}),
    ],
)
def test_a_classification_is_complete_and_every_code_stands_in_its_place(name, levels):
    codelist = load_codelist(name)

    assert Counter(entry.level for entry in codelist) == levels
    top = next(iter(levels))
    for entry in codelist:
        assert (entry.parent is None) == (entry.level == top)
    if name == "isco":
        assert all(e.code.startswith(e.parent) for e in codelist if e.parent is not None)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("icse", 20),
        ("isced", 11),  # ten levels, and never attended
        ("countries", 249),
        ("involuntariness", 9),
        ("menace", 6),
        ("indicators", 11),
        ("exceptions", 5),
    ],
)
def test_a_short_list_has_as_many_codes_as_its_standard(name, size):
    assert len(load_codelist(name)) == size


def test_hazards_hold_the_eight_mics_items_and_the_twelve_simpoc_items():
    hazards = load_codelist("hazards")
    mics = {entry.columns["mics"] for entry in hazards} - {""}
    simpoc = {item.strip() for entry in hazards for item in entry.columns["simpoc"].split(";")} - {
        ""
    }

    assert mics == {"CL4", "CL5", "CL6A", "CL6B", "CL6C", "CL6D", "CL6E", "CL6X"}
    assert len(simpoc) == 12


def test_the_sections_the_rules_know_are_those_of_the_list():
    isic = load_codelist("isic")
    for entry in isic.of_level("division"):
        assert ISIC_SECTIONS[int(entry.code)] == entry.parent


def test_countries_have_codes_of_three_kinds_without_doubles():
    countries = load_codelist("countries")
    for column in ("alpha2", "m49"):
        assert len({entry.columns[column] for entry in countries}) == 249
    assert all(len(entry.code) == 3 and entry.code.isupper() for entry in countries)
    assert countries.label("CIV", "en") == "Côte d'Ivoire"
    assert countries.label("CIV", "sw") == "Cote d'Ivoire"


@pytest.mark.parametrize(
    "name",
    ["isic", "isco", "icse", "isced", "hazards", "involuntariness", "menace", "source_lists"],
)
def test_mapping_columns_stand_ready_and_a_missing_mapping_is_said_so(name):
    codelist = load_codelist(name)

    for entry in codelist:
        assert "htcds" in entry.columns
        assert entry.columns["ic_tip_code"] == ""
    assert any("ic_tip_code" in note and "empty" in note for note in codelist.notes)


@pytest.mark.parametrize(
    ("name", "text", "language", "code"),
    [
        ("isic", "brick", "en", "23"),
        ("isic", "bricks", "en", "23"),
        ("isic", "BRICK kiln", "en", "23"),
        ("isic", "bhatta", "en", "23"),
        ("isic", "بھٹہ", "ur", "23"),
        ("isic", "भट्ठा", "hi", "23"),
        ("isic", "इँटा", "ne", "23"),
        ("isic", "ladrillo", "es", "23"),
        ("isic", "briqueterie", "fr", "23"),
        ("isic", "matofali", "sw", "23"),
        ("isic", "tijolo", "pt", "23"),
        ("isic", "طوب", "ar", "23"),
        ("isic", "ጡብ", "am", "23"),
        ("isic", "ইট", "bn", "23"),
        ("isic", "اینٹ", "ur", "23"),
        ("isco", "রাখাল", "bn", "612"),
        ("isco", "چرواہا", "ur", "612"),
        ("isic", "23", "en", "23"),
        ("isic", "pecheur", "fr", "03"),
        ("isic", "minería", "es", "07"),
        ("isic", "mineria", "es", "07"),
        ("isic", "housemaid", "en", "97"),
        ("isic", "carpet weav", "en", "13"),
        ("isic", "rag picker", "en", "38"),
        ("isic", "shop", "en", "47"),
        ("isic", "hotel", "en", "55"),
        ("isco", "rag picker", "en", "961"),
        ("isco", "domestic worker", "en", "911"),
        ("isco", "درزی", "ur", "753"),
        ("isco", "931", "en", "931"),
        ("countries", "ivory", "en", "CIV"),
        ("countries", "nepal", "en", "NPL"),
        ("countries", "NP", "en", "NPL"),
        ("hazards", "pesticide", "en", "chemicals"),
        ("icse", "day labourer", "en", "43"),
        ("isced", "madrasa", "en", "9"),
    ],
)
def test_a_code_is_found_first_by_what_people_call_it(name, text, language, code):
    assert found(name, text, language)[0] == code


def test_what_is_found_fits_every_word_and_nonsense_finds_nothing():
    assert found("isic", "brick weaving") == []
    assert found("isic", "xyzzy") == []
    assert found("isic", "", limit=3) == ["A", "01", "02"]


def test_a_search_can_be_kept_to_one_level():
    isic = load_codelist("isic")

    assert {e.level for e in isic.search("manufacture", level="division")} == {"division"}
    assert [e.code for e in isic.search("mining", level="section")] == ["B"]


@given(st.text(max_size=30), st.sampled_from(["en", "ur", "hi", "am", "xx"]))
def test_no_text_breaks_a_search(text, language):
    codes = [entry.code for entry in ISIC.search(text, language)]

    assert len(codes) == len(set(codes)) <= 20
    assert set(codes) <= set(ISIC.entries)


ISIC = load_codelist("isic")


@given(st.sampled_from(sorted(ISIC.entries)))
def test_every_entry_is_found_by_its_code_and_by_its_whole_label(code):
    assert ISIC.search(code)[0].code == code
    label = ISIC.label(code, "en")
    assert code in [entry.code for entry in ISIC.search(label)]


def test_words_lose_case_and_latin_accents_and_keep_the_signs_of_other_scripts():
    assert words_of("Pêche, FORÊT") == ("peche", "foret")
    assert len(words_of("बीड़ी बनाना")) == 2
    assert words_of("मछली") != words_of("मछल")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("احذية", "أحذية"),
        ("أحذيه", "أحذية"),
        ("سجّاد", "سجاد"),
        ("کپڑا", "كپڑا"),
        ("काँच", "कांच"),
        ("बीडी", "बीड़ी"),
        ("ዐሣ", "አሳ"),
        ("ፀጉር", "ጸጉር"),
        ("minería", "mineri\u0301a"),
    ],
)
def test_spellings_people_do_not_tell_apart_are_one_word(typed, written):
    assert words_of(typed) == words_of(written)


@pytest.mark.parametrize("typed", ["bricj", "birck", "brrick", "brick", "tailoor", "carpemtry"])
def test_a_word_one_letter_wrong_is_still_found(typed):
    assert found("isic", typed)


def test_a_wrong_letter_is_looked_for_only_when_nothing_fits():
    assert found("isic", "cotton")[0] in {"01", "13"}
    assert found("isic", "bric")[0] == "23"
    assert found("isic", "xric") == []


def test_the_largest_list_is_searched_fast_enough_to_follow_typing():
    isco = load_codelist("isco")
    isco.search("warm up")

    best_s = min(timeit.repeat(lambda: isco.search("stone breaker"), number=5, repeat=5)) / 5

    assert best_s < 0.02


def test_ancestors_and_children_follow_the_hierarchy():
    isco = load_codelist("isco")

    assert isco.ancestors("931") == ("93", "9")
    assert isco.within("931", "9")
    assert not isco.within("931", "8")
    assert [entry.code for entry in isco.children("93")] == ["931", "932", "933"]
    assert len(isco.children(None)) == 10
    assert isco.parent("nothing") is None


def test_a_country_adds_aliases_labels_and_codes_of_its_own(tmp_path):
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / "isic.csv").write_text(
        "code,parent,level,label::Klingon (tlh),alias::Klingon (tlh)\n"
        "23,,,nagh,qach nagh\n"
        "23K,23,group,qul nagh,\n",
        "utf-8",
    )

    own = load_codelist("isic", [tmp_path])

    assert own.label("23", "tlh") == "nagh"
    assert own.label("23", "en").startswith("Manufacture of other non-metallic")
    assert [entry.code for entry in own.search("qach", "tlh")] == ["23"]
    assert own.search("brick")[0].code == "23"
    assert own.ancestors("23K") == ("23", "C")
    assert len(own) == len(ISIC) + 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("name,label::English (en)\nx,y\n", "no column named 'code'"),
        ("code,label::English (en)\n,y\n", "code is empty"),
        ("code,label::English (en)\nx,y,z\n", "more cells than the header"),
        ("code,parent,label::English (en)\nx,nowhere,y\n", "parent 'nowhere'"),
    ],
)
def test_a_list_that_cannot_be_used_says_where_and_why(tmp_path, text, part):
    (tmp_path / "own.csv").write_text("# version: 1\n" + text, "utf-8")

    with pytest.raises(QuestionnaireError, match=part):
        load_codelist("own", [tmp_path])


def test_an_unknown_list_is_refused():
    with pytest.raises(QuestionnaireError, match="no code list"):
        load_codelist("nothing")


@pytest.mark.parametrize("iso3", profiles_at_hand())
def test_the_areas_of_every_country_are_there_with_iso_codes(iso3):
    profile = load_profile(iso3)
    areas = load_codelist("areas", profile.folders)

    top = areas.of_level("admin1")
    assert len(top) >= 3
    for entry in top:
        assert entry.code.startswith(f"{profile.iso2}-")
        assert entry.parent is None
        assert not set("²³¹") & set("".join(entry.labels.values()))


def test_punjab_has_its_nine_divisions():
    areas = load_codelist("areas", load_profile("PAK").folders)

    divisions = areas.children("PK-PB")
    assert [entry.code for entry in divisions] == [f"PK-PB-0{n}" for n in range(1, 10)]
    assert areas.label("PK-PB-05", "ur") == "لاہور"
    assert areas.search("dera ghazi")[0].code == "PK-PB-02"


def test_every_division_has_a_section_in_revision_five():
    divisions = load_codelist("isic").of_level("division")
    sections = {section_in_rev_5(entry.code) for entry in divisions}

    assert sections == {*"ABCDEFGHIJKLMNOPQRSTUV", ""}
    assert [entry.code for entry in divisions if not section_in_rev_5(entry.code)] == [
        *("45", "63"),
    ]
    assert [section_in_rev_5(code) for code in ("01", "41", "58", "62", "64", "97", "J")] == [
        *("A", "F", "J", "K", "L", "U", ""),
    ]


def test_repair_of_cars_moved_in_revision_five_and_trade_in_them_did_not():
    """ISIC Rev.5: 46, 47 in section G; 95, with the repair of motor vehicles, in section T."""
    of_vehicles = ("452", "4520", "451", "4530", "454", "45", "G")
    assert [section_in_rev_5(code) for code in of_vehicles] == ["T", "T", "G", "G", "", "", ""]
    assert [section_in_rev_5(code) for code in ("46", "47", "95", "6391", "S", "T")] == [
        *("G", "G", "T", "J", "T", "U"),
    ]
    of_information = ("63", "631", "6311", "639", "6391", "6399")
    assert [section_in_rev_5(code) for code in of_information] == ["", "K", "K", "", "J", "K"]


def test_divisions_lie_in_the_sections_of_the_structure_of_revision_five():
    """The divisions of each section of ISIC Rev.5, written out from its structure."""
    last = {
        "A": 3, "B": 9, "C": 33, "D": 35, "E": 39, "F": 43, "G": 47, "H": 53, "I": 56, "J": 60,
        "K": 63, "L": 66, "M": 68, "N": 75, "O": 82, "P": 84, "Q": 85, "R": 88, "S": 93, "T": 96,
        "U": 98, "V": 99,
    }  # fmt: skip
    for entry in load_codelist("isic").of_level("division"):
        expected = next(section for section, end in last.items() if int(entry.code) <= end)
        assert section_in_rev_5(entry.code) in (expected, ""), entry.code


@pytest.mark.parametrize(
    ("rows", "row", "said"),
    [
        ("X1,,One\nX2,,Two\nX1,,Three\n", 4, "stands in row 2 already"),
        ("X1,X2,One\nX2,X1,Two\n", None, "stands below itself"),
        ("X1,X1,One\n", None, "stands below itself"),
    ],
)
def test_a_doubled_code_or_a_circle_is_refused_before_anything_is_published(
    tmp_path: Path, rows: str, row: int | None, said: str
) -> None:
    (tmp_path / "areas.csv").write_text(f"code,parent,label::English (en)\n{rows}", "utf-8")
    with pytest.raises(QuestionnaireError, match=said) as problem:
        load_codelist("areas", [tmp_path])
    assert problem.value.row == row

"""Rules a profile quotes in words and the values the code reads: neither without the other."""

from dataclasses import replace

import pytest

from shared.profiles import check_profile, load_profile
from tests.shared.profiles.test_country_profiles import THIRTY_SEVEN, subjects


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("From 12 at most 3 hours a day.", "3 hours a day"),
        ("At 17 and 18: 41 hours a week.", "41 hours a week"),
        ("Light work from 11.", "the age of 11"),
        ("16 in mines.", "mines"),
        ("Fishing is for adults.", "fishing"),
        ("Only with a permit.", "the condition permit"),
        ("Only in the family.", "the condition family"),
        ("Work ends at 21:30.", "21:30"),
        ("Not in a state where the law of children holds.", "the condition local_law"),
        ("Light work on farms from 15.", "light work from 15"),
        ("Light work at any age.", "light work at any age"),
    ],
)
def test_words_that_no_value_carries_are_found(tmp_path, words, what):
    (tmp_path / "profile.toml").write_text(
        f'[parameters.light_work]\nvalue = "{words}"\nsource = "The law"\n', "utf-8"
    )
    remarks = check_profile(load_profile("CMR", [tmp_path]))

    assert any(what in r.sentence for r in remarks if r.kind == "unread")


@pytest.mark.parametrize(
    ("country", "said", "instead", "what"),
    [
        ("MEX", "at most 6 hours", "at most seven hours", "7 hours a day"),
        ("MEX", "The law", "From fourteen the law", "the age of 14"),
        ("ARG", "3 hours a day and 15 a week", "15 hours a day and 3 a week", "15 hours a day"),
        ("HND", "4 hours a day and 20", "6 hours a day and 20", "6 hours a day"),
        ("HND", "6 hours a day and 30", "6 hours a day and 20", "20 hours a week"),
        ("PER", "13: 4 hours a day and 24 a week", "13: 4 hours a day and 36 a week", "36 hours"),
        ("TZA", "No light work below 14", "Light work from 14", "light work from 14"),
        ("NGA", "At any age", "From 12", "light work from 12"),
        ("PER", "17 in fishing", "16 in fishing", "fishing from 16"),
        ("VNM", "below 15: 4 hours", "below 15: 8 hours", "8 hours a day"),
    ],
)
def test_words_that_say_another_number_than_the_value_are_found(country, said, instead, what):
    profile = load_profile(country)
    words = profile.parameters["light_work"]
    changed = replace(words, value=words.value.replace(said, instead))
    assert changed != words
    told = replace(profile, parameters={**profile.parameters, "light_work": changed})

    assert any(what in r.sentence for r in check_profile(told) if r.kind == "unread")


RULES_IN_WORDS = (
    *("light_age_from", "light_hours_day", "light_hours_week", "light_conditions"),
    *("young_hours_day", "young_hours_week", "young_conditions", "hazardous_training_age"),
)


def without_words(profile):
    """The profile with every value and no sentence."""

    def bare(table):
        return {name: replace(one, note="") for name, one in table.items() if name != "light_work"}

    return replace(
        profile,
        parameters=bare(profile.parameters),
        areas={code: bare(own) for code, own in profile.areas.items()},
        industries={code: bare(own) for code, own in profile.industries.items()},
        notes=(),
    )


@pytest.mark.parametrize("iso3", THIRTY_SEVEN)
def test_a_value_whose_sentence_was_removed_is_found(iso3):
    profile = load_profile(iso3)
    layers = [("", profile.parameters)]
    for tables in (profile.areas, profile.industries):
        layers += [(f"{code}: ", own) for code, own in tables.items()]
    rules = {
        f"{where}{name}"
        for where, own in layers
        for name in RULES_IN_WORDS
        if name in own and not own[name].unknown and own[name].source[:4] != "C138"
    }
    alone = {code for code, own in profile.industries.items() if own}

    found = set(subjects(without_words(profile), "untold"))

    assert rules | alone <= found


@pytest.mark.parametrize("iso3", THIRTY_SEVEN)
def test_a_sentence_whose_value_was_removed_is_found(iso3):
    profile = load_profile(iso3)
    for name in RULES_IN_WORDS:
        if name not in profile.parameters or profile.parameters[name].unknown:
            continue
        if any(name in own for own in (*profile.areas.values(), *profile.industries.values())):
            continue  # the sentence has another value that carries it
        left = {key: one for key, one in profile.parameters.items() if key != name}
        remarks = check_profile(replace(profile, parameters=left))
        before = {(r.kind, r.subject, r.sentence) for r in check_profile(profile)}
        new = {(r.kind, r.subject, r.sentence) for r in remarks} - before
        assert {kind for kind, *_ in new} & {"unread", "missing"}, name


def test_the_sentence_about_the_law_of_a_state_and_its_value_are_held_together():
    nigeria = load_profile("NGA")
    minimum = nigeria.parameters["minimum_age"]
    short = replace(minimum, note="Not conforming. 12 in the Labour Act s.59.")
    silent = replace(nigeria, parameters={**nigeria.parameters, "minimum_age": short})

    remarks = [r for r in check_profile(silent) if r.kind == "untold"]

    assert [r.subject for r in remarks] == ["young_conditions"]
    assert "the condition local_law" in remarks[0].sentence


def test_an_area_with_values_of_its_own_is_told_of():
    tanzania = load_profile("TZA")

    remarks = [r for r in check_profile(replace(tanzania, notes=())) if r.kind == "untold"]

    assert remarks == []  # its ages there are not known: there is nothing to tell
    pakistan = without_words(load_profile("PAK"))
    assert {"PK-SD", "PK-KP", "PK-PB"} <= set(subjects(pakistan, "untold"))


def test_words_that_name_a_province_ask_for_its_values(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.light_work]\nvalue = "Not in Bagmati."\nsource = "The law"\n', "utf-8"
    )
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "profile.toml").write_text(
        'notes = ["Provincial laws differ."]\n', "utf-8"
    )

    nepal = check_profile(load_profile("NPL", [tmp_path]))
    other = check_profile(load_profile("CMR", [tmp_path / "other"]))
    assert any("Bagmati (NP-P3)" in r.sentence for r in nepal if r.kind == "unread")
    assert any("differ by province" in r.sentence for r in other if r.kind == "unread")


def test_words_that_a_value_carries_are_not():
    assert subjects(load_profile("PER"), "unread") == []

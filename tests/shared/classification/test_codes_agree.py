"""The codes of the questionnaire, of the code lists and of the rules are the same codes."""

import pytest

from shared.classification.ages import ages_in_band
from shared.classification.reading import ARMED_GROUPS, OWN_PARENTS, STATE_ACTORS
from shared.codelists import load_codelist
from shared.questionnaire import STANDARD, load_questionnaire

QUESTIONNAIRE = load_questionnaire([STANDARD])
BESIDE = {"none", "no", "unknown"}
"""Choices that stand beside the codes of a list."""


@pytest.mark.parametrize(
    "name",
    [
        "exceptions",
        "hazards",
        "indicators",
        "involuntariness",
        "menace",
        "referrals",
        "source_lists",
        "stages",
        "who_applies",
    ],
)
def test_the_choices_of_a_question_are_the_codes_of_its_list(name):
    choices = {choice.code for choice in QUESTIONNAIRE.choices[name]}

    assert choices - BESIDE == set(load_codelist(name).entries)


def test_who_applies_the_pressure_means_the_same_to_the_rules_and_in_the_list():
    actors = {entry.code: entry.columns["actor"] for entry in load_codelist("who_applies")}

    assert {code for code, actor in actors.items() if actor == "state"} == STATE_ACTORS
    assert {code for code, actor in actors.items() if actor == "armed_group"} == ARMED_GROUPS
    assert {code for code, actor in actors.items() if actor == "parents"} == OWN_PARENTS
    assert set(actors.values()) == {"state", "armed_group", "parents", "private"}


def test_every_age_band_of_the_questionnaire_says_which_ages_it_holds():
    bands = [choice.code for choice in QUESTIONNAIRE.choices["age_bands"]]

    for band in bands:
        assert (ages_in_band(band) is None) == (band == "unknown")


def test_indicators_named_beside_other_lists_exist():
    indicators = load_codelist("indicators")

    for name in ("involuntariness", "menace"):
        for entry in load_codelist(name):
            for code in entry.columns["indicators"].split(";"):
                assert code in indicators


def test_every_code_a_rule_reads_by_name_is_a_choice():
    forms = {choice.code for choice in QUESTIONNAIRE.choices["slavery_forms"]}

    assert "armed_conflict" in forms

"""Choices of a country's own question bear their own words in what is published."""

from __future__ import annotations

import pytest

from server.releases.labels import label_of, word_of
from server.tables.declaration import DeclaredDimension
from server.tables.labels import choice_of
from shared.questionnaire import STANDARD, Questionnaire, load_questionnaire

SITE = DeclaredDimension("landing_site", "question", "landing_site")


@pytest.fixture(scope="module")
def questionnaire(tmp_path_factory: pytest.TempPathFactory) -> Questionnaire:
    """The standard with a question whose codes are numbers, as forms of offices have them."""
    own = tmp_path_factory.mktemp("questionnaire")
    (own / "survey.csv").write_text(
        "type,name,label::English (en),label::Swahili (sw),bind::tally:privacy\n"
        "begin_repeat,case,,,\nbegin_group,fishing,Fishing,,\n"
        "select_one site,landing_site,Which site?,Mwalo gani?,keep\n"
        "end_group,,,,\nend_repeat,,,,\n",
        "utf-8",
    )
    (own / "choices.csv").write_text(
        "list_name,name,label::English (en),label::Swahili (sw)\n"
        "site,1,Kolunga,Kolunga\nsite,2,Dunga beach,Ufuo wa Dunga\nsite,yes,Both,Zote\n",
        "utf-8",
    )
    return load_questionnaire([STANDARD, own])


@pytest.mark.parametrize(
    ("code", "language", "said"),
    [
        ("1", "en", "Kolunga"),
        ("2", "en", "Dunga beach"),
        ("2", "sw", "Ufuo wa Dunga"),
        ("yes", "en", "Both"),
        ("2", "fr", "Dunga beach"),
    ],
)
def test_a_code_is_called_as_the_question_calls_it_whatever_it_means_elsewhere(
    questionnaire: Questionnaire, code: str, language: str, said: str
) -> None:
    assert label_of(code, SITE, {}, questionnaire, language) == said


def test_a_code_that_is_no_choice_keeps_our_word(questionnaire: Questionnaire) -> None:
    assert choice_of(SITE, "not_asked", questionnaire) is None
    assert label_of("not_asked", SITE, {}, questionnaire, "en") == word_of("not_asked", "en")
    assert label_of("x9", SITE, {}, questionnaire, "en") == "x9"


def test_a_measure_of_ours_keeps_our_words(questionnaire: Questionnaire) -> None:
    ours = DeclaredDimension("flag", "measure", "case.flag")

    assert label_of("yes", ours, {}, questionnaire, "en") == word_of("yes", "en") == "Yes"

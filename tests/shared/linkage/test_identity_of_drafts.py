"""The identity of a draft is read through measures, wherever a country puts the questions."""

from __future__ import annotations

from datetime import date

import pytest

from shared.answers import Value
from shared.linkage import Identity, identity_of
from shared.questionnaire.model import Kind, Level, Privacy, PrivacyKind, Question, Questionnaire

ON = date(2026, 8, 20)
MEASURES = {
    "first_name": "identity.given_name",
    "last_name": "identity.family_name",
    "mother": "identity.parent_given_name",
    "child_sex": "sex",
    "born_on": "age.completed_years",
    "years_old": "age.stated",
    "home": "identity.area",
}


def a_question(name: str, measure: str, level: Level) -> Question:
    return Question(
        name=name,
        kind=Kind.TEXT,
        level=level,
        section="who",
        privacy=Privacy(PrivacyKind.IDENTITY),
        measure=measure,
    )


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    questions = [a_question(name, measure, Level.CASE) for name, measure in MEASURES.items()]
    questions.append(a_question("district", "visit.area", Level.VISIT))
    return Questionnaire(
        version="1",
        digest="00" * 8,
        title="Test",
        languages=("en",),
        sections=(),
        questions={question.name: question for question in questions},
        choices={},
        order=(),
    )


def test_every_field_is_found_by_its_measure(questionnaire: Questionnaire) -> None:
    answers: dict[str, Value] = {
        "first_name": "Amina",
        "last_name": "Khan",
        "mother": "Zainab",
        "child_sex": "female",
        "born_on": "2014-03-09",
        "years_old": 11,
        "home": "PK-PB-05",
    }

    found = identity_of(questionnaire, answers, {"district": "PK-PB-01"}, ON)

    assert found == Identity("Amina", "Khan", "Zainab", "female", 2014, "2014-03-09", "PK-PB-05")


def test_a_stated_age_gives_a_year_but_no_date(questionnaire: Questionnaire) -> None:
    found = identity_of(questionnaire, {"years_old": 12}, {"district": "PK-PB-01"}, ON)

    assert found == Identity(birth_year=2014, area="PK-PB-01")


@pytest.mark.parametrize("word", ["unknown", "refused", "", "  "])
def test_what_was_not_said_is_not_known(questionnaire: Questionnaire, word: str) -> None:
    answers: dict[str, Value] = dict.fromkeys(MEASURES, word)

    assert identity_of(questionnaire, answers, {"district": word}, ON) == Identity()


def test_a_date_that_is_none_falls_back_on_the_stated_age(questionnaire: Questionnaire) -> None:
    found = identity_of(questionnaire, {"born_on": "2014-13-40", "years_old": 3}, {}, ON)

    assert found == Identity(birth_year=2023)

"""The standard questionnaire as it is shipped."""

import pytest

from shared.questionnaire import Kind, Level, load_questionnaire


@pytest.fixture(scope="module")
def questionnaire():
    return load_questionnaire()


def test_every_question_carries_a_privacy_mark_and_free_text_is_identity(questionnaire):
    for question in questionnaire.questions.values():
        assert question.privacy is not None
        if question.kind is Kind.TEXT:
            assert question.is_identity, question.name


def test_rules_find_their_measures(questionnaire):
    assert [q.name for q in questionnaire.measured("work.activity")] == [
        "worked_own_farm",
        "worked_family_business",
        "worked_produced_goods",
        "worked_other_paid",
    ]
    assert questionnaire.measured("age.completed_years")[0].name == "birth_date"


def test_both_levels_have_questions_and_each_stands_in_a_section_of_its_level(questionnaire):
    for level in Level:
        assert questionnaire.of_level(level)
        for section in questionnaire.sections_of(level):
            assert questionnaire.section_questions(section.name)
            assert all(q.level is level for q in questionnaire.section_questions(section.name))

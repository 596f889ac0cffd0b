"""Answers in the words of a question: ``How old is ${name}?``."""

from shared.questionnaire import Level
from shared.questionnaire.filled import filled, names_in
from shared.questionnaire.flow import work_through
from tests.shared.questionnaire.small_forms import form, problems

CASE = (
    {"type": "text", "name": "first_name"},
    {"type": "integer", "name": "years"},
    {"type": "select_multiple fruit", "name": "eaten"},
    {"type": "calculate", "name": "half", "calculation": "${years} div 2"},
    {"type": "text", "name": "nick_name", "relevant": "${years} > 10"},
)


def said(words, **answers):
    questionnaire = form(case=CASE)
    scope = work_through(questionnaire, Level.CASE, answers).scope
    return filled(words, questionnaire, scope, "en")


def test_answers_stand_in_the_words_as_a_person_says_them():
    assert said("How old is ${first_name}?", first_name="Asma") == "How old is Asma?"
    assert said("${ years } years, half is ${half}", years=9) == "9 years, half is 4.5"
    assert said("Why ${eaten}?", eaten=("apple", "melon")) == "Why Apple, Melon?"


def test_what_is_not_said_or_not_asked_shows_as_three_dots():
    assert said("How old is ${first_name}?") == "How old is …?"
    assert said("Half is ${half}.") == "Half is …."
    assert said("${first_name}?", first_name="refused") == "…?"
    assert said("${nick_name}?", nick_name="Bee", years=3) == "…?"


def test_words_without_a_reference_stay_as_they_are():
    assert said("It costs $5 {or} more") == "It costs $5 {or} more"
    assert names_in("no braces") == frozenset()


def test_words_that_name_no_question_are_an_error_with_row_and_column():
    found = problems(case=[{"type": "text", "name": "a", "label": "Who is ${nobody}?"}])

    assert [(p.row, p.column) for p in found] == [(6, "label")]
    assert "${nobody}" in str(found[0])


def test_the_words_of_a_visit_cannot_name_an_answer_of_a_person():
    assert problems(
        visit=[{"type": "text", "name": "place", "label": "Where is ${first_name}?"}],
        case=[{"type": "text", "name": "first_name"}],
    )

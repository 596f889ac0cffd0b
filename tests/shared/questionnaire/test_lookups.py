"""``pulldata()`` and ``jr:choice-name()`` look things up in the choice lists of the form."""

import pytest

from shared.errors import QuestionnaireError
from shared.questionnaire import Level, calculated
from tests.shared.questionnaire.small_forms import form, problems


def gives(calculation, **answers):
    questionnaire = form(
        case=[
            {"type": "select_one fruit", "name": "best"},
            {"type": "select_multiple fruit", "name": "eaten"},
            {"type": "calculate", "name": "found", "calculation": calculation},
        ]
    )
    return calculated(questionnaire, Level.CASE, answers).get("found")


def test_pulldata_gives_the_cell_of_the_row_that_fits():
    assert gives("pulldata('fruit', 'kind', 'name', ${best})", best="melon") == "field"
    assert gives("pulldata('fruit', 'label', 'name', ${best})", best="melon") == "Melon"
    assert gives("pulldata('fruit', 'name', 'kind', 'tree')") == "apple"


def test_pulldata_gives_nothing_where_no_row_fits_or_nothing_is_answered():
    assert gives("pulldata('fruit', 'kind', 'name', ${best})") is None
    assert gives("pulldata('fruit', 'kind', 'name', 'brick')") is None


def test_choice_name_gives_the_wording_of_a_choice():
    assert gives("jr:choice-name(${best}, '${best}')", best="apple") == "Apple"
    assert gives("jr:choice-name(${best}, '${best}')") is None
    second = "jr:choice-name(selected-at(${eaten}, 1), '${eaten}')"
    assert gives(second, eaten=("apple", "melon")) == "Melon"


@pytest.mark.parametrize(
    ("calculation", "says"),
    [
        ("pulldata('bricks', 'a', 'b', 'c')", "none called 'bricks'"),
        ("pulldata('fruit', 'colour', 'name', 'c')", "no column 'colour'"),
        ("pulldata('fruit', 'kind', 'name')", "takes 4"),
        ("pulldata(${best}, 'kind', 'name', 'c')", "in quotes"),
        ("jr:choice-name(${best}, ${best})", "in quotes"),
        ("jr:choice-name('a', '${found}')", "choices"),
        ("jr:choice-name('a', '${nobody}')", "names its question"),
    ],
)
def test_a_lookup_that_cannot_be_is_refused_when_the_form_is_read(calculation, says):
    with pytest.raises(QuestionnaireError, match=says.replace("'", ".")):
        gives(calculation)


def test_a_default_must_be_a_code_of_its_question_and_a_day_a_day():
    def wrong(**row):
        return [p.column for p in problems(case=[{"name": "a", **row}])]

    assert wrong(type="select_one fruit", default="apple") == []
    assert wrong(type="select_one fruit", default="brick") == ["default"]
    assert wrong(type="select_multiple fruit", default="apple melon") == []
    assert wrong(type="select_multiple fruit", default="apple brick") == ["default"]
    day = {"type": "date", "privacy": "coarsen:month"}
    assert wrong(**day, default="2026-01-31") == []
    assert wrong(**day, default="31/1/2026") == ["default"]

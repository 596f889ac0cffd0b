"""What is wrong with a questionnaire is found when it loads, with sheet, row and column."""

import gc
import weakref

import pytest

from shared.errors import QuestionnaireError
from shared.places import FileInMemory
from shared.questionnaire import STANDARD, Kind, Level, load_questionnaire, problems_of
from shared.questionnaire.sheets import sheets_of_tables
from tests.shared.questionnaire.small_forms import FRUIT, form, problems

AGE = {"type": "integer", "name": "age"}
WORKS = {"type": "select_one yes_no", "name": "works"}


def the_problem(**parts):
    found = problems(**parts)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_a_good_questionnaire_has_its_questions_in_order_and_by_level():
    questionnaire = form(visit=[WORKS], case=[AGE, {"type": "text", "name": "given_name"}])

    assert list(questionnaire.questions) == ["works", "age", "given_name"]
    assert questionnaire.questions["works"].level is Level.VISIT
    assert questionnaire.questions["age"].kind is Kind.INTEGER
    assert len(questionnaire.digest) == 16


@pytest.mark.parametrize(
    ("question", "column", "says"),
    [
        ({"type": "geopoint", "name": "place"}, "type", "'geopoint'"),
        ({"type": "integer", "name": "Age"}, "name", "small letters"),
        ({"type": "integer", "name": "age", "privacy": ""}, "bind::tally:privacy", "needs a mark"),
        ({"type": "integer", "name": "age", "privacy": "keep:x"}, "bind::tally:privacy", "alone"),
        (
            {"type": "date", "name": "born", "privacy": "coarsen:decade"},
            "bind::tally:privacy",
            "completed_years",
        ),
        (
            {"type": "integer", "name": "age", "privacy": "coarsen:month"},
            "bind::tally:privacy",
            "does not fit",
        ),
        ({"type": "text", "name": "note", "privacy": "keep"}, "bind::tally:privacy", "free text"),
        ({"type": "date", "name": "born", "privacy": "keep"}, "bind::tally:privacy", "a day"),
        ({**AGE, "measure": "age.of_reason"}, "bind::tally:measure", "age.of_reason"),
        ({**AGE, "label": ""}, "label::English (en)", "English label"),
        ({**AGE, "relevant": "${nobody} = 1"}, "relevant", "${nobody}"),
        ({**AGE, "relevant": "${age"}, "relevant", "cannot read"),
        ({**AGE, "relevant": "today() > date('2020-01-01')"}, "relevant", "date of the visit"),
        ({**AGE, "relevant": "1 + 1"}, "relevant", "condition"),
        ({**AGE, "constraint": "selected(., 'x')"}, "constraint", "with choices"),
        ({"type": "calculate", "name": "sum"}, "calculation", "needed"),
        ({"type": "select_one trees", "name": "tree"}, "type", "'trees'"),
        ({"type": "select_one_from_file trees", "name": "tree"}, "type", "name.csv"),
        (
            {"type": "select_one fruit", "name": "f", "choice_filter": "colour = 'red'"},
            "choice_filter",
            "no column 'colour'",
        ),
    ],
)
def test_a_bad_cell_is_named_by_sheet_row_and_column(question, column, says):
    problem = the_problem(case=[question])

    assert (problem.sheet, problem.row, problem.column) == ("survey", 6, column)
    assert says in str(problem)


def test_every_problem_is_reported_not_only_the_first():
    found = problems(case=[{**AGE, "privacy": ""}, {**WORKS, "relevant": "${x} = 1"}])

    assert [problem.row for problem in found] == [6, 7]


def test_loading_raises_the_first_problem():
    with pytest.raises(QuestionnaireError, match="sheet survey, row 6, column name"):
        form(case=[{"type": "integer", "name": "AGE"}])


def test_a_name_used_twice_names_the_first_row():
    assert "row 6" in str(the_problem(case=[AGE, AGE]))


def test_a_code_twice_in_a_list_is_found():
    problem = the_problem(case=[AGE], choices=[FRUIT[0]])

    assert (problem.sheet, problem.column) == ("choices", "name")


def test_a_circle_is_named():
    problem = the_problem(
        case=[
            {**WORKS, "relevant": "${age} > 3"},
            {**AGE, "relevant": "${sum} = 1"},
            {"type": "calculate", "name": "sum", "calculation": "if(${works} = 'yes', 1, 0)"},
        ]
    )

    assert "circle" in str(problem)
    for name in ("works", "age", "sum"):
        assert name in str(problem)


def test_a_question_that_asks_after_itself_is_a_circle():
    assert "age -> age" in str(the_problem(case=[{**AGE, "relevant": "${age} > 3"}]))


def test_a_visit_cannot_read_a_case():
    assert "${age}" in str(the_problem(visit=[{**WORKS, "relevant": "${age} > 3"}], case=[AGE]))


def test_a_case_reads_its_visit():
    assert form(visit=[WORKS], case=[{**AGE, "relevant": "${works} = 'yes'"}])


@pytest.mark.parametrize("through", ["${given_name} != ''", "${has_name} = 1"])
def test_what_leaves_must_not_depend_on_what_stays(through):
    problem = the_problem(
        case=[
            {"type": "text", "name": "given_name"},
            {
                "type": "calculate",
                "name": "has_name",
                "calculation": "if(${given_name} != '', 1, 0)",
            },
            {**AGE, "relevant": through},
        ]
    )

    assert "given_name" in str(problem)
    assert problem.row == 8


def test_calculations_in_a_chain_are_typed_whatever_their_order():
    cells = {"type": "calculate"}
    questionnaire = form(
        case=[
            {**cells, "name": "c", "calculation": "${b} + 1"},
            {**cells, "name": "b", "calculation": "${a} * 2"},
            {**cells, "name": "a", "calculation": "${age} + 1"},
            {**AGE, "constraint": "${c} > 0"},
        ]
    )
    assert questionnaire.order.index("a") < questionnaire.order.index("c")

    problem = the_problem(
        case=[
            {**cells, "name": "a", "calculation": "concat('x', 'y')"},
            {**cells, "name": "b", "calculation": "${a}"},
            {**AGE, "relevant": "${b} and true()"},
        ]
    )
    assert "true or false" in str(problem)


def test_wording_is_not_another_questionnaire_and_logic_is():
    plain = form(case=[AGE, WORKS])

    assert form(case=[{**AGE, "label": "How old?", "hint": "years"}, WORKS]).digest == plain.digest
    assert form(case=[AGE, {**WORKS, "relevant": "${age} > 4"}]).digest != plain.digest
    assert form(case=[AGE, WORKS], settings={"version": "2"}).digest != plain.digest


def test_a_label_without_translation_reads_english():
    questionnaire = form(case=[{**AGE, "label::French (fr)": "Âge"}, WORKS])

    assert questionnaire.languages == ("en", "fr")
    assert questionnaire.label("age", "fr") == "Âge"
    assert questionnaire.label("works", "fr") == "works"


def test_groups_and_the_repeat_must_close():
    table = [["type", "name", "label"], ["begin_group", "a", "A"], ["integer", "age", "Age"]]

    assert "not closed" in str(problems_of(sheets_of_tables({"survey": table}))[0])


def test_an_empty_survey_is_no_questionnaire():
    [problem] = problems_of(sheets_of_tables({"survey": [["type", "name", "label"]]}))

    assert "no questions" in str(problem)


def test_a_column_there_twice_is_refused():
    with pytest.raises(QuestionnaireError, match="column name: the column is there twice"):
        sheets_of_tables({"survey": [["type", "name", "name"], ["integer", "age", "years"]]})


def test_sheets_of_the_same_bytes_are_read_once_while_somebody_works_with_them():
    sheets = {file.name: file.read_bytes() for file in STANDARD.glob("*.csv")}
    sooner = sheets | {"survey.csv": sheets["survey.csv"].replace(b"integer,", b"decimal,", 1)}
    assert sooner != sheets

    held = load_questionnaire([STANDARD])
    again = load_questionnaire([FileInMemory(sheets)])
    other = load_questionnaire([FileInMemory(sooner)])

    assert again is held
    assert other.digest != held.digest
    assert load_questionnaire([STANDARD], [STANDARD]) is not held
    left = weakref.ref(other)
    del other
    gc.collect()
    assert left() is None

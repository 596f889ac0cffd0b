"""Whatever a hand does to the sheets, the answer is a list of problems, never a crash."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import QuestionnaireError
from shared.questionnaire import STANDARD, Level, problems_of, questionnaire_of, visible_questions
from shared.questionnaire.sheets import read_sheets, sheets_of_tables

SHEETS = read_sheets([STANDARD])
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "yes",
            "integer",
            "select_one",
            "select_one hazards",
            "select_multiple yes_no",
            "begin_group",
            "end_group",
            "begin_repeat",
            "end_repeat",
            "calculate",
            "identity",
            "coarsen:month",
            "keep",
            "${works} = 1",
            "${given_name} = 'x'",
            "${hours_chores} > 3",
            "today() > '2020-01-01'",
            "selected(., 'none')",
            "sex",
            "visit_date",
        ]
    ),
    st.text(max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cell_may_hold_anything(data):
    survey = copy.deepcopy(SHEETS.survey)
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(survey))
        row.cells[data.draw(st.sampled_from(SHEETS.columns["survey"]))] = data.draw(CELLS)
    sheets = copy.copy(SHEETS)
    sheets.survey = survey

    problems = problems_of(sheets)

    assert all(isinstance(problem, QuestionnaireError) for problem in problems)
    if not problems:
        changed = questionnaire_of(sheets)
        visible_questions(changed, Level.CASE, {"worked_own_farm": "yes"}, {})
    else:
        assert all(problem.sheet and problem.row for problem in problems)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rows_may_be_lost_doubled_or_moved(data):
    survey = list(SHEETS.survey)
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(survey) - 1))
        row = survey.pop(index)
        for _ in range(data.draw(st.integers(0, 2))):
            survey.insert(data.draw(st.integers(0, len(survey))), row)
    sheets = copy.copy(SHEETS)
    sheets.survey = survey

    assert all(isinstance(problem, QuestionnaireError) for problem in problems_of(sheets))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_any_table_is_read_or_refused(table):
    header = ["type", "name", "label", "relevant", "bind::tally:privacy", "calculation"]
    try:
        sheets = sheets_of_tables({"survey": [header, *table]})
    except QuestionnaireError:
        return
    problems_of(sheets)

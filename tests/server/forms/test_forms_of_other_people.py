"""56 workbooks other people wrote: what pyxform accepts is converted, loads and can be walked."""

import warnings
from pathlib import Path
from random import Random

import pytest
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as to_xform

from server.forms import convert
from server.forms.converting import NOT_QUESTIONS, NOT_RECORDED
from shared.answers import UNKNOWN
from shared.errors import QuestionnaireError
from shared.questionnaire import Kind, Level, visible_questions
from shared.questionnaire.flow import choices_for
from tests.server.forms.written_forms import VISIT, loaded

FORMS = Path(__file__).parents[4] / "shared" / "data" / "xlsforms"
pytestmark = pytest.mark.skipif(
    not FORMS.is_dir(), reason="the 56 workbooks of other people are not beside the project"
)


def workbooks():
    return sorted(FORMS.glob("*.xls*"))


def accepted(path):
    """Whether pyxform takes it; None for what it stumbles over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            to_xform(str(path), validate=False)
        except PyXFormError:
            return False
    return True


def walked(questionnaire, random, visit):
    """Answers given to what is asked, one after another, until nothing is left."""
    answers = {}
    for _ in range(len(questionnaire.questions) + 1):
        asked = visible_questions(questionnaire, Level.CASE, answers, visit)
        question = next((q for q in asked if q.takes_answer and q.name not in answers), None)
        if question is None:
            return answers
        answers[question.name] = _answer(questionnaire, question, answers, random, visit)
    raise AssertionError("the interview does not end")


def _answer(questionnaire, question, answers, random, visit):
    if question.kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE} and not question.from_file:
        codes = [c.code for c in choices_for(questionnaire, question, answers, visit)]
        if not codes:
            return UNKNOWN
        code = random.choice(codes)
        return code if question.kind is Kind.SELECT_ONE else (code,)
    return {Kind.INTEGER: 3, Kind.DECIMAL: 1.5, Kind.DATE: "2015-02-03"}.get(question.kind, "x")


@pytest.fixture(scope="module")
def converted():
    found = {}
    for path in workbooks():
        try:
            found[path.name] = convert(path)
        except QuestionnaireError:
            found[path.name] = None
    return found


def test_every_workbook_that_pyxform_accepts_is_converted_and_loads(converted):
    refused = [p.name for p in workbooks() if converted[p.name] is None and accepted(p)]

    assert refused == []
    assert sum(made is not None for made in converted.values()) >= 54


def test_an_interview_can_be_walked_through_in_each(converted):
    for name, made in converted.items():
        if made is not None and made.questions:
            questionnaire = loaded(made, whole=False)
            own = {q.name for q in questionnaire.questions.values() if q.level is Level.CASE}
            answers = walked(questionnaire, Random(7), VISIT)
            assert own & answers.keys(), name


def test_each_stands_alone_too(converted):
    for path in [path for path in workbooks() if converted[path.name]][::6]:
        made = convert(path, whole=True)
        assert walked(loaded(made), Random(3), VISIT) is not None


def test_nothing_of_a_form_is_left_out_without_a_line(converted):
    """Each row with a type is a question of the new sheets as it was, or the report names it."""
    for name, made in converted.items():
        named = {line.row for line in made.lines} if made else set()
        for kind, number, outcome in made.outcomes if made else ():
            assert outcome == "kept" or number in named or kind.startswith("set "), (name, number)


def test_more_than_nineteen_of_twenty_questions_are_kept(converted):
    """Of those whose answer is no picture, sound or file and does not point to the tablet."""
    outcomes = [
        outcome
        for made in converted.values()
        for kind, _, outcome in (made.outcomes if made else ())
        if kind not in NOT_QUESTIONS | NOT_RECORDED
    ]

    assert outcomes.count("dropped") / len(outcomes) <= 0.05

"""Answers to a whole questionnaire, drawn at random: fitting ones, or anything at all."""

from datetime import date

from hypothesis import strategies as st

from shared.answers import REFUSED, UNKNOWN
from shared.questionnaire import Kind
from shared.questionnaire.flow import work_through

NOT_SAID = st.sampled_from([UNKNOWN, REFUSED])
ANYTHING = st.one_of(
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
    st.sampled_from(["yes", "no", "none", "unknown", "2026-13-45", "", "9999-12-31"]),
)
# Codes of file lists: enough of them to walk every path; whether they exist is not asked here.
FILE_CODES = ["01", "08", "41", "51", "PK-PB-05", "PAK", "1", "921"]


def answers_of(questionnaire, level, anything=False):
    """A strategy of answers to some questions of that level, hidden ones included."""
    optional = {
        question.name: ANYTHING
        if anything
        else st.one_of(fitting(questionnaire, question), NOT_SAID)
        for question in questionnaire.of_level(level)
        if question.takes_answer
    }
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def interviews(draw, questionnaire, level, visit=None):
    """Answers given one after another to what is asked, as in an interview: deep paths too.

    Now and then a question is skipped or not known, and an earlier answer is changed at the end.
    """
    answers = {}
    for question in questionnaire.of_level(level):
        if not question.takes_answer:
            continue
        asked = work_through(questionnaire, level, answers, visit or {}).visible
        if question.name not in asked:
            continue
        turn = draw(st.integers(0, 9))
        if turn == 0:
            continue
        kind = NOT_SAID if turn == 1 else fitting(questionnaire, question)
        answers[question.name] = draw(kind)
    if answers and draw(st.booleans()):
        changed = questionnaire.questions[draw(st.sampled_from(sorted(answers)))]
        answers[changed.name] = draw(fitting(questionnaire, changed))
    return answers


def fitting(questionnaire, question):
    """A strategy of answers with content."""
    codes = [choice.code for choice in questionnaire.choices.get(question.choice_list or "", ())]
    if question.from_file:
        codes = FILE_CODES
    match question.kind:
        case Kind.SELECT_ONE:
            return st.sampled_from(codes)
        case Kind.SELECT_MULTIPLE:
            chosen = st.sets(st.sampled_from(codes), min_size=1, max_size=3)
            return chosen.map(lambda s: tuple(code for code in codes if code in s))
        case Kind.INTEGER:
            return st.integers(0, 130)
        case Kind.DECIMAL:
            return st.integers(0, 1700).map(lambda tenths: tenths / 10)
        case Kind.DATE:
            return st.dates(date(1930, 1, 1), date(2027, 12, 31)).map(str)
    return st.text(min_size=1, max_size=12)

"""The expression language: what each form gives, what is refused, and that nothing ever raises."""

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import QuestionnaireError
from shared.questionnaire.expressions import Declared, Scope, compile_expression
from shared.questionnaire.functions import FUNCTIONS, Type

NAMES = {
    "age": Declared(Type.NUMBER),
    "hours": Declared(Type.NUMBER),
    "born": Declared(Type.DATE),
    "name": Declared(Type.TEXT),
    "works": Declared(Type.CODE, frozenset({"yes", "no"})),
    "area": Declared(Type.CODE),
    "hazards": Declared(Type.CODES, frozenset({"heights", "chemicals", "none"})),
    "sum": Declared(Type.ANY),
}
ANSWERS = {
    "age": 12,
    "hours": 13.9,
    "born": "2014-02-28",
    "name": "Amina",
    "works": "yes",
    "area": "PK-PB-05",
    "hazards": ("heights", "chemicals"),
    "sum": 3.0,
}


def value(source, answers=None, current=""):
    made = compile_expression(source, NAMES, current=Declared(Type.ANY))
    scope = Scope(dict(ANSWERS if answers is None else answers), "2026-03-01", current)
    return made.evaluate(scope)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 div 2", 3.5),
        ("7 mod 3", 1),
        ("-7 mod 3", -1),
        ("7 mod -3", 1),
        ("5.5 mod 2", 1.5),
        ("- - 2", 2),
        ("2 - -2", 4),
        ("10 - 4 - 3", 3),
        ("${age} > 11 and ${age} <= 12", True),
        ("${age} = 12 or 1 div 0 = 5", True),
        ("${age} != 12", False),
        ("${works} = 'yes'", True),
        ("'yes' = ${works}", True),
        ("${works} != 'no'", True),
        ("${area} = 'PK-PB-05'", True),
        ("selected(${hazards}, 'heights')", True),
        ("selected(${hazards}, 'none')", False),
        ("selected('yes no', ${works})", True),
        ("count-selected(${hazards})", 2),
        ("selected-at(${hazards}, 1)", "chemicals"),
        ("selected-at(${hazards}, 7)", ""),
        ("if(${age} >= 12, 'old', 'young')", "old"),
        ("coalesce(${name}, 'x')", "Amina"),
        ("coalesce('', 'x')", "x"),
        ("regex(${name}, '[A-Z][a-z]+')", True),
        ("regex(${name}, '[a-z]')", False),
        ("today()", "2026-03-01"),
        ("${born} <= today()", True),
        ("today() - ${born}", 4384),
        ("date('2020-01-01') > date('2019-12-31')", True),
        ("'2020-01-01' > date('2019-12-31')", True),
        ("format-date(${born}, '%Y/%n/%e %y%m%d')", "2014/2/28 140228"),
        ("format-date('nothing', '%Y')", ""),
        ("int(3.9)", 3),
        ("int(-3.9)", -3),
        ("int('8')", 8),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", 2.35),
        ("number('4.5') + 1", 5.5),
        ("string(3)", "3"),
        ("string(3.5)", "3.5"),
        ("string-length(${name})", 5),
        ("concat('a', 1, ${works})", "a1yes"),
        ("substr('abcdef', 1, 3)", "bc"),
        ("substr('abcdef', -2)", "ef"),
        ("substring-before('a/b', '/')", "a"),
        ("substring-after('a/b', '/')", "b"),
        ("contains('abc', 'b')", True),
        ("starts-with('abc', 'ab')", True),
        ("ends-with('abc', 'ab')", False),
        ("translate('abc', 'ab', 'x')", "xc"),
        ("normalize-space('  a   b ')", "a b"),
        ("upper-case('é') = 'É'", True),
        ("lower-case('ABC')", "abc"),
        ("join('-', 'a', 'b')", "a-b"),
        ("min(3, 1, 2)", 1),
        ("max(3, ${hours}, 2)", 13.9),
        ("sum(1, 2, 3.5)", 6.5),
        ("abs(-4)", 4),
        ("pow(2, 10)", 1024),
        ("sqrt(9)", 3),
        ("not(true() and false())", True),
        ("boolean(0)", False),
        ("boolean('0')", True),
        ("boolean-from-string('true')", True),
        ("count-non-empty(${name}, '', ${age})", 2),
        ("decimal-date-time('1970-01-11')", 10),
        ("1 = 1 = true()", True),
        ("'a' = \"a\"", True),
    ],
)
def test_an_expression_gives_what_xlsform_says(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${age} > 0", False),
        ("${age} = ''", True),
        ("${age} != ''", False),
        ("${works} = 'yes'", False),
        ("${works} != 'no'", True),
        ("selected(${hazards}, 'none')", False),
        ("count-selected(${hazards})", 0),
        ("coalesce(${name}, ${works}, 'x')", "x"),
        ("not(${age} < 5)", True),
        ("${born} < today()", False),
        ("string(${age} + 1)", "NaN"),
    ],
)
def test_what_is_not_answered_reads_as_the_empty_text(source, expected):
    assert value(source, {}) == expected


def test_the_point_is_the_answer_being_checked():
    assert value(". >= 0 and . <= 168", current=13.9) is True
    assert value(". >= 0 and . <= 168", current=190) is False
    assert value("not(selected(., 'none') and count-selected(.) > 1)", current=("none",)) is True


def test_division_by_nothing_is_infinite_and_of_nothing_not_a_number():
    assert value("1 div 0") == math.inf
    assert value("-1 div 0") == -math.inf
    assert math.isnan(value("0 div 0"))
    assert math.isnan(value("1 mod 0"))
    assert math.isnan(value("sqrt(-1)"))
    assert math.isnan(value("pow(10, 999)"))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "ends too early"),
        ("1 2", "does not belong here"),
        ("${age} >> 2", "does not belong here"),
        ("#", "cannot read"),
        ("${nobody} = 1", "no question ${nobody}"),
        ("age = 1", "a question is written ${age}"),
        ("${works} = 'maybe'", "no code 'maybe'"),
        ("selected(${hazards}, 'fire')", "no code 'fire'"),
        ("${hazards} = 'heights'", "selected("),
        ("${works} = 1", "not a code"),
        ("${works} + 1", "needs numbers"),
        ("${name} > 3", "numbers or dates only"),
        ("${age} = 'twelve'", "text 'twelve'"),
        ("${age} and ${works} = 'yes'", "true or false"),
        ("not(${name})", "must be a condition"),
        ("if(${age}, 1, 2)", "true or false"),
        ("selected(${age}, 'x')", "with choices"),
        ("count-selected(${name})", "with choices"),
        ("uuid()", "no function uuid()"),
        ("random()", "no function random()"),
        ("now()", "no function now()"),
        ("round()", "takes 1 to 2 arguments, not 0"),
        ("if(true(), 1)", "takes 3 arguments, not 2"),
        ("coalesce()", "takes 1 or more arguments"),
        ("regex(${name}, ${name})", "in quotes"),
        ("regex(${name}, '[')", "cannot be read"),
        ("(" * 60 + "1" + ")" * 60, "nested more than"),
        ("1 + " * 2000 + "1", "4000 characters"),
        ("1+" * 1900 + "1", "200 operators"),
        ("-" * 1900 + "1", "nested more than"),
        ("not(" * 700 + "1" + ")" * 700, "nested more than"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_reason(source, says):
    with pytest.raises(QuestionnaireError) as refusal:
        compile_expression(source, NAMES)
    assert says in str(refusal.value)


def test_the_point_is_refused_where_there_is_no_answer():
    with pytest.raises(QuestionnaireError, match="no meaning"):
        compile_expression(". > 1", NAMES)


def test_a_condition_is_demanded_where_one_is_needed():
    with pytest.raises(QuestionnaireError, match="condition"):
        compile_expression("${age} + 1", NAMES, wanted=Type.TRUTH)


def test_references_name_the_questions_read():
    made = compile_expression("${age} > 3 and (${works} = 'no' or today() > ${born})", NAMES)

    assert made.references == {"age", "works", "born"}
    assert made.uses_today


answers = st.one_of(
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["yes", "unknown", "refused", "", "2024-02-29", "0000-13-99", "9" * 400]),
    st.lists(st.sampled_from(["heights", "none", "unknown", ""])).map(tuple),
)
OPERATORS = ["+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
leaves = st.one_of(
    st.sampled_from([f"${{{name}}}" for name in NAMES]),
    st.sampled_from(["1", "0", "2.5", "''", "'yes'", "'2020-01-01'", ".", "today()", "999999999"]),
)


def _calls(inner):
    joined = st.tuples(inner, st.sampled_from(OPERATORS), inner)
    functions = st.sampled_from(sorted({*FUNCTIONS, "if", "coalesce", "selected", "regex"}))
    return st.one_of(
        joined.map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(functions, st.lists(inner, max_size=3)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        inner.map(lambda part: f"-{part}"),
    )


@settings(max_examples=600, deadline=None)
@given(
    st.recursive(leaves, _calls, max_leaves=8),
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, answers)),
    answers,
)
def test_what_loads_never_raises_whatever_the_answers(source, given_answers, current):
    """Any expression that passes the checks gives a value for any answers, fitting or not."""
    loose = dict.fromkeys(NAMES, Declared(Type.ANY))
    try:
        made = compile_expression(source, loose, current=Declared(Type.ANY))
    except QuestionnaireError:
        return
    scope = Scope(given_answers, "2026-03-01", current)

    assert isinstance(made.evaluate(scope), str | int | float | tuple)
    assert made.is_true(scope) in (True, False)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="${}()'\".,=<>!+-*/ abdimnorv0123456789_[]", max_size=40))
def test_any_text_is_read_or_refused(source):
    with contextlib.suppress(QuestionnaireError):
        compile_expression(source, NAMES)

"""A pattern of regex() that would try too many ways is refused before it is used."""

import time

import pytest

from shared.errors import QuestionnaireError
from shared.questionnaire.expressions import Declared, Scope, compile_expression
from shared.questionnaire.functions import Type

NAMES = {"name": Declared(Type.TEXT)}


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "(a*)*b", "(a|a)*b", "(a|ab|b)+c", "a?" * 30 + "a" * 30, "a*a*a*a*b", "((a?){30})"],
)
def test_pattern_with_too_many_ways_to_match_is_refused_in_a_sentence(pattern: str) -> None:
    with pytest.raises(QuestionnaireError, match="too many ways"):
        compile_expression(f"regex(${{name}}, '{pattern}')", NAMES)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("[A-Z][a-z]+", "Amina"),
        (r"\+?[0-9]{1,3}[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}", "+41 555 1234"),
        (r"[^@ ]+@[^@ ]+\.[a-z]+", "a@example.org"),
        ("(north|south)-[0-9]{2}", "south-07"),
        ("([A-Z]{2})*", "PKPB"),
        ("[a-z|0-9]*", "a1"),
    ],
)
def test_patterns_people_write_are_taken(pattern: str, text: str) -> None:
    expression = compile_expression(f"regex(${{name}}, '{pattern}')", NAMES)

    assert expression.is_true(Scope({"name": text}))
    assert not expression.is_true(Scope({"name": text + "?"}))


def test_worst_pattern_that_is_taken_answers_in_a_moment() -> None:
    expression = compile_expression("regex(${name}, 'a*a*a*b')", NAMES)
    began = time.process_time()

    assert not expression.is_true(Scope({"name": "a" * 5000}))

    assert time.process_time() - began < 2

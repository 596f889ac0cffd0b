"""Lines of interviews nobody wrote by hand: whatever stands in one is told and left open."""

import pytest

from shared.interview_files import KEYS
from tests.shared.test_interview_files import NOTHING, classified


@pytest.mark.parametrize("odd", [{"a": 1}, [["x"]], [1, 2], 10**400, 1e300, -5, "\u0000", [None]])
@pytest.mark.parametrize("question", ["sex", "hazards", "work_hours", "age_stated", "birth_date"])
def test_what_is_no_answer_is_said_and_counts_as_not_known(question, odd):
    (told,) = classified({"case": {**NOTHING, "age_stated": 12, question: odd}})

    assert told.problems
    assert tuple(told.result) == KEYS


@pytest.mark.parametrize("part", [3, "x", [], {"": "no"}, {"x" * 500: 1}])
def test_odd_parts_of_a_line_never_break_it(part):
    for name in ("id", "country", "on", "visit", "case"):
        (told,) = classified({name: part})
        assert tuple(told.result) == KEYS

"""Lines of interviews nobody wrote by hand: whatever stands in one is told and left open."""

import json
from datetime import date

import pytest

from shared.interview_files import KEYS, classify_interviews
from tests.shared.test_interview_files import NOTHING, WORK, classified, reference_of

DAY = date(2026, 11, 1)


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


@pytest.mark.parametrize("odd", ["1e999", "true", '{"a": 1}', "[1]", "null", '""'])
def test_an_id_that_is_none_is_said_and_printed_as_none(odd):
    odd_one, good = classified(*(f'{{"id": {it}, "country": "PAK"}}' for it in (odd, 10**20)))

    assert odd_one.result["id"] is None
    assert "line.no_id" in odd_one.result["findings"]
    assert good.result["id"] == 10**20


def test_what_is_printed_of_a_line_can_always_be_written():
    (told,) = classified(r'{"id": "\ud800", "country": "PAK", "case": {"\udfff": "\ud800"}}')

    json.dumps([dict(told.result), *told.problems], ensure_ascii=False).encode()


def test_an_id_that_stands_twice_is_said_and_both_lines_are_classified():
    good = {"case": {**NOTHING, "age_stated": 12}}
    first, other, again = classified(good, {**good, "id": "y"}, good)

    assert "line.id_twice" in again.result["findings"]
    assert "line 1" in again.problems[0]
    for told in (first, other):
        assert "line.id_twice" not in told.result["findings"]
    assert first.result["child_labour"] == again.result["child_labour"] == "NOT_WORKING"


def test_a_visit_in_the_future_is_said():
    line = json.dumps({"id": "x", "country": "PAK", "on": "2099-01-01", "case": {**NOTHING}})
    on = {day: classify_interviews([line], reference_of, "en", day) for day in (DAY, None)}

    assert "record.visit_in_future" in next(on[DAY]).result["findings"]
    assert "record.visit_in_future" not in next(on[None]).result["findings"]


@pytest.mark.parametrize("hazards", [["heights"] * 2, ["heights", 5], ["heights", ["x"], None]])
def test_of_several_choices_those_that_can_be_used_stand(hazards):
    worker = {**NOTHING, **WORK, "age_stated": 16, "worked_other_paid": "yes"}
    (told,) = classified({"case": {**worker, "hazards": hazards}})

    assert told.result["child_labour"] == "HAZARDOUS"
    (told,) = classified({"case": {**worker, "hazards": ["none", 5]}})
    assert told.result["child_labour"] == "UNDETERMINED"


@pytest.mark.parametrize(
    ("part", "name", "answer", "opened"),
    [
        ("case", "wfcl_sexul", "yes", "bounds"),
        ("case", "Tip_Act", ["recruited"], "trafficking"),
        ("case", "worked_without-pay", "yes", "child_labour"),
        ("visit", "wfcl_slavery", "yes", "bounds"),
        ("visit", "immediate_danger", "yes", "forced_labour"),
    ],
)
def test_an_answer_under_a_name_much_like_a_question_leaves_that_question_open(
    part, name, answer, opened
):
    """A misspelt column must not make a child in a worst form one in none."""
    nothing = {**NOTHING, "age_stated": 12}
    meant = name.replace("-", "_")
    case = {one: said for one, said in nothing.items() if one != meant}
    (sound,) = classified({"case": nothing})
    (told,) = classified({"case": case, part: {**(case if part == "case" else {}), name: answer}})

    assert "record.unknown_field" in told.result["findings"]
    assert sound.result[opened] in ("NN", "N", "NOT_WORKING", "NOT_FL")
    assert told.result[opened] in ("NY", "U", "UNDETERMINED"), told.result[opened]


@pytest.mark.parametrize(
    "name",
    [
        *("wfcl_sex", "wfcl", "sexual", "slavery", "sexual_wfcl", "wfcl_illicit_work"),
        *("commercial_sexual", "worst_forms", "trafficking_act", "trafficking", "wfcl.slavery"),
    ],
)
def test_an_answer_under_a_part_of_a_name_or_that_of_its_page_is_not_taken_for_a_no(name):
    """The officer's none of these says no for what is folded: not for what somebody answered."""
    child = {**NOTHING, **WORK, "worked_other_paid": "yes", "age_stated": 16}
    (sound,) = classified({"case": child})
    (told,) = classified({"case": {**child, name: "yes"}})

    assert (sound.result["forced_labour"], sound.result["bounds"]) == ("NOT_FL", "NN")
    assert told.result["forced_labour"] == "UNDETERMINED"
    assert told.result["bounds"] == "NY"
    assert told.result["national"] == "UNDETERMINED"


def test_a_name_like_none_changes_no_class():
    nothing = {**NOTHING, "age_stated": 12}
    (told,) = classified({"case": {**nothing, "enumerator": "7", "q" * 10**6: "yes"}})

    assert told.result["child_labour"] == "NOT_WORKING"
    assert told.result["bounds"] == "NN"


def test_an_answer_under_its_right_name_is_not_undone_by_one_misspelt():
    (told,) = classified({"case": {**NOTHING, "age_stated": 12, "worked_own_fam": "yes"}})

    assert told.result["child_labour"] == "NOT_WORKING"

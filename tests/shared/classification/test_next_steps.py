"""Whatever is open or speaks against the class of a case, its explanation says what to do next."""

import json
from random import Random

import pytest

from shared.classification.explanation import STEPS, steps
from shared.classification.national import FORBIDDEN
from shared.interview_files import classify_interviews
from shared.reference import load_reference
from tests.shared.classification.random_interviews import asked_only, completed
from tests.shared.test_interview_files import NOTHING, VISIT, WORK

NEXT = "Next: "
LOOK_AGAIN = {"forced.signs_but_none", "work.none_but_named"}
"""Findings that an answer speaks against the class."""


QUIET = {"NOT_WORKING", "LIGHT_WORK", "PERMITTED_WORK", "OUT_OF_SCOPE"}


def next_of(result):
    return [one for one in result["reasons"] if one.startswith(NEXT)]


def test_papers_that_somebody_keeps_say_what_to_do_next_though_no_class_reads_them():
    """They stay on the tablet: whether somebody may stay in a country concerns nobody else."""
    migrant = {**NOTHING, "moved": "other_country", "moved_with": "friends", "citizenship": "AFG"}
    migrant |= {"papers": "held_by_other", "worked_other_paid": "yes", **WORK}
    adult = {**migrant, "fl_involuntary": ["none"]}
    for age, case in ((30, adult), (16, migrant)):
        del case["attends_school" if age == 30 else "industry"]
        said = {k: v for k, v in case.items() if age < 18 or k != "school_affected"}
        (found,) = classify_interviews(
            [
                json.dumps(
                    {
                        "id": 1,
                        "country": "PAK",
                        "on": "2026-11-01",
                        "visit": VISIT,
                        "case": {**said, "age_stated": age},
                    }
                )
            ],
            load_reference,
        )
        assert "forced.signs_but_none" in found.result["findings"]
        assert any("free will, threats" in one for one in next_of(found.result))


@pytest.mark.parametrize("hours", [None, 12])
def test_work_a_law_forbids_says_so_and_what_to_do_while_the_class_is_open(hours):
    case = {**NOTHING, "worked_other_paid": "yes", **WORK, "work_hours": hours, "hazards": None}
    case = {name: value for name, value in case.items() if value is not None} | {"age_stated": 13}
    line = {"id": 1, "country": "ALB", "on": "2026-11-01", "visit": {"place_kind": "farm"}}

    (found,) = classify_interviews([json.dumps({**line, "case": case})], load_reference)

    assert found.result["child_labour_general"] == "UNDETERMINED"
    assert found.result["national"] == "BELOW_MIN_AGE"
    assert any("forbids this work already" in said for said in found.result["reasons"])
    assert any("national law forbids this work" in said for said in next_of(found.result))


@pytest.mark.parametrize("seed", range(40))
def test_no_interview_with_something_open_ends_without_a_next_step(seed):
    random = Random(seed)
    found = []
    for _ in range(5):
        visit = {"area": "PK-PB-05", "place_kind": "farm", "setting": "rural"}
        day = {**visit, "visit_date": "2026-10-15"}
        case = asked_only(completed({}, day, random, quiet=random.choice((0.3, 0.8, 0.97))), day)
        if random.random() < 0.5:
            for name in random.sample(sorted(case), min(2, len(case))):
                del case[name]
        line = {"id": 1, "country": "PAK", "on": "2026-10-15", "visit": visit, "case": case}
        found += classify_interviews([json.dumps(line)], load_reference)
    for one in found:
        result, said = one.result, next_of(one.result)
        quiet = (
            result["child_labour_general"] in QUIET
            and result["bounds"] == "NN"
            and result["forced_labour"] in ("NOT_FL", "OUT_OF_SCOPE")
            and result["trafficking"] == "N"
            and result["national"] not in FORBIDDEN
            and not LOOK_AGAIN & set(result["findings"])
        )
        assert quiet or said, result


def test_every_step_is_told_in_words_and_once():
    codes = {"cl_general": "NOT_WORKING", "fl": "NOT_FL", "tip": "N", "flags": "own_code_untold"}
    for step in STEPS:
        assert STEPS.count(step) == 1
    assert list(steps({**codes, "cl_general_bounds": "NY"})) == ["still_open"]
    assert list(steps({**codes, "fl_bounds": "NY"})) == ["still_open"]
    assert list(steps({**codes, "national": "BELOW_MIN_AGE"})) == ["national"]
    assert list(steps(codes, ("work.none_but_named",))) == ["work_named"]
    assert list(steps(codes)) == []

"""Interviews of every kind that must not come out harmless, each with its reason (data files)."""

import tomllib
from pathlib import Path

import pytest

from shared.classification.national import FORBIDDEN
from tests.shared.test_interview_files import NOTHING, VISIT, WORK, classified

FOLDER = Path(__file__).parent / "worked_cases"
INTERVIEWS = [
    interview
    for name in (
        *("interviews.toml", "more_interviews.toml", "rare_interviews.toml"),
        *("further_interviews.toml", "border_interviews.toml", "review_interviews.toml"),
        "grave_interviews.toml",
    )
    for interview in tomllib.loads((FOLDER / name).read_text("utf-8"))["interview"]
]
WORKED = ("worked_own_farm", "worked_family_business", "worked_produced_goods")
MISSPELT = {"record.unknown_field", "answer.unknown_code", "answer.wrong_type"}
BASES = {
    "bare": {},
    "idle": NOTHING,
    "worker": {**NOTHING, **WORK},
    "short": {
        "interview_form": "short",
        "immediate_danger": "no",
        "safety_problems": ["none"],
        "sex": "female",
        "consent_given_by": "self",
        **dict.fromkeys((*WORKED, "worked_other_paid", "worked_without_pay"), "no"),
        "attends_school": "no",
        "officer_signs": ["none"],
        "referral_offered": ["none"],
    },
}


@pytest.mark.parametrize("interview", INTERVIEWS, ids=lambda one: one["id"])
def test_the_interview_has_its_classes(interview):
    case = {**BASES[interview["base"]], **interview["case"]}
    case = {name: answer for name, answer in case.items() if answer != ""}
    expect = dict(interview["expect"])

    on = {"on": interview["on"]} if "on" in interview else {}
    (line,) = classified(
        {"visit": interview.get("visit", VISIT), "case": case, **on},
        country=interview.get("country", "PAK"),
    )
    found = line.result
    assert not MISSPELT & set(found["findings"]), line.problems

    told = expect.pop("told", "")
    assert any(told in reason for reason in found["reasons"]), found["reasons"]
    assert set(expect.pop("findings", ())) <= set(found["findings"]), found["findings"]
    assert not set(expect.pop("silent", ())) & set(found["findings"]), found["findings"]
    assert set(expect.pop("open", ())) <= set(found["open"]), found["open"]
    assert not set(expect.pop("closed", ())) & set(found["open"]), found["open"]
    if "national_forbids" in expect:
        assert (found["national"] in FORBIDDEN) is expect.pop("national_forbids")
    assert {name: found[name] for name in expect} == expect, interview["why"]

"""Each class of one interview with its reason, as the tablet and the file of interviews say it."""

import pytest

from shared.answer_words import AnswerWords
from shared.classification import explain
from shared.reference import load_reference
from tests.shared.classification.answered import NO_CHORES, NO_WORK, child, classes

REFERENCE = load_reference("PAK")
WORDS = AnswerWords(REFERENCE.questionnaire, REFERENCE.codelists)
IDLE = NO_WORK | {"worked_last_year": "no"}
CHORES = {"chores": ("cooking_cleaning",), "chores_for": "own", "chore_hazards": ("none",)}
LOADS = {"chore_hazards": ("heavy_loads",)}
SOLD = {"officer_signs": ("illicit",), "wfcl_illicit": "yes", "wfcl_illicit_form": ("drugs",)}
BOUND = {"works_with_parents": "yes", "fl_parents_in_forced_labour": "yes"}
FORCED = {
    "fl_third_party_coercion": "yes",
    "fl_menace": ("threats_or_violence",),
    "fl_who_applies": ("supervisor",),
}
BEGS = {"tip_act": ("received",), "tip_purpose": ("forced_begging",)}
EXCEPTED = {"fl_who_applies": ("state_authority",), "fl_exception": "communal_services"}


def told(language="en", **answers):
    return explain(classes(answers), language, WORDS)


def about(beginning, **answers):
    (found,) = [one for one in told(**answers) if one.startswith(beginning)]
    return found


@pytest.mark.parametrize(
    ("beginning", "case", "named"),
    [
        ("Below the minimum age", child(9, work_hours=3.5), "9 completed years, hours of work"),
        ("Below the minimum age", child(13, work_hours=14.0), "hours of work in the week: 14"),
        ("Decided by", child(13, work_hours=13.99), "13 completed years, hours of work in the"),
        ("Decided by", child(16, work_hours=20.0), "16 completed years, hours of work in the"),
        ("Decided by", child(12, **IDLE), "12 completed years, hours of work in the week: 0"),
        ("Decided by", child(30, work_hours=5.0), "30 completed years"),
        ("Hazardous work", child(15, work_hours=50.0), "hours of work in the week: 50"),
        ("A worst form", child(15, **SOLD), "used for illicit activities, "),
        ("Forced labour, because", child(15, work_hours=5.0, **SOLD), "Making or carrying drugs"),
        (
            "Forced labour, because",
            child(13, work_hours=5.0, **BOUND),
            "the parents are in forced labour",
        ),
        (
            "Forced labour, because",
            child(13, work_hours=5.0, **FORCED),
            "somebody other than the parents",
        ),
        ("Who imposes it", child(13, work_hours=5.0, **FORCED), "Supervisor"),
        (
            "Forced labour, because",
            child(9, work_hours=5.0, **BEGS),
            "Received from others, Begging",
        ),
        (
            "Excepted",
            child(15, work_hours=5.0, **{**FORCED, **EXCEPTED}),
            "inor services of the community",
        ),
    ],
)
def test_the_reason_names_the_answers(beginning, case, named):
    assert named in about(beginning, **case)


@pytest.mark.parametrize(
    ("hours", "hazards", "says", "names", "silent"),
    [
        (
            30.0,
            {},
            "take 21 hours a week or more at 5 to 14 years (",
            "housework in the week: 30",
            "",
        ),
        (5.0, LOADS, "Household services are hazardous (", "eavy loads", "housework in the week"),
        (30.0, LOADS, "5 to 14 years, and are hazardous (", "housework in the week: 30", ""),
    ],
)
def test_housework_is_said_to_decide_by_its_hours_its_hazards_or_both(
    hours, hazards, says, names, silent
):
    case = child(9, **{**IDLE, **NO_CHORES, **CHORES, **hazards}, hours_chores=hours)

    assert any(says in one for one in told(**case))
    because = about("Hazardous housework", **case)
    assert names in because
    assert "9 completed years" in because
    assert not silent or silent not in because


def test_nothing_is_told_as_a_code_or_a_key_in_any_language():
    cases = (child(9, work_hours=3.5), child(13, work_hours=5.0, **FORCED), child(15, **SOLD))
    for language in ("am", "ar", "bn", "es", "fr", "hi", "ne", "pt", "sw", "ur"):
        for case in cases:
            for sentence in told(language, **case):
                assert "classification." not in sentence, sentence
                assert "_" not in sentence, sentence
                assert "{" not in sentence

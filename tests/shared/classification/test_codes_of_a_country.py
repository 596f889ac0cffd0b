"""A code that a country adds to a list of the form never passes in silence for a harmless one.

Each interview is a whole one of the standard in which one answer is a code of the country's own;
told what it stands for, the code says what that code says.
"""

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from shared.classification import classify
from shared.classification.known_codes import HARMLESS_YES, KNOWN_CODES, untold
from shared.classification.reading import Reading
from shared.errors import QuestionnaireError
from shared.interview_files import classify_interviews
from shared.questionnaire import STANDARD, Level, load_questionnaire
from shared.questionnaire.expressions import Scope
from shared.questionnaire.flow import work_through
from shared.questionnaire.straight import straight_pass
from shared.questionnaire.untold_choices import untold_choices
from shared.reference import EARLIER, load_reference
from tests.shared.classification.random_interviews import asked_only, completed
from tests.shared.test_interview_files import NOTHING, VISIT, WORK

QUESTIONNAIRE = load_questionnaire([STANDARD])
OWN = "of_our_own"
BESIDE = {"none", "unknown", "no"}


def additions(folder, rows):
    (folder / "questionnaire").mkdir(parents=True)
    with (folder / "questionnaire" / "choices.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["list_name", "name", "label::English (en)", "tally:means"])
        writer.writerows([name, code, "Of our own", meaning] for name, code, meaning in rows)
    return folder


def with_choices(place, rows):
    """The reference of Pakistan with these choices of its own."""
    folder = additions(place / "own", rows) / "questionnaire"
    return replace(load_reference("PAK"), questionnaire=load_questionnaire([STANDARD, folder]))


@cache
def country(choice_list, meaning):
    """Pakistan with one more code in a list, told as another code of it or not (empty)."""
    with TemporaryDirectory() as place:
        return with_choices(Path(place), [(choice_list, OWN, meaning)])


def classified(question, meaning, case):
    """Of an interview in which the answer to the question is the code of the country's own."""
    choice_list = QUESTIONNAIRE.questions[question].choice_list
    visit = {**VISIT, **({question: OWN} if question == "setting" else {})}
    line = {"id": 1, "country": "PAK", "on": "2026-11-01", "visit": visit, "case": case}
    (found,) = classify_interviews([json.dumps(line)], lambda _: country(choice_list, meaning))
    assert not found.problems, found.problems
    return found.result


CHILD = {**NOTHING, "worked_other_paid": "yes", **WORK, "age_stated": 16}
ADULT = {**NOTHING, "worked_other_paid": "yes", **WORK, "age_stated": 30}
del ADULT["school_affected"], ADULT["fl_third_party_coercion"], ADULT["attends_school"]
FORCED = {
    **ADULT,
    "fl_involuntary": ["no_freedom_to_leave"],
    "fl_menace": ["threats_or_violence"],
    "fl_who_applies": ["employer"],
    "fl_can_leave": "no",
    "fl_commercial_sexual": "no",
    "tip_act": ["none"],
}
OF_STATE = {**FORCED, "fl_who_applies": ["state_authority"]}
BROUGHT = {
    **CHILD,
    **{"officer_signs": ["brought"], "wfcl_slavery": "no", "wfcl_sexual": "no"},
    **{"wfcl_illicit": "no", "tip_act": ["recruited"]},
}
HOUSEWORK = {
    **NOTHING,
    "age_stated": 10,
    "chores": ["shopping"],
    "hours_chores": 10,
    "chore_hazards": ["none"],
    "school_affected": "no",
    "fl_third_party_coercion": "no",
}
FREE = {**ADULT, "fl_involuntary": ["none"]}
DANGER = {"immediate_danger": "yes", "danger_action": ["called_police"]}
CASES = [
    (
        "abuse",
        {**CHILD, "abuse": [OWN]},
        "child_labour",
        "UNDETERMINED",
        {"shouted_at": "PERMITTED_WORK", "none": "PERMITTED_WORK", "beaten": "HAZARDOUS"},
    ),
    (
        "danger_kind",
        {**CHILD, **DANGER, "danger_kind": [OWN]},
        "child_labour",
        "UNDETERMINED",
        {"other": "PERMITTED_WORK", "life_risk_work": "HAZARDOUS"},
    ),
    (
        "fl_who_applies",
        {**FORCED, "fl_who_applies": [OWN]},
        "forced_labour",
        "FL_PRIVATE",
        {"employer": "FL_PRIVATE", "state_authority": "FL_STATE"},
    ),
    (
        "fl_exception",
        {**OF_STATE, "fl_exception": OWN},
        "forced_labour",
        "FL_STATE",
        {"emergency": "NOT_FL", "none": "FL_STATE"},
    ),
    (
        "worked_for",
        {**OF_STATE, "fl_exception": "convict_labour", "worked_for": OWN},
        "bounds",
        None,
        {"state": None},
    ),
    (
        "tip_purpose",
        {**BROUGHT, "tip_purpose": [OWN]},
        "forced_labour",
        "UNDETERMINED",
        {"forced_labour": "FL_PRIVATE", "organ_removal": "NOT_FL"},
    ),
    (
        "chores_for",
        {**HOUSEWORK, "chores_for": OWN},
        "child_labour",
        "UNDETERMINED",
        {"own": "NOT_WORKING", "other": "BELOW_MIN_AGE"},
    ),
    ("setting", CHILD, "forced_labour", "UNDETERMINED", {"rural": "NOT_FL"}),
    (
        "moved_with",
        {**FORCED, "tip_act": None, "moved": "within_country", "moved_with": OWN},
        "trafficking",
        "U",
        {"friends": "N"},
    ),
]


@pytest.mark.parametrize(
    ("question", "case", "key", "open_class", "told"), CASES, ids=[one[0] for one in CASES]
)
def test_a_code_nobody_told_decides_nothing_and_a_told_one_says_what_it_stands_for(
    question, case, key, open_class, told
):
    found = classified(question, "", case)

    assert "classification.own_code_untold" in found["findings"]
    if open_class is not None:
        assert found[key] == open_class
    for meaning, expected in told.items():
        found = classified(question, meaning, case)
        assert expected is None or found[key] == expected, meaning
        assert "classification.own_code_untold" not in found["findings"]


def test_work_for_somebody_nobody_told_may_take_the_exception_of_a_convict_away():
    case = {**OF_STATE, "fl_exception": "convict_labour", "worked_for": OWN}

    for meaning, forced, is_open in (
        *(("", "NOT_FL", True), ("state", "NOT_FL", False), ("contractor", "FL_STATE", False)),
    ):
        found = classified("worked_for", meaning, case)
        assert found["forced_labour"] == forced
        assert ("classification.exception_unknown" in found["findings"]) is is_open


def test_a_way_of_paying_nobody_told_may_be_a_debt():
    reference = country("pay_forms", "")
    told = country("pay_forms", "debt")
    case = {k: tuple(v) if isinstance(v, list) else v for k, v in FREE.items()}

    def codes(with_them):
        made = {**case, "pay_form": OWN}
        return classify(made, {}, with_them.questionnaire, with_them.profile).codes()

    assert (codes(reference)["fl"], codes(reference)["fl_bounds"]) == ("NOT_FL", "NY")
    assert "signs_of_coercion" not in codes(reference)["flags"]
    assert "signs_of_coercion" in codes(told)["flags"]
    other = country("pay_forms", "money")
    assert codes(other)["fl_bounds"] == "NN"


def test_a_told_sign_is_named_by_the_words_of_the_country():
    found = classified("pay_form", "debt", {**FREE, "pay_form": OWN, "fl_debt": "no"})

    assert any("Of our own" in reason for reason in found["reasons"])


def test_only_abuse_that_made_the_work_hazardous_is_named_as_its_reason():
    found = classified("abuse", "none", {**CHILD, "abuse": ["shouted_at", "beaten", OWN]})

    because = next(one for one in found["reasons"] if one.startswith("Hazardous"))
    assert "Beaten" in because
    assert "Shouted" not in because
    assert "Of our own" not in because


@pytest.mark.parametrize("measure", sorted(KNOWN_CODES))
def test_the_codes_the_rules_know_are_those_of_the_standard_of_now_and_before(measure):
    now = codes_of(QUESTIONNAIRE, measure)
    before = set().union(
        *(codes_of(load_questionnaire([one]), measure) for one in (STANDARD / EARLIER).glob("*/"))
    )

    assert now - BESIDE <= KNOWN_CODES[measure]
    assert KNOWN_CODES[measure] <= now | before | {"yes", "no", "other"}
    assert not untold(measure, now | before)


def codes_of(questionnaire, measure):
    return {
        choice.code
        for question in questionnaire.measured(measure)
        for choice in questionnaire.choices.get(question.choice_list, ())
    }


@pytest.mark.parametrize("measure", sorted(KNOWN_CODES))
def test_no_rule_reads_a_code_nobody_told_as_the_absence_of_another(measure):
    reading = Reading({"asked": (OWN,)}, {}, {measure: ("asked",)})

    assert {reading.chosen(measure, code) for code in KNOWN_CODES[measure]} == {"U"}
    assert reading.yes_no(measure) != "N"
    if measure in HARMLESS_YES:
        assert reading.yes_no(measure) == "U"


@pytest.fixture(scope="module")
def doubles():
    """A country that has, for every code of every list a rule knows, one of its own meaning it."""
    lists = {
        question.choice_list: {one.code for one in QUESTIONNAIRE.choices[question.choice_list]}
        for measure in KNOWN_CODES
        for question in QUESTIONNAIRE.measured(measure)
        if question.choice_list != "yes_no"
    }
    rows = [
        (name, f"own_{code}", code)
        for name, codes in lists.items()
        for code in sorted(codes - BESIDE)
    ]
    with TemporaryDirectory() as place:
        yield (
            load_reference("PAK", [additions(Path(place) / "own", rows)]),
            {(name, code): own for name, own, code in rows},
        )


@pytest.mark.parametrize("seed", range(30))
def test_an_interview_in_codes_that_mean_ours_goes_the_same_way_and_ends_the_same(doubles, seed):
    reference, own = doubles
    random = Random(seed)
    visit = {"visit_date": "2026-10-15", "area": "PK-PB-05", "place_kind": "farm"}
    visit |= {"setting": random.choice(("rural", "sexual_exploitation"))}
    answers = asked_only(completed({}, visit, random, quiet=0.3), visit)

    def doubled(given):
        found = {}
        for name, value in given.items():
            choice_list = QUESTIONNAIRE.questions[name].choice_list
            if isinstance(value, tuple):
                found[name] = tuple(own.get((choice_list, code), code) for code in value)
            else:
                found[name] = own.get((choice_list, value), value)
        return found

    ours = work_through(QUESTIONNAIRE, Level.CASE, answers, visit)
    theirs = work_through(reference.questionnaire, Level.CASE, doubled(answers), doubled(visit))
    assert theirs.visible == ours.visible
    of_visit = work_through(reference.questionnaire, Level.VISIT, doubled(visit)).scope.values
    quick, seen = Scope(dict(of_visit), today=theirs.scope.today), set()
    straight_pass(reference.questionnaire, Level.CASE)(quick, doubled(answers), seen)
    assert seen == theirs.visible
    law = reference.profile
    made = classify(doubled(answers), doubled(visit), reference.questionnaire, law).codes()
    assert made == classify(answers, visit, QUESTIONNAIRE, law).codes()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("abuse", OWN, "bitten")], "no other code of its list"),
        ([("abuse", OWN, OWN)], "no other code of its list"),
        ([("abuse", OWN, "beaten"), ("abuse", "two", OWN)], "itself stands for another"),
        ([("abuse", "beaten", "shouted_at")], "stands for itself"),
        ([("hazards", "heavy_loads", "none")], "stands for itself"),
    ],
)
def test_what_a_code_cannot_stand_for_is_refused_with_its_row(tmp_path, rows, said):
    with pytest.raises(QuestionnaireError, match=said):
        with_choices(tmp_path, rows)


def test_the_check_names_each_code_that_is_still_untold(tmp_path):
    rows = [("abuse", "teased", "shouted_at"), ("abuse", "caned", ""), ("hazards", "sun", "")]
    questionnaire = with_choices(tmp_path, rows).questionnaire

    assert [(one.choice_list, one.code) for one in untold_choices(questionnaire)] == [
        ("abuse", "caned")
    ]
    assert list(untold_choices(QUESTIONNAIRE)) == []

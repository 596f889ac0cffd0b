"""Whole interviews in a file: worked ones of every kind, and lines that have something wrong."""

import io
import json

import pytest

from shared.interview_files import KEYS, classify_interviews
from shared.reference import load_reference

REFERENCES = {"PAK": load_reference("PAK")}
VISIT = {"area": "PK-PB-06", "place_kind": "farm"}
NOTHING = {
    "immediate_danger": "no",
    "safety_problems": ["none"],
    "sex": "male",
    "consent_given_by": "self",
    "consent_purposes": ["interview", "statistics"],
    "consent_linkage": "yes",
    "moved": "no",
    "worked_own_farm": "no",
    "worked_family_business": "no",
    "worked_produced_goods": "no",
    "worked_other_paid": "no",
    "worked_without_pay": "no",
    "worked_own_use": "no",
    "absent_from_job": "no",
    "worked_last_year": "no",
    "fetched_water_or_firewood": "no",
    "chores": ["none"],
    "attends_school": "yes",
    "officer_signs": ["none"],
}
WORK = {
    "work_hours": 20,
    "works_with_parents": "no",
    "industry": "56",
    "occupation": "941",
    "hazards": ["none"],
    "night_work": "no",
    "abuse": ["none"],
    "confined": "no",
    "school_affected": "no",
    "fl_third_party_coercion": "no",
}


WORK_QUESTIONS = (
    *("worked_own_farm", "worked_family_business", "worked_produced_goods", "worked_other_paid"),
    *("worked_without_pay", "worked_own_use", "absent_from_job"),
)


def reference_of(country):
    return REFERENCES.get(country) or load_reference(country)


def classified(*lines, country="PAK"):
    text = "\n".join(
        line
        if isinstance(line, str)
        else json.dumps({"id": "x", "country": country, "on": "2026-11-01", **line})
        for line in lines
    )
    return list(classify_interviews(io.StringIO(text), reference_of))


def of(visit=VISIT, **case):
    (told,) = classified({"visit": visit, "case": {k: v for k, v in case.items() if v is not None}})
    assert not told.problems, told.problems
    assert tuple(told.result) == KEYS
    return told.result


def test_a_child_who_does_nothing_is_not_working_and_not_in_forced_labour():
    found = of(age_stated=12, **NOTHING)

    assert (found["child_labour"], found["child_labour_rule"]) == ("NOT_WORKING", "R7")
    assert (found["forced_labour"], found["trafficking"], found["bounds"]) == ("NOT_FL", "N", "NN")


def test_one_work_question_answered_no_and_then_the_danger_button_is_undetermined():
    found = of(age_stated=12, worked_own_farm="no", immediate_danger="yes")

    assert (found["child_labour"], found["bounds"]) == ("UNDETERMINED", "NY")
    assert found["forced_labour"] == "UNDETERMINED"
    assert "worked_other_paid" in found["open"]


@pytest.mark.parametrize("question", WORK_QUESTIONS)
def test_every_question_about_work_must_be_answered_before_nothing_is_found(question):
    found = of(age_stated=12, **{**NOTHING, question: None})

    assert found["child_labour"] == "UNDETERMINED"


def test_an_unpaid_apprentice_of_thirteen_works():
    apprentice = {**NOTHING, **WORK, "worked_without_pay": "yes", "work_hours": 40}

    found = of(age_stated=13, **apprentice)
    assert found["child_labour"] == "BELOW_MIN_AGE"
    loom = {**apprentice, "hazards": ["dust_fumes_gas"]}
    assert of(age_stated=13, **loom)["child_labour"] == "HAZARDOUS"


def test_a_bonded_labourer_without_pay_is_in_forced_labour():
    bonded = {
        **NOTHING,
        "worked_without_pay": "yes",
        "fl_involuntary": ["unfree_recruitment"],
        "fl_menace": ["debt_bondage"],
        "fl_who_applies": ["employer"],
        "fl_can_leave": "no",
        "fl_commercial_sexual": "no",
    }

    found = of(age_stated=40, **bonded)

    assert (found["forced_labour"], found["forced_labour_rule"]) == ("FL_PRIVATE", "F2")
    assert any("Debt bondage" in reason for reason in found["reasons"])


@pytest.mark.parametrize("work", [*WORK_QUESTIONS, "worked_last_year", "worked_household"])
def test_every_kind_of_work_of_an_adult_opens_the_questions_on_coercion(work):
    found = of(age_stated=40, **{**NOTHING, work: "yes"})

    assert "fl_involuntary" in found["open"]
    assert found["forced_labour"] == "UNDETERMINED"


@pytest.mark.parametrize("sign", ["forced", "debt", "sexual", "brought", "illicit"])
def test_a_sign_opens_the_questions_on_coercion_whatever_work_there_is(sign):
    nothing = {**NOTHING, "officer_signs": [sign]}

    assert "fl_involuntary" in of(age_stated=40, **nothing, worked_household="no")["open"]
    assert "fl_third_party_coercion" in of(age_stated=12, **nothing)["open"]
    quiet = of(age_stated=40, **NOTHING, worked_household="no")
    assert "fl_involuntary" not in quiet["open"]
    assert quiet["forced_labour"] == "NOT_FL"


def test_somebody_made_to_work_by_the_authorities_is_in_state_imposed_forced_labour():
    cotton = {
        **NOTHING,
        "worked_without_pay": "yes",
        "fl_involuntary": ["no_freedom_to_leave"],
        "fl_menace": ["abuse_of_vulnerability"],
        "fl_who_applies": ["state_authority"],
        "fl_exception": "no",
        "fl_commercial_sexual": "no",
    }

    assert of(age_stated=30, **cotton)["forced_labour"] == "FL_STATE"
    assert of(age_stated=30, **{**cotton, "fl_exception": None})["forced_labour"] == "FL_STATE"
    documented = {**cotton, "fl_exception": "communal_services"}
    assert of(age_stated=30, **documented)["forced_labour"] == "NOT_FL"
    hired_out = {**documented, "fl_who_applies": ["state_authority", "employer"]}
    assert of(age_stated=30, **hired_out)["forced_labour"] == "FL_STATE"


def test_a_child_lodged_with_an_employer_works_for_that_employer():
    maid = {
        **NOTHING,
        "moved": "within_country",
        "lives_at": "employer",
        "chores": ["cooking_cleaning"],
        "hours_chores": 40,
        "chore_hazards": ["none"],
    }

    for said in ({}, {"chores_for": "other"}):
        found = of(age_stated=10, **maid, **said)
        assert (found["child_labour"], found["sdg_a"]) == ("BELOW_MIN_AGE", "Y")
    at_home = of(age_stated=10, **maid, chores_for="own")
    assert (at_home["child_labour"], at_home["child_labour_general"]) == (
        "NOT_WORKING",
        "HAZ_HOUSEHOLD_SERVICES",
    )


def test_chores_for_two_households_are_told_apart_by_their_hours():
    both = {
        **NOTHING,
        "chores": ["washing_clothes"],
        "chores_for": "both",
        "hours_chores": 30,
        "chore_hazards": ["none"],
    }

    assert of(age_stated=12, **both)["child_labour"] == "UNDETERMINED"
    assert of(age_stated=12, **both, hours_chores_other=14)["child_labour"] == "BELOW_MIN_AGE"


def test_a_child_who_works_and_was_trafficked_for_forced_labour_is_in_forced_labour():
    sold = {
        **NOTHING,
        **WORK,
        "worked_other_paid": "yes",
        "officer_signs": ["brought"],
        "wfcl_slavery": "no",
        "wfcl_sexual": "no",
        "wfcl_illicit": "no",
        "tip_act": ["transported"],
        "tip_means": ["deception"],
        "tip_purpose": ["slavery_servitude"],
    }

    found = of(age_stated=14, **sold)

    assert (found["forced_labour"], found["forced_labour_rule"]) == ("FL_PRIVATE", "F3b")
    assert (found["child_labour"], found["trafficking"]) == ("WFCL_OTHER", "Y")
    open_kind = of(age_stated=14, **{**sold, "tip_purpose": None})
    assert open_kind["forced_labour"] == "UNDETERMINED"


def test_low_pay_and_withheld_pay_alone_do_not_make_both_elements():
    unpaid = {
        **NOTHING,
        "worked_other_paid": "yes",
        "fl_involuntary": ["very_low_or_no_wages"],
        "fl_menace": ["withheld_wages"],
        "fl_who_applies": ["employer"],
        "fl_commercial_sexual": "no",
    }

    assert of(age_stated=30, **unpaid)["forced_labour"] == "UNDETERMINED"
    assert of(age_stated=30, **unpaid, fl_can_leave="yes")["forced_labour"] == "NOT_FL"
    assert of(age_stated=30, **unpaid, fl_can_leave="no")["forced_labour"] == "FL_PRIVATE"
    watched = {**unpaid, "fl_menace": ["withheld_wages", "restricted_movement"]}
    assert of(age_stated=30, **watched)["forced_labour"] == "FL_PRIVATE"


def test_being_shouted_at_is_not_hazardous_work_and_being_beaten_is():
    worker = {**NOTHING, **WORK, "worked_other_paid": "yes"}

    assert of(age_stated=16, **{**worker, "abuse": ["shouted_at"]})["child_labour"] == (
        "PERMITTED_WORK"
    )
    beaten = of(age_stated=16, **{**worker, "abuse": ["shouted_at", "beaten"]})
    assert beaten["child_labour"] == "HAZARDOUS"
    assert any("Beaten or hurt" in reason for reason in beaten["reasons"])


@pytest.mark.parametrize("question", ["hazards", "night_work", "abuse", "confined", "industry"])
def test_light_and_permitted_work_need_every_answer_that_could_make_it_hazardous(question):
    worker = {**NOTHING, **WORK, "worked_other_paid": "yes", "work_hours": 10}

    assert of(age_stated=16, **worker)["child_labour"] == "PERMITTED_WORK"
    assert of(age_stated=13, **worker)["child_labour"] == "LIGHT_WORK"
    for age in (13, 16):
        found = of(age_stated=age, **{**worker, question: None})
        assert (found["child_labour"], found["bounds"]) == ("UNDETERMINED", "NY")
    assert of(age_stated=9, **{**worker, question: None})["child_labour"] == "BELOW_MIN_AGE"


def test_somebody_away_from_a_job_last_week_has_its_usual_hours():
    away = {**NOTHING, **WORK, "absent_from_job": "yes", "work_hours": 50}

    assert of(age_stated=16, **{**away, "worked_last_year": None})["child_labour"] == "HAZARDOUS"


def test_a_worst_form_nobody_looked_for_sets_the_bound_and_bars_allowed():
    worker = {**NOTHING, **WORK, "worked_other_paid": "yes", "officer_signs": None}

    found = of(age_stated=16, **worker)

    assert (found["child_labour"], found["bounds"]) == ("PERMITTED_WORK", "NY")
    assert found["national"] == "UNDETERMINED"
    assert "classification.wfcl_not_assessed" in found["findings"]


def test_an_age_nobody_knows_leaves_trafficking_no_where_act_or_purpose_is_no():
    assert of(**NOTHING)["trafficking"] == "N"
    brought = {**NOTHING, "officer_signs": ["brought"], "tip_act": ["recruited"]}
    assert of(**brought, tip_purpose=["none"])["trafficking"] == "N"
    assert of(**brought, tip_purpose=["forced_labour"])["trafficking"] == "U"
    assert of(**brought, tip_purpose=["forced_labour"], tip_means=["fraud"])["trafficking"] == "Y"


def test_sexual_exploitation_of_an_adult_is_asked_in_its_own_right():
    adult = {
        **NOTHING,
        "officer_signs": ["sexual"],
        "fl_commercial_sexual": "yes",
        "tip_act": ["none"],
        "fl_involuntary": ["no_freedom_to_leave"],
        "fl_menace": ["threats_or_violence"],
        "fl_who_applies": ["criminal_group"],
    }

    assert of(age_stated=25, **adult)["forced_labour"] == "FL_CSE"


def test_the_short_form_decides_what_it_can_and_leaves_the_rest_undetermined():
    short = {
        "interview_form": "short",
        "immediate_danger": "no",
        "safety_problems": ["none"],
        "sex": "female",
        "age_stated": 14,
        "consent_given_by": "self",
        "worked_own_farm": "no",
        "worked_family_business": "no",
        "worked_produced_goods": "no",
        "worked_other_paid": "yes",
        "worked_without_pay": "no",
        "work_hours": 10,
        "hazards": ["none"],
        "attends_school": "no",
        "officer_signs": ["none"],
        "fl_third_party_coercion": "no",
        "referral_offered": ["none"],
    }

    found = of(visit={**VISIT}, **short)

    assert not set(found["open"]) & set(load_case_names())
    assert (found["child_labour"], found["forced_labour"]) == ("UNDETERMINED", "UNDETERMINED")
    assert of(**{**short, "work_hours": 15})["child_labour"] == "BELOW_MIN_AGE"
    assert len(short) <= 18


def load_case_names():
    questionnaire = REFERENCES["PAK"].questionnaire
    return {q.name for q in questionnaire.questions.values() if q.level == "case"}


def test_a_question_or_code_nobody_knows_is_said_and_counts_as_not_known():
    told = classified(
        {"case": {**NOTHING, **WORK, "age_stated": 16, "worked_other_paid": "yes", "bogus": "no"}},
        {"case": {**NOTHING, "age_stated": 16, "worked_own_farm": "nope"}},
        {"case": {**NOTHING, **WORK, "age_stated": 16, "hazards": ["heights", "zzz"]}},
        {"case": {"age_stated": "sixteen"}, "visit": {"chores": ["none"]}},
    )
    codes = [one.result["findings"] for one in told]

    assert "record.unknown_field" in codes[0]
    assert "'bogus'" in told[0].problems[0]
    assert "answer.unknown_code" in codes[1]
    assert told[1].result["child_labour"] == "UNDETERMINED"
    assert "answer.unknown_code" in codes[2]
    assert {"answer.wrong_type", "record.unknown_field"} <= set(codes[3])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", "line.unreadable"),
        ("[1, 2]", "line.unreadable"),
        ('{"id": "a", "case": {"work_hours": NaN}, "country": "PAK"}', "line.unreadable"),
        (
            '{"id": "a", "country": "PAK", "case": {"sex": "male", "sex": "female"}}',
            "line.key_twice",
        ),
        ('{"id": "a", "case": {}}', "line.no_country"),
        ('{"id": "a", "country": "PAK", "on": "yesterday"}', "line.bad_date"),
        ('{"id": "a", "country": "PAK", "on": "2026-11-01", "case": []}', "line.misshapen"),
        ("[" * 100_000, "line.unreadable"),
    ],
)
def test_a_bad_line_says_so_and_never_stops_the_others(line, code):
    good = {"case": {"age_stated": 12, **NOTHING}}

    first, bad, last = classified(good, line, good)

    assert first.result["child_labour"] == last.result["child_labour"] == "NOT_WORKING"
    assert bad.result["findings"] == [code]
    assert bad.problems
    assert bad.result["child_labour"] is None


def test_an_answer_hidden_by_another_is_said_and_never_makes_a_case_harmless():
    (told,) = classified(
        {"visit": VISIT, "case": {**NOTHING, "age_stated": 12, "wfcl_sexual": "yes"}}
    )
    found = told.result

    assert "None of these" in told.problems[0]
    assert found["child_labour"] == "WFCL_OTHER"
    assert {"record.hidden_answered", "judgement.contradicts"} <= set(found["findings"])


def test_a_birth_date_and_completed_years_say_the_same():
    born = {**NOTHING, "sex": "female"}
    dated, years = of(birth_date="2014-11-01", **born), of(birth_date=12, **born)

    assert {**dated, "id": 0} == {**years, "id": 0}
    assert of(birth_date="2014-11-02", **born)["child_labour"] == "NOT_WORKING"

"""A whole case, answered with the standard questionnaire, classified through its measures."""

import time
import timeit
from dataclasses import dataclass

import pytest

from shared.classification import RULES_VERSION, classify
from shared.classification.measures import MEASURES
from shared.profiles import load_profile
from tests.shared.classification.answered import (
    ADULT,
    BRICK_KILN,
    NO_CHORES,
    NO_WORK,
    NO_WORST_FORM,
    PROFILE,
    QUESTIONNAIRE,
    child,
    classes,
)


def test_every_measure_of_the_questionnaire_is_in_the_catalogue():
    used = {question.measure for question in QUESTIONNAIRE.questions.values()} - {None}

    assert used <= set(MEASURES)
    assert {"age.completed_years", "work.activity", "forced.menace", "danger"} <= used


@pytest.mark.parametrize(
    ("answers", "sna", "rule"),
    [
        ({"age": 9, "work_hours": 1.0}, "BELOW_MIN_AGE", "R4"),
        ({"age": 13, "work_hours": 13.99}, "LIGHT_WORK", "R6a"),
        ({"age": 13, "work_hours": 14.0}, "BELOW_MIN_AGE", "R5"),
        ({"age": 16, "work_hours": 42.0}, "PERMITTED_WORK", "R6b"),
        ({"age": 16, "work_hours": 43.0}, "HAZARDOUS", "R3"),
        ({"age": 16, "work_hours": 5.0, "hazards": ("chemicals",)}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "hazards": ("heights", "unknown")}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "hazards": ("unknown",)}, "UNDETERMINED", "R8c"),
        ({"age": 16, "work_hours": 5.0, "hazards": "refused"}, "UNDETERMINED", "R8c"),
        ({"age": 16, "work_hours": 5.0, "night_work": "yes"}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "night_work": "unknown"}, "UNDETERMINED", "R8c"),
        ({"age": 16, "work_hours": 5.0, "abuse": ("beaten",)}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "abuse": ("none",)}, "PERMITTED_WORK", "R6b"),
        ({"age": 16, "work_hours": 5.0, "confined": "yes"}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "industry": "08"}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "industry": "43"}, "HAZARDOUS", "R2"),
        ({"age": 16, "work_hours": 5.0, "industry": "56"}, "PERMITTED_WORK", "R6b"),
        ({"age": 10, "work_hours": "unknown"}, "UNDETERMINED", "R8a"),
        ({"age": 10, "work_hours": "refused", "hazards": ("heights",)}, "HAZARDOUS", "R2"),
        ({"age": 17, "wfcl_illicit": "yes"}, "WFCL_OTHER", "R1"),
        ({"age": 4, "work_hours": 20.0}, "OUT_OF_SCOPE", "R0"),
        ({"age": 18, "work_hours": 60.0}, "OUT_OF_SCOPE", "R0"),
    ],
)
def test_the_answers_of_a_case_lead_to_their_class(answers, sna, rule):
    found = classes(child(**answers)).child_labour

    assert (found.sna, found.sna_rule) == (sna, rule)


def test_a_place_of_hazardous_industry_is_hazardous_unless_the_work_is_another():
    quarry = BRICK_KILN | {"activity": "08"}

    kitchen = child(16, work_hours=5.0, industry="56")
    not_said = {name: value for name, value in kitchen.items() if name != "industry"}
    assert classes(not_said, quarry).child_labour.sna == "HAZARDOUS"
    assert classes(kitchen, quarry).child_labour.sna == "PERMITTED_WORK"
    assert classes(not_said).child_labour.sna == "UNDETERMINED"


def test_a_child_without_work_needs_no_answer_about_hours_or_hazards():
    found = classes({"birth_date": 12, **NO_WORK, **NO_CHORES, **NO_WORST_FORM}).child_labour

    assert (found.sna, found.sdg_a, found.mics_hazards) == ("NOT_WORKING", "N", 0)


def test_water_and_firewood_are_housework_unless_the_country_says_economic(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.water_firewood]\nvalue = "economic"\nsource = "SNA 2008"\n', "utf-8"
    )
    economic = load_profile("PAK", [tmp_path])
    girl = {
        "birth_date": 12,
        **NO_WORK,
        **NO_WORST_FORM,
        "fetched_water_or_firewood": "yes",
        "hours_water_firewood": 15.0,
        "water_firewood_hazards": ("none",),
        "chores": ("shopping",),
        "hours_chores": 6.0,
        "chore_hazards": ("none",),
        "chores_for": "own",
    }

    housework = classes(girl).child_labour
    goods = classes(girl, profile=economic).child_labour

    assert (housework.sna, housework.general) == ("NOT_WORKING", "HAZ_HOUSEHOLD_SERVICES")
    assert (goods.sna, goods.sna_rule) == ("BELOW_MIN_AGE", "R5")
    assert housework.mics == goods.mics == 1


def test_a_part_of_the_housework_that_is_enough_decides_whatever_the_rest():
    known = {
        "fetched_water_or_firewood": "yes",
        "hours_water_firewood": "unknown",
        "chores": ("shopping",),
        "water_firewood_hazards": ("none",),
        "chore_hazards": ("none",),
        "chores_for": "own",
    }
    quiet = {"birth_date": 12, **NO_WORK, **NO_WORST_FORM, **known}

    assert classes(quiet | {"hours_chores": 21.0}).child_labour.sdg_b == "Y"
    open_case = classes(quiet | {"hours_chores": 20.0}).child_labour
    assert (open_case.sdg_b, open_case.general, open_case.mics) == ("U", "UNDETERMINED", 0)
    assert (open_case.general_low, open_case.general_high) == (False, True)


@pytest.mark.parametrize(
    ("band", "hours", "sna"),
    [
        ("under_5", 5.0, "OUT_OF_SCOPE"),
        ("65_plus", 5.0, "OUT_OF_SCOPE"),
        ("5_11", 5.0, "BELOW_MIN_AGE"),
        ("12_14", 5.0, "LIGHT_WORK"),
        ("16_19", 5.0, "UNDETERMINED"),
        ("child", 5.0, "UNDETERMINED"),
        ("child", 43.0, "HAZARDOUS"),
        ("adult", 43.0, "OUT_OF_SCOPE"),
        ("unknown", 43.0, "UNDETERMINED"),
    ],
)
def test_an_age_band_is_used_when_neither_birth_date_nor_age_is_known(band, hours, sna):
    case = child(work_hours=hours) | {
        "birth_date": "unknown",
        "age_stated": "unknown",
        "age_band": band,
    }

    found = classes(case)

    assert found.child_labour.sna == sna
    assert ("age_estimated" in found.flags) == (band != "unknown")
    assert ("age_unknown" in found.flags) == (band == "unknown")


def test_a_birth_date_goes_before_an_age_and_an_age_before_a_band():
    both = child(9, work_hours=5.0) | {"age_stated": 13, "age_band": "15_17"}
    stated = both | {"birth_date": "unknown"}

    assert classes(both).child_labour.sna == "BELOW_MIN_AGE"
    assert classes(stated).child_labour.sna == "LIGHT_WORK"


@pytest.mark.parametrize(
    ("changes", "labour_class", "form", "rule"),
    [
        ({}, "FL_PRIVATE", "exploitation", "F2"),
        ({"fl_menace": ("none",)}, "NOT_FL", "", "F2m"),
        ({"fl_involuntary": ("none",)}, "NOT_FL", "", "F2v"),
        ({"fl_menace": ("unknown",)}, "UNDETERMINED", "", "F8"),
        ({"fl_menace": ("threats_or_violence", "unknown")}, "FL_PRIVATE", "exploitation", "F2"),
        ({"fl_commercial_sexual": "yes"}, "FL_CSE", "commercial_sexual", "F2"),
        ({"fl_who_applies": ("state_authority",)}, "FL_STATE", "state", "F2"),
        ({"fl_who_applies": ("armed_group",)}, "FL_PRIVATE", "armed_conflict", "F2"),
        (
            {"fl_who_applies": ("state_authority",), "fl_exception": "convict_labour"},
            "NOT_FL",
            "",
            "F1",
        ),
        (
            {"fl_who_applies": ("state_authority",), "fl_exception": "no"},
            "FL_STATE",
            "state",
            "F2",
        ),
    ],
)
def test_the_answers_of_an_adult_lead_to_the_class_of_forced_labour(
    changes, labour_class, form, rule
):
    found = classes(ADULT | changes).forced_labour

    assert (found.labour_class, found.form, found.rule) == (labour_class, form, rule)


def test_work_of_last_year_counts_for_forced_labour_and_not_for_the_week():
    season_over = ADULT | NO_WORK | {"worked_last_year": "yes"}
    never = season_over | {"worked_last_year": "no", "worked_household": "no"}

    assert classes(season_over).forced_labour.labour_class == "FL_PRIVATE"
    assert classes(never).forced_labour.labour_class == "NOT_FL"
    # Housework is work of the general production boundary, where somebody exacts it.
    held = never | {"worked_household": "yes"}
    assert classes(held).forced_labour.labour_class == "FL_PRIVATE"
    del never["worked_household"]
    assert classes(never).forced_labour.labour_class == "UNDETERMINED"


BONDED = {
    "works_with_parents": "yes",
    "fl_third_party_coercion": "no",
    "tip_act": ("none",),
}


def test_a_child_with_bonded_parents_is_in_forced_labour_only_when_it_works_with_them():
    bonded = child(14, work_hours=10.0, **BONDED, fl_parents_in_forced_labour="yes")
    apart = bonded | {"works_with_parents": "no"}

    assert classes(bonded).forced_labour.rule == "F5"
    assert classes(apart).forced_labour.labour_class == "NOT_FL"


def test_a_menace_by_the_employer_is_third_party_coercion_and_by_the_parents_is_not():
    menaced = child(
        15, work_hours=10.0, fl_parents_in_forced_labour="no", fl_menace=("withheld_wages",)
    ) | {"fl_third_party_coercion": "no", "tip_act": ("none",)}

    employer = classes(menaced | {"fl_who_applies": ("own_parents", "employer")})
    parents = classes(menaced | {"fl_who_applies": ("own_parents",)})

    assert employer.forced_labour.rule == "F4"
    assert parents.forced_labour.labour_class == "NOT_FL"


def test_a_child_in_forced_labour_or_trafficked_is_in_a_worst_form():
    """C182 art. 3(a) names forced labour and trafficking; the officer need not say it twice."""
    bonded = child(14, work_hours=10.0, **BONDED, fl_parents_in_forced_labour="yes")
    sold = child(14, work_hours=10.0, tip_act=("transported",), tip_purpose=("forced_labour",))

    for case, flag in (
        (bonded, "worst_form_by_forced_labour"),
        (sold, "worst_form_by_forced_labour"),
        (sold | {"tip_purpose": ("forced_marriage",)}, "worst_form_by_trafficking"),
    ):
        found = classes(case)
        assert found.child_labour.sna == "WFCL_OTHER"
        assert flag in found.flags
    assert classes(sold).forced_labour.rule == "F3b"


def test_commercial_sexual_exploitation_of_a_child_is_one_thing_in_both_classes():
    by_worst_form = classes(child(16, wfcl_sexual="yes"))
    by_form = classes(child(16, fl_commercial_sexual="yes"))

    for found in (by_worst_form, by_form):
        assert found.forced_labour.labour_class == "FL_CSE"
        assert found.child_labour.sna == "WFCL_OTHER"


def test_an_adult_in_forced_labour_gets_no_flag_about_children():
    found = classes(ADULT)

    assert found.flags == ()
    assert found.child_labour.sna == "OUT_OF_SCOPE"


def test_trafficking_is_read_from_act_means_and_purpose():
    moved = ADULT | {
        "tip_act": ("recruited", "transported"),
        "tip_means": ("deception",),
        "tip_purpose": ("forced_labour",),
    }

    assert classes(moved).trafficking == "Y"
    assert classes(moved | {"tip_means": ("none",)}).trafficking == "N"
    assert classes(moved | {"tip_purpose": "refused"}).trafficking == "U"


def test_an_empty_record_is_undetermined_in_everything():
    found = classes({}, {})

    assert {
        found.child_labour.sna,
        found.forced_labour.labour_class,
        found.national.legal_class,
    } == {"UNDETERMINED"}
    assert found.trafficking == "U"
    assert found.child_labour.mics is None


@dataclass(frozen=True)
class TwoJobs:
    """A country's questionnaire that asks the hours of two jobs."""

    digest: str = "two-jobs"

    def measured(self, measure):
        extra = [Named("hours_second_job")] if measure == "work.hours" else []
        return [*QUESTIONNAIRE.measured(measure), *extra]

    def meant_by(self, measure):
        return {}


@dataclass(frozen=True)
class Named:
    name: str


def test_hours_of_several_jobs_are_summed_before_they_are_compared():
    case = child(13, work_hours=7.5, hours_second_job=6.5)

    found = classify(case, BRICK_KILN, TwoJobs(), PROFILE).child_labour

    assert found.sna_rule == "R5"
    one_unknown = classify(
        child(13, work_hours=14.0, hours_second_job="unknown"), {}, TwoJobs(), PROFILE
    ).child_labour
    assert (one_unknown.sna, one_unknown.sdg_a) == ("BELOW_MIN_AGE", "Y")
    assert one_unknown.sna_low


def test_hours_of_work_say_that_there_was_work_where_the_kinds_are_not_known():
    unknown = dict.fromkeys(NO_WORK, "unknown")

    found = classes(child(9, work_hours=5.0) | unknown).child_labour

    assert (found.sna, found.mics) == ("BELOW_MIN_AGE", 0)


def test_answers_that_contradict_each_other_are_flagged():
    hours = classes(child(9, work_hours=5.0) | NO_WORK)
    hazard = classes(child(9, hazards=("heights",)) | NO_WORK)
    season = classes(child(9, hazards=("heights",), worked_last_year="yes") | NO_WORK)

    assert "hours_without_activity" in hours.flags
    assert "hazard_without_work" in hazard.flags
    assert "hazard_without_work" not in season.flags
    assert hours.child_labour.sna == "NOT_WORKING"


def test_a_child_recruited_for_conflict_is_shown_with_its_own_form():
    case = child(16, wfcl_slavery="yes", wfcl_slavery_form=("armed_conflict",))

    by_group = classes(case).forced_labour
    by_state = classes(case | {"fl_who_applies": ("armed_forces",)}).forced_labour

    assert (by_group.labour_class, by_group.form) == ("FL_PRIVATE", "armed_conflict")
    assert (by_state.labour_class, by_state.form) == ("FL_STATE", "state")


def test_an_unknown_exception_of_the_state_is_flagged():
    case = ADULT | {"fl_who_applies": ("state_authority",), "fl_exception": "unknown"}

    assert classes(case).flags == ("exception_unknown",)


def test_answers_that_are_no_answers_are_unknown():
    odd = child(13) | {"birth_date": 200, "age_stated": "refused", "age_band": "9_5", "hazards": ()}

    found = classes(odd | {"work_hours": 20.0})

    assert "age_unknown" in found.flags
    assert found.child_labour.sna == "UNDETERMINED"


def test_many_questionnaires_are_remembered_without_end_of_memory():
    for number in range(70):
        found = classify(child(13), {}, TwoJobs(digest=f"q{number}"), PROFILE)
        assert found.rules_version == RULES_VERSION


def test_a_case_is_classified_in_well_under_a_millisecond():
    case = child(13, work_hours=50.0, chores=("shopping",), hours_chores=3.0)

    times_s = timeit.repeat(lambda: classes(case), number=100, repeat=5, timer=time.process_time)

    assert min(times_s) / 100 < 0.001

"""Silences of an interview that must not be read as no."""

import pytest

from tests.shared.classification.answered import ADULT, NO_WORK, classes
from tests.shared.test_interview_files import NOTHING, WORK, of


def test_nobody_away_from_a_job_is_idle_because_the_week_had_no_hours():
    away = {**NOTHING, **WORK, "absent_from_job": "yes", "worked_last_year": None, "work_hours": 0}

    found = of(age_stated=10, **away)
    assert (found["child_labour"], found["bounds"]) == ("UNDETERMINED", "NY")
    loads = of(age_stated=10, **{**away, "hazards": ["heavy_loads"]})
    assert loads["child_labour"] == "HAZARDOUS"


@pytest.mark.parametrize("kind", ["worked_own_farm", "worked_without_pay", "worked_own_use"])
def test_a_yes_to_work_beside_no_hours_at_all_is_no_idleness(kind):
    said = {**NOTHING, **WORK, kind: "yes", "work_hours": 0}

    found = of(age_stated=10, **said)
    assert (found["child_labour"], found["bounds"], found["sdg_a"]) == ("UNDETERMINED", "NY", "U")
    assert "hours.none_but_worked" in found["findings"]
    assert of(age_stated=10, **{**said, "hazards": ["chemicals"]})["child_labour"] == "HAZARDOUS"
    half = of(age_stated=10, **{**said, "work_hours": 0.5})
    assert (half["child_labour"], half["bounds"]) == ("NOT_WORKING", "NN")


@pytest.mark.parametrize("work", ["worked_without_pay", "worked_own_use", "absent_from_job"])
def test_hours_of_any_kind_of_work_are_no_contradiction(work):
    found = of(age_stated=13, **{**NOTHING, **WORK, work: "yes"})

    assert "classification.hours_without_activity" not in found["findings"]


@pytest.mark.parametrize("who", [None, ["unknown"], ["own_parents", "unknown"], "refused"])
def test_a_threat_nobody_is_named_for_may_be_anybodys(who):
    threatened = {
        **NOTHING,
        **WORK,
        "worked_other_paid": "yes",
        "fl_menace": ["threats_or_violence"],
        "fl_who_applies": who,
    }

    assert of(age_stated=17, **threatened)["forced_labour"] == "UNDETERMINED"
    at_home = {**threatened, "fl_who_applies": ["own_parents"]}
    assert of(age_stated=17, **at_home)["forced_labour"] == "NOT_FL"


def test_an_exception_excuses_nobody_while_a_private_party_may_be_behind_it():
    prison = {
        **NOTHING,
        "worked_without_pay": "yes",
        "fl_involuntary": ["no_freedom_to_leave"],
        "fl_menace": ["threats_or_violence"],
        "fl_who_applies": ["state_authority", "unknown"],
        "fl_exception": "convict_labour",
        "fl_commercial_sexual": "no",
    }

    found = of(age_stated=30, **prison)

    assert found["forced_labour"] == "FL_STATE"
    assert "classification.exception_unknown" in found["findings"]


@pytest.mark.parametrize("employer", ["employer", "contractor", "private_household"])
def test_a_convict_who_works_for_a_private_firm_is_not_excepted(employer):
    convict = {
        **NOTHING,
        "worked_without_pay": "yes",
        "works_with_parents": "no",
        "fl_involuntary": ["no_freedom_to_leave"],
        "fl_menace": ["threats_or_violence"],
        "fl_who_applies": ["state_authority"],
        "fl_exception": "convict_labour",
        "fl_commercial_sexual": "no",
    }

    assert of(age_stated=30, **convict, worked_for=employer)["forced_labour"] == "FL_STATE"
    for said in ({"worked_for": "state"}, {}):
        found = of(age_stated=30, **convict, **said)
        assert (found["forced_labour"], found["forced_labour_rule"]) == ("NOT_FL", "F1")
    juror = {**convict, "fl_exception": "civic_obligations", "worked_for": employer}
    assert of(age_stated=30, **juror)["forced_labour"] == "NOT_FL"


@pytest.mark.parametrize("exception", ["convict_labour", "military_service"])
@pytest.mark.parametrize("said", [{}, {"worked_for": "unknown"}, {"worked_for": "refused"}])
def test_an_employer_nobody_named_leaves_open_whether_the_state_lent_a_worker(exception, said):
    """C29 art. 2(2): the exception stands as documented, and may yet fall."""
    lent = {
        **ADULT,
        **NO_WORK,
        "worked_without_pay": "yes",
        "works_with_parents": "no",
        "fl_who_applies": ("armed_forces",),
        "fl_exception": exception,
    }

    whole = classes(lent | said)
    found = whole.forced_labour
    assert "exception_unknown" in whole.flags
    assert (found.labour_class, found.low, found.high) == ("NOT_FL", False, True)
    assert not classes(lent | {"worked_for": "state"}).forced_labour.high
    assert not classes(lent | said | {"fl_menace": ("none",)}).forced_labour.high
    assert classes(lent | {"worked_for": "contractor"}).forced_labour.labour_class == "FL_STATE"


def test_nobody_is_not_trafficked_while_the_answers_on_coercion_are_open():
    """The officer's none of these was said before; what is said after may speak of an act."""
    worker = {**NOTHING, "worked_other_paid": "yes", "works_with_parents": "no", "age_stated": 30}

    assert of(**worker)["trafficking"] == "U"
    assert of(**worker, fl_involuntary=["none"])["trafficking"] == "N"
    assert of(**worker, fl_involuntary=["unfree_recruitment"])["trafficking"] == "U"
    forced = {**worker, "fl_involuntary": ["different_job"], "fl_menace": ["withheld_documents"]}
    assert of(**forced)["trafficking"] == "U"
    assert of(**forced, fl_who_applies=["employer"])["trafficking"] == "N"
    assert of(**forced, fl_who_applies=["recruiter"])["trafficking"] == "U"


def test_not_trafficked_stands_where_no_question_on_coercion_is_asked():
    idle = {**NOTHING, "age_stated": 12}

    assert of(**idle)["trafficking"] == "N"
    assert of(**{**idle, "immediate_danger": None})["trafficking"] == "U"
    child = {**NOTHING, **WORK, "worked_other_paid": "yes", "age_stated": 13}
    assert of(**child)["trafficking"] == "N"
    assert of(**{**child, "fl_third_party_coercion": None})["trafficking"] == "U"

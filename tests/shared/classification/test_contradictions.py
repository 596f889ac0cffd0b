"""Answers that contradict each other are not harmless: what they leave open stays open."""

import pytest

from shared.classification.child_labour import ChildLabourClass
from shared.classification.headlines import Weight, weight_of_child_labour, weight_of_forced_labour
from tests.shared.classification.answered import NO_CHORES, NO_WORK, child, classes

IDLE = child(**NO_WORK, worked_last_year="no", **NO_CHORES, officer_signs=("none",))
HOURS = ({"work_hours": 43.0}, {"hours_longest_day": 9.0}, {"hours_chores_other": 20.0})


@pytest.mark.parametrize("hours", HOURS)
def test_hours_of_work_beside_no_work_leave_the_upper_bound_open(hours):
    found = classes(IDLE | hours)

    child_labour = found.child_labour
    assert child_labour.sna is ChildLabourClass.NOT_WORKING
    assert (child_labour.sna_low, child_labour.sna_high) == (False, True)
    assert (child_labour.general_low, child_labour.general_high) == (False, True)
    assert "hours_without_activity" in found.flags
    assert weight_of_child_labour(found.codes(), confirmed=True) is not Weight.GOOD


@pytest.mark.parametrize("hours", HOURS)
def test_force_beside_hours_of_work_may_be_forced_labour_although_no_work_was_said(hours):
    forced = classes(IDLE | hours | {"fl_third_party_coercion": "yes"}).forced_labour
    assert (forced.labour_class, forced.rule, forced.low, forced.high) == (
        *("NOT_FL", "F6w"),
        *(False, True),
    )
    grown = {"birth_date": 30, "fl_involuntary": ("different_job",), "worked_household": "no"}
    threatened = {
        "fl_menace": ("threats_or_violence",),
        "fl_who_applies": ("employer",),
        "fl_commercial_sexual": "no",
    }
    codes = classes(IDLE | hours | grown | threatened).codes()
    assert (codes["fl"], codes["fl_bounds"]) == ("NOT_FL", "NY")
    assert weight_of_forced_labour(codes, confirmed=True) is not Weight.GOOD


def test_hours_of_work_beside_no_work_open_nothing_of_coercion_that_was_denied():
    denied = {"fl_third_party_coercion": "no", "fl_parents_in_forced_labour": "no"}
    for hours in HOURS:
        assert not classes(IDLE | hours | denied).forced_labour.high


def test_nothing_is_open_where_nothing_contradicts():
    found = classes(IDLE | {"fl_third_party_coercion": "no"})

    assert found.codes()["cl_general_bounds"] == "NN"
    assert found.codes()["fl_bounds"] == "NN"


def test_hazards_of_chores_beside_no_chores_leave_the_upper_bound_open():
    found = classes(IDLE | {"chore_hazards": ("heavy_loads",), "fl_third_party_coercion": "no"})

    assert found.child_labour.general is ChildLabourClass.NOT_WORKING
    assert (found.codes()["cl_sna_bounds"], found.codes()["cl_general_bounds"]) == ("NN", "NY")


@pytest.mark.parametrize(
    "form",
    [{"wfcl_slavery_form": ("debt_bondage",)}, {"wfcl_illicit_form": ("drugs",)}],
)
def test_kind_of_a_worst_form_beside_a_no_to_any_leaves_it_open(form):
    denied = {"fl_third_party_coercion": "no", "fl_parents_in_forced_labour": "no"}
    for case in (IDLE | denied, child(13, work_hours=8.0, **denied)):
        found = classes(case | form)

        assert found.child_labour.general_high
        assert "wfcl_not_assessed" in found.flags
        assert found.forced_labour.high
        assert found.national.legal_class not in ("ALLOWED", "LIGHT_WORK_ALLOWED")


@pytest.mark.parametrize("end", [{"tip_purpose": ("forced_labour",)}, {"tip_means": ("force",)}])
def test_end_of_trafficking_beside_no_sign_of_it_leaves_it_open(end):
    quiet = {"fl_third_party_coercion": "no", "officer_signs": ("none",)}

    assert classes(IDLE | quiet).trafficking == "N"
    assert classes(IDLE | quiet | end).trafficking == "U"


def test_hours_for_another_household_beside_none_for_any_leave_the_bound_open():
    case = child(13, work_hours=8.0, **NO_CHORES, fl_third_party_coercion="no")

    found = classes(case | {"hours_chores_other": 20.0})

    assert (found.child_labour.sna, found.child_labour.sna_high) == ("LIGHT_WORK", True)
    assert "hours_without_activity" in found.flags

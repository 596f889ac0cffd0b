"""The laws of the child labour table, held on every point of a grid around its limits."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from shared.answers import Trilean
from shared.classification.ages import ANY_CHILD, ANYBODY, OLDEST
from shared.classification.child_labour import (
    IN_CHILD_LABOUR,
    ChildLabourClass,
    ChildLabourInputs,
    ChildLabourParameters,
    classify_child_labour,
)

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN
WORDS = (Y, N, U)
AGES = [*(range(age, age + 1) for age in range(21)), ANY_CHILD]
HOURS = (0.0, 0.5, 0.99, 1.0, 13.99, 14.0, 42.99, 43.0, 60.0)
CHORES = (0.0, 20.99, 21.0, 21.01, 60.0)
SEVERITY = {
    ChildLabourClass.OUT_OF_SCOPE: 0,
    ChildLabourClass.NOT_WORKING: 0,
    ChildLabourClass.LIGHT_WORK: 1,
    ChildLabourClass.PERMITTED_WORK: 1,
    ChildLabourClass.UNDETERMINED: 2,
    ChildLabourClass.HAZ_HOUSEHOLD_SERVICES: 3,
    ChildLabourClass.BELOW_MIN_AGE: 3,
    ChildLabourClass.HAZARDOUS: 4,
    ChildLabourClass.WFCL_OTHER: 5,
}
THREE = {"N": 0, "NA": 0, "U": 1, "Y": 2}


def inputs(age, hours, chores, hazardous, worst, activity):
    return ChildLabourInputs(
        ages=age,
        hours_economic=hours,
        hours_household=chores,
        hazardous=hazardous,
        worst_form=worst,
        activity=activity,
    )


GRID = [
    inputs(*point)
    for point in product(AGES, (*HOURS, None), (*CHORES, None), WORDS, WORDS, (None, Y, N, U))
]
FOUND = {point: classify_child_labour(point) for point in GRID}


def test_the_class_never_falls_when_hours_of_work_rise():
    for age, chores, hazardous, worst, activity in product(
        AGES, (*CHORES, None), WORDS, WORDS, (None, Y)
    ):
        row = [FOUND[inputs(age, h, chores, hazardous, worst, activity)] for h in HOURS]
        for lower, higher in pairwise(row):
            assert SEVERITY[lower.sna] <= SEVERITY[higher.sna]
            assert SEVERITY[lower.general] <= SEVERITY[higher.general]
            assert THREE[lower.sdg_a] <= THREE[higher.sdg_a]
            assert THREE[lower.sdg_b] <= THREE[higher.sdg_b]
            assert (lower.mics or 0) <= (higher.mics or 0)
            assert lower.sna_low <= higher.sna_low
            assert lower.sna_high <= higher.sna_high


def test_the_general_class_never_falls_when_hours_of_housework_rise():
    for age, hours, hazardous, worst, activity in product(
        AGES, (*HOURS, None), WORDS, WORDS, (None, Y, N, U)
    ):
        row = [FOUND[inputs(age, hours, c, hazardous, worst, activity)] for c in CHORES]
        for lower, higher in pairwise(row):
            assert SEVERITY[lower.general] <= SEVERITY[higher.general]
            assert THREE[lower.sdg_b] <= THREE[higher.sdg_b]
            assert (lower.mics or 0) <= (higher.mics or 0)


def test_hours_of_housework_never_reach_the_economic_side():
    for age, hours, hazardous, worst, activity in product(
        AGES, (*HOURS, None), WORDS, WORDS, (None, Y, N, U)
    ):
        row = [FOUND[inputs(age, hours, c, hazardous, worst, activity)] for c in (*CHORES, None)]
        assert len({(case.sna, case.sna_rule, case.sdg_a) for case in row}) == 1


def test_hours_just_below_both_limits_are_not_added_up():
    for age, hours in ((5, 0.99), (11, 0.99), (12, 13.99), (14, 13.99), (15, 42.99), (17, 42.99)):
        case = FOUND[inputs(range(age, age + 1), hours, 20.99, N, N, None)]

        assert (case.sdg_a, case.sdg_b, case.mics) == ("N", "N", 0)
        assert case.general not in IN_CHILD_LABOUR


def test_a_worst_form_wins_at_every_age_of_the_population_whatever_else_is_said():
    for point, case in FOUND.items():
        if point.worst_form is not Y:
            assert case.sna is not ChildLabourClass.WFCL_OTHER
        elif 5 <= point.ages[0] <= 17:
            assert (case.sna, case.general) == (ChildLabourClass.WFCL_OTHER,) * 2
        else:
            assert case.sna is ChildLabourClass.OUT_OF_SCOPE


def test_worst_forms_and_hazards_leave_the_sdg_series_as_they_are():
    for point, case in FOUND.items():
        plain = FOUND[replace(point, hazardous=N, worst_form=N)]
        assert (case.sdg_a, case.sdg_b, case.mics) == (plain.sdg_a, plain.sdg_b, plain.mics)


def test_only_children_of_five_to_seventeen_have_a_class():
    for point, case in FOUND.items():
        inside = 5 <= point.ages[0] <= 17
        assert inside == (case.sna is not ChildLabourClass.OUT_OF_SCOPE)
        assert inside == (case.general is not ChildLabourClass.OUT_OF_SCOPE)
        assert inside == (case.sdg_a != "NA") == (case.sdg_b != "NA")
        assert (case.mics is None) == (not inside or point.ages is ANY_CHILD)


def test_a_worst_form_that_was_not_assessed_changes_no_class_and_sets_the_upper_bound():
    for point, case in FOUND.items():
        if point.worst_form is U:
            inside = point.ages[-1] >= 5 and point.ages[0] <= 17
            plain = FOUND[replace(point, worst_form=N)]
            high = {"sna_high": True, "general_high": True} if inside else {}
            assert case == replace(plain, **high)


def completions(point):
    """Every way the unknown answers could turn out; a worst form not assessed stays no.

    Activity no settles the hours (R7).
    """
    ages = [range(age, age + 1) for age in point.ages]
    hazards = [Y, N] if point.hazardous is U else [point.hazardous]
    chores = [*CHORES] if point.hours_household is None else [point.hours_household]
    worst = N if point.worst_form is U else point.worst_form
    for age, hazardous, chore in product(ages, hazards, chores):
        if point.hours_economic is not None or point.activity is N:
            hours = [point.hours_economic or 0.0]
        else:
            hours = HOURS
        for hour in hours:
            activity = None if point.activity is U else point.activity
            yield inputs(age, hour, chore, hazardous, worst, activity)


OUTSIDE = (ChildLabourClass.OUT_OF_SCOPE, ChildLabourClass.WFCL_OTHER)
SAID_ONCE = [point for point in GRID if point.worst_form is not U]


def is_c37(point):
    """The one point at which the table names a class in spite of an unknown that could undo it:
    activity yes in hazardous work with hours unknown counts as hazardous (R2, worked case C37)."""
    return point.activity is Y and point.hazardous is Y and point.hours_economic is None


def test_a_determined_class_is_never_contradicted_and_bounds_are_exact():
    for point in SAID_ONCE:
        case = FOUND[point]
        ends = [FOUND[end] for end in completions(point)]
        sna = {end.sna in IN_CHILD_LABOUR for end in ends}
        general = {end.general in IN_CHILD_LABOUR for end in ends}

        if is_c37(point):
            assert case.sna in (ChildLabourClass.HAZARDOUS, *OUTSIDE)
        elif case.sna is not ChildLabourClass.UNDETERMINED:
            assert sna == {case.sna in IN_CHILD_LABOUR}, point
        else:
            assert len({end.sna for end in ends}) > 1, point
        if is_c37(point):
            pass
        elif case.general is not ChildLabourClass.UNDETERMINED:
            assert general == {case.general in IN_CHILD_LABOUR}, point
        else:
            assert len({end.general for end in ends}) > 1, point
        assert (min(sna), max(sna)) == (case.sna_low, case.sna_high), point
        assert (min(general), max(general)) == (case.general_low, case.general_high), point


def test_a_series_is_unknown_exactly_when_the_possible_answers_disagree():
    for point in SAID_ONCE:
        if point.hazardous is not N:
            continue  # hazards do not touch the series, see above
        case = FOUND[point]
        ends = [FOUND[end] for end in completions(point)]
        for name in ("sdg_a", "sdg_b"):
            values = {getattr(end, name) for end in ends}
            assert getattr(case, name) == (values.pop() if len(values) == 1 else "U"), point


def test_mics_takes_every_unknown_as_no():
    for point, case in FOUND.items():
        if point.ages is ANY_CHILD:
            continue
        no = replace(
            point,
            hours_economic=point.hours_economic or 0.0,
            hours_household=point.hours_household or 0.0,
            hazardous=N if point.hazardous is U else point.hazardous,
            activity=N if point.activity is U else point.activity,
        )
        assert (case.mics, case.mics_hazards) == (FOUND[no].mics, FOUND[no].mics_hazards)


def test_exactly_twenty_one_hours_is_a_choice_of_the_country_and_not_of_mics():
    strict = ChildLabourParameters(chore_strict=True)
    for point in GRID:
        case = classify_child_labour(point, strict)
        if point.hours_household != 21.0:
            assert case == FOUND[point]
        else:
            below = FOUND[replace(point, hours_household=20.99)]
            assert (case.general, case.sdg_b) == (below.general, below.sdg_b)
            assert case.mics == FOUND[point].mics


BANDS = [range(low, high + 1) for low in range(21) for high in range(low, 21)]


@pytest.mark.parametrize("hours", [*HOURS, None])
def test_a_band_of_ages_has_the_class_its_ages_share(hours):
    for band, chores, hazardous, worst in product(BANDS, (0.0, 21.0, None), WORDS, (Y, N)):
        point = inputs(band, hours, chores, hazardous, worst, None)
        ages = [FOUND[replace(point, ages=range(age, age + 1))] for age in band]

        case = classify_child_labour(point)

        for name in ("sna", "general"):
            classes = {getattr(age, name) for age in ages}
            shared = classes.pop() if len(classes) == 1 else ChildLabourClass.UNDETERMINED
            assert getattr(case, name) is shared, (band, name)
        assert case.sna_low == all(age.sna_low for age in ages)
        assert case.sna_high == any(age.sna_high for age in ages)
        assert case.general_low == all(age.general_low for age in ages)
        assert case.general_high == any(age.general_high for age in ages)


def test_somebody_of_wholly_unknown_age_is_never_said_to_be_in_child_labour():
    for hours, hazardous, worst in product((*HOURS, None), WORDS, WORDS):
        case = classify_child_labour(inputs(ANYBODY, hours, 0.0, hazardous, worst, None))

        assert case.sna is ChildLabourClass.UNDETERMINED
        assert case.sna_low is False
        assert ANYBODY[-1] == OLDEST


def test_hours_known_in_part_decide_when_the_known_part_is_enough():
    part = ChildLabourInputs(
        ages=range(13, 14),
        hours_economic=None,
        hours_household=None,
        hazardous=N,
        worst_form=N,
        activity=Y,
        hours_economic_at_least=20.0,
        hours_household_at_least=21.0,
    )

    case = classify_child_labour(part)

    assert (case.sna, case.sdg_a, case.sdg_b) == (ChildLabourClass.BELOW_MIN_AGE, "Y", "Y")
    assert (case.sna_low, case.sna_high) == (True, True)
    long = classify_child_labour(replace(part, hours_economic_at_least=43.0))
    assert long.sna is ChildLabourClass.HAZARDOUS

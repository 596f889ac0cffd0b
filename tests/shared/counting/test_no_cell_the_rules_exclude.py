"""A person is never shown in a cell for which the rules have no answers: the rules judge that."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.answers import Trilean
from shared.classification.ages import ANY_CHILD, ANYBODY
from shared.classification.child_labour import ChildLabourInputs, classify_child_labour
from shared.classification.forced_labour import (
    Actor,
    ForcedLabourInputs,
    classify_forced_labour,
)
from shared.counting import CountedRecord, Subject, contradicts, decide_record

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN
CHILD, FORCED = Subject.CHILD_LABOUR, Subject.FORCED_LABOUR
BANDS = {"0-4": range(5), "5-11": range(5, 12), "12-14": range(12, 15), "15-17": range(15, 18)}
BANDS["18+"] = range(18, 121)
AGES = [*(range(a, a + 1) for a in (4, 11, 12, 17, 18)), ANY_CHILD, ANYBODY]
AGES += [range(10, 14), range(13, 17), range(16, 20)]
HOURS = (None, 0.5, 1.0, 13.9, 14.0, 28.0, 42.9, 43.0)
CHORES = (None, 13.0, 20.5, 21.0)
HOURS_BANDS = ((0, 1, "0"), (1, 14, "1-13"), (14, 28, "14-27"), (28, 43, "28-42"), (43, 999, "43+"))
CHORE_BANDS = ((0, 14, "0-13"), (14, 21, "14-20"), (21, 999, "21+"))
HAZARDS = ("hazard", "night", "industry")
SAID = {Y: {"hazard": "heavy_loads", "night": "yes", "industry": "41"}, U: {}}
SAID[N] = {"hazard": "none", "night": "no", "industry": "01"}


def in_band(number, bands):
    return next(
        (name for low, end, name in bands if number is not None and low <= number < end), ""
    )


def age_band(ages):
    return next((name for name, band in BANDS.items() if set(ages) <= set(band)), "")


def answers():
    """Every way the answers of a child can be, as coarse as the rules look at them."""
    words = product(AGES, HOURS, CHORES, (Y, N, U), (None, Y, N, U), (N, U), (N, U, Y))
    for ages, hours, chores, hazardous, activity, worst, household in words:
        if activity is N and hours:
            continue
        yield ChildLabourInputs(
            ages, hours, chores, hazardous, worst, activity, household_hazardous=household
        )
    for ages, hours, chores, hazardous in product(AGES, HOURS, CHORES, (Y, N)):
        yield ChildLabourInputs(ages, hours, chores, hazardous=hazardous, worst_form=Y)


def class_of(asked):
    return classify_child_labour(asked).general.value


def cell_of(asked, class_):
    hours = 0.0 if asked.activity is N else asked.hours_economic
    return (
        class_,
        age_band(asked.ages),
        in_band(hours, HOURS_BANDS),
        in_band(asked.hours_household, CHORE_BANDS),
        asked.hazardous is Y,
    )


BY_CLASS = {}
for one in answers():
    BY_CLASS.setdefault(class_of(one), []).append(one)
CELLS = {cell_of(one, class_) for class_, those in BY_CLASS.items() for one in those}
"""Class, age, hours, chores, whether hazardous: what some answers give. '' is not known."""
KNOWN = {
    (*cell[:1], *shown, hazardous)
    for cell in CELLS
    for shown in product(*((word, "") if word else ("",) for word in cell[1:4]))
    for hazardous in {cell[4], False}
}
"""The same with each of them not known as well."""


def can_be(class_, attributes):
    words = [attributes.get(name, "unknown") for name in ("age_band", "hours_band", "chore_hours")]
    hazardous = any(attributes.get(name) == SAID[Y][name] for name in HAZARDS)
    return (class_, *("" if word == "unknown" else word for word in words), hazardous) in KNOWN


def a_record(number, asked, shown=HAZARDS):
    class_, age, hours, chores, _ = cell_of(asked, class_of(asked))
    said = {"age_band": age, "hours_band": hours, "chore_hours": chores}
    said |= {name: word for name, word in SAID[asked.hazardous].items() if name in shown}
    if asked.activity is N:
        said = {name: word for name, word in said.items() if name not in HAZARDS}
    return CountedRecord.of_codes(
        f"{number:04}",
        f"2026-{number % 12 + 1:02}",
        {"cl_general": class_, "fl": "NOT_FL"},
        attributes={name: word or "unknown" for name, word in said.items()},
    )


@given(st.data())
@settings(max_examples=300)
def test_what_is_filled_in_never_makes_the_class_impossible(data):
    """For the class, the age and the hours shown there are answers to which the rules give it."""
    number = data.draw(st.integers(2, 4))
    asked = [
        data.draw(st.sampled_from(BY_CLASS[data.draw(st.sampled_from(sorted(BY_CLASS)))]))
        for _ in range(number)
    ]
    hidden = [data.draw(st.sets(st.sampled_from(HAZARDS))) for _ in asked]
    records = [
        a_record(at, one, set(HAZARDS) - hide)
        for at, (one, hide) in enumerate(zip(asked, hidden, strict=True))
    ]

    decided = decide_record(records, CHILD)

    assert can_be(decided.class_, decided.attributes), decided


def test_a_class_contradicts_exactly_the_ages_hours_and_chores_that_no_answers_give():
    """Every class with every age and hours, and every age and chores: both ways."""
    ages, classes = ["unknown", *BANDS], sorted(set(BY_CLASS) - {"OUT_OF_SCOPE"})
    for class_, age, (*_, hours) in product(classes, ages, HOURS_BANDS):
        beside = {"age_band": age}
        found = contradicts(CHILD, class_, "hours_band", hours, beside)
        turned = contradicts(CHILD, class_, "age_band", age, {"hours_band": hours})
        possible = can_be(class_, {**beside, "hours_band": hours})
        assert found == (not possible), (class_, age, hours)
        assert age == "unknown" or turned == found, (class_, age, hours)
    for class_, age, (*_, chores) in product(classes, ages, CHORE_BANDS):
        if age != "unknown" and contradicts(CHILD, class_, "age_band", age):
            continue
        possible = can_be(class_, {"age_band": age, "chore_hours": chores})
        found = contradicts(CHILD, class_, "chore_hours", chores, {"age_band": age})
        assert found >= (not possible), (class_, age, chores)
        if age != "unknown":
            assert found == (not possible), (class_, age, chores)


def test_a_class_of_forced_labour_contradicts_exactly_the_ages_that_no_answers_give():
    given_to = set()
    for ages, actor, excepted, sexual, word in product(AGES, Actor, (Y, N), (Y, N), (Y, N, U)):
        asked = ForcedLabourInputs(
            ages, word, word, word, actor, sexual, excepted, third_party=word, parents=N
        )
        given_to.add((classify_forced_labour(asked).labour_class.value, age_band(ages)))
    for class_ in {class_ for class_, _ in given_to} - {"OUT_OF_SCOPE"}:
        for age in BANDS:
            found = contradicts(FORCED, class_, "age_band", age)
            assert found == ((class_, age) not in given_to), (class_, age)


def record(number, class_, age="unknown", **attributes):
    said = {"age_band": age, **attributes}
    return CountedRecord.of_codes(
        f"{number:04}", f"2026-{number:02}", {"cl_general": class_}, attributes=said
    )


@pytest.mark.parametrize(
    ("class_", "age", "other", "hours", "shown"),
    [
        ("HAZ_HOUSEHOLD_SERVICES", "15-17", ("OUT_OF_SCOPE", "18+"), "43+", "unknown"),
        ("HAZ_HOUSEHOLD_SERVICES", "5-11", ("LIGHT_WORK", "12-14"), "1-13", "unknown"),
        ("HAZ_HOUSEHOLD_SERVICES", "12-14", ("LIGHT_WORK", "12-14"), "1-13", "1-13"),
        ("HAZARDOUS", "12-14", ("NOT_WORKING", "12-14"), "0", "unknown"),
        ("HAZARDOUS", "12-14", ("LIGHT_WORK", "12-14"), "1-13", "1-13"),
        ("BELOW_MIN_AGE", "12-14", ("LIGHT_WORK", "12-14"), "1-13", "unknown"),
        ("UNDETERMINED", "15-17", ("OUT_OF_SCOPE", "18+"), "43+", "unknown"),
        ("UNDETERMINED", "5-11", ("OUT_OF_SCOPE", "18+"), "14-27", "unknown"),
        ("WFCL_OTHER", "5-11", ("OUT_OF_SCOPE", "18+"), "43+", "43+"),
    ],
)
def test_hours_of_another_record_never_make_another_class(class_, age, other, hours, shown):
    deciding = record(1, class_, age)
    later = record(2, *other, hours_band=hours)

    decided = decide_record([deciding, later], CHILD)

    assert (decided.class_, decided.attributes["hours_band"]) == (class_, shown)


@pytest.mark.parametrize("class_", ["BELOW_MIN_AGE", "LIGHT_WORK", "UNDETERMINED"])
@pytest.mark.parametrize("attribute", ["hazard", "abuse", "night", "industry", "occupation"])
def test_what_makes_work_hazardous_is_not_told_of_a_class_without(class_, attribute):
    deciding = record(1, class_, "12-14")
    grown = record(2, "OUT_OF_SCOPE", "18+", **{attribute: "41"})
    as_light = record(3, "LIGHT_WORK", "12-14", **{attribute: "01"})

    assert decide_record([deciding, grown], CHILD).attributes[attribute] == "unknown"
    if class_ != "UNDETERMINED":
        found = decide_record([deciding, as_light, grown], CHILD)
        assert found.attributes[attribute] == "01"


def test_what_makes_work_hazardous_is_told_of_hazardous_work_and_of_forced_labour():
    hazardous = record(1, "HAZARDOUS", "12-14")
    grown = record(2, "OUT_OF_SCOPE", "18+", hazard="heights")

    for subject in Subject:
        assert decide_record([hazardous, grown], subject).attributes["hazard"] == "heights"


def test_hours_are_not_told_of_a_job_with_a_hazard_that_would_be_hazardous_with_them():
    """Whether the child works at all is not known, but that what it may do is dangerous."""
    open_ = record(2, "UNDETERMINED", "12-14", hazard="heights")
    other = record(1, "UNDETERMINED", "12-14", hours_band="1-13")

    deciding = decide_record([open_, other], CHILD)

    assert deciding.record_id == open_.record_id
    assert deciding.attributes["hours_band"] == "unknown"

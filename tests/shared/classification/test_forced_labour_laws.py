"""The laws of the forced labour table and of the trafficking flag, on every combination."""

from dataclasses import replace
from itertools import product

import pytest

from shared.answers import Trilean, all_of
from shared.classification.ages import ANYBODY
from shared.classification.forced_labour import (
    IN_FORCED_LABOUR,
    Actor,
    ForcedLabourClass,
    ForcedLabourInputs,
    Form,
    classify_forced_labour,
)
from shared.classification.trafficking import trafficking_flag
from tests.shared.classification.answered import ADULT, classes

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN
WORDS = (Y, N, U)
AGES = [*(range(age, age + 1) for age in (4, 5, 17, 18)), ANYBODY]
ANSWERS = (
    "worked",
    "involuntary",
    "menace",
    "commercial_sexual",
    "exception",
    "third_party",
    "parents",
    "worst_form",
)
GRID = [
    ForcedLabourInputs(ages, **dict(zip(ANSWERS, words, strict=True)), actor=actor)
    for ages, actor, words in product(
        AGES, (Actor.PRIVATE, Actor.STATE, Actor.UNKNOWN), product(WORDS, repeat=len(ANSWERS))
    )
]
FOUND = {point: classify_forced_labour(point) for point in GRID}


def membership(found):
    if found.labour_class is ForcedLabourClass.UNDETERMINED:
        return U
    return Trilean.of(found.labour_class in IN_FORCED_LABOUR)


def test_an_unknown_answer_is_never_taken_for_a_yes_or_a_no():
    """Setting one unknown answer to yes and to no: determined exactly when both agree.

    The table departs from this in one place: an exception of C29 holds when it is documented,
    so that an exception not known is none.
    """
    for point, found in FOUND.items():
        word = membership(found)
        for name in ANSWERS:
            if name == "exception" or getattr(point, name) is not U:
                continue
            ends = {membership(FOUND[replace(point, **{name: end})]) for end in (Y, N)}
            if word is not U:
                assert ends == {word}, (point, name)
            elif len(ends) == 1:
                assert ends == {U}, (point, name)


def may_be_excepted(point):
    """Whether answers that are open would make rule F1 of it: the State, and an exception."""
    return point.actor in (Actor.STATE, Actor.UNKNOWN) and point.exception is not N


def test_bounds_are_the_class_itself_or_everything_but_for_an_exception_not_yet_documented():
    for point, found in FOUND.items():
        word = membership(found)
        assert found.high == (word is not N)
        assert found.low == (word is Y and not may_be_excepted(point)), point


def completions(point):
    """What it is once every answer that may be open is given, who exacts the work among them."""
    actors = (Actor.PRIVATE, Actor.STATE) if point.actor is Actor.UNKNOWN else (point.actor,)
    given = [(Y, N) if getattr(point, name) is U else (getattr(point, name),) for name in ANSWERS]
    ages = [range(17, 18), range(18, 19)] if point.ages is ANYBODY else [point.ages]
    for actor, age, words in product(actors, ages, product(*given)):
        whole = replace(point, ages=age, actor=actor, **dict(zip(ANSWERS, words, strict=True)))
        yield membership(FOUND[whole])


def test_bounds_hold_every_way_the_open_answers_can_turn_out():
    """Certain only where every completion is forced labour; possible where any of them is, the
    classes that stand with an exception not documented included."""
    rare = GRID[:: len(GRID) // 4000 or 1]
    open_ends = [one for one in GRID if one.actor is Actor.UNKNOWN and membership(FOUND[one]) is Y]
    for point in [*rare, *open_ends[::7]]:
        ends, found = set(completions(point)), FOUND[point]
        assert found.low == (ends == {Y}), point
        assert found.high == (Y in ends), point


@pytest.mark.parametrize("exception", [Y, U])
@pytest.mark.parametrize("ages", [range(17, 18), range(30, 31), ANYBODY])
def test_who_forces_is_not_known_and_may_be_the_state_with_an_exception(exception, ages):
    asked = ForcedLabourInputs(
        ages, worked=Y, involuntary=Y, menace=Y, third_party=Y, exception=exception
    )

    found = classify_forced_labour(asked)

    assert (found.labour_class, found.low, found.high) == (
        ForcedLabourClass.FL_PRIVATE,
        False,
        True,
    )
    assert classify_forced_labour(replace(asked, exception=N)).low
    assert classify_forced_labour(replace(asked, actor=Actor.PRIVATE)).low


def test_an_exception_that_is_not_documented_is_none_and_leaves_the_lower_bound_open():
    for point, found in FOUND.items():
        if point.exception is U:
            plain = FOUND[replace(point, exception=N)]
            low = plain.low and point.actor is Actor.PRIVATE
            assert found == replace(plain, low=low)


def test_an_exception_excuses_the_state_only():
    for point, found in FOUND.items():
        if point.exception is Y and point.ages[0] >= 5:
            excused = found.rule == "F1"
            assert excused == (point.actor is Actor.STATE)


def test_a_child_in_a_worst_form_is_in_forced_labour_and_a_child_below_five_out_of_scope():
    for point, found in FOUND.items():
        if point.ages[0] < 5:
            assert found.labour_class is ForcedLabourClass.OUT_OF_SCOPE
        elif point.ages[-1] < 18 and point.worst_form is Y and found.rule != "F1":
            assert found.rule == "F3"
            assert found.labour_class in IN_FORCED_LABOUR


def test_an_adult_needs_all_three_and_the_answers_about_children_change_nothing():
    for point, found in FOUND.items():
        if point.ages[0] < 18 or found.rule == "F1":
            continue
        assert membership(found) is all_of((point.worked, point.involuntary, point.menace))
        plain = replace(point, third_party=N, parents=N, worst_form=N)
        assert FOUND[plain] == found


def test_free_will_and_menace_change_nothing_for_a_child():
    for point, found in FOUND.items():
        if point.ages[-1] < 18:
            assert FOUND[replace(point, involuntary=N, menace=N)] == found


def test_a_person_of_unknown_age_has_the_class_the_adult_and_the_child_share():
    for point, found in FOUND.items():
        if point.ages is not ANYBODY:
            continue
        adult = FOUND[replace(point, ages=range(18, 19))].labour_class
        child = FOUND[replace(point, ages=range(17, 18))].labour_class
        expected = adult if adult is child else ForcedLabourClass.UNDETERMINED
        assert found.labour_class is expected


def test_the_form_follows_the_state_then_sexual_exploitation_then_private():
    for point, found in FOUND.items():
        if found.labour_class not in IN_FORCED_LABOUR:
            assert found.form is Form.NONE
        elif point.actor is Actor.STATE:
            assert (found.labour_class, found.form) == (ForcedLabourClass.FL_STATE, Form.STATE)
        elif point.commercial_sexual is Y:
            assert found.labour_class is ForcedLabourClass.FL_CSE
        else:
            assert found.labour_class is ForcedLabourClass.FL_PRIVATE


def test_a_child_with_an_armed_group_is_private_with_a_form_of_its_own():
    found = classify_forced_labour(
        ForcedLabourInputs(range(16, 17), worked=Y, worst_form=Y, actor=Actor.ARMED_GROUP)
    )

    assert found.labour_class is ForcedLabourClass.FL_PRIVATE
    assert found.form is Form.ARMED_CONFLICT


@pytest.mark.parametrize(("low", "high"), [(3, 6), (4, 20)])
def test_a_band_that_straddles_five_is_undetermined(low, high):
    found = classify_forced_labour(
        ForcedLabourInputs(range(low, high + 1), worked=N, worst_form=N, third_party=N, parents=N)
    )

    assert found.labour_class is ForcedLabourClass.UNDETERMINED


def test_trafficking_of_a_child_needs_no_means_and_of_an_adult_all_three():
    for act, means, purpose in product(WORDS, repeat=3):
        child = trafficking_flag(range(17, 18), act, means, purpose)
        adult = trafficking_flag(range(18, 19), act, means, purpose)

        assert child is all_of((act, purpose))
        assert adult is all_of((act, means, purpose))


def test_trafficking_at_unknown_age_is_what_the_child_and_the_adult_share():
    """Act or purpose no is no at every age; act, means and purpose yes is yes at every age."""
    undetermined = 0
    for ages, act, means, purpose in product((ANYBODY, range(16, 20)), WORDS, WORDS, WORDS):
        found = trafficking_flag(ages, act, means, purpose)
        if N in (act, purpose):
            assert found is N
        elif act is means is purpose is Y:
            assert found is Y
        else:
            assert found is U
            undetermined += 1
    assert undetermined == 2 * (27 - 15 - 1)


def test_a_child_trafficked_for_forced_labour_who_works_is_in_forced_labour():
    child = ForcedLabourInputs(
        range(14, 15), worked=Y, third_party=N, parents=N, worst_form=N, trafficked=Y
    )

    found = classify_forced_labour(child)

    assert (found.labour_class, found.rule) == (ForcedLabourClass.FL_PRIVATE, "F3b")
    rescued = classify_forced_labour(replace(child, worked=N))
    assert (rescued.labour_class, rescued.rule) == (ForcedLabourClass.NOT_FL, "F6w")
    open_kind = classify_forced_labour(replace(child, trafficked=U))
    assert open_kind.labour_class is ForcedLabourClass.UNDETERMINED
    decided = classify_forced_labour(replace(child, trafficked=U, third_party=Y))
    assert decided.rule == "F4"
    assert classify_forced_labour(replace(child, ages=range(30, 31))).rule != "F3b"


def test_trafficking_and_forced_labour_occur_in_all_four_combinations():
    adult = range(30, 31)
    forced = ForcedLabourInputs(adult, worked=Y, involuntary=Y, menace=Y, actor=Actor.PRIVATE)
    rescued = replace(forced, worked=N)
    classes = {membership(classify_forced_labour(case)) for case in (forced, rescued)}
    flags = {trafficking_flag(adult, word, word, word) for word in (Y, N)}

    assert classes == flags == {Y, N}


@pytest.mark.parametrize("who", ["unknown", "refused", ("unknown",)])
def test_an_interview_that_does_not_say_who_forces_leaves_the_lower_bound_open(who):
    found = classes({**ADULT, "fl_who_applies": who}).codes()

    assert (found["fl"], found["fl_bounds"]) == ("FL_PRIVATE", "NY")
    assert classes(ADULT).codes()["fl_bounds"] == "YY"

"""Whatever is left out: what means "nothing was found" stands only when no completion is graver.

Interviews are answered at random as the questionnaire asks them, some answers are taken away
again, and what is left is completed in many ways, each in the law of another country.
"""

from random import Random

import pytest

from shared.classification import classify
from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabourClass
from shared.profiles import load_profile
from shared.questionnaire import Kind
from tests.shared.classification.random_interviews import (
    COUNTRIES,
    QUESTIONNAIRE,
    asked_only,
    completed,
)

PROFILES = [load_profile(country) for country in COUNTRIES]
VISIT = {"visit_date": "2026-10-15", "area": "PK-PB-05"}
VISIT_CONTENT = {"visit_date": "2026-10", "area": "PK-PB-05"}
NOTHING = {
    ChildLabourClass.NOT_WORKING,
    ChildLabourClass.LIGHT_WORK,
    ChildLabourClass.PERMITTED_WORK,
}
INTERVIEWS, COMPLETIONS = 260, 8


def classes(content, number=0):
    return classify(content, VISIT_CONTENT, QUESTIONNAIRE, PROFILES[number % len(PROFILES)])


def an_interview(number):
    """A whole interview and what is left of it, for a number; half are of working children.

    Without answers to questions that are not asked: one of them could hide what is missing.
    """
    random = Random(number)
    worker = {
        "birth_date": random.choice((8, 12, 13, 14, 15, 16, 17)),
        "worked_other_paid": random.choice(("yes", "yes", "no")),
        "work_hours": random.choice((6.0, 13.5, 20.0)),
        "officer_signs": ("none",),
        "chores_for": "own",
        "hazards": ("none",),
        "abuse": ("none",),
    }
    said = worker if number % 2 else {}
    whole = completed({}, VISIT, random, said=said, quiet=random.choice((0.6, 0.9, 1.0)))
    left = dict(whole)
    for name in random.sample(sorted(whole), random.choice((0, 1, 1, 2, 3, 8))):
        del left[name]
    return whole, asked_only(left, VISIT)


def completion(left, number, n):
    """What a tablet would send of one way to answer what is left."""
    return asked_only(completed(left, VISIT, Random(number * 99 + n), quiet=0.5), VISIT)


def completions(left, number):
    """The classes of several ways; a later answer that takes earlier ones out completes nothing."""
    ways = (completion(left, number, n) for n in range(COMPLETIONS))
    return [classes(one, number) for one in ways if left.items() <= one.items()]


@pytest.fixture(scope="module")
def tried():
    """Of each interview: what is left, its classes, and those of its completions."""
    found = []
    for number in range(INTERVIEWS):
        _, left = an_interview(number)
        found.append((left, classes(left, number), completions(left, number)))
    return found


def test_no_completion_of_nothing_found_is_child_labour_worst_forms_aside(tried):
    nothing = 0
    for left, found, ends in tried:
        for boundary in ("sna", "general"):
            if getattr(found.child_labour, boundary) not in NOTHING:
                continue
            nothing += 1
            graver = {getattr(end.child_labour, boundary) for end in ends} & IN_CHILD_LABOUR
            assert graver <= {ChildLabourClass.WFCL_OTHER}, left
    assert nothing > 10


def test_no_completion_of_not_in_forced_labour_is_forced_labour(tried):
    nothing = 0
    for left, found, ends in tried:
        if found.forced_labour.labour_class is not ForcedLabourClass.NOT_FL:
            continue
        nothing += 1
        graver = {end.forced_labour.labour_class for end in ends} & IN_FORCED_LABOUR
        assert not graver, left
    assert nothing > 10


def test_no_completion_of_not_trafficked_is_trafficked(tried):
    for left, found, ends in tried:
        if found.trafficking == "N":
            assert "Y" not in {end.trafficking for end in ends}, left


def test_bounds_hold_every_completion(tried):
    for left, found, ends in tried:
        child = found.child_labour
        for end in ends:
            if end.forced_labour.rule == "F1":
                continue  # a later answer documents an exception of C29
            if end.child_labour.general is ChildLabourClass.UNDETERMINED:
                continue
            inside = end.child_labour.general in IN_CHILD_LABOUR
            assert child.general_low <= inside <= child.general_high, left


@pytest.mark.parametrize("instead", ["refused", "unknown", None])
def test_nobody_comes_out_harmless_by_not_answering_again(instead):
    """A whole interview is one way to complete what is left of it when some answers are refused."""
    for number in range(INTERVIEWS):
        whole = asked_only(an_interview(number)[0], VISIT)
        before = classes(whole, number)
        for n in range(3):
            left = dict(whole)
            for name in Random(number * 3 + n).sample(sorted(whole), 1 + n):
                if instead is None or QUESTIONNAIRE.questions[name].kind is Kind.TEXT:
                    del left[name]
                else:
                    left[name] = instead
            after = classes(asked_only(left, VISIT), number)
            for boundary in ("sna", "general"):
                if getattr(after.child_labour, boundary) in NOTHING:
                    graver = getattr(before.child_labour, boundary)
                    worst_or_none = {*NOTHING, ChildLabourClass.WFCL_OTHER}
                    assert graver in {*worst_or_none, ChildLabourClass.UNDETERMINED}, left
            if after.forced_labour.labour_class is ForcedLabourClass.NOT_FL:
                assert before.forced_labour.labour_class not in IN_FORCED_LABOUR, left
            if after.trafficking == "N":
                assert before.trafficking != "Y", left


def test_a_worst_form_nobody_assessed_bars_the_word_allowed(tried):
    for left, found, _ in tried:
        if "wfcl_not_assessed" in found.flags:
            assert "ALLOWED" not in found.national.legal_class, left
            assert found.child_labour.general_high, left


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
GRAVER = (
    ("hazards", "heights"),
    ("abuse", "beaten"),
    ("fl_menace", "threats_or_violence"),
    ("fl_menace", "withheld_wages"),
    ("fl_involuntary", "no_freedom_to_leave"),
    ("fl_involuntary", "very_low_or_no_wages"),
    ("tip_act", "transported"),
    ("tip_purpose", "debt_bondage"),
    ("chore_hazards", "heavy_loads"),
)
YESES = (
    *("night_work", "confined", "fl_debt", "wfcl_slavery", "wfcl_sexual", "wfcl_illicit"),
    *("fl_third_party_coercion", "fl_parents_in_forced_labour", "fl_commercial_sexual"),
    *("worked_without_pay",),
)


def graver_answers(whole):
    """The interview with one thing graver in it, in every way there is."""
    for name, code in GRAVER:
        value = whole.get(name)
        if isinstance(value, tuple) and code not in value:
            kept = tuple(one for one in value if one != "none")
            yield name, {**whole, name: (*kept, code)}
    for name in YESES:
        if whole.get(name) == "no":
            yield name, {**whole, name: "yes"}
    hours = whole.get("work_hours")
    if isinstance(hours, float):
        yield "work_hours", {**whole, "work_hours": hours + 1}


def test_a_graver_answer_never_makes_a_class_more_harmless():
    for number in range(INTERVIEWS):
        whole, left = an_interview(number)
        for content in (whole, left):
            before = classes(content)
            for name, changed in graver_answers(content):
                after = classes(changed)
                for boundary in ("sna", "general"):
                    lighter = getattr(before.child_labour, boundary)
                    heavier = getattr(after.child_labour, boundary)
                    assert SEVERITY[lighter] <= SEVERITY[heavier], (name, content)
                if before.forced_labour.labour_class in IN_FORCED_LABOUR:
                    assert after.forced_labour.labour_class in IN_FORCED_LABOUR, (name, content)
                if before.forced_labour.labour_class is ForcedLabourClass.UNDETERMINED:
                    harmless = after.forced_labour.labour_class is ForcedLabourClass.NOT_FL
                    assert not harmless, (name, content)
                if before.trafficking == "Y":
                    assert after.trafficking == "Y", (name, content)

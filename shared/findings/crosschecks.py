"""Checks of answers against one another.

Thresholds are our own editing rules (shared reference, domain page 1.6: range 0 to 112 hours with
a warning above 84; 97 to 99 are codes of other questionnaires), not law: they only ask the officer
to look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from math import isfinite

from shared.anonymise import visit_day
from shared.answers import REFUSED, Answers, Trilean, is_said
from shared.classification.reading import meaning
from shared.classification.signs import signs_named
from shared.classification.work import MAY_KILL
from shared.findings.catalogue import Finding, finding
from shared.findings.contradictions import contradictions, of_the_visit
from shared.findings.facts import Facts
from shared.linkage import makes_codes
from shared.questionnaire.flow import Flow
from shared.questionnaire.model import Level, Questionnaire
from shared.questionnaire.values import to_codes
from shared.reference import Reference

HOURS_IN_A_WEEK = 168
MANY_HOURS = 84
"""Twelve hours on each of seven days."""
MOST_HOURS_AWAKE = 112
"""Sixteen hours on each of seven days: all kinds of work together."""
LIKE_A_CODE = frozenset({97, 98, 99})
"""Codes for not asked or not known in survey files; they are never entered here as hours."""
SCHOOL_AND_WORK_HOURS = 60
OLDEST_LIKELY = 100
LONG_AGO_DAYS = 366
LEAST_AGE_OF_LEVEL = {"1": 5, "2": 9, "3": 12, "4": 15, "5": 16, "6": 18, "7": 20, "8": 22}
"""ISCED 2011 level and the youngest age at which somebody usually can have reached it."""
KINDS_OF_WORK = ("work.activity", "work.unpaid", "work.own_use")
GRAVE_ABUSE = frozenset({"beaten", "sexual"})


def cross_checks(
    reference: Reference,
    level: Level,
    flow: Flow,
    answers: Answers,
    visit_answers: Answers,
    today: date,
) -> list[Finding]:
    """Findings about answers that do not fit together, each tied to the question to look at."""
    questionnaire = reference.questionnaire
    if level is Level.VISIT:
        said = of_the_visit(Facts(questionnaire, flow.scope.values))
        visible = [one for one in said if one.question in flow.visible]
        return [*_visit(questionnaire, answers, today), *visible]
    facts = Facts(questionnaire, flow.scope.values)
    found = [one for check in _CASE_CHECKS for one in check(facts)]
    found += _identity(questionnaire, answers)
    found += _judgement(questionnaire, answers, flow)
    return [one for one in found if one.question is None or one.question in flow.visible]


def _visit(questionnaire: Questionnaire, answers: Answers, today: date) -> Iterator[Finding]:
    for question in questionnaire.measured("visit.date"):
        if question.name in answers and not is_said(answers[question.name]):
            yield finding("visit.date_needed", question.name)
        day = visit_day(questionnaire, answers)
        if day is not None and (today - day).days > LONG_AGO_DAYS:
            yield finding("visit.long_ago", question.name)


def _whole(facts: Facts) -> Iterator[Finding]:
    if facts.is_yes("visit.nobody_found"):
        # About the visit's answer: no question of the case is to be put right.
        yield finding("visit.nobody_but_workers_named")


def _hours(facts: Facts) -> Iterator[Finding]:
    work = facts.number("work.hours")
    water, chores = facts.number("water_firewood.hours"), facts.number("chores.hours")
    parts = (("work.hours", work), ("water_firewood.hours", water), ("chores.hours", chores))
    total = sum(hours for _, hours in parts if hours is not None)
    longest = max(parts, key=lambda part: part[1] or 0)[0]
    if total > HOURS_IN_A_WEEK:
        yield finding(
            "hours.over_a_week", facts.name(longest), hours=_short(total), week=HOURS_IN_A_WEEK
        )
    elif total > MOST_HOURS_AWAKE:
        yield finding("hours.all_together_much", facts.name(longest), hours=_short(total))
    for measure, hours in parts:
        if hours in LIKE_A_CODE:
            yield finding("hours.like_a_code", facts.name(measure), hours=_short(hours or 0))
        elif hours is not None and hours > MANY_HOURS:
            yield finding("hours.much", facts.name(measure), hours=_short(hours))
    if work == 0 and any(map(facts.is_yes, KINDS_OF_WORK)):
        yield finding("hours.none_but_worked", facts.name("work.hours"))
    if chores == 0 and facts.codes("chores.any"):
        yield finding("hours.none_but_chores", facts.name("chores.hours"))


def _work(facts: Facts) -> Iterator[Finding]:
    work = facts.number("work.hours")
    if facts.codes("work.hazards") and work is not None and work < 1:
        yield finding("hazards.but_hardly_any_work", facts.name("work.hazards"))
    age = facts.age
    if age is not None and age < 5 and facts.is_yes("work.activity"):
        yield finding("work.young", facts.name("work.activity"), age=age)
    status = {str(answer) for answer in facts.answers("work.status")}
    if facts.value("pay_form") == "none" and status & {"41", "42", "43", "44"}:
        yield finding("work.employee_not_paid", facts.name("work.status"))
    kinds = [facts.value(name) for name in _OTHER_KINDS]
    industries = [str(answer) for answer in facts.answers("work.industry")]
    only_farm = facts.value("worked_own_farm") == "yes" and kinds == ["no"] * len(kinds)
    if only_farm and industries and not industries[0].startswith(("A", "01", "02", "03")):
        yield finding("work.farm_but_other_industry", facts.name("work.industry"))


def _no_work_beside_work(facts: Facts) -> Iterator[Finding]:
    """Where no kind of work was said while another answer speaks of work."""
    if any(map(facts.is_yes, (*KINDS_OF_WORK, "work.absent", "work.last_year"))):
        return
    named = (
        MAY_KILL in facts.codes("danger.kind")
        or facts.value("school_reason") == "work"
        or ("employer" in facts.codes("lodging") and not facts.codes("chores.for") - {"own"})
    )
    if named and "no" in facts.answers("work.activity"):
        yield finding("work.none_but_named", facts.name("work.activity"))


_OTHER_KINDS = ("worked_family_business", "worked_produced_goods", "worked_other_paid")


def _school(facts: Facts) -> Iterator[Finding]:
    age = facts.age
    attends = facts.is_yes("school.attending")
    if age is not None and age < 4 and attends:
        yield finding("school.young", facts.name("school.attending"), age=age)
    for level in facts.answers("school.level"):
        least = LEAST_AGE_OF_LEVEL.get(str(level))
        if least is not None and age is not None and age < least:
            yield finding("school.level_above_age", facts.name("school.level"), age=age)
    work = facts.number("work.hours")
    if attends and work is not None and work > SCHOOL_AND_WORK_HOURS:
        yield finding("school.and_many_hours", facts.name("school.attending"), hours=_short(work))


def _age(facts: Facts) -> Iterator[Finding]:
    age = facts.age
    question = facts.name("age.completed_years")
    if facts.value("birth_date") == "":
        question = facts.name("age.stated")
    if age is not None and age < 5:
        yield finding("age.outside_counted", question, age=age)
    if age is not None and age > OLDEST_LIKELY:
        yield finding("age.high", question, age=age)


def _consent(facts: Facts) -> Iterator[Finding]:
    giver = facts.value("consent_given_by")
    purposes = facts.value("consent_purposes")
    age = facts.age
    if giver in {"nobody", REFUSED} or {"none", REFUSED} & set(to_codes(purposes)):
        yield finding("consent.refused", "consent_given_by")
    elif isinstance(purposes, tuple) and "statistics" not in purposes:
        yield finding("consent.not_for_statistics", "consent_purposes")
    if giver == "self" and age is not None and age < 15:
        yield finding("consent.young_alone", "consent_given_by", age=age)
    if giver in {"caregiver", "caregiver_and_assent"} and age is not None and age >= 18:
        yield finding("consent.caregiver_for_adult", "consent_given_by", age=age)
    if giver in {"caregiver", "caregiver_and_assent"} and "own_parents" in facts.codes(
        "forced.who_applies"
    ):
        yield finding("consent.caregiver_involved", "consent_given_by")


def _coercion(facts: Facts) -> Iterator[Finding]:
    if facts.is_child and facts.is_yes("forced.debt") and not facts.is_yes("worst.slavery"):
        yield finding("forced.debt_of_child", facts.name("forced.debt"))
    third_party = facts.is_yes("forced.third_party")
    if third_party and ("none",) in facts.answers("forced.menace"):
        yield finding("forced.menace_missing", facts.name("forced.menace"))
    if third_party and facts.codes("forced.who_applies") == {"own_parents"}:
        yield finding("forced.parents_only", facts.name("forced.who_applies"))
    named = facts.codes("forced.menace") or third_party or facts.is_yes("forced.parents")
    if named and ("none",) in facts.answers("officer.signs"):
        yield finding("forced.signs_but_none", facts.name("officer.signs"))
    kept = facts.value("papers") == "held_by_other"  # stays on the tablet: no class reads it
    if kept or signs_named(facts.every_code):
        yield from _none_beside_signs(facts)


def _none_beside_signs(facts: Facts) -> Iterator[Finding]:
    """Where the answers on coercion say none while another names a sign of it."""
    judged_worst = any(facts.is_yes(f"worst.{form}") for form in ("slavery", "sexual", "illicit"))
    for measure in ("forced.involuntary", "forced.menace"):
        if ("none",) in facts.answers(measure):
            yield finding("forced.signs_but_none", facts.name(measure))
            return
    if "no" in facts.answers("forced.third_party") and not (
        judged_worst or facts.is_yes("forced.parents")
    ):
        yield finding("forced.signs_but_none", facts.name("forced.third_party"))


_JUDGED = (
    *("worst.slavery", "worst.sexual", "worst.illicit"),
    *("trafficking.act", "forced.commercial_sexual"),
)


def _judgement(questionnaire: Questionnaire, answers: Answers, flow: Flow) -> Iterator[Finding]:
    """Whether a sign was said before "none of these" hid the question: it must not go silently."""
    for question in questionnaire.measured("officer.signs"):
        if answers.get(question.name) != ("none",):
            continue
        hidden = (
            meaning(answers[judged.name])
            for measure in _JUDGED
            for judged in questionnaire.measured(measure)
            if judged.name in answers and judged.name not in flow.visible
        )
        if Trilean.YES in hidden:
            yield finding("judgement.contradicts", question.name)


def _danger(facts: Facts) -> Iterator[Finding]:
    """Signs at which the danger screen is recommended; the officer decides."""
    if "no" not in facts.answers("danger"):
        return
    worst = any(facts.is_yes(f"worst.{form}") for form in ("slavery", "sexual", "illicit"))
    grave = bool(facts.codes("work.abuse") & GRAVE_ABUSE)
    confined = facts.is_yes("work.confined") or "restricted_movement" in facts.codes(
        "forced.menace"
    )
    violence = "threats_or_violence" in facts.codes("forced.menace")
    if (worst and facts.is_child) or grave or confined or violence:
        yield finding("danger.consider", facts.name("danger"))


def _identity(questionnaire: Questionnaire, answers: Answers) -> Iterator[Finding]:
    """Whether there is enough to recognise the person when another organisation records them."""
    asked = [
        question.name
        for measure in ("given_name", "family_name", "parent_given_name")
        for question in questionnaire.measured(f"identity.{measure}")
    ]
    not_said = [name for name in asked if name in answers and not is_said(answers[name])]
    if asked and len(not_said) == len(asked):
        yield finding("identity.too_little", asked[0])
    for name in asked:
        value = answers.get(name)
        if isinstance(value, str) and is_said(value) and value.strip() and not makes_codes(value):
            yield finding("identity.name_not_read", name)


def _short(hours: float) -> int | float:
    # What is beyond all numbers, the sum of two that are not, stays as it is.
    return int(hours) if isfinite(hours) and hours == int(hours) else round(hours, 2)


_CASE_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _whole,
    _hours,
    _work,
    _no_work_beside_work,
    _school,
    _age,
    _consent,
    _coercion,
    _danger,
    contradictions,
)

"""Pairs of answers about one person that cannot both be true.

Owns what two questions say of one thing: when something began, what is owed, who is free. Every
one asks the officer to look at both; none changes an answer. What an officer may rightly see and
judge otherwise (a sign that was seen and judged to be none) is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.classification.inputs import INSTEAD_OF_A_JOB, PRIVATE_EMPLOYERS
from shared.classification.reading import STATE_ACTORS
from shared.findings.catalogue import Finding, finding
from shared.findings.facts import Facts

DAYS_OF_A_WEEK = 7
OLD_ENOUGH_FOR_SCHOOL = 10
"""Completed years from which nobody is too young for school, in any country."""
_A_MINUTE = 1 / 60

_DENIED: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "forced.debt",
        "no",
        (
            ("work.pay", "debt"),
            ("officer.signs", "debt"),
            ("worst.slavery_form", "debt_bondage"),
            ("forced.menace", "debt_bondage"),
            ("forced.indicators", "debt_bondage"),
        ),
    ),
    ("forced.debt_band", "nothing", (("forced.debt", "yes"),)),
    (
        "forced.documents",
        "no",
        (
            ("forced.menace", "withheld_documents"),
            ("forced.indicators", "retention_of_identity_documents"),
        ),
    ),
    (
        "forced.wages_due",
        "nothing",
        (("forced.menace", "withheld_wages"), ("forced.indicators", "withholding_of_wages")),
    ),
    (
        "forced.free_to_leave",
        "yes",
        (("forced.involuntary", "no_freedom_to_leave"), ("forced.menace", "restricted_movement")),
    ),
    (
        "work.confined",
        "no",
        (("danger.kind", "confined"), ("forced.menace", "restricted_movement")),
    ),
    (
        "work.abuse",
        "none",
        (
            ("danger.kind", "violence"),
            ("danger.kind", "sexual_abuse"),
            ("forced.indicators", "physical_and_sexual_violence"),
        ),
    ),
)
"""A measure, the answer that denies it, and codes of others that name it."""


def contradictions(facts: Facts) -> Iterator[Finding]:
    """A finding for every pair, tied to the answer that is asked later."""
    for check in _CHECKS:
        yield from check(facts)


def _longest_day(facts: Facts) -> Iterator[Finding]:
    day, work = facts.number("work.hours_longest_day"), facts.number("work.hours")
    if day is None or work is None:
        return
    others = sum(facts.number(name) or 0 for name in ("water_firewood.hours", "chores.hours"))
    if day * DAYS_OF_A_WEEK + _A_MINUTE < work or day > work + others + _A_MINUTE:
        name = facts.name("work.hours_longest_day")
        yield finding("hours.longest_day", name, day=f"{day:g}", hours=f"{work:g}")


def _week(facts: Facts) -> Iterator[Finding]:
    """Months and pay beside the work of the week."""
    kinds = {name: facts.value(name) for name in _KINDS}
    if "yes" not in kinds.values():
        return
    if facts.number("work.months") == 0:
        yield finding("work.week_contradicts", facts.name("work.months"))
    only_paid = [name for name, said in kinds.items() if said == "yes"] == [_PAID]
    if only_paid and "none" in facts.every_code("work.pay"):
        yield finding("work.week_contradicts", facts.name("work.pay"))


_PAID = "worked_other_paid"
_KINDS = (
    *("worked_own_farm", "worked_family_business", "worked_produced_goods"),
    *(_PAID, "worked_without_pay"),
)


def of_the_visit(facts: Facts) -> Iterator[Finding]:
    """What came of a visit beside the rest of what is said of it."""
    outcomes = facts.codes("visit.outcomes")
    nothing = (
        ("violations_found", "visit.violations", "none"),
        ("fine", "visit.fine", "nothing"),
        ("wages_recovered", "visit.wages_recovered", "nothing"),
        ("fees_recovered", "visit.fees_recovered", "nothing"),
    )
    for outcome, measure, denial in nothing:
        if outcome in outcomes and denial in facts.every_code(measure):
            yield finding("visit.outcome_contradicts", facts.name(measure))
    if "removal" in outcomes and facts.number("visit.removed") == 0:
        yield finding("visit.outcome_contradicts", facts.name("visit.removed"))
    visited = [str(day) for day in facts.answers("visit.date")]
    for measure in ("visit.deadline", "visit.revisit"):
        days = [str(day) for day in facts.answers(measure)]
        if visited and days and min(days) < min(visited):
            yield finding("visit.outcome_contradicts", facts.name(measure))
    if outcomes & _OF_SOMEBODY and facts.is_yes("visit.nobody_found"):
        yield finding("visit.outcome_contradicts", facts.name("visit.outcomes"))


_OF_SOMEBODY = frozenset({"removal", "wages_recovered", "fees_recovered"})
"""Outcomes that somebody was there for."""


def _household(facts: Facts) -> Iterator[Finding]:
    others = facts.number("chores.hours_other")
    whole = facts.number("chores.hours")
    water = facts.number("water_firewood.hours") or 0
    if others is not None and whole is not None and others > whole + water + _A_MINUTE:
        name = facts.name("chores.hours_other")
        yield finding("hours.other_more_than_all", name, hours=f"{others:g}")
    if "employer" in facts.codes("lodging") and facts.codes("chores.for") == {"own"}:
        yield finding("chores.own_but_lodged", facts.name("chores.for"))


def _beginnings(facts: Facts) -> Iterator[Finding]:
    age, start = facts.age, facts.number("work.age_at_start")
    if age is None:
        return
    if start is not None and start > age:
        name = facts.name("work.age_at_start")
        yield finding("work.start_after_age", name, start=int(start), age=age)
    lasted, ended = facts.value("fl_months"), facts.number("forced.ended_months")
    months = lasted if isinstance(lasted, int | float) else 0
    if months + (ended or 0) > (age + 1) * 12:
        name = "fl_months" if months else facts.name("forced.ended_months")
        yield finding("forced.before_birth", name, age=age)


def _school(facts: Facts) -> Iterator[Finding]:
    levels = set(map(str, facts.answers("school.level")))
    if "never" in levels and facts.is_yes("school.attending"):
        yield finding("school.never_but_attends", facts.name("school.level"))
    reason, age = facts.value("school_reason"), facts.age
    no_chores = ("none",) in facts.answers("chores.any")
    no_water = "no" in facts.answers("water_firewood.any")
    if (
        (reason == "completed" and levels & {"never", "0"})
        or (reason == "failed" and "never" in levels)
        or (reason == "chores" and no_chores and no_water)
        or (reason == "too_young" and age is not None and age >= OLD_ENOUGH_FOR_SCHOOL)
    ):
        yield finding("school.reason_contradicts", "school_reason")


def _signs(facts: Facts) -> Iterator[Finding]:
    for measure, denial, signs in _DENIED:
        if denial not in facts.every_code(measure):
            continue
        named = any(code in facts.every_code(other) for other, code in signs)
        kept = measure == "forced.documents" and facts.value("papers") == "held_by_other"
        if named or kept:
            yield finding("forced.sign_denied", facts.name(measure))


def _exception(facts: Facts) -> Iterator[Finding]:
    excepted = facts.codes("forced.exception")
    if not excepted:
        return
    beside = facts.codes("forced.who_applies") - STATE_ACTORS
    hired = excepted & INSTEAD_OF_A_JOB and facts.codes("work.employer") & PRIVATE_EMPLOYERS
    if beside or hired or (facts.is_child and "military_service" in excepted):
        yield finding("forced.exception_doubtful", facts.name("forced.exception"))


_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _longest_day,
    _week,
    _household,
    _beginnings,
    _school,
    _signs,
    _exception,
)

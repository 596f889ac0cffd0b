"""Every finding there is, once: its stable code and how severe it is.

A code is never used again for something else; a retired one stays here as a comment. The sentence
of a code is ``findings.<code>`` in the catalogue of sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shared.texts import text


class Severity(StrEnum):
    """Whether a finding stands in the way. An error must be put right before finalising."""

    ERROR = "error"
    WARNING = "warning"


_E, _W = Severity.ERROR, Severity.WARNING

FOUND: frozenset[str] = frozenset(
    {
        "consent.caregiver_involved",
        "forced.menace_missing",
        "forced.parents_only",
        "forced.debt_of_child",
        "forced.signs_but_none",
        "forced.sign_denied",
        "forced.before_birth",
        "forced.exception_doubtful",
        "chores.own_but_lodged",
        "judgement.contradicts",
        "work.none_but_named",
        "danger.consider",
    }
)
"""Findings whose sentence tells what was found of the person: not to be read over the shoulder."""

SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        # One answer
        "answer.required": _E,
        "answer.wrong_type": _E,
        "answer.unknown_code": _E,
        "answer.not_offered": _E,
        "answer.constraint": _E,
        "answer.too_long": _E,
        "answer.too_precise": _E,
        "answer.in_the_future": _E,
        "answer.a_day_ahead": _W,
        # Hours
        "hours.over_a_week": _E,
        "hours.much": _W,
        "hours.like_a_code": _W,
        "hours.all_together_much": _W,
        "hours.none_but_worked": _W,
        "hours.none_but_chores": _W,
        "hours.longest_day": _W,
        "hours.other_more_than_all": _W,
        "chores.own_but_lodged": _W,
        # Work
        "hazards.but_hardly_any_work": _W,
        "work.young": _W,
        "work.employee_not_paid": _W,
        "work.farm_but_other_industry": _W,
        "work.start_after_age": _W,
        "work.week_contradicts": _W,
        # School
        "school.young": _W,
        "school.level_above_age": _W,
        "school.and_many_hours": _W,
        "school.never_but_attends": _W,
        "school.reason_contradicts": _W,
        # Age
        "age.outside_counted": _W,
        "age.high": _W,
        # Visit
        "visit.date_needed": _E,
        "visit.long_ago": _W,
        "visit.nobody_but_workers_named": _W,
        "visit.outcome_contradicts": _W,
        # Consent
        "consent.refused": _E,
        "consent.not_for_statistics": _E,
        "consent.young_alone": _W,
        "consent.caregiver_for_adult": _W,
        "consent.caregiver_involved": _W,
        # Coercion and danger
        "forced.menace_missing": _W,
        "forced.parents_only": _W,
        "forced.debt_of_child": _W,
        "forced.signs_but_none": _W,
        "forced.sign_denied": _W,
        "forced.before_birth": _W,
        "forced.exception_doubtful": _W,
        "judgement.contradicts": _E,
        "work.none_but_named": _W,
        "danger.consider": _W,
        # Identity
        "identity.too_little": _W,
        "identity.name_not_read": _W,
        # A record, seen by the server
        "record.unknown_questionnaire": _E,
        "record.unknown_field": _E,
        "record.identity_field": _E,
        "record.hidden_answered": _E,
        "record.required_missing": _W,
        "record.visit_date_missing": _E,
        "record.visit_in_future": _W,
        "record.visit_long_ago": _W,
        "record.withdrawn_not_empty": _E,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule about one answer or a record.

    question: the one to put right, if it is one. values: numbers and codes for the sentence,
    never an identity answer. messages: what the questionnaire itself says, by language.
    """

    code: str
    severity: Severity
    question: str | None = None
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_for_the_officer(self) -> bool:
        """Whether its sentence is not to be read by anybody beside the officer."""
        return self.code in FOUND

    def sentence(self, language: str) -> str:
        """What happened and what to do, in that language, else in English."""
        own = self.messages.get(language)
        if own:
            return own
        general = text(f"findings.{self.code}", language, **self.values)
        return self.messages.get("en") or general


def finding(
    code: str,
    question: str | None = None,
    *,
    messages: Mapping[str, str] | None = None,
    **values: str | int | float,
) -> Finding:
    """A finding of a known code, with its severity. Raises KeyError for a code not listed."""
    return Finding(code, SEVERITIES[code], question, values, messages or {})

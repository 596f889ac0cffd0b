"""The parameters a profile may set: what each means, its kind and its range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

ParameterValue = int | float | bool | str | tuple[str, ...] | tuple[tuple[int, float], ...] | None
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """One parameter: what it means, and which values it may have.

    form: 'years', 'hours', 'hours_by_age', 'yes_no', 'choice', 'codes', 'window', 'number' or
        'text'. Hours by age are a number, or a table from an age on: { 15 = 30, 17 = 40 }.
    choices: what 'choice' may be, and what each of 'codes' may be where it is not empty.
    essential: whether a profile without it is reported as incomplete.
    law: whether the national class rests on it, so that it must be confirmed first.
    """

    meaning: str
    form: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    essential: bool = False
    law: bool = False

    def problem(self, given: Any) -> str | None:
        """What is wrong with a value, as a sentence; None when it is good."""
        match self.form:
            case "years" | "number" | "hours":
                kinds = (int, float) if self.form == "hours" else int
                good = (
                    isinstance(given, kinds)
                    and not isinstance(given, bool)
                    and self.low <= given <= self.high
                )
                expected = f"a number from {self.low:g} to {self.high:g}"
            case "hours_by_age":
                good = _is_hours(given, self.high) or (
                    isinstance(given, dict)
                    and bool(given)
                    and all(_is_age(age) and _is_hours(h, self.high) for age, h in given.items())
                )
                expected = f"hours up to {self.high:g}, or a table of hours from an age on"
            case "yes_no":
                good, expected = isinstance(given, bool), "true or false"
            case "choice":
                good, expected = given in self.choices, f"one of {', '.join(self.choices)}"
            case "codes":
                good = isinstance(given, list) and all(
                    isinstance(code, str) and code and (not self.choices or code in self.choices)
                    for code in given
                )
                expected = "a list of codes"
                if self.choices:
                    expected += f" out of {', '.join(self.choices)}"
            case "window":
                good = (
                    isinstance(given, list)
                    and len(given) == 2
                    and all(isinstance(at, str) and _CLOCK.fullmatch(at) for at in given)
                    and given[0] != given[1]
                )
                expected = 'two times such as ["20:00", "06:00"]'
            case _:
                good, expected = isinstance(given, str) and bool(given.strip()), "a text"
        return None if good else f"The value must be {expected}."

    def value(self, given: Any) -> ParameterValue:
        """The value as it is kept: lists become tuples, hours by age pairs (age, hours)."""
        if self.form == "hours_by_age":
            table = given.items() if isinstance(given, dict) else ((0, given),)
            return tuple(sorted((int(age), float(hours)) for age, hours in table))
        return tuple(given) if isinstance(given, list) else given


OLDEST = 25
"""Completed years; no law sets an age of work above it."""


def _is_hours(given: Any, most: float) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and 0 <= given <= most


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= OLDEST


CONDITIONS = ("family", "permit", "holidays", "supervision", "list", "local_law")
"""Conditions a law puts on the work of a child: only with or for the own family, only with a permit
or permission, only in school holidays, only under supervision of an adult, only work that is on a
list, only where the law of the state or province does not say otherwise."""


def _years(meaning: str, *, essential: bool = False) -> ParameterKind:
    return ParameterKind(meaning, "years", 0, OLDEST, essential=essential, law=True)


def _hours(meaning: str, most: float) -> ParameterKind:
    return ParameterKind(meaning, "hours_by_age", 0, most, law=True)


KINDS: Mapping[str, ParameterKind] = MappingProxyType(
    {
        "minimum_age": _years("Completed years from which employment is allowed", essential=True),
        "declared_minimum_age": _years("Minimum age the country declared under C138 art. 2(1)"),
        "light_age_from": _years("Completed years from which light work is allowed"),
        "light_hours_day": _hours("Hours a day up to which light work is allowed", 24),
        "light_hours_week": _hours("Hours a week up to which light work is allowed", 112),
        "light_conditions": ParameterKind(
            "Conditions of light work", "codes", choices=CONDITIONS, law=True
        ),
        "light_work": ParameterKind("What the law says of light work, in words", "text"),
        "young_hours_day": _hours(
            "Hours a day up to which a child above the minimum age may work", 24
        ),
        "young_hours_week": _hours(
            "Hours a week up to which a child above the minimum age may work", 112
        ),
        "young_conditions": ParameterKind(
            "Conditions of work above the minimum age", "codes", choices=CONDITIONS, law=True
        ),
        "own_law": ParameterKind(
            "Of an area: whether it makes its own law of labour, so that what is not told of it is "
            "not known",
            "yes_no",
        ),
        "rest_days_week": ParameterKind("Days of rest in a week", "number", 0, 3, law=True),
        "hazardous_age": _years(
            "Completed years from which hazardous work is allowed", essential=True
        ),
        "hazardous_training_age": _years(
            "Completed years from which it is allowed in training or under strict conditions"
        ),
        "hazardous_instrument": ParameterKind("The law or list that names hazardous work", "text"),
        "hazardous_industries": ParameterKind(
            "ISIC sections or divisions designated hazardous", "codes", law=True
        ),
        "hazardous_occupations": ParameterKind(
            "ISCO-08 codes designated hazardous", "codes", law=True
        ),
        "compulsory_school_age": _years(
            "Completed years at which compulsory schooling ends", essential=True
        ),
        "night_window": ParameterKind(
            "Night work: from and to, local time", "window", essential=True, law=True
        ),
        "chore_strict": ParameterKind(
            "Household services count above 21 hours, not from 21", "yes_no"
        ),
        "water_firewood": ParameterKind(
            "Where fetching water and firewood is counted",
            "choice",
            choices=("chores", "economic"),
        ),
        "hazardous_lists": ParameterKind(
            "Whose lists of hazardous industries and occupations count besides the country's own",
            "choice",
            choices=("own", "ilo"),
        ),
        "hazardous_abuse": ParameterKind("Kinds of abuse at work that make it hazardous", "codes"),
        "hazardous_night": ParameterKind(
            "How often work at night makes it hazardous: at all, every month or every week",
            "choice",
            choices=("any", "monthly", "weekly"),
        ),
        "hazardous_fire_from_15": ParameterKind(
            "Open fire or smoke alone makes chores hazardous at 15 to 17 too", "yes_no"
        ),
        "unreviewed_read_aloud": ParameterKind(
            "The programme signs for reading unreviewed sentences on the gravest things aloud",
            "yes_no",
        ),
        "disclosure_threshold": ParameterKind(
            "Persons below which a published cell is protected", "number", 3, 100
        ),
        "linkage_codes": ParameterKind(
            "Which linkage codes tablets make",
            "choice",
            choices=("version_1", "version_2", "both_versions", "tier_2"),
        ),
        "helplines_while_locked": ParameterKind(
            "Which numbers to call a locked tablet shows",
            "choice",
            choices=("all", "emergency", "none"),
        ),
        "tablet_unlocking": ParameterKind(
            "What tablets are unlocked with",
            "choice",
            choices=("pin", "passphrase", "hardware_or_passphrase"),
        ),
        "identity_days": ParameterKind(
            "Days an identity stays on the tablet after the receipt", "number", 1, 730
        ),
        "identity_days_most": ParameterKind(
            "Days it stays at most while a follow-up is open", "number", 1, 3650
        ),
        "follow_up_days": ParameterKind(
            "Days after which help that was arranged is looked after", "number", 1, 365
        ),
        "follow_up_days_danger": ParameterKind(
            "The same for a person in immediate danger", "number", 0, 30
        ),
    }
)

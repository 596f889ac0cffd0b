"""Values of a profile that no words tell: a rule whose sentence is gone is checked by nobody.

A minimum age or a night window is one plain fact, and the law its source names is enough. Light
work, hours, conditions, exceptions in training and what holds for one industry or area are rules
that somebody read out of a sentence: the profile keeps that sentence, in ``light_work`` or in a
note, so that whoever confirms the value can hold the one against the other. Says, never changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.profiles.country import CountryProfile
from shared.profiles.entries import Parameter
from shared.profiles.words import (
    CONDITION_WORDS,
    INDUSTRY_WORDS,
    NO_LIGHT_WORK,
    first_ages,
    hours_in,
    in_digits,
    layers_of,
    rows_at,
    words_of,
)

_NO_HOURS = re.compile(r"\bno (?:limit|hours)\b", re.IGNORECASE)
_IN_TRAINING = re.compile(r"training|apprentice|conditions?\b", re.IGNORECASE)
_OF_THEIR_OWN = re.compile(
    r"\b(?:provinces?|states?|regions?|each)\b[^.]*\b(?:own|its values|their values)\b",
    re.IGNORECASE,
)
_WHOLE_DAY = 24.0
"""Hours a day that set no limit: what stands from an age on at which the law names none."""
_MORE_INDUSTRY_WORDS = {
    "B": ("underground", "mine"), "C": ("industr", "factor"), "D": ("industr",), "E": ("industr",),
    "F": ("industr", "construction", "building"), "G": ("trade", "shop"),
    "H": ("industr", "transport"), "50": ("ship",),
}  # fmt: skip


def untold_values(
    profile: CountryProfile, area_names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Where a value stands, and what of it no words of the profile tell.

    area_names: of the areas of the first level, by code.
    """
    told = [words for _where, words in words_of(profile)]
    of_light = [words for where, words in words_of(profile) if "light_" in where]
    everywhere = [*told, *map(in_digits, profile.notes)]
    for where, parameters in layers_of(profile):
        code = where.removesuffix(": ").rpartition(" ")[2]
        told_here = (one for one in parameters.values() if not one.unknown)
        layer = {one.name: one for one in told_here if one.name != "own_law"}
        for name, parameter in layer.items():
            for what in _untold(parameter, told, of_light):
                yield f"{where}{name}", what
        if not layer or not where:
            continue
        if code in profile.areas:
            if not _tells_of_area(code, area_names, everywhere):
                yield where.removesuffix(": "), "values of its own"
        elif not any(map(_words_of_industry(code).search, everywhere)):
            yield where.removesuffix(": "), "values of its own"
        elif minimum := layer.get("minimum_age"):
            those = [one for one in everywhere if _words_of_industry(code).search(one)]
            if not any(re.search(rf"\b{minimum.value}\b", one) for one in those):
                yield f"{where}minimum_age", f"the age of {minimum.value}"


def _untold(parameter: Parameter, told: list[str], of_light: list[str]) -> Iterator[str]:
    name, value = parameter.name, parameter.value
    if name == "light_age_from":
        if value is None:
            if not any(map(NO_LIGHT_WORK.search, told)):
                yield "that there is no light work"
        elif not any(value in first_ages(words) for words in of_light):
            yield f"light work from {value}" if value else "light work at any age"
    elif "_hours_" in name:
        yield from _untold_hours(parameter, told)
    elif name.endswith("_conditions") and isinstance(value, tuple):
        for condition in value:
            pattern = CONDITION_WORDS[str(condition)]
            if not any(re.search(pattern, words, re.IGNORECASE) for words in told):
                yield f"the condition {condition}"
    elif name == "hazardous_training_age" and value is not None:
        number = re.compile(rf"\b{value}\b")
        if not any(number.search(words) and _IN_TRAINING.search(words) for words in told):
            yield f"hazardous work from {value} in training"


def _untold_hours(parameter: Parameter, told: list[str]) -> Iterator[str]:
    unit = parameter.name.rpartition("_")[2]
    if parameter.value is None:
        if not any(map(_NO_HOURS.search, told)):
            yield f"that there is no limit of hours a {unit}"
        return
    table = parameter.value if isinstance(parameter.value, tuple) else ()
    said = [
        (hours, age)
        for words in told
        for hours, of_unit, age, _ in hours_in(words)
        if of_unit in (unit, "hours")
    ]
    for row in table:
        if not isinstance(row, tuple) or (unit == "day" and row[1] == _WHOLE_DAY):
            continue
        at_ages = [age for hours, age in said if hours == row[1]]
        if not any(age is None or row in rows_at(table, age) for age in at_ages):
            yield f"{row[1]:g} hours a {unit}"


def _words_of_industry(code: str) -> re.Pattern[str]:
    known = [word for word, of in INDUSTRY_WORDS.items() if of == code]
    every = [*map(re.escape, (*known, *_MORE_INDUSTRY_WORDS.get(code, ()))), rf"ISIC {code}\b"]
    return re.compile("|".join(every), re.IGNORECASE)


def _tells_of_area(code: str, area_names: Mapping[str, str], told: list[str]) -> bool:
    first = "-".join(code.split("-")[:2])
    names = [re.escape(first), *map(re.escape, filter(None, [area_names.get(first)]))]
    named = re.compile(rf"\b(?:{'|'.join(names)})\b")
    return any(named.search(words) or _OF_THEIR_OWN.search(words) for words in told)

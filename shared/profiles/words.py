"""Words of a profile that no value carries: a rule quoted in words is read by nobody.

Looks through ``light_work`` and the notes for ages, hours and conditions, and asks whether some
value of the profile says the same. Says, never changes; a remark may be answered by a value or
by better words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.profiles.country import CountryProfile, Parameter

_HOURS = re.compile(
    r"\b(\d+(?:\.\d+)?)\s*(?:hours?|h)?\s*(?:a|per|/)\s*(day|week)\b", re.IGNORECASE
)
_ANY_HOURS = re.compile(r"\b(\d+(?:\.\d+)?)\s*(?:hours?|h)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:art(?:icles?|s)?\.?|ss?\.|sections?|no\.|act|law|C|R|SRO|grade|decree|order)\s*"
    r"\d[\d.,()/-]*(?:\s*(?:and|,|-)\s*\d[\d()]*)*|\b\d{1,2}:\d\d\b|\b[A-Z]{2}-\w+|\bC\d+\b|\b\d{3,}\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(\d{1,2})\b")
_RANGE = re.compile(r"\b(\d{1,2})\s*(?:-|–|to)\s*(\d{1,2})\b")
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
_INDUSTRIES = {
    "agricultur": "A", "horticultur": "A", "farm": "A", "fishing": "03", "mines": "B",
    "mining": "B", "industrial": "C", "in industry": "C", "ships": "50", "domestic work": "T",
}  # fmt: skip
_CONDITIONS = {
    "permit": r"\bpermit\b|\bpermission\b|authori[sz]ation",
    "family": r"\bfamily(?:'s)?\b",
    "holidays": r"\bholidays\b",
    "supervision": r"\bsupervision\b",
    "list": r"\bby a list\b|(?<!\bno )\blist of light work\b",
}
_HAS_NO_LIGHT_WORK = re.compile(r"\bno light[- ]work\b", re.IGNORECASE)


_LAWS_DIFFER = re.compile(r"\b(?:provinc\w*|states?'?|regional) laws? (?:of labour )?differ", re.I)


def unread_words(
    profile: CountryProfile, area_names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Where words stand, and what in them no value of the profile carries.

    area_names: of the areas of the first level, by code: one that the words name has its values.
    """
    with_values = {code.split("-")[0] + "-" + code.split("-")[1] for code in profile.areas}
    if not profile.areas and any(map(_LAWS_DIFFER.search, profile.notes)):
        yield "notes", "laws that differ by province or state"
    ages, hours, clocks = _ages(profile), _all_hours(profile), _clocks(profile)
    conditions = {
        code
        for parameter in _every(profile)
        if parameter.name in ("light_conditions", "young_conditions")
        and isinstance(parameter.value, tuple)
        for code in parameter.value
    }
    industries = {code.rpartition(" ")[2] for code in profile.industries}
    for where, words in _words(profile):
        for missing in _hours_in(words):
            if missing[0] not in hours:
                yield where, missing[1]
        for age in _ages_in(words):
            if not age & ages:
                yield where, f"the age of {min(age)}"
        for code, name in area_names.items():
            if re.search(rf"\b{re.escape(name)}\b", words) and code not in with_values:
                yield where, f"{name} ({code})"
        if not profile.areas and _LAWS_DIFFER.search(words):
            yield where, "laws that differ by province or state"
        for clock in _CLOCK.findall(words):
            if f"{clock:0>5}" not in clocks:
                yield where, clock
        for word, code in _INDUSTRIES.items():
            if word in words.lower() and code not in industries:
                yield where, f"{word} (ISIC {code})"
        for condition, pattern in _CONDITIONS.items():
            if re.search(pattern, words, re.IGNORECASE) and condition not in conditions:
                yield where, f"the condition {condition}"
        if _HAS_NO_LIGHT_WORK.search(words) and "light_age_from" not in profile.parameters:
            yield where, "that there is no light work"


def _words(profile: CountryProfile) -> Iterator[tuple[str, str]]:
    """Sentences about the law: what it says of light work, and the notes of its values."""
    for where, parameters in _layers(profile):
        for parameter in parameters.values():
            if parameter.name == "light_work" and isinstance(parameter.value, str):
                yield f"{where}light_work", parameter.value
            if parameter.note:
                yield f"{where}{parameter.name}", parameter.note


def _layers(profile: CountryProfile) -> Iterator[tuple[str, dict[str, Parameter]]]:
    yield "", dict(profile.parameters)
    for code, own in (*profile.areas.items(), *profile.industries.items()):
        yield f"{code}: ", dict(own)


def _every(profile: CountryProfile) -> Iterator[Parameter]:
    for _where, parameters in _layers(profile):
        yield from parameters.values()


def _ages(profile: CountryProfile) -> set[int]:
    """Every age the values name, and 18, where childhood ends."""
    found = {18}
    for parameter in _every(profile):
        if isinstance(parameter.value, int) and parameter.name.endswith(("_age", "_age_from")):
            found.add(parameter.value)
        if "_hours_" in parameter.name and isinstance(parameter.value, tuple):
            found.update(int(pair[0]) for pair in parameter.value)
    return found


def _all_hours(profile: CountryProfile) -> set[float]:
    return {
        float(pair[1])
        for parameter in _every(profile)
        if "_hours_" in parameter.name and isinstance(parameter.value, tuple)
        for pair in parameter.value
    }


def _clocks(profile: CountryProfile) -> set[str]:
    return {
        str(clock)
        for parameter in _every(profile)
        if parameter.name == "night_window" and isinstance(parameter.value, tuple)
        for clock in parameter.value
    }


def _hours_in(words: str) -> Iterator[tuple[float, str]]:
    for found in _HOURS.finditer(words):
        yield float(found[1]), f"{found[1]} hours a {found[2].lower()}"
    for found in _ANY_HOURS.finditer(_HOURS.sub(" ", words)):
        yield float(found[1]), f"{found[1]} hours"


def _ages_in(words: str) -> Iterator[set[int]]:
    """Ages named, each as the numbers by one of which a value may say it.

    The end of a range is included in it, so that the next age says it as well.
    """
    rest = _REFERENCE.sub(" ", _ANY_HOURS.sub(" ", _HOURS.sub(" ", words)))
    for found in _RANGE.finditer(rest):
        first, last = int(found[1]), int(found[2])
        yield {first}
        yield {last, last + 1}
    for found in _AGE.finditer(_RANGE.sub(" ", rest)):
        age = int(found[1])
        if 5 <= age <= 25:
            yield {age, age + 1} if _ends(rest, found.start()) else {age}


def _ends(words: str, at: int) -> bool:
    return words[:at].rstrip().endswith("and")

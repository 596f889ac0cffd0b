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
_AT_AGE = re.compile(
    r"(?P<first>\b\d{1,2})\s*(?:-|–|to)\s*\d{1,2}\b|\bfrom (?P<from>\d{1,2})\b"
    r"|\bbelow (?P<below>\d{1,2})\b|(?P<alone>\b\d{1,2}):",
    re.IGNORECASE,
)
"""The ages a sentence speaks of: of '15-17', 'from 15' and '15:' the first, of 'below 15' 14."""
_AGES_BEHIND = re.compile(r"\s*\((\d{1,2})\s*(?:-|–|to)\s*\d{1,2}\)")
_AGE_IN = re.compile(r"\b(\d{1,2}) in ([a-z]+(?:(?:, | and )[a-z]+)*)")
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_SPELLED = {
    **{word: number for number, word in enumerate(_NUMBERS, start=1)},
    **{"thirty": 30, "thirty-six": 36, "forty": 40, "forty-four": 44, "forty-eight": 48},
}
_NUMBER_WORD = re.compile(
    rf"\b(?:{'|'.join(sorted(_SPELLED, key=len, reverse=True))})\b(?! of )", re.IGNORECASE
)
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
    ages, clocks = _ages(profile), _clocks(profile)
    conditions = {
        code
        for parameter in _every(profile)
        if parameter.name in ("light_conditions", "young_conditions")
        and isinstance(parameter.value, tuple)
        for code in parameter.value
    }
    industries = {code.rpartition(" ")[2] for code in profile.industries}
    for where, words in _words(profile):
        for hours, unit, of_age, said in _hours_in(words):
            if hours not in _hours_of(profile, unit, of_age):
                yield where, said
        for least, industry, code in _ages_of_industries(words):
            minimum = profile.industries.get(code, {}).get("minimum_age")
            if minimum is not None and minimum.value != least:
                yield where, f"{industry} from {least}"
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
                yield f"{where}light_work", _in_digits(parameter.value)
            if parameter.note:
                yield f"{where}{parameter.name}", _in_digits(parameter.note)


def _in_digits(words: str) -> str:
    return _NUMBER_WORD.sub(lambda found: str(_SPELLED[found[0].lower()]), words)


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


def _hours_of(profile: CountryProfile, unit: str, age: int | None) -> set[float]:
    """Hours the values name: a day, a week or both ('hours'), at an age or at any."""
    minimum = profile.minimum_age
    light = age is not None and minimum is not None and age < minimum
    kinds = ("light_hours",) if light else ("light_hours", "young_hours")
    return {
        pair[1]
        for parameter in _every(profile)
        if parameter.name.startswith(kinds) and f"_{unit}" in parameter.name
        if isinstance(parameter.value, tuple)
        for pair in _at(parameter.value, age)
    }


def _at(table: tuple[object, ...], age: int | None) -> tuple[tuple[int, float], ...]:
    """The rows of hours by age that hold at an age."""
    rows = tuple(row for row in table if isinstance(row, tuple))
    return rows if age is None else tuple(row for row in rows if row[0] <= age)[-1:]


def _clocks(profile: CountryProfile) -> set[str]:
    return {
        str(clock)
        for parameter in _every(profile)
        if parameter.name == "night_window" and isinstance(parameter.value, tuple)
        for clock in parameter.value
    }


def _hours_in(words: str) -> Iterator[tuple[float, str, int | None, str]]:
    """Hours named: how many, 'day', 'week' or 'hours', of which age where it is said, and so."""
    for found in _HOURS.finditer(words):
        unit = found[2].lower()
        age = _age_at(words, found.start(), found.end())
        yield float(found[1]), unit, age, f"{found[1]} hours a {unit}"
    for found in _ANY_HOURS.finditer(_HOURS.sub(" ", words)):
        yield float(found[1]), "hours", None, f"{found[1]} hours"


def _age_at(words: str, start: int, end: int) -> int | None:
    """The age of which the hours are told: in brackets behind them, or last before them."""
    behind = _AGES_BEHIND.match(words, end)
    if behind:
        return int(behind[1])
    clause = re.split(r"[;.]\s", words[:start])[-1]
    for found in reversed([*_AT_AGE.finditer(clause)]):
        if found["below"]:
            return int(found["below"]) - 1
        return int(found["first"] or found["from"] or found["alone"])
    return None


def _ages_of_industries(words: str) -> Iterator[tuple[int, str, str]]:
    """Ages told of an industry: the age, the word and its code."""
    for found in _AGE_IN.finditer(words.lower()):
        for word, code in _INDUSTRIES.items():
            if word.removeprefix("in ") in found[2]:
                yield int(found[1]), word.removeprefix("in "), code


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

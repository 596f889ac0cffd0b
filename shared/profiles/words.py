"""Words of a profile that no value carries: a rule quoted in words is read by nobody.

Looks through ``light_work`` and the notes for ages, hours and conditions, and asks whether some
value of the profile says the same. Says, never changes; a remark may be answered by a value or
by better words. The other way round, values that no words tell: untold.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from shared.profiles.country import CountryProfile
from shared.profiles.entries import Parameter

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
AT_AGE = re.compile(
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
INDUSTRY_WORDS = {
    "agricultur": "A", "horticultur": "A", "farm": "A", "fishing": "03", "mines": "B",
    "mining": "B", "industrial": "C", "in industry": "C", "ships": "50", "domestic work": "T",
}  # fmt: skip
CONDITION_WORDS = {
    "permit": r"\bpermit\b|\bpermission\b|authori[sz]ation",
    "family": r"\bfamily(?:'s)?\b",
    "holidays": r"\bholidays\b",
    "supervision": r"\bsupervision\b",
    "list": r"\bby a list\b|(?<!\bno )\blist of light work\b",
    "local_law": r"\blocal[_ ]law\b|\b(?:states?|provinces?|regions?) where (?:a|the|its|their)\b",
}
NO_LIGHT_WORK = re.compile(
    r"\b(?:no|know no|knows no) (?:other )?light[- ]work\b|\bbelow \d{1,2} only\b", re.IGNORECASE
)
_LIGHT_FROM = re.compile(
    r"\blight\b[\w\s,]*? from (?P<after>\d{1,2})\b|\bfrom (?P<before>\d{1,2}) light\b",
    re.IGNORECASE,
)
_IN_TRAINING = re.compile(r"\b(\d{1,2})\b[^.]*\b(?:training|conditions)\b", re.IGNORECASE)
ANY_AGE = re.compile(r"\bat any age\b", re.IGNORECASE)


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
    industries = {code.rpartition(" ")[2] for code in profile.industries}
    for where, words in words_of(profile):
        for hours, unit, of_age, said in hours_in(words):
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
        for word, code in INDUSTRY_WORDS.items():
            if word in words.lower() and code not in industries:
                yield where, f"{word} (ISIC {code})"
        yield from ((where, what) for what in _conditions_unread(profile, where, words))
        yield from ((where, what) for what in _light_work_unread(profile, where, words))
        if where.endswith("hazardous_age"):
            trained = _IN_TRAINING.search(words)
            if trained and int(trained[1]) not in _values_of(profile, "hazardous_training_age"):
                yield where, f"hazardous work from {trained[1]} in training"


def _conditions_unread(profile: CountryProfile, where: str, words: str) -> Iterator[str]:
    kinds = _work_in(where, words, _values_of(profile, "light_age_from"))
    for condition, pattern in CONDITION_WORDS.items():
        if re.search(pattern, words, re.IGNORECASE) and not all(
            condition in _conditions_of(profile, kind) for kind in kinds
        ):
            yield f"the condition {condition}"


def _light_work_unread(profile: CountryProfile, where: str, words: str) -> Iterator[str]:
    known = _values_of(profile, "light_age_from")
    if NO_LIGHT_WORK.search(words) and "light_age_from" not in profile.parameters:
        yield "that there is no light work"
    said = _light_ages_in(words)
    if where.endswith("light_work") and not known and profile.minimum_age is not None:
        said |= {age for age in first_ages(words) if age < profile.minimum_age}
    for age in sorted(said - known):
        yield f"light work from {age}" if age else "light work at any age"


def words_of(profile: CountryProfile) -> Iterator[tuple[str, str]]:
    """Sentences about the law: what it says of light work, and the notes of its values."""
    for where, parameters in layers_of(profile):
        for parameter in parameters.values():
            if parameter.name == "light_work" and isinstance(parameter.value, str):
                yield f"{where}light_work", in_digits(parameter.value)
            if parameter.note:
                yield f"{where}{parameter.name}", in_digits(parameter.note)


def in_digits(words: str) -> str:
    return _NUMBER_WORD.sub(lambda found: str(_SPELLED[found[0].lower()]), words)


def layers_of(profile: CountryProfile) -> Iterator[tuple[str, dict[str, Parameter]]]:
    yield "", dict(profile.parameters)
    for code, own in (*profile.areas.items(), *profile.industries.items()):
        yield f"{code}: ", dict(own)


def _every(profile: CountryProfile) -> Iterator[Parameter]:
    for _where, parameters in layers_of(profile):
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
        for pair in rows_at(parameter.value, age)
    }


def rows_at(table: tuple[object, ...], age: int | None) -> tuple[tuple[int, float], ...]:
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


def hours_in(words: str) -> Iterator[tuple[float, str, int | None, str]]:
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
    for found in reversed([*AT_AGE.finditer(clause)]):
        if found["below"]:
            return int(found["below"]) - 1
        return int(found["first"] or found["from"] or found["alone"])
    return None


def _ages_of_industries(words: str) -> Iterator[tuple[int, str, str]]:
    """Ages told of an industry: the age, the word and its code."""
    for found in _AGE_IN.finditer(words.lower()):
        for word, code in INDUSTRY_WORDS.items():
            if word.removeprefix("in ") in found[2]:
                yield int(found[1]), word.removeprefix("in "), code


def _work_in(where: str, words: str, light_ages: set[object]) -> tuple[str, ...]:
    """Of which work words on a condition speak: light work where the law knows any, else that above
    the minimum age; of both where they say 'always'. A note of a value may speak of either."""
    if not where.endswith("light_work"):
        return ("",)
    if re.search(r"\balways\b", words, re.IGNORECASE):
        return ("light", "young")
    return ("light",) if light_ages - {None} else ("young",)


def _values_of(profile: CountryProfile, name: str) -> set[object]:
    return {one.value for one in _every(profile) if one.name == name and not one.unknown}


def _conditions_of(profile: CountryProfile, kind: str) -> set[object]:
    """The conditions of 'light' or of 'young' work; of both for ''."""
    of_kinds = [kind] if kind else ["light", "young"]
    return {
        code
        for one in of_kinds
        for value in _values_of(profile, f"{one}_conditions")
        if isinstance(value, tuple)
        for code in value
    }


def first_ages(words: str) -> set[int]:
    """The ages from which the words speak: of '12-13', 'from 12' and '12:' 12; 0 for any age."""
    found = {
        int(one["first"] or one["from"] or one["alone"])
        for one in AT_AGE.finditer(words)
        if not one["below"]
    }
    return found | {0} if ANY_AGE.search(words) else found


def _light_ages_in(words: str) -> set[int]:
    """The ages from which the words say that light work may be done; 0 for any age."""
    found = {int(one["after"] or one["before"]) for one in _LIGHT_FROM.finditer(words)}
    if ANY_AGE.search(words) and re.search(r"\blight\b", words, re.IGNORECASE):
        found.add(0)
    return found


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

"""The words of a record: what is said, not known, not asked or none, and how answers become them.

Pure. ``server.tables.observed`` reads every declared dimension with these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.answers import NOT_SAID, Value
from shared.counting import NOT_KNOWN, Standing, Subject
from shared.questionnaire import Questionnaire

NOT_ASKED = "not_asked"
NONE = "none"
MISSING = frozenset({NOT_KNOWN, NOT_ASKED})
"""Words of a dimension that tell nothing about the person."""
BETWEEN = " "
"""Stands between several codes of one answer."""
SAYS_NO = frozenset({"no", "none", "not_applicable"})
_CODE = re.compile(r"[\w.+-]{1,60}")

Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CaseAsKept:
    """A case as the office keeps it.

    answers: its own and those of its visit. standings: what it says of each subject. list: its
    organisation's. differs: whether tablet and office came to other classes. complete: whether
    every required question is answered.
    """

    answers: Answers
    classes: Mapping[str, str]
    standings: Mapping[Subject, Standing]
    area: str
    sex: str
    age_band: str
    list: str
    differs: bool
    complete: bool


Read = Callable[[CaseAsKept], str]


def values_of(case: CaseAsKept, names: tuple[str, ...]) -> list[Value]:
    """The answers given to these questions."""
    answers = case.answers
    if len(names) == 1:
        value = answers.get(names[0])
        return [] if value is None else [value]
    return [value for name in names if (value := answers.get(name)) is not None]


def one_word(value: Value | None) -> str:
    """The code of one answer."""
    if value is None:
        return NOT_ASKED
    return single((value,))


def single(values: Sequence[Value]) -> str:
    """The first code that is said."""
    for value in values:
        if isinstance(value, str) and value not in NOT_SAID:
            return value if is_code(value) else NOT_KNOWN
        if isinstance(value, int | float):
            return str(value)
    return NOT_KNOWN if values else NOT_ASKED


@lru_cache(maxsize=4096)
def is_code(word: str) -> bool:
    """Whether it can stand in a table."""
    return _CODE.fullmatch(word) is not None


def several(values: Sequence[Value]) -> str:
    """All codes that are said, in the order of the alphabet; ``none`` where it is said that there
    are none. One that is known stands for itself, whatever else is not known."""
    if not values:
        return NOT_ASKED
    codes: set[str] = set()
    for value in values:
        if isinstance(value, str):
            codes.add(value)
        elif isinstance(value, list | tuple):
            codes.update(one for one in value if isinstance(one, str))
    said = {code for code in codes - NOT_SAID - SAYS_NO if is_code(code)}
    if said:
        return BETWEEN.join(sorted(said))
    if codes & NOT_SAID:
        return NOT_KNOWN
    return NONE if codes else NOT_ASKED


def band(number: float | str, bands: Sequence[tuple[int, int | None]]) -> str:
    """The band of a number, rounded down; a word for a missing one goes through."""
    if isinstance(number, str):
        return number
    for least, most in bands:
        if least <= number and (most is None or number < most + 1):
            if most == least:
                return str(least)
            return f"{least}+" if most is None else f"{least}-{most}"
    return NOT_KNOWN


def sum_of(case: CaseAsKept, names: tuple[str, ...]) -> float | str:
    """The numbers given to these questions together; a word where one is missing."""
    values = values_of(case, names)
    if not values:
        return NOT_ASKED
    known = [value for value in values if isinstance(value, int | float)]
    return float(sum(known)) if len(known) == len(values) else NOT_KNOWN


def remembered(names: Sequence[str], read: Read, of_class: Sequence[str] = ()) -> Read:
    """The same reader, which looks once at what many records say alike. names, of_class: of the
    answers and classes it goes by. It takes equal numbers of two types for the same."""
    known: dict[tuple[Value | None, ...], str] = {}

    def again(case: CaseAsKept) -> str:
        said = (*map(case.answers.get, names), *map(case.classes.get, of_class))
        word = known.get(said)
        if word is None:
            word = read(case)
            if len(known) < _MOST_REMEMBERED:
                known[said] = word
        return word

    return again


_MOST_REMEMBERED = 2_000
"""Ways to answer the questions of one dimension."""


def measured(questionnaire: Questionnaire, *measures: str) -> tuple[str, ...]:
    """The questions of these measures."""
    return tuple(one.name for measure in measures for one in questionnaire.measured(measure))

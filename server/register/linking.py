"""When two cases are one person, and which cases make up each person. Pure.

Exact agreement of several linkage codes, with nothing known to both that contradicts it. The rule
looks at two cases only, and a person is all cases that links connect: so the order of arrival
cannot matter, and a rebuild from nothing gives the same persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.intake.attributes import NOT_KNOWN
from shared.linkage import CODE_TYPES

RULE = "exact-1"
"""Kept with every link: which rule found it."""
LEAST_TYPES = 2
"""Kinds of code that must agree. One alone may be chance, or one shared mistake."""
MOST_YEARS_APART = 3
"""Stated ages are rounded and guessed; further apart they are two persons."""

_NUMBERS = {code_type.name: number for number, code_type in CODE_TYPES.items()}
_AS_SPELT = _NUMBERS["names_year_sex_area"]
_PARENT = _NUMBERS["skeletons_parent"]
_BIRTH_DATE = _NUMBERS["skeletons_birth_date"]
_ONE_NAME_BIRTH_DATE = _NUMBERS["one_name_birth_date"]
_DECISIVE = frozenset({_AS_SPELT, _PARENT, _NUMBERS["skeletons_parent_years"], _BIRTH_DATE})
"""Without one of these, two agreeing kinds may be two people of one common name and one age."""

Pair = tuple[str, str]
"""Record ids of two cases, the smaller first."""


@dataclass(frozen=True)
class Known:
    """What a comparison needs of one case. birth_year: give or take one; None when not known."""

    sex: str
    birth_year: int | None
    code_types: frozenset[int]


def contradict(one: Known, other: Known) -> bool:
    """Whether both say something that cannot be true of one person."""
    if NOT_KNOWN not in (one.sex, other.sex) and one.sex != other.sex:
        return True
    if one.birth_year is None or other.birth_year is None:
        return False
    return abs(one.birth_year - other.birth_year) > MOST_YEARS_APART


def are_one_person(one: Known, other: Known, agreeing: frozenset[int]) -> bool:
    """Whether these agreeing kinds of code make two cases one person.

    The names as spelt with year, sex and area decide only when neither the parent's name nor the
    birth date, known to both, disagrees.
    """
    decisive = agreeing & _DECISIVE
    if len(agreeing) < LEAST_TYPES or not decisive or contradict(one, other):
        return False
    if decisive != {_AS_SPELT}:
        return True
    both_know = one.code_types & other.code_types
    parent_differs = _PARENT in both_know and _PARENT not in agreeing
    date_differs = _BIRTH_DATE in both_know and _ONE_NAME_BIRTH_DATE not in agreeing
    return not parent_differs and not date_differs


def persons_of(cases: Iterable[str], links: Iterable[Pair]) -> dict[str, str]:
    """For every case its person: the smallest record id among all cases it is linked with."""
    parent = {case: case for case in cases}

    def root(case: str) -> str:
        while parent[case] != case:
            parent[case] = parent[parent[case]]
            case = parent[case]
        return case

    for first, second in links:
        one, other = sorted((root(first), root(second)))
        parent[other] = one
    return {case: root(case) for case in parent}


def as_text(code_types: Iterable[int]) -> str:
    """Evidence as it is stored: ascending numbers with commas between."""
    return ",".join(map(str, sorted(code_types)))


def pairs_with_evidence(
    sharing: Iterable[tuple[str, str, int]],
) -> Mapping[Pair, frozenset[int]]:
    """From (case, case, kind of code they share), each pair with all kinds it shares."""
    found: dict[Pair, set[int]] = {}
    for one, other, code_type in sharing:
        pair = (one, other) if one < other else (other, one)
        found.setdefault(pair, set()).add(code_type)
    return {pair: frozenset(types) for pair, types in found.items() if len(types) >= LEAST_TYPES}

"""What is known of an age: one age, several possible ages, or nothing.

A rule asks for age groups, never for a single age, so that an estimated band works like an age:
each possible age is classified and the answers are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from shared.answers import Value

OLDEST = 120
"""Completed years; above it an age is a typing error."""


class AgeGroup(IntEnum):
    """The groups in which the rules differ: ICLS18 para 9 and SDG 8.7.1 metadata."""

    UNDER_5 = 0
    FROM_5_TO_11 = 1
    FROM_12_TO_14 = 2
    FROM_15_TO_17 = 3
    ADULT = 4


PossibleAges = Sequence[int]
"""Completed years that may be true, not empty, in rising order."""

ANY_CHILD: PossibleAges = range(5, 18)
"""A child in the measured population whose age is not known."""
ANYBODY: PossibleAges = range(5, OLDEST + 1)
"""Nothing at all is known of the age; below five it would have been seen."""


def group_of(age: int) -> AgeGroup:
    """The group of one age in completed years."""
    if age < 5:
        return AgeGroup.UNDER_5
    if age < 12:
        return AgeGroup.FROM_5_TO_11
    if age < 15:
        return AgeGroup.FROM_12_TO_14
    if age < 18:
        return AgeGroup.FROM_15_TO_17
    return AgeGroup.ADULT


def groups_of(ages: PossibleAges) -> tuple[AgeGroup, ...]:
    """The groups that may be true, youngest first."""
    if len(ages) == 1:
        return (group_of(ages[0]),)
    youngest, oldest = group_of(ages[0]), group_of(ages[-1])
    return tuple(group for group in AgeGroup if youngest <= group <= oldest)


_BAND = re.compile(
    r"(?:age_)?(?:(?P<low>\d+)_(?P<high>\d+)|under_(?P<under>\d+)|(?P<plus>\d+)_plus)"
)


def ages_in_band(code: Value | None) -> PossibleAges | None:
    """The possible ages of a band code; ``None`` when the code says nothing about age.

    Codes: see the measure ``age.band``. '5_11' is 5 to 11, both included.
    """
    if code == "child":
        return ANY_CHILD
    if code == "adult":
        return range(18, OLDEST + 1)
    found = _BAND.fullmatch(code) if isinstance(code, str) else None
    if found is None:
        return None
    if found["under"] is not None:
        low, high = 0, int(found["under"]) - 1
    elif found["plus"] is not None:
        low, high = int(found["plus"]), OLDEST
    else:
        low, high = int(found["low"]), int(found["high"])
    return range(low, high + 1) if 0 <= low <= high else None

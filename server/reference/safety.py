"""What of an edition somebody's safety may depend on: not to be held back without a second thought.

A number to call that was corrected, and law that protects in a case in which it did not before. A
tablet that goes on with the edition before shows the old number, and calls allowed what is
forbidden by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from shared.profiles import CountryProfile, Parameter
from shared.profiles.kinds import KINDS
from shared.profiles.stricter import is_stricter

HELPLINES, LAW = "helplines", "law"


def withheld_safety(before: CountryProfile, after: CountryProfile) -> tuple[str, ...]:
    """What a tablet lacks that has the earlier profile: HELPLINES, LAW, both or nothing."""
    found = []
    if _numbers(before) != _numbers(after):
        found.append(HELPLINES)
    if any(is_stricter(*pair) for pair in _pairs(before, after)):
        found.append(LAW)
    return tuple(found)


def _numbers(profile: CountryProfile) -> set[tuple[str, str, str, str]]:
    return {(line.number, line.area, line.kind, line.name) for line in profile.helplines}


def _pairs(
    before: CountryProfile, after: CountryProfile
) -> Iterator[tuple[Parameter | None, Parameter | None]]:
    """Each value of law as it was and is, in every area and industry either profile names: as it
    holds there, whoever says it. An area that lays down nothing any more is under the country's."""
    areas, industries = {""}, {""}
    for profile in (before, after):
        areas |= {*profile.areas, *(code.rpartition(" ")[0] for code in profile.industries)}
        industries |= {code.rpartition(" ")[2] for code in profile.industries}
    for area, industry in product(sorted(areas), sorted(industries)):
        was = before.law_of(area, industry).parameters
        now = after.law_of(area, industry).parameters
        for name in was.keys() | now.keys():
            if KINDS[name].law:
                yield was.get(name), now.get(name)

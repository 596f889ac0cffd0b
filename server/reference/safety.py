"""What of an edition somebody's safety may depend on: not to be held back without a second thought.

A number to call that was corrected, and law that protects in a case in which it did not before. A
tablet that goes on with the edition before shows the old number, and calls allowed what is
forbidden by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.profiles import CountryProfile, Parameter
from shared.profiles.kinds import KINDS
from shared.profiles.stricter import is_stricter

HELPLINES, LAW = "helplines", "law"
Layer = Mapping[str, Parameter]


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
    """Each value of law as it was and is: of the country, of each area and of each industry. Where
    an area or industry said nothing before, what held there was the country's."""
    old, new = _layers(before), _layers(after)
    for where, layer in new.items():
        for name, one in layer.items():
            if KINDS[name].law:
                was = old.get(where, {}).get(name) or before.parameters.get(name)
                yield was, one


def _layers(profile: CountryProfile) -> dict[str, Layer]:
    areas = {f"area {code}": layer for code, layer in profile.areas.items()}
    industries = {f"industry {code}": layer for code, layer in profile.industries.items()}
    return {"": profile.parameters, **areas, **industries}

"""Which areas of a list are near a place on the map: a proposal, from the seats of the areas.

Owns the distance and what of it is worth proposing. Keeps no place.
"""

from __future__ import annotations

from datetime import date
from math import asin, cos, radians, sin, sqrt

from shared.codelists.changes import stands_on
from shared.codelists.lists import CodeList, Entry

EARTH_KM = 6371.0
"""Mean radius of the Earth (IUGG)."""

WITHIN_KM = 150.0
"""A seat farther away than this is no proposal: the country's list ends somewhere."""


def has_seats(areas: CodeList) -> bool:
    """Whether any area of the list says where its seat is (columns ``lat`` and ``lon``)."""
    return any(_seat(entry) is not None for entry in areas)


def nearest(
    areas: CodeList, latitude: float, longitude: float, day: date, limit: int = 3
) -> list[tuple[Entry, int]]:
    """The areas of the finest level whose seats are nearest, with the distance in whole km.

    latitude, longitude: degrees (WGS 84). Areas without a seat are left out, those that do not
    stand on that day, and those farther than WITHIN_KM. The nearest seat need not be the right
    area: a person decides.
    """
    standing = {entry.code for entry in areas if stands_on(entry, day)}
    above = {entry.parent for entry in areas if entry.code in standing}
    found = sorted(
        (round(_km(latitude, longitude, *seat)), entry.code)
        for entry in areas
        if entry.code in standing and entry.code not in above and (seat := _seat(entry)) is not None
    )
    return [(areas.entries[code], km) for km, code in found[:limit] if km <= WITHIN_KM]


def _seat(entry: Entry) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(entry.columns["lat"]), float(entry.columns["lon"])
    except (KeyError, ValueError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The great-circle distance (haversine formula)."""
    up, across = radians(to_latitude - latitude), radians(to_longitude - longitude)
    half = sin(up / 2) ** 2
    half += cos(radians(latitude)) * cos(radians(to_latitude)) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(min(sqrt(half), 1.0))

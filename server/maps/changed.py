"""Outlines of areas that have changed, out of those an office has loaded. Pure.

An office loads the map of today; editions of before have areas that are on it no more. Where
an area was split its outline is that of all its parts, and where others were merged into a new one
it is theirs together. Where one was merged into an area that stood before nobody can tell the two
apart on a map of today: it has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

import shapely
from shapely.geometry.base import BaseGeometry

from shared.codelists import CodeList
from shared.codelists.changes import became, began_after


def with_changed(outlines: Mapping[str, BaseGeometry], areas: CodeList) -> dict[str, BaseGeometry]:
    """These outlines, and those of areas that they are parts of or consist of."""
    found = dict(outlines)
    made_of: dict[str, list[str]] = {}
    for entry in areas:
        for one in became(entry):
            made_of.setdefault(one, []).append(entry.code)
    number = -1
    while len(found) > number:  # Some changed more than once.
        number = len(found)
        for entry in areas:
            if entry.code in found:
                continue
            after, before = became(entry), made_of.get(entry.code, [])
            whole_after = all(
                one in areas and began_after(areas, one, [entry.code]) for one in after
            )
            whole_before = began_after(areas, entry.code, before)
            if whole_after and all(made_of[one] == [entry.code] for one in after):
                _put(found, entry.code, after)
            if whole_before and all(became(areas.entries[one]) == (entry.code,) for one in before):
                _put(found, entry.code, before)
    return found


def _put(found: dict[str, BaseGeometry], code: str, parts: Iterable[str]) -> None:
    some = [found[one] for one in parts if one in found]
    if some and len(some) == len(list(parts)):
        with suppress(shapely.GEOSException):  # of shapes that were damaged by making them coarser
            found.setdefault(code, shapely.union_all(some))

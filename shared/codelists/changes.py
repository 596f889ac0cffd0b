"""Areas that change: which stood on a day, what they were called, what became of them.

An area never leaves its list, for records name it. Its row says, in columns of its own:

* ``since`` and ``until``: the first day it stands, and the first on which it no longer does;
* ``became``: the codes that took its place, separated by ``;``: one where it was renamed under
  another code, moved or merged, several where it was split;
* ``renamed`` and ``was::English (en)``: the day from which a code has its name of now, and the name
  before it.

Nothing is kept of where anybody was: what is recorded is the code, as ever. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from shared.codelists.lists import CodeList, Entry

SINCE, UNTIL, BECAME, RENAMED, WAS = "since", "until", "became", "renamed", "was::"
COLUMNS = (SINCE, UNTIL, BECAME, RENAMED)


def stands_on(entry: Entry, day: date) -> bool:
    """Whether an area stands on a day. A cell that is no day hides nothing."""
    since, until = day_in(entry, SINCE), day_in(entry, UNTIL)
    return (since is None or since <= day) and (until is None or day < until)


def stood_between(entry: Entry, first: date, last: date) -> bool:
    """Whether an area stood on any day from the first to the last."""
    since, until = day_in(entry, SINCE), day_in(entry, UNTIL)
    return (since is None or since <= last) and (until is None or first < until)


def became(entry: Entry) -> tuple[str, ...]:
    """The codes that took its place; none for an area that stands, or just ended."""
    said = entry.columns.get(BECAME, "")
    return tuple(code.strip() for code in said.split(";") if code.strip())


def named_on(areas: CodeList, day: date) -> CodeList:
    """The list with the names areas had on that day; codes and parents as they are."""
    earlier = {entry.code: names for entry in areas if (names := _names_before(entry, day))}
    if not earlier:
        return areas
    entries = {
        entry.code: replace(entry, labels=MappingProxyType({**entry.labels, **earlier[entry.code]}))
        if entry.code in earlier
        else entry
        for entry in areas
    }
    return replace(areas, entries=MappingProxyType(entries))


def today_in(areas: CodeList, day: date) -> Mapping[str, frozenset[str]]:
    """By code of an area that has ended by that day the areas that are in its place, however many
    changes later."""
    found = {entry.code: frozenset(_ends(areas, entry.code, day, ())) for entry in areas}
    return {code: ends for code, ends in found.items() if ends != {code}}


def between_in(areas: CodeList, first: date, last: date) -> Mapping[str, frozenset[str]]:
    """By code of an area that stood on no day from the first to the last the areas of these days
    that it became or was made of: a tablet that had not heard of a change names the one before,
    whoever writes down an old visit today the one after. Where nothing says it stays by itself: so
    does one that had ended before the next began."""
    found: dict[str, frozenset[str]] = {}
    before = _made_of(areas)
    there = {entry.code for entry in areas if stood_between(entry, first, last)}
    for entry in areas:
        since = day_in(entry, SINCE)
        if since is not None and last < since:
            found[entry.code] = frozenset(_beginnings(areas, entry.code, last, before, ()))
        else:
            found[entry.code] = frozenset(_ends(areas, entry.code, first, ()))
    in_place = {code: ends & there for code, ends in found.items()}
    return {code: ends for code, ends in in_place.items() if ends and ends != {code}}


def counted_in(areas: CodeList, ends: Mapping[str, frozenset[str]]) -> Mapping[str, str | None]:
    """By code the area whose counts it belongs to: the one in its place; where there are several,
    the nearest area above that holds them all, for nobody knows which of them a person would be in.
    ``None``: in the whole country only."""
    return {code: _holding(areas, sorted(some)) for code, some in ends.items()}


def same_ground(areas: CodeList, code: str) -> frozenset[str]:
    """The area with those that lie wholly on its ground and were or are called otherwise: its parts
    after it was split, itself under another code, those it was made of. Not an area that took in
    others beside it."""
    made_of = _made_of(areas)
    found: set[str] = set()
    more = {code} & areas.entries.keys()
    while more:
        found |= more
        after = {
            one
            for done in found
            for one in became(areas.entries[done])
            if one in areas and began_after(areas, one, made_of[one]) and found >= {*made_of[one]}
        }
        before = {
            one
            for done in found
            for one in made_of.get(done, ())
            if began_after(areas, done, [one]) and found >= {*became(areas.entries[one])}
        }
        more = (after | before) - found
    return frozenset(found)


def began_after(areas: CodeList, code: str, before: Iterable[str]) -> bool:
    """Whether an area stands only since these ended, so that it has no ground of before beside
    theirs."""
    since = day_in(areas.entries[code], SINCE)
    ends = [day_in(areas.entries[one], UNTIL) for one in before]
    return since is not None and all(end is not None and end <= since for end in ends)


def day_in(entry: Entry, column: str) -> date | None:
    """The day a cell says; None where there is none, or none that can be read."""
    try:
        return date.fromisoformat(entry.columns.get(column, ""))
    except ValueError:
        return None


def _names_before(entry: Entry, day: date) -> dict[str, str]:
    renamed = day_in(entry, RENAMED)
    if renamed is None or renamed <= day:
        return {}
    return {
        column.rpartition("(")[2].rstrip(") "): name
        for column, name in entry.columns.items()
        if column.startswith(WAS) and name
    }


def _ends(areas: CodeList, code: str, day: date, before: tuple[str, ...]) -> set[str]:
    """The areas of that day that one has become; itself while it stands, or where nothing says."""
    entry = areas.entries.get(code)
    until = day_in(entry, UNTIL) if entry is not None else None
    if entry is None or until is None or day < until or code in before:
        return {code}
    following = [one for one in became(entry) if one in areas]
    if not following:
        return {code}
    return set().union(*(_ends(areas, one, day, (*before, code)) for one in following))


def _made_of(areas: CodeList) -> Mapping[str, list[str]]:
    """By area those whose place it took."""
    found: dict[str, list[str]] = {}
    for entry in areas:
        for one in became(entry):
            found.setdefault(one, []).append(entry.code)
    return found


def _beginnings(
    areas: CodeList,
    code: str,
    day: date,
    made_of: Mapping[str, list[str]],
    after: tuple[str, ...],
) -> set[str]:
    """The areas of that day that one has come of; itself once it stands, or where nothing says."""
    since = day_in(areas.entries[code], SINCE)
    earlier = [one for one in made_of.get(code, []) if began_after(areas, code, [one])]
    if since is None or since <= day or not earlier or code in after:
        return {code}
    return set().union(*(_beginnings(areas, one, day, made_of, (*after, code)) for one in earlier))


def _holding(areas: CodeList, codes: list[str]) -> str | None:
    first = (codes[0], *areas.ancestors(codes[0]))
    others = [{code, *areas.ancestors(code)} for code in codes[1:]]
    return next((one for one in first if all(one in above for above in others)), None)

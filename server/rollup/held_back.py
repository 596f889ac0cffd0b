"""Editions of a roll-up that tell numbers a country has withdrawn since. Pure.

What a country withdrew is given out no more, by anybody: a roll-up that tells it is held back with
all its files, and the next one does not tell it again as what was there before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from server.rollup.handed import files_in
from server.rollup.known import Known

SOURCES, CHANGES = "sources.csv", "changes.csv"
"""Which editions of countries an edition of the roll-up was made of; what it says otherwise than
the one before."""
ALL = "_T"
"""In the place of a country: the sum over those that are added."""
WITHDRAWN = "withdrawn"
"""In the place of what a country has withdrawn since, and of every sum it was in."""
BETWEEN = " / "


def held_back(known: Known) -> dict[int, tuple[str, ...]]:
    """Numbers of editions that are given out no more, with what was withdrawn (``XBB 2``).

    An edition tells its own sources and, in what changed, perhaps those of the one before.
    """
    found: dict[int, tuple[str, ...]] = {}
    before: set[tuple[str, int]] = set()
    for said, content in known.published:
        files = files_in(content)
        own = withdrawn_of(known, files)
        told = own | {at for at in before if _is_told(at[0], files)}
        if told:
            found[said["edition"]] = tuple(
                f"{country} {number}" for country, number in sorted(told)
            )
        before = own
    return found


def withdrawn_of(known: Known, files: Mapping[str, bytes]) -> set[tuple[str, int]]:
    """The sources of these files that their countries withdrew since: country, number."""
    rows = csv.DictReader(io.StringIO(files.get(SOURCES, b"").decode()))
    used = {(row["country"], int(row["edition"])) for row in rows}
    return {at for at in used if known.editions[at].withdrawn}


def _is_told(country: str, files: Mapping[str, bytes]) -> bool:
    """Whether what changed tells numbers of before of a country, or sums it may have been in."""
    rows = csv.DictReader(io.StringIO(files.get(CHANGES, b"").decode()))
    return any(
        row["row"].partition(BETWEEN)[0] in (country, ALL)
        and row["before"] not in ("", WITHDRAWN)
        and row["file"] in files
        and _has_numbers(files[row["file"]])
        for row in rows
    )


def _has_numbers(content: bytes) -> bool:
    return b"count" in content.partition(b"\n")[0].split(b",")

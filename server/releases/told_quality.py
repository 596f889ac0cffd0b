"""Which shares of the report on quality may be told beside the tables of a release. Pure.

The share of those of whom something is not known is a cell of every table by that dimension: whole
percents of a published sum tell it to a person or nearly. Where a table withholds that cell, or has
it within a coarser one, the share would undo it. So it would where a table of a longer or shorter
period withholds it: whoever came in one of its months came in the year. Shares of each area beside
that of all tell how many there are of each: 100 % of one and 0 % of the other, 93 % of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.disclosure.cube import TOTAL, Bools
from server.disclosure.methods import CLASSES_OF_OTHERS, PERIODS_BESIDE, SHARES_OF_PARTS
from server.intake.attributes import periods_of
from server.releases.counted import QualityRow, ReleaseCounts, SourceTable
from server.releases.provenance import method_of
from server.tables.case_words import NOT_ASKED
from shared.counting import NOT_KNOWN
from shared.counting.standing import UNDETERMINED

NO_ANSWER = "no_answer"
_OF_RECORDS = {
    **{"no_sex": "sex", "no_age": "age_band", "no_area": "area"},
    "child_labour_undetermined": "child_labour",
    "forced_labour_undetermined": "forced_labour",
}
"""Shares of records: as many as persons where nobody was met twice."""
_OF_ALL_CODES = {"complete": "complete", "tablet_agrees": "agreement"}
"""Shares that are as good as a table by this dimension: told where all of it is shown."""
_OF_LISTS = ("list", "known_to")
"""Dimensions by which persons stand on lists: shares of who was met again are of the same persons.
"""
TIMELY, MET_AGAIN = "timely", "met_again"
_SAME_ANSWER = {"child_or_adult": "age_band"}
"""Dimensions that say the same in other codes."""


def told_quality(
    counts: ReleaseCounts, tables: Mapping[str, SourceTable], withheld: Mapping[str, Bools]
) -> Iterator[QualityRow]:
    """The rows as they leave. tables: at the levels they are published at; withheld: of each."""
    method = method_of(counts.provenance)
    # Editions of before are made again as they were.
    of_records = _OF_RECORDS if method >= CLASSES_OF_OTHERS else {}
    if method >= PERIODS_BESIDE:
        of_records = {**of_records, **_OF_ALL_CODES}
    hidden: set[tuple[str, str]] = set()
    for name, table in tables.items():
        for at, dimension in enumerate(table.cube.dimensions):
            if not _shows(counts.tables[name], table, withheld[name], at):
                hidden.add((table.period, dimension.name))
    for measure, period, by, unit, value in counts.quality:
        of = by.rpartition(" ")[2] if measure == NO_ANSWER else of_records.get(measure)
        is_hidden = of is not None and (
            (period, of) in hidden
            if method < PERIODS_BESIDE
            else any(_same(of, other) and _overlap(period, one) for one, other in hidden)
        )
        if method >= SHARES_OF_PARTS and not is_hidden:
            is_hidden = any(
                _overlap(period, table.period)
                and _withholds_parts(measure, by, counts.tables[name], table, withheld[name])
                for name, table in tables.items()
            )
        yield measure, period, by, unit, None if is_hidden else value


def _withholds_parts(
    measure: str, by: str, finest: SourceTable, table: SourceTable, withheld: Bools
) -> bool:
    """Whether a table withholds how many there are of the part that a share is of."""
    for at, dimension in enumerate(table.cube.dimensions):
        recorded = finest.cube.dimensions[at].codes
        if measure == TIMELY and by in recorded and dimension.name == "area":
            telling: tuple[str, ...] = (TOTAL, by)
        elif measure == MET_AGAIN and dimension.name in _OF_LISTS:
            telling = recorded
        else:
            continue
        everybody = [TOTAL] * len(table.cube.dimensions)
        for code in telling:
            cell = (*everybody[:at], code, *everybody[at + 1 :])
            if code not in dimension.codes or withheld.ravel()[table.cube.place(cell)]:
                return True
    return False


def _same(dimension: str, other: str) -> bool:
    return _SAME_ANSWER.get(dimension, dimension) == _SAME_ANSWER.get(other, other)


def _overlap(period: str, other: str) -> bool:
    """Whether two periods have a month in common."""
    months = (f"{period[:4]}-{number:02}" for number in range(1, 13))
    return any({period, other} <= set(periods_of(month)) for month in months)


def _shows(finest: SourceTable, table: SourceTable, withheld: Bools, at: int) -> bool:
    """Whether a table shows of how many something is not known, and everybody."""
    cube, recorded = table.cube, finest.cube.dimensions
    known = next(one for one in recorded if one.name == cube.dimensions[at].name)
    everybody = [TOTAL] * len(cube.dimensions)
    telling: tuple[str, ...] = (TOTAL, NOT_KNOWN, NOT_ASKED, UNDETERMINED)
    if cube.dimensions[at].name in _OF_ALL_CODES.values():
        telling = (TOTAL, *known.codes)
    for code in telling:
        if code not in known.codes:
            continue
        if code not in cube.dimensions[at].codes:
            return False
        cell = (*everybody[:at], code, *everybody[at + 1 :])
        if withheld.ravel()[cube.place(cell)]:
            return False
    return True

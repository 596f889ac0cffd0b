"""Which shares of the report on quality may be told beside the tables of a release. Pure.

The share of those of whom something is not known is a cell of every table by that dimension: whole
percents of a published sum tell it to a person or nearly. Where a table withholds that cell, or has
it within a coarser one, the share would undo it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.disclosure.cube import TOTAL, Bools
from server.disclosure.methods import CLASSES_OF_OTHERS
from server.releases.counted import QualityRow, ReleaseCounts, SourceTable
from server.releases.provenance import method_of
from server.tables.observed import NOT_ASKED
from shared.counting import NOT_KNOWN
from shared.counting.standing import UNDETERMINED

NO_ANSWER = "no_answer"
_OF_RECORDS = {
    **{"no_sex": "sex", "no_age": "age_band", "no_area": "area"},
    "child_labour_undetermined": "child_labour",
    "forced_labour_undetermined": "forced_labour",
}
"""Shares of records: as many as persons where nobody was met twice."""


def told_quality(
    counts: ReleaseCounts, tables: Mapping[str, SourceTable], withheld: Mapping[str, Bools]
) -> Iterator[QualityRow]:
    """The rows as they leave. tables: at the levels they are published at; withheld: of each."""
    hidden = {
        (table.period, dimension.name)
        for name, table in tables.items()
        for at, dimension in enumerate(table.cube.dimensions)
        if not _shows(counts.tables[name], table, withheld[name], at)
    }
    for measure, period, by, unit, value in counts.quality:
        of = by.rpartition(" ")[2] if measure == NO_ANSWER else _OF_RECORDS.get(measure)
        # Editions of before are made again as they were.
        counts_now = measure == NO_ANSWER or method_of(counts.provenance) >= CLASSES_OF_OTHERS
        is_hidden = of is not None and counts_now and (period, of) in hidden
        yield measure, period, by, unit, None if is_hidden else value


def _shows(finest: SourceTable, table: SourceTable, withheld: Bools, at: int) -> bool:
    """Whether a table shows of how many something is not known, and everybody."""
    cube, recorded = table.cube, finest.cube.dimensions
    known = next(one for one in recorded if one.name == cube.dimensions[at].name)
    everybody = [TOTAL] * len(cube.dimensions)
    for code in (TOTAL, NOT_KNOWN, NOT_ASKED, UNDETERMINED):
        if code not in known.codes:
            continue
        if code not in cube.dimensions[at].codes:
            return False
        cell = (*everybody[:at], code, *everybody[at + 1 :])
        if withheld.ravel()[cube.place(cell)]:
            return False
    return True

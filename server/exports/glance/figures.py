"""The figures of the two pages, found in the tables of an edition; each in its state. Pure.

A figure that no table has at this level is none, and the page says so: nothing is added up from
parts, for withheld parts are missing and a person may be in several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from server.disclosure.cube import TOTAL, Codes
from server.disclosure.recode import REST
from server.exports.edition import (
    Cell,
    ExportedCode,
    ExportedDimension,
    ExportedEdition,
    ExportedTable,
)
from server.releases.files import NumberState

CHILDREN, FORCED = "child_labour", "forced_labour"
"""The populations of tables."""
IN_CHILD_LABOUR, HAZARDOUS, UNDETERMINED = "IN_CHILD_LABOUR", "HAZARDOUS", "UNDETERMINED"
INDUSTRY, NOT_ASKED = "industry", "not_asked"
AGRICULTURE = ("agriculture", "A")
"""As a sector, or as section A of ISIC."""


@dataclass(frozen=True)
class Bar:
    """A line of a chart. label: by language is the page's business: here the code."""

    dimension: str
    code: str
    cell: Cell


@dataclass(frozen=True)
class Chart:
    """Bars of one table, one dimension: everybody who is in the class. of: the whole."""

    dimension: ExportedDimension
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Glance:
    """What the pages tell of a period. None: no table of the edition has it at this level."""

    period: str
    children: Cell | None
    in_child_labour: Cell | None
    hazardous: Cell | None
    undetermined: Cell | None
    forced: Cell | None
    forced_children: Cell | None
    agriculture: Cell | None
    all_sectors: Cell | None
    forced_by_sex: Chart | None
    by_area: Chart | None
    hazardous_by_area: Chart | None
    by_age: Chart | None
    by_industry: Chart | None
    over_time: tuple[tuple[str, Cell], ...]
    shown: int
    withheld: int
    not_looked_in: tuple[str, ...]


def glance(edition: ExportedEdition, period: str) -> Glance:
    """The figures of one period of an edition."""
    cells = [
        cell for table in edition.tables for (of, _), cell in table.cells.items() if of == period
    ]

    def children(**chosen: str) -> Cell | None:
        return figure(edition, CHILDREN, period, chosen)

    def forced(**chosen: str) -> Cell | None:
        return figure(edition, FORCED, period, chosen)

    in_sector = _sector_table(edition)
    return Glance(
        period,
        children(child_labour=TOTAL),
        in_child_labour(edition, period),
        children(child_labour=HAZARDOUS),
        children(child_labour=UNDETERMINED),
        forced(),
        forced(child_or_adult="child"),
        *(_agriculture(in_sector, period) if in_sector else (None, None)),
        _chart(edition, FORCED, period, "sex", {}),
        _chart(edition, CHILDREN, period, "area", {CHILDREN: IN_CHILD_LABOUR}),
        _chart(edition, CHILDREN, period, "area", {CHILDREN: HAZARDOUS}),
        _chart(edition, CHILDREN, period, "age_band", {CHILDREN: IN_CHILD_LABOUR})
        or _chart_of_those(edition, period, "age_band"),
        None if in_sector is None else _bars(in_sector, period, INDUSTRY, {}),
        tuple(_over_time(edition, period)),
        sum(cell.count is not None for cell in cells),
        sum(cell.state is NumberState.WITHHELD for cell in cells),
        tuple(_not_looked_in(edition, period)),
    )


def largest(chart: Chart) -> Bar | None:
    """The finding of a chart: the one bar that is longer than every other that is shown. None when
    fewer than two are, when two are alike, or when it is nothing.

    What was put together because its parts are small is no finding: it is large for being many.
    What is withheld may be larger: whoever says the finding says so.
    """
    told = [
        (bar.cell.count, bar)
        for bar in chart.bars
        if bar.cell.count is not None and not bar.code.startswith(REST) and bar.code != NOT_ASKED
    ]
    ordered = sorted(told, key=lambda one: -one[0])
    if len(ordered) < 2 or not ordered[0][0] or ordered[0][0] == ordered[1][0]:
        return None
    return ordered[0][1]


def newest_period(edition: ExportedEdition) -> str:
    """The last of the longest: a year before its quarters."""
    periods = {period for table in edition.tables for period in table.periods}
    return max(periods, key=lambda one: (-len(one), one))


def figure(
    edition: ExportedEdition, population: str, period: str, chosen: Mapping[str, str]
) -> Cell | None:
    """The number of everybody with these codes, from the first table that can tell it."""
    for table in _tables(edition, population, period):
        codes = _cell(table, chosen)
        if codes is not None and (period, codes) in table.cells:
            return table.cells[period, codes]
    return None


def in_child_labour(edition: ExportedEdition, period: str) -> Cell | None:
    """How many are in child labour, told by a table of all children or by one of these alone."""
    found = figure(edition, CHILDREN, period, {CHILDREN: IN_CHILD_LABOUR})
    if found is not None:
        return found
    cells = (table.cells.get((period, _whole(table))) for table in _of_those(edition, period))
    return next((cell for cell in cells if cell is not None), None)


def _of_those(edition: ExportedEdition, period: str) -> Iterator[ExportedTable]:
    """Tables of exactly the children in child labour."""
    for table in edition.tables:
        is_of_those = dict(table.where) == {CHILDREN: IN_CHILD_LABOUR}
        if table.population == CHILDREN and is_of_those and period in table.periods:
            yield table


def _whole(table: ExportedTable) -> Codes:
    return (TOTAL,) * len(table.dimensions)


def _chart_of_those(edition: ExportedEdition, period: str, name: str) -> Chart | None:
    found = (_bars(table, period, name, {}) for table in _of_those(edition, period))
    return next((one for one in found if one is not None), None)


def _tables(edition: ExportedEdition, population: str, period: str) -> Iterator[ExportedTable]:
    for table in edition.tables:
        # Of a table that counts some of them only its own figures are told.
        narrowed = population == CHILDREN and bool(table.where)
        if table.population == population and period in table.periods and not narrowed:
            yield table


def _cell(table: ExportedTable, chosen: Mapping[str, str]) -> Codes | None:
    names = [one.name for one in table.dimensions]
    if not set(chosen) <= set(names):
        return None
    return tuple(chosen.get(name, TOTAL) for name in names)


def _sector_table(edition: ExportedEdition) -> ExportedTable | None:
    """The table of children in child labour by the branch of their work."""
    for table in edition.tables:
        if table.population == CHILDREN and "industry" in {one.name for one in table.dimensions}:
            return table
    return None


def _agriculture(table: ExportedTable, period: str) -> tuple[Cell | None, Cell | None]:
    there = {code.code for one in table.dimensions if one.name == "industry" for code in one.codes}
    found = next((code for code in AGRICULTURE if code in there), None)
    whole = _cell(table, {})
    part = _cell(table, {"industry": found}) if found else None
    return (
        table.cells.get((period, part)) if part else None,
        table.cells.get((period, whole)) if whole else None,
    )


def _chart(
    edition: ExportedEdition,
    population: str,
    period: str,
    name: str,
    chosen: Mapping[str, str],
) -> Chart | None:
    for table in _tables(edition, population, period):
        found = _bars(table, period, name, chosen)
        if found is not None:
            return found
    return None


def _bars(table: ExportedTable, period: str, name: str, chosen: Mapping[str, str]) -> Chart | None:
    """A bar for each of the widest codes of a dimension; None where the table has not both."""
    names = {one.name: one for one in table.dimensions}
    if name not in names or not set(chosen) <= set(names):
        return None
    looked_at = [
        (code, Bar(name, code.code, table.cells[period, codes]))
        for code in names[name].codes
        if (codes := _cell(table, {**chosen, name: code.code})) is not None
        and (period, codes) in table.cells
        and table.cells[period, codes].state is not NumberState.NOT_COLLECTED
    ]
    bars = _widest_level(looked_at)
    if name == "age_band":
        bars.sort(key=lambda one: _first_age(one.code))
    return Chart(names[name], tuple(bars)) if bars else None


def _widest_level(looked_at: Sequence[tuple[ExportedCode, Bar]]) -> list[Bar]:
    """The widest codes of which there are several: the provinces, or, of an office of one province,
    its districts."""
    above = TOTAL
    while True:
        level = [bar for code, bar in looked_at if code.parent == above]
        if len(level) != 1 or not any(code.parent == level[0].code for code, _ in looked_at):
            return level
        above = level[0].code


def _first_age(code: str) -> int:
    digits = "".join(takewhile(str.isdigit, code))
    return int(digits) if digits else 1_000  # What is not known comes last.


def _over_time(edition: ExportedEdition, period: str) -> Iterator[tuple[str, Cell]]:
    alike = sorted(
        {one for table in edition.tables for one in table.periods if len(one) == len(period)}
    )
    for one in alike:
        found = in_child_labour(edition, one)
        if found is not None:
            yield one, found


def _not_looked_in(edition: ExportedEdition, period: str) -> Iterator[str]:
    seen: set[str] = set()
    for table in edition.tables:
        at = [place for place, one in enumerate(table.dimensions) if one.name == "area"]
        for (of, codes), cell in table.cells.items():
            if at and of == period and cell.state is NumberState.NOT_COLLECTED:
                code = codes[at[0]]
                if code not in seen and code != TOTAL:
                    seen.add(code)
                    yield code

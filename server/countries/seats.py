"""About where the areas of a folder lie, out of shapes an office has: for Find my area.

Of a shape nothing is kept but the middle of its bounding box, to a tenth of a degree (about ten
kilometres), in the columns lat and lon of areas.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from server.countries.area_rows import GivenArea, given_areas, shape_of
from server.countries.areas_csv import with_cells
from server.countries.files import rows_of
from server.countries.headers import CODE, NAME, columns_of
from server.countries.problems import CountryProblem
from shared.codelists import CodeList
from shared.codelists.changes import stands_on
from shared.codelists.lists import Entry

Seat = tuple[float, float]
"""Latitude and longitude in degrees, to a tenth."""


@dataclass(frozen=True)
class Seats:
    """found: by code of an area. unknown: what the file calls others, several areas' names too."""

    found: Mapping[str, Seat]
    unknown: tuple[str, ...]


def read_seats(file: Path, areas: CodeList, today: date) -> Seats:
    """Where the areas of the list lie by this file (GeoJSON, or a table with lat and lon): found by
    code or alias, else by a name that only one of those standing has. Raises CountryProblem."""
    try:
        rows = _with_names(list(rows_of(file)))
        headers = list(dict.fromkeys(header for _, cells in rows for header in cells))
        shape = shape_of(columns_of(headers))
    except (ValueError, csv.Error) as broken:
        raise CountryProblem(file.name, [f"It cannot be read: {broken}."]) from broken
    if shape is None:
        raise CountryProblem(
            file.name,
            [f"No column says what an area is called. Its columns are {', '.join(headers)}."],
        )
    problems: list[str] = []
    given = given_areas(rows, shape, file.name, problems)
    if problems:
        raise CountryProblem(file.name, problems)
    found: dict[str, Seat] = {}
    unknown: list[str] = []
    for one in given:
        if one.lat is None or one.lon is None:
            continue
        code = _code_of(one, areas, today)
        if code is None or code in found:
            unknown.append(next(iter(one.names.values()), one.code))
        else:
            found[code] = one.lat, one.lon
    return Seats(found, tuple(unknown))


def _with_names(
    rows: Sequence[tuple[int, Mapping[str, str]]],
) -> list[tuple[int, Mapping[str, str]]]:
    """Shapes that have a code and no name are called by their code, the finest that is there."""
    columns = columns_of(dict.fromkeys(header for _, cells in rows for header in cells))
    codes = {header: one.level for header, one in columns.items() if one.field == CODE}
    if not codes or any(one.field == NAME for one in columns.values()):
        return list(rows)
    finest = max(codes, key=lambda header: codes[header])
    return [(row, {**cells, "name": cells.get(finest, "")}) for row, cells in rows]


def with_seats(text: str, seats: Mapping[str, Seat]) -> str:
    """The file areas.csv with these seats. text: as it was, "" for none; areas it has no row for
    get one with nothing else in it."""
    cells = {code: {"lat": f"{lat:.1f}", "lon": f"{lon:.1f}"} for code, (lat, lon) in seats.items()}
    return with_cells(text, cells)


def _code_of(given: GivenArea, areas: CodeList, today: date) -> str | None:
    codes = {code.casefold() for code in (given.code, *given.aliases) if code}
    named = {name.casefold() for name in given.names.values()}
    above = {name.casefold() for name in given.beside}
    if given.above is not None:
        above |= {name.casefold() for name in (given.above.code, *given.above.names.values())}
    standing = [entry for entry in areas if stands_on(entry, today)]
    for said, among in ((codes, areas), (named, standing)):
        found = [entry.code for entry in among if said & {*_words(entry)}]
        if len(found) > 1:
            found = [code for code in found if _is_below(areas, code, above)]
        if len(found) == 1:
            return found[0]
    return None


def _is_below(areas: CodeList, code: str, above: Iterable[str]) -> bool:
    wider = {word for at in areas.ancestors(code) for word in _words(areas.entries[at])}
    return bool({*above} & wider)


def _words(entry: Entry) -> Iterator[str]:
    yield entry.code.casefold()
    for name in entry.labels.values():
        yield name.casefold()
    for names in entry.aliases.values():
        yield from (name.casefold() for name in names)

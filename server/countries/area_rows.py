"""The rows of a file of areas, each read as its columns say (server.countries.headers)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.countries.headers import (
    ALIAS,
    CODE,
    LAT,
    LEVEL,
    LON,
    NAME,
    PARENT,
    WORDED,
    AreaColumn,
)

LONGEST_NAME = 120
_ISO = re.compile(r"[A-Z]{1,3}|[A-Z]{2}-[A-Z0-9]{1,3}")
"""The letters of an ISO 3166-2 code, or all of it."""


@dataclass
class GivenArea:
    """An area as a file has it. row: of the file, from 1, the header counted. beside: codes and
    names the row has for the area above, which may as well be further codes of its own."""

    row: int
    file: str = ""
    names: dict[str, str] = field(default_factory=dict)
    code: str = ""
    parent: str = ""
    level: str = ""
    aliases: list[str] = field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    beside: tuple[str, ...] = ()
    is_lower: bool = False
    """Whether its columns say that it is of the lower of two levels."""
    above: GivenArea | None = None

    @property
    def place(self) -> str:
        """File and row, as they are told."""
        return f"{self.file} row {self.row}"

    def place_from(self, other: GivenArea) -> str:
        """The row; with its file, seen from a row of another."""
        return f"row {self.row}" if self.file == other.file else f"row {self.row} of {self.file}"

    def take_codes(self, codes: Sequence[str]) -> None:
        """Its code, the letters of ISO 3166-2 first; the others are aliases."""
        ordered = sorted(dict.fromkeys(codes), key=lambda one: not _ISO.fullmatch(one))
        if ordered and not self.code:
            self.code, *ordered = ordered
        self.aliases += [one for one in ordered if one not in self.aliases]


@dataclass(frozen=True)
class FileShape:
    """How a file says its areas. upper, lower: levels of the columns of a wide file, 0 when each
    row is one area. read: columns from which something is taken."""

    columns: Mapping[str, AreaColumn]
    upper: int = 0
    lower: int = 0
    above: int = 0
    """The level of the columns that may name the area above a row's own."""

    @property
    def read(self) -> set[str]:
        levels = {self.upper, self.lower, self.above, 0}
        return {header for header, one in self.columns.items() if one.level in levels}

    def of(self, level: int, field: str) -> list[str]:
        """The columns that tell this of that level."""
        return [
            header
            for header, one in self.columns.items()
            if (one.level, one.field) == (level, field)
        ]


def shape_of(columns: Mapping[str, AreaColumn]) -> FileShape | None:
    """None when no column says what an area is called. Raises ValueError for three levels of words:
    nothing says which two are meant."""
    named = sorted({one.level for one in columns.values() if one.field == NAME})
    coded = sorted({one.level for one in columns.values() if one.field == CODE and one.level})
    if not named:
        return None
    if 0 in named:  # each row an area of its own; levels beside it say where it stands
        beside = sorted({one.level for one in columns.values() if one.level})
        return FileShape(columns, above=beside[0] if beside else 0)
    numbered = [level for level in named if level < WORDED]
    if len(named) > 2 and not numbered:
        words = [next(h for h, c in columns.items() if c.level == level) for level in named]
        raise ValueError(
            f"it has {len(named)} levels ({', '.join(words)}), and visits are placed in two: call "
            "the two columns admin1 and admin2"
        )
    levels = (numbered or named)[:2]
    wider = [level for level in coded if level < levels[0]]
    if len(levels) == 1 and wider:
        return FileShape(columns, lower=levels[0], above=wider[-1])
    return FileShape(columns, levels[0], levels[1] if len(levels) == 2 else 0)


def given_areas(
    rows: Sequence[tuple[int, Mapping[str, str]]], shape: FileShape, file: str, problems: list[str]
) -> list[GivenArea]:
    if not shape.upper:
        return [_of_one_area(row, cells, shape, file, problems) for row, cells in rows]
    found: list[GivenArea] = []
    above: dict[tuple[str, str], GivenArea] = {}
    below: set[tuple[int, str, str]] = set()
    for row, cells in rows:
        upper = _of_level(row, cells, shape, shape.upper, file)
        if not upper.names:
            problems.append(
                f"{file} row {row}: the area of the first level has no name; where its cells were "
                "joined, write it into each row."
            )
            continue
        key = (upper.code, upper.names["en"])
        if key not in above:
            above[key] = upper
            found.append(upper)
        if not shape.lower:
            _place(upper, cells, shape, file, problems)
            continue
        lower = _of_level(row, cells, shape, shape.lower, file)
        if not lower.names:
            continue
        lower.above = above[key]
        lower.take_codes(_cells(cells, shape, 0, CODE, but="id"))
        same = (id(lower.above), lower.code, lower.names["en"])
        if any(one.level > shape.lower for one in shape.columns.values()) and same in below:
            continue  # a row for each area of a third level
        below.add(same)
        _place(lower, cells, shape, file, problems)
        found.append(lower)
    return found


def _of_one_area(
    row: int, cells: Mapping[str, str], shape: FileShape, file: str, problems: list[str]
) -> GivenArea:
    """The area of a row that is one."""
    area = _of_level(row, cells, shape, shape.lower, file)
    area.parent = next(iter(_cells(cells, shape, 0, PARENT)), "")
    if shape.above:
        area.beside = (
            *_cells(cells, shape, shape.above, CODE),
            *_cells(cells, shape, shape.above, NAME),
        )
        area.is_lower = bool(shape.lower)
    area.level = _level(next(iter(_cells(cells, shape, 0, LEVEL)), ""))
    if not area.names:
        problems.append(f"{file} row {row}: the area has no name.")
    _place(area, cells, shape, file, problems)
    return area


def _of_level(
    row: int, cells: Mapping[str, str], shape: FileShape, level: int, file: str
) -> GivenArea:
    """What a row says of one level of it."""
    area = GivenArea(row, file=file)
    for header in shape.of(level, NAME):
        if cells.get(header):
            area.names.setdefault(shape.columns[header].language or "en", cells[header])
    area.take_codes(_cells(cells, shape, level, CODE))
    for cell in _cells(cells, shape, level, ALIAS):
        area.aliases += [word.strip() for word in re.split(r"[;|]", cell) if word.strip()]
    _say_in_english(area)
    return area


def _cells(
    cells: Mapping[str, str], shape: FileShape, level: int, field: str, but: str = ""
) -> list[str]:
    found = (cells.get(header, "") for header in shape.of(level, field) if header != but)
    return [cell for cell in found if cell and cell != "NA"]


def _say_in_english(area: GivenArea) -> None:
    if area.names and "en" not in area.names:
        area.names["en"] = next(iter(area.names.values()))
    for language, name in area.names.items():
        area.names[language] = name[:LONGEST_NAME]


def _place(
    area: GivenArea, cells: Mapping[str, str], shape: FileShape, file: str, problems: list[str]
) -> None:
    for key, most in ((LAT, 90), (LON, 180)):
        cell = next(iter(_cells(cells, shape, 0, key)), "")
        if not cell:
            continue
        try:
            degrees = float(cell.replace(",", "."))
        except ValueError:
            degrees = float("nan")
        if not abs(degrees) <= most:
            problems.append(f"{file} row {area.row}: {key} is no number of degrees: {cell}.")
        else:
            setattr(area, key, round(degrees, 1))


def _level(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    return f"admin{digits}" if digits else ""

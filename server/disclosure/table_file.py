"""Tables of counts as CSV files: read for protection, written as they leave. Pure.

One column a dimension, ``Total`` for a margin, the last column ``count``. A file of hierarchies
has the columns ``dimension,code,parent``. What leaves has one more column, ``status``.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import numpy as np

from server.disclosure.cube import TOTAL, Bools, Codes, Cube, Dimension, cube_of, tree
from shared.errors import TallyError

COUNT, STATUS = "count", "status"
_MOST_DIGITS = 12
"""No table of persons has a larger count; such a number is a slip."""
_MOST_CELLS = 2_000_000


class TableUnreadable(TallyError):
    """A table, hierarchy or earlier edition that is not what it should be."""


class Status(StrEnum):
    """What a cell of a protected file is. One word for all that is not published."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    ZERO = "zero"


Rows = list[tuple[int, Codes, int]]
"""Line of the file, cell, persons."""


def rows_of(text: str, what: str) -> tuple[tuple[str, ...], Rows]:
    """The names of the dimensions and the cells of a table. what: the file, for the messages."""
    reader = _reader(text, what)
    header = _header(reader, what)
    if len(header) < 2 or header[-1] != COUNT or not all(header):
        raise TableUnreadable(
            f"{what}: the first line must name the dimensions and then '{COUNT}', separated by "
            "commas. Nothing was written."
        )
    names = tuple(header[:-1])
    if taken := sorted({COUNT, STATUS} & set(names)):
        raise TableUnreadable(
            f"{what}: no dimension can be called '{taken[0]}', as a column of what leaves is. "
            "Nothing was written."
        )
    if len(set(names)) < len(names):
        raise TableUnreadable(f"{what}: two columns have the same name. Nothing was written.")
    rows: Rows = []
    seen: set[Codes] = set()
    for line, row in _lines(reader, what):
        if len(row) != len(header) or not all(row):
            raise TableUnreadable(
                f"{what}, line {line}: {len(header)} filled columns are needed. "
                "Nothing was written."
            )
        codes = tuple(row[:-1])
        _must_be_codes(codes, what, line)
        if codes in seen:
            raise TableUnreadable(
                f"{what}, line {line}: this cell stands there twice. Nothing was written."
            )
        seen.add(codes)
        rows.append((line, codes, _count(row[-1], what, line)))
    if not rows:
        raise TableUnreadable(f"{what} has no rows. Nothing was written.")
    return names, rows


def parents_of(text: str, what: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """For each dimension of a hierarchy file: code to parent."""
    reader = _reader(text, what)
    if _header(reader, what) != ["dimension", "code", "parent"]:
        raise TableUnreadable(
            f"{what}: the first line must be 'dimension,code,parent', separated by commas. "
            "Nothing was written."
        )
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for line, row in _lines(reader, what):
        if len(row) != 3 or not all(row):
            raise TableUnreadable(
                f"{what}, line {line}: three filled columns are needed. Nothing was written."
            )
        dimension, code, parent = row
        _must_be_codes((code, parent), what, line)
        if dimension not in found:
            raise TableUnreadable(
                f"{what}, line {line}: the table has no dimension '{dimension}'. "
                "Nothing was written."
            )
        if code == TOTAL or found[dimension].get(code, parent) != parent:
            raise TableUnreadable(
                f"{what}, line {line}: '{code}' of {dimension} cannot have this parent: "
                "each code has one, and Total has none. Nothing was written."
            )
        found[dimension][code] = parent
    return found


def cube_from(
    names: Sequence[str],
    rows: Rows,
    parents: Mapping[str, Mapping[str, str]],
    sensitive: str | None,
    what: str,
) -> Cube:
    """The table with every margin. Margins in the rows must be the sums of their parts."""
    if sensitive is not None and sensitive not in names:
        raise TableUnreadable(f"{what} has no dimension '{sensitive}'. Nothing was written.")
    dimensions: list[Dimension] = []
    for at, name in enumerate(names):
        codes = dict.fromkeys(codes[at] for _, codes, _ in rows if codes[at] != TOTAL)
        try:
            dimensions.append(tree(name, codes, parents.get(name, {})))
        except ValueError as error:
            raise TableUnreadable(f"Hierarchy of {name}: {error} Nothing was written.") from error
    cells = int(np.prod([len(dimension.codes) for dimension in dimensions]))
    if cells > _MOST_CELLS:
        raise TableUnreadable(
            f"{what} would have {cells:,} cells with its margins, more than can be protected at "
            "once. Take coarser codes or fewer columns. Nothing was written."
        )
    finest = {codes: persons for _, codes, persons in rows if _is_finest(dimensions, codes)}
    cube = cube_of(dimensions, finest, names.index(sensitive) if sensitive else -1)
    counts = cube.counts.ravel()
    for line, cell, persons in rows:
        if counts[cube.place(cell)] != persons:
            raise TableUnreadable(
                f"{what}, line {line}: this margin says {persons}, its parts add up to "
                f"{counts[cube.place(cell)]}. Nothing was written."
            )
    _must_be_no_margin(cube, what)
    return cube


def cube_like(cube: Cube, names: Sequence[str], rows: Rows, what: str) -> Cube:
    """Counts of the same layout: some of the table's persons, at its finest level or with sums."""
    if list(names) != [dimension.name for dimension in cube.dimensions]:
        raise TableUnreadable(
            f"{what} must have the columns of the table, in their order. Nothing was written."
        )
    for line, codes, _ in rows:
        if any(code not in d.places for d, code in zip(cube.dimensions, codes, strict=True)):
            raise TableUnreadable(
                f"{what}, line {line}: the table has no such cell. Nothing was written."
            )
    finest = {codes: n for _, codes, n in rows if _is_finest(cube.dimensions, codes)}
    part = cube_of(cube.dimensions, finest, cube.sensitive)
    for line, codes, persons in rows:
        if part.counts.ravel()[part.place(codes)] != persons:
            raise TableUnreadable(
                f"{what}, line {line}: this margin is not the sum of its parts. "
                "Nothing was written."
            )
    if (part.counts > cube.counts).any():
        raise TableUnreadable(
            f"{what} has more persons in a cell than the table. Nothing was written."
        )
    return part


def _is_finest(dimensions: Sequence[Dimension], codes: Codes) -> bool:
    return all(not d.children[d.places[code]] for d, code in zip(dimensions, codes, strict=True))


def protected_text(cube: Cube, withheld: Bools) -> str:
    """The file that leaves. withheld: in the shape of the table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(d.name for d in cube.dimensions), COUNT, STATUS])
    for codes, count, hidden in zip(
        cube.keys(), cube.counts.ravel(), withheld.ravel(), strict=True
    ):
        if hidden:
            writer.writerow([*codes, "", Status.WITHHELD])
        else:
            writer.writerow([*codes, int(count), Status.PUBLISHED if count else Status.ZERO])
    return out.getvalue()


def protected_rows(text: str, what: str) -> tuple[tuple[str, ...], dict[Codes, int | None]]:
    """What a protected file says: None where a count is withheld."""
    reader = _reader(text, what)
    header = _header(reader, what)
    if len(header) < 3 or header[-2:] != [COUNT, STATUS]:
        raise TableUnreadable(
            f"{what} is no protected table: its last columns must be '{COUNT},{STATUS}'."
        )
    cells: dict[Codes, int | None] = {}
    for line, row in _lines(reader, what):
        if len(row) != len(header) or row[-1] not in tuple(Status):
            raise TableUnreadable(f"{what}, line {line}: this is no row of a protected table.")
        codes = tuple(row[:-2])
        if codes in cells or (row[-1] == Status.WITHHELD) != (row[-2] == ""):
            raise TableUnreadable(f"{what}, line {line}: this row contradicts itself or another.")
        cells[codes] = None if row[-2] == "" else _count(row[-2], what, line)
        if row[-1] != Status.WITHHELD and (cells[codes] == 0) != (row[-1] == Status.ZERO):
            raise TableUnreadable(f"{what}, line {line}: the status does not fit the count.")
    return tuple(header[:-2]), cells


def _reader(text: str, what: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)


def _header(reader: Iterable[list[str]], what: str) -> list[str]:
    try:
        return [name.strip() for name in next(iter(reader))]
    except StopIteration:
        raise TableUnreadable(f"{what} is empty. Nothing was written.") from None
    except csv.Error as error:
        raise TableUnreadable(f"{what} is no CSV file: {error}. Nothing was written.") from error


def _lines(reader: Iterable[list[str]], what: str) -> Iterable[tuple[int, list[str]]]:
    line = 1
    try:
        for line, row in enumerate(reader, 2):
            if row:
                yield line, [word.strip() for word in row]
    except csv.Error as error:
        raise TableUnreadable(
            f"{what} is no CSV file: line {line + 1}: {error}. Nothing was written."
        ) from error


def _must_be_codes(codes: Sequence[str], what: str, line: int) -> None:
    """A margin in other letters would be protected as if its persons were others, and be the sum
    of what is withheld beside it."""
    for code in codes:
        if code != TOTAL and _plain(code) == TOTAL.casefold():
            raise TableUnreadable(
                f"{what}, line {line}: '{code}' looks like a margin. Write '{TOTAL}' for one, and "
                "another word for a code. Nothing was written."
            )
        if not code.isprintable():
            raise TableUnreadable(
                f"{what}, line {line}: a code has signs that cannot be printed. "
                "Nothing was written."
            )


def _plain(code: str) -> str:
    """A word as it looks: of wide, Greek and Cyrillic letters those of ours they are taken for."""
    return unicodedata.normalize("NFKC", code).casefold().translate(_LOOK_ALIKE).strip()


_LOOK_ALIKE = str.maketrans("\u0442\u03c4\u043e\u03bf\u0430\u03b1\u0456\u03b9", "ttooaaii")


def _must_be_no_margin(cube: Cube, what: str) -> None:
    """The same for a margin by another name: a code called "all" or "both" that is the sum of the
    others wherever anybody is. Raises TableUnreadable."""
    for axis, dimension in enumerate(cube.dimensions):
        by_code = np.moveaxis(cube.counts, axis, 0)
        for place in dimension.leaves:
            if dimension.codes[place] == TOTAL or not _MARGINS & set(
                _plain(dimension.codes[place]).split()
            ):
                continue
            others = by_code[[one for one in dimension.leaves if one != place]].sum(axis=0)
            if others.any() and (others == by_code[place]).all():
                raise TableUnreadable(
                    f"{what}: '{dimension.codes[place]}' of {dimension.name} is the sum of the "
                    f"other codes. Write '{TOTAL}' for a margin, or say in --hierarchy what it is "
                    "the sum of. Nothing was written."
                )


_MARGINS = frozenset(
    [
        "total",
        "totals",
        "totale",
        "all",
        "both",
        "sum",
        "overall",
        "together",
        "everybody",
        "everyone",
        "tous",
        "toutes",
        "tout",
        "ensemble",
        "somme",
        "todos",
        "todas",
        "ambos",
        "suma",
        "soma",
        "conjunto",
        "alle",
        "insgesamt",
        "gesamt",
        "jumla",
        "wote",
        "zote",
        "كل",
        "الكل",
        "المجموع",
        "مجموع",
        "कुल",
        "सभी",
        "जम्मा",
        "মোট",
        "کل",
        "ድምር",
        "ጠቅላላ",
    ]
)
"""Words for everybody, in the languages of the programme and some beside."""


def _count(word: str, what: str, line: int) -> int:
    if not (word.isascii() and word.isdigit()) or len(word.lstrip("0")) > _MOST_DIGITS:
        raise TableUnreadable(
            f"{what}, line {line}: a count is a whole number of persons, 0 or more. "
            "Nothing was written."
        )
    return int(word)

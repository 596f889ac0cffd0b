"""The areas of a country as an office has them (CSV, workbook, GeoJSON), made a tree of two levels.

Three shapes of table are read, in any order of columns and any case of headers, in the words of
offices in many languages (server.countries.headers):

    long    code, parent, level, name or label::Language (tag), lat, lon, alias
    wide    a column for each level, each row a district with its province: admin1, admin2
            (also province and district, estado and município, département and commune)
    coded   the same with a code for each: admin1_code, admin2_code, ADM1_PCODE, ADM2_PCODE

One file may have both levels, or each level a file: a district then says by a code or a name below
which area it stands, by the beginning of its code, or by where its shape lies.
A GeoJSON file is read by the same names of its properties; of a shape nothing is kept but the
middle of its bounding box, to a tenth of a degree.

A code that is missing is made: the country's two letters and a number, below it a further number.
Numbers follow the names, not the rows, and an area that had a code before keeps it: records and
drafts name it, and the same areas in another order are the same areas.
A code below begins with the code above and a hyphen, because values of law for an area are found
that way (shared.profiles.country); a code of another build is kept as an alias, so that it is found
when somebody types it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.countries.area_rows import GivenArea, given_areas, shape_of
from server.countries.files import rows_of, shapes_of
from server.countries.headers import columns_of
from server.countries.problems import CountryProblem
from server.countries.shapes import holder_of
from shared.codelists import CodeList, changes

LEVELS = ("admin1", "admin2")
MOST_ROWS = 20_000
"""More districts than any country has; a file with more is another file."""
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_LETTERS_OF_ISO = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True)
class AreaRow:
    """One area. level: of LEVELS. names: by ISO 639-1 code, English always there. lat, lon: degrees
    to a tenth, None where not known. aliases: what else it is called, other codes among them."""

    code: str
    parent: str
    level: str
    names: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None


def read_areas(files: Sequence[Path], iso2: str, standing: Sequence[AreaRow] = ()) -> list[AreaRow]:
    """The areas of these files together, the first level first, each below its own in order.

    files: one with both levels, or one a level. iso2: of the country, for codes that are made.
    standing: the areas of before. Who has the code or, below the same area, the name of one of them
    is that one, and keeps its code. Those that no file has are not given back.
    Raises CountryProblem with everything that is wrong, each with file and row.
    """
    given: list[GivenArea] = []
    problems: list[str] = []
    unread: list[str] = []
    for file in files:
        try:
            rows = list(rows_of(file))
            headers = list(dict.fromkeys(header for _, cells in rows for header in cells))
            shape = shape_of(columns_of(headers))
        except (ValueError, csv.Error) as broken:
            raise CountryProblem(file.name, [f"It cannot be read: {broken}."]) from broken
        if not rows:
            raise CountryProblem(file.name, ["There is no row below the header."])
        if len(rows) > MOST_ROWS:
            raise CountryProblem(file.name, [f"It has more than {MOST_ROWS} rows."])
        if shape is None:
            unread.append(
                f"{file.name}: no column says what an area is called. Its columns are "
                f"{', '.join(headers)}: call the one with the names name, or admin1 and admin2 "
                "when it has both levels."
            )
            continue
        of_file = given_areas(rows, shape, file.name, problems)
        _own_what_is_its_own(of_file)
        given += of_file
    name = " and ".join(file.name for file in files)
    if unread:
        raise CountryProblem(name, unread)
    _stand_below(given)
    _stand_where_they_lie(given, files)
    placed = _placed(given, problems)
    if problems:
        raise CountryProblem(name, problems)
    return _coded(placed, iso2.upper(), name, standing)


def standing_areas(codes: CodeList) -> list[AreaRow]:
    """The areas of a code list as rows, for ``read_areas``; those that stand no more come first, so
    that a name is that of who has it now."""
    return [
        AreaRow(
            one.code,
            one.parent or "",
            one.level,
            dict(one.labels),
            tuple(dict.fromkeys(word for said in one.aliases.values() for word in said)),
            _degrees(one.columns.get("lat", "")),
            _degrees(one.columns.get("lon", "")),
        )
        for one in sorted(codes, key=lambda one: not one.columns.get(changes.UNTIL))
    ]


def _degrees(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def unread_columns(file: Path) -> list[str]:
    """The columns of such a file from which nothing is taken, in order."""
    headers = list(dict.fromkeys(header for _, cells in rows_of(file) for header in cells))
    shape = shape_of(columns_of(headers))
    return [one for one in headers if shape is None or one not in shape.read]


# -- what stands below what


def _own_what_is_its_own(areas: Sequence[GivenArea]) -> None:
    """Codes beside the names of a file that has no other codes are those of its own rows, when each
    row has its own: a list of states with uf and codigo_uf."""
    beside = [area.beside for area in areas]
    names = {name for area in areas for name in area.names.values()}
    if (
        any(area.code or area.is_lower or names & {*area.beside} for area in areas)
        or not all(beside)
        or len(set(beside)) < len(beside)
    ):
        return
    for area in areas:
        area.take_codes(area.beside)
        area.beside = ()


def _stand_below(areas: Sequence[GivenArea]) -> None:
    """What rows have beside their names is the area above, where any row of the file finds one."""
    known = {
        (area.file, word.casefold())
        for area in areas
        for word in (area.code, *area.aliases, *area.names.values())
        if word
    }
    words = {word for _, word in known}
    for file in dict.fromkeys(area.file for area in areas):
        rows = [area for area in areas if area.file == file and area.beside and not area.parent]
        elsewhere = {word for other, word in known if other != file} or words
        finds = any(one.casefold() in elsewhere for area in rows for one in area.beside)
        for area in rows:
            found = (one for one in area.beside if one.casefold() in elsewhere)
            if finds or area.is_lower:
                area.parent = next(found, area.beside[0])
            else:
                area.take_codes(area.beside)


def _stand_where_they_lie(areas: Sequence[GivenArea], files: Sequence[Path]) -> None:
    """Areas that say they are of the second level and not below which: by the beginning of their
    code, else by where most of their shape lies."""
    lost = [area for area in areas if area.level == LEVELS[1] and not (area.parent or area.above)]
    tops = [area for area in areas if area.level == LEVELS[0]]
    for area in lost:
        begin = [one for one in tops if one.code and area.code.startswith(one.code)]
        area.above = max(begin, key=lambda one: len(one.code), default=None)
    lost = [area for area in lost if area.above is None]
    if not lost or not tops:
        return
    shapes = {(file.name, row): shape for file in files for row, shape in shapes_of(file).items()}
    hold = {
        i: shapes[(one.file, one.row)]
        for i, one in enumerate(tops)
        if (one.file, one.row) in shapes
    }
    for area in lost:
        found = holder_of(hold, shapes.get((area.file, area.row), ()))
        area.above = None if found is None else tops[found]


def _placed(given: Sequence[GivenArea], problems: list[str]) -> list[GivenArea]:
    """Each area with the one above it, found by code, by name or by another code."""
    by_code: dict[str, GivenArea] = {}
    by_word: dict[str, list[GivenArea]] = {}
    for area in given:
        if area.code:
            other = by_code.setdefault(area.code.casefold(), area)
            if other is not area:
                there = other.place_from(area)
                problems.append(f"{area.place}: the code {area.code} stands in {there} already.")
        for word in {one.casefold() for one in (area.names.get("en", ""), *area.aliases)}:
            by_word.setdefault(word, []).append(area)
    for area in given:
        if area.above is not None or not area.parent:
            continue
        named = [one for one in by_word.get(area.parent.casefold(), ()) if one is not area]
        above = by_code.get(area.parent.casefold()) or (named[0] if len(named) == 1 else None)
        if above is None:
            problems.append(f"{area.place}: {_not_there(area, named)}")
        area.above = above
    for area in given:
        problem = _depth_problem(area)
        if problem:
            problems.append(f"{area.place}: {problem}")
    seen: dict[tuple[int, str], GivenArea] = {}
    for area in given:
        if not area.names or (area.parent and area.above is None):
            continue
        key = (id(area.above), area.names["en"].casefold())
        other = seen.setdefault(key, area)
        if other is not area:
            problems.append(
                f"{area.place}: {area.names['en']} stands in {other.place_from(area)} already, "
                "below the same area."
            )
    return list(given)


def _not_there(area: GivenArea, named: Sequence[GivenArea]) -> str:
    if named:
        return f"{len(named)} areas are called {area.parent}: name the one above by its code."
    return f"there is no area {area.parent} to stand below."


def _depth_problem(area: GivenArea) -> str:
    above = area.above
    if above is area or (above is not None and above.above is area):
        return "the area stands below itself."
    if above is not None and above.above is not None:
        return (
            "it stands on a third level. Visits are placed in an area of the second level: leave "
            "the levels below it out."
        )
    real = LEVELS[0 if above is None else 1]
    if area.level == LEVELS[1] and above is None:
        return (
            "it is of the second level, and nothing says below which area it stands: add a column "
            "parent, or give the shapes of the first level too."
        )
    if area.level and area.level != real:
        return f"its level is {area.level}, and it stands on {real}."
    return ""


def _coded(
    areas: Sequence[GivenArea], iso2: str, file: str, standing: Sequence[AreaRow]
) -> list[AreaRow]:
    tops = [area for area in areas if area.above is None]
    problems: list[str] = []
    upper = _coded_below(tops, f"{iso2}-", "", standing, problems)
    rows = list(upper)
    for top, row in zip(tops, upper, strict=True):
        below = [area for area in areas if area.above is top]
        rows += _coded_below(below, f"{row.code}-", row.code, standing, problems)
    counted = Counter(row.code for row in rows)
    doubled = sorted(code for code, times in counted.items() if times > 1)
    problems += [f"The code {code} would be that of two areas." for code in doubled]
    if problems:
        raise CountryProblem(file, problems)
    return sorted(rows, key=lambda row: (row.level, row.parent))


def _coded_below(
    areas: Sequence[GivenArea],
    beginning: str,
    parent: str,
    standing: Sequence[AreaRow],
    problems: list[str],
) -> list[AreaRow]:
    """The areas below one area (at the top: ""), in their order, each with its code."""
    before = [one for one in standing if one.parent == parent]
    by_code = {word.casefold(): one for one in before for word in (*one.aliases, one.code)}
    by_name = {_plain(name): one for one in before for name in one.names.values()}
    codes: dict[int, str] = {}
    for area in areas:
        named = by_name.get(_plain(area.names.get("en", "")))
        coded = by_code.get(area.code.casefold()) if area.code else None
        if named is not None and coded is not None and named is not coded:
            problems.append(
                f"{area.place}: {area.code} was {coded.names.get('en', '')} until now, and "
                f"{area.names['en']} was {named.code}. Records name both codes: leave the codes "
                "out of the file, or put them right."
            )
        known = coded or named
        given = known.code if known is not None else _code_given(area, beginning, parent)
        if given:
            codes[id(area)] = given
    numbers = {one.code for one in before} | set(codes.values())
    last = 0
    for area in sorted(areas, key=lambda one: _plain(one.names.get("en", ""))):
        while id(area) not in codes:
            last += 1
            made = f"{beginning}{last:02}"
            if made not in numbers:
                codes[id(area)] = made
    old = {one.code: one for one in before}
    return [_row(area, codes[id(area)], parent, old.get(codes[id(area)])) for area in areas]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _code_given(area: GivenArea, beginning: str, parent: str) -> str:
    """The code the file gives, when it is built as ours are; "" when one has to be made."""
    if area.code.startswith(beginning) and _CODE.fullmatch(area.code):
        return area.code
    if not parent and _LETTERS_OF_ISO.fullmatch(area.code):
        # The part of an ISO 3166-2 code that stands behind the country's letters.
        return f"{beginning}{area.code}"
    return ""


def _row(area: GivenArea, code: str, parent: str, before: AreaRow | None) -> AreaRow:
    other = (area.code,) if area.code not in ("", code) else ()
    aliases = dict.fromkeys((*area.aliases, *other, *(before.aliases if before else ())))
    return AreaRow(
        code,
        parent,
        LEVELS[1 if parent else 0],
        dict(area.names),
        tuple(aliases),
        area.lat,
        area.lon,
    )

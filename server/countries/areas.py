"""The areas of a country as an office has them: a CSV or a GeoJSON file, made a tree of two levels.

Three shapes of CSV are read, in any order of columns and any case of headers:

    long    code, parent, level, name or label::Language (tag), lat, lon, alias
    wide    a column for each level, each row a district with its province: admin1, admin2
            (also province and district, state and district, region and district)
    coded   the same with a code for each: admin1_code, admin2_code; the P-codes of the common
            operational datasets (ADM1_PCODE, ADM1_EN, ADM2_PCODE, ADM2_EN) are such

Columns of GADM (NAME_1, GID_2), of the statistics office of Brazil (NM_UF, SIGLA_UF, NM_MUN) and of
Indian files (ST_NM, DISTRICT; stname, dtname) are read as those they mean.
A GeoJSON file is read by the same names of its properties; of a shape nothing is kept but the
middle of its bounding box, to a tenth of a degree.

A code that is missing is made: the country's two letters and a number, below it a further number.
A code below begins with the code above and a hyphen, because values of law for an area are found
that way (shared.profiles.country); a code of another build is kept as an alias, so that it is found
when somebody types it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from server.countries.files import rows_of
from server.countries.problems import CountryProblem

LEVELS = ("admin1", "admin2")
MOST_ROWS = 20_000
"""More districts than any country has; a file with more is another file."""
LONGEST_NAME = 120
_FIRST = ("admin1", "adm1", "province", "state", "region", "governorate", "department")
_SECOND = ("admin2", "adm2", "district", "county", "municipality", "commune", "zone")
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_LABEL = re.compile(r"(?:label|name)(?:::|:|_|\s)+(?P<language>.+)", re.IGNORECASE)
_TAG = re.compile(r"\((?P<tag>[A-Za-z]{2,3})\)\s*$")
_KEYS = {
    "code": ("code", "iso", "iso_code", "iso_3166_2", "shapeiso", "pcode", "p-code", "id"),
    "parent": ("parent", "parent_code", "above"),
    "level": ("level", "shapetype", "admin_level"),
    "name": ("name", "label", "shapename", "area", "name_en"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "long", "lng", "longitude"),
    "alias": ("alias", "aliases", "other_names"),
}


_OTHER_BUILDS: Mapping[str, tuple[str, ...]] = {
    "admin1_name": ("name_1", "nm_uf", "st_nm", "stname", "state_name", "state_ut"),
    "admin1_code": ("iso_1", "sigla_uf", "gid_1", "cd_uf"),
    "admin2_name": ("name_2", "nm_mun", "dtname", "dist_name", "district_name"),
    "admin2_code": ("gid_2", "cd_mun"),
}
"""What others call our columns; of several the first that says something. "NA" says nothing."""
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


@dataclass
class _Given:
    """An area as a file has it. row: of the file, from 1, the header counted."""

    row: int
    names: dict[str, str] = field(default_factory=dict)
    code: str = ""
    parent: str = ""
    level: str = ""
    aliases: list[str] = field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    above: _Given | None = None


def read_areas(files: Sequence[Path], iso2: str) -> list[AreaRow]:
    """The areas of these files together, the first level first, each below its own in order.

    files: one with both levels, or one a level. iso2: of the country, for codes that are made.
    Raises CountryProblem with everything that is wrong, each with file and row.
    """
    given: list[_Given] = []
    problems: list[str] = []
    for file in files:
        try:
            rows = list(rows_of(file))
        except (UnicodeDecodeError, ValueError, csv.Error) as broken:
            raise CountryProblem(file.name, [f"It cannot be read: {broken}."]) from broken
        if not rows:
            raise CountryProblem(file.name, ["There is no row below the header."])
        if len(rows) > MOST_ROWS:
            raise CountryProblem(file.name, [f"It has more than {MOST_ROWS} rows."])
        rows = [(row, _as_ours(cells)) for row, cells in rows]
        before = len(problems)
        given += _given(rows, file.name, problems)
        if len(problems) - before == len(rows) and len(rows) > 1:
            columns = ", ".join(sorted({one for _, cells in rows for one in cells}))
            problems[before:] = [
                f"{file.name}: no column says what an area is called. Its columns are {columns}: "
                "call the one with the names name, or admin1 and admin2 when it has both levels."
            ]
    name = " and ".join(file.name for file in files)
    placed = _placed(given, problems)
    if not problems and not placed:
        problems.append("No column is named as areas are: code, name, admin1, province ...")
    if problems:
        raise CountryProblem(name, problems)
    return _coded(placed, iso2.upper(), name)


def unread_columns(file: Path) -> list[str]:
    """The columns of such a file from which nothing is taken, in order."""
    headers = list(dict.fromkeys(header for _, cells in rows_of(file) for header in cells))
    taken = {name for names in _OTHER_BUILDS.values() for name in names}
    wide = any(name in headers for name in _OTHER_BUILDS["admin1_name"])
    first, second = _level_columns(headers, _FIRST), _level_columns(headers, _SECOND)
    if first is None and not wide:
        taken |= {name for names in _KEYS.values() for name in names}
        return [one for one in headers if one not in taken and not _names_a_language(one)]
    taken |= {*_KEYS["lat"], *_KEYS["lon"], "district", *(set(_KEYS["code"]) - {"id"})}
    words = [word for word in (first, second) if word]
    return [
        one
        for one in headers
        if one not in taken and not any(_is_of_level(one, word) for word in words)
    ]


def _names_a_language(header: str) -> bool:
    found = _LABEL.fullmatch(header)
    return found is not None and _language(found["language"]) is not None


def _is_of_level(header: str, word: str) -> bool:
    rest = header.removeprefix(word).lstrip("_: ")
    return header.startswith(word) and (
        rest in {"", "name", "en", "label", "code", "pcode", "iso", "id"}
        or _language(rest) is not None
    )


# -- what a row says


def _as_ours(cells: Mapping[str, str]) -> Mapping[str, str]:
    """The cells, those under headers of another build under ours."""
    told = {header: "" if cell == "NA" else cell for header, cell in cells.items()}
    if not any(name in cells for name in _OTHER_BUILDS["admin1_name"]):
        return cells
    for ours, others in _OTHER_BUILDS.items():
        said = next((told[name] for name in others if told.get(name)), "")
        if said and not told.get(ours):
            told[ours] = said
    if "district" in told and not told.get("admin2_name"):
        told["admin2_name"] = told["district"]
    return told


def _given(
    rows: Sequence[tuple[int, Mapping[str, str]]], file: str, problems: list[str]
) -> list[_Given]:
    headers = {header for _, cells in rows for header in cells}
    first, second = _level_columns(headers, _FIRST), _level_columns(headers, _SECOND)
    if first is None:
        return [_long(row, cells, file, problems) for row, cells in rows]
    found: list[_Given] = []
    above: dict[tuple[str, str], _Given] = {}
    for row, cells in rows:
        upper = _of_level(row, cells, first, "admin1", headers)
        if not upper.names:
            problems.append(f"{file} row {row}: the area of the first level has no name.")
            continue
        key = (upper.code, upper.names["en"])
        if key not in above:
            above[key] = upper
            found.append(upper)
        if second is None:
            _place(upper, cells, file, problems)
            continue
        lower = _of_level(row, cells, second, "admin2", headers)
        if lower.names:
            lower.above = above[key]
            lower.code = lower.code or next(
                (cells[name] for name in _KEYS["code"] if name != "id" and cells.get(name)), ""
            )
            _place(lower, cells, file, problems)
            found.append(lower)
    return found


def _level_columns(headers: Iterable[str], words: Sequence[str]) -> str | None:
    """The word by which the columns of a level begin; None when there are none."""
    for word in words:
        if any(header == word or re.match(rf"{word}(_|::| )", header) for header in headers):
            return word
    return None


def _of_level(
    row: int, cells: Mapping[str, str], word: str, level: str, headers: Iterable[str]
) -> _Given:
    """The area of one level in a wide row."""
    area = _Given(row, level=level)
    for header in headers:
        rest = header.removeprefix(word).lstrip("_: ") if header.startswith(word) else None
        cell = cells.get(header, "")
        if rest is None or not cell:
            continue
        if rest in ("code", "pcode", "iso", "id"):
            area.code = cell
        elif rest in ("", "name", "en", "label"):
            area.names["en"] = cell
        elif (language := _language(rest)) is not None:
            area.names.setdefault(language, cell)
    _say_in_english(area)
    return area


def _long(row: int, cells: Mapping[str, str], file: str, problems: list[str]) -> _Given:
    def of(kind: str) -> str:
        return next((cells[key] for key in _KEYS[kind] if cells.get(key)), "")

    area = _Given(row, code=of("code"), parent=of("parent"), level=_level(of("level")))
    if of("name"):
        area.names["en"] = of("name")
    for header, cell in cells.items():
        found = _LABEL.fullmatch(header)
        language = _language(found["language"]) if found else None
        if language is not None and cell:
            area.names[language] = cell
    area.aliases += [word.strip() for word in of("alias").split(";") if word.strip()]
    _say_in_english(area)
    if not area.names:
        problems.append(f"{file} row {row}: the area has no name.")
    _place(area, cells, file, problems)
    return area


def _level(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    return f"admin{digits}" if digits else ""


def _language(word: str) -> str | None:
    """ISO 639-1 code of 'French (fr)', 'fr' or 'FR'; None for another word."""
    tagged = _TAG.search(word)
    code = (tagged["tag"] if tagged else word).strip().casefold()
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code not in ("alt", "ref") else None


def _say_in_english(area: _Given) -> None:
    if area.names and "en" not in area.names:
        area.names["en"] = next(iter(area.names.values()))
    for language, name in area.names.items():
        area.names[language] = name[:LONGEST_NAME]


def _place(area: _Given, cells: Mapping[str, str], file: str, problems: list[str]) -> None:
    for key, most in (("lat", 90), ("lon", 180)):
        cell = next((cells[name] for name in _KEYS[key] if cells.get(name)), "")
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


# -- the tree


def _placed(given: Sequence[_Given], problems: list[str]) -> list[_Given]:
    """Each area with the one above it, found by code or by name."""
    by_code: dict[str, _Given] = {}
    by_name: dict[str, list[_Given]] = {}
    for area in given:
        if area.code:
            other = by_code.setdefault(area.code.casefold(), area)
            if other is not area:
                problems.append(
                    f"row {area.row}: the code {area.code} stands in row {other.row} already."
                )
        by_name.setdefault(area.names.get("en", "").casefold(), []).append(area)
    for area in given:
        if area.above is not None or not area.parent:
            continue
        named = [one for one in by_name.get(area.parent.casefold(), ()) if one is not area]
        above = by_code.get(area.parent.casefold()) or (named[0] if len(named) == 1 else None)
        if above is None:
            problems.append(f"row {area.row}: there is no area {area.parent} to stand below.")
        area.above = above
    for area in given:
        problem = _depth_problem(area)
        if problem:
            problems.append(f"row {area.row}: {problem}")
    seen: dict[tuple[int, str], _Given] = {}
    for area in given:
        key = (id(area.above), area.names.get("en", "").casefold())
        other = seen.setdefault(key, area)
        if other is not area:
            problems.append(
                f"row {area.row}: {area.names.get('en', '')} stands in row {other.row} already, "
                "below the same area."
            )
    return list(given)


def _depth_problem(area: _Given) -> str:
    above = area.above
    if above is area or (above is not None and above.above is area):
        return "the area stands below itself."
    if above is not None and above.above is not None:
        return (
            "it stands on a third level. Visits are placed in an area of the second level: leave "
            "the levels below it out."
        )
    real = LEVELS[0 if above is None else 1]
    if area.level and area.level != real:
        return f"its level is {area.level}, and it stands on {real}."
    return ""


def _coded(areas: Sequence[_Given], iso2: str, file: str) -> list[AreaRow]:
    tops = [area for area in areas if area.above is None]
    rows = []
    for number, top in enumerate(tops, 1):
        upper = _row(top, f"{iso2}-", f"{iso2}-{number:02}", "")
        rows.append(upper)
        below = [area for area in areas if area.above is top]
        rows += [
            _row(area, f"{upper.code}-", f"{upper.code}-{place:02}", upper.code)
            for place, area in enumerate(below, 1)
        ]
    doubled = sorted({row.code for row in rows if [one.code for one in rows].count(row.code) > 1})
    if doubled:
        raise CountryProblem(
            file, [f"The code {code} would be that of two areas." for code in doubled]
        )
    return sorted(rows, key=lambda row: (row.level, row.parent))


def _row(area: _Given, beginning: str, made: str, parent: str) -> AreaRow:
    row = AreaRow(
        area.code,
        parent,
        LEVELS[1 if parent else 0],
        dict(area.names),
        tuple(area.aliases),
        area.lat,
        area.lon,
    )
    if area.code.startswith(beginning) and _CODE.fullmatch(area.code):
        return row
    other = (area.code,) if area.code else ()
    if not parent and _LETTERS_OF_ISO.fullmatch(area.code):
        # The part of an ISO 3166-2 code that stands behind the country's letters.
        return replace(row, code=f"{beginning}{area.code}", aliases=(*row.aliases, *other))
    return replace(row, code=made, aliases=(*row.aliases, *other))

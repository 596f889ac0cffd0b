"""Rows of a CSV or GeoJSON file as offices have them, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from server.countries.shapes import Ring, thinned
from server.forms.letters import letters_of
from server.forms.report import Report
from server.forms.workbooks import read_form
from shared.errors import QuestionnaireError

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")


def rows_of(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number (from 1, the header counted) and cells of each row that is not empty, headers in small
    letters. Commas, semicolons or tabs; lines that begin with # are passed over. Of a workbook the
    first sheet that holds something.

    Raises ValueError or csv.Error for what is no such file, and for a row with more cells than
    there are columns: a comma in a text that is not in quotes, and what stands behind it lost.
    """
    if file.suffix.lower() in _WORKBOOKS:
        yield from _rows_of_workbook(file)
        return
    text = letters_of(file.read_bytes()).text
    if text.lstrip()[:1] in "{[":
        yield from _rows_of_features(text)
        return
    lines = re.split(r"\r\n|\r|\n", text)
    left = [line for line in lines if not line.startswith("#")]
    skipped = len(lines) - len(left)
    if not any(left):
        return
    delimiter = max(";,\t", key=next(line for line in left if line).count)
    reader = csv.DictReader(io.StringIO("\n".join(left)), delimiter=delimiter)
    for row in reader:
        number = skipped + reader.line_num
        more = [cell for cell in row.pop(None, None) or () if cell and cell.strip()]
        if more:
            raise ValueError(
                f"row {number} has more cells than there are columns, from {more[0].strip()!r} on; "
                "put a text with a comma in it into quotes"
            )
        cells = {_header(key): _clean(cell) for key, cell in row.items()}
        if any(cells.values()):
            yield number, cells


def encoding_of(file: Path) -> str:
    """What the file was taken for where it does not say so itself; "" where that is certain."""
    return "" if file.suffix.lower() in _WORKBOOKS else letters_of(file.read_bytes()).encoding


def _rows_of_workbook(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        tables = read_form(file, Report())
    except QuestionnaireError as unreadable:
        raise ValueError(str(unreadable)) from unreadable
    rows = next((table.rows for table in tables if table.rows), [])
    if not rows:
        return
    headers = [_header(cell) for cell in rows[0][1]]
    for number, cells in rows[1:]:
        yield (
            number,
            {
                name: _clean(cell)
                for name, cell in zip(headers, [*cells, *[""] * len(headers)], strict=False)
                if name
            },
        )


def _features(text: str) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON text (RFC 7946). Raises ValueError for what is none."""
    try:
        shapes = json.loads(text)
    except RecursionError as deep:
        raise ValueError("its brackets stand too deep in one another") from deep
    features = shapes.get("features") if isinstance(shapes, dict) else None
    if not isinstance(features, list):
        raise ValueError("it is no GeoJSON FeatureCollection")
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            raise ValueError(f"feature {number} is none: it has no properties and no geometry")
        if not isinstance(feature.get("properties") or {}, dict):
            raise ValueError(f"the properties of feature {number} are no names with values")
    return features


def _rows_of_features(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, feature in enumerate(_features(text), 1):
        properties = feature.get("properties") or {}
        cells = {_header(key): _clean(cell) for key, cell in properties.items()}
        middle = _middle(feature.get("geometry"))
        if middle is not None:
            cells["lat"], cells["lon"] = (f"{degrees:.1f}" for degrees in middle)
        yield number, cells


def shapes_of(file: Path) -> dict[int, list[Ring]]:
    """The rings of each feature of a GeoJSON file by its number; none of another file."""
    data = file.read_bytes()
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
        return {}
    found = {}
    for number, feature in enumerate(_features(letters_of(data).text), 1):
        rings = [thinned(ring) for ring in _rings(feature.get("geometry"))]
        if rings:
            found[number] = rings
    return found


def _rings(geometry: Any) -> Iterator[Ring]:
    """The rings of a polygon or of several, longitude first."""
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list) or not part:
            continue
        if all(isinstance(one, list) and one and _is_number(one[0]) for one in part):
            ring = [(_degrees(one[0]), _degrees(one[1])) for one in part if len(one) > 1]
            if len(ring) > 2:
                yield ring
        else:
            waiting += part


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_MOST_DEGREES = 360
"""Beyond 180 shapes across the line of the date go on in some programs."""


def _degrees(value: object) -> float:
    if not _is_number(value) or not -_MOST_DEGREES <= value <= _MOST_DEGREES:  # type: ignore[operator]
        raise ValueError(
            f"a coordinate, {str(value)[:20]}, is no number of degrees: take the file in WGS 84"
        )
    return float(value)  # type: ignore[arg-type]


def _middle(geometry: Any) -> tuple[float, float] | None:
    """Latitude and longitude of the middle of the bounding box; None where there is no shape."""
    points: list[tuple[float, float]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if len(part) >= 2 and all(map(_is_number, part[:2])):
            points.append((_degrees(part[1]), _degrees(part[0])))
        else:
            waiting += part
    if not points:
        return None
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    if max(lons) - min(lons) > 180:
        # It lies on both sides of the line of the date (RFC 7946, 3.1.9), not around the Earth.
        lons = [lon + 360 if lon < 0 else lon for lon in lons]
    middle = (min(lons) + max(lons)) / 2
    return (min(lats) + max(lats)) / 2, middle - 360 if middle > 180 else middle


def _header(name: object) -> str:
    return re.sub(r"\s+", " ", str(name)).strip().casefold()


def _clean(cell: object) -> str:
    """Without what cannot be seen; numbers as they are written."""
    words = "" if cell is None else str(cell)
    seen = (one if unicodedata.category(one) != "Cc" else " " for one in words)
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))

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


def rows_of(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number (from 1, the header counted) and cells of each row that is not empty, headers in small
    letters. Commas, semicolons or tabs; lines that begin with # are passed over.

    Raises ValueError, UnicodeDecodeError or csv.Error for what is no such file.
    """
    text = _text(file.read_bytes())
    if text.lstrip()[:1] in "{[":
        yield from _features(json.loads(text))
        return
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    skipped = len(text.splitlines()) - len(lines)
    if not lines:
        return
    delimiter = max(";,\t", key=lines[0].count)
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    for row in reader:
        cells = {_header(key): _clean(cell) for key, cell in row.items() if isinstance(key, str)}
        if any(cells.values()):
            yield skipped + reader.line_num, cells


def _features(shapes: Any) -> Iterator[tuple[int, Mapping[str, str]]]:
    features = shapes.get("features") if isinstance(shapes, dict) else None
    if not isinstance(features, list):
        raise ValueError("it is no GeoJSON FeatureCollection")
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        cells = {_header(key): _clean(cell) for key, cell in (properties or {}).items()}
        middle = _middle(feature.get("geometry") if isinstance(feature, dict) else None)
        if middle is not None:
            cells["lat"], cells["lon"] = (f"{degrees:.1f}" for degrees in middle)
        yield number, cells


def _middle(geometry: Any) -> tuple[float, float] | None:
    """Latitude and longitude of the middle of the bounding box; None where there is no shape."""
    points: list[tuple[float, float]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if len(part) >= 2 and all(isinstance(one, (int, float)) for one in part[:2]):
            points.append((float(part[1]), float(part[0])))
        else:
            waiting += part
    if not points:
        return None
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


def _text(data: bytes) -> str:
    """UTF-8, or what spreadsheets on Windows write."""
    for encoding in (
        ("utf-8-sig", "utf-16")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff")
        else (
            "utf-8-sig",
            "cp1252",
        )
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("it is neither UTF-8 nor the encoding of a spreadsheet on Windows")


def _header(name: object) -> str:
    return re.sub(r"\s+", " ", str(name)).strip().casefold()


def _clean(cell: object) -> str:
    """Without what cannot be seen; numbers as they are written."""
    words = "" if cell is None else str(cell)
    seen = (one if unicodedata.category(one) != "Cc" else " " for one in words)
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))

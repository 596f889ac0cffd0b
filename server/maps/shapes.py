"""Outlines of areas from an office's own GeoJSON (RFC 7946), made as coarse as a page draws them.

Neighbours stay neighbours: shared borders are made coarser together (Visvalingam and Whyatt 1993,
as GEOS does it for a coverage). Pure.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shared.texts import ENGLISH, text

MOST_BYTES = 64 << 20
"""Of a file; what ministries give out for a whole country to the third level is smaller."""
MOST_ON_A_PAGE = 16 << 20
"""Of a file given on a page, read while its sender waits; larger ones by command."""
FINENESS = 1 / 600
"""How coarse outlines become, as a part of the country's longer side: under one dot of a page."""


_POLYGONS = ("Polygon", "MultiPolygon")


class BadShapes(ValueError):
    """A file that is no map of these areas; says what is wrong and where (``server.map.*``)."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(self.said(ENGLISH))

    def said(self, language: str) -> str:
        """The sentence in that language."""
        return text(f"server.map.{self.code}", language, **self.values)


def read_shapes(
    content: bytes, areas: Container[str], code_property: str = "code"
) -> dict[str, BaseGeometry]:
    """Outline by area code, in degrees, coarse enough to be drawn.

    areas: the codes of the code list; code_property: the property of a feature that has its code.
    Several features of one code are one area. Raises BadShapes.
    """
    if len(content) > MOST_BYTES:
        raise BadShapes("too_large", size=len(content) >> 20, most=MOST_BYTES >> 20)
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadShapes("no_json") from None
    features = said.get("features") if isinstance(said, dict) else None
    if not isinstance(features, list) or not features:
        raise BadShapes("no_features")
    parts: dict[str, list[BaseGeometry]] = {}
    for number, feature in enumerate(features, 1):
        code, outline = _feature(number, feature, areas, code_property)
        parts.setdefault(code, []).append(outline)
    outlines = {code: shapely.union_all(several) for code, several in parts.items()}
    return _coarser(_across_the_date_line(outlines))


def _feature(
    number: int, feature: Any, areas: Container[str], code_property: str
) -> tuple[str, BaseGeometry]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = (properties or {}).get(code_property) if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code.strip():
        raise BadShapes("no_code", number=number, word=repr(code_property))
    code = code.strip()
    if code not in areas:
        raise BadShapes("unknown_code", number=number, word=repr(code))
    try:
        outline = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except shapely.GEOSException:
        outline = None
    if outline is None or outline.geom_type not in _POLYGONS or outline.is_empty:
        raise BadShapes("no_polygon", number=number, word=code)
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadShapes("outside", number=number, word=code)
    valid = shapely.make_valid(outline, method="structure")
    pieces = [one for one in shapely.get_parts(valid) if one.geom_type in _POLYGONS]
    if not pieces:
        raise BadShapes("no_area", number=number, word=code)
    return code, shapely.union_all(pieces)


def _across_the_date_line(outlines: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """A country on both sides of 180 degrees in one piece, where that makes it narrower."""

    def moved(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(
            (np.where(points[:, 0] < 0, points[:, 0] + 360, points[:, 0]), points[:, 1])
        )

    parts = {
        code: [
            shapely.transform(one, moved) if one.bounds[2] <= 0 else one for one in _pieces(whole)
        ]
        for code, whole in outlines.items()
    }
    before, after = (
        _width(outlines.values()),
        _width(one for each in parts.values() for one in each),
    )
    if after >= before:
        return dict(outlines)
    return {code: shapely.union_all(several) for code, several in parts.items()}


def _pieces(whole: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_parts(whole))


def _width(outlines: Any) -> float:
    bounds = [one.bounds for one in outlines]
    return float(max(one[2] for one in bounds) - min(one[0] for one in bounds))


def _coarser(outlines: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    west, south, east, north = shapely.total_bounds(list(outlines.values()))
    tolerance = max(east - west, north - south) * FINENESS
    found = shapely.coverage_simplify(list(outlines.values()), tolerance)
    return {
        code: before if after.is_empty else after
        for (code, before), after in zip(outlines.items(), found, strict=True)
    }

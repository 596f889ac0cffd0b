"""A published table upon the shapes of its areas, as lines and circles of an SVG. Pure.

Counts are circles whose area is the number, never shades: a shade of a large area would say more
than its number does (Bertin 1967). What has no number has no circle, whatever it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

WIDTH, HIGHEST = 720, 640
"""Of the drawing, in its own units."""
LARGEST = 42
"""Radius of the circle of the largest number."""
LARGEST_ON_A_TILE = 26
SMALLEST = 2
TILE = 96
ACROSS = 7


@dataclass(frozen=True)
class Shape:
    """An area as it is drawn. path: of SVG; x, y: where its circle or its sign stands."""

    code: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """All areas in a frame of this size."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    is_tiles: bool


def drawn(outlines: Mapping[str, BaseGeometry], covered: Mapping[str, Iterable[str]]) -> Drawing:
    """Shapes of published codes, each the union of the areas it covers.

    covered: the area codes that each published code stands for, in the order of the table. When
    one of them has no shape at all, nobody could tell where it is: then tiles are drawn.
    """
    found: dict[str, BaseGeometry] = {}
    for code, areas in covered.items():
        parts = [outlines[one] for one in areas if one in outlines]
        if not parts:
            return tiles(list(covered))
        found[code] = shapely.union_all(parts)
    if not found:
        return tiles([])
    west, south, east, north = (float(one) for one in shapely.total_bounds(list(found.values())))
    # Equirectangular with the middle parallel true: a country looks as its own maps show it.
    narrow = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / across, HIGHEST / up)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - west) * narrow * scale, (north - latitude) * scale

    shapes = []
    for code, outline in found.items():
        middle = shapely.point_on_surface(_largest_piece(outline))
        x, y = place(middle.x, middle.y)
        rings = [
            ring
            for piece in shapely.get_parts(outline)
            if piece.geom_type == "Polygon"
            for ring in (piece.exterior, *piece.interiors)
        ]
        path = "".join(_path([place(*point[:2]) for point in ring.coords]) for ring in rings)
        shapes.append(Shape(code, path, round(x, 1), round(y, 1)))
    return Drawing(math.ceil(across * scale), math.ceil(up * scale), tuple(shapes), False)


def tiles(codes: Sequence[str]) -> Drawing:
    """One square for each area, in the order of the table."""
    columns = min(ACROSS, max(1, math.ceil(math.sqrt(len(codes)))))
    shapes = []
    for at, code in enumerate(codes):
        left, top = at % columns * TILE, at // columns * TILE
        inner = TILE - 8
        path = f"M{left + 4},{top + 4}h{inner}v{inner}h-{inner}z"
        shapes.append(Shape(code, path, left + TILE / 2, top + TILE / 2))
    rows = math.ceil(len(codes) / columns) or 1
    return Drawing(columns * TILE, rows * TILE, tuple(shapes), True)


def radius(count: int, largest: int, of_largest: int = LARGEST) -> float:
    """Of the circle of a number beside the largest one; 0 for none."""
    if count <= 0 or largest <= 0:
        return 0.0
    return round(max(SMALLEST, of_largest * math.sqrt(count / largest)), 1)


def _largest_piece(outline: BaseGeometry) -> BaseGeometry:
    pieces: list[BaseGeometry] = list(shapely.get_parts(outline))
    return max(pieces, key=lambda piece: piece.area)


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A ring in tenths of the drawing's units, without points that fall together."""
    said: list[str] = []
    for x, y in points:
        here = f"{x:.1f},{y:.1f}"
        if not said or said[-1] != here:
            said.append(here)
    return "M" + "L".join(said) + "z"

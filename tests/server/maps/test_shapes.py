"""Shapes of areas are read whole or not at all, and neighbours stay neighbours."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import shapely

from server.maps import drawing, shapes

AREAS = ("A", "B", "C")


def square(code: str, west: float, south: float, size: float = 1.0) -> dict[str, Any]:
    ring = [
        [west, south],
        *([west + size, south + size * step / 200] for step in range(200)),
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_neighbours_still_meet_after_they_were_made_coarser() -> None:
    found = shapes.read_shapes(collection(square("A", 0, 0), square("B", 1, 0)), AREAS)

    assert set(found) == {"A", "B"}
    assert shapely.get_num_coordinates(found["A"]) < 20
    assert found["A"].intersection(found["B"]).length == pytest.approx(1)


def test_several_features_of_one_code_are_one_area() -> None:
    found = shapes.read_shapes(collection(square("A", 0, 0), square("A", 5, 0)), AREAS)

    assert found["A"].area == pytest.approx(2)


def test_country_on_both_sides_of_the_date_line_is_drawn_in_one_piece() -> None:
    found = shapes.read_shapes(collection(square("A", 178, -18), square("B", -180, -18)), AREAS)

    west, _, east, _ = shapely.total_bounds(list(found.values()))
    assert east - west == pytest.approx(3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"type": "Point"}', "FeatureCollection"),
        (collection(), "at least one feature"),
        (collection(square("Z", 0, 0)), "has no 'Z'"),
        (collection({"type": "Feature"}), "Feature 1 has no property 'code'"),
        (collection(square("A", 0, 0), None), "Feature 2 has no property"),
        (collection(square("A", 500_000, 0)), "degrees"),
        (
            collection(
                {
                    "properties": {"code": "A"},
                    "geometry": {"type": "Point", "coordinates": [1, 2]},
                }
            ),
            "no Polygon",
        ),
        (collection({"properties": {"code": "A"}, "geometry": {"type": "Polygon"}}), "no Polygon"),
        (
            collection(
                {
                    "properties": {"code": "A"},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[0, 0], [1, 0], [2, 0], [0, 0]]],
                    },
                }
            ),
            "covers no area",
        ),
    ],
)
def test_file_that_is_no_map_of_these_areas_is_refused_with_the_place(
    content: bytes, said: str
) -> None:
    with pytest.raises(shapes.BadShapes, match=said):
        shapes.read_shapes(content, AREAS)


def test_published_area_is_drawn_as_the_union_of_what_it_covers() -> None:
    outlines = shapes.read_shapes(
        collection(square("A", 0, 0), square("B", 1, 0), square("C", 2, 0)), AREAS
    )
    picture = drawing.drawn(outlines, {"A": ["A"], "Other": ["B", "C"]})

    assert [shape.code for shape in picture.shapes] == ["A", "Other"]
    assert not picture.is_tiles
    assert picture.width == drawing.WIDTH
    assert picture.shapes[1].path.count("M") == 1  # the border within is not drawn


def test_squares_are_drawn_when_one_area_has_no_shape() -> None:
    outlines = shapes.read_shapes(collection(square("A", 0, 0)), AREAS)

    picture = drawing.drawn(outlines, {"A": ["A"], "B": ["B"]})

    assert picture.is_tiles
    assert [shape.code for shape in picture.shapes] == ["A", "B"]


def test_area_of_a_circle_is_its_number() -> None:
    assert drawing.radius(0, 100) == 0
    large, small = drawing.radius(100, 100), drawing.radius(25, 100)
    assert math.isclose((large / small) ** 2, 4, rel_tol=0.01)

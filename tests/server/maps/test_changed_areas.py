"""An edition of before is drawn on the map of today, where that can be told."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from server.maps.changed import with_changed
from server.maps.drawing import drawn
from shared.codelists import CodeList, load_codelist

LIST = """code,parent,since,until,became
X,,,,
OLD,X,,2026-01-01,EAST;WEST
EAST,X,2026-01-01,,
WEST,X,2026-01-01,2027-01-01,FARWEST
FARWEST,X,2027-01-01,,
A,X,,2026-01-01,BOTH
B,X,,2026-01-01,BOTH
BOTH,X,2026-01-01,,
SMALL,X,,2026-01-01,LARGE
LARGE,X,,,
NEW,X,2026-01-01,,
"""


@pytest.fixture
def areas(tmp_path: Path) -> CodeList:
    (tmp_path / "areas.csv").write_text(LIST, "utf-8")
    return load_codelist("areas", [tmp_path])


def test_an_area_that_was_split_is_drawn_as_all_its_parts(areas: CodeList) -> None:
    parts = {"EAST": shapely.box(1, 0, 2, 1), "FARWEST": shapely.box(0, 0, 1, 1)}

    found = with_changed(parts, areas)

    assert found["WEST"].equals(parts["FARWEST"])
    assert found["OLD"].equals(shapely.box(0, 0, 2, 1))
    assert not drawn(found, {"OLD": ["OLD"]}).is_tiles


def test_an_area_that_was_made_of_others_is_drawn_as_these_together(areas: CodeList) -> None:
    before = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}

    assert with_changed(before, areas)["BOTH"].equals(shapely.box(0, 0, 2, 1))
    assert "BOTH" not in with_changed({"A": before["A"]}, areas)


def test_what_the_map_cannot_tell_apart_is_not_drawn(areas: CodeList) -> None:
    """Merged into one that stood before, or new from nowhere."""
    found = with_changed({"LARGE": shapely.box(0, 0, 2, 1)}, areas)

    assert found.keys() == {"LARGE"}
    assert "LARGE" not in with_changed({"SMALL": shapely.box(0, 0, 1, 1)}, areas)


def test_what_took_in_another_after_it_began_is_drawn_as_neither(tmp_path: Path) -> None:
    """It has ground of its own from before the other came to it, though it was new once."""
    later = "YOUNG,X,2020-01-01,,\nTAKEN,X,,2026-01-01,YOUNG\n"
    (tmp_path / "areas.csv").write_text(LIST + later, "utf-8")
    areas = load_codelist("areas", [tmp_path])

    for code in ("YOUNG", "TAKEN"):
        assert with_changed({code: shapely.box(0, 0, 1, 1)}, areas).keys() == {code}


def test_shapes_that_cannot_be_joined_are_not_drawn_and_stop_no_page(areas: CodeList) -> None:
    crossed = {
        "EAST": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        "WEST": shapely.Polygon([(0, 0.5), (1, 0.2), (0.3, 0), (0.7, 1)]),
    }

    assert "OLD" not in with_changed(crossed, areas)

"""Areas renamed, split, merged and moved: what stood when, its name then, where it counts today."""

from datetime import date

import pytest

from mobile.ui.screens.code_search import search
from shared.codelists import load_codelist
from shared.codelists.changes import (
    between_in,
    counted_in,
    named_on,
    same_ground,
    stands_on,
    stood_between,
    today_in,
)
from shared.codelists.nearest import nearest

LIST = """code,parent,level,label::English (en),since,until,became,renamed,was::English (en),lat,lon
X-1,,admin1,North,,,,,,,
X-2,,admin1,South,,,,,,,
X-1-01,X-1,admin2,Old Town,,2025-01-01,X-1-02;X-1-03,,,1.0,1.0
X-1-02,X-1,admin2,Upper,2025-01-01,,,,,1.1,1.0
X-1-03,X-1,admin2,Lower,2025-01-01,2026-07-01,X-2-02,,,,
X-2-01,X-2,admin2,Port,,2026-01-01,X-2-02,,,,
X-2-02,X-2,admin2,Harbour,,,,2026-03-01,Quay,,
X-2-03,X-2,admin2,Gone,,2024-01-01,,,,,
"""


@pytest.fixture
def areas(tmp_path):
    (tmp_path / "areas.csv").write_text(LIST)
    return load_codelist("areas", [tmp_path])


def test_an_area_stands_from_its_first_day_to_the_day_before_its_end(areas):
    old, new = areas.entries["X-1-01"], areas.entries["X-1-02"]

    assert [stands_on(one, date(2024, 12, 31)) for one in (old, new)] == [True, False]
    assert [stands_on(one, date(2025, 1, 1)) for one in (old, new)] == [False, True]
    assert stood_between(old, date(2024, 6, 1), date(2025, 6, 1))
    assert not stood_between(old, date(2025, 1, 1), date(2025, 12, 31))


def test_an_area_has_the_name_of_its_day(areas):
    assert named_on(areas, date(2026, 2, 28)).label("X-2-02", "en") == "Quay"
    assert named_on(areas, date(2026, 3, 1)).label("X-2-02", "en") == "Harbour"
    assert areas.label("X-2-02", "en") == "Harbour"
    assert [entry.code for entry in areas.search("quay", "en")] == ["X-2-02"]


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (date(2023, 1, 1), {}),
        (date(2025, 6, 1), {"X-1-01": "X-1"}),  # split inside its province
        (date(2026, 2, 1), {"X-1-01": "X-1", "X-2-01": "X-2-02"}),  # merged
        # One of the parts was moved to the other province: only the country holds both.
        (date(2026, 8, 1), {"X-1-01": None, "X-1-03": "X-2-02", "X-2-01": "X-2-02"}),
    ],
)
def test_an_area_that_ended_counts_in_what_it_became(areas, day, counted):
    assert counted_in(areas, today_in(areas, day)) == counted


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        # Of the parts that came later nobody knew: they are in the area that was split.
        (
            date(2023, 1, 1),
            date(2023, 12, 31),
            {"X-1-02": "X-1-01", "X-1-03": "X-1-01"},
        ),
        (date(2024, 12, 1), date(2025, 1, 31), {}),  # both sides of the change
        (date(2025, 2, 1), date(2025, 12, 31), {"X-1-01": "X-1"}),
        (date(2026, 1, 1), date(2026, 3, 31), {"X-1-01": "X-1", "X-2-01": "X-2-02"}),
        (
            date(2026, 7, 1),
            date(2026, 12, 31),
            {"X-1-01": None, "X-1-03": "X-2-02", "X-2-01": "X-2-02"},
        ),
    ],
)
def test_what_did_not_stand_in_a_period_counts_in_an_area_that_did(areas, first, last, counted):
    assert counted_in(areas, between_in(areas, first, last)) == counted


def test_an_area_made_of_several_counts_above_them_before(tmp_path):
    ended, new = "X-1,X,,2026-01-01,X-3\nX-2,X,,2026-01-01,X-3", "X-3,X,2026-01-01,,"
    rows = f"X,,,,\n{ended}\n{new}\nX-4,X,2026-01-01,,\n"
    (tmp_path / "areas.csv").write_text(f"code,parent,since,until,became\n{rows}")
    areas = load_codelist("areas", [tmp_path])

    # X-4 is new: nothing says where it lay.
    assert counted_in(areas, between_in(areas, date(2025, 1, 1), date(2025, 12, 31))) == {
        "X-3": "X"
    }


def test_a_new_visit_is_offered_the_areas_of_its_day_and_an_old_code_keeps_its_words(areas):
    offered = [code for code, _, _ in search(areas, date(2026, 8, 1), "en", "")]

    assert offered == ["X-1-02", "X-2-02"]
    assert search(areas, date(2026, 8, 1), "en", "Old") == []
    assert areas.label("X-1-01", "en") == "Old Town"
    assert [a.code for a, _ in nearest(areas, 1.0, 1.0, date(2026, 8, 1))] == ["X-1-02"]
    assert [a.code for a, _ in nearest(areas, 1.0, 1.0, date(2024, 8, 1))] == ["X-1-01"]


def test_a_day_nobody_can_read_hides_no_area(tmp_path):
    (tmp_path / "areas.csv").write_text("code,until,became\nX-1,soon,X-1\n")
    areas = load_codelist("areas", [tmp_path])

    assert stands_on(areas.entries["X-1"], date(2026, 1, 1))
    assert today_in(areas, date(2026, 1, 1)) == {}


def test_areas_that_became_one_another_end_somewhere(tmp_path):
    rows = "X-1,2020-01-01,X-2\nX-2,2020-01-01,X-1\n"
    (tmp_path / "areas.csv").write_text(f"code,until,became\n{rows}")

    areas = load_codelist("areas", [tmp_path])

    assert set(today_in(areas, date(2026, 1, 1))) <= {"X-1", "X-2"}
    assert between_in(areas, date(2019, 1, 1), date(2019, 2, 1)) == {}


@pytest.mark.parametrize(
    ("code", "ground"),
    [
        ("A", {"A"}),  # merged with B: the whole is more than it
        ("AB", {"A", "B", "AB"}),
        ("O", {"O", "O1", "O2", "M"}),  # split, and one part moved to another province
        ("O1", {"O1"}),
        ("M", {"O2", "M"}),
        ("S", {"S"}),  # taken in by one that stood before
        ("L", {"L"}),
        ("T", {"T"}),  # taken in by one that was new years before
        ("Y", {"Y"}),
        ("P", {"P"}),
        ("NOWHERE", set()),
    ],
)
def test_an_area_has_the_ground_of_what_it_was_and_became_but_no_more(tmp_path, code, ground):
    (tmp_path / "areas.csv").write_text(
        "code,parent,since,until,became\nP,,,,\nQ,,,,\nA,P,,2026-01-01,AB\nB,P,,2026-01-01,AB\n"
        "AB,P,2026-01-01,,\nO,P,,2026-01-01,O1;O2\nO1,P,2026-01-01,,\nO2,P,2026-01-01,2027-01-01,M\n"
        "M,Q,2027-01-01,,\nS,P,,2026-01-01,L\nL,P,,,\n"
        "T,P,,2026-01-01,Y\nY,Q,2020-01-01,,\n"
    )

    assert same_ground(load_codelist("areas", [tmp_path]), code) == ground


def test_an_area_is_of_before_it_began_only_what_ended_then(tmp_path):
    (tmp_path / "areas.csv").write_text(
        "code,parent,since,until,became\nP,,,,\nT,P,,2026-01-01,Y\nO,P,,2020-01-01,Y\n"
        "Y,P,2020-01-01,,\nZ,P,2020-01-01,,\nU,P,,2026-01-01,Z\n"
    )
    areas = load_codelist("areas", [tmp_path])

    assert between_in(areas, date(2019, 1, 1), date(2019, 12, 31)) == {"Y": {"O"}}


def test_an_area_that_ended_before_the_next_began_changes_places_with_nobody_in_between(tmp_path):
    rows = "P,,,,\nX,P,,2020-01-01,Y\nY,P,2022-01-01,,\n"
    (tmp_path / "areas.csv").write_text(f"code,parent,since,until,became\n{rows}")
    areas = load_codelist("areas", [tmp_path])

    assert between_in(areas, date(2021, 1, 1), date(2021, 12, 31)) == {}
    assert between_in(areas, date(2022, 1, 1), date(2022, 12, 31)) == {"X": {"Y"}}

"""Which areas are near a place: by their seats, the finest level, nothing far away."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.codelists import load_codelist
from shared.codelists.nearest import WITHIN_KM, has_seats, nearest
from shared.profiles.files import COUNTRIES

DAY = date(2026, 11, 18)
PUNJAB = load_codelist("areas", [COUNTRIES / "PAK"])


def test_the_nearest_seats_come_first_with_their_distance():
    found = [(area.code, km) for area, km in nearest(PUNJAB, 31.5, 74.3, DAY)]

    assert found[0] == ("PK-PB-05", 0)
    assert found[1] == ("PK-PB-04", 78)  # Lahore to Gujranwala
    assert len(found) == 3


def test_a_list_without_seats_proposes_nothing():
    areas = load_codelist("areas", [COUNTRIES / "NPL"])

    assert not has_seats(areas)
    assert nearest(areas, 27.7, 85.3, DAY) == []


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_whatever_the_place_only_near_areas_of_the_finest_level_are_proposed(latitude, longitude):
    found = nearest(PUNJAB, latitude, longitude, DAY)

    assert [km for _, km in found] == sorted(km for _, km in found)
    for area, km in found:
        assert 0 <= km <= WITHIN_KM
        assert not PUNJAB.children(area.code)

"""About where areas lie, out of an office's own shapes: to a tenth of a degree, no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.countries import folder_faults
from server.countries.files import rows_of
from shared.codelists.nearest import nearest
from shared.reference import load_reference
from tests.server.countries.test_folder_faults import PROFILE, TODAY

AREAS = """# version: 2026-12
code,parent,level,label::English (en),alias::English (en),since,until,became
ZW-01,,admin1,Harare,,,,
ZW-02,,admin1,Masvingo,,,,
ZW-01-01,ZW-01,admin2,Chitungwiza,ZW1001,,,
ZW-02-01,ZW-02,admin2,Chiredzi,,,,
ZW-01-02,ZW-01,admin2,Central,,,,
ZW-02-02,ZW-02,admin2,Central,,,,
ZW-02-03,ZW-02,admin2,Gutu,,,2025-01-01,ZW-02-04
ZW-02-04,ZW-02,admin2,Gutu,,2025-01-01,,
"""


def feature(at: tuple[float, float], **properties: str) -> dict[str, Any]:
    (x, y), size = at, 0.43217
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def written(file: Path, features: list[dict[str, Any]]) -> Path:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def seats(country: str, folder: Path, file: Path) -> Result:
    return CliRunner().invoke(main, ["country", "seats", country, str(folder), str(file)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "areas.csv").write_text(AREAS, "utf-8")
    (made / "profile.toml").write_text(PROFILE, "utf-8")
    return made


def test_areas_are_found_by_code_or_name_and_nothing_exact_is_kept(
    tmp_path: Path, folder: Path
) -> None:
    shapes = written(
        tmp_path / "districts.geojson",
        [
            feature((30.812345, -18.212345), ADM1_EN="Harare", ADM2_EN="Chi", ADM2_PCODE="ZW1001"),
            feature((31.512345, -21.212345), ADM1_EN="Masvingo", ADM2_EN="Chiredzi", ADM2_PCODE=""),
            feature((30.912345, -17.912345), ADM1_EN="Harare", ADM2_EN="Central", ADM2_PCODE=""),
            feature((31.112345, -19.912345), ADM1_EN="Masvingo", ADM2_EN="Gutu", ADM2_PCODE=""),
            feature(
                (32.512345, -20.212345), ADM1_EN="Manicaland", ADM2_EN="Chipinge", ADM2_PCODE=""
            ),
        ],
    )

    done = seats("ZWE", folder, shapes)
    areas = load_reference("ZWE", [folder]).codelists["areas"]
    where = {e.code: (e.columns["lat"], e.columns["lon"]) for e in areas if e.columns["lat"]}
    text = (folder / "areas.csv").read_text("utf-8")

    assert done.exit_code == 0, done.output
    assert "4 areas have a seat now" in done.output
    assert "Chipinge" in done.output
    assert where == {
        "ZW-01-01": ("-18.0", "31.0"),
        "ZW-02-01": ("-21.0", "31.7"),
        "ZW-01-02": ("-17.7", "31.1"),
        "ZW-02-04": ("-19.7", "31.3"),
    }
    assert "12345" not in text
    assert text.startswith("# version: 2026-12\n")
    assert next(entry.code for entry, _ in nearest(areas, -17.7, 31.1, TODAY)) == "ZW-01-02"
    assert not [str(one) for one in folder_faults("ZWE", folder, TODAY) if one.is_error]


def test_a_country_that_comes_with_tally87_is_given_them_over_its_own_list(tmp_path: Path) -> None:
    folder = tmp_path / "kenya"
    folder.mkdir()
    shapes = written(
        tmp_path / "counties.geojson", [feature((36.7, -1.4), shapeName="Nairobi City")]
    )
    before = load_reference("KEN", [folder]).codelists["areas"]

    done = seats("KEN", folder, shapes)
    areas = load_reference("KEN", [folder]).codelists["areas"]

    assert done.exit_code == 0, done.output
    assert [one.code for one, _ in nearest(areas, -1.3, 36.8, TODAY)] == ["KE-30"]
    assert {one.code: one.labels for one in areas} == {one.code: one.labels for one in before}
    assert not [str(one) for one in folder_faults("KEN", folder, TODAY) if one.is_error]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "FeatureCollection", "features": []}', "No column"),
        ("name,lat,lon\nNowhere,1,1\n", "nothing was changed"),
        ("name,lat,lon\nChiredzi,north,1\n", "no number of degrees"),
    ],
)
def test_a_file_that_says_nothing_of_the_areas_changes_nothing(
    tmp_path: Path, folder: Path, content: str, said: str
) -> None:
    (tmp_path / "file.csv").write_text(content, "utf-8")

    refused = seats("ZWE", folder, tmp_path / "file.csv")

    assert refused.exit_code != 0
    assert said in refused.output
    assert (folder / "areas.csv").read_text("utf-8") == AREAS


def test_an_area_on_the_line_of_the_date_lies_there(tmp_path: Path) -> None:
    east, west = feature((179.5, -17.0), name="Cakaudrove"), feature((-180.0, -17.0))
    both = [east["geometry"]["coordinates"], west["geometry"]["coordinates"]]
    east["geometry"] = {"type": "MultiPolygon", "coordinates": both}

    rows = list(rows_of(written(tmp_path / "fiji.geojson", [east])))

    assert float(rows[0][1]["lon"]) == pytest.approx(180.0, abs=0.1)


@pytest.mark.parametrize("column", ["code", "ADM2_PCODE"])
def test_areas_are_found_in_shapes_that_have_codes_and_no_names(
    folder: Path, tmp_path: Path, column: str
) -> None:
    shapes = [feature((30.8, -18.2), **{column: "ZW1001", "ADM0_PCODE": "ZW"})]

    told = seats("ZWE", folder, written(tmp_path / "districts.geojson", shapes))

    assert told.exit_code == 0, told.output
    (row,) = [cells for _, cells in rows_of(folder / "areas.csv") if cells["code"] == "ZW-01-01"]
    assert (row["lat"], row["lon"]) == ("-18.0", "31.0")

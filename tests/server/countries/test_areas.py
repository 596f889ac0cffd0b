"""Areas as offices have them: any shape of file becomes one tree, or each wrong row is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.countries import AreaRow, CountryProblem, read_areas


def areas(folder: Path, text: str, name: str = "areas.csv") -> list[AreaRow]:
    (folder / name).write_bytes(text.encode())
    return read_areas([folder / name], "zw")


def tree(rows: list[AreaRow]) -> dict[str, tuple[str, str]]:
    return {row.code: (row.parent, row.names["en"]) for row in rows}


EXPECTED = {
    "ZW-01": ("", "Harare"),
    "ZW-02": ("", "Masvingo"),
    "ZW-01-01": ("ZW-01", "Chitungwiza"),
    "ZW-02-01": ("ZW-02", "Chiredzi"),
}


@pytest.mark.parametrize(
    "text",
    [
        "name,parent\nHarare,\nMasvingo,\nChitungwiza,Harare\nChiredzi,Masvingo\n",
        "Province;District\nHarare;Chitungwiza\nMasvingo;Chiredzi\n",
        "\ufeffSTATE\tDISTRICT\r\nHarare\tChitungwiza\r\nMasvingo\tChiredzi\r\n",
        "# from the statistics office\nparent,NAME\n,Harare\n,Masvingo\nHarare,Chitungwiza\n"
        "Masvingo,Chiredzi\n",
        "code,name,parent\nZW-01,Harare,\nZW-01-01,Chitungwiza,ZW-01\nZW-02,Masvingo,\n"
        "ZW-02-01,Chiredzi,ZW-02\n",
        "ADM1_EN,ADM2_EN\n  Harare ,Chitungwiza\nMasvingo, Chiredzi\n\n",
    ],
    ids=["by name", "wide", "windows", "notes", "coded", "pcodes"],
)
def test_every_shape_of_file_makes_the_same_tree(tmp_path: Path, text: str) -> None:
    assert tree(areas(tmp_path, text)) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "GID_1,NAME_1,GID_2,NAME_2\nZWE.1_1,Harare,ZWE.1.1_1,Chitungwiza\n"
        "ZWE.2_1,Masvingo,ZWE.2.1_1,Chiredzi\n",
        "CD_MUN,NM_MUN,CD_UF,NM_UF\n1101,Chitungwiza,11,Harare\n1201,Chiredzi,12,Masvingo\n",
        "ST_NM,DISTRICT\nHarare,Chitungwiza\nMasvingo,Chiredzi\n",
        "stname,dtname\nHarare,Chitungwiza\nMasvingo,Chiredzi\n",
        "ISO_1,NAME_1,NAME_2\nNA,Harare,Chitungwiza\nNA,Masvingo,Chiredzi\n",
    ],
    ids=["gadm", "ibge", "india", "india, short", "gadm without iso"],
)
def test_columns_of_other_builds_make_the_same_tree(tmp_path: Path, text: str) -> None:
    assert tree(areas(tmp_path, text)) == EXPECTED


def test_letters_of_a_state_become_its_iso_code(tmp_path: Path) -> None:
    rows = areas(tmp_path, "SIGLA_UF,NM_UF\nHA,Harare\nMV,Masvingo\n")

    assert [(row.code, row.aliases) for row in rows] == [("ZW-HA", ("HA",)), ("ZW-MV", ("MV",))]


def test_file_without_a_column_of_names_is_told_once_with_the_columns_it_has(
    tmp_path: Path,
) -> None:
    with pytest.raises(CountryProblem) as told:
        areas(tmp_path, "group,total\nHarare,1\nMasvingo,2\nMutare,3\n")

    assert str(told.value).count("no column says what an area is called") == 1
    assert "group, total" in str(told.value)


def test_codes_of_another_build_are_found_as_aliases(tmp_path: Path) -> None:
    rows = areas(tmp_path, "ADM1_PCODE,ADM1_EN,ADM2_PCODE,ADM2_EN\nZW18,Masvingo,ZW1801,Bikita\n")
    assert [(row.code, row.aliases) for row in rows] == [
        ("ZW-01", ("ZW18",)),
        ("ZW-01-01", ("ZW1801",)),
    ]


def test_names_in_other_languages_are_kept(tmp_path: Path) -> None:
    rows = areas(
        tmp_path, "code,name,label::Shona (sn),name_fr\nZW-HA,Harare,Harare sn,Harare fr\n"
    )
    assert rows[0].names == {"en": "Harare", "sn": "Harare sn", "fr": "Harare fr"}


def test_of_a_shape_the_middle_is_kept_to_a_tenth_of_a_degree(tmp_path: Path) -> None:
    ring = [[30.01, -17.02], [31.07, -17.02], [31.07, -18.08], [30.01, -17.02]]
    shapes = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"shapeName": "Harare", "shapeISO": "ZW-HA"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            },
            {"type": "Feature", "properties": {"shapeName": "Bulawayo"}, "geometry": None},
        ],
    }
    rows = areas(tmp_path, json.dumps(shapes), "areas.geojson")
    assert [(row.code, row.lat, row.lon) for row in rows] == [
        ("ZW-HA", -17.5, 30.5),
        ("ZW-01", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,name\nA,Alpha\nA,Beta\n", "row 3: the code A stands in row 2 already"),
        ("name,parent\nAlpha,Nowhere\n", "row 2: there is no area Nowhere"),
        ("code,name,parent\nA,Alpha,B\nB,Beta,A\n", "row 2: the area stands below itself"),
        ("code,name,parent\nA,Alpha,A\n", "row 2: the area stands below itself"),
        ("code,name,parent\nA,a,\nB,b,A\nC,c,B\n", "row 4: it stands on a third level"),
        ("name,lat\nAlpha,north\n", "row 2: lat is no number of degrees"),
        ("name,lat\nAlpha,123\n", "row 2: lat is no number of degrees"),
        ("code,name\nA,\n", "row 2: the area has no name"),
        ("name\nAlpha\nalpha\n", "row 3: alpha stands in row 2 already"),
        ("colour\nred\n", "no column says what an area is called"),
        ("name,level,parent\nAlpha,2,\n", "nothing says below which area it stands"),
        ("name,parent\n", "no row below the header"),
        ('{"type": "Point"}', "no GeoJSON"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CountryProblem) as problem:
        areas(tmp_path, text)
    assert said in str(problem.value)
    assert "Nothing was written" in str(problem.value)


def test_all_rows_that_are_wrong_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(CountryProblem) as problem:
        areas(tmp_path, "code,name,parent\nA,Alpha,\nA,Beta,\nC,,Z\nD,Delta,Nowhere\n")
    assert len(problem.value.sentences) == 4


NAMES = st.lists(
    st.tuples(
        st.text(st.characters(categories=("L", "M", "Nd")), min_size=1, max_size=8),
        st.text(st.characters(categories=("L", "M", "Nd")), min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=30,
)


@given(pairs=NAMES)
def test_a_made_code_is_one_areas_and_begins_with_the_code_above(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("areas")
    text = "province,district\n" + "".join(f"{one},{two}\n" for one, two in pairs)
    try:
        rows = areas(folder, text)
    except CountryProblem:
        return  # a district named twice
    codes = [row.code for row in rows]
    assert len(set(codes)) == len(codes)
    for row in rows:
        assert row.code.startswith(f"{row.parent or 'ZW'}-")
        assert row.parent in {"", *codes}

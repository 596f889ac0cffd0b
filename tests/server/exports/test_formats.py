"""Every format is read by a program that did not write it: five states, and no withheld number."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import csvw
import openpyxl
import pytest
from pyaxis import pyaxis
from pyjstat import pyjstat
from pypdf import PdfReader

from server.exports.codes import codes_of, period_code
from server.exports.edition import ExportedEdition, ExportedTable
from server.exports.formats import FORMATS, media_type
from server.exports.glance.figures import glance
from server.exports.px import SYMBOLS
from server.exports.workbook import SHORTHAND
from server.releases.files import NumberState
from shared.texts import LANGUAGES
from tests.server.exports.invented import NEVER_TOLD, PERIODS, edition_files, invented_edition

Read = dict[tuple[str, ...], tuple[NumberState, int | None]]
"""By period and codes as exports write them."""


@pytest.fixture(scope="module")
def edition() -> ExportedEdition:
    return invented_edition()


@pytest.fixture
def table(edition: ExportedEdition) -> ExportedTable:
    (table,) = edition.tables
    return table


@pytest.fixture
def expected(edition: ExportedEdition, table: ExportedTable) -> Read:
    """Every number of the edition, from its own files."""
    codes = codes_of(edition)
    return {
        (period_code(period), *codes.cell(table, cell)): (number.state, number.count)
        for (period, cell), number in table.cells.items()
    }


def test_invented_edition_has_every_state(expected: Read) -> None:
    assert {state for state, _ in expected.values()} == set(NumberState)


def test_csv_is_valid_for_its_metadata_and_keeps_every_state(
    edition: ExportedEdition, expected: Read, tmp_path: Path
) -> None:
    for name, content in FORMATS["csv"].files(edition, "en").items():
        (tmp_path / name).write_bytes(content)
    read = csvw.CSVW(str(tmp_path / "CL-CLASS.en.csv-metadata.json"), validate=True)

    assert read.is_valid, read.warnings
    found: Read = {}
    for row in read.tables[0]:
        key = (row["period"], row["area"], row["age_band"], row["child_labour"])
        found[key] = NumberState(row["status"]), row["count"]
    assert found == expected


def test_each_row_of_a_csv_says_when_its_persons_are_made_up(
    edition: ExportedEdition, expected: Read
) -> None:
    for made, told in (
        (edition, "Made-up data."),
        (replace(edition, origin="replayed", is_practice=True), "Replayed data. Practice."),
        (replace(edition, origin="field", is_practice=False), None),
    ):
        content = FORMATS["csv"].files(made, "en")["CL-CLASS.en.csv"].decode()
        rows = list(csv.DictReader(io.StringIO(content)))
        assert len(rows) == len(expected)
        assert {row.get("made_up") for row in rows} == {told}


def test_csv_has_names_beside_codes_and_nothing_a_spreadsheet_would_turn_into_something_else(
    edition: ExportedEdition,
) -> None:
    content = FORMATS["csv"].files(edition, "en")["CL-CLASS.en.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    named = {(row["area"], row["area_name"]) for row in rows}

    assert ("PK-PB", "Punjab") in named
    assert ("PK-GB", "Gilgit-Baltistan") in named
    assert {row["age_band"] for row in rows} == {"_T", "Y5T14", "Y5T11", "Y12T14", "Y_GE18"}
    assert {"12–14", "5 to 11"} < {row["age_band_name"] for row in rows}
    assert {row["period"] for row in rows} == {"2026-M10", "2026-M11"}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    shown = {
        (row["period"], f"{row['area']} / {row['age_band']} / {row['child_labour']}")
        for row in rows
        if row["count"]
    }
    near = {(row["period"], row["nearest"]) for row in rows if row["status"] == "withheld"}
    assert {(period, cell) for period, cell in near if cell} <= shown


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning:pyjstat")
def test_json_stat_keeps_every_state(
    edition: ExportedEdition, table: ExportedTable, expected: Read
) -> None:
    content = FORMATS["json-stat"].files(edition, "en")["CL-CLASS.en.jsonstat.json"].decode()
    frame = pyjstat.Dataset.read(content).write("dataframe", naming="id")
    said = json.loads(content)

    found: Read = {}
    for place, row in enumerate(frame.itertuples(index=False)):
        *codes, period, value = row
        count = None if value != value else int(value)
        state = said["status"].get(str(place)) or ("published" if count else "zero")
        found[period, *codes] = NumberState(state), count
    assert {key: found[key] for key in expected} == expected
    beyond = [state for key, state in found.items() if key not in expected]
    assert set(beyond) == {(NumberState.NOT_COLLECTED, None)}
    assert said["role"] == {"time": ["TIME_PERIOD"], "geo": ["REF_AREA"]}


def test_px_keeps_every_state_and_shows_none_of_them_as_nil(
    edition: ExportedEdition, table: ExportedTable, expected: Read, tmp_path: Path
) -> None:
    content = FORMATS["px"].files(edition, "en")["CL-CLASS.en.px"]
    path = tmp_path / "table.px"
    path.write_bytes(content)
    # Its reader takes no symbol for a number unless told to, which keeps them apart.
    frame = pyaxis.parse(str(path), encoding="utf-8", null_values="^$", sd_values="^$")["DATA"]

    codes = codes_of(edition)
    ordered = [d for d in table.dimensions if d.name != "child_labour"]
    ordered += [d for d in table.dimensions if d.name == "child_labour"]
    axes = [[codes.of(d.name, one.code) for one in d.codes] for d in ordered]
    keys = product(*axes, (period_code(one) for one in table.periods))
    states = {symbol: state for state, symbol in SYMBOLS.items()}
    found: Read = {}
    for key, value in zip(keys, frame["DATA"], strict=True):
        said = value.strip('"')
        count = int(said) if said.isdigit() else None
        state = states.get(said) or (NumberState.PUBLISHED if count else NumberState.ZERO)
        found[key[-1], *key[:-1]] = state, count
    assert {key: found[key] for key in expected} == expected
    text = content.decode()
    assert '"-"' not in text
    assert "CONFIDENTIAL" not in text
    assert "AGGREGALLOWED=NO;" in text
    assert max(map(len, text.splitlines())) <= 256


def test_workbook_keeps_every_state_and_explains_its_shorthands(
    edition: ExportedEdition, table: ExportedTable, expected: Read
) -> None:
    (content,) = FORMATS["xlsx"].files(edition, "en").values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Cover", "Notes", "1 CL-CLASS"]
    sheet = book["1 CL-CLASS"]
    (laid,) = sheet.tables.values()
    header, *rows = sheet[laid.ref]

    assert [cell.value for cell in header][:5] == [
        "period",
        "area, code",
        "area",
        "age, code",
        "age",
    ]
    states = {mark: state for state, mark in SHORTHAND.items()}
    classes = ["_T", "HAZARDOUS", "LIGHT_WORK"]
    found: Read = {}
    for row in rows:
        period, area, _, age, _, *numbers = [cell.value for cell in row]
        for code, value in zip(classes, numbers, strict=True):
            count = value if isinstance(value, int) else None
            state = states.get(value) or (NumberState.PUBLISHED if count else NumberState.ZERO)
            found[period, area, age, code] = state, count
    assert {key: found[key] for key in expected} == expected
    assert not sheet.merged_cells.ranges
    above = [cell.value for (cell,) in sheet[f"A1:A{header[0].row - 1}"]]
    assert {line[:3] for line in above if line.startswith("[")} == set(SHORTHAND.values())
    notes = [row[1].value for row in book["Notes"].iter_rows(min_row=2)]
    assert any("8.7.1" in note for note in notes)
    assert any(edition.digest in note for note in notes)


def test_workbook_is_printed_a_page_wide_and_from_the_right_where_that_is_read(
    edition: ExportedEdition,
) -> None:
    (content,) = FORMATS["xlsx"].files(edition, "ur").values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        assert sheet.sheet_view.rightToLeft
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    sheet = book["1 CL-CLASS"]
    begins_with_a_bracket = [cell for cell in sheet["A"] if str(cell.value).startswith("[")]
    assert begins_with_a_bracket
    assert all(cell.alignment.readingOrder == 2 for cell in begins_with_a_bracket)
    assert sheet.column_dimensions["A"].width > len("2026-M10")
    assert sheet.print_title_rows


@pytest.mark.parametrize(
    "language", sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir())
)
def test_no_format_holds_a_withheld_number_in_any_language(
    edition: ExportedEdition, language: str
) -> None:
    for form in FORMATS.values():
        for name, content in form.files(edition, language).items():
            for text in _unpacked(name, content):
                assert not any(str(number).encode() in text for number in NEVER_TOLD), name
                assert b"SL_TLF" not in text
                assert str(sum(NEVER_TOLD)).encode() not in text


@pytest.mark.parametrize("population", ["cases", "visits", "something_new"])
def test_tables_of_records_and_visits_say_that_they_are_no_persons(
    edition: ExportedEdition, table: ExportedTable, population: str
) -> None:
    of_visits = replace(edition, tables=(replace(table, population=population),))
    made = {name: form.files(of_visits, "en") for name, form in FORMATS.items()}

    assert b'UNITS="count"' in made["px"]["CL-CLASS.en.px"]
    assert b'UNIT_MEASURE="NUMBER"' in made["sdmx-ml-3.0"]["CL-CLASS.sdmx-3.0.xml"]
    assert b"Children" not in made["csv"]["CL-CLASS.en.csv-metadata.json"]
    assert glance(of_visits, PERIODS[1]).children is None


def test_same_edition_gives_the_same_bytes() -> None:
    manifest, files = edition_files()
    assert (manifest, files) == edition_files()
    for form in FORMATS.values():
        assert form.files(invented_edition(), "ur") == form.files(invented_edition(), "ur")


def test_every_file_says_which_edition_it_is_made_of(edition: ExportedEdition) -> None:
    for word, form in FORMATS.items():
        if not form.is_for(edition):
            continue
        told = [
            edition.digest.encode() in b"".join(_unpacked(name, content))
            for name, content in form.files(edition, "en").items()
        ]
        assert any(told), word


def test_every_file_has_the_name_it_is_linked_by_and_a_media_type(edition: ExportedEdition) -> None:
    for form in FORMATS.values():
        names = [*form.files(edition, "en")]
        assert set(form.names(edition, "en")) == set(names)
        for name in names:
            assert media_type(name) != "application/octet-stream"


def _unpacked(name: str, content: bytes) -> list[bytes]:
    if name.endswith(".pdf"):
        pages = PdfReader(io.BytesIO(content)).pages
        return [page.extract_text().replace("\n", "").encode() for page in pages]
    if not name.endswith(".xlsx"):
        return [content.replace(b'"\n"', b"")]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(one) for one in packed.namelist()]


def _words_of(name: str, content: bytes) -> str:
    if name.endswith(".pdf"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return " ".join(parts.read(one).decode(errors="replace") for one in parts.namelist())
    return content.decode()


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"inspection-report"}))
def test_every_format_says_that_its_answers_are_simulated(
    edition: ExportedEdition, name: str
) -> None:
    """Each file, but for a CSV whose metadata lie beside it under its name."""
    replayed = replace(edition, origin="replayed")
    files = FORMATS[name].files(replayed, "en")

    assert files
    for file, content in files.items():
        said = _words_of(file, content)
        if f"{file}-metadata.json" in files:
            said += _words_of("", files[f"{file}-metadata.json"])
        assert "answered by simulation" in " ".join(said.split()), file


def test_no_words_of_a_workbook_are_cut_however_many_codes_stand_together(
    edition: ExportedEdition, table: ExportedTable
) -> None:
    long = "Together: " + ", ".join(f"District number {number}" for number in range(9))
    sensitive = next(one for one in table.dimensions if one.name == table.sensitive)
    dimensions = tuple(
        replace(one, codes=(*one.codes[:-1], replace(one.codes[-1], labels={"en": long})))
        if one in (table.dimensions[0], sensitive)
        else one
        for one in table.dimensions
    )
    with_long = replace(edition, tables=(replace(table, dimensions=dimensions),))
    (content,) = FORMATS["xlsx"].files(with_long, "en").values()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["1 CL-CLASS"]
    (laid,) = sheet.tables.values()

    found = [cell for row in sheet[laid.ref] for cell in row if cell.value == long]

    assert len(found) > 2
    for cell in found:
        width = sheet.column_dimensions[cell.column_letter].width
        height = sheet.row_dimensions[cell.row].height
        assert cell.alignment.wrap_text
        assert (width - 1) * height / 15 > len(long)

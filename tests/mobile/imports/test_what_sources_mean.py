"""What each source means by its words: a rejection, silence, a value that nobody explained."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from mobile.import_commands import write_outcomes
from mobile.imports.importing import ImportedRow, RowOutcome
from mobile.imports.mapping import MappingRefused, read_mapping
from mobile.imports.proposing import proposed_mapping
from mobile.imports.sheets import read_sheets_of
from mobile.tablet import Session
from tests.mobile.imports.files import (
    ALWAYS,
    KOBO_CHILDREN,
    KOBO_MAPPING,
    KOBO_VISITS,
    ODK_ROWS,
    csv_text,
    kobo,
)
from tests.mobile.imports.test_imports import answers, imported, told

CTDC = (
    'source = "ctdc"\ncases = "ctdc"\napart = true\n'
    + ALWAYS.replace("[always]", '[always]\nvisit_date = "2026-10-01"\narea = "PK-PB-05"')
    + '[[column]]\nname = "gender"\nquestion = "sex"\ncodes = { Woman = "female" }\n'
    + '[[column]]\nname = "heavy"\nquestion = "hazards"\ncode = "heavy_loads"\n'
)
AGE = '[[column]]\nname = "age"\nquestion = "age_stated"\n'
ALWAYS_WORKED = '\nworked_own_farm = "yes"'


@pytest.mark.parametrize(
    "status", ["Not Approved", "Not approved", "not approved", "validation_status_not_approved"]
)
def test_submission_that_kobo_does_not_approve_is_left_out_however_it_is_written(
    session: Session, tmp_path: Path, status: str
) -> None:
    visits = [{**row} for row in KOBO_VISITS]
    visits[1]["_validation_status"] = status

    rows = imported(session, kobo(tmp_path / "kobo.xlsx", visits), KOBO_MAPPING)

    assert told(rows) == {"imported": 3, "left out: rejected in the source": 1}


def test_submission_that_kobo_approves_or_holds_is_a_case(session: Session, tmp_path: Path) -> None:
    visits = [{**row} for row in KOBO_VISITS]
    visits[0]["_validation_status"], visits[1]["_validation_status"] = "Approved", "On Hold"

    rows = imported(session, kobo(tmp_path / "kobo.xlsx", visits), KOBO_MAPPING)

    assert told(rows)["left out: rejected in the source"] == 0


def test_value_the_wizard_does_not_know_is_open_and_never_taken_for_silence(
    session: Session, tmp_path: Path
) -> None:
    sheets = read_sheets_of(kobo(tmp_path / "kobo.xlsx"))
    proposed = proposed_mapping(sheets, session.reference)
    decided = re.sub(r'question = "".*', "drop = true", proposed)

    with pytest.raises(MappingRefused, match=r"Column Sex: 2 of its values are open"):
        read_mapping(decided, sheets, session.reference)

    # What it knows stands there as before.
    children = [{**row, "Sex": "Female"} for row in KOBO_CHILDREN]
    known = proposed_mapping(
        read_sheets_of(kobo(tmp_path / "other.xlsx", children=children)), session.reference
    )
    assert 'codes = { "Female" = "female" }' in known


@pytest.mark.parametrize("silence", ["-99", "NULL", "NA", "-", ""])
def test_words_of_ctdc_for_nothing_known_are_silence_in_every_column(
    session: Session, tmp_path: Path, silence: str
) -> None:
    file = tmp_path / "ctdc.csv"
    rows = [{"gender": silence, "heavy": "1", "ageBroad": "9--17", "age": "12"}]
    rows.append({"gender": "Woman", "age": "12"})
    rows[1] |= {"heavy": silence, "ageBroad": silence}
    file.write_text(csv_text([{**row} for row in rows]), "utf-8")
    mapping = CTDC.replace('"PK-PB-05"', '"PK-PB-05"' + ALWAYS_WORKED)
    mapping += '[[column]]\nname = "ageBroad"\ndrop = true\n' + AGE

    came_in = imported(session, file, mapping)

    assert told(came_in) == {"imported": 2}, [row.why for row in came_in]
    first, second = answers(session, came_in)
    assert (first["sex"], first["hazards"]) == ("unknown", ("heavy_loads",))
    assert (second["sex"], second["hazards"]) == ("female", "unknown")
    proposed = proposed_mapping(read_sheets_of(file), session.reference)
    assert silence == "" or f'"{silence}" = ""' in proposed


def test_option_column_has_the_words_that_its_mapping_gives_it(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = [
        {"name": "Zorblax", "heavy": "X", "age": "12"},
        {"name": "Plimfa", "heavy": "n/a", "age": "12"},
    ]
    file.write_text(csv_text([{**row} for row in rows]), "utf-8")
    mapping = (
        CTDC.replace("ctdc", "table", 1)
        .replace('cases = "ctdc"\napart = true', 'cases = "list"')
        .replace('"PK-PB-05"', '"PK-PB-05"' + ALWAYS_WORKED)
        .replace(
            'name = "gender"\nquestion = "sex"\ncodes = { Woman = "female" }',
            'name = "name"\nquestion = "given_name"',
        )
    )
    in_words = mapping + 'codes = { X = "heavy_loads", "n/a" = "" }\n'
    mapping, in_words = mapping + AGE, in_words + AGE

    assert told(imported(session, file, mapping, practice=True)) == {"refused": 2}
    came_in = imported(session, file, in_words)

    assert told(came_in) == {"imported": 2}, [row.why for row in came_in]
    assert [one["hazards"] for one in answers(session, came_in)] == [("heavy_loads",), "unknown"]


def test_wizard_says_of_a_file_without_repeats_that_persons_may_be_missing(
    session: Session, tmp_path: Path
) -> None:
    for name, rows in (("kobo", KOBO_VISITS), ("odk", ODK_ROWS)):
        file = tmp_path / f"{name}.csv"
        file.write_text(csv_text(rows), "utf-8")
        proposed = proposed_mapping(read_sheets_of(file), session.reference)
        assert f'source = "{name}"' in proposed
        assert "no repeats" in proposed
    with_repeats = read_sheets_of(kobo(tmp_path / "kobo.xlsx"))
    assert "no repeats" not in proposed_mapping(with_repeats, session.reference)


def test_no_name_of_a_sheet_or_column_becomes_a_formula_in_the_outcomes(tmp_path: Path) -> None:
    formula = '=HYPERLINK("https://example.org","x")'
    row = ImportedRow(2, formula, RowOutcome.REFUSED, (f"{formula}: no code stands for its value",))

    write_outcomes(tmp_path / "outcomes.csv", [row])

    with (tmp_path / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert any(formula in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


HTCDS = """cas_ID,prs_Gender,prs_Birthdate,prs_Citizenship,vic_TypeOfExploitation,cas_Status
C-1,Feminine,2013-04-02,PAK,ForcedLabour,Active
C-2,Masculine,1990-01-31,PAK,SexualExploitation,Closed
C-3,NonSpecifiedUnknown,,NPL,ForcedBegging,FollowUp
C-4,NonConforming,2001-07-09,NPL,ForcedLabour,Active
"""
"""Columns and values of HTCDS 2.0; invented cases."""


def test_cases_in_the_columns_of_htcds_come_in_as_a_list_apart(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "htcds.csv"
    file.write_text(HTCDS, "utf-8")
    proposed = proposed_mapping(read_sheets_of(file), session.reference)
    assert 'source = "htcds"' in proposed
    assert 'key = "cas_ID"' in proposed
    assert '"Feminine" = "female", "Masculine" = "male", "NonSpecifiedUnknown" = ""' in proposed
    assert '"NonConforming" = "?"' in proposed
    assert 'question = "birth_date"' in proposed
    always = 'area = "PK-PB-05"\nvisit_date = "2026-10-01"' + ALWAYS_WORKED
    decided = (
        proposed.replace("apart = false", "apart = true")
        .replace("[always]", f"[always]\n{always}")
        .replace('"NonConforming" = "?"', '"NonConforming" = ""')
    )
    decided = re.sub(r'question = "".*', "drop = true", decided)

    came_in = imported(session, file, decided)

    assert told(came_in) == {"imported": 4}, [row.why for row in came_in]
    found = answers(session, came_in)
    assert [one["sex"] for one in found] == ["female", "male", "unknown", "unknown"]

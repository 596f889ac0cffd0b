"""A spreadsheet of an organisation as it is: converted, marked, published, answered by taps, told.

No code, and no restart: the tablet stays unlocked, the office that serves it stays up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from sqlalchemy import select

from shared.wire.records import decode_record
from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all

SURVEY = [
    ["Monitoring of loading work, version of our field team"],
    ["Type", "Name", "Label::English", "Hint", "relevent", "required"],
    ["start", "start", "", "", "", ""],
    ["begin group", "Loads", "Loads", "", "", ""],
    ["select_one yesno", "Carries loads", "Does the child carry loads?", "", "", "Yes"],
    ["select one from weights or_other", "how_heavy", "How heavy?", "Ask to see one", "", ""],
    ["text", "foreman", "Who gives the orders?", "", "", ""],
    ["image", "photo", "Take a photo", "", "", ""],
    ["end group", "", "", "", "", ""],
]
CHOICES = [
    ["list name", "name", "label"],
    ["yesno", "1", "Yes"],
    ["yesno", "0", "No"],
    ["weights", "light", "Under 10 kg"],
    ["weights", "heavy", "10 kg and more"],
]
TABLES = """
[dimension.carries_loads]
question = "carries_loads"
label = { en = "Carries loads" }
codes = ["1", "0"]

[[table]]
code = "NGO-LOADS"
of = "child_labour"
by = ["sex", "carries_loads"]
title = { en = "Children by whether they carry loads" }
"""


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "Survey"
    choices = book.create_sheet("choices")
    for sheet, rows in ((survey, SURVEY), (choices, CHOICES)):
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "loads.xlsx")
    return tmp_path / "loads.xlsx"


@pytest.fixture
def publishing(served_office: Any, tmp_path: Path) -> Iterator[Any]:
    """The same office as its administrator has it, with a folder that holds nothing yet."""
    from server.office import Office
    from server.reference import publish

    (tmp_path / "own").mkdir()
    publish.publish_first(served_office.office, "test")
    config = replace(served_office.office.config, country_folders=(tmp_path / "own",))
    office = Office.open(config, served_office.office.clock, served_office.office.random_bytes)
    yield office
    office.close()


def run(*words: str) -> str:
    from server.cli import main

    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_question_of_a_spreadsheet_is_answered_by_taps_and_published(
    drive: Any, tablet: Any, served_office: Any, publishing: Any, spreadsheet: Path, tmp_path: Path
) -> None:
    from server.db.engine import reading
    from server.intake.model import RecordRevision
    from server.programme.enrolment import add_officer, add_organisation
    from server.reference import publish
    from server.reference.in_force import reference_of
    from server.releases import published
    from server.releases.files import NumberState
    from server.tables.generations import declarations_of
    from tests.server.field import FieldTablet, somebody
    from tests.server.releases.register import released, with_two_people

    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    casework = session.casework
    declarations_of(publishing)  # read once, before there is anything of the form
    sheets = str(tmp_path / "own" / "questionnaire")

    told = run("questionnaire", "convert", str(spreadsheet), "--out", sheets)
    assert "did you mean relevant?" in told
    assert "photo" in told
    run("questionnaire", "confirm", sheets, "carries_loads", "--by", "A. Steward")
    (tmp_path / "own" / "tables.toml").write_text(TABLES, "utf-8")
    run("country", "check", "PAK", str(tmp_path / "own"))
    publish.publish(publishing, "test")
    session.sending.send()

    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    section = next(
        one.name
        for one in casework.interview(case_id).sections
        if any(view.name == "carries_loads" for view in one.questions)
    )
    driver = drive((600, 800))
    driver.app.opened(session)
    driver.app.go("interview", record_id=case_id, section=section)
    driver.settle()
    driver.choose("carries_loads", "Yes")
    driver.choose("how_heavy", "10 kg and more")
    assert casework.answer_of(case_id, "carries_loads") == "1"
    assert not driver.sees("Take a photo")
    answer_all(casework, case_id, {**PERSON, **PERSONS[0]}, casework.answer)
    assert casework.finalise(case_id).done, casework.finalise(case_id).findings
    sent = session.sending.send()
    assert (sent.accepted, sent.rejected) == (2, 0), sent

    known = reference_of(publishing).codelists["source_lists"]
    for number in (0, 1):
        add_organisation(publishing, f"NGO-{number}", "An organisation", "ngo", known)
        add_officer(publishing, f"NGO-{number}", f"OFFICER-{number}")
        field = FieldTablet.enrol(publishing, number, number + 1)
        field.reference = reference_of(publishing)
        visit = field.visit()
        cases = [
            field.case(
                visit, somebody(n), sex=("female", "male")[n % 2], carries_loads=str(int(n % 4 < 2))
            )
            for n in range(60 * number, 60 * number + 60)
        ]
        field.send(visit, *cases)
    with_two_people(publishing)
    edition = released(publishing, tables=("NGO-LOADS",), steps=300)
    _, (table,) = published.tables_of(publishing, edition)

    assert table.rows["Total", "1"] == (NumberState.PUBLISHED, 61)
    with reading(publishing.engine) as connection:
        kept = connection.scalars(select(RecordRevision.canonical)).all()
    known = reference_of(publishing).questionnaire_by_digest
    said = [decode_record(bytes(one), known).content for one in kept if one is not None]
    assert any("carries_loads" in one for one in said)
    assert not any("how_heavy" in one for one in said)  # nobody confirmed its mark

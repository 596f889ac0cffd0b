"""Trends and progress on the public site: what the office shows, and nothing that was withdrawn."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import update

from server.cli import main
from server.db.engine import transaction
from server.programme.keys import keys_of
from server.releases.model import TableEdition
from tests.server.exports.invented import publish_invented
from tests.server.progress.declared import declare_all
from tests.server.web.conftest import Workplace


def reported(workplace: Workplace) -> FlaskClient:
    """An office with an edition, everything declared and a report of it; its statistician."""
    publish_invented(workplace.office, 3, "1.2.0", 1_795_000_000)
    declare_all(workplace.office)
    client = workplace.sign_in("statistician")
    assert "The report is made" in workplace.post(client, "/progress/reports", period="2026-11")
    return client


def test_report_is_seen_by_readers_once_the_office_shows_it(workplace: Workplace) -> None:
    client, reader = reported(workplace), workplace.app.test_client()
    assert "has not published a progress report" in reader.get("/trends").text
    assert reader.get("/trends/reports/1/progress-1.json").status_code == 404
    here = "/progress/reports/1"
    workplace.post(client, here, decision="show")
    assert "has not published a progress report" in reader.get("/trends").text
    assert "Readers see the report now" in workplace.post(client, here, decision="show", sure="yes")
    assert workplace.last_act() == ("account statistician", "progress_report_shown")

    page = reader.get("/trends").text

    assert "Share of children in child labour" in page
    assert "2030" in page
    assert "Hire inspectors" in page
    # 1,200,000 less 300,000.50, written with narrow spaces.
    assert "899\u202f999.5" in page
    assert "Meals alone are not enough" in page
    assert "<script" not in page
    for name in ("progress-1.en.pdf", "progress-1.en.docx", "progress-1.json", "progress-1.csv"):
        assert reader.get(f"/trends/reports/1/{name}").status_code == 200, name
    assert reader.get("/trends/reports/1/progress-1.xx.pdf").status_code == 404
    assert "Readers see the report no more" in workplace.post(client, here, decision="take_away")
    assert "has not published a progress report" in reader.get("/trends").text
    assert reader.get("/trends/reports/1/progress-1.json").status_code == 404


def test_file_of_a_shown_report_verifies_without_an_office(
    workplace: Workplace, tmp_path: Path
) -> None:
    client, reader = reported(workplace), workplace.app.test_client()
    workplace.post(client, "/progress/reports/1", decision="show", sure="yes")
    content = reader.get("/trends/reports/1/progress-1.en.docx").data
    key = keys_of(workplace.office).programme.public.signing.hex()
    file = tmp_path / "progress-1.en.docx"
    for changed, status in ((content, 0), (content[:-40] + b"x" + content[-39:], 1)):
        file.write_bytes(changed)
        told = CliRunner().invoke(main, ["report", "verify", str(file), "--key", key])
        assert told.exit_code == status, told.output
    assert docx.Document(io.BytesIO(content)).tables


def test_report_that_quotes_a_withdrawn_edition_is_held_back_with_its_files(
    workplace: Workplace,
) -> None:
    client, reader = reported(workplace), workplace.app.test_client()
    workplace.post(client, "/progress/reports/1", decision="show", sure="yes")
    document = json.loads(reader.get("/trends/reports/1/progress-1.json").data)
    assert '"edition": 3' in json.dumps(document)
    with transaction(workplace.office.engine) as connection:
        connection.execute(
            update(TableEdition).values(
                withdrawn_at_s=1_795_000_500, withdrawal={"reason": "linkage"}
            )
        )

    page = reader.get("/trends").text

    assert "quotes numbers of an edition that was withdrawn (3)" in page
    assert "Share of children" not in page
    assert reader.get("/trends/reports/1/progress-1.json").status_code == 404
    assert reader.get("/trends/reports/1/progress-1.csv").status_code == 404


def test_withheld_numbers_of_an_edition_stand_nowhere_on_the_page_or_in_files(
    workplace: Workplace,
) -> None:
    client, reader = reported(workplace), workplace.app.test_client()
    workplace.post(client, "/progress/reports/1", decision="show", sure="yes")
    page = reader.get("/trends").text
    assert "withheld" in page.lower()
    said = json.loads(reader.get("/trends/reports/1/progress-1.json").data)
    (hidden,) = (one for one in said["report"]["indicators"] if one["code"] == "HIDDEN")
    assert hidden["latest"]["value"] is None


def test_nothing_declared_and_no_period_make_no_report(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")
    for period in ("2026-11", "soon", ""):
        told = workplace.post(client, "/progress/reports", period=period)
        assert "No report was made" in told
    assert "No report was made yet" in client.get("/progress/reports").text

"""What somebody without an account sees: editions, byte for byte, and nothing live."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from server.cli import main
from server.office import Office
from server.releases import approval, published
from server.releases.files import NumberState
from server.web import create_app
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import APPROVER, DECLARER, Field, released, work


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with 240 children and an edition of every cell there is."""
    office = make_office(tmp_path_factory.mktemp("editions") / "office")
    Field.begin(office).meet(240)
    work(office)
    released(office, tables=("CL-CLASS",), steps=500)
    return office


@pytest.fixture(scope="module")
def app(office: Office) -> Flask:
    return create_app(office.config, Clock(), seeded(7))


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def test_front_page_shows_the_newest_edition_without_an_account(reader: FlaskClient) -> None:
    reply = reader.get("/", follow_redirects=True)

    assert reply.status_code == 200
    assert reply.request.path == "/editions/1"
    page = reply.get_data(as_text=True)
    assert "Edition 1, version 1.0.0" in page
    assert "240" in page
    assert "8.7.1" in page
    assert "/sign-in" in page


def test_every_file_is_given_out_byte_for_byte_with_its_digest(
    reader: FlaskClient, office: Office
) -> None:
    edition = published.edition(office, 1)
    page = reader.get("/editions/1").get_data(as_text=True)
    for name, digest in edition.digests.items():
        reply = reader.get(f"/editions/1/{name}")
        assert hashlib.sha256(reply.data).hexdigest() == digest
        assert reply.headers["X-Content-SHA256"] == digest
        assert digest in page
    for name in ("edition.json", "edition.json.sig", "programme.pub", "SHA256SUMS"):
        assert reader.get(f"/editions/1/{name}").status_code == 200
    assert reader.get("/editions/1/audit.json").status_code == 404
    assert reader.get("/editions/2").status_code == 404


def test_withheld_cell_has_no_number_on_the_page(reader: FlaskClient, office: Office) -> None:
    _, (table,) = published.tables_of(office, 1)
    hidden = [one for one, (state, _) in table.rows.items() if state is NumberState.WITHHELD]
    page = reader.get("/editions/1").get_data(as_text=True)
    section = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = re.findall(r'<td class="num">(.*?)</td>', section)

    assert len(cells) == sum(
        state is not NumberState.NOT_COLLECTED for state, _ in table.rows.values()
    )
    assert sum("withheld" in cell for cell in cells) == len(hidden) > 0
    assert not any(re.search(r"\d", re.sub(r"<[^>]*>", "", c)) for c in cells if "withheld" in c)


def test_live_counts_stay_behind_the_sign_in(reader: FlaskClient) -> None:
    for path in ("/counts", "/counts.csv", "/?period=2026"):
        assert "/sign-in" in reader.get(path).headers["Location"]


def test_page_is_in_the_language_the_reader_asks_for(reader: FlaskClient) -> None:
    page = reader.get("/editions/1", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "non publié" in page
    assert "Toutes les éditions" in page
    every = reader.get("/editions").get_data(as_text=True)
    assert "2027-12-31" in every


def test_withdrawn_edition_says_why_and_shows_no_number(app: Flask, tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    Field.begin(office).meet(120)
    work(office)
    edition = released(office)
    approval.ask_withdrawal(office, DECLARER, edition, "linkage", {"en": "Merged by mistake."})
    approval.withdraw(office, APPROVER, edition)
    reader = create_app(office.config, Clock(), seeded(8)).test_client()

    page = reader.get(f"/editions/{edition}").get_data(as_text=True)

    assert "Merged by mistake." in page
    assert "<table" not in page
    assert reader.get(f"/editions/{edition}/coverage.csv").status_code == 404
    assert reader.get(f"/editions/{edition}/formats/CL-CLASS.en.csv").status_code == 404
    assert "/formats/" not in page
    assert reader.get("/", follow_redirects=True).request.path == f"/editions/{edition}"
    office.close()


def test_other_formats_are_linked_and_kept_by_their_tag(
    reader: FlaskClient, office: Office
) -> None:
    page = reader.get("/editions/1", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    links = re.findall(r'href="(/editions/1/formats/[^"]+)"', page)
    assert {Path(link).name for link in links} >= {
        "CL-CLASS.fr.csv",
        "CL-CLASS.fr.csv-metadata.json",
        "CL-CLASS.fr.px",
        "CL-CLASS.fr.jsonstat.json",
        "tables.fr.xlsx",
    }
    for link in links:
        reply = reader.get(link)
        assert reply.status_code == 200
        assert "public" in reply.headers["Cache-Control"]
        again = reader.get(link, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for name in ("CL-CLASS.xx.csv", "CL-CLASS.fr.exe", "..%2fedition.json"):
        assert reader.get(f"/editions/1/formats/{name}").status_code == 404
    assert reader.get("/editions/9/formats/CL-CLASS.en.csv").status_code == 404


def test_command_writes_the_same_files_as_the_page(
    reader: FlaskClient, office: Office, tmp_path: Path
) -> None:
    run = CliRunner().invoke(
        main,
        ["export", "1", "--format", "csv", "--out", str(tmp_path)],
        env={"TALLY87_FOLDER": str(office.config.folder)},
    )
    assert run.exit_code == 0, run.output
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(written) == {"CL-CLASS.en.csv", "CL-CLASS.en.csv-metadata.json"}
    for name, content in written.items():
        assert reader.get(f"/editions/1/formats/{name}").data == content

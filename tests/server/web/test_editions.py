"""What somebody without an account sees: editions, byte for byte, and nothing live."""

from __future__ import annotations

import csv
import hashlib
import io
import json
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
from server.releases.nearest import NearestNumber
from server.releases.verify import verify
from server.web import create_app
from server.web.pages.editions import nearest_in_words
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
    assert reply.request.path == "/glance/1"
    page = reply.get_data(as_text=True)
    assert "Edition 1, version 1.0.0" in page
    assert 'href="/editions/1"' in page
    assert "240" in page
    assert "8.7.1" in page
    assert "/sign-in" in page


def test_report_on_quality_names_lists_in_words(reader: FlaskClient) -> None:
    said = re.findall(
        r"Records of persons recorded more than once: (.*?)<", reader.get("/editions/1").text
    )

    assert said
    assert not [one for one in said if "_" in one or one.islower()]


def test_every_file_of_made_up_records_says_so_itself(office: Office, reader: FlaskClient) -> None:
    edition = 1
    tables = [name for name in published.edition(office, edition).digests if ".csv" in name]

    assert {"coverage.csv", "quality.csv"} < {*tables}
    for name in tables:
        header, *rows = csv.reader(reader.get(f"/editions/{edition}/{name}").text.splitlines())
        assert header[-1] == "made_up"
        assert rows
        assert {row[-1] for row in rows} == {"synthetic"}
    assert (
        json.loads(reader.get(f"/editions/{edition}/structure.json").data)["made_up"] == "synthetic"
    )
    assert "Made-up data." in reader.get("/editions/feed.atom").text
    (told,) = json.loads(reader.get("/api/editions").data)["editions"]
    assert (told["origin"], told["is_practice"]) == ("synthetic", False)
    assert verify(office, edition) == []


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
    cells = re.findall(r'<td class="num"[^>]*>(.*?)</td>', section)

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
    assert "Dec 31, 2027" in every


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
    front = reader.get("/", follow_redirects=True)
    assert front.request.path == f"/glance/{edition}"
    assert "Merged by mistake." in front.text
    assert "<table" not in front.text
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


def test_table_is_turned_by_an_address_without_a_script(reader: FlaskClient) -> None:
    listed = reader.get("/explore").get_data(as_text=True)
    (here,) = set(re.findall(r'href="(/explore/1/[^"?]+)"', listed))

    usual = reader.get(here).get_data(as_text=True)
    turned = reader.get(f"{here}?rows=sex&columns=age_band").get_data(as_text=True)

    assert "server." not in re.sub(r"<[^>]*>", "", usual + turned + listed)
    assert "<script" not in usual
    assert 'value="sex" selected' in turned
    assert turned.count("<tr") < usual.count("<tr") or "Girl" in turned or "Female" in turned
    for wrong in ("rows=banana", "rows=sex&columns=sex", "sex=banana&rows=area"):
        assert reader.get(f"{here}?{wrong}").status_code == 404, wrong
    assert reader.get("/explore/1/NOTHING_2026").status_code == 404
    assert reader.get("/explore/9/NOTHING_2026").status_code == 404


def test_turned_table_and_its_file_show_exactly_what_the_edition_shows(
    reader: FlaskClient, office: Office
) -> None:
    structure, (table,) = published.tables_of(office, 1)
    here = f"/explore/1/{table.name}"
    for rows in table.dimensions:
        for columns in table.dimensions:
            if rows == columns:
                continue
            address = f"{here}/selection.csv?rows={rows}&columns={columns}"
            text = reader.get(address).get_data(as_text=True).lstrip("\ufeff")
            for line in csv.DictReader(io.StringIO(text)):
                codes = tuple(line[name] for name in table.dimensions)
                state, count = table.rows[codes]
                assert line["status"] == state.value
                assert line["count"] == ("" if count is None else str(count))
    assert structure.tables[table.name].sensitive in table.dimensions


def test_withheld_number_has_no_bar_and_no_length_on_a_turned_table(
    reader: FlaskClient, office: Office
) -> None:
    _, (table,) = published.tables_of(office, 1)
    hidden = [one for one, (state, _) in table.rows.items() if state is NumberState.WITHHELD]
    code = dict(zip(table.dimensions, hidden[0], strict=True))
    rows, columns, *held = table.dimensions
    others = "&".join(f"{name}={code[name]}" for name in held)
    address = f"/explore/1/{table.name}?rows={rows}&columns={columns}&bars={code[columns]}&{others}"
    page = reader.get(address).get_data(as_text=True)

    lines = re.findall(r"<tr[^>]*><th scope=\"row\"[^>]*>.*?</tr>", page, re.S)
    assert any("hatched" in line for line in lines)
    for line in lines:
        bars = re.findall(r'<rect width="(\d+)" height="10" rx="2" class="fill"', line)
        assert bool(bars) != ("hatched" in line or 'class="sum"' in line[:20]), line


def test_nearest_number_of_another_table_is_told_with_its_table_period_and_edition(
    app: Flask, office: Office
) -> None:
    structure, (table,) = published.tables_of(office, 1)
    own = NearestNumber(table.name, table.code, "2026", ("sex",), ("female",))
    other = NearestNumber("T", "CL-SECTOR", "2027", ("sex", "area"), ("female", "Total"), 1)
    with app.test_request_context("/"):
        assert nearest_in_words(structure, table, None) == ""
        here = nearest_in_words(structure, table, own)
        assert nearest_in_words(structure, table, other) == (
            f"Children of 5 to 17, sex: {here}, 2027, edition 1"
        )


def test_latest_leads_to_the_newest_edition_that_holds_and_links_never_die(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "office")
    field = Field.begin(office)
    field.meet(240)
    work(office)
    released(office, steps=500)
    field.meet(100)
    work(office)
    released(office, steps=500, corrects=1, reason="late_records", note={"en": "Late."})
    reader = create_app(office.config, Clock(), seeded(8)).test_client()
    _, tables = published.tables_of(office, 2)
    series = tables[0].name.rpartition("_")[0]

    reply = reader.get(f"/explore/latest/{series}?period=2026&rows=area&_external=1&endpoint=x")
    old = reader.get(f"/explore/1/{tables[0].name}").get_data(as_text=True)

    assert reply.headers["Location"].startswith(f"/explore/2/{tables[0].name}?rows=area")
    assert 'href="/editions/2"' in old
    assert reader.get("/explore/latest/NOTHING").status_code == 404
    approval.ask_withdrawal(office, DECLARER, 2, "linkage", {"en": "Wrong merges."})
    approval.withdraw(office, APPROVER, 2)
    gone = reader.get(f"/explore/2/{tables[0].name}?rows=area")
    assert gone.status_code == 200
    assert "Wrong merges." in gone.text
    assert reader.get(f"/explore/2/{tables[0].name}/selection.csv").status_code == 404
    about = reader.get("/about").get_data(as_text=True)
    assert "withdrawn" in about.lower()
    assert "server." not in re.sub(r"<[^>]*>", "", about)
    office.close()

"""What readers find beside the tables: a map, a feed of what is new, and their own language."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from server.cli import main
from server.db.engine import transaction
from server.exports.edition import edition_of
from server.exports.glance.document import glance_words
from server.office import Office
from server.releases import published, selection
from server.releases.files import NumberState
from server.releases.model import Release, SealedCounts
from server.tables.model import TableCell, VisitCell
from server.web import create_app
from tests.server.field import Clock, make_office, seeded
from tests.server.maps.test_shapes import collection, square
from tests.server.releases.register import Field, released, work

YEARS = ("2025", "2026")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with 240 children and an edition of every cell there is."""
    office = make_office(tmp_path_factory.mktemp("site") / "office")
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


def _areas(office: Office) -> dict[str, tuple[NumberState, int | None]]:
    """Of the edition: the areas that no other one is a part of, each with its number."""
    structure, (table,) = published.tables_of(office, 1)
    found = {
        codes[0]: stated for codes, stated in table.rows.items() if set(codes[1:]) == {"Total"}
    }
    codes = structure.dimensions["area"]
    above = {codes[code]["parent"] for code in found if code in codes}
    return {code: one for code, one in found.items() if code in codes and code not in above}


def test_map_has_a_circle_where_there_is_a_number_and_none_where_it_is_withheld(
    reader: FlaskClient, office: Office
) -> None:
    areas = {code: one for code, one in _areas(office).items() if code != "Total"}
    page = reader.get("/map/1/CL-CLASS_2026").get_data(as_text=True)
    shown = [count for state, count in areas.values() if state is NumberState.PUBLISHED]
    drawn = page[page.index("<svg") : page.index("</svg>")]

    assert drawn.count('<path d="M0,0V8"') == 1  # the hatching itself
    assert drawn.count("<title>") == len(areas)
    assert drawn.count("<circle") == len([count for count in shown if count])
    assert drawn.count('class="area withheld"') == len(areas) - len(shown)
    assert "This office has given no map" in page


def test_loaded_shapes_are_drawn_and_their_absence_told(
    app: Flask, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    structure, _ = published.tables_of(office, 1)
    covered = sorted(structure.dimensions["area"]["Total"]["covers"])
    file = tmp_path / "areas.geojson"
    file.write_bytes(collection(*(square(code, at, 30) for at, code in enumerate(covered))))
    monkeypatch.setenv("TALLY87_FOLDER", str(office.config.folder))
    before = app.test_client().get("/map/1/CL-CLASS_2026").text

    told = CliRunner().invoke(main, ["map", "load", str(file)])
    assert told.exit_code == 0, told.output
    assert f"{len(covered)} areas have a shape" in told.output
    after = app.test_client().get("/map/1/CL-CLASS_2026").text

    assert "has given no map" in before
    assert "has given no map" not in after
    assert CliRunner().invoke(main, ["map", "remove"]).exit_code == 0
    assert "has given no map" in app.test_client().get("/map/1/CL-CLASS_2026").text


def test_bad_shapes_change_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [{}]}))
    monkeypatch.setenv("TALLY87_FOLDER", str(office.config.folder))

    told = CliRunner().invoke(main, ["map", "load", str(file)])

    assert told.exit_code == 1
    assert "Feature 1" in told.output
    assert "Nothing was changed" in told.output


def test_map_of_a_table_without_areas_or_of_no_edition_is_not_found(reader: FlaskClient) -> None:
    for path in ("/map/9/CL-CLASS_2026", "/map/1/nothing", "/map/1/CL-CLASS_2026?columns=area"):
        assert reader.get(path).status_code == 404
    assert reader.get("/map/1/CL-CLASS_2026?show=nothing").status_code == 200


def test_glance_says_in_the_browser_what_the_printed_pages_say(
    reader: FlaskClient, office: Office
) -> None:
    page = html.unescape(reader.get("/glance/1").text)
    said = glance_words(edition_of(office, 1), "en")

    assert said["title"] in page
    for figure in said["figures"]:
        assert figure["what"] in page
        assert figure["said"] in page
    bars = [bar for one in said["charts"] for bar in one["bars"]]
    assert len(bars) > 4
    assert page.count('<td class="bar">') >= len(bars)
    assert 'href="/editions/1/formats/at-a-glance.en.pdf"' in page
    assert "/explore" in page


def test_chart_of_a_table_is_drawn_of_children_in_child_labour_and_its_title_says_so(
    reader: FlaskClient, office: Office
) -> None:
    page = html.unescape(reader.get("/explore/1/CL-CLASS_2026?rows=sex").text)
    _, (table,) = published.tables_of(office, 1)
    shown = {}
    for sex in ("female", "male", "Total"):
        chosen = {"sex": sex, "child_labour": "IN_CHILD_LABOUR"}
        shown[sex] = table.rows[tuple(chosen.get(name, "Total") for name in table.dimensions)][1]
    most = max(("female", "male"), key=lambda sex: shown[sex] or 0)
    finding = f"most of those shown: {most.title()}, {shown[most]} of {shown['Total']}"

    assert f"In child labour, {finding}" in page
    everybody = reader.get("/explore/1/CL-CLASS_2026?rows=sex&bars=Total").text
    assert "In child labour, most" not in everybody


def test_feed_names_every_edition_and_no_number(reader: FlaskClient) -> None:
    reply = reader.get("/editions/feed.atom")
    feed = Xml.fromstring(reply.data)
    (entry,) = feed.findall(f"{ATOM}entry")

    assert reply.content_type.startswith("application/atom+xml")
    assert feed.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
    assert entry.findtext(f"{ATOM}title") == "Edition 1, version 1.0.0: 2026"
    link = entry.find(f"{ATOM}link[@rel='alternate']")
    assert link is not None
    assert link.attrib["href"].endswith("/editions/1")
    again = reader.get("/editions/feed.atom", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert "240" not in reply.text


def test_reader_chooses_a_language_and_keeps_it(reader: FlaskClient) -> None:
    page = reader.get("/explore?period=2026").text
    links = re.findall(r'href="(/languages/fr[^"]*)"', page)
    reply = reader.get(links[0].replace("&amp;", "&"))

    assert reply.status_code == 302
    assert reply.headers["Location"] == "/explore?period=2026"
    assert "HttpOnly" in reply.headers["Set-Cookie"]
    assert '<html lang="fr"' in reader.get("/editions/1").text
    assert reader.get("/languages/xx").status_code == 404


@pytest.mark.parametrize(
    "back",
    ["//evil.example/", "/\\evil.example", "https://evil.example", "/a\r\nX: y", "/languages/fr"],
)
def test_choosing_a_language_leads_to_no_other_host(reader: FlaskClient, back: str) -> None:
    reply = reader.get("/languages/fr", query_string={"back": back})

    assert reply.headers["Location"] == "/"


def test_only_the_page_for_frames_may_stand_in_one(reader: FlaskClient) -> None:
    framed = reader.get("/explore/1/CL-CLASS_2026/embed?rows=sex")
    whole = reader.get("/explore/1/CL-CLASS_2026?rows=sex")

    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]
    assert "<form" not in framed.text
    assert "8.7.1" in framed.text
    assert "/explore/1/CL-CLASS_2026/embed?rows=" in whole.text


@pytest.mark.parametrize(
    "address",
    [
        *("/glance/1", "/editions", "/editions/1", "/explore", "/about", "/knowledge", "/sign-in"),
        *(
            "/explore/1/CL-CLASS_2026",
            "/explore/1/CL-CLASS_2026/embed?rows=sex",
            "/map/1/CL-CLASS_2026",
        ),
        # Pages that say why there is none: not there, not known, not meant like this.
        *("/editions/99", "/nothing/of/the/kind", "/explore/1/NO-SUCH", "/today"),
        "/explore/1/CL-CLASS_2026?rows=no_such_dimension",
    ],
)
def test_every_page_a_reader_can_come_to_says_that_its_persons_are_made_up(
    reader: FlaskClient, address: str
) -> None:
    reply = reader.get(address, follow_redirects=True)

    assert "Made-up data." in reply.text, (address, reply.status_code)


def test_page_that_refuses_says_that_the_data_are_made_up_also_to_what_is_sent(
    reader: FlaskClient,
) -> None:
    for reply in (reader.post("/sign-in", data={"name": "x"}), reader.delete("/editions")):
        assert "Made-up data." in reply.text, reply.status_code


def test_each_row_of_a_chosen_table_says_where_its_records_come_from(reader: FlaskClient) -> None:
    lines = reader.get("/explore/1/CL-CLASS_2026/selection.csv").text.splitlines()

    assert lines[0].endswith(",status,data")
    assert all(line.endswith(",synthetic") for line in lines[1:])


SQUEEZED = {"Accept-Encoding": "gzip"}
FIRST_PAGE = 150_000
LETTERS = {"ur": "Arabic", "hi": "Devanagari", "bn": "Bengali", "am": "Ethiopic"}


@pytest.mark.parametrize("language", ["en", "fr", "ur", "hi", "bn", "am"])
def test_first_page_of_a_reader_is_small(reader: FlaskClient, language: str) -> None:
    """As it travels, with the style sheet and the letters of the language."""
    wanted = {**SQUEEZED, "Accept-Language": language}
    first = reader.get("/", headers=wanted, follow_redirects=True)
    found = {"page": len(first.data)}
    page = gzip.decompress(first.data).decode()
    links = sorted({*re.findall(r'(?:href|src)="(/static/[^"]+)"', page)})
    if language in LETTERS:
        links.append(f"/static/fonts/NotoSans-{LETTERS[language]}.woff")
    for link in links:
        found[link] = len(reader.get(link, headers=SQUEEZED).data)

    assert len(links) >= 2
    assert sum(found.values()) <= FIRST_PAGE, found


def test_assets_are_named_by_their_content_and_kept_for_ever(reader: FlaskClient) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', reader.get("/explore").text)
    assert links
    for link in links:
        assert re.search(r"\?v=[0-9a-f]{16}$", link), link
        assert "immutable" in reader.get(link).headers["Cache-Control"]
        for other in ("", "?v=0000000000000000"):
            bare = reader.get(link.partition("?")[0] + other)
            assert "immutable" not in bare.headers.get("Cache-Control", "")


def test_page_that_did_not_change_is_not_sent_again(reader: FlaskClient) -> None:
    marks = []
    for headers in ({}, SQUEEZED, {"Accept-Language": "ur"}):
        first = reader.get("/explore", headers=headers)
        again = reader.get("/explore", headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        marks.append(first.headers["ETag"])
    assert len({*marks}) == 3
    squeezed = reader.get("/explore", headers=SQUEEZED)
    assert gzip.decompress(squeezed.data) == reader.get("/explore").data
    assert {"accept-language", "cookie", "accept-encoding"} <= {
        one.casefold() for one in squeezed.vary
    }


def everything_public(app: Flask, office: Office) -> dict[str, bytes]:
    """Every page, file and format of the edition, in two languages, as a reader gets them."""
    client = app.test_client()
    _, tables = published.tables_of(office, 1)
    edition = published.edition(office, 1)
    names = [*edition.digests, published.MANIFEST, published.SIGNATURE]
    wanted = [
        "/",
        "/glance/1",
        "/editions",
        "/editions/1",
        "/explore",
        "/about",
        "/editions/feed.atom",
    ]
    wanted += ["/knowledge", "/knowledge/catalogue.jsonld", "/api/editions", "/api/editions/1"]
    wanted += [f"/editions/1/{name}" for name in names]
    page = client.get("/editions/1").text
    wanted += sorted({*re.findall(r'href="(/editions/1/formats/[^"]+)"', page)})
    for table in tables:
        series = selection.series_of(table)
        wanted += [f"/explore/series/{series}", f"/map/1/{table.name}"]
        for rows in table.dimensions:
            for columns in table.dimensions:
                asked = f"rows={rows}" + (f"&columns={columns}" if rows != columns else "")
                one = f"/explore/1/{table.name}"
                wanted += [f"{one}?{asked}", f"{one}/embed?{asked}"]
                wanted += [f"{one}/selection.csv?{asked}"]
    found = {}
    for link in wanted:
        for language in ("en", "ar"):
            reply = client.get(link, headers={**SQUEEZED, "Accept-Language": language})
            # What changes with the request and not with what is known stays out of it.
            kept = [h for h in sorted(reply.headers) if h[0] not in ("X-Request-ID", "Date")]
            found[f"{language} {link}"] = repr(kept).encode() + reply.data
    assert len([one for one in found.values() if one]) > 60
    return found


def test_nothing_a_reader_can_fetch_depends_on_a_number_that_is_not_published(
    app: Flask, office: Office
) -> None:
    """Every count the office keeps is changed behind the edition: pages, tooltips, bars, orders,
    files, lengths and marks for caches stay the same to the byte, in a process that starts anew."""
    _, (table,) = published.tables_of(office, 1)
    states = {state for state, _ in table.rows.values()}
    assert NumberState.WITHHELD in states
    before = everything_public(app, office)
    with transaction(office.engine) as connection:
        connection.execute(update(TableCell).values(number=TableCell.number + 977))
        connection.execute(update(VisitCell).values(number=VisitCell.number + 977))
        connection.execute(delete(SealedCounts))
        connection.execute(update(Release).values(audit=None, proposal=None))
    anew = create_app(office.config, Clock(), seeded(7))
    after = everything_public(anew, office)
    anew.extensions["tally87"].close()

    assert before.keys() == after.keys()
    assert [link for link in before if before[link] != after[link]] == []


def test_links_to_periods_stay_grow_and_roll(reader: FlaskClient) -> None:
    page = reader.get("/explore/series/CL-CLASS?kind=year").text
    fixed, growing, rolling = re.findall(r'<dt><a href="(/explore/series/[^"]+)"', page)

    assert "from=2026" in fixed
    assert "to=2026" in fixed
    assert "to=" not in growing
    assert "last=1" in rolling
    for there in (fixed, growing, rolling):
        assert reader.get(there.replace("&amp;", "&")).status_code == 200
    assert reader.get("/explore/series/CL-CLASS?kind=year&from=2027").status_code == 404
    for odd in ("last=0", "last=-1", "last=x", "last=99999999", "from=2026-Q1", "to=%01"):
        assert reader.get(f"/explore/series/CL-CLASS?kind=year&{odd}").status_code == 200, odd
    assert reader.get("/explore/series/CL-CLASS?kind=year&to=%00").status_code == 400


def test_readers_are_not_asked_to_sign_in_while_nothing_is_published(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    reader = create_app(office.config, Clock(), seeded(7)).test_client()
    for path in ("/editions", "/explore", "/trends", "/knowledge", "/about"):
        page = reader.get(path).text
        assert "At a glance" not in page, path
        links = re.findall(r'<a class="brand" href="([^"]*)"', page)
        assert links == ["/editions"], path
        assert page.count('href="/"') == 0, path

"""Programs that look for pages are told what readers see, and what is for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient

from server.office.config import config_for
from server.web import create_app
from server.web.pages.sitemap import SITEMAP
from server.web.warming import warm_up
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import Field, released, work


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[FlaskClient]:
    """A reader of an office with one edition."""
    office = make_office(tmp_path / "office")
    Field.begin(office).meet(150)
    work(office)
    released(office, tables=("CL-CLASS:area,child_labour",), steps=300)
    app = create_app(office.config, Clock(), seeded(6))
    yield app.test_client()
    app.extensions["tally87"].close()
    office.close()


def addresses(reader: FlaskClient) -> list[str]:
    reply = reader.get("/sitemap.xml")
    assert reply.status_code == 200
    assert reply.content_type.startswith("application/xml")
    found = Xml.fromstring(reply.data).iter(f"{{{SITEMAP}}}loc")
    return [str(one.text) for one in found]


def test_every_address_of_the_sitemap_is_a_page_for_readers(reader: FlaskClient) -> None:
    found = addresses(reader)

    paths = [urlsplit(one).path for one in found]
    assert {"/editions", "/explore", "/knowledge", "/glance/1", "/editions/1"} <= set(paths)
    assert "/explore/1/CL-CLASS-by-area-child_labour_2026" in paths
    assert len(paths) == len(set(paths))
    for path in paths:
        assert reader.get(path).status_code == 200, path
    assert all(one.startswith("http") for one in found)


def test_robots_lead_to_the_sitemap_and_away_from_what_is_for_staff(reader: FlaskClient) -> None:
    said = reader.get("/robots.txt").text
    assert "Sitemap: http" in said
    assert "/sitemap.xml" in said
    for path in ("/sign-in", "/api/v1/", "/join/"):
        assert f"Disallow: {path}" in said
    allowed = [line.removeprefix("Disallow: ") for line in said.splitlines() if "Disallow" in line]
    for address in addresses(reader):
        assert not any(urlsplit(address).path.startswith(one) for one in allowed)


def test_first_look_finds_all_templates_ready(reader: FlaskClient) -> None:
    app = reader.application
    warm_up(app).join(60)

    assert app.jinja_env.cache is not None
    for name in ("glance.html", "explore_table.html", "tablets.html", "parts.html"):
        assert any(key[1] == name for key in list(app.jinja_env.cache)), name


def test_warming_of_an_office_that_is_not_set_up_ends_quietly(tmp_path: Path) -> None:
    app = create_app(config_for(tmp_path / "none"), Clock(), seeded(1))
    thread = warm_up(app)
    thread.join(60)
    assert not thread.is_alive()
    app.extensions["tally87"].close()

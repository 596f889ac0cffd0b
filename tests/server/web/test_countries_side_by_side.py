"""A roll-up on pages: every step of a regional body, and what its readers find."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.db.migrate import migrate
from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.office.config import config_for
from server.programme.keys import keys_of
from server.rollup import learning, publishing
from server.rollup.handed import in_one_file, printed_fingerprint
from server.rollup.publishing import verified
from server.staff import accounts
from server.web import create_app
from tests.server.field import Clock, seeded
from tests.server.rollup.countries import A_ROWS, B_ROWS, Country
from tests.server.web.conftest import PASSWORD, token_of
from tests.server.web.walk import make_read_only, walk

ASKED = "tables=CL-CLASS&periods=2026"


@dataclass
class Region:
    """A roll-up without a programme, who works on its pages, and a reader."""

    office: Office
    client: FlaskClient
    reader: FlaskClient

    def take(self, step: str, **fields: object) -> str:
        """What the page after a step says."""
        reply = self.client.post(
            f"/rollup/{step}?{ASKED}",
            data={"csrf_token": token_of(self.client), **fields},
            follow_redirects=True,
        )
        return html.unescape(reply.text)

    def edition(self, content: bytes) -> str:
        return self.take("edition", file=(io.BytesIO(content), "edition.zip"))


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    office = Office.open(config_for(tmp_path / "region"), Clock(), seeded(2))
    migrate(office.engine)
    learning.begin(office, "A region", "synthetic")
    accounts.add_account(office, "boss", "administrator", PASSWORD)
    app = create_app(office.config, Clock(), seeded(6))
    client = app.test_client()
    assert client.post("/sign-in", data={"name": "boss", "password": PASSWORD}).status_code == 303
    yield Region(office, client, app.test_client())
    app.extensions["tally87"].close()
    office.close()


@pytest.fixture
def countries(region: Region) -> tuple[Country, Country]:
    """Two countries that take part, each with an edition that means the same."""
    both = Country("XAA", 31, A_ROWS), Country("XBB", 32, B_ROWS)
    for one in both:
        printed = printed_fingerprint(one.key)
        told = region.take(
            "country", code=one.code, name=f"Country {one.code}", key=one.key, fingerprint=printed
        )
        assert "The country takes part" in told
        assert "genuine and kept" in region.edition(in_one_file(one.edition(1)))
        said = {"code": one.code, "table": "CL-CLASS", "agrees": "yes", "because": "Both."}
        assert "Noted." in region.take("define", **said)
    return both


def test_body_works_from_keys_to_a_signed_edition_without_a_shell(
    region: Region, countries: tuple[Country, Country]
) -> None:
    assert "was not shown this draft" in region.take("publish", sure="yes")
    assert "their term runs" in region.take("notice", days="30")
    draft = region.client.get(f"/rollup/draft.zip?{ASKED}")
    assert "CL-CLASS_2026.csv" in zipfile.ZipFile(io.BytesIO(draft.data)).namelist()
    assert "its term is not over" in region.take("publish", sure="yes")
    for one in countries:
        words = f"We of {one.code} see it <otherwise>."
        assert "published in full" in region.take("answer", code=one.code, words=words)
    assert "It was not confirmed" in region.take("publish")

    assert "published and signed" in region.take("publish", sure="yes")

    page = region.reader.get("/countries/editions/1").text
    assert "Country XAA" in page
    of_one = region.reader.get("/countries/XAA").text
    assert "We of XAA see it &lt;otherwise&gt;." in of_one
    assert "We of XBB" not in of_one
    assert printed_fingerprint(countries[0].key) in of_one
    names = set(re.findall(r'/countries/editions/1/([^"]+)', page))
    files = {name: region.reader.get(f"/countries/editions/1/{name}").data for name in names}
    key = keys_of(region.office).programme.public.signing.hex()
    assert verified(files, key)["edition"] == 1
    with pytest.raises(NotGenuine):
        verified({**files, "coverage.csv": files["coverage.csv"] + b"x"}, key)
    assert "Country XBB" in region.reader.get("/", follow_redirects=True).text


def test_no_look_at_countries_side_by_side_writes_anything(
    region: Region, countries: tuple[Country, Country]
) -> None:
    region.take("notice", days="30")
    for one in countries:
        region.take("answer", code=one.code, words="We see it otherwise.")
    region.client.get(f"/rollup/draft.zip?{ASKED}")
    assert "published and signed" in region.take("publish", sure="yes")
    make_read_only(region.office)

    clients = {"administrator": region.client, "": region.reader}
    told = walk(region.client.application, clients, [f"/rollup/draft.zip?{ASKED}"])

    seen: dict[str, set[int]] = {}
    for look, reply in told.items():
        seen.setdefault(look.endpoint, set()).add(reply.status_code)
    for page in ("countries.listed", "countries.one", "countries.edition", "countries.file"):
        assert seen[page] == {200}, page
    assert seen["rollup_pages.shown"] == {200}
    assert seen["rollup_pages.draft_file"] == {200, 404}, "404 where nothing is asked for"


def test_what_is_not_genuine_is_refused_in_a_sentence_and_not_kept(
    region: Region, countries: tuple[Country, Country]
) -> None:
    stranger = Country("XCC", 33, A_ROWS)
    wrong = {"code": "XCC", "name": "C", "key": stranger.key, "fingerprint": "0000 " * 8}
    assert "The fingerprint is not that of this key" in region.take("country", **wrong)
    files = countries[0].edition(2)
    table = files["CL-CLASS_2026.csv"]
    for at in range(0, len(table), 97):
        changed = table[:at] + bytes([table[at] ^ 1]) + table[at + 1 :]
        told = region.edition(in_one_file({**files, "CL-CLASS_2026.csv": changed}))
        assert "genuine and kept" not in told, at
    for content, sentence in (
        (in_one_file(stranger.edition(1)), "No country that takes part has signed"),
        (b"no zip", "This is no edition"),
        (b"", "This is no edition"),
    ):
        assert sentence in region.edition(content)
    assert len(learning.known(region.office).editions) == 2
    assert "XCC" not in region.reader.get("/countries").text


def test_sum_is_withheld_where_a_country_withholds_and_pages_are_for_who_may(
    region: Region, countries: tuple[Country, Country]
) -> None:
    draft = region.client.get(f"/rollup?{ASKED}").text
    assert "withheld" in draft
    assert "400" in draft, "150 and 250 are published by both and mean the same"
    assert region.reader.get("/rollup").status_code == 302
    assert region.reader.get("/countries/XZZ").status_code == 404
    assert region.reader.get("/countries/editions/1").status_code == 404
    places = re.findall(r'<nav aria-label="Pages">(.*?)</nav>', draft, re.DOTALL)[0]
    assert "/rollup" in places
    assert "/assignments" not in places


def test_who_signs_in_to_a_roll_up_comes_to_its_page(region: Region) -> None:
    reply = region.client.get("/", follow_redirects=True)

    assert reply.status_code == 200
    assert reply.request.path == "/rollup"


def test_reader_is_given_no_number_that_a_country_withdrew(
    region: Region, countries: tuple[Country, Country]
) -> None:
    made = publishing.draft(region.office, ["CL-CLASS"], ["2026"])
    publishing.give_notice(region.office, made, term_days=0)
    publishing.publish(region.office, made)
    files = ("rollup.json", "CL-CLASS_2026.csv", "coverage.csv")
    assert region.reader.get("/countries/editions/1/CL-CLASS_2026.csv").status_code == 200

    learning.withdraw(region.office, "XBB", 1, "A child can be recognised in it.")

    for name in files:
        assert region.reader.get(f"/countries/editions/1/{name}").status_code == 404
    page = html.unescape(region.reader.get("/countries/editions/1").text)
    assert "withdrew (XBB 1)" in page
    assert "<table" not in page
    assert "withdrew (XBB 1)" in html.unescape(region.reader.get("/countries").text)

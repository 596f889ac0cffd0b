"""Lists are sorted by their headings: in the address, by key, told to who cannot see it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import server.web
from server.programme import enrolment
from server.stewardship import tablets
from tests.server.field import FieldTablet
from tests.server.web.conftest import Workplace
from tests.server.web.walk import fill_with_records

TEMPLATES = Path(server.web.__file__).parent / "templates"
HEADING = re.compile(r'<th scope="col"([^>]*)><a class="sort" href="([^"]+)">')
LISTS = {
    "/today/conflicts": "steward",
    "/today/returned": "steward",
    "/today/queries": "steward",
    "/assignments": "steward",
    "/programme": "administrator",
    "/programme/tablets": "administrator",
    "/programme/accounts": "administrator",
    "/programme/log?what=all": "administrator",
}
"""Those an office with a few records has lines in."""


@pytest.fixture
def filled(workplace: Workplace) -> Workplace:
    """An office with lines in its lists."""
    fill_with_records(workplace)
    for number in range(3):
        enrolment.add_officer(workplace.office, "NGO-A", f"A-{number}")
    for officer in (1, 2):
        FieldTablet.enrol(workplace.office, officer, seed=50 + officer)
    return workplace


def rows(page: str) -> list[str]:
    """The sorted table's lines."""
    table = page[page.index('class="sort"') :]
    return re.findall(r"<tr><th scope=\"row\".*?</tr>", table[: table.index("</table>")], re.DOTALL)


def plain(row: str) -> str:
    return re.sub(r"<[^>]+>|\s+|csrf_token\S+", " ", row)


def in_order(client: FlaskClient, address: str) -> list[str]:
    return [plain(row) for row in rows(client.get(address).text)]


@pytest.mark.parametrize("address", sorted(LISTS))
def test_every_heading_sorts_both_ways_and_says_so(filled: Workplace, address: str) -> None:
    client = filled.sign_in(LISTS[address])
    page = client.get(address).text
    headings = HEADING.findall(page)
    assert headings
    assert sum("aria-sort" in more for more, _ in headings) == 1, "one column is the sorted one"
    for _, link in headings:
        once = unescape(link)
        first = client.get(once).text
        (found,) = [more for more, _ in HEADING.findall(first) if "aria-sort" in more]
        way = re.search(r'aria-sort="(\w+)"', found)
        turned = next(
            unescape(there) for more, there in HEADING.findall(first) if "aria-sort" in more
        )
        second = client.get(turned).text
        back = re.search(r'aria-sort="(\w+)"', second)
        assert way is not None
        assert back is not None
        assert {way[1], back[1]} == {"ascending", "descending"}
        one, other = in_order(client, once), in_order(client, turned)
        # The log has a line more by each look.
        if "log" not in address:
            assert other == one[::-1], link


def test_order_stays_with_the_filter_and_from_part_to_part(
    filled: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = filled.sign_in("administrator")
    for page in ("tablet_pages", "organisations"):
        monkeypatch.setattr(f"server.web.pages.{page}.A_PAGE", 2)
    assert 'name="sort" value="-officer"' in client.get("/programme/tablets?sort=-officer").text
    for list_of, word in (("/programme/tablets", "-last"), ("/programme", "organisation")):
        seen: list[str] = []
        there: str | None = f"{list_of}?sort={word}"
        while there is not None:
            page = client.get(there).text
            seen += [plain(row) for row in rows(page)]
            way_on = re.search(r'href="([^"]+)" rel="next"', page)
            there = None if way_on is None else unescape(way_on[1])
            assert there is None or f"sort={word}" in there
        assert len(seen) == len(set(seen)) > 2


def test_what_no_list_is_sorted_by_is_the_usual_and_kept_addresses_go_on() -> None:
    orders = tablets.ORDERS
    assert orders.known("banana") == orders.known("") == orders.known("--officer") == "officer"
    assert orders.known("-banana") == "officer"
    assert orders.known("silent") == "last"
    assert orders.known("heard") == "-last", "who was heard last stood first"
    assert orders.key("-last").descending
    assert not orders.key("last").descending


def test_part_of_another_order_is_not_found(filled: Workplace) -> None:
    client = filled.sign_in("administrator")
    place = "WyJBIiwiQiJd"  # ["A","B"]
    assert client.get(f"/programme/tablets?sort=records&after={place}").status_code == 404


def test_answer_to_a_form_offers_no_address_it_has_not(filled: Workplace) -> None:
    client = filled.sign_in("administrator")
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/account").text)
    assert token is not None
    told = {"csrf_token": token[1], "code": "", "name": ""}
    page = client.post("/programme/organisations", data=told)
    assert page.status_code == 409
    assert 'class="sort"' not in page.text


def test_every_list_that_goes_on_is_sorted_by_the_shared_headings() -> None:
    for template in TEMPLATES.glob("*.html"):
        said = template.read_text(encoding="utf-8")
        if "{{ way_on(" in said and template.name != "parts.html":
            lists = said + (TEMPLATES / "conflict_lines.html").read_text(encoding="utf-8")
            assert "column(" in (lists if "conflict_lines" in said else said), template.name
            assert '<select id="sort"' not in said, template.name

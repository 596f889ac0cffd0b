"""Lists are sorted by their headings: in the address, by key, told to who cannot see it."""

from __future__ import annotations

import re
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import server.web
from server import queue
from server.intake import tablet_quarantine
from server.jobs import kinds
from server.jobs.worker import work_off
from server.programme import enrolment
from server.reference import messages, publish
from server.stewardship import tablets
from server.workshop import bench, estimate_trials
from tests.server.field import FieldTablet, somebody
from tests.server.web.conftest import Workplace
from tests.server.web.walk import fill_with_records

TEMPLATES = Path(server.web.__file__).parent / "templates"
HEADING = re.compile(r'<th scope="col"([^>]*)><a class="sort" href="([^"]+)">')
LISTS = {
    "steward": (
        ("/today/conflicts", ""),
        ("/today/returned", ""),
        ("/today/queries", ""),
        ("/today/odd-tablets?days=90", "aside"),
        ("/today/odd-tablets?days=90", "persons"),
        ("/assignments", ""),
        ("/intake", ""),
        ("/jobs", ""),
    ),
    "administrator": (
        ("/programme", ""),
        ("/programme", "organisations"),
        ("/programme/tablets", ""),
        ("/programme/accounts", ""),
        ("/programme/messages", ""),
        ("/programme/data", "editions"),
        ("/programme/log?what=all", ""),
    ),
    "statistician": (("/estimates", ""), ("/bench", "")),
}
"""Those an office with a few records has lines in, and which list where a page has several."""


@pytest.fixture
def filled(workplace: Workplace) -> Workplace:
    """An office with lines in its lists."""
    office = workplace.office
    fill_with_records(workplace)
    for number in range(3):
        enrolment.add_officer(office, "NGO-A", f"A-{number}")
    tablets = [FieldTablet.enrol(office, officer, seed=50 + officer) for officer in (1, 2)]
    for person, tablet in enumerate(tablets):
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit, somebody(70 + person)) for _ in range(5)))
    work_off(office)
    place = {"area": "PK-PB-01", "place_kind": "brick_kiln", "due": "2027-01-31"}
    asked = tablets[0].membership.tablet_id
    workplace.post(workplace.sign_in("steward"), "/assignments", tablet=asked, **place)
    for at, tablet in enumerate([FieldTablet.enrol(office, 1, seed=seed) for seed in (80, 81)]):
        tablet_quarantine.put_aside(office, tablet.membership.tablet_id, 1_000 + at, "test")
    kinds.look_for_odd(office, queue.A_YEAR)
    publish.publish_first(office, "test")
    for words in ("The office moves.", "The office has moved."):
        messages.add_message(office, "test", {"en": words})
    for actor in ("ada", "ben"):
        estimate_trials.ask(office, actor, "2026", "child_labour")
        bench.ask(office, actor, ["CL-CLASS:area,sex,child_labour"], "2026", "ages of children")
    return workplace


def table_of(page: str, of: str) -> str:
    """The sorted table of that name, or the first that has none."""
    for table in page.split("<table")[1:]:
        heading = HEADING.search(table.partition("</table>")[0])
        if heading and unescape(heading[2]).partition("#")[2] == of:
            return table.partition("</table>")[0]
    raise AssertionError(f"no sorted table {of}")


def rows(page: str, of: str = "") -> list[str]:
    """The sorted table's lines."""
    return re.findall(r"<tr><th scope=\"row\".*?</tr>", table_of(page, of), re.DOTALL)


def plain(row: str) -> str:
    return re.sub(r"<[^>]+>|\s+|csrf_token\S+", " ", row)


def in_order(client: FlaskClient, address: str, of: str) -> list[str]:
    return [plain(row) for row in rows(client.get(address).text, of)]


def sorted_one(table: str) -> tuple[str, str]:
    """Of the only column the table is sorted by: which way, and the address that turns it."""
    ((more, link),) = [one for one in HEADING.findall(table) if "aria-sort" in one[0]]
    way = re.search(r'aria-sort="(\w+)"', more)
    assert way is not None
    return way[1], unescape(link)


@pytest.mark.parametrize("role", sorted(LISTS))
def test_every_heading_sorts_both_ways_and_says_so(filled: Workplace, role: str) -> None:
    client = filled.sign_in(role)
    for address, of in LISTS[role]:
        usual = table_of(client.get(address).text, of)
        assert sorted_one(usual)
        for _, link in HEADING.findall(usual):
            once = unescape(link)
            way, turned = sorted_one(table_of(client.get(once).text, of))
            back, _ = sorted_one(table_of(client.get(turned).text, of))
            assert {way, back} == {"ascending", "descending"}
            one, other = in_order(client, once, of), in_order(client, turned, of)
            assert len(one) > 1, f"{address}: of one line no order is seen"
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
        seen = read_to_the_end(client, f"{list_of}?sort={word}")
        assert len(seen) == len(set(seen)) > 2


def read_to_the_end(client: FlaskClient, address: str, of: str = "") -> list[str]:
    """All lines of a list, part after part, in the order the address says."""
    seen: list[str] = []
    there: str | None = address
    while there is not None:
        page = client.get(there).text
        seen += [plain(row) for row in rows(page, of)]
        ways_on = [unescape(one) for one in re.findall(r'href="([^"]+)" rel="next"', page)]
        ours = [one for one in ways_on if one.partition("#")[2] == of]
        there = ours[0] if ours else None
        assert there is None or address.partition("?")[2] in there
    return seen


def test_each_list_of_a_page_goes_on_by_itself(
    filled: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = (
        ("organisations", "administrator", "/programme?sort-organisations=-name", "organisations"),
        ("messages", "administrator", "/programme/messages?sort=made", ""),
        ("tablet_data", "administrator", "/programme/data?sort-editions=number", "editions"),
        ("odd_tablets", "steward", "/today/odd-tablets?days=90&sort-persons=tablet", "persons"),
        ("odd_tablets", "steward", "/today/odd-tablets?sort-aside=-since", "aside"),
        ("staff", "steward", "/jobs?sort=kind", ""),
        ("estimate_pages", "statistician", "/estimates?sort=by", ""),
        ("bench", "statistician", "/bench?sort=-period", ""),
    )
    for page, role, address, of in lists:
        client = filled.sign_in(role)
        whole = in_order(client, address, of)
        with monkeypatch.context() as patch:
            patch.setattr(import_module(f"server.web.pages.{page}"), "A_PAGE", 1)
            assert read_to_the_end(client, address, of) == whole
            name = f"after-{of}" if of else "after"
            assert client.get(f"{address}&{name}=WyJ4Il0").status_code == 404
    here = client.get("/bench?sort=period&after-x=y").text
    assert "after-x" not in re.search(r'name="address" value="([^"]*)"', here)[1]  # type: ignore[index]


def test_jobs_are_shown_by_kind_and_by_state(filled: Workplace) -> None:
    client = filled.sign_in("steward")
    assert len(in_order(client, "/jobs?kind=trial&state=waits", "")) == 4
    for address in ("/jobs?kind=link", "/jobs?kind=trial&state=put_aside"):
        assert 'class="sort"' not in client.get(address).text
    assert client.get("/jobs?kind=banana&state=banana").status_code == 200


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

"""What readers without an account see, in a real Chromium: every page fits, has no serious fault,
asks nobody else, and needs no script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from demo.link import free_port
from tests.journeys.test_workplace_in_a_browser import CHROMIUM, QUIET, listened_to, served
from tests.server.field import Clock, make_office
from tests.server.releases.register import Field, released, work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

TABLE = "CL-CLASS-by-area-child_labour_2026"
PAGES = {
    "glance": "/glance/1",
    "editions": "/editions",
    "edition": "/editions/1",
    "explore": "/explore",
    "table": f"/explore/1/{TABLE}",
    "frame": f"/explore/1/{TABLE}/embed",
    "map": f"/map/1/{TABLE}",
    "trend": "/explore/series/CL-CLASS-by-area-child_labour",
    "about": "/about",
    "trends": "/trends",
    "programs": "/api",
    "knowledge": "/knowledge",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an office with one edition."""
    port = free_port()
    office = make_office(
        tmp_path_factory.mktemp("site") / "office", public_url=f"http://127.0.0.1:{port}"
    )
    Field.begin(office).meet(150)
    work(office)
    released(office, tables=("CL-CLASS:area,child_labour",), steps=300)
    with served(office, Clock(), port) as there:
        yield there
    office.close()


CUT = """[...document.querySelectorAll("table.stack tbody :is(td, th)")]
    .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.innerText)"""
"""What does not fit into its line of a table, of which a phone shows one under the other."""


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1440), ("ur-PK", 390), ("fr-FR", 390)])
def test_every_public_page_fits_has_no_serious_fault_and_needs_no_script(
    address: str, tmp_path: Path, language: str, width: int
) -> None:
    pictures = Path(os.environ.get("TALLY87_PICTURES", tmp_path))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            color_scheme="dark" if width == 390 else "light",
        )
        page = context.new_page()
        complaints, strays = listened_to(page, address)
        for name, path in PAGES.items():
            reply = page.goto(f"{address}{path}")
            assert reply is not None
            assert reply.status == 200, name
            page.screenshot(path=pictures / f"public-{name}-{language}-{width}.png", full_page=True)
            assert page.evaluate("document.scripts.length") == 0, name
            found = Axe().run(page).response["violations"]
            serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
            assert serious == [], name
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, name
            assert width != 390 or page.evaluate(CUT) == [], name
        browser.close()
    assert complaints == []
    assert strays == []

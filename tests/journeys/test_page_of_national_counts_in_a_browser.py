"""A statistician looks at the page of national counts, in a real Chromium.

The picture of the page is kept in a temporary folder, so that a test run leaves the repository
alone; with ``TALLY87_PICTURES=docs/images`` (or another folder) it is written there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from benchmarks.office import in_parcels, join
from benchmarks.records import many, written_visits
from demo.link import free_port
from demo.national import tables_of_latest_year
from demo.office import APPROVER, DemoNotes, DemoOffice
from server.intake.receive import take_in
from shared.texts import text

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
CASES = 2_500
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoOffice, DemoNotes]]:
    """A served office with a year of drawn cases."""
    office = DemoOffice(tmp_path_factory.mktemp("office"), free_port())
    notes = office.make("synthetic")
    try:
        tablet = join(office.office, "LI-1")
        reference, written = written_visits(tablet.linkage_key, synthetic=True)
        visits = [visit.records for visit in many(written, reference, CASES)]
        for records in in_parcels(visits, 300):
            take_in(office.office, tablet.parcel(records))
        with office.serving():
            yield office, notes
    finally:
        office.close()


@pytest.fixture
def page(office: tuple[DemoOffice, DemoNotes]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{office[0].url}/counts")
        yield page
        browser.close()
        assert errors == []


def sign_in(page: Page, notes: DemoNotes) -> None:
    page.fill("#name", APPROVER)
    page.fill("#password", notes.approver_password)
    page.click("button[type=submit]")
    page.wait_for_url("**/counts*")


def test_statistician_signs_in_and_reads_the_protected_counts(
    page: Page, office: tuple[DemoOffice, DemoNotes], tmp_path: Path
) -> None:
    demo, notes = office
    tables = tables_of_latest_year(demo)
    total = tables["CL-AREA"].total

    sign_in(page, notes)
    page.goto(f"{demo.url}/counts?period={tables.period}")

    said = page.inner_text("body").replace("\u202f", "").replace(",", "")
    assert str(total) in said
    assert text("server.banner.synthetic.title", "en") in said
    page.screenshot(path=Path(os.environ.get("TALLY87_PICTURES", tmp_path)) / "counts.png")


def test_page_fits_a_phone_and_reads_in_the_dark(
    page: Page, office: tuple[DemoOffice, DemoNotes], tmp_path: Path
) -> None:
    sign_in(page, office[1])
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})

    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.screenshot(path=tmp_path / "phone.png", full_page=True)

    assert not too_wide

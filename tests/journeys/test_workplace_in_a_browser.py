"""The workplace in a real Chromium: from an empty office to a ticket, and every page looked over.

Pictures of the pages are kept in a temporary folder; with ``TALLY87_PICTURES=folder`` there.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from demo.link import free_port
from server import queue
from server.intake import tablet_quarantine
from server.jobs import kinds
from server.jobs.worker import work_off
from server.office import Office
from server.office.config import config_for
from server.operations import first_start
from server.programme import enrolment
from server.reference import messages, publish, rollouts
from server.reference.rollouts import FirstTablets
from server.staff import accounts, invitations
from server.web import create_app
from server.workshop import bench, estimate_trials
from tests.server.field import NOW, Clock, FieldTablet, make_office, seeded, somebody
from tests.server.reference.test_editions import HELPLINE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PASSWORD = "a quite long sentence"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def served(office: Office, clock: Clock, port: int) -> Iterator[str]:
    """The pages of this office at an address, until the block ends."""
    app = create_app(office.config, clock, seeded(6))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        app.extensions["tally87"].close()


def listened_to(page: Page, address: str) -> tuple[list[str], list[str]]:
    """What the browser complains of, and requests that leave the host; filled as it goes on."""
    complaints: list[str] = []
    strays: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: strays.append(asked.url) if not asked.url.startswith(address) else None,
    )
    return complaints, strays


def test_administrator_comes_from_an_empty_office_to_a_ticket_without_a_script(
    browser: Browser, tmp_path: Path
) -> None:
    port, clock = free_port(), Clock(datetime.now(UTC))
    config = config_for(tmp_path / "office", public_url=f"http://127.0.0.1:{port}")
    office = Office.open(config, clock, seeded(1))
    token = first_start.prepare(office)
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    with served(office, clock, port) as address:
        complaints, strays = listened_to(page, address)
        page.goto(f"{address}/set-up/{token}")
        page.fill("#name", "National programme")
        page.select_option("#country", "PAK")
        page.fill("#administrator", "Amina")
        page.press("#administrator", "Enter")
        page.click("main a.button")
        secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.content())
        assert secret is not None
        for name in ("#password", "#again"):
            page.fill(name, PASSWORD)
        page.fill("#code", pyotp.TOTP(secret[1]).at(clock.now))
        page.press("#code", "Enter")
        page.click("main a.button")

        clock.now += timedelta(seconds=30)
        page.fill("main #name", "Amina")
        page.fill("#password", PASSWORD)
        page.fill("#code", pyotp.TOTP(secret[1]).at(clock.now))
        page.press("#code", "Enter")
        assert page.url == f"{address}/today"

        page.goto(f"{address}/programme")
        page.fill("#organisation-code", "LABOUR")
        page.fill("#organisation-name", "Labour inspectorate")
        page.press("#organisation-name", "Enter")
        assert page.locator("[role=status]").inner_text() == "The organisation was added."
        page.fill("#officer-code", "LABOUR-1")
        page.press("#officer-code", "Enter")
        page.locator("form[action$='/tickets'] button").click()
        assert page.locator(".code svg").is_visible()
        assert "LABOUR-1" in page.title()
    office.close()
    assert complaints == []
    assert strays == []


def fill(office: Office) -> str:
    """Something of each kind that waits, an account of every role; the id of a tablet."""
    tablets = [FieldTablet.enrol(office, number, 100 + number) for number in range(3)]
    records = []
    for number in range(12):
        visit = tablets[0].visit(area=f"PK-PB-0{number % 3 + 1}")
        records += [visit, tablets[0].case(visit, somebody(number))]
    tablets[0].send(*records)
    for tablet in tablets[:2]:
        visit, other = tablet.visit(), tablet.visit()
        tablet.send(visit, replace(tablet.case(visit), danger=True))
        tablet.send(other)
        tablet.send(replace(other, content={**other.content, "area": "PK-PB-02"}))
        tablet.send(tablet.case(other, given_name="X"), tablet.case(other, work_hours=900.0))
    visit = tablets[2].visit(area="PK-PB-02")
    alike = somebody(1, area="PK-PB-02", parent_given_name="Zubaida", birth_date=None)
    tablets[2].send(visit, tablets[2].case(visit, alike))
    enrolment.revoke(office, tablets[2].membership.tablet_id, "test")
    tablets[2].send(tablets[2].visit())
    visit = tablets[0].visit()
    tablets[0].send(visit, *(tablets[0].case(visit, somebody(50 + n)) for n in range(20)))
    work_off(office)
    tablet_quarantine.put_aside(office, tablets[1].membership.tablet_id, 0, "test")
    return tablets[0].membership.tablet_id


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a filled office, and its pages by name."""
    port = free_port()
    folder = tmp_path_factory.mktemp("filled")
    own = folder / "own"
    own.mkdir()
    (own / "profile.toml").write_text(HELPLINE.format("1121"), encoding="utf-8")
    office = make_office(
        folder / "office", public_url=f"http://127.0.0.1:{port}", country_folders=(own,)
    )
    tablet_id = fill(office)
    estimate_trials.ask(office, "Amina", "2026", "child_labour")
    bench.ask(office, "Amina", ["CL-CLASS:area,sex,child_labour"], "2026", "ages of children")
    messages.add_message(office, "account Amina", {"en": "The helpline has a new number."})
    work_off(office)
    kinds.look_for_odd(office, queue.A_YEAR)
    publish.publish(office, "test")
    (own / "profile.toml").write_text(HELPLINE.format("1122"), encoding="utf-8")
    rollouts.begin(office, "test", FirstTablets([tablet_id]))
    (own / "profile.toml").write_text(HELPLINE.format("1123"), encoding="utf-8")
    accounts.add_account(office, "Amina", "administrator", PASSWORD)
    accounts.add_account(office, "Sana", "statistician", PASSWORD)
    office.clock.now = NOW + timedelta(days=3)  # type: ignore[attr-defined]
    link = invitations.invite(office, "Bilal", "steward", "test")
    pages = {
        name: f"/{name.replace('-', '/')}"
        for name in (
            *("today", "today-conflicts", "today-returned", "intake", "jobs"),
            *("today-conflicts-1", "today-pairs", "today-pairs-1", "today-queries"),
            *("programme", "programme-tablets", "programme-messages", "programme-accounts"),
            *("programme-log", "account", "programme-quotas", "assignments"),
            *("releases", "releases-new", "explore", "about"),
            *("progress", "progress-commitment-new", "progress-indicator-new", "today-record"),
            *("progress-reports", "programme-unlocking", "programme-map", "editions"),
            "knowledge",
        )
    }
    pages |= {"odd": "/today/odd-tablets", "data": "/programme/data"}
    pages |= {"tablet": f"/programme/tablets/{tablet_id}", "join": f"/join/{link}"}
    with served(office, Clock(NOW + timedelta(days=3)), port) as address:
        yield address, pages
    office.close()


OF_STATISTICIANS = {
    name: f"/{name.replace('-', '/')}"
    for name in ("estimates", "estimates-1", "bench", "bench-2", "counts", "tables")
}


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize(
    ("language", "width"),
    [("en-GB", 1440), ("ur-PK", 768), ("en-GB", 390), ("ar", 390), ("fr-FR", 768)],
)
def test_every_page_fits_has_no_serious_fault_and_asks_nobody_else(
    browser: Browser,
    filled: tuple[str, dict[str, str]],
    tmp_path: Path,
    language: str,
    width: int,
) -> None:
    address, pages = filled
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale=language,
        color_scheme="dark" if width == 768 else "light",
    )
    page = context.new_page()
    complaints, strays = listened_to(page, address)
    pictures = Path(os.environ.get("TALLY87_PICTURES", tmp_path))

    sign_in(page, address, "Amina")
    for name, path in (*pages.items(), *OF_STATISTICIANS.items()):
        if name == next(iter(OF_STATISTICIANS)):
            context.clear_cookies()
            sign_in(page, address, "Sana")
        page.goto(f"{address}{path}")
        page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, name
        assert page.evaluate("document.documentElement.dir") == (
            "rtl" if language.startswith(("ur", "ar")) else "ltr"
        )
    context.close()
    assert complaints == []
    assert strays == []

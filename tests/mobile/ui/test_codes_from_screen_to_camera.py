"""Two tablets, one screen before one camera: tickets, parcels and receipts as codes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.made_up import cut_texts
from tests.mobile.ui.simulated_camera import SimulatedCamera, shown_codes
from tests.mobile.ui.test_relay_and_copies import pick

SIZE = (600, 800)
PHONE = (360, 800)


@pytest.fixture
def other_tablet(tmp_path: Path, clock: Any, served_office: Any) -> Iterator[Any]:
    """A second tablet, of an officer in the field."""
    from mobile.tablet import Tablet
    from shared.reference import load_reference

    session = Tablet(
        tmp_path / "field", load_reference, clock, os.urandom, derivation=cheap_derivation
    ).set_up("271828")
    session.enrolment.enrol(served_office.ticket())
    yield session
    session.lock()


@pytest.fixture
def ticket_png(tmp_path: Path, served_office: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `tally87 enrol` of this office writes."""
    from click.testing import CliRunner

    from server.cli import main

    path = tmp_path / "ticket.png"
    monkeypatch.setenv("TALLY87_FOLDER", str(tmp_path / "office"))
    monkeypatch.setenv("TALLY87_PUBLIC_URL", served_office.url)
    result = CliRunner().invoke(main, ["enrol", "--officer", "LI-PB-7", "--qr", str(path)])
    assert result.exit_code == 0, result.output
    return path


def not_enrolled(driver: Any, tablet: Any) -> Any:
    session = tablet.set_up("739146")
    driver.app.opened(session)
    driver.settle(4)
    return session


def send_screen_of(driver: Any, session: Any) -> None:
    driver.app.opened(session)
    driver.app.show_place("send")
    driver.settle(4)


def test_cases_go_through_two_cameras_to_the_office_and_receipts_come_back(
    drive: Any, tablet: Any, served_office: Any, other_tablet: Any
) -> None:
    other_tablet.casework.raise_danger(other_tablet.casework.start_visit())
    other_tablet.casework.raise_danger(other_tablet.casework.start_visit())
    supervisor = tablet.set_up("739146")
    supervisor.enrolment.enrol(served_office.ticket())
    driver = drive(SIZE)

    send_screen_of(driver, other_tablet)
    driver.tap(driver.find("Hand to a supervisor's tablet"))
    driver.until(lambda: driver.screen.showing is not None)
    over = shown_codes(driver, driver.screen.showing.codes + 6)

    send_screen_of(driver, supervisor)
    camera = SimulatedCamera(over, missed=0.3, twice=0.3)
    driver.app.open_camera = camera.opener()
    driver.tap(driver.find("Take envelopes from a tablet"))
    driver.until(lambda: supervisor.relay.load().parcels == 1)
    assert camera.is_stopped
    assert driver.screen_name == "send"

    driver.until(lambda: driver.sees("1 envelopes to deliver"))
    driver.tap(driver.find("Deliver them now"))
    driver.until(lambda: supervisor.relay.load().receipts == 1 and not driver.screen.is_busy)
    driver.step(3)
    driver.tap(driver.find("Show the receipts"))
    driver.until(lambda: driver.screen.showing is not None)
    back = shown_codes(driver, driver.screen.showing.codes + 3)
    driver.tap(driver.find("Forget these receipts"))
    driver.step(3)
    driver.tap(driver.all("Forget these receipts")[0])
    driver.until(lambda: driver.screen_name == "send")
    assert supervisor.relay.load().receipts == 0

    send_screen_of(driver, other_tablet)
    driver.app.open_camera = SimulatedCamera(back, missed=0.2, twice=0.2).opener()
    driver.tap(driver.find("Take receipts from a tablet"))
    driver.until(lambda: driver.screen_name == "send" and driver.screen.report is not None)
    report = driver.screen.report

    # Two visits, and in each the case of danger.
    assert (report.accepted, report.still_waiting, report.totals_agree) == (4, 0, True)
    assert other_tablet.sending.parcels() == []


def test_receipts_of_another_tablet_are_told_apart(
    drive: Any, tablet: Any, served_office: Any, other_tablet: Any
) -> None:
    other_tablet.casework.raise_danger(other_tablet.casework.start_visit())
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    for parcel in other_tablet.sending.parcels():
        session.relay.take(parcel)
    session.relay.deliver()
    driver = drive(SIZE)
    send_screen_of(driver, session)

    driver.screen.brought("receipts", tuple(session.relay.receipts()))
    driver.until(lambda: driver.sees("None of these receipts is for this tablet."))


def test_a_ticket_is_scanned_from_paper_and_the_tablet_joins(
    drive: Any, tablet: Any, ticket_png: Path
) -> None:
    from tests.mobile.simulated_photographs import picture_file

    driver = drive(SIZE)
    session = not_enrolled(driver, tablet)
    camera = SimulatedCamera([picture_file(ticket_png)])
    driver.app.open_camera = camera.opener()

    driver.tap(driver.find("Scan the code"))
    driver.until(lambda: session.is_enrolled)
    driver.until(lambda: driver.screen_name == "home")

    assert camera.is_stopped


def test_a_ticket_is_read_from_a_picture_file_where_there_is_no_camera(
    drive: Any, tablet: Any, ticket_png: Path
) -> None:
    driver = drive(SIZE)
    session = not_enrolled(driver, tablet)

    driver.tap(driver.find("Scan the code"))
    no_camera = driver.sees("There is no camera here that the app can use.")
    driver.tap(driver.find("Choose a picture of the code"))
    pick(driver, ticket_png.name, begin=ticket_png.parent)
    driver.until(lambda: session.is_enrolled)
    driver.until(lambda: driver.screen_name == "home")

    assert no_camera


def test_a_wrong_picture_is_told_in_a_sentence(drive: Any, tablet: Any, tmp_path: Path) -> None:
    import segno
    from PIL import Image

    Image.new("RGB", (50, 50), "white").save(tmp_path / "empty.png")
    (tmp_path / "letter.png").write_bytes(b"not a picture")
    segno.make_qr("https://example.org/menu").save(str(tmp_path / "menu.png"), scale=5)
    driver = drive(SIZE)
    not_enrolled(driver, tablet)

    for name, told in (
        ("letter.png", "This tablet cannot open that file as a picture."),
        ("empty.png", "No code can be read in that picture."),
        ("menu.png", "That code is not a ticket."),
    ):
        driver.tap(driver.find("Choose a picture of the code"))
        pick(driver, name, begin=tmp_path)
        driver.until(lambda told=told: driver.sees(told))

    assert driver.screen_name == "enrol"


def test_a_code_of_another_kind_is_told_while_scanning(drive: Any, at_work: Any) -> None:
    from tests.mobile.simulated_photographs import code_of
    from tests.mobile.transport.test_codes_are_read_in_pictures import drawn

    driver = drive(SIZE)
    send_screen_of(driver, at_work[0])
    driver.app.open_camera = SimulatedCamera([drawn(code_of("https://example.org"))]).opener()

    driver.tap(driver.find("Take envelopes from a tablet"))
    driver.until(lambda: driver.sees("That is a code of another kind."))
    driver.tap(driver.find("Use files instead"))

    assert driver.screen_name == "send"


def test_turning_keeps_what_was_scanned_and_locking_lets_go_of_the_camera(
    drive: Any, at_work: Any
) -> None:
    driver = drive(SIZE)
    send_screen_of(driver, at_work[0])
    cameras: list[SimulatedCamera] = []

    def open_camera(ready: Any, _missing: Any) -> None:
        cameras.append(SimulatedCamera([]))
        ready(cameras[-1])

    driver.app.open_camera = open_camera
    driver.tap(driver.find("Take envelopes from a tablet"))
    filming = driver.screen._filming

    driver.app.rebuild()
    kept = driver.screen._filming is filming
    driver.app.lock()

    assert kept
    assert [camera.is_stopped for camera in cameras] == [True, True]


def test_codes_go_on_after_danger_or_turning_without_packing_again(
    drive: Any, at_work: Any
) -> None:
    driver = drive(SIZE)
    send_screen_of(driver, at_work[0])
    driver.tap(driver.find("Hand to a supervisor's tablet"))
    driver.until(lambda: driver.screen.showing is not None)
    first = driver.app.way[-1].arguments["messages"]

    driver.app.open_danger()
    driver.settle(2)
    driver.app.back()
    driver.settle(2)
    driver.app.rebuild()
    driver.settle(2)

    assert driver.screen_name == "show_codes"
    assert driver.app.way[-1].arguments["messages"] is first
    assert driver.screen.showing is not None


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ar"), ((1280, 800), "en")])
def test_code_is_dark_on_white_in_the_dark_and_every_module_is_whole_pixels(
    drive: Any, at_work: Any, size: tuple[int, int], language: str
) -> None:
    from mobile.transport.qr_reading import readers
    from tests.mobile.simulated_photographs import plain

    driver = drive(size, dark=True, language=language)
    send_screen_of(driver, at_work[0])
    driver.app.go("show_codes", what="parcels")
    driver.until(lambda: driver.screen.showing is not None)

    (image,) = shown_codes(driver, 1)

    modules = len(driver.screen.code.modules) + 8
    side, _ = driver.screen.code._picture.size
    assert side % modules == 0
    assert side // modules >= 4, "too small for a cheap camera"
    assert all(reader(plain(image)) for reader in readers().values())
    assert cut_texts(driver) == []


def test_nothing_is_cut_on_a_phone_with_large_letters(drive: Any, at_work: Any) -> None:
    driver = drive(PHONE, language="sw", text_scale=1.2)
    driver.app.opened(at_work[0])
    cut: dict[str, list[str]] = {}
    for name, what in (("scan", "ticket"), ("scan", "parcels"), ("show_codes", "receipts")):
        driver.app.go(name, what=what)
        driver.settle(6)
        cut[f"{name} {what}"] = cut_texts(driver)

    assert not any(cut.values()), cut


def test_more_than_a_series_holds_is_handed_over_in_parts(drive: Any, at_work: Any) -> None:
    driver = drive(SIZE)
    driver.app.opened(at_work[0])
    driver.app.go("show_codes", what="receipts", messages=[bytes(200_000), bytes(100_000)])
    driver.settle(4)
    first = driver.sees("Part 1 of 2")

    driver.tap(driver.find("The other tablet has it: next part"))

    assert first
    assert driver.sees("Part 2 of 2")
    assert driver.screen.showing.part == 1

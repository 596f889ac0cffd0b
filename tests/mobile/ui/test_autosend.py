"""The app sends by itself, seen by the officer: numbers change, nothing is opened or taken away."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from demo.officers.cheap_keys import cheap_derivation
from mobile.platform.network import NetworkState
from server.db.engine import reading
from server.intake.model import RecordHead
from tests.mobile.conftest import office_moves_to
from tests.mobile.ui.conftest import NOW, Driver
from tests.mobile.ui.made_up import VISIT, answer_all

SMALL = (600, 800)
OFFICE = "https://office.example"


class SimulatedNetwork:
    """Says what the test says."""

    tells_metered = True

    def __init__(self) -> None:
        self.changed: Callable[[NetworkState], object] | None = None
        self.state = NetworkState(False)
        self.is_broken = False

    def start(self, changed: Callable[[NetworkState], object]) -> None:
        if self.is_broken:
            raise RuntimeError("This platform says nothing.")
        self.changed = changed
        changed(self.state)

    def stop(self) -> None:
        self.changed = None

    def becomes(self, is_there: bool, *, is_metered: bool = False) -> None:
        assert self.changed is not None
        self.state = NetworkState(is_there, int(NOW.timestamp()), is_metered)
        self.changed(self.state)


@pytest.fixture
def network() -> SimulatedNetwork:
    return SimulatedNetwork()


@pytest.fixture
def way() -> dict[str, str]:
    """Where the office's address leads to: an office on this machine would need no network."""
    return {}


@pytest.fixture
def tablet(tmp_path: Path, clock: Any, way: dict[str, str]) -> Any:
    from mobile.tablet import Tablet
    from mobile.transport.http import HttpLink
    from shared.reference import load_reference

    return Tablet(
        tmp_path / "tablet",
        load_reference,
        clock,
        os.urandom,
        link=lambda url: HttpLink(way.get(url, url)),
        derivation=cheap_derivation,
    )


@pytest.fixture
def opened(
    tablet: Any,
    served_office: Any,
    clock: Any,
    tmp_path: Path,
    network: SimulatedNetwork,
    way: dict[str, str],
) -> Iterator[Any]:
    """The app of a joined tablet with a danger record to send; without a network so far."""
    from mobile.app import make_app, prepare_kivy

    prepare_kivy()
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    session.casework.raise_danger(session.casework.start_visit())
    office_moves_to(session, OFFICE)
    way[OFFICE] = served_office.url
    driver = Driver(make_app(tmp_path / "tablet", tablet, clock, network=network), SMALL)
    driver.app.opened(session)
    driver.settle(4)
    yield driver, session
    driver.close()


def idle(session: Any) -> bool:
    return not session.sending.is_under_way


def test_network_that_comes_sends_and_the_home_screen_says_so(
    opened: Any, network: SimulatedNetwork
) -> None:
    driver, session = opened
    home = driver.screen
    assert driver.sees("Nothing was sent")
    assert session.casework.counts().ready == 2

    network.becomes(True)
    driver.until(lambda: session.casework.counts().ready == 0 and idle(session))
    driver.step(4)

    assert driver.screen is home
    assert driver.sees("18 November 2026")
    assert [tile.number for tile in home.ids.counts.children if tile.key == "ready"] == [0]
    assert driver.app.autosend._autosend is not None


def test_interview_is_not_disturbed(opened: Any, network: SimulatedNetwork) -> None:
    driver, session = opened
    driver.app.go("interview", record_id=session.casework.start_visit())
    driver.settle()
    interview, children = driver.screen, len(driver.window.children)

    network.becomes(True)
    driver.until(lambda: session.casework.counts().ready == 0 and idle(session))
    driver.step(4)

    assert driver.screen is interview
    assert len(driver.window.children) == children


def test_platform_that_cannot_tell_of_the_network_stops_nobody(
    network: SimulatedNetwork, request: pytest.FixtureRequest
) -> None:
    network.is_broken = True
    driver, session = request.getfixturevalue("opened")

    driver.until(lambda: session.casework.counts().ready == 0 and idle(session))

    assert driver.screen_name == "home"


def test_officer_switches_it_off_and_on_again(opened: Any, network: SimulatedNetwork) -> None:
    driver, session = opened
    driver.app.show_place("settings")
    driver.settle()
    driver.tap(driver.find("Off"))

    network.becomes(True)
    driver.step(30)
    assert session.casework.counts().ready == 2
    assert session.setting("send_by_itself") == "never"

    driver.tap(driver.find("Only on Wi-Fi"))
    driver.tap(driver.find("On"))
    driver.until(lambda: session.casework.counts().ready == 0 and idle(session))


def test_locked_tablet_sends_nothing_but_an_immediate_danger(
    opened: Any, network: SimulatedNetwork, tablet: Any, served_office: Any
) -> None:
    driver, session = opened
    visit_id = session.casework.start_visit()
    answer_all(session.casework, visit_id, VISIT, session.casework.answer)
    assert session.casework.finalise_visit(visit_id).done
    driver.app.hide()
    driver.step(2)

    network.becomes(True)
    driver.until(lambda: records_of(served_office.office) == 2)
    driver.step(10)
    assert driver.screen_name == "hidden"
    again = tablet.unlock("739146")

    assert again.casework.counts().ready == 3, "what the office answered could not be read"
    driver.app.opened(again)
    driver.until(lambda: again.casework.counts().ready == 0 and idle(again))
    assert records_of(served_office.office) == 3


def test_officer_who_switched_it_off_keeps_even_that(
    opened: Any, network: SimulatedNetwork, served_office: Any
) -> None:
    driver, session = opened
    session.set_setting("send_by_itself", "never")
    driver.app.lock()
    network.becomes(True)
    driver.step(20)

    assert records_of(served_office.office) == 0


def records_of(office: Any) -> int:
    with reading(office.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(RecordHead)) or 0)


def test_stop_is_obeyed_at_once_and_leaving_the_screen_lets_it_go_on(
    opened: Any, way: dict[str, str]
) -> None:
    driver, session = opened
    driver.app.show_place("send")
    driver.settle(4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url, way[OFFICE] = way[OFFICE], f"http://127.0.0.1:{silent.getsockname()[1]}"
        driver.tap(driver.find("Send now"))
        driver.app.show_place("home")
        driver.step(2)
        assert session.sending.is_under_way
        driver.app.show_place("send")
        driver.settle(4)

        driver.tap(driver.find("Stop"))
        # Less than any time-out of a link: none of them ended it.
        driver.until(lambda: driver.screen.report is not None, timeout_s=10)

    assert driver.screen.report.cancelled
    assert driver.sees("Stopped.")
    way[OFFICE] = url
    driver.screen.report = None
    driver.tap(driver.find("Send now"))
    driver.until(lambda: driver.screen.report is not None)
    assert driver.screen.report.accepted == 2


def test_send_now_after_a_danger_does_not_stop_what_is_sent_already(
    opened: Any, network: SimulatedNetwork, way: dict[str, str]
) -> None:
    """The tablet began by itself the moment the danger was recorded; the officer sees that run."""
    driver, session = opened
    driver.app.go("danger", record_id=session.casework.list_visits()[0].record_id)
    driver.settle(4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        way[OFFICE] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        network.becomes(True)
        driver.until(lambda: session.sending.is_under_way)
        driver.screen._send()
        driver.step(10)

        assert driver.screen_name == "send"
        assert driver.screen.is_busy
        assert session.sending.is_under_way
        session.sending.stop()
        driver.until(lambda: not session.sending.is_under_way)


def test_hiding_while_it_sends_neither_waits_nor_fails(opened: Any, way: dict[str, str]) -> None:
    driver, _session = opened
    driver.app.show_place("send")
    driver.settle(4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        way[OFFICE] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        driver.tap(driver.find("Send now"))
        driver.app.hide()
        driver.step(20)

    assert driver.screen_name == "hidden"
    assert driver.app.session is None

"""A tablet, an office and a driver of the screens for each test.

Kivy is one per process: one window, one event loop. Tests of several modules may follow each
other in a process (every test gets an app of its own and the window is emptied after it), but two
processes never share one. With pytest-xdist use ``--dist loadfile``.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.driver import Driver, without_a_display
from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all
from tests.mobile.ui.served import ServedOffice, serving_office

without_a_display()  # before Kivy is imported anywhere in this process

PIN = "739146"
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=timezone(timedelta(hours=5)))
TABLET_UPRIGHT, TABLET_ACROSS, PHONE = (800, 1280), (1280, 800), (360, 800)
IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder draws."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.ui)


def pytest_sessionfinish() -> None:
    """What is left at the end of the process is not taken apart first."""
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def screens_are_left() -> Iterator[None]:
    """The screens of one file are taken apart together. Each unlocked tablet hides from the
    collector what is there (mobile.ui.idle), screens of earlier tests with it: gigabytes, which
    were all taken apart in the middle of a test a hundred tests later."""
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A tablet clock that goes on from a known morning."""
    began = time.monotonic()
    return lambda: NOW + timedelta(seconds=time.monotonic() - began)


@pytest.fixture
def tablet(tmp_path: Path, clock: Callable[[], datetime]) -> Any:
    """A real tablet in an empty folder, not set up."""
    from mobile.tablet import Tablet
    from shared.reference import load_reference

    return Tablet(
        tmp_path / "tablet", load_reference, clock, os.urandom, derivation=cheap_derivation
    )


@pytest.fixture
def membership() -> Any:
    """Membership of a programme whose office is not there: for what needs no server."""
    from shared.identifiers import TabletId
    from shared.wire.keys import ProgrammeKeys
    from shared.wire.tickets import Membership

    return Membership(
        programme_id="PAK-2026",
        country="PAK",
        organisation_code="LI-PB",
        organisation_list="labour_inspectorate",
        officer_code="0417",
        tablet_id=TabletId("a7" * 8),
        programme_public=ProgrammeKeys.generate(os.urandom).public,
        linkage_key=bytes(range(32)),
    )


@pytest.fixture
def drive(tablet: Any, clock: Callable[[], datetime], tmp_path: Path) -> Iterator[Any]:
    """Opens the app on the tablet: drive(size=..., dark=..., language=..., text_scale=...)."""
    from mobile.app import make_app, prepare_kivy
    from mobile.ui.appearance import Appearance, keep_appearance

    prepare_kivy()
    open_drivers: list[Driver] = []

    def begin(size: tuple[int, int] = TABLET_ACROSS, **look: Any) -> Driver:
        folder = tmp_path / "tablet"
        keep_appearance(folder, Appearance(**look))
        open_drivers.append(Driver(make_app(folder, tablet, clock), size))
        return open_drivers[-1]

    yield begin
    for driver in open_drivers:
        driver.close()


@pytest.fixture
def at_work(tablet: Any, membership: Any) -> Any:
    """An unlocked tablet with one visit and three persons: two drafts, one ready to send."""
    session = tablet.set_up("739146", membership)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    cases = []
    for person in PERSONS:
        case_id = casework.start_case(visit_id)
        answer_all(casework, case_id, {**PERSON, **person}, casework.answer)
        cases.append(case_id)
    assert casework.finalise(cases[1]).done
    return session, visit_id, cases


@pytest.fixture
def served_office(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[ServedOffice]:
    """A national office with one organisation and officer, served over real HTTP."""
    with serving_office(tmp_path / "office", clock) as served:
        yield served


@pytest.fixture
def joined(drive: Any, tablet: Any, served_office: Any) -> Any:
    """A driver at Home of a joined tablet held upright, its session, and the office it joined."""
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    driver = drive((600, 800))
    driver.app.opened(session)
    return driver, session, served_office.office

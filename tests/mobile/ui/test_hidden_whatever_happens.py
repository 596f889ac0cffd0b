"""Quick hide and lock come first: whatever is under way, or cannot be saved any more."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.store import StoreFull, StoreLocked
from tests.patience import PATIENCE_S

SMALL = (600, 800)


class SimulatedFullDisk:
    """Handed to the tablet as its milestone: from ``is_full`` on no answer can be saved."""

    is_full = False

    def __call__(self, milestone: str) -> None:
        if self.is_full and milestone == "during_answer":
            raise StoreFull


@pytest.fixture
def disk() -> SimulatedFullDisk:
    return SimulatedFullDisk()


@pytest.fixture
def tablet(tmp_path: Path, clock: Any, disk: SimulatedFullDisk) -> Any:
    from mobile.tablet import Tablet
    from shared.reference import load_reference

    return Tablet(
        tmp_path / "tablet",
        load_reference,
        clock,
        os.urandom,
        milestone=disk,
        derivation=cheap_derivation,
    )


@pytest.fixture
def typing(drive: Any, at_work: Any, disk: SimulatedFullDisk) -> Any:
    """A driver of the interview, with a name typed and not saved yet, and no room on the disk."""
    session, _visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], question="given_name")
    driver.settle()
    driver.start_writing(driver.screen.cards["given_name"].answering.field, "Zorbla")
    disk.is_full = True
    driver.type("x")  # no frame comes after it: however slow the machine, it is not saved yet
    return driver, session


def test_quick_hide_hides_also_when_the_last_word_cannot_be_saved(typing: Any) -> None:
    driver, session = typing

    driver.app.hide()
    driver.step()

    assert driver.screen_name == "hidden"
    assert driver.app.session is None
    assert not driver.sees("Zorblax")
    with pytest.raises(StoreLocked):
        session.setting("language")


def test_full_disk_is_said_and_the_word_stays_on_the_screen(
    typing: Any, disk: SimulatedFullDisk
) -> None:
    from kivy.base import ExceptionManager

    from mobile.ui.screens.faults import StaysOpen

    driver, _session = typing
    handler = StaysOpen(driver.app)
    ExceptionManager.add_handler(handler)
    try:
        driver.pause()
        assert driver.sees("No room")
        disk.is_full = False
        driver.screen.settle()
        driver.app.hide()
        driver.step()
        handler.handle_exception(ValueError("Zorblax"))
        driver.step()
        assert not [words for words in driver.all_words() if "Zorblax" in words]
        assert not driver.sees("ValueError")
    finally:
        ExceptionManager.remove_handler(handler)
    assert driver.screen_name == "hidden"


def test_what_ends_after_hiding_is_not_told_on_the_hidden_screen(drive: Any, at_work: Any) -> None:
    session, *_ = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("send")
    driver.settle(4)
    go_on, ended = threading.Event(), threading.Event()

    def parcels_that_take_long() -> Iterator[bytes]:
        assert go_on.wait(PATIENCE_S)
        yield from ()
        ended.set()

    driver.screen.brought("parcels", parcels_that_take_long())
    driver.app.hide()
    driver.step()
    before = len(driver.window.children)
    go_on.set()
    assert ended.wait(PATIENCE_S)
    for _ in range(30):
        driver.step(1)

    assert len(driver.window.children) == before
    assert not driver.sees("parcel")


LOCKED = """
import gc, os, pickle, sys, weakref
from datetime import datetime, timezone
from pathlib import Path
from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.driver import Driver, without_a_display
without_a_display()
from mobile.app import make_app, prepare_kivy
from mobile.tablet import Tablet
from shared.reference import load_reference
prepare_kivy()
folder = Path(sys.argv[1])
clock = lambda: datetime(2026, 11, 18, tzinfo=timezone.utc)
tablet = Tablet(folder, load_reference, clock, os.urandom, derivation=cheap_derivation)
tablet.set_up("739146", pickle.loads(bytes.fromhex(sys.argv[2]))).lock()
driver = Driver(make_app(folder, tablet, clock), (600, 800))
sys.stderr = sys.__stderr__  # Kivy keeps it to itself
driver.app.opened(tablet.unlock("739146"))
driver.settle(4)
repository = weakref.ref(driver.app.session.casework._repository)
print("unlocked", repository() is not None)
driver.app.lock()
driver.step(4)
gc.collect()
print("locked", repository() is not None)
"""


def test_nothing_of_the_cases_stays_in_memory_after_locking(
    tmp_path: Path, membership: Any
) -> None:
    # A process of its own: what the screens of other tests left is not thrown away on the way.
    arguments = (str(tmp_path), pickle.dumps(membership).hex())
    ran = subprocess.run([sys.executable, "-c", LOCKED, *arguments], capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr[-4000:]
    assert ran.stdout.splitlines()[-2:] == ["unlocked True", "locked False"]

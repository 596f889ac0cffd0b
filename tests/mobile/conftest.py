"""Tablets in temporary folders, with a clock that stands and randomness that repeats."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.cli import open_tablet
from mobile.platform.uptime import Uptime
from mobile.store.tables import Store
from mobile.tablet import Session, Tablet
from shared.parts import parts_of
from shared.reference import Reference, load_reference
from shared.texts import lay_over
from tests.mobile.office import MemoryOffice

PIN = "482913"


def open_with_cheap_pins(folder: Path) -> Tablet:
    """What the command line is handed in place of its own way to open a tablet."""
    return open_tablet(folder, cheap_derivation)


def office_moves_to(session: Session, url: str) -> None:
    """The enrolled tablet sends to this address from now on, as if its ticket had named it."""
    with session._store.transaction():
        session._store.settings.put("server_url", url.encode())


class Clock:
    """A tablet's wall clock, and how long the machine has been running: stand until pushed."""

    def __init__(self) -> None:
        self.boot, self.running_s = "first boot", 1000.0
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=5)))

    def __call__(self) -> datetime:
        return self.now

    def push(self, **by: float) -> None:
        """Time passes."""
        self.now += timedelta(**by)
        self.running_s += timedelta(**by).total_seconds()

    def jump(self, **by: float) -> None:
        """Somebody sets the clock, or it goes wrong by itself."""
        self.now += timedelta(**by)

    def restart(self, **off: float) -> None:
        """The tablet is switched off for so long, and on again."""
        self.now += timedelta(**off)
        self.boot, self.running_s = f"{self.boot} and another", 0.0

    def uptime(self) -> Uptime:
        return Uptime(self.boot, self.running_s)


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference("PAK")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(reference: Reference, clock: Clock) -> MemoryOffice:
    began = clock.now, clock.running_s

    def true_time_s() -> int:
        """The office's clock is right, whatever is done to the tablet's."""
        return int(began[0].timestamp() + clock.running_s - began[1])

    return MemoryOffice(reference, clock_s=true_time_s)


@pytest.fixture
def make_tablet(
    tmp_path: Path, reference: Reference, clock: Clock, office: MemoryOffice
) -> Callable[..., Tablet]:
    """Makes a tablet whose link is the office in memory; same folder name, same tablet."""
    numbers = iter(range(1000))

    def make(name: str = "tablet", milestone: Callable[[str], None] = lambda _: None) -> Tablet:
        return Tablet(
            tmp_path / name,
            reference,
            clock,
            random.Random(f"{name} {next(numbers)}").randbytes,
            milestone=milestone,
            link=lambda _: office,
            uptime=clock.uptime,
            derivation=cheap_derivation,
        )

    return make


@pytest.fixture
def session(make_tablet: Callable[..., Tablet], office: MemoryOffice) -> Iterator[Session]:
    """An unlocked, enrolled tablet."""
    unlocked = make_tablet().set_up(PIN)
    unlocked.enrolment.enrol(office.ticket().text())
    yield unlocked
    unlocked.lock()


_STORES: WeakSet[Store] = WeakSet()
"""Every store that was opened and that somebody can still reach."""
_opened = Store.__init__


def _noted(self: Store, *words: Any, **named: Any) -> None:
    _STORES.add(self)
    _opened(self, *words, **named)


Store.__init__ = _noted  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_store_left_open() -> Iterator[None]:
    """A tablet that a test unlocked is closed with it: Python 3.13 warns of files left open, in
    whatever test its collector comes to them."""
    before = set(_STORES)
    yield
    for store in set(_STORES) - before:
        store.close()


@pytest.fixture(autouse=True)
def _no_wording_left_over() -> Iterator[None]:
    yield
    lay_over({})


@pytest.fixture(scope="module")
def standard() -> dict[str, bytes]:
    """The parts that come with the app."""
    return parts_of("PAK")


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """An empty folder for what a country adds."""
    folder = tmp_path / "own"
    (folder / "questionnaire").mkdir(parents=True)
    return folder

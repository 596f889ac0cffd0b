"""What the tablet costs from its start to the first picture, then at rest, with 10,000 cases.

A process of its own as an officer starts it: the window, the screen that asks for the PIN, the
unlocked Home, and five seconds in which nobody touches it. Processor time and resident memory are
those of the process, Python, Kivy and the drawing included. Without a graphics card Mesa fills the
pixels and takes memory for it: ``window_rss_mb`` is what an empty window of Kivy takes here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks.figures import Figures, benchmark
from benchmarks.tablet import PIN, fill
from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from shared.identifiers import TabletId
from shared.reference import reference_that_came
from shared.wire.keys import ProgrammeKeys
from shared.wire.tickets import Membership

NOT_ON_A_TABLET = ("fontTools", "numpy")
"""What only the tests and the office install, and libraries of the tablet load where it is there:
arabic-reshaper the first, which it does not use as we call it."""
REST_S = 5
CALM_AFTER_S = 11
"""The app looks every five seconds whether somebody touched it in the last three."""


def measure() -> Figures:
    """Seconds of processor, MB (2**20 bytes), share of one processor at rest in percent."""
    with tempfile.TemporaryDirectory() as folder:
        here = [sys.executable, "-m", "benchmarks.first_picture"]
        subprocess.run([*here, "fill", folder], check=True)
        told = subprocess.run([*here, "start", folder], check=True, capture_output=True, text=True)
        figures: Figures = json.loads(told.stdout.splitlines()[-1])
        return figures


def fill_tablet(folder: str) -> None:
    """A tablet with 10,000 cases, locked."""
    random_bytes = os.urandom
    member = Membership(
        programme_id="0" * 16,
        country="PAK",
        organisation_code="LI",
        organisation_list="labour_inspectorate",
        officer_code="o1",
        tablet_id=TabletId("0" * 16),
        programme_public=ProgrammeKeys.generate(random_bytes).public,
        linkage_key=random_bytes(32),
        practice=True,
    )
    session = _tablet(folder).set_up(PIN, member)
    fill(session)
    session.lock()


def start(folder: str) -> None:
    """Starts it, and prints what it took."""
    for absent in NOT_ON_A_TABLET:
        sys.modules[absent] = None  # type: ignore[assignment]
    from tests.mobile.ui.driver import without_a_display

    without_a_display()
    os.environ.pop("KCFG_GRAPHICS_MAXFPS", None)
    from mobile.app import make_app, prepare_kivy

    prepare_kivy()
    from kivy.base import EventLoop
    from kivy.core.window import Window

    figures: dict[str, float] = {"window_rss_mb": _rss_mb()}
    tablet = _tablet(folder)
    app = make_app(Path(folder), tablet, _now)
    app._run_prepare()
    for _ in range(8):
        EventLoop.idle()
    assert Window.children, "nothing was drawn"
    figures |= {"first_picture_cpu_s": time.process_time(), "first_picture_rss_mb": _rss_mb()}
    app.opened(tablet.unlock(PIN))
    for _ in range(30):
        EventLoop.idle()
    figures["unlocked_rss_mb"] = _rss_mb()
    _wait(EventLoop.idle, CALM_AFTER_S)
    before = time.process_time()
    _wait(EventLoop.idle, REST_S)
    figures["at_rest_percent"] = 100 * (time.process_time() - before) / REST_S
    print(json.dumps(figures))


def _tablet(folder: str) -> Tablet:
    return Tablet(Path(folder), reference_that_came, _now, os.urandom, derivation=cheap_derivation)


def _now() -> datetime:
    return datetime.now().astimezone()


def _wait(frame: Callable[[], None], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        frame()


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


command = benchmark("The tablet from its start to the first picture, and at rest", measure)

if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill_tablet(sys.argv[2])
    elif sys.argv[1:2] == ["start"]:
        start(sys.argv[2])
    else:
        command()

"""A driver for the tablet's screens: real widgets, drawn offscreen, tapped and typed on.

Kivy is one per process: one window, one event loop. Tests of several modules may follow each
other in a process (every test gets an app of its own and the window is emptied after it), but two
processes never share one. With pytest-xdist use ``--dist loadfile``.

SDL_VIDEODRIVER=offscreen draws real pixels without a display (EGL and Mesa's llvmpipe).
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.mobile.screens.made_up import PERSON, PERSONS, VISIT, answer_all

# Before Kivy is imported anywhere in this process.
os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("KIVY_HOME", tempfile.mkdtemp(prefix="tally87-kivy-"))
# The surface SDL draws on keeps its first size: large enough for every shape of tablet.
os.environ.setdefault("KCFG_GRAPHICS_WIDTH", "1280")
os.environ.setdefault("KCFG_GRAPHICS_HEIGHT", "1280")
os.environ.setdefault("KCFG_GRAPHICS_MAXFPS", "0")
os.environ.setdefault("KCFG_GRAPHICS_VSYNC", "0")

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


class Driver:
    """Steps the event loop frame by frame, taps what is seen and types like a keyboard."""

    def __init__(self, app: Any, size: tuple[int, int]) -> None:
        from kivy.base import EventLoop
        from kivy.core.window import Window

        self.app, self.loop, self.window = app, EventLoop, Window
        for child in Window.children[:]:
            Window.remove_widget(child)
        if tuple(Window.size) != size:
            Window.size = size
        app._run_prepare()
        self.step(6)
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """Turns the tablet."""
        if tuple(self.window.size) != size:
            self.window.size = size
        self.window.dispatch("on_resize", *size)
        self.step(8)

    def step(self, frames: int = 3) -> None:
        """Draws some frames."""
        for _ in range(frames):
            self.loop.idle()

    def wait_for_cards(self) -> None:
        """Draws until the questions of a section are all there: they come one a frame."""
        while getattr(self.screen, "_spreading", None) is not None:
            self.step(1)

    def settle(self, frames: int = 12) -> None:
        """Draws until the page stands still: heights follow what is in them."""
        self.wait_for_cards()
        self.step(frames)

    def until(self, condition: Callable[[], object], timeout_s: float = 20) -> None:
        """Draws until the condition holds. Raises AssertionError after the time."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self.step(1)
            if condition():
                return
        raise AssertionError("It did not happen in time.")

    @property
    def screen(self) -> Any:
        """The screen shown now."""
        return self.app.screen

    @property
    def screen_name(self) -> str:
        """The name of the screen shown now."""
        return str(self.app.way[-1].name)

    def bring(self, widget: Any) -> None:
        """Scrolls as a finger would, until the widget is in sight."""
        from kivy.uix.scrollview import ScrollView

        parent = widget.parent
        while parent is not None and parent is not self.window:
            if isinstance(parent, ScrollView) and parent.children:
                content = parent.children[0]
                if content.height > parent.height or content.width > parent.width:
                    parent.scroll_to(widget, padding=40, animate=False)
                    self.step(2)
                break
            parent = parent.parent

    def still_place_of(self, widget: Any) -> tuple[float, float]:
        """Its middle once it is in sight and nothing moves any more, as a person waits for."""
        before = None
        for _ in range(30):
            self.bring(widget)
            place = widget.to_window(*widget.center)
            if place == before:
                break
            before = place
            self.step(1)
        return place

    def tap(self, widget: Any) -> None:
        """Brings it into sight and taps its middle."""
        from kivy.tests.common import UnitTestTouch

        x, y = self.still_place_of(widget)
        assert 0 <= x <= self.window.width, f"{widget} is beside the window"
        assert 0 <= y <= self.window.height, f"{widget} is above or below the window"
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.step(1)
        touch.touch_up()
        # Kivy's ScrollView lets go of a tap 0.2 s after the finger, to tell it from a swipe.
        lifted = time.monotonic()
        while time.monotonic() - lifted < 0.25:
            self.step(1)
        self.wait_for_cards()

    def write(self, field: Any, typed: str) -> None:
        """Taps a field, empties it and types, then waits for the pause that saves."""
        self.tap(field.input)
        field.input.select_all()
        field.input.delete_selection()
        for letter in typed:
            self.window.dispatch("on_textinput", letter)
        self.step(2)
        field.input.focus = False
        self.step(2)
        self.wait_for_cards()

    def find(self, words: str, of: Any = None) -> Any:
        """What can be tapped and carries these words; what lies on top is searched first."""
        found = self.all(words, of)
        assert found, f"Nothing to tap says {words!r}; there is: {self.all_words()}"
        return found[0]

    def all(self, words: str, of: Any = None) -> list[Any]:
        """Everything that can be tapped and carries these words."""
        from kivy.uix.behaviors import ButtonBehavior

        from mobile.widgets.text import Text

        roots = [of] if of is not None else list(self.window.children)
        found = []
        for root in roots:
            for widget in root.walk(restrict=True):
                if isinstance(widget, ButtonBehavior) and any(
                    isinstance(part, Text) and part.words == words
                    for part in widget.walk(restrict=True)
                ):
                    found.append(widget)
        return found

    def all_words(self) -> list[str]:
        """Every text that is shown, in no particular order."""
        from mobile.widgets.text import Text

        return [
            part.words
            for root in self.window.children
            for part in root.walk(restrict=True)
            if isinstance(part, Text) and part.words
        ]

    def sees(self, words: str) -> bool:
        """Whether some text on the screen contains these words."""
        return any(words in each for each in self.all_words())

    def choose(self, question: str, words: str) -> None:
        """Taps an answer of a question of the present section."""
        card = self.screen.cards[question]
        self.tap(self.find(words, card))

    def picture(self, path: Path) -> None:
        """Keeps what is on the screen as a PNG."""
        from PIL import Image

        self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            shot = self.window.screenshot(name=str(Path(folder) / "shot.png"))
            with Image.open(shot) as image:
                image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
                    path, optimize=True
                )

    def close(self) -> None:
        """Stops the app and empties the window."""
        self.app.stop()
        self.step(2)
        for child in self.window.children[:]:
            self.window.remove_widget(child)


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
        tmp_path / "tablet", load_reference, clock, os.urandom, insecure_fast_key_derivation=True
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
    from mobile.appearance import Appearance, keep_appearance

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
    answer_all(casework, visit_id, VISIT, casework.answer_visit)
    cases = []
    for person in PERSONS:
        case_id = casework.start_case(visit_id)
        answer_all(casework, case_id, {**PERSON, **person}, casework.answer)
        cases.append(case_id)
    assert casework.finalise(cases[1]).done
    return session, visit_id, cases


@dataclass(frozen=True)
class ServedOffice:
    """A real server on a free port of this machine."""

    office: Any
    url: str

    def ticket(self) -> str:
        """A fresh ticket as text."""
        from server.services.enrolment import issue_ticket

        return str(issue_ticket(self.office, "LI-PB-7", "test").text())


@pytest.fixture
def served_office(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[ServedOffice]:
    """A national office with one organisation and officer, served over real HTTP."""
    from werkzeug.serving import make_server

    from server import create_app
    from server.config import config_for
    from server.keys import make_keys
    from server.migrating import migrate
    from server.office import Office
    from server.services.enrolment import add_officer, add_organisation, create_programme

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    folder = tmp_path / "office"
    folder.mkdir()
    config = config_for(folder, public_url=url, production=False)
    keys = make_keys(config.key_folder, os.urandom)
    office = Office.open(config, clock, os.urandom)
    migrate(office.engine)
    create_programme(office, keys, "Test", "PAK", "synthetic", False)
    add_organisation(office, "LI-PB", "Labour inspectorate", "labour_inspectorate")
    add_officer(office, "LI-PB", "LI-PB-7")
    server = make_server("127.0.0.1", port, create_app(config, clock), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ServedOffice(office, url)
    server.shutdown()
    thread.join()
    server.server_close()
    office.close()

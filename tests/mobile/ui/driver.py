"""Drives the tablet's screens: real widgets, laid out and drawn offscreen, tapped and typed on.

Kivy is one per process: one window, one event loop. ``without_a_display`` must be called before
Kivy is imported anywhere in the process.

Two things make it quick. Kivy's clock runs ahead where a person would wait (a pause in typing, the
0.2 s by which a list tells a tap from a swipe), instead of drawing empty frames meanwhile. And of
the frames of one action only the last is drawn: layout, touches and texts are worked out in every
one, pixels only when there is somebody to look at them.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S

LETS_GO_S = 0.25
"""Kivy's ScrollView lets go of a tap 0.2 s after the finger, to tell it from a swipe."""
PAUSE_S = 0.6
"""A pause in typing after which a field saves what stands in it (half a second)."""
BACKSPACE = 8
ENTER = 13


def without_a_display() -> None:
    """SDL's offscreen driver draws real pixels without a display (EGL and Mesa's llvmpipe)."""
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    os.environ.setdefault("KIVY_HOME", tempfile.mkdtemp(prefix="tally87-kivy-"))
    # The surface SDL draws on keeps its first size: large enough for every shape of tablet.
    os.environ.setdefault("KCFG_GRAPHICS_WIDTH", "1280")
    os.environ.setdefault("KCFG_GRAPHICS_HEIGHT", "1280")
    os.environ.setdefault("KCFG_GRAPHICS_MAXFPS", "0")
    os.environ.setdefault("KCFG_GRAPHICS_VSYNC", "0")
    if "TALLY87_PICTURES" not in os.environ and "TALLY87_LARGE" not in os.environ:
        # Smooth edges are for pictures that are kept: without a graphics card each pixel of them
        # is worked out four times.
        os.environ.setdefault("KCFG_GRAPHICS_MULTISAMPLES", "0")
    # Mesa's own threads only wait for each other where several processes draw.
    os.environ.setdefault("LP_NUM_THREADS", "0")


class ClockAhead:
    """Kivy's clock, which can be put ahead."""

    def __init__(self) -> None:
        from kivy.clock import Clock

        self._ahead_s = 0.0
        self._real = Clock.time
        Clock.time = lambda: self._real() + self._ahead_s

    def run_ahead(self, seconds: float) -> None:
        """Everything that waits for a time within so many seconds is due in the next frame."""
        self._ahead_s += seconds


_clock: list[ClockAhead] = []


def _clock_ahead() -> ClockAhead:
    if not _clock:
        _clock.append(ClockAhead())
    return _clock[0]


class Driver:
    """Steps the event loop frame by frame, taps what is seen and types like a keyboard."""

    def __init__(self, app: Any, size: tuple[int, int]) -> None:
        from kivy.base import EventLoop
        from kivy.core.window import Window

        self.app, self.loop, self.window = app, EventLoop, Window
        self.draws_every_step = True
        """False: only pictures are drawn, and what is looked at on purpose (``draw``)."""
        self.clock = _clock_ahead()
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
        """Goes through some frames and draws the last."""
        for _ in range(frames):
            self.frame()
        if self.draws_every_step:
            self.draw()

    def frame(self) -> None:
        """What Kivy does in one frame, but for the pixels."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        Clock.tick()
        self.loop.dispatch_input()
        Builder.sync()
        Clock.tick_draw()
        Builder.sync()

    def draw(self) -> None:
        """Draws what has changed, as Kivy does at the end of a frame."""
        if self.window.canvas.needs_redraw:
            self.window.dispatch("on_draw")
            self.window.dispatch("on_flip")

    def wait(self, seconds: float) -> None:
        """As after so many seconds without a touch."""
        self.clock.run_ahead(seconds)
        for _ in range(2):
            self.frame()

    def wait_for_cards(self) -> None:
        """Goes on until the questions of a section are all there: they come one a frame."""
        while getattr(self.screen, "_spreading", None) is not None:
            self.frame()

    def settle(self, frames: int = 12) -> None:
        """Goes on until the page stands still: heights follow what is in them."""
        self.wait_for_cards()
        self.step(frames)

    def until(self, condition: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
        """Goes on until the condition holds. Raises AssertionError after the time."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self.frame()
            if condition():
                self.step(1)
                return
            time.sleep(0.005)  # somebody else's work is waited for: leave it the processor
        raise AssertionError(f"It did not happen in time; there is: {self.all_words()}")

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
        from kivy.uix.recycleview import RecycleView
        from kivy.uix.scrollview import ScrollView

        parent = widget.parent
        while parent is not None and parent is not self.window:
            if isinstance(parent, RecycleView):
                break  # only lines in sight are there
            if isinstance(parent, ScrollView) and parent.children:
                content = parent.children[0]
                if content.height > parent.height or content.width > parent.width:
                    parent.scroll_to(widget, padding=40, animate=False)
                    for _ in range(2):
                        self.frame()
                break
            parent = parent.parent

    def still_place_of(self, widget: Any) -> tuple[float, float]:
        """Its middle once it is in sight and nothing moves any more, as a person waits for."""
        before = None
        for _ in range(30):
            self.bring(widget)
            place: tuple[float, float] = widget.to_window(*widget.center)
            if place == before:
                break
            before = place
            self.frame()
        return place

    def tap(self, widget: Any) -> None:
        """Brings it into sight and taps its middle."""
        from kivy.tests.common import UnitTestTouch

        x, y = self.still_place_of(widget)
        assert 0 <= x <= self.window.width, f"{widget} is beside the window"
        assert 0 <= y <= self.window.height, f"{widget} is above or below the window"
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.frame()
        touch.touch_up()
        self.wait(LETS_GO_S)
        self.wait_for_cards()
        self.step(1)

    def hold(self, widget: Any, seconds: float) -> None:
        """Keeps the finger on its middle."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*self.still_place_of(widget))
        touch.touch_down()
        self.wait(seconds)
        touch.touch_up()
        self.step(2)

    def write(self, field: Any, typed: str) -> None:
        """Taps a field, empties it and types, then waits for the pause that saves."""
        self.start_writing(field, typed)
        self.pause()

    def start_writing(self, field: Any, typed: str) -> None:
        """Taps a field, empties it and types; nothing says yet that the word is finished."""
        if not field.input.focus:
            self.tap(field.input)
        self.key(ord("a"), "a", "ctrl")  # everything
        self.key(BACKSPACE)
        self.type(typed)
        self.step(1)

    def pause(self) -> None:
        """Lets the hand rest as long as a field waits before it saves."""
        self.wait(PAUSE_S)
        self.wait_for_cards()
        self.step(1)

    def enter(self) -> None:
        """The key that says that the word is finished."""
        self.key(ENTER)
        self.wait(LETS_GO_S)
        self.wait_for_cards()
        self.step(1)

    def type(self, typed: str) -> None:
        """Letters, as the keyboard on the screen gives them."""
        for letter in typed:
            self.window.dispatch("on_textinput", letter)

    def key(self, code: int, letter: str | None = None, *held: str) -> None:
        """A key of a keyboard, by Kivy's number for it, the letter it bears and what is held."""
        self.window.dispatch("on_key_down", code, 0, letter, list(held))
        self.window.dispatch("on_key_up", code, 0)

    def find(self, words: str, of: Any = None) -> Any:
        """What can be tapped and carries these words; what lies on top is searched first."""
        found = self.all(words, of)
        assert found, f"Nothing to tap says {words!r}; there is: {self.all_words()}"
        return found[0]

    def all(self, words: str, of: Any = None) -> list[Any]:
        """Everything that can be tapped and carries these words."""
        from kivy.uix.behaviors import ButtonBehavior

        from mobile.ui.widgets.text import Text

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

    def texts(self, of: Any = None) -> Iterator[Any]:
        """Every text that is shown, from the top of the page downwards in each of its parts."""
        from mobile.ui.widgets.text import Text

        for root in [of] if of is not None else list(self.window.children):
            for part in root.walk(restrict=True):
                if isinstance(part, Text) and part.words:
                    yield part

    def all_words(self, of: Any = None) -> list[str]:
        """The words of every text that is shown."""
        return [part.words for part in self.texts(of)]

    def sees(self, words: str) -> bool:
        """Whether some text on the screen contains these words."""
        return any(words in each for each in self.all_words())

    def choose(self, question: str, words: str) -> None:
        """Taps an answer of a question of the present section."""
        card = self.screen.cards[question]
        self.screen.uncover(question)
        self.tap(self.find(words, card))

    def picture(self, path: Path) -> None:
        """Keeps what is on the screen as a PNG."""
        from PIL import Image

        self.settle()
        self.draw()
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

"""A tablet with a keyboard: Tab goes from one thing to the next in reading order, Shift and Tab
back, Enter and the space bar press what has the ring around it.

Where the ring is nobody typed: the field that is typed in has the keys, as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import ref

from kivy.core.window import Window
from kivy.graphics import Color, InstructionGroup, Line
from kivy.metrics import dp
from kivy.uix.behaviors.focus import FocusBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from mobile.ui.widgets.controls import Pressable
from mobile.ui.widgets.overlays import open_overlays
from mobile.ui.widgets.theme import theme

TAB, ENTER, NUMPAD_ENTER, SPACE = 9, 13, 271, 32
BESIDE_DP = 24
"""So much of what stands beside it is seen with what the ring came to."""


class Ring:
    """Around one thing that can be pressed: thick, in the colour of text, seen in the sun."""

    def __init__(self, around: Widget) -> None:
        self._around = ref(around)
        self._line = Line(width=dp(1.5))
        self._drawn = InstructionGroup()
        self._drawn.add(Color(rgba=theme.text))
        self._drawn.add(self._line)
        around.canvas.after.add(self._drawn)
        around.bind(pos=self._follow, size=self._follow)
        self._follow()

    @property
    def around(self) -> Any:
        """What it is around; None once that is gone."""
        return self._around()

    def take_away(self) -> None:
        """Draws it no more."""
        around = self.around
        if around is not None:
            around.unbind(pos=self._follow, size=self._follow)
            around.canvas.after.remove(self._drawn)

    def _follow(self, *_: object) -> None:
        around = self.around
        if around is not None:
            inset = dp(2)
            width, height = (max(side - 2 * inset, 1) for side in around.size)
            round_by = max(min(getattr(around, "radius", 0) - inset, width / 2, height / 2), 0.1)
            corner = around.x + inset, around.y + inset
            self._line.rounded_rectangle = (*corner, width, height, round_by)


class KeyboardWay:
    """Where the ring is, and where it goes."""

    def __init__(self) -> None:
        self._ring: Ring | None = None

    def listen(self) -> None:
        """From the start of the app."""
        Window.bind(on_key_down=self._pressed, on_touch_down=self._touched)

    def end(self) -> None:
        """The app is closed."""
        Window.unbind(on_key_down=self._pressed, on_touch_down=self._touched)
        self._take_away()

    @property
    def at(self) -> Any:
        """What has the ring; None while nothing has."""
        around = self._ring.around if self._ring is not None else None
        return around if around is not None and around.get_root_window() is not None else None

    def _touched(self, *_: object) -> bool:
        self._take_away()
        return False

    def _pressed(self, _window: Any, key: int, _code: int, _letter: Any, held: Any) -> bool:
        if key == TAB:
            self._go(-1 if "shift" in held else 1)
            return True
        at = self.at
        if key not in (ENTER, NUMPAD_ENTER, SPACE) or at is None:
            return False
        if at not in list(_stops()):  # a dialog lies over it, or it cannot be pressed any more
            self._take_away()
            return False
        at.dispatch("on_press")
        at.dispatch("on_release")
        return True

    def _go(self, by: int) -> None:
        stops = list(_stops())
        if not stops:
            return
        typed_in = next((each for each in stops if getattr(each, "focus", False)), None)
        here = typed_in if typed_in is not None else self.at
        place = stops.index(here) + by if here in stops else min(by, 0)
        there = stops[place % len(stops)]
        self._take_away()
        if typed_in is not None:
            typed_in.focus = False
        _bring_into_sight(there)
        if isinstance(there, FocusBehavior):
            there.focus = True
        else:
            self._ring = Ring(there)

    def _take_away(self) -> None:
        if self._ring is not None:
            self._ring.take_away()
            self._ring = None


def _stops() -> Iterator[Any]:
    """What can be pressed or typed in, in reading order: of what lies on top only."""
    overlays = open_overlays()
    for root in overlays[:1] or Window.children[::-1]:
        yield from _stops_in(root)


def _stops_in(widget: Any) -> Iterator[Any]:
    if widget.disabled or widget.opacity == 0:
        return
    if isinstance(widget, Pressable | FocusBehavior):
        yield widget
    children = widget.children[::-1]
    if isinstance(widget, BoxLayout) and widget.orientation == "horizontal":
        children.sort(key=lambda child: child.x, reverse=theme.rtl)
    for child in children:
        yield from _stops_in(child)


def _bring_into_sight(widget: Any) -> None:
    parent = widget.parent
    while parent is not None and parent is not parent.parent:
        if isinstance(parent, ScrollView) and parent.children[0].height > parent.height:
            parent.scroll_to(widget, padding=dp(BESIDE_DP), animate=False)
            return
        parent = parent.parent

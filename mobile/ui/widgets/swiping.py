"""Going on and back with a stroke of the finger, where nothing else wants the stroke."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.textinput import TextInput
from kivy.uix.widget import Widget

from mobile.ui.widgets.theme import theme

CLAIMED_FROM_DP = 28
"""From this far across on a stroke is one, and what lies under the finger is not tapped by it:
more than Kivy's 20 dp from which on a list scrolls."""

TURNS_FROM_DP = 72
"""From this far on the page turns when the finger is lifted: wider than a button is high."""

STEEPNESS = 1.8
"""So many times further across than up or down; a slanted stroke scrolls."""

EDGE_DP = 20
"""Strokes from the edge of the window belong to the system (Android's gesture for back)."""


class SwipeArea(BoxLayout):
    """Fires on_onward and on_backward for strokes across it.

    Onward is from right to left, and from left to right where one reads so. A stroke that begins in
    something that is typed in or that scrolls sideways is left to it.
    """

    __events__ = ("on_onward", "on_backward")

    def on_onward(self) -> None:
        """Default handler: nothing."""

    def on_backward(self) -> None:
        """Default handler: nothing."""

    def on_touch_down(self, touch: Any) -> bool:
        """Remembers where a stroke may begin."""
        scrolls = getattr(touch, "is_mouse_scrolling", False)
        if self.collide_point(*touch.pos) and not scrolls and not _is_wanted(self, *touch.pos):
            window = self.get_parent_window()
            if window is None or dp(EDGE_DP) <= touch.x <= window.width - dp(EDGE_DP):
                touch.ud[self] = False
        return bool(super().on_touch_down(touch))

    def on_touch_move(self, touch: Any) -> bool:
        """Claims a touch that turned out to be a stroke across."""
        if touch.ud.get(self) is False and touch.grab_current is None:
            across, along = abs(touch.x - touch.ox), abs(touch.y - touch.oy)
            if along > dp(CLAIMED_FROM_DP) and along * STEEPNESS > across:
                del touch.ud[self]
            elif across > dp(CLAIMED_FROM_DP) and across > along * STEEPNESS:
                touch.ud[self] = True
                _let_go(self, touch)
        if touch.ud.get(self):
            return True
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        """Turns the page when the stroke was long enough."""
        if touch.grab_current is None and touch.ud.pop(self, False):
            across = touch.x - touch.ox
            straight = abs(across) > abs(touch.y - touch.oy) * STEEPNESS
            if straight and abs(across) >= dp(TURNS_FROM_DP):
                self.dispatch("on_onward" if (across < 0) != theme.rtl else "on_backward")
            return True
        return bool(super().on_touch_up(touch))


def _is_wanted(area: Widget, x: float, y: float) -> bool:
    """Whether something there is typed in, or scrolls sideways and has something to scroll to."""
    for widget in area.walk(restrict=True):
        if not isinstance(widget, TextInput | ScrollView):
            continue
        left, bottom = widget.to_window(widget.x, widget.y)
        if not (left <= x <= left + widget.width and bottom <= y <= bottom + widget.height):
            continue
        if isinstance(widget, TextInput):
            return True
        if widget.do_scroll_x and widget.children and widget.children[0].width > widget.width:
            return True
    return False


def _let_go(area: Widget, touch: Any) -> None:
    """What was pressed or about to be is let go without being tapped."""
    for reference in list(touch.grab_list):
        widget = reference()
        if isinstance(widget, ButtonBehavior):
            touch.ungrab(widget)
            widget.state = "normal"
    for widget in area.walk(restrict=True):
        if isinstance(widget, ScrollView):
            held = touch.ud.get(widget._get_uid())
            if held is not None:
                held["mode"], held["user_stopped"] = "scroll", True

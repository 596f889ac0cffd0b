"""The bar at the top of every screen, the way between the main screens, and progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.graphics import Color, RoundedRectangle
from kivy.metrics import dp
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from mobile.ui import background
from mobile.ui.widgets.controls import IconButton, Pressable, PushButton
from mobile.ui.widgets.surfaces import ColumnLayout, Gap, RowLayout, Tiles
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.texts import is_reviewed

TITLES_APART_DP = 16
"""Between a title and what is said beside it."""


class TopBar(ColumnLayout):
    """Back, title, quick hide and the danger button: on every screen at the same place.

    A title that does not fit beside the buttons stands under them: whose case it is is not cut.
    In a language whose sentences nobody has reviewed it says so, wherever one may be read.
    """

    title = StringProperty("")
    subtitle = StringProperty("")

    __events__ = ("on_back", "on_hide", "on_danger")

    def __init__(
        self, *, back: bool, hide: bool, danger: bool, roomy: bool, **properties: Any
    ) -> None:
        super().__init__(
            padding=(dp(8) if back else dp(20), dp(8), dp(12), dp(8)),
            spacing=dp(4),
            ground=theme.background,
            **properties,
        )
        self._line = RowLayout(spacing=dp(6))
        self.add_widget(self._line)
        if back:
            self.back_button = IconButton(
                icon="arrow-right" if theme.rtl else "arrow-left", words=say("bar.back")
            )
            self.back_button.bind(on_release=lambda *_: self.dispatch("on_back"))
            self._line.add_widget(self.back_button)
        self._titles, self._roomy = ColumnLayout(), roomy
        self._title = Text(words=self.title, role="title" if roomy else "subtitle")
        self._draft = "" if is_reviewed(theme.language, "screens") else say("bar.draft")
        self._subtitle = Text(role="small", tint=theme.quiet)
        self._say_subtitle()
        self._beside = ColumnLayout()
        self._beside.add_widget(self._titles)
        self._line.add_widget(self._beside)
        if hide:
            self.hide_button = IconButton(icon="eye-off-outline", words=say("bar.hide"))
            self.hide_button.bind(on_release=lambda *_: self.dispatch("on_hide"))
            self._line.add_widget(self.hide_button)
        words = say("bar.danger") if roomy else say("bar.danger_short")
        self.danger_button = PushButton(words=words, icon="alert", kind="warning", hug=True)
        self.danger_button.bind(on_release=lambda *_: self.dispatch("on_danger"))
        if danger:
            self._line.add_widget(self.danger_button)
        self._fit_soon = background.collapsed(self._fit)
        self._beside.bind(width=lambda *_: self._fit_soon())
        self.fbind("title", self._say_titles)
        self.fbind("subtitle", self._say_titles)

    def _say_titles(self, *_: object) -> None:
        self._title.words = self.title
        self._say_subtitle()
        self._fit_soon()

    def _say_subtitle(self) -> None:
        self._subtitle.words = "  ·  ".join(filter(None, (self._draft, self.subtitle)))
        self._lay_titles(in_one_line=False)

    def _lay_titles(self, *, in_one_line: bool) -> None:
        """Under each other, or the second at the end of the first: lower, for what is read."""
        parts = [self._title, *([self._subtitle] if self._subtitle.words else [])]
        for part in parts:
            if part.parent is not None:
                part.parent.remove_widget(part)
        self._titles.clear_widgets()
        holder: ColumnLayout | RowLayout = self._titles
        if in_one_line:
            holder = RowLayout(spacing=dp(TITLES_APART_DP))
            self._titles.add_widget(holder)
        self._title.size_hint = (None if in_one_line else 1, None)
        if in_one_line:
            self._title.width = self._title.natural_width() + dp(2)
        for part in parts:
            holder.add_widget(part)

    def _fit(self) -> None:
        """Beside the buttons where the words have room there on one line each, else under them."""
        title, subtitle = self._title.natural_width(), self._subtitle.natural_width()
        holder = self._beside if max(title, subtitle) <= self._beside.width else self
        if self._titles.parent is not holder:
            self._titles.parent.remove_widget(self._titles)
            under = holder is self
            self._titles.padding = (dp(12) if under else 0, 0, dp(8) if under else 0, 0)
            holder.add_widget(self._titles)
        both = title + dp(TITLES_APART_DP + 4) + subtitle
        self._lay_titles(in_one_line=self._roomy and both <= self._beside.width)

    def on_back(self, *_: object) -> None:
        """Default handler: nothing."""

    def on_hide(self, *_: object) -> None:
        """Default handler: nothing."""

    def on_danger(self, *_: object) -> None:
        """Default handler: nothing."""


PILL_WIDTH, SIGN_SIZE = dp(60), dp(24)
"""Of the chosen place, and of its sign at the usual size: a larger one stays in the middle."""


class PlaceButton(Pressable, ColumnLayout):
    """One of the main screens in the rail or the bottom bar: sign above word."""

    def __init__(self, name: str, icon: str, words: str, here: bool, **properties: Any) -> None:
        super().__init__(
            padding=(dp(2), dp(8), dp(2), dp(6)), spacing=dp(4), radius=dp(16), **properties
        )
        self.place = name
        tint = theme.on_chosen if here else theme.quiet
        pill = RowLayout(
            size_hint_x=None,
            width=PILL_WIDTH,
            padding=(max(0, PILL_WIDTH - SIGN_SIZE * theme.text_scale) / 2, dp(4)),
            radius=dp(16),
            pos_hint={"center_x": 0.5},
            ground=theme.chosen if here else theme.clear,
        )
        pill.add_widget(Icon(icon=icon, tint=tint, size_hint_x=1))
        self.add_widget(pill)
        word = Text(
            words=words, role="small", align="center", tint=theme.text if here else theme.quiet
        )
        word.fbind("width", lambda *_: word.shrink_to_longest_word())
        self.add_widget(word)
        self.paint_veil(theme.text)


PLACES = (
    ("home", "home-outline"),
    ("cases", "account-multiple-outline"),
    ("send", "cloud-upload-outline"),
    ("my_work", "chart-bar"),
    ("settings", "cog-outline"),
)
"""The main screens, in the order they stand."""


def make_places(here: str, go: Callable[[str], None], *, wide: bool) -> Widget:
    """The rail at the side (wide) or the bar at the bottom (narrow)."""
    if wide:
        rail = ColumnLayout(
            size_hint=(None, 1),
            width=dp(104) * max(1, theme.text_scale * 0.9),
            padding=(dp(8), dp(16)),
            spacing=dp(12),
            ground=theme.low,
        )
        holder: Any = rail
    else:
        holder = RowLayout(padding=(dp(4), 0), ground=theme.middle)
    for name, icon in PLACES:
        place = PlaceButton(name, icon, say(f"places.{name}"), name == here)
        place.bind(on_release=lambda button: go(button.place))
        holder.add_widget(place)
    if wide:
        holder.add_widget(Gap())
    return holder


class HowFar(Widget):
    """How far something is: a filled bar. Numbers stand beside it, in words."""

    share = NumericProperty(0)
    meaning = StringProperty("primary")

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint_y", None)
        properties.setdefault("height", dp(8))
        super().__init__(**properties)
        with self.canvas:
            Color(rgba=theme.highest)
            self._track = RoundedRectangle(radius=[dp(4)])
            Color(rgba=getattr(theme, self.meaning))
            self._fill = RoundedRectangle(radius=[dp(4)])
        self.bind(pos=self._follow, size=self._follow, share=self._follow)

    def _follow(self, *_: object) -> None:
        done = max(0.0, min(1.0, self.share)) * self.width
        self._track.pos, self._track.size = self.pos, self.size
        self._fill.pos = (self.right - done if theme.rtl else self.x, self.y)
        self._fill.size = (done, self.height)


class Segments(Tiles):
    """A few ways to see the same thing, one chosen: a row of joined buttons."""

    chosen = StringProperty("")

    def __init__(self, choices: Sequence[tuple[str, str]], **properties: Any) -> None:
        super().__init__(spacing=dp(8), least=dp(64), **properties)
        self._buttons = {}
        for code, words in choices:
            button = PushButton(words=words)
            button.code = code
            button.bind(on_release=lambda pressed: setattr(self, "chosen", pressed.code))
            self._buttons[code] = button
            self.add_widget(button)
        # Each may be the chosen one and bear its sign: no word is broken in two for it.
        needed = max((button.needs_with_sign() for button in self._buttons.values()), default=0)
        self.least = max(self.least, needed / max(theme.text_scale, 1))
        self.fbind("chosen", self._show_chosen)
        self._show_chosen()

    def _show_chosen(self, *_: object) -> None:
        for code, button in self._buttons.items():
            button.kind = "chosen" if code == self.chosen else "outlined"
            button.icon = "check" if code == self.chosen else ""

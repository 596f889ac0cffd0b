"""What is tapped: buttons, choices, switches. Each at least 48 dp high, none by colour alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.graphics import Color, RoundedRectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.image import Image
from kivy.uix.widget import Widget

from mobile.ui.widgets.surfaces import Band, ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme, touch_height
from mobile.ui.widgets.words import say


class Pressable(ButtonBehavior):
    """Mixin: a veil of its text colour while it is being pressed (Material's state layer).

    A list lets go of a tap 0.2 s after the finger, to tell it from a stroke. What the page did
    meanwhile takes no tap away: a button that moved is still the one that was pressed.
    """

    def on_touch_down(self, touch: Any) -> bool:
        """Remembers where on the glass it was pressed."""
        if not super().on_touch_down(touch):
            return False
        if self in touch.ud:
            self._pressed_at = self.to_window(self.x, self.y)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Is let go of where it was pressed, though it may stand elsewhere by now."""
        if touch.grab_current is not self or self.collide_point(*touch.pos):
            return bool(super().on_touch_up(touch))
        (was_x, was_y), (x, y) = self._pressed_at, self.to_window(self.x, self.y)
        moved = self.get_root_window() is not None and (x, y) != (was_x, was_y)
        self.always_release = moved and self.collide_point(touch.x + x - was_x, touch.y + y - was_y)
        try:
            return bool(super().on_touch_up(touch))
        finally:
            self.always_release = False

    def paint_veil(self, tint: list[float]) -> None:
        """Adds the veil above everything the widget draws. Call once, when built."""
        with self.canvas.after:
            self._veil_colour = Color(rgba=(*tint[:3], 0))
            self._veil = RoundedRectangle()
        self.fbind("state", self._show_veil)
        self.fbind("pos", self._follow_veil)
        self.fbind("size", self._follow_veil)

    def _show_veil(self, *_: object) -> None:
        self._veil_colour.a = 0.12 if self.state == "down" else 0

    def _follow_veil(self, *_: object) -> None:
        self._veil.pos, self._veil.size = self.pos, self.size
        round_by = min(getattr(self, "radius", 0), *(side / 2 for side in self.size))
        self._veil.radius = [max(round_by, 0)]


class PushButton(Pressable, RowLayout):
    """A button with words and, if wanted, a sign.

    kind: "filled" for the one primary action of a screen, "tonal", "outlined", "plain",
    "danger"; "chosen" for the one of several that holds now. Words too long for one line wrap, and
    the button grows.
    """

    words = StringProperty("")
    icon = StringProperty("")
    kind = OptionProperty(
        "tonal",
        options=["filled", "tonal", "outlined", "chosen", "plain", "danger", "warning"],
    )
    hug = BooleanProperty(False)
    big = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.radius = dp(28)
        self._icon = Icon()
        self._words = Text()
        self.paint_veil(theme.text)
        for name in ("words", "icon", "kind", "hug", "big"):
            self.fbind(name, self._dress)
        self.fbind("disabled", self._fade)
        self.bind(minimum_height=self._grow, minimum_width=self._widen, width=self._centre)
        self._dress()
        self._fade()

    def _dress(self, *_: object) -> None:
        self.ground, tint = self._colours()
        outlines = {"outlined": theme.outline, "chosen": theme.primary}
        self.outline = outlines.get(self.kind, theme.clear)
        side = dp(28 if self.big else 20) if self.kind != "plain" else dp(14)
        self.padding = (side, dp(8), side, dp(8))
        self.spacing = dp(10)
        if self.hug:
            self.size_hint_x = None
        self._icon.icon, self._icon.tint = self.icon or "check", tint
        self._icon.size_sp = 26 if self.big else 22
        self._words.words, self._words.tint = self.words, tint
        self._words.role = "subtitle" if self.big else "label"
        self._words.hug = self.hug
        self.clear_widgets()
        if self.icon:
            self.add_widget(self._icon)
        if self.words:
            self.add_widget(self._words)
        self._grow()
        self._widen()
        self._centre()

    def needs_with_sign(self) -> float:
        """How wide it is with a sign and its words on one line, in pixels."""
        sign = self._icon.width + self.spacing
        return float(sign + self._words.natural_width() + dp(2) + 2 * (self.padding[1] + dp(6)))

    def _centre(self, *_: object) -> None:
        """Sign and words together in the middle; words that do not fit on one line wrap."""
        if self.hug:
            return
        side = self.padding[1] + dp(6)
        sign = self._icon.width + (self.spacing if self.words else 0) if self.icon else 0
        words = self._words.natural_width() + dp(2) if self.words else 0
        room = self.width - sign - 2 * side
        free = max((room - words) / 2, 0)
        self._words.align = "start" if self.icon and free == 0 else "center"
        self.padding = (side + free, self.padding[1], side + free, self.padding[3])

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height() + (dp(12) if self.big else 0))

    def _widen(self, *_: object) -> None:
        if self.hug:
            self.width = self.minimum_width

    def _fade(self, *_: object) -> None:
        self.opacity = 0.45 if self.disabled else 1

    def _colours(self) -> tuple[list[float], list[float]]:
        if self.kind == "filled":
            return theme.primary, theme.on_primary
        if self.kind == "danger":
            return theme.danger, theme.on_danger
        if self.kind == "warning":
            return theme.pair("danger")
        if self.kind == "chosen":
            return theme.chosen, theme.on_chosen
        if self.kind == "tonal":
            return theme.secondary_container, theme.on_secondary_container
        return theme.clear, theme.primary


class IconButton(Pressable, RowLayout):
    """A sign to tap, with its word under it or to be read aloud (``words``)."""

    icon = StringProperty("close")
    words = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        tint = properties.pop("tint", None) or theme.text
        properties.setdefault("size_hint", (None, None))
        super().__init__(own_height=True, **properties)
        side = touch_height()
        self.size = (side, side)
        self.radius = side / 2
        self.padding = ((side - dp(26)) / 2, 0)
        self._sign = Icon(icon=self.icon, tint=tint, size_hint_x=1)
        self.add_widget(self._sign)
        self.fbind("icon", lambda *_: setattr(self._sign, "icon", self.icon))
        self.paint_veil(tint)


DRAFT_SIGN = "pencil-outline"
"""Beside words that nobody has reviewed in their language."""


PICTURE_DP = 72
"""Side of the picture of an answer: large enough to be known again by somebody who sees badly."""


class HeardChoice(RowLayout):
    """An answer with a sign beside it that lets the person hear it. The sign is no part of the
    answer: whoever taps beside it has answered nothing."""

    def __init__(self, button: ChoiceButton, hear: Callable[[], None]) -> None:
        super().__init__(spacing=dp(2))
        self._button = button
        self.add_widget(button)
        self.hear_button = hear_button(hear)
        self.add_widget(self.hear_button)

    def needs(self) -> float:
        """How wide it is with its words on one line, in pixels."""
        return self._button.needs() + float(self.hear_button.width + self.spacing)


def hear_button(hear: Callable[[], None]) -> IconButton:
    """The sign that lets the person hear something."""
    button = IconButton(icon="volume-high", words=say("question.hear"), tint=theme.primary)
    button.bind(on_release=lambda *_: hear())
    return button


class ChoiceButton(Pressable, RowLayout):
    """One answer to choose: a radio or check sign, its words, a filled ground when chosen.

    spoken: under the words, what to say of the answer to the person. several: a square check sign
    instead of a round one. tall answers wrap. draft: with the sign of
    words nobody has reviewed. picture: a texture shown before the words.
    """

    words = StringProperty("")
    spoken = StringProperty("")
    code = StringProperty("")
    several = BooleanProperty(False)
    draft = BooleanProperty(False)
    chosen = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        picture = properties.pop("picture", None)
        super().__init__(**properties)
        self.radius = dp(12)
        self.padding = (dp(12), dp(8), dp(10), dp(8))
        self.spacing = dp(8)
        self._sign = Icon(size_sp=24)
        self._words = Text(words=self.words)
        self.add_widget(self._sign)
        self._picture_width = 0.0
        if picture is not None:
            side = dp(PICTURE_DP)
            shown = Image(texture=picture, size_hint=(None, None), size=(side, side))
            self._picture_width = side + self.spacing
            self.add_widget(shown)
        if self.spoken:
            told = ColumnLayout(spacing=dp(2))
            told.add_widget(self._words)
            told.add_widget(Text(words=self.spoken, role="small", tint=theme.quiet))
            self.add_widget(told)
        else:
            self.add_widget(self._words)
        self._mark = Icon(icon=DRAFT_SIGN, size_sp=16, tint=theme.attention)
        if self.draft:
            self.add_widget(self._mark)
        self.paint_veil(theme.primary)
        self.fbind("chosen", self._show)
        self.bind(minimum_height=self._grow)
        self._show()
        self._grow()

    def needs(self) -> float:
        """How wide it is with its words on one line, in pixels."""
        marked = self._mark.width + self.spacing if self.draft else 0.0
        return _needs(self, self._sign, self._words) + float(marked) + self._picture_width

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height())

    def _show(self, *_: object) -> None:
        if self.several:
            sign = "checkbox-marked" if self.chosen else "checkbox-blank-outline"
        else:
            sign = "radiobox-marked" if self.chosen else "radiobox-blank"
        ground, tint = theme.chosen, theme.on_chosen
        self._sign.icon = sign
        self._sign.tint = theme.primary if self.chosen else theme.quiet
        self._words.tint = tint if self.chosen else theme.text
        self.ground = ground if self.chosen else theme.clear
        self.outline = theme.primary if self.chosen else theme.line


def _needs(button: RowLayout, sign: Icon, words: Text) -> float:
    around = button.padding[0] + button.padding[2] + button.spacing
    return float(around + sign.width + words.natural_width() + dp(2))


class SmallChoice(Pressable, RowLayout):
    """A small choice beside others (don't know, refused, a filter): a chip with a check sign.

    As wide as its words; with ``size_hint_x=1`` as wide as its place, and the words wrap.
    """

    words = StringProperty("")
    code = StringProperty("")
    icon = StringProperty("")
    chosen = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        hug = properties.setdefault("size_hint_x", None) is None
        super().__init__(**properties)
        self.radius = dp(24)
        self.padding = (dp(12), dp(6), dp(12), dp(6)) if not hug else (dp(14), dp(6), dp(16), dp(6))
        self.spacing = dp(6 if not hug else 8)
        self._sign = Icon(size_sp=20)
        self._words = Text(words=self.words, hug=hug, role="label")
        self.paint_veil(theme.primary)
        self.add_widget(self._sign)
        self.add_widget(self._words)
        self.fbind("chosen", self._show)
        self.fbind("words", lambda *_: setattr(self._words, "words", self.words))
        self.bind(minimum_height=self._grow)
        if hug:
            self.bind(minimum_width=self.setter("width"))
        self._show()
        self._grow()

    def needs(self) -> float:
        """How wide it is with its words on one line, in pixels."""
        return _needs(self, self._sign, self._words)

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height())

    def _show(self, *_: object) -> None:
        self._sign.icon = "check" if self.chosen else (self.icon or "circle-outline")
        tint = theme.on_chosen if self.chosen else theme.quiet
        self._sign.tint = self._words.tint = tint
        self.ground = theme.chosen if self.chosen else theme.clear
        self.outline = theme.primary if self.chosen else theme.line


class LineButton(Pressable, RowLayout):
    """A line of a list to tap: sign, title, a second line, and something at its end."""

    title = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")
    end_icon = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        meaning = properties.pop("meaning", "")
        end: Widget | None = properties.pop("end", None)
        super().__init__(**properties)
        self.padding = (dp(16), dp(10), dp(12), dp(10))
        self.spacing = dp(16)
        self.radius = dp(12)
        tint = theme.pair(meaning)[1] if meaning else theme.quiet
        if self.icon:
            self.add_widget(Icon(icon=self.icon, tint=tint))
        words = ColumnLayout(spacing=dp(2))
        self.title_text = Text(words=self.title)
        words.add_widget(self.title_text)
        if self.detail:
            self.detail_text = Text(words=self.detail, role="small", tint=theme.quiet)
            words.add_widget(self.detail_text)
        self.add_widget(words)
        if end is not None:
            self.add_widget(end)
        if self.end_icon:
            turned = {"chevron-right": "chevron-left"}.get(self.end_icon, self.end_icon)
            self.add_widget(Icon(icon=turned if theme.rtl else self.end_icon, tint=theme.quiet))
        self.paint_veil(theme.text)
        self.bind(minimum_height=self._grow)
        self._grow()

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height())


class Badge(RowLayout):
    """A state in a word, a sign and a colour."""

    def __init__(self, meaning: str, icon: str, words: str, **properties: Any) -> None:
        ground, tint = theme.pair(meaning)
        super().__init__(
            size_hint_x=None,
            padding=(dp(10), dp(4), dp(12), dp(4)),
            spacing=dp(6),
            radius=dp(10),
            ground=ground,
            **properties,
        )
        self.add_widget(Icon(icon=icon, tint=tint, size_sp=18))
        if words:
            self.add_widget(Text(words=words, role="small", tint=tint, hug=True))
        self.bind(minimum_width=self.setter("width"))


class Reminder(Pressable, Band):
    """What is to be looked after, to tap: a notice that leads there. Its words name nobody."""

    def __init__(self, said: tuple[str, str, str], act: Callable[[], None]) -> None:
        meaning, icon, words = said
        super().__init__(meaning=meaning, icon=icon, words=words)
        self.padding = (dp(16), dp(14))
        self.add_widget(
            Icon(icon="chevron-left" if theme.rtl else "chevron-right", tint=self.words_text.tint)
        )
        self.paint_veil(self.words_text.tint)
        self.bind(on_release=lambda *_: act())

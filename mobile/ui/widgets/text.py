"""Words and signs on the screen: a label for every script, and an icon."""

from __future__ import annotations

from math import ceil
from typing import Any

from kivy.graphics import PopMatrix, PushMatrix, Scale
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from mobile.ui.widgets.scripts import (
    font_of,
    is_joined_from_the_right,
    is_right_to_left,
    is_unspaced,
    script_of,
    shaping_of,
    shortened_visual,
    visual_line,
    wrapped_visual,
)
from mobile.ui.widgets.signs import SIGN_FONT, SIGNS
from mobile.ui.widgets.theme import BOLD_ROLES, theme

LINE_SHARES = {"Arab": 0.85}
"""Share of the usual line height, for fonts that have room for marks above and below built in."""


class Text(Label):
    """Words in any script of the languages shipped, wrapped, shaped and in the right order.

    words: the text as people write it (logical order); never set ``text`` directly.
    role: a name of TYPE_SCALE_SP. tint: its colour. align: start, center or end.
    hug: the label is as wide as its words, on one line. lines: at most so many, 0 for all.
    """

    words = StringProperty("")
    role = StringProperty("body")
    tint = ListProperty()
    align = StringProperty("start")
    hug = BooleanProperty(False)
    lines = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        if properties.setdefault("size_hint_y", None) is None:
            properties.setdefault("height", 0)  # without words nothing is drawn that would say so
        super().__init__(**properties)
        for name in ("words", "role", "align", "tint", "lines", "hug"):
            self.fbind(name, lambda *_: self._dress())
        self.fbind("width", lambda *_: self._wrap())
        self.bind(texture_size=self._grow)
        self._dress()

    def _dress(self) -> None:
        if self.hug:
            self.size_hint_x = None
        self.font_name = font_of(self.words)
        code = script_of(self.words)[1]
        self.font_script_name = shaping_of(self.words)
        self._joined = is_joined_from_the_right(self.words)
        self.font_direction = "rtl" if self._joined else "ltr"
        self.font_size = theme.font_size(self.role)
        self.bold = self.role in BOLD_ROLES
        self.color = self.disabled_color = self.tint or theme.text
        self.halign = {"start": theme.start, "end": theme.end}.get(self.align, "center")
        self.line_height = (1.05 if self.role in BOLD_ROLES else 1.15) * LINE_SHARES.get(code, 1)
        self._lay()

    def natural_width(self) -> float:
        """How wide the words would be on one line, in pixels."""
        line = self.words
        if is_right_to_left(line):
            line = self._visual(line)
        return self._width_of(line)

    def height_at(self, width: float) -> float:
        """About how high the words would be, wrapped to that width, in pixels."""
        across = max(width - self.padding[0] - self.padding[2], 1)
        spans = (self._width_of(self._visual(line)) for line in self.words.split("\n"))
        lines = sum(max(ceil(span / across), 1) for span in spans)
        return float(lines * self._label.get_extents("X")[1] * self.line_height)

    def shrink_to_longest_word(self) -> None:
        """Smaller letters where the longest word does not fit: no word is broken in two."""
        self.font_size = whole = theme.font_size(self.role)
        longest = max(self._width_of(self._visual(word)) for word in self.words.split())
        if longest > self.width > 1:
            # Letters come in whole pixels: a little less than the share that just fits.
            self.font_size = whole * self.width / longest * 0.94
        self._lay()

    def _wrap(self) -> None:
        if not self.hug:
            self._lay()

    def _lay(self) -> None:
        right_to_left = is_right_to_left(self.words)
        if self.hug:
            self.text_size = (None, None)
            self.text = self._visual(self.words) if right_to_left else self.words
            return
        across = max(self.width - self.padding[0] - self.padding[2], 1)
        self.shorten = self.lines == 1 and not right_to_left
        self.shorten_from = "right"
        self.max_lines = int(self.lines)
        self.text_size = (self.width, None)
        if self.lines > 1:
            self.max_lines = 0  # Kivy would keep the last lines, not the first
            self.text = wrapped_visual(
                self.words, across, self._width_of, base_rtl=theme.rtl, most=int(self.lines)
            )
        elif right_to_left or (is_unspaced(self.words) and self.lines != 1):
            fit = shortened_visual if self.lines == 1 else wrapped_visual
            self.text = fit(self.words, across, self._width_of, base_rtl=theme.rtl)
        else:
            self.text = self.words

    def _visual(self, line: str) -> str:
        return visual_line(line, base_rtl=theme.rtl, joined=self._joined)

    def _width_of(self, line: str) -> float:
        measure = self._label
        measure.options.update(
            font_size=self.font_size,
            font_name=self.font_name,
            bold=self.bold,
            font_script_name=self.font_script_name,
            font_direction=self.font_direction,
        )
        measure.resolve_font_name()
        return float(measure.get_extents(line)[0])

    def _grow(self, *_: object) -> None:
        if self.size_hint_y is None:
            self.height = self.texture_size[1]
        if self.hug:
            self.width = self.texture_size[0]


WITH_A_DIRECTION = frozenset(
    {
        *("arrow-right-circle-outline", "keyboard-return", "skip-next", "undo", "undo-variant"),
        *("account-voice", "format-list-bulleted"),
    }
)
"""Signs that point along the line and have no other for the other way. Those of arrows have one:
who shows them says which. Digits run from the left everywhere, and so does the key that takes the
last one back."""


class Icon(Label):
    """A sign from Material Design Icons. It never stands alone for a meaning: a word is near."""

    icon = StringProperty("circle-outline")
    tint = ListProperty()
    size_sp = NumericProperty(24)

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint", (None, None))
        super().__init__(font_name=SIGN_FONT, **properties)
        self._turn: Scale | None = None
        for name in ("icon", "tint", "size_sp"):
            self.fbind(name, lambda *_: self._dress())
        self._dress()

    @property
    def is_turned(self) -> bool:
        """Whether it stands mirrored: it says where, and the page is read from the right."""
        return theme.rtl and self.icon in WITH_A_DIRECTION

    def _mirror(self) -> None:
        if self._turn is None and self.is_turned:
            with self.canvas.before:
                PushMatrix()
                self._turn = Scale(1, 1, 1, origin=self.center)
            with self.canvas.after:
                PopMatrix()
            self.fbind("center", lambda *_: setattr(self._turn, "origin", self.center))
        if self._turn is not None:
            self._turn.x = -1 if self.is_turned else 1

    def _dress(self) -> None:
        self._mirror()
        self.text = SIGNS.get(self.icon, SIGNS["help"])
        self.color = self.disabled_color = self.tint or theme.text
        self.font_size = theme.font_size("body") / 16 * self.size_sp
        if self.size_hint_x is None:
            self.size = (self.font_size * 1.1, self.font_size * 1.1)

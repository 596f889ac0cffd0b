"""Where something is typed: a labelled field in every script, with a word of help under it."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.textinput import TextInput

from mobile.ui import background
from mobile.ui.widgets.controls import IconButton
from mobile.ui.widgets.scripts import font_of, is_right_to_left, shaping_of, visual_line
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme, touch_height
from mobile.ui.widgets.words import say
from shared.numerals import NotANumber, read_decimal, read_whole

DOT = "•"
"""Shown for each letter of a secret. All our fonts have it; they have no larger one."""


class ScriptInput(TextInput):
    """Kivy's text input, with Indic letters shaped and the font of what is typed."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.bind(text=self._choose_font)

    def _choose_font(self, *_: object) -> None:
        self.font_name = font_of(self.text or self.hint_text)

    def _get_line_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super()._get_line_options()
        options["font_script_name"] = shaping_of(self.text or self.hint_text)
        return options


class Field(ColumnLayout):
    """A text or number to type.

    value: what stands in it, as typed. accepts: "text", "integer" or "decimal". A number is typed
    in the digits of any script; how it is read stands under the field, and what cannot be read
    stays there and is said (shared.numerals). secret: shows dots. clearable: a sign empties it.
    on_settled fires when typing pauses for half a second or the field is left, so that an answer is
    saved at once without saving every letter. on_entered: Enter.
    """

    label = StringProperty("")
    help_words = StringProperty("")
    hint = StringProperty("")
    value = StringProperty("")
    icon = StringProperty("")
    unit = StringProperty("")
    accepts = OptionProperty("text", options=["text", "integer", "decimal"])
    secret = BooleanProperty(False)
    clearable = BooleanProperty(False)
    lines = NumericProperty(1)
    meaning = StringProperty("")
    input = ObjectProperty(None, allownone=True)

    __events__ = ("on_settled", "on_entered")

    def __init__(self, **properties: Any) -> None:
        super().__init__(spacing=dp(6), **properties)
        self._settled_value = self.value
        self._is_unread = False
        self._settle_soon = background.collapsed(self._settle, 0.5)
        for name in ("label", "hint", "icon", "unit", "accepts", "secret", "lines", "clearable"):
            self.fbind(name, self._build)
        for name in ("help_words", "meaning"):
            self.fbind(name, lambda *_: self._show_help())
        self.fbind("value", self._put)
        self._build()

    def _build(self, *_: object) -> None:
        self.clear_widgets()
        if self.label:
            self.add_widget(Text(words=self.label, role="label", tint=theme.quiet))
        self._box = RowLayout(
            padding=(dp(14), 0, dp(14), 0),
            spacing=dp(10),
            radius=dp(12),
            ground=theme.low,
            outline=theme.outline,
            own_height=True,
        )
        if self.icon:
            self._box.add_widget(Icon(icon=self.icon, tint=theme.quiet))
        self.input = self._make_input()
        self._box.add_widget(self.input)
        if self.unit:
            self._box.add_widget(Text(words=self.unit, tint=theme.quiet, hug=True))
        self.clear_button = IconButton(icon="close", words=say("field.clear"))
        self.clear_button.bind(on_release=lambda *_: self.clear())
        self.add_widget(self._box)
        self._offer_clearing()
        # Typed Arabic stands unjoined in the input; shown again as it will be read.
        self._as_read = Text(words="", role="body")
        self._help = Text(words=self.help_words, role="small", tint=theme.quiet)
        self.input.bind(text=self._typed, focus=self._focused, on_text_validate=self._entered)
        self.input.bind(line_height=lambda *_: self._size_box())
        self._size_box()
        self._show_help()
        self._show_as_read()

    def on_settled(self, *_: object) -> None:
        """Default handler: nothing."""

    def on_entered(self, *_: object) -> None:
        """Default handler: nothing."""

    def settle(self) -> None:
        """Says now what was typed, if it was not said yet."""
        self._settle()

    def clear(self) -> None:
        """Empties it; what is typed next goes here."""
        self.value = ""
        self.begin()

    def _offer_clearing(self) -> None:
        wanted = self.clearable and bool(self.value)
        if wanted == (self.clear_button.parent is not None):
            return
        if wanted:
            self._box.add_widget(self.clear_button)
        else:
            self._box.remove_widget(self.clear_button)

    def begin(self) -> None:
        """Typing goes here from now on, in the place of what stands there."""
        if not self.disabled:
            self.input.focus = True
            self.input.select_all()

    def _make_input(self) -> ScriptInput:
        size = theme.font_size("body")
        made = ScriptInput(
            text=self.value,
            multiline=self.lines > 1,
            write_tab=False,
            allow_copy=False,  # what is copied, every other app on the tablet may read
            password=self.secret,
            password_mask=DOT,
            hint_text=visual_line(self.hint, base_rtl=True)
            if is_right_to_left(self.hint)
            else self.hint,
            font_size=size,
            font_name=font_of(self.value or self.hint),
            background_color=theme.clear,
            foreground_color=theme.text,
            disabled_foreground_color=theme.quiet,
            hint_text_color=(*theme.quiet[:3], 0.8),
            cursor_color=theme.primary,
            cursor_width=dp(2),
            selection_color=(*theme.primary[:3], 0.3),
            halign=theme.start,
            background_normal="",
            background_active="",
        )
        if self.accepts != "text":
            made.input_type = "number"
            made.halign = "left"
        return made

    def _size_box(self) -> None:
        # A line of Arabic letters is higher, and would be drawn from above the box.
        line = max(theme.font_size("body") * 1.45, self.input.line_height)
        height = max(touch_height() + dp(4), line * self.lines + dp(22))
        self._box.height = height
        above = (height - line * self.lines) / 2
        self.input.padding = (0, above, 0, max(above - dp(2), 0))

    def _typed(self, _input: TextInput, typed: str) -> None:
        self.value = typed
        self._show_as_read()
        self._settle_soon()

    def _put(self, *_: object) -> None:
        self._offer_clearing()
        if self.input.text != self.value:
            self.input.text = self.value
            self._settled_value = self.value

    def _focused(self, _input: TextInput, focused: bool) -> None:
        self._box.outline = theme.primary if focused else self._edge()
        self._box.outline_width = dp(2) if focused else dp(1)
        if not focused:
            self._settle()

    def _entered(self, *_: object) -> None:
        self._settle()
        self.dispatch("on_entered")

    def _settle(self) -> None:
        if self.value != self._settled_value:
            self._settled_value = self.value
            self.dispatch("on_settled")

    def _edge(self) -> list[float]:
        return theme.danger if self._is_wrong else theme.outline

    @property
    def _is_wrong(self) -> bool:
        return self._is_unread or self.meaning == "danger"

    def _show_help(self) -> None:
        words = say(f"field.not_{self.accepts}") if self._is_unread else self.help_words
        self._help.words = words
        self._help.tint = theme.danger if self._is_wrong else theme.quiet
        if not self.input.focus:
            self._box.outline = self._edge()
        if words and self._help.parent is None:
            self.add_widget(self._help)
        elif not words and self._help.parent is not None:
            self.remove_widget(self._help)

    @property
    def number(self) -> float | None:
        """The number in the field, whole for "integer"; None when empty. Raises NotANumber."""
        if not self.value.strip():
            return None
        return read_whole(self.value) if self.accepts == "integer" else read_decimal(self.value)

    def _show_as_read(self) -> None:
        words = self.value if is_right_to_left(self.value) and not self.secret else ""
        self._is_unread = False
        if self.accepts != "text":
            try:
                number = self.number
            except NotANumber:
                self._is_unread = True
            else:
                plain = self.value.isascii() and "," not in self.value
                words = "" if number is None or plain else f"= {number:g}"
            self._show_help()
        wanted = bool(words)
        self._as_read.words = words
        if wanted and self._as_read.parent is None:
            self.add_widget(self._as_read, index=1 if self._help.parent else 0)
        elif not wanted and self._as_read.parent is not None:
            self.remove_widget(self._as_read)

"""Choosing from a long list by searching: areas, industries, occupations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from mobile.ui import background
from mobile.ui.widgets.controls import Pressable, PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.scrolling import SteadyEffect
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme, touch_height
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID, Value

MOST_SHOWN = 200
"""Entries listed at once: more than anyone scrolls through; typing narrows them."""

Entry = tuple[str, str, str]
"""What is chosen from: code, label, and where it belongs ("" at the top)."""


Nearby = Callable[[Callable[["Sequence[Entry] | None"], None]], Callable[[], None]]
"""Asks what is near and calls with the entries, or with None when nobody knows where here is. Gives
what stops the asking."""

LONGEST_LOOK_S = 20
"""Seconds a position is waited for: cells and networks answer in a few, or not at all."""


class CodeAnswer(Answering):
    """Shows what is chosen, and opens the list to search in. nearby: see Nearby."""

    def __init__(
        self,
        title: str,
        label_of: Callable[[str], str],
        search: Callable[[str], Sequence[Entry]],
        nearby: Nearby | None = None,
    ) -> None:
        super().__init__()
        self._title, self._label_of, self._search = title, label_of, search
        self._nearby = nearby
        self.choose_button = PushButton(words=say("codes.choose"), icon="magnify", kind="outlined")
        self.choose_button.bind(on_release=self._open)
        self.add_widget(self.choose_button)
        self._value: str | None = None

    def show(self, value: Value | None) -> None:
        """Shows the label of the chosen code."""
        self._value = str(value) if value is not None and value not in NOT_SAID else None
        self.choose_button.words = (
            self._label_of(self._value) if self._value else say("codes.choose")
        )
        self.choose_button.icon = "check" if self._value else "magnify"

    def _open(self, *_: object) -> None:
        SearchPage(self._title, self._search, self.take, self._value, self._nearby).open()


SIGNS = (
    ("radiobox-blank", "radiobox-marked"),
    ("checkbox-blank-outline", "checkbox-marked"),
)
"""Of an entry that is not chosen and one that is: where one is chosen, and where several are."""


class EntryLine(RecycleDataViewBehavior, Pressable, RowLayout):
    """One entry of the list."""

    code = StringProperty("")
    words = StringProperty("")
    belongs = StringProperty("")
    chosen = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(own_height=True, **properties)
        self.padding = (dp(12), dp(4))
        self.spacing = dp(14)
        self.radius = dp(10)
        self._sign = Icon(icon="circle-outline", tint=theme.quiet, size_sp=20)
        column = ColumnLayout()
        self._words = Text(lines=1)
        self._belongs = Text(role="small", tint=theme.quiet, lines=1)
        column.add_widget(self._words)
        column.add_widget(self._belongs)
        self.add_widget(self._sign)
        self.add_widget(column)
        self._take: Callable[[str], None] = lambda _code: None
        self.paint_veil(theme.primary)

    def refresh_view_attrs(self, _view: Any, _index: int, data: dict[str, Any]) -> None:
        """Takes the data of another entry."""
        self.code, self._take = data["code"], data["take"]
        self._words.words, self._belongs.words = data["words"], data["belongs"]
        chosen, several = data["chosen"], data["several"]
        self._sign.icon = SIGNS[several][chosen]
        self._sign.tint = theme.primary if chosen else theme.quiet

    def on_release(self) -> None:
        """Chooses it."""
        self._take(self.code)


class SearchPage(Page):
    """A search field over a list; tapping an entry chooses it and closes the page."""

    several = False

    def __init__(
        self,
        title: str,
        search: Callable[[str], Sequence[Entry]],
        take: Callable[[str], None],
        chosen: str | Collection[str] | None,
        nearby: Nearby | None = None,
    ) -> None:
        """chosen: the codes that are."""
        super().__init__(title)
        self._search, self._take_code = search, take
        self._chosen: Collection[str] = (chosen,) if isinstance(chosen, str) else chosen or ()
        self._nearby, self._waiting = nearby, False
        self._stop: Callable[[], None] = lambda: None
        self.search_field = Field(icon="magnify", hint=say("codes.hint"), clearable=True)
        self._look_soon = background.collapsed(self._look, 0.12)
        self.search_field.bind(value=lambda *_: self._look_soon())
        self.sheet.add_widget(self.search_field)
        if nearby is not None:
            self.near_button = PushButton(
                words=say("area.find"), icon="crosshairs-gps", kind="tonal"
            )
            self.near_button.bind(on_release=lambda *_: self._look_around())
            self.sheet.add_widget(self.near_button)
        self._found = Text(role="small", tint=theme.quiet)
        self.sheet.add_widget(self._found)
        self.list = EntryList()
        self.sheet.add_widget(self.list)
        self._look()

    def open(self) -> None:
        """Shows it, ready to type what is looked for."""
        super().open()
        if self.search_field.parent is not None:
            background.soon(self._begin)

    def _begin(self) -> None:
        if self.parent is not None:
            self.search_field.begin()

    def _look_around(self) -> None:
        """Asks for what is near. What comes is a proposal: it is chosen by a tap, or not."""
        if self._nearby is None or self._waiting:
            return
        self._waiting = True
        self._found.words = say("area.looking")
        background.soon(lambda: self._show_near(None), LONGEST_LOOK_S)
        self._stop = self._nearby(
            lambda entries: background.soon(lambda: self._show_near(entries)) and None
        )

    def _show_near(self, entries: Sequence[Entry] | None) -> None:
        if not self._waiting:
            return  # it came too late, or a second time
        self._leave_off()
        if entries is None:
            self._found.words = say("area.no_position")
        elif not entries:
            self._found.words = say("area.none")
        else:
            self._found.words = say("area.tap")
            self._fill(entries)

    def _leave_off(self) -> None:
        if self._waiting:
            self._waiting = False
            self._stop()

    def close(self, *_: object) -> None:
        """Takes it away; nobody is asked any more where here is."""
        self._leave_off()
        super().close()

    def _look(self) -> None:
        self._leave_off()
        found = list(self._search(self.search_field.value))[:MOST_SHOWN]
        self._found.words = say("codes.none_found") if not found else ""
        self._fill(found)

    def _fill(self, entries: Sequence[Entry]) -> None:
        self.list.fill(entries, self._chosen, self._take, several=self.several)

    def _take(self, code: str) -> None:
        self.close()
        self._take_code(code)


class EntryList(RecycleView):
    """The entries, only those in sight drawn."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(
            effect_cls=SteadyEffect,
            do_scroll_x=False,
            bar_width=dp(6),
            scroll_type=["bars", "content"],
            bar_color=theme.outline,
            bar_inactive_color=theme.line,
            scroll_wheel_distance=dp(60),
            **properties,
        )
        self.line_height = max(touch_height(), dp(58) * theme.text_scale)
        layout = RecycleBoxLayout(
            orientation="vertical",
            default_size=(None, self.line_height),
            default_size_hint=(1, None),
            size_hint_y=None,
        )
        layout.bind(minimum_height=layout.setter("height"))
        self.add_widget(layout)
        self.viewclass = EntryLine

    def fill(
        self,
        entries: Iterable[Entry],
        chosen: Collection[str],
        take: Callable[[str], None],
        *,
        several: bool = False,
    ) -> None:
        """Shows these entries from the top. several: more than one can be chosen."""
        self.data = [
            {
                "code": code,
                "words": words,
                "belongs": belongs,
                "chosen": code in chosen,
                "several": several,
                "take": take,
                "height": self.line_height,
            }
            for code, words, belongs in entries
        ]
        self.scroll_y = 1

    def mark(self, chosen: Collection[str]) -> None:
        """Shows which are chosen by now; the list stays where it was scrolled to."""
        for place, line in enumerate(self.data):
            if line["chosen"] != (line["code"] in chosen):
                self.data[place] = {**line, "chosen": not line["chosen"]}

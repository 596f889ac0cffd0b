"""What comes above a screen: a question to answer, a short notice, a page to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.metrics import dp
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.widget import Widget

from mobile.ui import background
from mobile.ui.widgets.controls import IconButton, PushButton
from mobile.ui.widgets.surfaces import CardLayout, ColumnLayout, RowLayout, Scroll
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

NOTICE_SECONDS = 5
"""How long a notice stands: twelve words at a slow reading speed."""


ABOVE_PLACES_DP = 88
"""A notice stands above the bar with the main screens, which grows with the letters."""


class Overlay(AnchorLayout):
    """Covers the screen, darkens it, and takes every touch until it is closed."""

    dismissable = True

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas.before:
            Color(rgba=(0, 0, 0, 0.5))
            self._veil = Rectangle()
        self.bind(pos=self._follow, size=self._follow)

    def open(self) -> None:
        """Shows it above everything."""
        Window.add_widget(self)

    def close(self, *_: object) -> None:
        """Takes it away."""
        Window.remove_widget(self)

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing below it is touched; a tap beside it closes it where that loses nothing."""
        inside = any(child.collide_point(*touch.pos) for child in self.children)
        if inside:
            super().on_touch_down(touch)
        elif self.dismissable:
            self.close()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """As on_touch_down."""
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """As on_touch_down."""
        super().on_touch_up(touch)
        return True

    def _follow(self, *_: object) -> None:
        self._veil.pos, self._veil.size = self.pos, self.size


def open_overlays() -> list[Overlay]:
    """What is open above the screen now, newest first."""
    return [child for child in Window.children if isinstance(child, Overlay)]


class Dialog(Overlay):
    """A question with its answers: title, words, buttons under each other when they are long."""

    def __init__(
        self,
        title: str,
        words: str,
        buttons: Sequence[tuple[str, str, Callable[[], None] | None]],
        *,
        icon: str = "",
        content: Widget | None = None,
    ) -> None:
        """buttons: (words, kind, what to do), the way forward last; each closes the dialog."""
        super().__init__(padding=dp(24))
        card = CardLayout(
            padding=dp(24), spacing=dp(16), radius=dp(28), ground=theme.high, outline=theme.clear
        )
        card.size_hint_x = None
        if icon:
            card.add_widget(Icon(icon=icon, tint=theme.primary, size_hint_x=1, size_sp=30))
        card.add_widget(Text(words=title, role="headline", align="center" if icon else "start"))
        if words:
            card.add_widget(Text(words=words, tint=theme.quiet))
        if content is not None:
            card.add_widget(content)
        self.buttons: list[PushButton] = []
        holder: Any = ColumnLayout(spacing=dp(8), padding=(0, dp(8), 0, 0))
        for label, kind, act in buttons:
            button = PushButton(words=label, kind=kind)
            button.bind(on_release=lambda _b, act=act: self._answer(act))
            holder.add_widget(button)
            self.buttons.append(button)
        card.add_widget(holder)
        self.card = card
        self.add_widget(card)
        self.bind(width=self._fit)

    def _fit(self, *_: object) -> None:
        self.card.width = min(self.width - dp(32), dp(520) * max(1, theme.text_scale * 0.8))

    def _answer(self, act: Callable[[], None] | None) -> None:
        self.close()
        if act is not None:
            act()


class Page(Overlay):
    """A large sheet with a title and a close button, for choosing and reading."""

    def __init__(self, title: str) -> None:
        super().__init__(padding=dp(16))
        sheet = ColumnLayout(
            size_hint=(None, 1),
            padding=(dp(20), dp(12), dp(20), dp(20)),
            spacing=dp(12),
            radius=dp(28),
            ground=theme.high,
        )
        bar = RowLayout(spacing=dp(8))
        bar.add_widget(Text(words=title, role="title"))
        self.close_button = IconButton(icon="close", words=say("bar.close"))
        self.close_button.bind(on_release=self.close)
        bar.add_widget(self.close_button)
        sheet.add_widget(bar)
        self.sheet = sheet
        self.add_widget(sheet)
        self.bind(size=self._fit)

    def _fit(self, *_: object) -> None:
        self.sheet.width = min(self.width - dp(16), dp(820))

    @classmethod
    def reading(cls, title: str, paragraphs: Sequence[str]) -> Page:
        """A page of paragraphs to read."""
        page = cls(title)
        column = ColumnLayout(spacing=dp(14), padding=(0, 0, dp(12), dp(12)))
        for paragraph in paragraphs:
            column.add_widget(Text(words=paragraph))
        scroll = Scroll()
        scroll.add_widget(column)
        page.sheet.add_widget(scroll)
        return page


class Notice(AnchorLayout):
    """A short sentence at the bottom that goes away by itself. Touches pass through."""

    showing: Notice | None = None

    def __init__(self, words: str, icon: str) -> None:
        above = dp(ABOVE_PLACES_DP) * max(1, 0.9 * theme.text_scale)
        super().__init__(anchor_y="bottom", padding=(dp(16), dp(16), dp(16), above))
        bar = RowLayout(
            size_hint_x=None,
            padding=(dp(20), dp(14)),
            spacing=dp(12),
            radius=dp(12),
            ground=theme.text,
        )
        bar.add_widget(Icon(icon=icon, tint=theme.background))
        self.words_text = Text(words=words, tint=theme.background)
        bar.add_widget(self.words_text)
        self.add_widget(bar)
        self.bind(width=lambda *_: setattr(bar, "width", min(self.width - dp(32), dp(640))))

    def on_touch_down(self, touch: Any) -> bool:
        """Lets the touch through."""
        return False


def notice(words: str, icon: str = "information-outline") -> None:
    """Shows a notice until it could be read; one at a time."""
    hide_notice()
    Notice.showing = Notice(words, icon)
    Window.add_widget(Notice.showing)
    shown = Notice.showing
    background.once_seen(lambda: hide_notice(shown), NOTICE_SECONDS)


def hide_notice(which: Notice | None = None) -> None:
    """Takes the notice away (only that one, if one is named)."""
    if Notice.showing is not None and which in (None, Notice.showing):
        Window.remove_widget(Notice.showing)
        Notice.showing = None

"""A section in the list of sections beside the questions."""

from __future__ import annotations

from collections.abc import Callable

from kivy.metrics import dp
from kivy.properties import StringProperty

from mobile.casework import SectionView
from mobile.screens.rows import SECTION_LOOKS
from mobile.widgets.controls import Pressable
from mobile.widgets.surfaces import Column, Row
from mobile.widgets.text import Icon, Text
from mobile.widgets.theme import theme, touch_height
from mobile.widgets.words import say


class SectionLine(Pressable, Row):
    """A section in the list of sections: sign, name, how far it is; the present one is filled."""

    name = StringProperty("")

    def __init__(self, name: str, act: Callable[[str], None]) -> None:
        super().__init__(
            name=name, padding=(dp(12), dp(8), dp(12), dp(8)), spacing=dp(12), radius=dp(12)
        )
        self._sign = Icon()
        words = Column()
        self._label = Text(role="label")
        self._how_far = Text(role="small")
        words.add_widget(self._label)
        words.add_widget(self._how_far)
        self.add_widget(self._sign)
        self.add_widget(words)
        self.paint_veil(theme.text)
        self.bind(minimum_height=self._grow)
        self.bind(on_release=lambda *_: act(self.name))

    def show(self, section: SectionView, here: bool) -> None:
        """Shows the state of its section."""
        meaning, icon, word = SECTION_LOOKS[section.state]
        tint = theme.quiet if meaning == "neutral" else getattr(theme, meaning)
        self._sign.icon, self._sign.tint = icon, tint
        self._label.words = section.label
        self._how_far.words = say(
            "section.how_far",
            state=say(f"section.{word}"),
            n=section.answered,
            m=section.asked,
        )
        self._how_far.tint = theme.quiet
        self.ground = theme.secondary_container if here else theme.clear

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height())

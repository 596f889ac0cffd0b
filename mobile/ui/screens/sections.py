"""Where one is in an interview: the list of sections, and the heading above the questions."""

from __future__ import annotations

from collections.abc import Callable

from kivy.metrics import dp
from kivy.properties import StringProperty

from mobile.casework import Interview, SectionView
from mobile.ui.screens.rows import SECTION_LOOKS
from mobile.ui.widgets.bars import HowFar
from mobile.ui.widgets.controls import Pressable, PushButton
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme, touch_height
from mobile.ui.widgets.words import say

BESIDE_UP_TO = 1.2
"""Text size up to which a title and a button share a line on a phone."""


class SectionLine(Pressable, RowLayout):
    """A section in the list of sections: sign, name, how far it is; the present one is filled."""

    name = StringProperty("")

    def __init__(self, name: str, act: Callable[[str], None]) -> None:
        super().__init__(
            name=name, padding=(dp(12), dp(8), dp(12), dp(8)), spacing=dp(12), radius=dp(12)
        )
        self._sign = Icon()
        words = ColumnLayout()
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
        self.ground = theme.chosen if here else theme.clear

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, touch_height())


class PageHeading(ColumnLayout):
    """The section's name and how far the interview is."""

    def __init__(self, list_sections: Callable[[], None] | None) -> None:
        """list_sections: shows them as a page of their own, where they do not stand beside."""
        super().__init__(padding=(dp(20), 0, dp(20), dp(6)), spacing=dp(6))
        # Large letters leave no room for a long word beside the button.
        low = list_sections is None  # its name stands in the list beside, too
        in_one_line = low or theme.text_scale <= BESIDE_UP_TO
        line = RowLayout(spacing=dp(12)) if in_one_line else ColumnLayout(spacing=dp(8))
        self._title = Text(role="title" if low else "headline")
        line.add_widget(self._title)
        if list_sections is not None:
            self.sections_button = PushButton(
                words=say("interview.sections"), icon="format-list-bulleted", kind="tonal", hug=True
            )
            self.sections_button.bind(on_release=lambda *_: list_sections())
            line.add_widget(self.sections_button)
        self.add_widget(line)
        self._where = Text(role="small", tint=theme.quiet)
        self._bar = HowFar()
        how_far = ColumnLayout(spacing=dp(4)) if low else self
        how_far.add_widget(self._where)
        how_far.add_widget(self._bar)
        if low:
            self._where.align = "end"
            line.add_widget(how_far)

    def show(self, interview: Interview, here: SectionView) -> None:
        """Shows where one is now."""
        names = [section.name for section in interview.sections]
        self._title.words = here.label
        self._where.words = say(
            "interview.where",
            place=names.index(here.name) + 1,
            sections=len(names),
            n=interview.answered,
            m=interview.asked,
        )
        self._bar.share = interview.answered / max(interview.asked, 1)

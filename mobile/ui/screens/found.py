"""What was found of a person, folded away until the officer opens it.

A tablet is read over the shoulder: a class in large letters beside the person tells an employer
what the person said. So nothing of it stands on a screen before it is asked for, and whoever comes
back to the screen finds it folded again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kivy.metrics import dp
from kivy.uix.widget import Widget

from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.surfaces import ColumnLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say


class FoundButton(PushButton):
    """Shows what was found, or covered answers, and folds it away again. turned: is told which of
    the two."""

    def __init__(self, turned: Callable[[bool], object], *, answers: bool = False) -> None:
        self._what = "_answers" if answers else ""
        super().__init__(words=self._words_for("show"), icon="eye-outline", kind="outlined")
        self.is_open = False
        self._turned = turned

    def _words_for(self, act: str) -> str:
        return say(f"found.{act}{self._what}")

    def on_release(self) -> None:
        """Opens or folds."""
        self.is_open = not self.is_open
        self.words = self._words_for("hide" if self.is_open else "show")
        self._turned(self.is_open)


class FoldedAway(ColumnLayout):
    """The button and, once it was tapped, what it shows. parts: made anew at each opening. answers:
    they are covered answers, not what was found by them."""

    def __init__(self, parts: Callable[[], Sequence[Widget]], *, answers: bool = False) -> None:
        super().__init__(spacing=dp(14))
        self._parts = parts
        self.button = FoundButton(self._show, answers=answers)
        self._show(False)

    def open(self) -> None:
        """Opens it, as a tap does."""
        if not self.button.is_open:
            self.button.on_release()

    def _show(self, is_open: bool) -> None:
        self.clear_widgets()
        self.add_widget(self.button)
        if not is_open:
            self.add_widget(Text(words=say("found.folded"), role="small", tint=theme.quiet))
            return
        for part in self._parts():
            self.add_widget(part)

"""Choosing from a short list: one answer, or several."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.metrics import dp

from mobile.ui.widgets.controls import ChoiceButton
from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.surfaces import Tiles
from shared.answers import REFUSED, UNKNOWN, Value

EXCLUSIVE = frozenset({"none"})
"""Codes that cannot stand beside others."""

SHORT_LETTERS = 16
"""Answers up to this long stand three or four in a row; longer ones get more room."""


class _Listing(Answering):
    several = False

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        longest = max((len(words) for _, words in choices), default=0)
        short = longest <= SHORT_LETTERS
        tiles = Tiles(
            least=dp(150 if short else 270), most_columns=4 if short else 2, spacing=dp(8)
        )
        self.buttons: dict[str, ChoiceButton] = {}
        for code, words in choices:
            button = ChoiceButton(words=words, code=code, several=self.several)
            button.bind(on_release=self._tapped)
            self.buttons[code] = button
            tiles.add_widget(button)
        self.add_widget(tiles)

    def _tapped(self, button: ChoiceButton) -> None:
        raise NotImplementedError


class OneOf(_Listing):
    """One answer of a list. Tapping the chosen one again takes it away."""

    def show(self, value: Value | None) -> None:
        """Shows which one is chosen."""
        for code, button in self.buttons.items():
            button.chosen = code == value

    def _tapped(self, button: ChoiceButton) -> None:
        value = None if button.chosen else button.code
        self.show(value)
        self.dispatch("on_answer", value)


class SeveralOf(_Listing):
    """Any number of answers of a list; "none" stands alone."""

    several = True

    def show(self, value: Value | None) -> None:
        """Shows which are chosen."""
        chosen = value if isinstance(value, tuple) else ()
        for code, button in self.buttons.items():
            button.chosen = code in chosen

    def _tapped(self, button: ChoiceButton) -> None:
        button.chosen = not button.chosen
        if button.chosen:
            alone = button.code in EXCLUSIVE
            for code, other in self.buttons.items():
                if other is not button and (alone or code in EXCLUSIVE):
                    other.chosen = False
        chosen = tuple(code for code, each in self.buttons.items() if each.chosen)
        self.dispatch("on_answer", chosen or None)


def has_own_unknown(choices: Sequence[tuple[str, str]]) -> bool:
    """Whether the list has its own word for not known."""
    return any(code == UNKNOWN for code, _ in choices)


def has_own_refused(choices: Sequence[tuple[str, str]]) -> bool:
    """Whether the list has its own word for refused."""
    return any(code == REFUSED for code, _ in choices)

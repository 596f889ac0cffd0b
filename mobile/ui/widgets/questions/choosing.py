"""Choosing from a short list: one answer, or several."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kivy.metrics import dp

from mobile.ui.widgets.controls import ChoiceButton, HeardChoice, SmallChoice
from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.surfaces import Tiles
from mobile.ui.widgets.theme import theme
from shared.answers import NOT_SAID, REFUSED, UNKNOWN, Value

NOTHING: Mapping[str, Any] = MappingProxyType({})

EXCLUSIVE = frozenset({"none"})
"""Codes that cannot stand beside others."""

SHORT_LETTERS = 16
"""Answers up to this long stand four in a row; longer ones get more room."""

LEAST_DP, MOST_DP = 100, 270
"""An answer is never narrower, and needs no more: then it goes on in a second line."""
MOST_IN_A_ROW = 5
"""So many short answers, don't know and would not say among them, stand in one row."""


class _Listing(Answering):
    several = False

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        *,
        drafts: Collection[str] = (),
        heard: Mapping[str, Callable[[], None]] = NOTHING,
        pictures: Mapping[str, Any] = NOTHING,
        spoken: Mapping[str, str] = NOTHING,
    ) -> None:
        """spoken: by code, what to say of the answer to the person. drafts: codes of
        answers whose words nobody has reviewed, and each says so. heard, pictures: by code, what
        lets the person hear the answer, and a picture (texture) of it."""
        super().__init__()
        longest = max((len(words) for _, words in choices), default=0)
        self.is_short = longest <= SHORT_LETTERS
        self.tiles = tiles = Tiles(most_columns=4 if self.is_short else 3, spacing=dp(8))
        self.buttons: dict[str, ChoiceButton] = {}
        for code, words in choices:
            button = ChoiceButton(
                words=words,
                spoken=spoken.get(code, ""),
                code=code,
                several=self.several,
                draft=code in drafts,
                picture=pictures.get(code),
            )
            button.bind(on_release=self._tapped)
            self.buttons[code] = button
            tiles.add_widget(HeardChoice(button, heard[code]) if code in heard else button)
        self.add_widget(tiles)
        self._measure()

    def take_beside(self, small: SmallChoice) -> None:
        """Another answer in the same row: don't know, would not say."""
        self.tiles.add_widget(small)
        self._measure()

    def _measure(self) -> None:
        needed = [each.needs() for each in self.tiles.children]
        scale = max(theme.text_scale, 1)
        least = max(needed, default=0) / scale  # Tiles themselves take the text size into account
        self.tiles.least = min(max(least, dp(LEAST_DP)), dp(MOST_DP))
        few = self.is_short and len(needed) <= MOST_IN_A_ROW
        self.tiles.one_row = sum(needed) if few else 0

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
        if value is not None:
            self.dispatch("on_done")


class SeveralOf(_Listing):
    """Any number of answers of a list; "none" stands alone."""

    several = True

    def show(self, value: Value | None) -> None:
        """Shows which are chosen."""
        chosen = value if isinstance(value, tuple) else ()
        for code, button in self.buttons.items():
            button.chosen = code in chosen

    def _tapped(self, button: ChoiceButton) -> None:
        before = [code for code, each in self.buttons.items() if each.chosen]
        after = tapped(before, button.code)
        chosen = tuple(code for code in self.buttons if code in after)
        self.show(chosen)
        self.dispatch("on_answer", chosen or None)
        if is_all_said(chosen):
            self.dispatch("on_done")


def tapped(chosen: Collection[str], code: str) -> frozenset[str]:
    """What is chosen once that one was tapped: it is taken away, or stands beside the others; one
    of EXCLUSIVE takes the others away, and goes when another comes."""
    if code in chosen:
        return frozenset(chosen) - {code}
    if code in EXCLUSIVE:
        return frozenset({code})
    return frozenset(chosen) - EXCLUSIVE | {code}


def is_all_said(chosen: Sequence[str]) -> bool:
    """Whether nothing can follow: of other answers there may be further ones."""
    return len(chosen) == 1 and (chosen[0] in EXCLUSIVE or chosen[0] in NOT_SAID)


def has_own_unknown(choices: Sequence[tuple[str, str]]) -> bool:
    """Whether the list has its own word for not known."""
    return any(code == UNKNOWN for code, _ in choices)


def has_own_refused(choices: Sequence[tuple[str, str]]) -> bool:
    """Whether the list has its own word for refused."""
    return any(code == REFUSED for code, _ in choices)

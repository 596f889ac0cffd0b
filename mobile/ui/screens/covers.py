"""Questions on coercion and exploitation: one stands open at a time, the others are covered.

A page is read over the shoulder. Beside the person an employer could scroll along and read what
else is asked, and what was answered; so a cover says no more than how many questions there are and
which have an answer. The officer opens any of them by a tap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from kivy.uix.widget import Widget

from mobile.casework import QuestionView
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.questions import QuestionCard
from mobile.ui.widgets.surfaces import ColumnLayout
from mobile.ui.widgets.words import say


class Cover(ColumnLayout):
    """The place of one question: its card, or a line to tap that says nothing of it."""

    def __init__(self, card: QuestionCard, tapped: Callable[[], object]) -> None:
        super().__init__()
        self.card = card
        self.line = PushButton(icon="eye-outline", kind="outlined")
        self.line.bind(on_release=lambda *_: tapped())
        self.add_widget(self.line)

    @property
    def is_open(self) -> bool:
        """Whether the question can be read."""
        return self.card.parent is self

    def turn(self, is_open: bool) -> None:
        """Opens or covers it."""
        if is_open == self.is_open:
            return
        if not is_open:
            self.card.settle()  # what was typed is kept
        self.clear_widgets()
        self.add_widget(self.card if is_open else self.line)


class Covers:
    """The covered questions of a page. tapped: told which one the officer wants to see."""

    def __init__(self, tapped: Callable[[str], object]) -> None:
        self._tapped = tapped
        self._covers: dict[str, Cover] = {}
        self._open: frozenset[str] = frozenset()

    def clear(self) -> None:
        """Another page: nothing on it is open yet."""
        self._covers, self._open = {}, frozenset()

    def over(self, view: QuestionView, card: QuestionCard) -> Widget:
        """What stands on the page for that card."""
        if not view.is_covered:
            return card
        cover = self._covers[view.name] = Cover(card, partial(self._tapped, view.name))
        cover.turn(view.name in self._open)
        return cover

    def take_away(self, name: str, card: QuestionCard) -> None:
        """The question is not asked any more."""
        place = self._covers.pop(name, card)
        place.parent.remove_widget(place)

    def open(self, names: Iterable[str | None]) -> None:
        """These can be read, and no others."""
        self._open = frozenset(name for name in names if name)
        for name, cover in self._covers.items():
            cover.turn(name in self._open)

    @property
    def all_closed(self) -> bool:
        """Whether there are covers, and none is open."""
        return bool(self._covers) and not any(each.is_open for each in self._covers.values())

    def number(self, views: Iterable[QuestionView]) -> None:
        """Says on each cover which question of the page it is, and whether it has an answer."""
        asked = [view for view in views if view.question.takes_answer]
        for place, view in enumerate(asked, start=1):
            cover = self._covers.get(view.name)
            if cover is not None:
                word = "covered_open" if view.value is None else "covered_answered"
                cover.line.words = say(f"question.{word}", n=place)

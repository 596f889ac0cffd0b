"""My work: what was recorded on this tablet, by week and class, without network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.metrics import dp

from mobile.casework import WorkWeek
from mobile.ui.screens.found import FoundButton
from mobile.ui.screens.rows import class_word, short_day
from mobile.ui.shell import Screen
from mobile.ui.widgets.bars import HowFar
from mobile.ui.widgets.surfaces import CardLayout, ColumnLayout, RowLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.texts import text

MOST_WEEKS = 26
"""Weeks shown: half a year."""
MOST_REASONS = 4
"""Answers named under a class: the most frequent ones."""


class MyWorkScreen(Screen):
    """One card a week: visits, cases and, once it is opened, bars by class with their numbers, why,
    and what is next."""

    place = "my_work"

    def prepare(self, **_arguments: Any) -> None:
        """Shows the weeks, newest first."""
        self.title = say("my_work.title")
        weeks = self.app.unlocked.casework.my_work()[:MOST_WEEKS]
        if not weeks:
            self.ids.weeks.add_widget(Text(words=say("my_work.none"), tint=theme.quiet))
        else:
            self.found_button = FoundButton(lambda _is_open: self._show(weeks))
            self.ids.found.add_widget(self.found_button)
            self._show(weeks)

    def _show(self, weeks: Sequence[WorkWeek]) -> None:
        """What was found in each week stands there once it is opened."""
        self.ids.weeks.clear_widgets()
        for week in weeks:
            card = CardLayout(spacing=dp(10))
            card.add_widget(
                Text(words=say("my_work.week", day=short_day(week.monday)), role="subtitle")
            )
            card.add_widget(
                Text(
                    words="  ·  ".join(
                        (
                            say_count("my_work.visits", week.visits),
                            say_count("my_work.cases", week.cases),
                        )
                    ),
                    tint=theme.quiet,
                )
            )
            if self.found_button.is_open:
                self._add_found(card, week)
            self.ids.weeks.add_widget(card)

    def _add_found(self, card: CardLayout, week: WorkWeek) -> None:
        for told, number in sorted(week.by_class.items(), key=lambda item: -item[1]):
            card.add_widget(self._bar(told, number, week.cases))
            if because := week.because.get(told):
                card.add_widget(Text(words=_reasons(because), role="small", tint=theme.quiet))
            for step in week.next_steps.get(told, ()):
                words = text(f"classification.next.{step}", theme.language)
                card.add_widget(Text(words=words, role="small"))

    def _bar(self, told: tuple[str, str], number: int, cases: int) -> ColumnLayout:
        column = ColumnLayout(spacing=dp(4))
        line = RowLayout(spacing=dp(12))
        rule, code = told
        words = class_word(code, rule) if code else say("my_work.no_class")
        line.add_widget(Text(words=words, role="small"))
        line.add_widget(Text(words=str(number), role="small", hug=True))
        column.add_widget(line)
        column.add_widget(HowFar(share=number / max(cases, 1)))
        return column


def _reasons(because: Sequence[tuple[str, int]]) -> str:
    """The answers that decided most often, each with its number of cases."""
    return "  ·  ".join(
        say("my_work.because", answer=answer, number=number)
        for answer, number in because[:MOST_REASONS]
    )

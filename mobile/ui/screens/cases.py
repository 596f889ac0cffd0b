"""The list of cases and visits: search by name, number or place; filter by state. Never leaves the
tablet."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp

from mobile.casework import LISTED_UNDER
from mobile.ui import background
from mobile.ui.screens.rows import CaseLine, Lines, TellingLine, open_row
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import SmallChoice
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count

SEARCH_PAUSE_S = 0.12
"""Pause in typing before searching: shorter is wasted work, longer feels slow."""


class CasesScreen(Screen):
    """Search field, filters, list."""

    place = "cases"

    def prepare(self, *, only: str = "all", search: str = "", **_arguments: Any) -> None:
        """Shows the list as it was left."""
        self.title = say("cases.title")
        self.only = only
        self._look_soon = background.collapsed(self._look, SEARCH_PAUSE_S)
        self.ids.search_field.value = search
        self.ids.search_field.bind(value=lambda *_: self._look_soon())
        self.filters: dict[str, SmallChoice] = {}
        for code in tuple(LISTED_UNDER)[:: -1 if theme.rtl else 1]:
            chip = SmallChoice(words=say(f"cases.{code}"), code=code)
            chip.bind(on_release=lambda chip: self.show_only(chip.code))
            self.filters[code] = chip
            self.ids.filters.add_widget(chip)
        self.ids.filters_scroll.scroll_x = 1 if theme.rtl else 0
        self.found_chip = SmallChoice(words=say("found.show"), icon="eye-outline")
        self.found_chip.bind(on_release=lambda *_: self.show_found())
        self.ids.filters.add_widget(
            self.found_chip, index=0 if not theme.rtl else len(LISTED_UNDER)
        )
        self.list = Lines(CaseLine)
        self.ids.holder.add_widget(self.list)
        self._look()
        if only == "all" and not search:
            background.soon(self._begin)

    def _begin(self) -> None:
        if self.parent is not None:
            self.ids.search_field.begin()

    def _bring_filter(self) -> None:
        """Which of them is chosen is seen, also where there is no room for all."""
        scroll, chip = self.ids.filters_scroll, self.filters.get(self.only)
        if self.parent is not None and chip is not None and self.ids.filters.width > scroll.width:
            scroll.scroll_to(chip, padding=dp(8), animate=False)

    def show_only(self, code: str) -> None:
        """Shows the cases of one state."""
        self.only = code
        self._look()

    def show_found(self) -> None:
        """Shows what was found of each, or folds it away again."""
        self.found_chip.chosen = not self.found_chip.chosen
        self.list.viewclass = TellingLine if self.found_chip.chosen else CaseLine
        self._look()

    def _look(self) -> None:
        if not hasattr(self, "list"):
            return
        search = self.ids.search_field.value
        self.app.remember(only=self.only, search=search)
        for code, chip in self.filters.items():
            chip.chosen = code == self.only
        background.soon(self._bring_filter)
        rows = self.app.unlocked.casework.find(search, *LISTED_UNDER[self.only])
        self.ids.found.words = _how_many(rows.cases, len(rows) - rows.cases)
        self.list.fill(rows, lambda row: open_row(self.app, row))


def _how_many(cases: int, visits: int) -> str:
    said = [say_count("cases.found", cases)] if cases else []
    said += [say_count("my_work.visits", visits)] if visits else []
    return "  ·  ".join(said) or say("cases.none")

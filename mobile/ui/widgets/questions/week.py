"""The hours helper: people know their days, not the sum of their week."""

from __future__ import annotations

from collections.abc import Callable

from kivy.metrics import dp

from mobile.ui import background
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.surfaces import ColumnLayout, Scroll, Tiles
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.numerals import NotANumber

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS_IN_A_DAY = 24


class WeekPage(Page):
    """Seven fields of hours and their sum. A day cannot have more than 24 hours."""

    def __init__(self, take: Callable[[float], None]) -> None:
        super().__init__(say("week.title"))
        self._take = take
        column = ColumnLayout(spacing=dp(16), padding=(0, 0, dp(12), dp(8)))
        column.add_widget(Text(words=say("week.how"), tint=theme.quiet))
        tiles = Tiles(least=dp(150), most_columns=4)
        self.fields = {}
        for day in DAYS:
            field = Field(label=say(f"week.{day}"), accepts="decimal")
            field.bind(value=self._add, on_entered=self._entered)
            self.fields[day] = field
            tiles.add_widget(field)
        column.add_widget(tiles)
        self._sum = Text(words=say("week.sum", hours="0"), role="title")
        column.add_widget(self._sum)
        self.take_button = PushButton(words=say("week.take"), icon="check", kind="filled")
        self.take_button.bind(on_release=self._done)
        column.add_widget(self.take_button)
        scroll = Scroll()
        scroll.add_widget(column)
        self.sheet.add_widget(scroll)

    def open(self) -> None:
        """Shows it, ready to type the first day."""
        super().open()
        background.soon(self.fields[DAYS[0]].begin)

    def _entered(self, field: Field) -> None:
        """On to the next day."""
        fields = list(self.fields.values())
        after = fields[fields.index(field) + 1 :]
        if after:
            after[0].begin()

    @property
    def hours(self) -> float:
        """The sum of the days, in hours with at most two decimals. Raises NotANumber."""
        return round(sum(field.number or 0.0 for field in self.fields.values()), 2)

    def _add(self, *_: object) -> None:
        try:
            hours = [field.number or 0.0 for field in self.fields.values()]
        except NotANumber:
            words, wrong = say("field.not_decimal"), True
        else:
            wrong = not all(0 <= each <= HOURS_IN_A_DAY for each in hours)
            words = say("week.too_long") if wrong else say("week.sum", hours=f"{self.hours:g}")
        self._sum.words = words
        self._sum.tint = theme.danger if wrong else theme.text
        self.take_button.disabled = wrong

    def _done(self, *_: object) -> None:
        self.close()
        self._take(self.hours)

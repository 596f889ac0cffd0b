"""What every answer widget has in common, and the simple ones: words, numbers, a note."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp

from mobile.ui.widgets.controls import IconButton, PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.surfaces import ColumnLayout, Gap, RowLayout
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID, Value
from shared.numerals import NotANumber


class Answering(ColumnLayout):
    """Takes one answer. Fires on_answer(value), with None when the answer is taken away, and
    on_done after it when there is nothing more to say here: what is asked next may come.

    show(value) puts an answer in without firing; don't know and refused show as empty here,
    because the card shows them.
    """

    __events__ = ("on_answer", "on_done")

    def __init__(self, **properties: Any) -> None:
        super().__init__(spacing=dp(8), **properties)

    def on_done(self) -> None:
        """Default handler: nothing."""

    def take(self, value: Value) -> None:
        """That answer, given by a button beside."""
        self.show(value)
        self.dispatch("on_answer", value)
        self.dispatch("on_done")

    def begin(self) -> None:
        """Makes ready to type, where something is typed: the keyboard comes by itself."""

    def on_answer(self, _value: Value | None) -> None:
        """Default handler: nothing."""

    def show(self, value: Value | None) -> None:
        """Shows the answer there is."""
        raise NotImplementedError

    def settle(self) -> None:
        """Says now what was typed and not said yet."""


class TextAnswer(Answering):
    """Free words. They stay on the tablet: the questionnaire marks free text as identity."""

    def __init__(self, *, lines: int = 1) -> None:
        super().__init__()
        self.field = Field(lines=lines)
        self.field.bind(on_settled=self._say, on_entered=lambda *_: self.dispatch("on_done"))
        self.add_widget(self.field)

    def begin(self) -> None:
        """The field is typed in."""
        self.field.begin()

    def show(self, value: Value | None) -> None:
        """Shows the words."""
        self.field.value = "" if value is None or value in NOT_SAID else str(value)

    def settle(self) -> None:
        """Says now what was typed."""
        self.field.settle()

    def _say(self, *_: object) -> None:
        self.dispatch("on_answer", self.field.value.strip() or None)


UNIT_FROM_DP = 100
"""Width of a field, for letters of the usual size, in which a number has room beside its unit."""


class NumberAnswer(Answering):
    """A whole or decimal number, with buttons for one less and one more.

    per_week: the number counts hours in a week; a helper adds up the seven days.
    """

    def __init__(self, *, whole: bool, per_week: bool = False) -> None:
        super().__init__()
        self._whole = whole
        line = RowLayout(spacing=dp(8))
        self.field = Field(
            accepts="integer" if whole else "decimal",
            unit=say("question.hours_unit") if per_week else "",
            size_hint_x=None,
            width=dp(200),
        )
        self.less_button = IconButton(icon="minus", words=say("question.less"))
        self.more_button = IconButton(icon="plus", words=say("question.more"))
        self.less_button.bind(on_release=lambda *_: self._step(-1))
        self.more_button.bind(on_release=lambda *_: self._step(1))
        line.add_widget(self.less_button)
        line.add_widget(self.field)
        line.add_widget(self.more_button)
        line.add_widget(Gap())
        self._unit = self.field.unit
        line.bind(width=self._fit)
        self.add_widget(line)
        if per_week:
            self.week_button = PushButton(
                words=say("question.add_up_week"), icon="calendar-week", kind="plain", hug=True
            )
            self.week_button.bind(on_release=self._add_up)
            self.add_widget(self.week_button)
        self.field.bind(on_settled=self._say, on_entered=lambda *_: self._entered())

    def _fit(self, _line: RowLayout, width: float) -> None:
        beside = self.less_button.width + self.more_button.width + 3 * dp(8)
        self.field.width = across = max(min(dp(200), width - beside), 1)
        # The question names the unit, too: what is typed needs the room more.
        unit = self._unit if across >= dp(UNIT_FROM_DP) * theme.text_scale else ""
        if unit != self.field.unit:
            self.field.unit = unit

    def begin(self) -> None:
        """The field is typed in."""
        self.field.begin()

    def show(self, value: Value | None) -> None:
        """Shows the number as people write it: no needless decimals."""
        self.field.value = "" if value is None or value in NOT_SAID else _written(value)

    def settle(self) -> None:
        """Says now what was typed."""
        self.field.settle()

    def _value(self) -> Value | None:
        try:
            number: float | None = self.field.number
        except NotANumber:
            return str(self.field.value.strip())  # as typed: a finding says that it is no number
        return number

    def _say(self, *_: object) -> None:
        self.dispatch("on_answer", self._value())

    def _entered(self) -> None:
        if not isinstance(self._value(), str):  # what cannot be read is mended first
            self.dispatch("on_done")

    def _step(self, by: int) -> None:
        now = self._value()
        if isinstance(now, str):
            return  # what was typed stays until the officer mends it
        after = max((float(now) if isinstance(now, int | float) else 0) + by, 0)
        self._take(after)

    def _add_up(self, *_: object) -> None:
        from mobile.ui.widgets.questions.week import WeekPage

        WeekPage(self._take_week).open()

    def _take_week(self, number: float) -> None:
        self._take(number)
        self.dispatch("on_done")

    def _take(self, number: float) -> None:
        # Put in by a button: there is no pause in typing to wait for.
        self.field.value = _written(number)
        self._say()


def _written(value: Value) -> str:
    if isinstance(value, int | float) and float(value).is_integer():
        return str(int(value))
    return str(value)

"""A date, typed as day, month and year in the order people say it."""

from __future__ import annotations

from datetime import date, timedelta

from kivy.metrics import dp

from mobile.ui.widgets.bars import Segments
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.surfaces import Gap, RowLayout, Tiles
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID, Value, written_day
from shared.calendars import GREGORIAN, Day, NotInCalendar, date_of, day_in, month_name
from shared.numerals import NotANumber, read_whole

_BETWEEN, _IN = "/", " in "
"""Between parts as they are typed, and before the calendar where it is not the country's own."""


class DateAnswer(Answering):
    """Day, month and year. An answer is given once the three make a day of the calendar.

    today: for the buttons Today and Yesterday, shown where ``recent`` is true. A birth date that
    is not known in full is not guessed here: "don't know" leads to the questions about age.
    calendar: the one of the country, used first; the Gregorian is one tap away. What is answered
    is a Gregorian date either way, and it is said in both. Three parts that make no day, and parts
    that are left alone, are answered as they are typed: they stay where they are, and a finding
    says that they are no date.
    """

    def __init__(self, today: date, *, recent: bool, calendar: str = GREGORIAN) -> None:
        super().__init__()
        self._today = today
        self._calendar = self._own_calendar = calendar
        if calendar != GREGORIAN:
            self.add_widget(self._calendar_choice())
        fields = Tiles(least=dp(96), most_columns=3, size_hint_x=None, width=dp(420))
        self.day = Field(label=say("date.day"), accepts="integer", hint=say("date.day_hint"))
        self.month = Field(label=say("date.month"), accepts="integer", hint=say("date.month_hint"))
        self.year = Field(label=say("date.year"), accepts="integer", hint=say("date.year_hint"))
        self._fields = (self.day, self.month, self.year)
        for field in self._fields:
            fields.add_widget(field)
            field.bind(value=self._typed, on_settled=self._say, on_entered=self._entered)
        line = RowLayout()
        line.add_widget(fields)
        line.add_widget(Gap())
        line.bind(width=lambda *_: setattr(fields, "width", min(line.width, dp(420))))
        self.add_widget(line)
        self._in_words = Text(role="small", tint=theme.quiet)
        self.add_widget(self._in_words)
        if recent:
            buttons = RowLayout(spacing=dp(8))
            self.today_button = PushButton(words=say("date.today"), kind="outlined", hug=True)
            self.today_button.bind(on_release=lambda *_: self._take(today))
            self.yesterday_button = PushButton(
                words=say("date.yesterday"), kind="outlined", hug=True
            )
            self.yesterday_button.bind(on_release=lambda *_: self._take(today - timedelta(days=1)))
            buttons.add_widget(self.today_button)
            buttons.add_widget(self.yesterday_button)
            buttons.add_widget(Gap())
            self.add_widget(buttons)
        self._shown: str | None = None
        self._lengths: dict[Field, int] = {}

    def show(self, value: Value | None) -> None:
        """Shows a date written YYYY-MM-DD, or what was typed and is none."""
        said = value if isinstance(value, str) and value not in NOT_SAID else None
        self._shown, day = said, written_day(said)
        parts = self._parts_of(day) if day else self._parts_typed(said or "")
        for field, part in zip(self._fields, parts, strict=True):
            field.value = part
        self._say_in_words()

    def settle(self) -> None:
        """Says now what was typed."""
        for field in self._fields:
            field.settle()
        self._answer(self._as_typed())

    def _parts_typed(self, typed: str) -> tuple[str, str, str]:
        """Day, month and year as they were typed, in the calendar in which they were."""
        parts, _, calendar = typed.partition(_IN)
        if calendar == GREGORIAN != self._calendar:
            self._calendar = self.calendar_choice.chosen = GREGORIAN
        day, month, year = (*parts.split(_BETWEEN, 2), "", "")[:3]
        return day, month, year

    def _as_typed(self) -> str | None:
        """The day that is written, else the three parts as they stand; None when nothing does."""
        written = self._written() if self._year_is_whole else None
        if written:
            return written.isoformat()
        parts = [field.value.strip() for field in self._fields]
        if not any(parts):
            return None
        calendar = "" if self._calendar == self._own_calendar else _IN + self._calendar
        return _BETWEEN.join(parts) + calendar

    def _answer(self, said: str | None) -> None:
        if said != self._shown:
            self._shown = said
            self.dispatch("on_answer", said)

    def _written(self) -> date | None:
        try:
            year, month, day = (read_whole(part.value) for part in reversed(self._fields))
            return date_of(self._calendar, Day(year, month, day))
        except ValueError:
            return None

    def _calendar_choice(self) -> Segments:
        self.calendar_choice = Segments(
            [(name, say(f"calendar.{name}")) for name in (self._own_calendar, GREGORIAN)],
            chosen=self._own_calendar,
        )
        self.calendar_choice.bind(chosen=lambda _s, name: self._use(name))
        return self.calendar_choice

    def _use(self, calendar: str) -> None:
        """The same day in the other calendar."""
        if calendar == self._calendar:
            return
        day = self._written()
        self._calendar = calendar
        if day:
            self.show(day.isoformat())
        else:
            # Perhaps the parts are a day in this one.
            self._say_in_words()
            self._say()

    def _parts_of(self, day: date) -> tuple[str, str, str]:
        """Day, month and year in the calendar; a day it does not hold is shown as Gregorian."""
        try:
            there = day_in(self._calendar, day)
        except NotInCalendar:
            there = day_in(GREGORIAN, day)
            self._calendar = self.calendar_choice.chosen = GREGORIAN
        return str(there.day), str(there.month), str(there.year)

    def begin(self) -> None:
        """The day is typed first."""
        self.day.begin()

    def _typed(self, field: Field, typed: str) -> None:
        self._say_in_words()
        grew = len(typed) > self._lengths.get(field, 0)
        self._lengths[field] = len(typed)
        if grew and field.input.focus and self._needs_no_more(field):
            self._entered(field)

    def _needs_no_more(self, field: Field) -> bool:
        """Whether no further digit can follow: a day 4 is the fourth, a month 2 the second."""
        try:
            number = read_whole(field.value)
        except NotANumber:
            return False
        digits = len(field.value.strip())
        if field is self.year:
            return digits == 4
        return digits == 2 or number > (3 if field is self.day else 1)

    def _entered(self, field: Field) -> None:
        """On to the next of the three, and out of the last once they make a day."""
        place = self._fields.index(field)
        if place + 1 < len(self._fields):
            self._fields[place + 1].begin()
            return
        field.settle()
        if written_day(self._shown):
            self.dispatch("on_done")

    def _say_in_words(self) -> None:
        written = self._written()
        complete = all(field.value.strip() for field in self._fields) and self._year_is_whole
        if written and complete:
            self._in_words.words = in_words(written, self._own_calendar)
            self._in_words.tint = theme.quiet
        elif complete:
            self._in_words.words = say("date.no_such_day")
            self._in_words.tint = theme.danger
        else:
            self._in_words.words = ""

    def _say(self, *_: object) -> None:
        is_complete = all(field.value.strip() for field in self._fields) and self._year_is_whole
        # While somebody types the rest, a part is no answer yet.
        self._answer(self._as_typed() if is_complete else None)

    @property
    def _year_is_whole(self) -> bool:
        """Whether all four digits of the year are there, in whatever script; also where they are
        none that can be read."""
        try:
            return not self.year.value.strip() or read_whole(self.year.value) >= 1000
        except NotANumber:
            return True

    def _take(self, day: date) -> None:
        self.show(day.isoformat())
        self.dispatch("on_answer", day.isoformat())
        self.dispatch("on_done")


def in_words(day: date, calendar: str = GREGORIAN) -> str:
    """A date as people read it, with the month's name; first as the calendar given says it."""
    month = say(f"month.{day.month}")
    weekday = say(f"weekday.{day.isoweekday()}")
    words = say("date.in_words", weekday=weekday, day=day.day, month=month, year=day.year)
    own = short_in(calendar, day)
    return f"{own}  ·  {words}" if own else words


def short_in(calendar: str, day: date) -> str:
    """A date as a country's own calendar says it; "" for the Gregorian, and where it is not known
    so far."""
    try:
        there = day_in(calendar, day)
    except NotInCalendar:
        return ""
    if calendar == GREGORIAN:
        return ""
    month = month_name(calendar, there.month, theme.language)
    return say("date.short", day=there.day, month=month, year=there.year)

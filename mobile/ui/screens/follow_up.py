"""One follow-up: what was agreed, with whom, until when, a note, done or not done.

A duty to report is covered until the officer opens it: whoever reads along would learn that there
is something to report of this person, and to whom.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kivy.uix.widget import Widget

from mobile.casework import FollowUpView
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.follow_up_lines import due_words, look_of
from mobile.ui.screens.rows import open_row, short_day, title_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import Badge, PushButton, SmallChoice
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.questions.dates import DateAnswer
from mobile.ui.widgets.remarks import REMARK_ICON
from mobile.ui.widgets.surfaces import FlowLayout, Gap, RowLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import written_day
from shared.identifiers import RecordId

IN_DAYS = (("tomorrow", 1), ("in_a_week", 7), ("in_a_month", 30))
"""Days one tap away."""


class FollowUpScreen(Screen):
    """Every change is saved at once, as answers are."""

    def prepare(self, *, record_id: RecordId, number: int, **_arguments: Any) -> None:
        """Shows it as it stands."""
        self.record_id, self.number = record_id, number
        self.follow_ups = self.app.unlocked.casework.follow_ups
        self.row = self.app.unlocked.casework.row(record_id)
        self.one: FollowUpView = self.follow_ups.one(record_id, number)
        self._gone = False
        self._is_open = not self.one.is_duty
        self._covered: list[Widget] = []
        self.title = say("follow_up.title")
        self.subtitle = title_of(self.row)
        self._show_state()
        self._show_all()
        for name in ("with_whom", "note"):
            field = self.ids[name]
            field.value = getattr(self.one, name)
            field.bind(on_settled=lambda field, name=name: self.change(**{name: field.value}))
        self._show_actions()

    def open_duty(self) -> None:
        """The officer is alone with it."""
        self._is_open = True
        self._show_all()

    def change(self, **changes: str) -> None:
        """Saves what was changed."""
        self._do(lambda: self.follow_ups.change(self.record_id, self.number, **changes))

    def settle(self, *, done: bool) -> None:
        """Says that it is done, or still open."""
        self.leave()
        if self._do(lambda: self.follow_ups.settle(self.record_id, self.number, done=done)):
            self.app.rebuild()
            if done:
                notice(say("follow_up.marked_done"), "check-circle-outline")

    def remove(self) -> None:
        """Takes one in own words away."""
        if self._do(lambda: self.follow_ups.remove(self.record_id, self.number)):
            self._gone = True
            self.app.back()

    def leave(self) -> None:
        """Saves what was typed; one that says nothing at all is not kept."""
        if not self._gone:
            self._do(self._settle_all)

    def _settle_all(self) -> None:
        for name in ("with_whom", "note"):
            self.ids[name].settle()
        self.due_answer.settle()
        if self.one.is_own:
            self.words_field.settle()
            if not self.follow_ups.one(self.record_id, self.number).what:
                self.follow_ups.remove(self.record_id, self.number)
                self._gone = True

    def open_case(self) -> None:
        """The case it belongs to."""
        open_row(self.app, self.row)

    def _do(self, act: Any) -> bool:
        try:
            act()
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
            return False
        return True

    def _show_state(self) -> None:
        line = RowLayout()
        line.add_widget(Badge(*look_of(self.one.urgency)))
        line.add_widget(Gap())
        self.ids.state.add_widget(line)
        when = due_words(self.one.due)
        if self.one.done_on:
            when = say("follow_up.done_on", day=short_day(self.one.done_on))
        self.when_text = Text(words=when, tint=theme.quiet)
        self.ids.state.add_widget(self.when_text)

    def _show_all(self) -> None:
        for name in ("what", "due"):
            self.ids[name].clear_widgets()
        self._show_what()
        self._show_due()
        told = self.ids.told
        if self._is_open and self._covered:
            for part in self._covered:
                told.add_widget(part)
            self._covered = []
        elif not self._is_open:
            self._covered = list(reversed(told.children))
            told.clear_widgets()

    def _show_what(self) -> None:
        if not self._is_open:
            button = PushButton(words=say("remark.button"), icon=REMARK_ICON, kind="tonal")
            button.bind(on_release=lambda *_: self.open_duty())
            self.ids.what.add_widget(button)
        elif self.one.is_duty:
            self.ids.what.add_widget(Text(words=say("follow_up.duty"), role="title"))
            if self.one.what:
                self.ids.what.add_widget(Text(words=self.one.what))
        elif self.one.is_own:
            from mobile.ui.widgets.fields import Field

            field = self.words_field = Field(label=say("follow_up.agreed"), value=self.one.what)
            field.bind(on_settled=lambda field: self.change(words=field.value.strip()))
            self.ids.what.add_widget(field)
        else:
            self.ids.what.add_widget(Text(words=self.one.what, role="title"))

    def _show_due(self) -> None:
        holder = self.ids.due
        calendar = self.app.unlocked.reference.profile.calendar
        self.due_answer = DateAnswer(self.app.today, recent=False, calendar=calendar)
        self.due_answer.show(self.one.due[:10])
        if self.one.is_duty:
            # The law sets it: it is said, not changed.
            holder.add_widget(Text(words=due_words(self.one.due)))
            if self._is_open:
                holder.add_widget(Text(words=say("follow_up.law"), role="small", tint=theme.quiet))
            return
        self.due_answer.bind(on_answer=lambda _w, day: self._put_off(day))
        holder.add_widget(self.due_answer)
        soon = FlowLayout()
        for word, days in IN_DAYS:
            chip = SmallChoice(words=say(f"follow_up.{word}"), icon="calendar-arrow-right")
            chip.day = (self.app.today + timedelta(days=days)).isoformat()
            chip.bind(on_release=lambda chip: self._take(chip.day))
            soon.add_widget(chip)
        holder.add_widget(soon)

    def _take(self, day: str) -> None:
        self.due_answer.show(day)
        self._put_off(day)

    def _put_off(self, day: str | None) -> None:
        """Another day. While the fields make no day the one before stands."""
        if day is None or written_day(day) is None:
            return
        self.change(due=day)
        self.one = self.follow_ups.one(self.record_id, self.number)
        self.ids.state.clear_widgets()
        self._show_state()

    def _show_actions(self) -> None:
        actions = self.ids.actions
        is_open = self.one.urgency is not None
        self.done_button = PushButton(
            words=say("follow_up.mark_done" if is_open else "follow_up.mark_open"),
            icon="check" if is_open else "undo-variant",
            kind="filled" if is_open else "outlined",
            big=is_open,
        )
        self.done_button.bind(on_release=lambda *_: self.settle(done=is_open))
        actions.add_widget(self.done_button)
        open_case = PushButton(
            words=say("follow_up.open_case"), icon="account-outline", kind="outlined"
        )
        open_case.bind(on_release=lambda *_: self.open_case())
        actions.add_widget(open_case)
        if self.one.is_own:
            remove = PushButton(words=say("follow_up.remove"), icon="delete-outline", kind="plain")
            remove.bind(on_release=lambda *_: self.remove())
            actions.add_widget(remove)

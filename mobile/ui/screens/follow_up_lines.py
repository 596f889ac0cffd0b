"""Follow-ups in lists: the word, sign and colour of how urgent they are, and the card of a case.

A duty to report says beside a name that something grave was found: a line tells only that there is
a note for the officer, and until when.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp

from mobile.casework import Due, FollowUpRow, FollowUpView
from mobile.ui.screens.rows import ListLine, short_day
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import Badge, LineButton, PushButton
from mobile.ui.widgets.remarks import REMARK_ICON
from mobile.ui.widgets.surfaces import CardLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.identifiers import RecordId

LOOKS = {
    Due.OVERDUE: ("danger", "clock-alert-outline", "overdue"),
    Due.TODAY: ("attention", "calendar-today", "today"),
    Due.LATER: ("information", "calendar-clock", "later"),
    None: ("good", "check-circle-outline", "done"),
}


def look_of(urgency: Due | None) -> tuple[str, str, str]:
    """The meaning (colour), the sign and the word of a follow-up; None is done."""
    meaning, icon, word = LOOKS[urgency]
    return meaning, icon, say(f"follow_up.{word}")


def due_words(due: str) -> str:
    """2026-11-23T09:00 as due on 23 Nov 2026, 09:00."""
    if "T" in due:
        return say("follow_up.due_at", day=short_day(due[:10]), time=due[11:])
    return say("follow_up.due_on", day=short_day(due))


def reminder(casework: Any) -> tuple[str, str, str] | None:
    """Meaning, sign and words of what Home reminds of; None when nothing is open."""
    counts = casework.follow_ups.counts()
    if not counts.all:
        return None
    parts = []
    if counts.overdue:
        parts.append(say_count("follow_up.overdue_n", counts.overdue))
    if counts.today:
        parts.append(say_count("follow_up.today_n", counts.today))
    if not parts:
        meaning, icon, _ = look_of(Due.LATER)
        return meaning, icon, say("follow_up.next", day=short_day(counts.next_day))
    meaning, icon, _ = look_of(Due.OVERDUE if counts.overdue else Due.TODAY)
    return meaning, icon, "  ·  ".join(parts)


class FollowUpLine(ListLine):
    """One open follow-up in the list of all."""

    def show(self, row: FollowUpRow, on_open: Callable[[FollowUpRow], None]) -> None:
        """Shows this one."""
        who = row.name or say("row.unnamed", number=f"{row.case_number:04d}")
        day = short_day(row.due[:10])
        self.put(
            REMARK_ICON if row.is_duty else "hand-heart-outline",
            theme.quiet,
            say("remark.button") if row.is_duty else row.what,
            "  ·  ".join(filter(None, (day, row.due[11:], who))),
            look_of(row.urgency),
            lambda: on_open(row),
        )


def case_card(app: Shell, record_id: RecordId, *, may_add: bool) -> CardLayout | None:
    """The follow-ups of one case to tap; None when there are none and none can be added."""
    views: tuple[FollowUpView, ...] = app.unlocked.casework.follow_ups.of(record_id)
    if not views and not may_add:
        return None
    card = CardLayout(padding=dp(8), spacing=dp(2))
    card.add_widget(
        Text(words=say("follow_up.all"), role="subtitle", padding=(dp(12), dp(8), dp(12), dp(4)))
    )
    for view in views:
        meaning, icon, word = look_of(view.urgency)
        when = due_words(view.due) if view.urgency else ""
        done = say("follow_up.done_on", day=short_day(view.done_on)) if view.done_on else ""
        whom, what = view.with_whom, view.what or say("follow_up.title")
        if view.is_duty:
            whom, what = "", say("remark.button")
        parts = ("" if app.roomy else word, whom, when, done)
        line = LineButton(
            title=what,
            detail="  ·  ".join(filter(None, parts)),
            icon=REMARK_ICON if view.is_duty else "hand-heart-outline",
            end=Badge(meaning, icon, word if app.roomy else ""),
        )
        line.number = view.number
        line.bind(
            on_release=lambda line: app.go("follow_up", record_id=record_id, number=line.number)
        )
        card.add_widget(line)
    if may_add:
        button = PushButton(words=say("follow_up.add"), icon="plus", kind="plain")
        button.bind(on_release=lambda *_: _add(app, record_id))
        card.add_widget(button)
    return card


def _add(app: Shell, record_id: RecordId) -> None:
    number = app.unlocked.casework.follow_ups.add(record_id)
    app.go("follow_up", record_id=record_id, number=number)

"""What the office said to this tablet alone: words to read, alarms that were seen or not yet."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from kivy.metrics import dp

from mobile.ui.screens.editions import day_of
from mobile.ui.screens.rows import short_day
from mobile.ui.widgets.controls import PushButton, Reminder
from mobile.ui.widgets.surfaces import Band, CardLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId
from shared.wire.note_kinds import AlarmSeen, Message
from shared.wire.notes import Note


class NoteCard(CardLayout):
    """A few words to this tablet, until somebody says they are read."""

    def __init__(self, note: Note, app: Any) -> None:
        super().__init__(padding=dp(16), spacing=dp(8))
        assert isinstance(note.content, Message)
        day = day_of(note.made_s, app.clock().tzinfo)
        self.add_widget(Text(words=say("home.message", day=day), role="label"))
        self.add_widget(Text(words=note.content.text))
        self.read_button = PushButton(
            words=say("home.message_read"), icon="check", kind="plain", hug=True
        )
        self.read_button.bind(on_release=lambda *_: self._read(note, app))
        self.add_widget(self.read_button)

    def _read(self, note: Note, app: Any) -> None:
        app.unlocked.notes.read(note.note_id, int(app.clock().timestamp()))
        if self.parent is not None:
            self.parent.remove_widget(self)


def call_band(app: Any) -> Reminder | None:
    """For Home, above everything else: alarms nobody at the office has seen yet, leading to whom to
    call; None when there are none."""
    waiting = app.unlocked.notes.alarms_not_seen(int(app.clock().timestamp()))
    if not waiting:
        return None
    words = say("home.alarms_not_seen", number=str(len(waiting)))
    said = "danger", "phone-alert-outline", words
    return Reminder(said, lambda: app.go("danger", record_id=waiting[0]))


def home_bands(app: Any) -> list[Band | NoteCard]:
    """For Home: alarms that were seen these days, words to read."""
    notes, now = app.unlocked.notes, app.clock()
    now_s = int(now.timestamp())
    shown: list[Band | NoteCard] = []
    shown += [_seen(seen, now.tzinfo) for seen in notes.alarms_seen_lately(now_s)]
    shown += [NoteCard(note, app) for note in notes.messages(now_s)]
    return shown


def case_band(app: Any, record_id: RecordId) -> Band:
    """For a case with immediate danger: who saw it and when, or that nobody did yet."""
    seen = app.unlocked.notes.alarm_seen(record_id)
    if seen is None:
        return Band("danger", "phone-alert-outline", say("case.alarm_not_seen"))
    return _seen(seen, app.clock().tzinfo)


def _seen(seen: AlarmSeen, zone: tzinfo | None) -> Band:
    moment = datetime.fromtimestamp(seen.seen_s, zone)
    day = short_day(moment.date().isoformat())
    words = say("case.alarm_seen", name=seen.by, day=day, time=f"{moment:%H:%M}")
    return Band("good", "check-circle-outline", words)

"""Home: four counts, what to do next, a big New visit, the latest visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kivy.metrics import dp

from mobile.casework import Counts
from mobile.casework.refusals import CountryAwaited
from mobile.ui.screens.asked_lines import reminder_of_asked
from mobile.ui.screens.check_in import check_in_band
from mobile.ui.screens.editions import MessageCard
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.follow_up_lines import reminder
from mobile.ui.screens.notes import call_band, home_bands
from mobile.ui.screens.rows import line_of, open_row, short_day
from mobile.ui.screens.sections import BESIDE_UP_TO
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import Pressable, PushButton, Reminder
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band, ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count

GIGABYTES_FROM = 10_000
"""Megabytes from which on the room left is said in gigabytes."""
LATEST = 6
"""Visits shown on the first screen: what fits without scrolling on a tablet held upright."""


class CountTile(Pressable, ColumnLayout):
    """One of the four counts: number, word, sign, colour; ``flat`` ones in one line, where four of
    them under each other would leave room for nothing else."""

    def __init__(
        self,
        key: str,
        number: int,
        meaning: str,
        icon: str,
        act: Callable[[], None],
        *,
        flat: bool = False,
    ) -> None:
        calm = number == 0
        ground, tint = theme.pair("neutral" if calm else meaning)
        super().__init__(
            padding=(dp(16), dp(8)) if flat else dp(16),
            spacing=dp(4),
            radius=dp(16),
            ground=ground if not calm else theme.middle,
        )
        self.key, self.number = key, number
        top = RowLayout(spacing=dp(12 if flat else 8))
        figure = Text(words=str(number), role="title" if flat else "display", tint=tint, hug=flat)
        word = Text(words=say(f"home.{key}"), role="label", tint=tint)
        word.fbind("width", lambda *_: word.shrink_to_longest_word())
        top.add_widget(figure)
        if flat:
            top.add_widget(word)
        top.add_widget(Icon(icon=icon, tint=tint, size_sp=28))
        self.add_widget(top)
        if not flat:
            self.add_widget(word)
        self.paint_veil(tint)
        self.bind(on_release=lambda *_: act())


def last_sent(last_success_s: int, now: datetime) -> str:
    """When the office last answered, in the tablet's own time; 0 is never."""
    if not last_success_s:
        return say("home.never_sent")
    last = datetime.fromtimestamp(last_success_s, now.tzinfo)
    return say("home.last_sent", day=short_day(last.date().isoformat()), time=f"{last:%H:%M}")


class HomeScreen(Screen):
    """The first screen after unlocking."""

    place = "home"

    def prepare(self, **_arguments: Any) -> None:
        """Counts, next step, latest visits."""
        self.title = say("home.title")
        session = self.app.unlocked
        casework = session.casework
        member = session.membership
        self.subtitle = say(
            "home.who", officer=member.officer_code, organisation=member.organisation_code
        )
        self._ask_for_the_date()
        self._show_numbers()
        self.ids.storage.words = room_left(self.app.free_megabytes)
        visits = casework.list_visits(limit=LATEST)
        for row in visits:
            self.ids.visits.add_widget(line_of(row, lambda row: open_row(self.app, row)))
        if not visits:
            self.ids.visits.add_widget(Text(words=say("home.no_visits"), tint=theme.quiet))

    def _ask_for_the_date(self) -> None:
        """Names are never erased because of a clock alone: the officer says whether it is right."""
        casework = self.app.unlocked.casework
        self.date_button = None
        if casework.retention.date_is_over:
            words = say("home.date_is_over", day=short_day(self.app.today.isoformat()))
            self.ids.practice.add_widget(Band("attention", "clock-alert-outline", words))
        elif (day := casework.retention.date_to_confirm) is not None:
            words = say("home.date_to_confirm", day=short_day(day.isoformat()))
            self.ids.practice.add_widget(Band("attention", "clock-alert-outline", words))
            self.date_button = PushButton(
                words=say("home.date_is_right"), icon="check", kind="outlined"
            )
            self.date_button.bind(on_release=lambda *_: self.confirm_date())
            self.ids.practice.add_widget(self.date_button)

    def confirm_date(self) -> None:
        """The officer says that today's date is right."""
        self.app.unlocked.casework.retention.confirm_date()
        self.app.rebuild()

    def news(self) -> None:
        """The tablet sent without being asked: the numbers change where they stand."""
        for shown in (self.ids.urgent, self.ids.counts, self.ids.next_step):
            shown.clear_widgets()
        self._show_numbers()

    def _show_numbers(self) -> None:
        casework, sending = self.app.unlocked.casework, self.app.unlocked.sending
        counts = casework.counts()
        flat = not self.app.roomy and theme.text_scale > BESIDE_UP_TO
        for key, number, meaning, icon, act in self._tiles(counts):
            self.ids.counts.add_widget(CountTile(key, number, meaning, icon, act, flat=flat))
        meaning, icon, words = self._next(counts)
        self.ids.next_step.add_widget(Band(meaning, icon, words))
        if not self.app.unlocked.reference.profile.is_here:
            awaited = sentence_of(CountryAwaited())
            self.ids.next_step.add_widget(Band("attention", "map-clock-outline", awaited))
        to_call = call_band(self.app)
        if to_call is not None:
            self.ids.urgent.add_widget(to_call)
        for widget in home_bands(self.app):
            self.ids.next_step.add_widget(widget)
        self._show_check_in()
        asked = reminder_of_asked(self.app)
        if asked is not None:
            self.asked_reminder = Reminder(asked, lambda: self.app.go("asked"))
            self.ids.next_step.add_widget(self.asked_reminder)
        said = reminder(casework)
        if said is not None:
            self.reminder = Reminder(said, lambda: self.app.go("follow_ups"))
            self.ids.next_step.add_widget(self.reminder)
        editions = self.app.unlocked.editions
        for message in editions.messages():
            card = MessageCard(message, editions, self.app.clock().tzinfo)
            self.ids.next_step.add_widget(card)
        self.ids.last_sent.words = last_sent(sending.last_success_s, self.app.clock())

    def _show_check_in(self) -> None:
        """By when the officer means to be back, with the button to say so; else the way there."""
        band = check_in_band(self.app)
        self.ids.check_in_button.words = say("check_in.title" if band is None else "check_in.back")
        if band is not None:
            self.ids.next_step.add_widget(band)

    def check_in(self) -> None:
        """Sets when to be back; says that the officer is, when it was set."""
        check_ins = self.app.unlocked.check_ins
        if check_ins.now is None:
            self.app.go("check_in")
            return
        check_ins.back()
        self.app.rebuild()

    def new_visit(self) -> None:
        """Starts a visit and opens it."""
        try:
            visit_id = self.app.unlocked.casework.start_visit()
        except CountryAwaited as waits:
            notice(sentence_of(waits), "map-clock-outline")
            return
        self.app.go("visit", visit_id=visit_id)
        self.app.go("interview", record_id=visit_id)

    def _tiles(self, counts: Counts) -> list[tuple[str, int, str, str, Callable[[], None]]]:
        def cases(only: str) -> Callable[[], None]:
            return lambda: self.app.go("cases", only=only)

        return [
            ("drafts", counts.drafts, "information", "pencil-outline", cases("draft")),
            (
                "ready",
                counts.ready,
                "primary",
                "cloud-upload-outline",
                lambda: self.app.show_place("send"),
            ),
            (
                "waiting",
                counts.waiting + counts.stuck,
                "attention",
                "timer-sand",
                lambda: self.app.show_place("send"),
            ),
            ("returned", counts.returned, "danger", "keyboard-return", cases("rejected")),
        ]

    def _next(self, counts: Counts) -> tuple[str, str, str]:
        if counts.returned:
            return (
                "danger",
                "keyboard-return",
                say_count("home.next_returned", counts.returned),
            )
        to_send = counts.ready + counts.waiting + counts.stuck
        if to_send:
            return "primary", "cloud-upload-outline", say_count("home.next_send", to_send)
        if counts.drafts:
            return "information", "pencil-outline", say_count("home.next_drafts", counts.drafts)
        if counts.accepted:
            return "good", "check-circle-outline", say("home.next_nothing")
        return "information", "flag-outline", say("home.next_begin")


def room_left(megabytes: int) -> str:
    """Large disks in gigabytes: nobody reads five digits at a glance."""
    if megabytes >= GIGABYTES_FROM:
        return say("home.storage_in_gigabytes", gigabytes=megabytes // 1000)
    return say("home.storage", megabytes=f"{megabytes:,}")

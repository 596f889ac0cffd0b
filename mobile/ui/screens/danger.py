"""Immediate danger: steps, whom to call, and a record that is sent first. Works without network,
without a PIN for the steps and numbers, and without finishing anything."""

from __future__ import annotations

import contextlib
from typing import Any

from kivy.metrics import dp

from mobile.ui.before_unlock import NumberToCall, numbers_before_unlock, numbers_of
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.notes import case_band
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import hide_notice, notice
from mobile.ui.widgets.surfaces import Band, CardLayout, ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId
from shared.questionnaire import Level
from shared.texts import text

STEPS = 5
"""The safety script has five steps: more are not remembered in a danger."""


class DangerScreen(Screen):
    """Steps on one side, contacts and the priority record on the other."""

    has_danger = False  # the screen itself is what the button opens

    def prepare(self, *, record_id: RecordId | None = None, **_arguments: Any) -> None:
        """record_id: the case or visit the officer was at, if any."""
        self.title = say("danger.title")
        hide_notice()  # it would stand on the numbers to call
        self.record_id = record_id
        self._recorded = False
        self.lay_beside(self.ids.halves)
        if not self.app.wide:
            # Whom to call is needed at once, above the fold of a phone; the steps follow.
            steps = self.ids.halves.children[-1]
            self.ids.halves.remove_widget(steps)
            self.ids.halves.add_widget(steps)
        for number in range(1, STEPS + 1):
            self.ids.steps.add_widget(self._step(number))
        self._show_contacts()
        self._show_record()

    def raise_danger(self) -> None:
        """Makes the priority record: finalised as it stands, sent first; the case stays open."""
        casework = self.app.unlocked.casework
        try:
            if self.record_id is None:
                visit_id, case_id = None, None
            else:
                row = casework.row(self.record_id)
                visit_id = row.visit_id
                case_id = row.record_id if row.level is Level.CASE else None
            made = casework.raise_danger(visit_id, case_id)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            self._tell("danger", "alert-circle-outline", sentence_of(fault))
            return
        self.record_id = made
        self.app.remember(record_id=made)
        self._recorded = True
        self._show_what_came_of_it()

    def news(self) -> None:
        """The office answered, unasked: what was recorded here may have arrived, or been seen."""
        if self._recorded:
            self._show_what_came_of_it()

    def _show_what_came_of_it(self) -> None:
        """Until it arrived, a button that sends it; from then on that one still has to call, until
        somebody at the office has seen it."""
        assert self.record_id is not None
        session = self.app.unlocked
        self.ids.record.clear_widgets()
        if session.sending.is_waiting(self.record_id):
            send = PushButton(
                words=say("danger.send_now"), icon="cloud-upload-outline", kind="filled", big=True
            )
            send.bind(on_release=lambda *_: self._send())
            self.ids.record.add_widget(send)
            self._tell("good", "check-circle-outline", say("danger.recorded"))
            return
        self.ids.record.add_widget(case_band(self.app, self.record_id))
        self._tell("good", "check-circle-outline", say("danger.arrived"))

    def _send(self) -> None:
        self.app.show_place("send")
        if not self.app.screen.is_busy:  # what the tablet began by itself is joined already
            self.app.screen.send()

    def _step(self, number: int) -> RowLayout:
        line = RowLayout(spacing=dp(14))
        ground, tint = theme.pair("danger")
        badge = RowLayout(
            size_hint_x=None,
            width=dp(44) * theme.text_scale,
            ground=ground,
            radius=dp(22),
            padding=(0, dp(8)),
        )
        badge.add_widget(Text(words=str(number), role="subtitle", tint=tint, align="center"))
        line.add_widget(badge)
        line.add_widget(Text(words=say(f"danger.step_{number}")))
        return line

    def _show_contacts(self) -> None:
        session = self.app.session
        profile = session.reference.profile if session and session.is_enrolled else None
        holder = self.ids.contacts
        if profile is None:
            known = numbers_before_unlock(self.app.tablet.folder)
            for one in known:
                holder.add_widget(self._line(one))
            self._offer_any_call()
            if not known:
                holder.add_widget(Text(words=say("danger.locked"), tint=theme.quiet))
            return
        assert session is not None
        lines = profile.helplines_for(self._area())
        for one in numbers_of(session, lines, theme.language):
            holder.add_widget(self._line(one))
        if profile.no_helpline is not None:
            holder.add_widget(Text(words=say("danger.none_known"), tint=theme.attention))
        if not profile.helplines:
            holder.add_widget(Text(words=say("danger.no_contacts"), tint=theme.quiet))
        for duty in profile.duties:
            within = (
                say("danger.within", hours=duty.within_hours)
                if duty.within_hours is not None
                else say("danger.without_delay")
            )
            card = CardLayout(padding=dp(14), spacing=dp(4), ground=theme.low)
            card.add_widget(Text(words=say("danger.duty"), role="label"))
            card.add_widget(Text(words=f"{duty.who}: {duty.what} → {duty.to_whom}. {within}"))
            card.add_widget(Text(words=duty.source, role="small", tint=theme.quiet))
            if not duty.confirmed:
                unsigned = text("classification.national.indication_only", theme.language)
                card.add_widget(Text(words=unsigned, role="small", tint=theme.attention))
            holder.add_widget(card)

    def _line(self, one: NumberToCall) -> RowLayout:
        """A number to call, whose it is, where it holds, and whether the country confirmed it."""
        row = RowLayout(spacing=dp(14), padding=(0, dp(6)))
        words = ColumnLayout(spacing=dp(2))
        if self.app.dialler is None:
            row.add_widget(Icon(icon="phone", tint=theme.danger))
            words.add_widget(Text(words=one.number, role="title"))
        else:
            words.add_widget(self._call_button(one.number))
        words.add_widget(Text(words=one.name, role="small", tint=theme.quiet))
        if one.area:
            words.add_widget(Text(words=one.area, role="small", tint=theme.quiet))
        mark = "confirmed" if one.confirmed else "unconfirmed"
        tint = theme.quiet if one.confirmed else theme.attention
        words.add_widget(Text(words=say(f"danger.{mark}"), role="small", tint=tint))
        row.add_widget(words)
        return row

    def _offer_any_call(self) -> None:
        """The telephone itself, where a locked tablet knows no number of the country."""
        if self.app.dialler is None:
            return
        button = PushButton(words=say("danger.any_call"), icon="phone", kind="outlined", big=True)
        button.bind(on_release=lambda *_: self._call(""))
        self.ids.contacts.add_widget(button)

    def _call_button(self, number: str) -> PushButton:
        button = PushButton(
            words=say("danger.call", number=number), icon="phone", kind="danger", big=True
        )
        button.bind(on_release=lambda *_: self._call(number))
        return button

    def _call(self, number: str) -> None:
        """Opens the telephone with the number; the person presses its button."""
        if self.app.dialler is None or not self.app.dialler.dial(number):
            notice(say("danger.no_telephone", number=number or "112"), "phone-off-outline")

    def _area(self) -> str | None:
        """Where the visit is, when the officer is at one; numbers of that area come first."""
        session = self.app.session
        if self.record_id is None or session is None:
            return None
        with contextlib.suppress(Exception):  # nothing may keep the numbers from being shown
            casework = session.casework
            area = casework.answer_of(casework.row(self.record_id).visit_id, "area")
            return area if isinstance(area, str) else None
        return None

    def _show_record(self) -> None:
        session = self.app.session
        if session is None or not session.is_enrolled:
            return
        self.raise_button = PushButton(
            words=say("danger.record"), icon="alert", kind="danger", big=True
        )
        self.raise_button.bind(on_release=lambda *_: self.raise_danger())
        self._show_earlier_alarm()
        self.ids.record.add_widget(self.raise_button)
        self.ids.record.add_widget(
            Text(words=say("danger.record_words"), role="small", tint=theme.quiet)
        )

    def _show_earlier_alarm(self) -> None:
        """Whether somebody at the office has seen what was recorded of this person before."""
        if self.record_id is None:
            return
        with contextlib.suppress(Exception):  # nothing may keep the button from being shown
            if self.app.unlocked.casework.row(self.record_id).danger:
                self.ids.record.add_widget(case_band(self.app, self.record_id))

    def _tell(self, meaning: str, icon: str, words: str) -> None:
        self.ids.record.add_widget(Band(meaning, icon, words), index=len(self.ids.record.children))

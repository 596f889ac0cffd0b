"""Back by: when somebody who works alone means to be back, and whom to call."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen, Shell
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.words import say

HOURS = (1, 2, 3, 4, 6, 8)
"""To choose from: a visit, half a day, a day."""
PROGRAMME = "programme"
"""Kind of a number to call in the country's profile: that of whoever looks after officers."""


class CheckInScreen(Screen):
    """The times to choose from, and the number, which the profile may give."""

    def prepare(self, **_arguments: Any) -> None:
        """Shows what is set, or the times."""
        self.title = say("check_in.title")
        self.ids.said.add_widget(Band("information", "shield-lock-outline", say("check_in.words")))
        self.number = Field(label=say("check_in.whom"), value=self._number())
        self.ids.number.add_widget(self.number)
        now = self.app.clock()
        for hours in HOURS:
            moment = now + timedelta(hours=hours)
            button = PushButton(words=say("check_in.by", time=f"{moment:%H:%M}"), kind="tonal")
            button.bind(on_release=partial(self._set, moment))
            self.ids.times.add_widget(button)

    def _set(self, moment: datetime, *_: object) -> None:
        try:
            self.app.unlocked.check_ins.back_by(moment, self.number.value)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
            return
        self.app.show_place("home")

    def _number(self) -> str:
        """What was written last, else the programme's of the profile."""
        set_now = self.app.unlocked.check_ins.now
        if set_now is not None:
            return set_now.number
        lines = self.app.unlocked.reference.profile.helplines
        return next((line.number for line in lines if line.kind == PROGRAMME), "")


def check_in_band(app: Shell) -> Band | None:
    """For Home: by when somebody means to be back, or that the time is over; None when nothing is
    set."""
    check_ins = app.unlocked.check_ins
    set_now = check_ins.now
    if set_now is None:
        return None
    if check_ins.is_late:
        return Band("danger", "clock-alert-outline", say("check_in.over"))
    back = datetime.fromtimestamp(set_now.back_by_s, app.clock().tzinfo)
    return Band("information", "timer-sand", say("check_in.set", time=f"{back:%H:%M}"))

"""A check-in watched while the app runs and is unlocked: one question when its time is over. A
locked or hidden tablet does not know of it; it asks when it is unlocked."""

from __future__ import annotations

from typing import Any

from mobile.casework.check_in import CheckIns
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Shell
from mobile.ui.widgets.overlays import Dialog, notice, open_overlays
from mobile.ui.widgets.words import say

LOOKS_EVERY_S = 20


class CheckInsInApp:
    """Asks whether the officer is back, once for each time that is over."""

    def __init__(self, app: Shell) -> None:
        self._app = app
        self._watching: Any = None
        self._asked_s = 0

    def listen(self) -> None:
        """From the start of the app."""
        self._watching = background.every(LOOKS_EVERY_S, self.look)

    def end(self) -> None:
        """The app is closed."""
        if self._watching is not None:
            self._watching.cancel()

    def begin(self) -> None:
        """Unlocked: asks at once when a time is over."""
        self._asked_s = 0
        background.soon(self.look)

    def look(self) -> None:
        """Asks when the time is over and nothing else is being asked."""
        session = self._app.session
        if session is None or not session.is_enrolled or open_overlays():
            return
        set_now = session.check_ins.now
        if set_now is None or not session.check_ins.is_late or set_now.back_by_s == self._asked_s:
            return
        self._asked_s = set_now.back_by_s
        ask_whether_back(self._app, session.check_ins)


def ask_whether_back(app: Shell, check_ins: CheckIns) -> None:
    """The question, with whom to call."""
    set_now = check_ins.now
    if set_now is None:
        return

    def do(act: Any) -> None:
        try:
            act()
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
        if app.screen.place == "home":
            app.rebuild()

    buttons: list[tuple[str, str, Any]] = []
    if set_now.number and app.dialler is not None:
        words = say("danger.call", number=set_now.number)
        buttons.append((words, "danger", lambda: call(app, set_now.number)))
    buttons += [
        (say("check_in.later"), "outlined", lambda: do(check_ins.later)),
        (say("check_in.back"), "filled", lambda: do(check_ins.back)),
    ]
    told = say("check_in.over_words")
    if set_now.number:
        told = f"{told} {say('check_in.number', number=set_now.number)}"
    Dialog(say("check_in.over"), told, buttons, icon="clock-alert-outline").open()


def call(app: Shell, number: str) -> None:
    """Opens the telephone with the number; the person presses its button."""
    if app.dialler is None or not app.dialler.dial(number):
        notice(say("danger.no_telephone", number=number), "phone-off-outline")

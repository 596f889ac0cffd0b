"""Autosend in the app: joins the session, the network and the drawing thread's clock, and hands an
immediate danger that is on its way over when the tablet is locked."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable

from mobile.platform.network import Network, NetworkState, UnknownNetwork, needs_network
from mobile.sending.alarms_while_locked import AlarmsWhileLocked
from mobile.sending.autosend import SETTING, Autosend, Chosen
from mobile.tablet import Session
from mobile.ui import background
from mobile.ui.shell import Shell

log = logging.getLogger("tally87.autosend")


class AutosendInApp:
    """Listens to the network while the app runs; follows the schedule while it is unlocked.

    Nothing it does opens a page or takes the screen away: the screen shown is told of the news.
    """

    def __init__(self, app: Shell, network: Network | None) -> None:
        """network: None for an app that only sends when it is asked."""
        self._app, self._network = app, network
        self._state = NetworkState(False)
        self._autosend: Autosend | None = None
        self._session: Session | None = None
        self.alarms = AlarmsWhileLocked(app.clock, random.random, later=_later, run=background.run)

    @property
    def tells_metered(self) -> bool:
        """Whether this machine can tell Wi-Fi from what costs money."""
        return self._network is not None and self._network.tells_metered

    def listen(self) -> None:
        """From the start of the app."""
        if self._network is None:
            return

        def changed(state: NetworkState) -> None:
            background.soon(lambda: self._network_is(state))

        try:
            self._network.start(changed)
        except Exception as fault:  # noqa: BLE001 - a platform that cannot tell stops nobody's work
            log.warning("network_not_told kind=%s", type(fault).__name__)
            self._network = UnknownNetwork()
            self._network.start(changed)

    def end(self) -> None:
        """The app is closed."""
        self.rest()
        self.alarms.give_back()
        if self._network is not None:
            self._network.stop()

    def begin(self, session: Session) -> None:
        """Unlocked: from now on. Without an office's address there is nowhere to send to."""
        if session is self._session or not session.is_enrolled:
            return
        self.rest()
        self.alarms.give_back()
        self._session = session
        session.sending.on_report(lambda _report: background.soon(self._tell))
        if self._network is None or not session.enrolment.server_url:
            return
        autosend = self._autosend = Autosend(
            session.sending,
            lambda: self.chosen,
            self._state_for(session),
            self._app.clock,
            random.random,
            session.notes.unseen_since_s,
            later=_later,
            run=background.run,
        )
        session.casework.on_change(lambda _ids: autosend.look_again())
        autosend.start()

    def rest(self) -> None:
        """Locked: nothing is tried any more, but an immediate danger that is on its way."""
        session, goes = self._session, self._autosend is not None
        if self._autosend is not None:
            self._autosend.stop()
        try:
            if session is not None and goes and self.chosen is not Chosen.NEVER:
                link, state = session.link_while_locked(), self._state_for(session)
                self.alarms.take_over(link, session.sealed_alarms(), state)
        except Exception as fault:  # noqa: BLE001 - locking comes first
            log.warning("alarms_not_taken_over kind=%s", type(fault).__name__)
        self._autosend = self._session = None

    def look_again(self) -> None:
        """The app comes back to the front: a clock that stood still meanwhile is made good."""
        if self._autosend is not None:
            self._autosend.begin_again()

    @property
    def chosen(self) -> Chosen:
        """What the officer wants."""
        kept = self._session.setting(SETTING) if self._session is not None else ""
        return Chosen(kept) if kept in list(Chosen) else Chosen.ALWAYS

    def choose(self, chosen: Chosen) -> None:
        """Keeps the officer's choice; it holds at once."""
        self._app.unlocked.set_setting(SETTING, chosen.value)
        self.look_again()

    def _network_is(self, state: NetworkState) -> None:
        self._state = state
        self.alarms.network_is(state)
        if self._autosend is not None and self._session is not None:
            self._autosend.network_is(self._state_for(self._session))

    def _state_for(self, session: Session) -> NetworkState:
        if needs_network(session.enrolment.server_url):
            return self._state
        return NetworkState(True)  # an office on this very machine, as in a demonstration

    def _tell(self) -> None:
        if self._app.session is not None:
            self._app.screen.news()


def _later(seconds: float, call: Callable[[], None]) -> Callable[[], None]:
    event = background.soon(call, seconds)
    return lambda: event.cancel()

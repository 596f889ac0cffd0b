"""Sending without being asked, while the tablet is unlocked. Follows mobile.sending.schedule.

Owns when a run begins that nobody asked for. It has no thread, no clock and no network of its own:
it is told of what changes, and sets one alarm at most. Without a network it sets none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from mobile.platform.network import NetworkState
from mobile.sending.runs import SendReport
from mobile.sending.schedule import Situation, next_attempt_s
from mobile.sending.send import Sending


class Chosen(StrEnum):
    """What the officer chose in Settings."""

    ALWAYS = "always"
    UNMETERED = "unmetered"  # only where the network costs nothing (Wi-Fi); a danger always goes
    NEVER = "never"


SETTING = "send_by_itself"
"""The name of the setting; ALWAYS until something else is chosen."""


class Autosend:
    """From unlocking to locking. Everything but look_again() belongs to one thread."""

    def __init__(
        self,
        sending: Sending,
        chosen: Callable[[], Chosen],
        network: NetworkState,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
        unseen_since_s: Callable[[int], int] = lambda _now_s: 0,
        *,
        later: Callable[[float, Callable[[], None]], Callable[[], None]],
        run: Callable[..., Any],
    ) -> None:
        """draw: a number of at least 0 and below 1. unseen_since_s: at a moment, since when there
        is an immediate danger nobody at the office has seen yet; 0 for none.

        later: calls once after so many seconds on the thread this object belongs to, may itself be
        called from any thread, and gives what cancels it. run(work, then, failed): does the work
        on another thread and comes back (mobile.ui.background.run).
        """
        self._sending, self._chosen, self._network = sending, chosen, network
        self._clock, self._draw, self._later, self._run = clock, draw, later, run
        self._chance, self._unseen_since_s = draw(), unseen_since_s
        self._alarm: Callable[[], None] | None = None
        self._seen = sending.waiting
        self._running = self._resting = self._is_stopped = False
        sending.on_report(self._reported)

    def start(self) -> None:
        """Begins to follow the table; sends at once when something waits."""
        self._plan()

    def stop(self) -> None:
        """The tablet is locked: no alarm, no further run. The run under way ends with the lock."""
        self._is_stopped = True
        self._forget_alarm()

    def look_again(self) -> None:
        """Something was finalised, chosen or answered. From any thread, as often as one likes."""
        if not self._is_stopped:
            self._later(0, self._plan_if_more)

    def begin_again(self) -> None:
        """The officer changed the setting, or the app comes back to the front."""
        self._resting = False
        self._plan()

    def network_is(self, network: NetworkState) -> None:
        """The network came, went, or is another one."""
        self._network, self._chance = network, self._draw()
        self._plan()

    def _plan_if_more(self) -> None:
        if self._is_stopped:
            return
        before, self._seen = self._seen, self._sending.waiting
        if self._seen > before:
            self._resting = False
        if self._seen != before:
            self._plan()

    def _plan(self) -> None:
        self._forget_alarm()
        if self._is_stopped or self._resting or self._running or self._sending.is_under_way:
            return
        now_s = int(self._clock().timestamp())
        at_s = next_attempt_s(self._situation(), now_s, lambda: self._chance)
        if at_s is None:
            return
        if at_s > now_s:
            self._alarm = self._later(at_s - now_s, self._plan)
        else:
            self._send()

    def _situation(self) -> Situation:
        waiting, new_danger = self._sending.waiting
        attempts, chosen, network = self._sending.attempts, self._chosen(), self._network
        unseen_since_s = self._unseen_since_s(int(self._clock().timestamp()))
        allowed = network.is_there and chosen is not Chosen.NEVER
        danger = new_danger or (unseen_since_s and not waiting)
        if chosen is Chosen.UNMETERED and network.is_metered and not danger:
            allowed = False
        return Situation(
            waiting,
            attempts.failures,
            attempts.last_attempt_s,
            attempts.retry_after_s,
            new_danger,
            network.since_s if allowed else None,
            unseen_since_s,
            self._sending.withdrawn_s,
        )

    def _send(self) -> None:
        self._running = True
        self._run(self._sending.send, self._sent, self._failed)

    def _sent(self, _report: SendReport) -> None:
        self._running = False
        self._plan()

    def _failed(self, _fault: Exception) -> None:
        # Not the connection but the tablet itself (a full disk): trying on would only cost power.
        self._running, self._resting = False, True

    def _reported(self, report: SendReport) -> None:
        """After every run, also one the officer began; from the thread of the run."""

        def take() -> None:
            self._chance = self._draw()
            # Somebody pressed Stop: what is new may go, the rest waits for a press or an unlock.
            self._resting = report.cancelled
            self._seen = self._sending.waiting if not self._is_stopped else self._seen
            self._plan()

        self._later(0, take)

    def _forget_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm()
            self._alarm = None

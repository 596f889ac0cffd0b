"""Immediate danger still goes to the office after the tablet was locked or hidden.

Whoever records a danger may have to hide the tablet in the next second. What is sent then needs no
key: the copies made at finalising, signed by the tablet and sealed to the programme (escrow), which
the office takes in like any other parcel. They are held in memory only. What the office answers is
sealed to the tablet and not read; after the next unlocking everything is sent again, and answered
the same.

A parcel the office refuses holds up none behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mobile.platform.network import NetworkState
from mobile.sending.schedule import Situation, next_attempt_s
from mobile.transport.link import LinkDown, LinkRefused, ServerLink, SlowDown

log = logging.getLogger("tally87.alarms")


class AlarmsWhileLocked:
    """From a lock to the next unlocking. All of it belongs to one thread."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
        *,
        later: Callable[[float, Callable[[], None]], Callable[[], None]],
        run: Callable[..., Any],
    ) -> None:
        """draw, later, run: see mobile.sending.autosend."""
        self._clock, self._draw = clock, draw
        self._later, self._run = later, run
        self._link: Callable[[], ServerLink] | None = None
        self._left = list[bytes]()
        self._network = NetworkState(False)
        self._failures = self._last_s = self._turn = 0
        self._alarm: Callable[[], None] | None = None

    @property
    def left(self) -> int:
        """How many parcels the office has not answered yet."""
        return len(self._left)

    def take_over(
        self, link: Callable[[], ServerLink], parcels: Sequence[bytes], network: NetworkState
    ) -> None:
        """The tablet is being locked: these go to the office from now on. link: makes a way there
        that needs nothing of what is locked."""
        self.give_back()
        self._link, self._left, self._network = link, list(parcels), network
        self._failures = self._last_s = 0
        self._plan()

    def give_back(self) -> None:
        """The tablet is unlocked, or the app is closed: nothing is sent from here any more."""
        self._turn += 1
        self._left, self._link = [], None
        self._forget_alarm()

    def network_is(self, network: NetworkState) -> None:
        """The network came, went, or is another one."""
        self._network = network
        self._plan()

    def _plan(self) -> None:
        self._forget_alarm()
        if not self._left or self._link is None:
            return
        now_s = int(self._clock().timestamp())
        situation = Situation(
            len(self._left),
            self._failures,
            self._last_s,
            new_danger=not self._failures,
            network_since_s=self._network.since_s if self._network.is_there else None,
        )
        at_s = next_attempt_s(situation, now_s, self._draw)
        if at_s is None:
            return
        if at_s > now_s:
            self._alarm = self._later(at_s - now_s, self._plan)
        else:
            self._send(now_s, self._link)

    def _send(self, now_s: int, make_link: Callable[[], ServerLink]) -> None:
        turn, parcels = self._turn, list(self._left)
        self._last_s = now_s

        def work() -> list[bytes]:
            """Those that did not go."""
            link, left = make_link(), list(parcels)
            try:
                for parcel in parcels:
                    try:
                        link.send_parcel(parcel)
                        left.remove(parcel)
                    except LinkRefused as fault:
                        log.info("alarm_not_sent kind=%s", type(fault).__name__)
                        if isinstance(fault, SlowDown):
                            break
            except LinkDown as fault:
                log.info("alarm_not_sent kind=%s", type(fault).__name__)
            finally:
                link.close()
            return left

        def sent(left: list[bytes]) -> None:
            if turn != self._turn:
                return
            self._left = left
            self._failures = self._failures + 1 if self._left else 0
            self._plan()

        self._run(work, sent, lambda _fault: sent(parcels))

    def _forget_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm()
            self._alarm = None

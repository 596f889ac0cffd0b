"""A lone worker's check-in: when somebody means to be back, kept on this tablet alone.

The tablet reminds the one who holds it and offers a number to call. Nothing is sent: neither that
somebody is late nor where they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from mobile.platform.uptime import Uptime
from mobile.store import Store

_ROW = "check_in"
MOST_HOURS = 24
LATER_MINUTES = 30
"""By so much *Later* moves the time on."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """back_by_s: seconds since 1970. number: whom to call, as the officer wrote it or the profile
    gives it; "" for nobody. boot, up_s, within_s: when it was set by the machine's running, and in
    how many seconds it is over: a clock that is set back keeps no reminder from coming."""

    back_by_s: int
    number: str
    boot: str
    up_s: float
    within_s: float


class CheckIns:
    """Use case: back by. One at a time."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], uptime: Callable[[], Uptime]
    ) -> None:
        self._store, self._clock, self._uptime = store, clock, uptime

    @property
    def now(self) -> CheckIn | None:
        """What is set; None when nothing is."""
        kept = self._store.settings.get(_ROW)
        try:
            return CheckIn(**json.loads(kept)) if kept else None
        except (ValueError, TypeError):
            return None  # nothing anybody counts on any more

    @property
    def is_late(self) -> bool:
        """Whether the time is over, by this tablet's clock or by how long it has been running."""
        set_now = self.now
        if set_now is None:
            return False
        ran_s = self._uptime().since(set_now.boot, set_now.up_s)
        return self._clock().timestamp() >= set_now.back_by_s or ran_s >= set_now.within_s

    def back_by(self, moment: datetime, number: str = "") -> None:
        """Sets it, in the place of what was set. Raises ValueError for a time that is over or more
        than MOST_HOURS away."""
        away_s = moment.timestamp() - self._clock().timestamp()
        if not 0 < away_s <= MOST_HOURS * 3600:
            raise ValueError("not within a day from now")
        self._keep(int(moment.timestamp()), number.strip())

    def later(self) -> None:
        """Half an hour more, from now on. Nothing when nothing is set."""
        set_now = self.now
        if set_now is not None:
            until_s = int(self._clock().timestamp()) + LATER_MINUTES * 60
            self._keep(until_s, set_now.number)

    def back(self) -> None:
        """The officer is back: nothing is kept of it."""
        with self._store.transaction("check_in"):
            self._store.settings.delete(_ROW)

    def _keep(self, back_by_s: int, number: str) -> None:
        up, within_s = self._uptime(), back_by_s - self._clock().timestamp()
        set_now = CheckIn(back_by_s, number, up.boot, up.seconds, within_s)
        with self._store.transaction("check_in"):
            self._store.settings.put(_ROW, json.dumps(asdict(set_now)).encode())

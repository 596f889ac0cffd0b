"""How often one tablet may ask, per process: a brake on runaway programs, not a lock."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_ASKING = 10_000
"""Remembered at a time; the one not heard longest is forgotten first."""


class Pace:
    """At most so many requests a minute from each, by a bucket that refills evenly."""

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        self._per_minute, self._seconds = per_minute, seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, who: str) -> int:
        """0 when the request may go on, else whole seconds until the next one may."""
        now, rate = self._seconds(), self._per_minute / 60
        with self._lock:
            level, before = self._buckets.pop(who, (float(self._per_minute), now))
            level = min(float(self._per_minute), level + (now - before) * rate)
            allowed = level >= 1
            self._buckets[who] = (level - 1 if allowed else level, now)
            if len(self._buckets) > MOST_ASKING:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, round((1 - level) / rate))

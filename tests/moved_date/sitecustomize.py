"""Lets every Python process of tests.any_day sleep: it is imported before anything else there.

Only the date is moved, not the clock that counts seconds: waiting with a time-out reads that one
behind libfaketime's back (`sem_clockwait`), and would last as long as the date is moved. But then
libfaketime 0.9.10 refuses Python's own sleep (`clock_nanosleep` until a moment: EINVAL), so it is
done by `select`.
"""

from __future__ import annotations

import select
import time


def sleep(seconds: float, /) -> None:
    """As time.sleep. Raises ValueError for less than nothing."""
    select.select((), (), (), seconds)


time.sleep = sleep

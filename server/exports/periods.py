"""Periods as editions write them: a year, a quarter or a month. Pure."""

from __future__ import annotations

import re
from calendar import monthrange

_PERIOD = re.compile(r"(?:19|20)\d\d(?:-Q[1-4]|-(?:0[1-9]|1[0-2]))?", re.ASCII)
_MONTHS_OF_QUARTER = 3


def is_period(said: str) -> bool:
    """Whether it is written as 2026, 2026-Q1 or 2026-11."""
    return _PERIOD.fullmatch(said) is not None


def last_day(period: str) -> str:
    """The last day of a period, as 2026-12-31: later periods sort later."""
    year, _, rest = period.partition("-")
    month = int(rest[1:]) * _MONTHS_OF_QUARTER if rest.startswith("Q") else int(rest or 12)
    return f"{year}-{month:02}-{monthrange(int(year), month)[1]:02}"

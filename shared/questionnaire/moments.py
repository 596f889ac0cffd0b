"""Days and times of day in expressions: formatted, and as numbers of days.

Source: ODK XForms specification, date and time functions (read 2026). Names of months and days are
English whatever the language of the tablet: logic must give the same everywhere. A time without
a zone counts as UTC, so that a tablet and the office agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from shared.questionnaire.values import EPOCH, NAN, XValue, to_date, to_number, to_text
from shared.remembered import forgotten_on_locking

_TIME = re.compile(
    r"(?:.*T)?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d)(?:\.(?P<thousandth>\d{1,3})\d*)?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_PARTS: dict[str, Callable[[date], str]] = {
    "%Y": lambda day: f"{day.year:04d}",
    "%y": lambda day: f"{day.year % 100:02d}",
    "%m": lambda day: f"{day.month:02d}",
    "%n": lambda day: str(day.month),
    "%b": lambda day: _MONTHS[day.month - 1],
    "%d": lambda day: f"{day.day:02d}",
    "%e": lambda day: str(day.day),
    "%a": lambda day: _DAYS[day.weekday()],
}
_PART = re.compile(r"%.")


def day_of_value(value: XValue) -> str:
    """``date()``: the day as ISO 8601; empty where there is none."""
    day = to_date(value)
    return day.isoformat() if day else ""


def formatted_day(value: XValue, pattern: XValue) -> str:
    """``format-date()``: as format-date-time, of something that says a day."""
    return formatted_moment(value, pattern) if to_date(value) else ""


@forgotten_on_locking
@lru_cache(maxsize=4096, typed=True)
def formatted_moment(value: XValue, pattern: XValue) -> str:
    """``format-date-time()``: ``%Y %y %m %n %b %d %e %a`` and ``%H %h %M %S %3`` filled in.

    A day alone is midnight; of a time alone the parts of a day stay as they are written.
    """
    time = _TIME.fullmatch(to_text(value)) if isinstance(value, str) else None
    if to_date(value) is None and time is None:
        return ""
    hour, minute = (int(time["hour"]), int(time["minute"])) if time else (0, 0)
    second = int(time["second"] or 0) if time else 0
    thousandth = ((time["thousandth"] or "") if time else "").ljust(3, "0")
    parts = {
        "%H": f"{hour:02d}",
        "%h": str(hour),
        "%M": f"{minute:02d}",
        "%S": f"{second:02d}",
        "%3": thousandth,
    }
    day = to_date(value)

    def part(match: re.Match[str]) -> str:
        if match[0] in parts:
            return parts[match[0]]
        return _part_of_day(match[0], day) if day else match[0]

    return _PART.sub(part, to_text(pattern))


def _part_of_day(part: str, day: date) -> str:
    return _DAY_PARTS[part](day) if part in _DAY_PARTS else part


def day_number(value: XValue) -> float:
    """``decimal-date-time()``: days since 1970-01-01 UTC, with the time of day as a fraction."""
    day = to_date(value)
    if day is None:
        return NAN
    whole = float((day - EPOCH).days)
    if not isinstance(value, str):
        number = to_number(value)
        return number if number == number else whole
    time = _TIME.fullmatch(value)
    return whole if time is None else whole + _fraction(time) - _offset(time)


def time_number(value: XValue) -> float:
    """``decimal-time()``: the time of day as a fraction of the day; noon is 0.5."""
    time = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    return NAN if time is None else _fraction(time)


def _fraction(time: re.Match[str]) -> float:
    thousandths = int((time["thousandth"] or "").ljust(3, "0"))
    since_midnight = timedelta(
        hours=int(time["hour"]),
        minutes=int(time["minute"]),
        seconds=int(time["second"] or 0),
        milliseconds=thousandths,
    )
    return since_midnight / timedelta(days=1)


def _offset(time: re.Match[str]) -> float:
    zone = time["zone"]
    if not zone or zone == "Z":
        return 0.0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (minutes if zone[0] == "+" else -minutes) / 1440

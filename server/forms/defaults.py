"""Answers a form gives beforehand, as the tablet writes them."""

from __future__ import annotations

import re
from datetime import date


def is_day(text: str) -> bool:
    """Whether it is a day as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def clock_time(given: str) -> str:
    """08:30 of what a spreadsheet program makes of a time: 0.3541666 or 08:30:00."""
    match = re.match(r"([01]?\d|2[0-3]):([0-5]\d)", given)
    if match:
        return f"{int(match[1]):02d}:{match[2]}"
    if re.fullmatch(r"0?\.\d+", given):
        minutes = round(float(given) * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes < 1440 else ""
    return ""

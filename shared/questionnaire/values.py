"""How the values of expressions turn into one another: XPath 1.0, total and without surprises.

Every function here gives a result for every value. Dates are ISO 8601 texts; as numbers they are
days since 1970-01-01, as in JavaRosa, so that dates can be compared and subtracted.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

XValue = str | float | int | bool | tuple[str, ...]
"""What an expression works with. Nothing answered is the empty text."""

NAN = math.nan
EPOCH = date(1970, 1, 1)
SMALLEST = 1e-12
"""Two numbers nearer to each other than this are the same."""
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")


def to_date(value: XValue) -> date | None:
    """The day a text or a number of days stands for, if it stands for one."""
    if isinstance(value, str):
        match = _DATE.match(value)
        if match is None:
            return None
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    if isinstance(value, tuple | bool) or not math.isfinite(value):
        return None
    try:
        return EPOCH + timedelta(days=math.floor(value))
    except OverflowError:
        return None


def to_number(value: XValue) -> float:
    """The number; NaN where there is none. A date gives days since 1970-01-01."""
    if type(value) is float:
        return value
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, tuple):
        value = " ".join(value)
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    day = to_date(text) if len(text) == 10 else None
    return float((day - EPOCH).days) if day is not None else NAN


def to_text(value: XValue) -> str:
    """The text; whole numbers without a point, as XPath's string()."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else to_text(to_number(value))
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() and abs(value) < 10**18 else repr(value)


def to_truth(value: XValue) -> bool:
    """XPath's boolean(): a number that is not zero and not NaN, a text that is not empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value == value and value != 0
    return len(value) > 0


def to_codes(value: XValue) -> tuple[str, ...]:
    """The codes chosen: of several choices, of one choice, of a text with spaces."""
    if type(value) is str:
        return tuple(value.split()) if value else ()
    if isinstance(value, tuple):
        return value
    return tuple(to_text(value).split())


def same(left: float, right: float) -> bool:
    """Equal but for what decimals lose in calculating, as in JavaRosa: 6.1 - 7.8 is -1.7."""
    return left == right or abs(left - right) < SMALLEST


def equal(left: XValue, right: XValue) -> bool:
    """XPath's ``=``: as truths if one is, else as numbers if one is, else as texts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_truth(left) is to_truth(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        return same(to_number(left), to_number(right))
    return to_text(left) == to_text(right)

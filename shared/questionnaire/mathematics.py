"""The number functions of ODK's expression language: as in XPath 3.0, NaN where there is no result.

Source: https://getodk.github.io/xforms-spec/#xpath-functions (read 2026).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from shared.questionnaire.values import NAN, XValue, to_number


def _of_one(work: Callable[[float], float]) -> Callable[[XValue], float]:
    """A function of one number that gives NaN outside its domain and beyond what a float holds."""

    def apply(value: XValue) -> float:
        number = to_number(value)
        try:
            return NAN if math.isnan(number) else work(number)
        except (ValueError, OverflowError):
            return NAN

    return apply


def _whole(rounding: Callable[[float], int]) -> Callable[[float], float]:
    return lambda number: float(rounding(number)) if math.isfinite(number) else number


def _atan2(y: XValue, x: XValue) -> float:
    return math.atan2(to_number(y), to_number(x))


ONE_NUMBER: Mapping[str, Callable[[XValue], float]] = {
    "acos": _of_one(math.acos),
    "asin": _of_one(math.asin),
    "atan": _of_one(math.atan),
    "ceiling": _of_one(_whole(math.ceil)),
    "cos": _of_one(math.cos),
    "exp": _of_one(math.exp),
    "exp10": _of_one(lambda number: math.pow(10.0, number)),
    "floor": _of_one(_whole(math.floor)),
    "log": _of_one(math.log),
    "log10": _of_one(math.log10),
    "sin": _of_one(math.sin),
    "tan": _of_one(math.tan),
}
TWO_NUMBERS: Mapping[str, Callable[[XValue, XValue], float]] = {"atan2": _atan2}

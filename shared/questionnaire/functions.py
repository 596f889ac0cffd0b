"""The functions of the expression language, with their types.

Each takes and gives values of shared.questionnaire.values and never fails: where there is no
sensible result it gives NaN or the empty text. Semantics: ODK XForms specification,
https://getodk.github.io/xforms-spec/#xpath-functions (read 2025).
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum, auto

from shared.questionnaire.mathematics import ONE_NUMBER, TWO_NUMBERS
from shared.questionnaire.moments import (
    day_number,
    day_of_value,
    formatted_day,
    formatted_moment,
    time_number,
)
from shared.questionnaire.values import NAN, XValue, to_codes, to_number, to_text, to_truth


class Type(Enum):
    """What is known of an expression's value before there is one."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    TRUTH = auto()
    CODE = auto()
    CODES = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Function:
    """arguments: types, the last repeated if more are allowed. most: None for any number."""

    arguments: tuple[Type, ...]
    least: int
    most: int | None
    result: Type
    apply: Callable[..., XValue]


def int_or_nan(value: XValue) -> float:
    """Towards zero."""
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def rounded(value: XValue, places: XValue = 0) -> float:
    """Half away from zero, on the decimal digits that are written."""
    number, digits = to_number(value), to_number(places)
    if not math.isfinite(number) or not math.isfinite(digits) or abs(digits) > 15:
        return NAN if not math.isfinite(digits) or abs(digits) > 15 else number
    step = Decimal(1).scaleb(-int(digits))
    try:
        return float(Decimal(repr(number)).quantize(step, ROUND_HALF_UP))
    except InvalidOperation:
        return number


def power(base: XValue, exponent: XValue) -> float:
    """NaN where the result is not a real number that fits."""
    try:
        return math.pow(to_number(base), to_number(exponent))
    except (ValueError, OverflowError):
        return NAN


def _square_root(value: XValue) -> float:
    number = to_number(value)
    return math.sqrt(number) if number >= 0 else NAN


def _least(*values: XValue) -> float:
    numbers = [n for n in map(to_number, values) if not math.isnan(n)]
    return min(numbers, default=NAN)


def _most(*values: XValue) -> float:
    numbers = [n for n in map(to_number, values) if not math.isnan(n)]
    return max(numbers, default=NAN)


def _sum(*values: XValue) -> float:
    return math.fsum(n for n in map(to_number, values) if math.isfinite(n))


def _selected_at(value: XValue, index: XValue) -> str:
    codes, number = to_codes(value), to_number(index)
    return codes[int(number)] if 0 <= number < len(codes) else ""


def _substring(value: XValue, start: XValue, end: XValue = math.inf) -> str:
    text, first, last = to_text(value), to_number(start), to_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    limits = (max(-len(text), min(len(text), first)), max(-len(text), min(len(text), last)))
    return text[int(limits[0]) : int(limits[1])]


def _before(value: XValue, mark: XValue) -> str:
    head, found, _ = to_text(value).partition(to_text(mark) or "\0")
    return head if found else ""


def _after(value: XValue, mark: XValue) -> str:
    return to_text(value).partition(to_text(mark))[2] if to_text(mark) else to_text(value)


def _translate(value: XValue, old: XValue, new: XValue) -> str:
    olds, news = to_text(old), to_text(new)
    table = {ord(c): (news[i] if i < len(news) else None) for i, c in reversed([*enumerate(olds)])}
    return to_text(value).translate(table)


def _join(mark: XValue, *values: XValue) -> str:
    return to_text(mark).join(to_text(value) for value in values)


def _holds(least: XValue, most: XValue, weight: float) -> bool:
    low, high = to_number(least), to_number(most)
    return (low == -1 or weight >= low) and (high == -1 or weight <= high)


def _counts(value: XValue) -> bool:
    """Whether a checklist counts it: a number above zero, or true."""
    return value is True or to_number(value) > 0


def _checklist(least: XValue, most: XValue, *values: XValue) -> bool:
    return _holds(least, most, sum(map(_counts, values)))


def _weighted_checklist(least: XValue, most: XValue, *values: XValue) -> bool:
    pairs = zip(values[::2], values[1::2], strict=False)
    return _holds(least, most, sum(to_number(weight) for value, weight in pairs if _counts(value)))


_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384"}


def _digest(value: XValue, algorithm: XValue, encoding: XValue = "base64") -> str:
    """A fingerprint to compare with, as the form asks for it: no secret is kept by it."""
    name = {**_ALGORITHMS, "SHA-512": "sha512"}.get(to_text(algorithm).upper())
    if name is None:
        return ""
    made = hashlib.new(name, to_text(value).encode(), usedforsecurity=False)
    if to_text(encoding) == "hex":
        return made.hexdigest()
    return base64.b64encode(made.digest()).decode()


def _unwrapped(value: XValue) -> str:
    try:
        return base64.b64decode(to_text(value), validate=True).decode()
    except ValueError:
        return ""


def _filled(*values: XValue) -> float:
    return float(sum(1 for value in values if to_text(value) != ""))


_T, _N, _D, _B, _C, _A = (
    Type.TEXT,
    Type.NUMBER,
    Type.DATE,
    Type.TRUTH,
    Type.CODES,
    Type.ANY,
)

# selected, if, coalesce, regex, pulldata, jr:choice-name and today are built by the compiler: they
# need more than values.
FUNCTIONS: dict[str, Function] = {
    **{name: Function((_N,), 1, 1, _N, work) for name, work in ONE_NUMBER.items()},
    **{name: Function((_N, _N), 2, 2, _N, work) for name, work in TWO_NUMBERS.items()},
    "abs": Function((_N,), 1, 1, _N, lambda a: abs(to_number(a))),
    "boolean": Function((_A,), 1, 1, _B, to_truth),
    "boolean-from-string": Function((_A,), 1, 1, _B, lambda a: to_text(a) in {"1", "true"}),
    "base64-decode": Function((_T,), 1, 1, _T, _unwrapped),
    "checklist": Function((_N, _N, _A), 2, None, _B, _checklist),
    "concat": Function((_A,), 1, None, _T, lambda *a: "".join(map(to_text, a))),
    "contains": Function((_A, _T), 2, 2, _B, lambda a, b: to_text(b) in to_text(a)),
    "count-non-empty": Function((_A,), 1, None, _N, _filled),
    "count-selected": Function((_C,), 1, 1, _N, lambda a: float(len(to_codes(a)))),
    "date": Function((_A,), 1, 1, _D, day_of_value),
    "decimal-date-time": Function((_D,), 1, 1, _N, day_number),
    "decimal-time": Function((_A,), 1, 1, _N, time_number),
    "digest": Function((_A, _T, _T), 2, 3, _T, _digest),
    "ends-with": Function((_A, _T), 2, 2, _B, lambda a, b: to_text(a).endswith(to_text(b))),
    "false": Function((), 0, 0, _B, lambda: False),
    "format-date": Function((_D, _T), 2, 2, _T, formatted_day),
    "format-date-time": Function((_A, _T), 2, 2, _T, formatted_moment),
    "int": Function((_A,), 1, 1, _N, int_or_nan),
    "join": Function((_T, _A), 2, None, _T, _join),
    "lower-case": Function((_T,), 1, 1, _T, lambda a: to_text(a).lower()),
    "max": Function((_N,), 1, None, _N, _most),
    "min": Function((_N,), 1, None, _N, _least),
    "normalize-space": Function((_T,), 1, 1, _T, lambda a: " ".join(to_text(a).split())),
    "not": Function((_B,), 1, 1, _B, lambda a: not to_truth(a)),
    "number": Function((_A,), 1, 1, _N, to_number),
    "pi": Function((), 0, 0, _N, lambda: math.pi),
    "pow": Function((_N, _N), 2, 2, _N, power),
    "round": Function((_N, _N), 1, 2, _N, rounded),
    "selected-at": Function((_C, _N), 2, 2, _T, _selected_at),
    "sqrt": Function((_N,), 1, 1, _N, _square_root),
    "starts-with": Function((_A, _T), 2, 2, _B, lambda a, b: to_text(a).startswith(to_text(b))),
    "string": Function((_A,), 1, 1, _T, to_text),
    "string-length": Function((_A,), 1, 1, _N, lambda a: float(len(to_text(a)))),
    "substr": Function((_A, _N, _N), 2, 3, _T, _substring),
    "substring-after": Function((_A, _T), 2, 2, _T, _after),
    "substring-before": Function((_A, _T), 2, 2, _T, _before),
    "sum": Function((_N,), 1, None, _N, _sum),
    "translate": Function((_A, _T, _T), 3, 3, _T, _translate),
    "true": Function((), 0, 0, _B, lambda: True),
    "upper-case": Function((_T,), 1, 1, _T, lambda a: to_text(a).upper()),
    "weighted-checklist": Function((_N, _N, _A), 4, None, _B, _weighted_checklist),
}

"""A plain pocket calculator: what its display says after each key. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, DecimalException

DIGITS = 12
"""Most digits of a number, as on a pocket calculator."""
TOO_LARGE = "E"
"""What the display says when there is no such number, until it is cleared."""
KEYS = (
    *("C", "%", "<", "÷"),
    *("7", "8", "9", "×"),
    *("4", "5", "6", "−"),
    *("1", "2", "3", "+"),
    *("0", ".", "="),
)
"""In the order they stand, four in a row; 0 is as wide as two."""
_CONTEXT = Context(prec=DIGITS)


class Calculator:
    """Keys are worked off as they come, without precedence: 2 + 3 × 4 = is 20."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.display = "0"
        self._kept: Decimal | None = None
        self._operation = ""
        self._begins = True
        self._typed = ""

    @property
    def typed(self) -> str:
        """What was typed last, with zeros that lead; "" when the display shows a result."""
        return "" if self._begins else self._typed

    def press(self, key: str) -> None:
        """One of KEYS."""
        if key == "C" or self.display == TOO_LARGE:
            self._clear()
        if key.isdigit() or key == ".":
            self._type(key)
        elif key == "<":
            self._show_typed("" if self._begins else self._typed[:-1])
        elif key == "%":
            self._show(lambda: self._number / 100)
        elif key != "C":
            self._operate(key)

    @property
    def _number(self) -> Decimal:
        return Decimal(self.display.rstrip(".") or "0")

    def _type(self, key: str) -> None:
        before = "" if self._begins else self._typed
        if (key == "." and "." in before) or sum(map(str.isdigit, before)) >= DIGITS:
            return
        self._show_typed(before + key)

    def _show_typed(self, typed: str) -> None:
        self._typed, self._begins = typed, False
        whole, point, rest = typed.partition(".")
        self.display = (whole.lstrip("0") or "0") + point + rest

    def _operate(self, key: str) -> None:
        if self._operation and self._kept is not None and not self._begins:
            kept, number, operation = self._kept, self._number, self._operation
            self._show(lambda: _result(operation, kept, number))
        elif self.display != TOO_LARGE:
            number = self._number
            self._show(lambda: number)
        self._operation = "" if key == "=" or self.display == TOO_LARGE else key
        self._kept = None if self.display == TOO_LARGE else self._number
        self._begins = True

    def _show(self, work: Callable[[], Decimal]) -> None:
        try:
            number = _CONTEXT.plus(work())
        except (DecimalException, ZeroDivisionError):
            self.display = TOO_LARGE
        else:
            plain = f"{number:f}"
            if "." in plain:
                plain = plain.rstrip("0").rstrip(".")
            fits = abs(number) < 10**DIGITS
            self.display = (plain[: DIGITS + 2] if plain != "-0" else "0") if fits else TOO_LARGE
        self._begins = True


def _result(operation: str, left: Decimal, right: Decimal) -> Decimal:
    if operation == "+":
        return _CONTEXT.add(left, right)
    if operation == "−":
        return _CONTEXT.subtract(left, right)
    if operation == "×":
        return _CONTEXT.multiply(left, right)
    return _CONTEXT.divide(left, right)

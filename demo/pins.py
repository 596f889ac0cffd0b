"""PINs of simulated officers: drawn as a tablet would accept them."""

from __future__ import annotations

from collections.abc import Callable

from mobile.security.pins import is_too_easy

DIGITS = 8


def drawn_pin(below: Callable[[int], int]) -> str:
    """Eight digits, drawn again while a tablet would refuse them: one in two hundred is a date.

    below: a number from 0 up to, not with, the one it is given; secrets.randbelow.
    """
    while is_too_easy(pin := f"{below(10**DIGITS):0{DIGITS}d}"):
        pass
    return pin

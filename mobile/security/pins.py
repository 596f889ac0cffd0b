"""What counts as a good PIN or passphrase, and how long it would take to guess."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mobile.sentences import Told
from shared.errors import StoreError

LEAST_LENGTH = 6
# How many different characters somebody who guesses must count with, per kind used.
ALPHABETS = {"digit": 10, "letter": 26, "capital": 26, "other": 33}
SECONDS_A_TRY = 0.5  # keys.TARGET_S; a thief with a copy and a good machine is ten times faster
THIEF_IS_FASTER = 10
YEAR_S = 365.25 * 86400


class WeakPin(Told, StoreError):
    """A PIN anyone would try first."""

    text_id = "tablet.weak_pin"

    def __init__(self) -> None:
        super().__init__(least=LEAST_LENGTH)


class Strength(StrEnum):
    """How good a PIN or passphrase is, in one word for the screen."""

    REFUSED = "refused"
    FAIR = "fair"  # keeps out somebody who holds the tablet, not one who copies its files
    GOOD = "good"  # a year or more for somebody who copied the files
    STRONG = "strong"  # a thousand years or more


@dataclass(frozen=True, slots=True)
class PinStrength:
    """years_to_guess: half of all PINs of this shape, for somebody who copied the files."""

    strength: Strength
    years_to_guess: float


def normalise_pin(pin: str) -> str:
    """The same secret however it was typed: Unicode NFKC, digits of every script as 0 to 9."""
    plain = unicodedata.normalize("NFKC", pin)
    return "".join(
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in plain
    )


def pin_strength(pin: str) -> PinStrength:
    """How long guessing would take, from length and the kinds of characters used."""
    plain = normalise_pin(pin)
    if is_too_easy(plain):
        return PinStrength(Strength.REFUSED, 0.0)
    kinds = {_kind(sign) for sign in plain}
    guesses_log2 = len(plain) * math.log2(sum(ALPHABETS[kind] for kind in kinds)) - 1
    years = 2.0 ** min(guesses_log2, 500) * SECONDS_A_TRY / THIEF_IS_FASTER / YEAR_S
    strength = Strength.STRONG if years >= 1000 else Strength.GOOD if years >= 1 else Strength.FAIR
    return PinStrength(strength, years)


def check_pin(pin: str) -> None:
    """Raises WeakPin for a PIN that is too short or too easy."""
    if is_too_easy(normalise_pin(pin)):
        raise WeakPin


def is_too_easy(pin: str) -> bool:
    """Too short, one character only, a run (123456, 987654, abcdef) or a repeated part (121212)."""
    if len(pin) < LEAST_LENGTH:
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        return True
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isalpha():
        return "capital" if sign.isupper() else "letter"
    return "other"

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
LEAST_PASSPHRASE = 15
"""Characters of a passphrase that stands alone (NIST SP 800-63B-4, 3.1.1.2)."""
_COMMON = """
000000 111111 112211 112233 121212 123123 123321 123456 123654 147258 147852 147896 159357
159753 258456 258852 369258 456123 456456 456789 520520 520131 654321 696969 741852 753159
753951 789456 852456 963852 987654 1234567 12344321 11223344 12345678 87654321 147258369
159357456 123456789 987654321 1234567890 0123456789 1q2w3e 1qaz2wsx 123qwe abc123 admin123
asdfgh asdfghjkl dragon football iloveyou letmein master monkey password password1 passw0rd
princess qazwsx qwerty qwerty123 qwertyuiop sunshine superman welcome zxcvbn zxcvbnm tally87
"""
COMMON = frozenset(_COMMON.split())
"""What most people choose, by published counts of leaked PINs and passwords (DataGenetics 2012,
NCSC 2019): the first a thief tries."""
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


class PassphraseNeeded(Told, StoreError):
    """The programme asks for a passphrase, and this is none."""

    text_id = "tablet.passphrase_needed"

    def __init__(self) -> None:
        super().__init__(least=LEAST_PASSPHRASE)


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


def is_passphrase(secret: str) -> bool:
    """Whether this is long enough to stand alone against somebody who copied the files, and more
    than digits: those that people remember are telephone numbers and dates."""
    plain = normalise_pin(secret)
    return len(plain) >= LEAST_PASSPHRASE and not plain.isdigit() and not is_too_easy(plain)


def check_passphrase(secret: str) -> None:
    """Raises PassphraseNeeded for what is no passphrase."""
    if not is_passphrase(secret):
        raise PassphraseNeeded


def check_pin(pin: str) -> None:
    """Raises WeakPin for a PIN that is too short or too easy."""
    if is_too_easy(normalise_pin(pin)):
        raise WeakPin


def is_too_easy(pin: str) -> bool:
    """Too short, one character only, a run (123456, 987654, abcdef), a repeated part (121212), a
    date, or one of those that most people choose."""
    if len(pin) < LEAST_LENGTH or pin.casefold() in COMMON or is_date(pin):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        return True
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )


def is_date(pin: str) -> bool:
    """Whether these are six or eight digits that somebody could have been born on, or begun work:
    in any order of day, month and year, and six digits of a month and a year. All of them together
    are a few tens of thousands: minutes for a thief who copied the files."""
    if not (pin.isascii() and pin.isdigit()):
        return False
    if len(pin) == 6:
        one, two, three = pin[:2], pin[2:4], pin[4:]
        days = ((one, two), (two, one), (three, two))
        years = ((pin[:4], three), (pin[2:], one))
        return any(_is_day(*both) for both in days) or any(
            _is_year(year) and 1 <= int(month) <= 12 for year, month in years
        )
    if len(pin) == 8:
        first, last = (pin[:2], pin[2:4]), (pin[6:], pin[4:6])
        return any(
            _is_year(year) and (_is_day(*both) or _is_day(*both[::-1]))
            for year, both in ((pin[4:], first), (pin[:4], last))
        )
    return False


def _is_day(day: str, month: str) -> bool:
    # 32 days: a month of the Nepali calendar has as many.
    return 1 <= int(day) <= 32 and 1 <= int(month) <= 13


def _is_year(year: str) -> bool:
    """Of a calendar of shared.calendars: Gregorian and Bikram Sambat, Hijri."""
    return 1900 <= int(year) <= 2099 or 1300 <= int(year) <= 1499


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isalpha():
        return "capital" if sign.isupper() else "letter"
    return "other"

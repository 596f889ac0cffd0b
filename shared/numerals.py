"""Numbers as people type them, in the digits and signs of every script Tally87 is shipped in.

A number is read in one way whatever keyboard it was typed on, and what cannot be read for certain
is not read at all: 7.5 typed in Arabic must not become 75, and 1.500 is fifteen hundred to one
officer and one and a half to the next.

Digits: every decimal digit of Unicode (category Nd: Latin, Arabic-Indic, Persian and Urdu,
Devanagari, Bengali, full width), and the Ethiopic numerals, which are not decimal digits (The
Unicode Standard, section 19.1: tens and ones, hundreds U+137B, ten thousands U+137C). Signs: CLDR's
decimal and grouping separators of the shipped languages, and what keyboards offer for them.
"""

from __future__ import annotations

import re
import unicodedata

MOST_DIGITS = 15
"""As many as a 64-bit float holds exactly: what is longer is a slip, not a number."""
MOST_DECIMALS = 2

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
"""Marks keyboards put between letters to order them; nobody sees them."""
_MINUS = str.maketrans("\u2212\u2010\u2011\ufe63\uff0d", "-----")
_DECIMAL_ONLY = "\u066b"  # Arabic decimal separator
_EITHER = ".,\u060c\uff0c\uff0e"  # decimal sign in one country, sign of thousands in the next
_THOUSANDS_ONLY = "\u066c'\u2019\u00a0\u202f\u2009 "  # Arabic thousands, apostrophes, spaces
_GROUPS = re.compile(r"\d{1,3}(?:g\d{2,3})*g\d{3}")
"""Thousands, and the lakh and crore of South Asia: 1,234,567 and 12,34,567."""
_PLAIN = re.compile(r"(-?)(\d+)(?:\.(\d*))?|(-?)\.(\d+)")
_ETHIOPIC = re.compile("[\u1369-\u137c]+")


class NotANumber(ValueError):
    """It cannot be read as a number for certain. Carries no value: it may be somebody's answer."""

    def __init__(self) -> None:
        super().__init__("not a number that can be read for certain")


def latin_digits(text: str) -> str:
    """The text with the digits of every script as 0 to 9; everything else stays."""
    if text.isascii():
        return text
    return "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit)
        for letter in text
    )


def read_whole(typed: str) -> int:
    """A whole number, as typed. Raises NotANumber, also for one with a decimal sign."""
    found = _read(typed)
    if "." in found:
        raise NotANumber
    return int(found)


def read_decimal(typed: str) -> float:
    """A number with at most two decimals, as typed. Raises NotANumber."""
    return float(_read(typed))


def _read(typed: str) -> str:
    """Written as -1234.56."""
    text = _UNSEEN.sub("", typed).strip().translate(_MINUS)
    if _ETHIOPIC.fullmatch(text):
        return str(_ethiopic(text))
    found = _PLAIN.fullmatch(_without_groups(latin_digits(text)))
    if found is None:
        raise NotANumber
    minus, whole = found[1] or found[4] or "", found[2] or "0"
    decimals = found[3] if found[5] is None else found[5]
    if len(whole) > MOST_DIGITS or len(decimals or "") > MOST_DECIMALS:
        raise NotANumber
    return f"{minus}{whole}" if decimals is None else f"{minus}{whole}.{decimals or '0'}"


def _without_groups(text: str) -> str:
    """The signs of thousands taken out, the decimal sign as a point."""
    signs = [letter for letter in text if letter in _DECIMAL_ONLY + _EITHER + _THOUSANDS_ONLY]
    if not signs:
        return text
    last, before = signs[-1], signs[:-1]
    is_decimal = last in _DECIMAL_ONLY or (last in _EITHER and last not in before)
    head, _, tail = text.rpartition(last)
    if last in _EITHER and is_decimal and not before and len(tail) == 3 and head.strip("-0"):
        raise NotANumber  # 1.500 and 1,500: nobody can say which of the two is meant
    if not is_decimal:
        head, tail, before = text, "", signs
    if before:
        if len(set(before)) > 1 or before[0] in _DECIMAL_ONLY:
            raise NotANumber
        minus, digits = ("-", head[1:]) if head.startswith("-") else ("", head)
        if not _GROUPS.fullmatch(digits.replace(before[0], "g")):
            raise NotANumber
        head = minus + digits.replace(before[0], "")
    return f"{head}.{tail}" if is_decimal else head


def _ethiopic(text: str) -> int:
    """፲፱፻፹፯ is 1987: groups of four by the sign of ten thousand, of two by the sign of hundred."""
    total = 0
    for group in text.split("\u137c"):
        hundreds, sign, rest = group.rpartition("\u137b")
        value = (_below_hundred(hundreds) or 1) * 100 if sign else 0
        value += _below_hundred(rest)
        if total == 0 and value == 0 and "\u137c" in text:
            value = 1  # the sign alone is one ten thousand
        total = total * 10_000 + value
    return total


def _below_hundred(text: str) -> int:
    tens = {chr(0x1372 + at): 10 * (at + 1) for at in range(9)}
    ones = {chr(0x1369 + at): at + 1 for at in range(9)}
    if text[:1] in tens:
        value, rest = tens[text[0]], text[1:]
    else:
        value, rest = 0, text
    if not rest:
        return value
    if rest not in ones:
        raise NotANumber
    return value + ones[rest]

"""Letters of the scripts that version 1 had no tables for, as Latin letters: one frozen table.

Made once from anyascii's tables (``python -m benchmarks.linkage_letters``) and kept as data: what
a letter stands for may never change, because every code made from then on would. Not a
transcription anybody would print: it only has to give the same letters for the same name. The
inherent vowel of Indic letters is left out, which a skeleton does not miss.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "data" / "linkage" / "letters-2.txt"
"""A line for each spelling: Latin letters, a tab, the characters written so."""

_BEFORE_THEIR_CONSONANT = frozenset("เแโใไເແໂໃໄ")
"""Vowels of Thai and Lao that are written before the consonant they are spoken after."""


def latin_of(character: str) -> str | None:
    """Latin letters a to z for a lower-case character of the table; None when it is not in it."""
    return None if character.isascii() else _table().get(character)


def as_spoken(text: str) -> str:
    """The text with Thai and Lao vowels behind the consonant they follow in speech."""
    if _BEFORE_THEIR_CONSONANT.isdisjoint(text):
        return text
    characters, place = list(text), 0
    while place < len(characters) - 1:
        if characters[place] in _BEFORE_THEIR_CONSONANT and characters[place + 1].isalpha():
            characters[place : place + 2] = [characters[place + 1], characters[place]]
            place += 1
        place += 1
    return "".join(characters)


@cache
def _table() -> Mapping[str, str]:
    found = {}
    for line in TABLE.read_text("utf-8").split("\n"):
        latin, _, characters = line.partition("\t")
        found.update(dict.fromkeys(characters, latin))
    return found

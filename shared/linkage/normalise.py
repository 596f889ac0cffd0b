"""Names as they are compared: letters only, and the skeleton that survives other spellings."""

from __future__ import annotations

import re
import unicodedata

from shared.linkage.transliterate import to_latin

SKELETON_LETTERS = 6
"""Longer skeletons tell typing errors apart rather than persons."""

_NOT_A_LETTER = re.compile(r"[^a-z]+")
# The Arabic article, when it is set off from the name: Al-Hassan, El Hassan, Hassan.
_ARTICLE = re.compile(r"^(?:al|el|ul)[\s'’-]+(?=\w)")
# One sound, several spellings. In this order: ph before h is dropped, x and ck before k.
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"[cq]"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"v"), "w"),
    (re.compile(r"j"), "y"),
    (re.compile(r"^[aeiou]+"), "a"),
)
_UNHEARD = re.compile(r"(?<=.)[aeiouhwy]")
_DOUBLED = re.compile(r"(.)\1+")


def letters_of(name: str | None) -> str:
    """The name in letters a to z only: lower case, other scripts transliterated, no article.

    Empty when there is no name, or nothing in it that has a letter.
    """
    if not name:
        return ""
    return _NOT_A_LETTER.sub("", _ARTICLE.sub("", to_latin(name).strip()))


def makes_codes(name: str) -> bool:
    """Whether the name has letters and every one is known.

    Else its codes would find the person badly or never, and the officer has to be told.
    """
    return bool(letters_of(name)) and all(
        not character.isalpha() or _reads(character)
        for character in unicodedata.normalize("NFC", name)
    )


def _reads(character: str) -> bool:
    # Hamza and vowel carriers are known to say nothing; what is not known stays as it is.
    # A sign of mathematics becomes a capital, which no name that is compared has.
    latin = to_latin(character)
    return latin.isascii() and latin == latin.lower()


def skeleton(letters: str) -> str:
    """What stays of a name however it is spelt: first sound and consonants, at most six letters.

    Takes what ``letters_of`` gave. ph is f; c, q and k are one, z and s, v and w, j and y; a
    first vowel is written a, whichever it is (Omar, Umar; Elias, Ilyas); h, w, y and vowels after
    the first letter are dropped, letters written double are one.
    After the token design of the linkage prototypes, with two differences: the first vowel is
    levelled, because Arabic script leaves it open, and only letters that are written next to each
    other count as double, so that Nana is not Na (and Muhammad still is Mohamed).
    """
    for sound, spelling in _SOUNDS:
        letters = sound.sub(spelling, letters)
    return _UNHEARD.sub("", _DOUBLED.sub(r"\1", letters))[:SKELETON_LETTERS]

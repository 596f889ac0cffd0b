"""Search in a code list by what an officer types: a code, a word, a piece of a word.

Pure look-up over the entries; a few hundred entries are searched in well under a millisecond.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Protocol


class Searchable(Protocol):
    """What the index reads of an entry."""

    @property
    def code(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def aliases(self) -> Mapping[str, tuple[str, ...]]: ...


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents ('Pêche' gives 'peche').

    Marks that carry meaning in Indic and Arabic scripts are kept; only Latin accents fall.
    """
    bare = "".join(
        _without_latin_accent(letter) for letter in unicodedata.normalize("NFC", text.casefold())
    )
    return tuple(word for word in _split(bare) if word)


def _without_latin_accent(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else letter


def _split(text: str) -> list[str]:
    """Words; vowel signs (categories Mn and Mc) stay inside their word."""
    kept = "".join(
        letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " "
        for letter in text
    )
    return kept.split()


class SearchIndex:
    """The words of every entry, by where they stand."""

    def __init__(self, entries: Iterable[Searchable]) -> None:
        self._rows = [
            (
                entry.code,
                entry.code.casefold(),
                {language: words_of(label) for language, label in entry.labels.items()},
                tuple(
                    word
                    for names in entry.aliases.values()
                    for name in names
                    for word in words_of(name)
                ),
            )
            for entry in entries
        ]

    def search(self, text: str, language: str) -> list[str]:
        """The codes that fit every word, best first; list order among equals. Empty text: all."""
        asked = words_of(text)
        if not asked:
            return [code for code, *_ in self._rows]
        whole = text.strip().casefold()
        ranked: list[tuple[int, int, str]] = []
        for place, (code, folded, labels, aliases) in enumerate(self._rows):
            if folded == whole:
                ranked.append((0, place, code))
                continue
            own = labels.get(language, ())
            other = labels.get("en", ()) if language != "en" else ()
            ranks = [_rank(word, folded, own, aliases, other) for word in asked]
            if None not in ranks:
                ranked.append((sum(rank for rank in ranks if rank is not None), place, code))
        return [code for _, _, code in sorted(ranked)]


def _rank(
    word: str,
    code: str,
    own: tuple[str, ...],
    aliases: tuple[str, ...],
    english: tuple[str, ...],
) -> int | None:
    """How well one word fits one entry: small is better, None is not at all."""
    if code.startswith(word):
        return 1
    best: int | None = None
    for weight, words in ((0, own), (1, aliases), (2, english)):
        for candidate in words:
            rank = _fit(word, candidate)
            if rank is not None and (best is None or rank + weight < best):
                best = rank + weight
    return best


def _fit(word: str, candidate: str) -> int | None:
    if candidate == word:
        return 2
    if candidate.startswith(word):
        return 5
    # 'bricks' finds 'brick': a plural or case ending of at most two letters
    if len(candidate) >= 4 and word.startswith(candidate) and len(word) - len(candidate) <= 2:
        return 6
    if len(word) >= 4 and word in candidate:
        return 12
    return None

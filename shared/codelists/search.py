"""Search in a code list by what an officer types: a code, a word, a piece of a word.

Pure look-up over the entries; a few hundred entries are searched in a few milliseconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.numerals import latin_digits

FUZZY_FROM = 5
"""Letters from which a word may be one letter wrong: shorter ones would find too much."""


def _alike() -> dict[int, str | None]:
    """Letters people write one for the other, as one letter.

    Arabic script: the alefs, teh marbuta, Persian and Arabic yeh and kaf; vowel signs fall.
    Devanagari: candrabindu as anusvara, nukta falls. Ethiopic: the series that sound alike in
    Amharic.
    """
    table: dict[int, str | None] = dict.fromkeys([*range(0x064B, 0x0653), 0x0640, 0x093C])
    for letters, one in (("أإآٱ", "ا"), ("ىی", "ي"), ("ک", "ك"), ("ةۃہھ", "ه"), ("ँ", "ं")):
        table |= dict.fromkeys(map(ord, letters), one)
    for first, like in (
        (0x1210, 0x1200),
        (0x1280, 0x1200),
        (0x1220, 0x1230),
        (0x12D0, 0x12A0),
        (0x1340, 0x1338),
    ):
        table |= {first + order: chr(like + order) for order in range(7)}
    return table


_ALIKE = _alike()


class Searchable(Protocol):
    """What the index reads of an entry."""

    @property
    def code(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def aliases(self) -> Mapping[str, tuple[str, ...]]: ...


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared ('Pêche' gives 'peche').

    Without case, Latin accents and differences of spelling people do not make; the vowel signs
    of Indic scripts stay, and digits are the same in every script.
    """
    composed = unicodedata.normalize("NFC", latin_digits(text).casefold())
    plain = unicodedata.normalize("NFD", composed)
    kept: list[str] = []
    last = " "
    for letter in plain:
        is_mark = unicodedata.category(letter)[0] == "M"
        if not is_mark:
            last = letter
        elif last.isascii():
            continue
        kept.append(letter if is_mark or letter.isalnum() else " ")
    composed = unicodedata.normalize("NFC", "".join(kept))
    return tuple(composed.translate(_ALIKE).split())


class SearchIndex:
    """The words of every entry, by where they stand."""

    def __init__(self, entries: Iterable[Searchable]) -> None:
        self._rows = [
            (
                entry.code,
                entry.code.casefold(),
                {language: words_of(label) for language, label in entry.labels.items()},
                tuple(words_of(name) for names in entry.aliases.values() for name in names),
            )
            for entry in entries
        ]

    def search(self, text: str, language: str) -> list[str]:
        """The codes that fit every word, best first; list order among equals. Empty text: all.

        Where nothing fits, words of FUZZY_FROM letters and more may be one letter wrong.
        """
        asked = words_of(text)
        if not asked:
            return [] if text.strip() else [code for code, *_ in self._rows]
        whole = latin_digits(text).strip().casefold()
        return self._fitting(asked, whole, language, fuzzy=False) or self._fitting(
            asked, whole, language, fuzzy=True
        )

    def _fitting(
        self, asked: tuple[str, ...], whole: str, language: str, *, fuzzy: bool
    ) -> list[str]:
        ranked: list[tuple[int, int, str]] = []
        for place, (code, folded, labels, aliases) in enumerate(self._rows):
            if folded == whole:
                ranked.append((0, place, code))
                continue
            own = labels.get(language, ())
            english = labels.get("en", ()) if language != "en" else ()
            if asked in aliases or asked == own:
                ranked.append((1, place, code))  # just what people call it
                continue
            named = tuple(word for words in aliases for word in words)
            total = 0
            for word in asked:
                rank = _rank(word, folded, own, named, english, fuzzy=fuzzy)
                if rank is None:
                    break
                total += rank
            else:
                ranked.append((total, place, code))
        return [code for _, _, code in sorted(ranked)]


def _rank(
    word: str,
    code: str,
    own: tuple[str, ...],
    aliases: tuple[str, ...],
    english: tuple[str, ...],
    *,
    fuzzy: bool,
) -> int | None:
    """How well one word fits one entry: small is better, None is not at all."""
    if code.startswith(word):
        return 2
    best: int | None = None
    for weight, words in ((0, own), (1, aliases), (2, english)):
        for candidate in words:
            rank = _fit(word, candidate, fuzzy=fuzzy)
            if rank is not None and (best is None or rank + weight < best):
                best = rank + weight
    return best


def _fit(word: str, candidate: str, *, fuzzy: bool) -> int | None:
    if candidate == word:
        return 2
    if candidate.startswith(word):
        return 5
    # 'bricks' finds 'brick': a plural or case ending of at most two letters
    if len(candidate) >= 4 and word.startswith(candidate) and len(word) - len(candidate) <= 2:
        return 6
    if len(word) >= 4 and word in candidate:
        return 12
    if fuzzy and len(word) >= FUZZY_FROM and _one_letter_apart(word, candidate):
        return 20
    return None


def _one_letter_apart(word: str, candidate: str) -> bool:
    """Whether one letter more, less, other or two neighbours swapped makes one of the other."""
    shorter, longer = sorted((word, candidate), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = 0
    while start < len(shorter) and shorter[start] == longer[start]:
        start += 1
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    if shorter[start + 1 :] == longer[start + 1 :]:
        return True
    return (
        shorter[start : start + 2] == longer[start : start + 2][::-1]
        and shorter[start + 2 :] == longer[start + 2 :]
    )

"""A font an office adds for a language: read, fitted, held against all the language says.

In a country folder it lies beside the words, ``languages/LANGUAGE/regular.ttf`` and, for headings,
``bold.ttf``; with the edition it reaches the tablets (``shared.parts``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.durable import replace_file
from shared.errors import QuestionnaireError
from shared.fonts import BITMAPS_ONLY, NO_SUBSET, RESTRICTED, Font, read_font
from shared.parts import BOLD, REGULAR
from shared.scripts import script_code
from shared.texts import catalogue_of
from shared.wire.limits import MAX_FONT_BYTES

FONTS = Path(__file__).parents[1] / "exports" / "fonts"
"""The fonts of the tablet, with which the office prints."""
FITTING_SECONDS = 120
_END_OF_LATIN = 0x250
_REGULAR_WEIGHT, _BOLD_WEIGHT = 400, 700
_IN_THE_FONT_OF_KIVY = (
    *((0x0384, 0x038A), (0x038C, 0x038C), (0x038E, 0x03A1), (0x03A3, 0x03CE)),
    *((0x03D1, 0x03D2), (0x03D6, 0x03D6), (0x0400, 0x0486), (0x0488, 0x0513)),
)
"""Greek and Cyrillic that tablets draw: of the font Kivy brings, which the office has not."""


@dataclass(frozen=True)
class FittedFont:
    """family, licence, embedding: as the file says them. regular, bold: for tablets; bold is b""
    where headings are drawn as the rest is. said_only: whether of its script only those letters
    fitted that the language says now."""

    family: str
    licence: str
    embedding: int
    regular: bytes
    bold: bytes
    covers: frozenset[int]
    said_only: bool

    @property
    def size(self) -> int:
        """Bytes to a tablet, before they are squeezed."""
        return len(self.regular) + len(self.bold)


def fit(language: str, data: bytes, bold: bytes, said: Iterable[str]) -> FittedFont:
    """The font as tablets get it. bold: another file for headings, b"" for none; a variable font
    has both. said: what the language says.

    Raises QuestionnaireError: no font, one that may not be handed on, letters it lacks, too large.
    """
    font = read_font(data)
    for one in (font, read_font(bold)) if bold else (font,):
        _must_be_allowed(one)
    letters = {ord(letter) for letter in "".join(said) if needs_a_glyph(letter)}
    keep = _of_scripts(letters, font.covers)
    heavy = bold or (data if font.axes else b"")
    made = _both(language, data, heavy, keep)
    said_only = sum(map(len, made)) > MAX_FONT_BYTES and bool(letters)
    if said_only:
        made = _both(language, data, heavy, letters)
    if sum(map(len, made)) > MAX_FONT_BYTES:
        raise QuestionnaireError(
            f"The font has {sum(map(len, made)):,} bytes for tablets; allowed are "
            f"{MAX_FONT_BYTES:,}. Cut it down to the letters of the language (pyftsubset)."
        )
    covers = read_font(made[0]).covers
    if made[1]:
        covers &= read_font(made[1]).covers
    must_cover(covers, letters)
    return FittedFont(font.family, font.licence, font.embedding, *made, covers, said_only)


def must_cover(covers: Collection[int], letters: Iterable[int]) -> None:
    """Raises QuestionnaireError naming the letters that would be boxes."""
    lacking = sorted(set(letters) - set(covers))
    if lacking:
        raise QuestionnaireError(
            f"The font lacks {len(lacking)} of the letters of the language: {named(lacking)}."
        )


def named(points: Sequence[int], most: int = 12) -> str:
    """Letters as one can look them up."""
    told = [f"{chr(one)} (U+{one:04X} {unicodedata.name(chr(one), '?')})" for one in points[:most]]
    return ", ".join(told) + (f" and {len(points) - most} more" if len(points) > most else "")


def needs_a_glyph(letter: str) -> bool:
    """Whether a font has to have it: not ends of lines, spaces, joiners and marks of direction."""
    return unicodedata.category(letter) not in ("Cc", "Cf", "Zs", "Zl", "Zp")


def lay_font(folder: Path, language: str, font: FittedFont) -> list[str]:
    """Writes it into a country folder; names of the files. A heavy one of before goes."""
    top = folder / "languages" / language
    top.mkdir(parents=True, exist_ok=True)
    replace_file(top / REGULAR, font.regular)
    if not font.bold:
        (top / BOLD).unlink(missing_ok=True)
        return [f"languages/{language}/{REGULAR}"]
    replace_file(top / BOLD, font.bold)
    return [f"languages/{language}/{name}" for name in (REGULAR, BOLD)]


def letters_of_font(folders: Sequence[Path], language: str) -> frozenset[int]:
    """What a language's own font draws, of the last folder that has one; nothing without."""
    for folder in reversed(folders):
        file = folder / "languages" / language / REGULAR
        if file.is_file():
            return read_font(file.read_bytes()).covers
    return frozenset()


def boxes_of(folder: Path) -> dict[str, list[int]]:
    """Letters of what a country folder says in its own languages that no font of a tablet has, by
    language: compiled catalogues are taken into an edition whoever made them."""
    found = {}
    for language in sorted((folder / "languages").glob("*/")):
        said: set[str] = set()
        for file in language.glob("*.mo"):
            with suppress(OSError, ValueError):  # no catalogue: that is told of it elsewhere
                said.update(*getattr(catalogue_of(file.read_bytes()), "_catalog", {}).values())
        drawn = letters_shipped()
        with suppress(QuestionnaireError):
            drawn |= letters_of_font([folder], language.name)
        lacking = sorted(ord(one) for one in said if needs_a_glyph(one) and ord(one) not in drawn)
        if lacking:
            found[language.name] = lacking
    return found


def boxes_told(folder: Path) -> list[str]:
    """The same in sentences, one a language: what keeps an edition from being published."""
    return [
        f"languages/{language}: {len(letters)} letters would be boxes, for no font of a tablet has "
        f"them: {named(letters)}. tally87 language font {language} FONT.ttf adds one."
        for language, letters in boxes_of(folder).items()
    ]


@cache
def letters_shipped() -> frozenset[int]:
    """What tablets draw without any font of an office."""
    found: set[int] = set()
    for file in sorted(FONTS.glob("NotoSans-*-Regular.ttf")):
        found |= read_font(file.read_bytes()).covers
    for first, last in _IN_THE_FONT_OF_KIVY:
        found.update(range(first, last + 1))
    return frozenset(found)


def _must_be_allowed(font: Font) -> None:
    if font.embedding & RESTRICTED or font.embedding & BITMAPS_ONLY:
        raise QuestionnaireError(
            f"Whoever made {font.family!r} forbids to hand it on in other programs (fsType "
            f"{font.embedding:#06x}). Take one that may be: those of Noto are under the OFL."
        )
    if font.embedding & NO_SUBSET:
        raise QuestionnaireError(
            f"Whoever made {font.family!r} forbids to cut it down or to add Latin letters (fsType "
            f"{font.embedding:#06x}), and tablets need both."
        )


def _of_scripts(letters: Collection[int], covers: Collection[int]) -> set[int] | None:
    """What is kept of a font: these letters, all of their scripts, and of what every script shares
    marks, digits and punctuation; None for all, where nothing is said yet."""
    scripts = {script_code(chr(point)) for point in letters} - {""}
    if not scripts:
        return None
    if scripts != {"Latn"}:
        scripts -= {"Latn"}

    def is_kept(point: int) -> bool:
        code = script_code(chr(point))
        shared_by_all = not code and unicodedata.category(chr(point))[0] in "PMNZ"
        return code in scripts or shared_by_all or point < _END_OF_LATIN

    return {point for point in covers if point in letters or is_kept(point)}


def _both(
    language: str, data: bytes, heavy: bytes, keep: Collection[int] | None
) -> tuple[bytes, bytes]:
    regular = _fitted(language, data, _REGULAR_WEIGHT, keep)
    bold = _fitted(language, heavy, _BOLD_WEIGHT, keep) if heavy else b""
    return regular, bold if bold != regular else b""


def _fitted(language: str, data: bytes, weight: int, keep: Collection[int] | None) -> bytes:
    """By a program of its own, see server.languages.font_fitting. Raises QuestionnaireError."""
    style = "Bold" if weight == _BOLD_WEIGHT else "Regular"
    asked = {
        "weight": weight,
        "name": f"Tally87 {language}",
        "latin": str(FONTS / f"NotoSans-Latin-{style}.ttf"),
        "keep": None if keep is None else sorted(keep),
    }
    try:
        done = subprocess.run(
            (sys.executable, "-m", "server.languages.font_fitting"),
            input=json.dumps(asked).encode() + b"\n" + data,
            capture_output=True,
            timeout=FITTING_SECONDS,
            env={**os.environ, "PYTHONHASHSEED": "0"},  # the same font gives the same bytes
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise QuestionnaireError(
            f"The font was not read within {FITTING_SECONDS} seconds; nothing was changed."
        ) from slow
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise QuestionnaireError(
            f"The font cannot be made fit for tablets: {why[-1] if why else 'it is too large'}."
        )
    read_font(done.stdout)
    return done.stdout

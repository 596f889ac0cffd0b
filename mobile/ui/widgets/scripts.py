"""Writing systems: which font draws a text, and in what order its letters stand on the screen.

SDL_ttf has no font fallback and does not reorder right-to-left text, so both are done here. The
fonts are Noto (mobile/ui/fonts/README.md), each with the Latin letters merged in; Cyrillic and
Greek are in the font Kivy brings. An office may add a font for a language (``draw_with``).
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import arabic_reshaper
from bidi.algorithm import get_display
from kivy import kivy_data_dir
from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.uix.label import Label

from mobile.ui.brought_fonts import BroughtFont
from shared.fonts import read_font
from shared.remembered import forgotten_on_locking
from shared.scripts import JOINED_FROM_THE_RIGHT, UNSPACED, runs_from_the_right, script_code

FONTS = Path(__file__).resolve().parents[1] / "fonts"

SCRIPT_RANGES = (
    ("Arabic", "Arab", ((0x0600, 0x06FF), (0x0750, 0x077F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))),
    ("Devanagari", "Deva", ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    ("Bengali", "Beng", ((0x0980, 0x09FF),)),
    ("Ethiopic", "Ethi", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))),
)
"""Scripts of the languages shipped beside Latin: our font's name, ISO 15924 code, ranges."""

LATIN = ("Latin", "Latn")
BROUGHT = "Brought "
"""How the names of fonts begin that an office added."""

CYRILLIC_AND_GREEK = (("Cyrillic", "Cyrl", (0x0400, 0x052F)), ("Greek", "Grek", (0x0370, 0x03FF)))
"""Scripts no language comes with yet, drawn by the font Kivy itself brings."""

_DANDAS = frozenset("\u0964\u0965")
_WITHOUT_DANDAS = dict.fromkeys(map(ord, _DANDAS))
SHAPED = frozenset({"Deva", "Beng"})
"""Scripts whose letters HarfBuzz joins and moves: it must be told which they are."""

_TOLD = frozenset(Label.font_script_name.options)
"""Scripts that Kivy passes on; of those that need shaping it knows all."""

MARK = "\u200f"
"""Right-to-left mark: keeps what stands on both sides of a separator from running together."""

_UNSEEN = dict.fromkeys((0x200E, 0x200F, *range(0x2066, 0x206A)))
"""Marks of direction: they order the letters, and no font draws them."""

_NEVER_FIRST = frozenset("ะาำๅๆฯຯະາຳໆ々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ་")
"""Vowels that stand behind their consonant, signs of repetition, small kana, the Tibetan tsheg."""
_NEVER_LAST = frozenset("เแโใไເແໂໃໄ\u17d2\u1039")
"""Vowels that stand before their consonant, and signs that put the next one below."""
_UNDRAWN = "\u200b\u200c\u200d\u200e\u200f\u00ad"
"""Joiners, places to break a line and marks of direction: no font needs them."""
_TURNED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")

_reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


class _Settled(dict[str, bool]):
    """The reshaper's settings, each read once. It asks the parser of its settings six times for
    every text, which takes longer than joining the letters."""

    def __init__(self, settings: Any) -> None:
        super().__init__()
        self._settings = settings

    def getboolean(self, name: str) -> bool:
        """As the parser says it."""
        if name not in self:
            self[name] = bool(self._settings.getboolean(name))
        return self[name]


_reshaper.configuration = _Settled(_reshaper.configuration)


def register_fonts() -> None:
    """Makes the fonts known to Kivy under the names font_of() gives."""
    for name, *_ in (LATIN, *SCRIPT_RANGES):
        stem = str(FONTS / f"NotoSans-{name}")
        LabelBase.register(f"Noto {name}", f"{stem}-Regular.ttf", fn_bold=f"{stem}-Bold.ttf")
    brought = Path(kivy_data_dir) / "fonts"
    for name, *_ in CYRILLIC_AND_GREEK:
        LabelBase.register(
            f"Noto {name}",
            str(brought / "Roboto-Regular.ttf"),
            fn_bold=str(brought / "Roboto-Bold.ttf"),
        )
    # Kivy's own widgets (cursor, hint text) ask for this name.
    stem = str(FONTS / "NotoSans-Latin")
    LabelBase.register("Roboto", f"{stem}-Regular.ttf", fn_bold=f"{stem}-Bold.ttf")


_brought: list[BroughtFont] = []
log = logging.getLogger("tally87.fonts")


def draw_with(fonts: Sequence[BroughtFont]) -> None:
    """From now on letters that no font of ours has are drawn with these, the others with ours.

    Each is tried first: one that cannot be drawn with would end the app at the first label, also
    before it is unlocked. Its letters are boxes then.
    """
    register_fonts()
    for font in fonts:
        LabelBase.register(font.name, str(font.regular), fn_bold=str(font.bold))
    _brought[:] = [font for font in fonts if _can_draw(font)]
    script_of.cache_clear()


_TRIED, _SIZE_PX, _WIDEST = 60, 20, 5
"""Letters tried of a font, their size, and how many times as wide as high they are at most."""


def _can_draw(font: BroughtFont) -> bool:
    # The last ones: a font brought for a script has its letters after the Latin ones.
    letters = [point for point in sorted(font.covers) if chr(point).isalpha()]
    words = "".join(map(chr, letters[-_TRIED:]))
    try:
        for bold in (False, True):
            label = CoreLabel(words, font_size=_SIZE_PX, font_name=font.name, bold=bold)
            if not 0 < label.get_extents(words)[0] <= _WIDEST * _SIZE_PX * len(words):
                raise ValueError("widths")
    except (ValueError, OSError, RuntimeError, MemoryError):
        log.warning("font_left_out language=%s", font.language)
        return False
    return True


@cache
def _letters_of(name: str) -> frozenset[int]:
    """What a font of ours draws."""
    file = FONTS / f"NotoSans-{name}-Regular.ttf"
    if not file.is_file():
        file = Path(kivy_data_dir) / "fonts" / "Roboto-Regular.ttf"
    return read_font(file.read_bytes()).covers


def _brought_for(text: str) -> BroughtFont | None:
    """A font of the office for what none of ours draws: that which has most of the letters."""
    if not _brought or text.isascii():
        return None
    points = {ord(letter) for letter in text if letter > " " and letter not in _UNDRAWN}
    ours = _letters_of(_script_of(text)[0])
    lacking = points - ours
    best = max(_brought, key=lambda font: len(points & font.covers))
    return best if len(points & best.covers) > len(points) - len(lacking) else None


@forgotten_on_locking
@lru_cache(maxsize=4096)
def script_of(text: str) -> tuple[str, str]:
    """The font name and ISO 15924 code of the first letter that is not Latin; else Latin's.

    A danda ends sentences in many scripts of India: it says which one only when nothing else does.
    """
    font = _brought_for(text)
    if font is None:
        return _script_of(text)
    codes = (script_code(letter) for letter in text)
    return font.name, next((code for code in codes if code not in ("", "Latn")), "Latn")


def _script_of(text: str) -> tuple[str, str]:
    letters = text.translate(_WITHOUT_DANDAS) if _DANDAS.intersection(text) else text
    for letter in letters if letters.strip() and not letters.isascii() else text:
        point = ord(letter)
        if point < 0x0370:
            continue
        for name, code, (low, high) in CYRILLIC_AND_GREEK:
            if low <= point <= high:
                return name, code
        for name, code, ranges in SCRIPT_RANGES:
            if any(low <= point <= high for low, high in ranges):
                return name, code
    return LATIN


def font_of(text: str) -> str:
    """The registered font that has the letters of this text."""
    name = script_of(text)[0]
    return name if name.startswith(BROUGHT) else f"Noto {name}"


def shaping_of(text: str) -> str:
    """The script HarfBuzz is told, Latin's where it need not know."""
    name, code = script_of(text)
    if name.startswith(BROUGHT):
        return code if code in _TOLD else "Zyyy"
    return code if code in SHAPED else LATIN[1]


def is_joined_from_the_right(text: str) -> bool:
    """Whether HarfBuzz has to join the letters from the right: those of a font an office added."""
    name, code = script_of(text)
    return name.startswith(BROUGHT) and code in {"Arab", *JOINED_FROM_THE_RIGHT}


def is_right_to_left(text: str) -> bool:
    """Whether the text has letters that run from right to left."""
    name, code = script_of(text)
    return code == "Arab" or (name.startswith(BROUGHT) and any(map(runs_from_the_right, text)))


def visual_line(line: str, *, base_rtl: bool, joined: bool = False) -> str:
    """One line, letters joined and in the order they stand from left to right.

    Numbers, dates and Latin words keep their own direction (Unicode bidirectional algorithm).
    joined: HarfBuzz joins the letters of the whole text (is_joined_from_the_right). It is given the
    line from the right, so that its letters stand as they are spoken, and turns brackets round.
    """
    if base_rtl:
        # Else the day after a Latin place name is drawn to the place, away from its month.
        line = line.replace("·", f"{MARK}·{MARK}")
    written = line if joined else _reshaper.reshape(line)
    shown = str(get_display(written, base_dir="R" if base_rtl else "L")).translate(_UNSEEN)
    return shown[::-1].translate(_TURNED) if joined else shown


def shortened_visual(
    text: str, width: float, measure: Callable[[str], float], *, base_rtl: bool
) -> str:
    """The text on one line of at most ``width``: words that do not fit are left out for dots."""
    joined = is_joined_from_the_right(text)
    whole = visual_line(text, base_rtl=base_rtl, joined=joined)
    if measure(whole) <= width:
        return whole
    words = text.split(" ")
    for kept in range(len(words) - 1, 0, -1):
        shorter = " ".join(words[:kept]).rstrip(" ·") + "…"
        line = visual_line(shorter, base_rtl=base_rtl, joined=joined)
        if measure(line) <= width:
            return line
    return visual_line(words[0], base_rtl=base_rtl, joined=joined)


def wrapped_visual(
    text: str, width: float, measure: Callable[[str], float], *, base_rtl: bool, most: int = 0
) -> str:
    """The text broken into lines of at most ``width``, each in visual order.

    most: so many lines at most, the last one ending in dots; 0 for all.

    Logical text is broken first and each line is reordered after: the other way round, lines come
    out in the wrong order. A single word wider than ``width`` stands on a line of its own.
    """
    lines: list[str] = []
    joined = is_joined_from_the_right(text)
    for paragraph in text.split("\n"):
        line = ""
        for gap, word in _pieces(paragraph):
            longer = f"{line}{gap}{word}" if line else word
            if line and measure(visual_line(longer, base_rtl=base_rtl, joined=joined)) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    if most and len(lines) > most:
        lines[most - 1 :] = [_with_dots(lines[most - 1], width, measure, base_rtl)]
    return "\n".join(visual_line(line, base_rtl=base_rtl, joined=joined) for line in lines)


def is_unspaced(text: str) -> bool:
    """Whether its script has no space between words, so that a line may end within a sentence."""
    return _brought != [] and script_of(text)[1] in UNSPACED


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """What is not broken in two, each with what stands before it on the same line."""
    apart = is_unspaced(paragraph)
    for number, word in enumerate(paragraph.split(" ")):
        pieces = between_syllables(word) if apart else [word]
        for at, piece in enumerate(pieces):
            yield ("" if at or not number else " "), piece


def between_syllables(word: str) -> list[str]:
    """Parts of a text without spaces between which a line may end.

    Where the translator marked the ends of words (U+200B), there; else before a letter that begins
    a syllable (UAX 14 leaves the rest to a dictionary, which no tablet has).
    """
    if "\u200b" in word:
        return [part for part in word.split("\u200b") if part]
    parts: list[str] = []
    for at, letter in enumerate(word):
        before, after = word[at - 1 : at], word[at + 1 : at + 3]
        if not parts or _holds_to_the_one_before(letter, before, after):
            parts[-1:] = [(parts[-1] if parts else "") + letter]
        else:
            parts.append(letter)
    return parts


def _holds_to_the_one_before(letter: str, before: str, after: str) -> bool:
    """Whether no line may end between the two. after: the two letters that follow."""
    kind = unicodedata.category(letter)
    return (
        kind in ("Mn", "Mc", "Cf", "Pe", "Pf", "Po", "Nd")
        or letter in _NEVER_FIRST
        or unicodedata.category(before) in ("Ps", "Pi")
        or before in _NEVER_LAST
        or (not script_code(letter) and not script_code(before))  # a number, an address
        or after[:1] == "\u103a"  # a final consonant of Burmese
        or after == "\u1037\u103a"
    )


def _with_dots(line: str, width: float, measure: Callable[[str], float], base_rtl: bool) -> str:
    """The line ending in dots, without the last words when it would be too long with them: Kivy
    would break it again, by then in visual order."""
    words, joined = list(_pieces(line)), is_joined_from_the_right(line)
    while True:
        dotted = "".join(gap + word for gap, word in words).rstrip(" ·") + "…"
        shown = visual_line(dotted, base_rtl=base_rtl, joined=joined)
        if len(words) == 1 or measure(shown) <= width:
            return dotted
        words.pop()

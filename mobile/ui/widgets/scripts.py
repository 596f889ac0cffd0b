"""Writing systems: which font draws a text, and in what order its letters stand on the screen.

SDL_ttf has no font fallback and does not reorder right-to-left text, so both are done here. The
fonts are Noto (mobile/ui/fonts/README.md), each with the Latin letters merged in; Cyrillic and
Greek are in the font Kivy brings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import arabic_reshaper
from bidi.algorithm import get_display
from kivy import kivy_data_dir
from kivy.core.text import LabelBase

from shared.remembered import forgotten_on_locking

FONTS = Path(__file__).resolve().parents[1] / "fonts"

SCRIPT_RANGES = (
    ("Arabic", "Arab", ((0x0600, 0x06FF), (0x0750, 0x077F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))),
    ("Devanagari", "Deva", ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    ("Bengali", "Beng", ((0x0980, 0x09FF),)),
    ("Ethiopic", "Ethi", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))),
)
"""Scripts of the languages shipped beside Latin: our font's name, ISO 15924 code, ranges."""

LATIN = ("Latin", "Latn")

CYRILLIC_AND_GREEK = (("Cyrillic", "Cyrl", (0x0400, 0x052F)), ("Greek", "Grek", (0x0370, 0x03FF)))
"""Scripts no language comes with yet, drawn by the font Kivy itself brings."""

_DANDAS = frozenset("\u0964\u0965")
_WITHOUT_DANDAS = dict.fromkeys(map(ord, _DANDAS))
SHAPED = frozenset({"Deva", "Beng"})
"""Scripts whose letters HarfBuzz joins and moves: it must be told which they are."""

MARK = "\u200f"
"""Right-to-left mark: keeps what stands on both sides of a separator from running together."""

_UNSEEN = dict.fromkeys((0x200E, 0x200F, *range(0x2066, 0x206A)))
"""Marks of direction: they order the letters, and no font draws them."""

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


@forgotten_on_locking
@lru_cache(maxsize=4096)
def script_of(text: str) -> tuple[str, str]:
    """The font name and ISO 15924 code of the first letter that is not Latin; else Latin's.

    A danda ends sentences in many scripts of India: it says which one only when nothing else does.
    """
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
    return f"Noto {script_of(text)[0]}"


def is_right_to_left(text: str) -> bool:
    """Whether the text has letters that run from right to left."""
    return script_of(text)[1] == "Arab"


def visual_line(line: str, *, base_rtl: bool) -> str:
    """One line, letters joined and in the order they stand from left to right.

    Numbers, dates and Latin words keep their own direction (Unicode bidirectional algorithm).
    """
    if base_rtl:
        # Else the day after a Latin place name is drawn to the place, away from its month.
        line = line.replace("·", f"{MARK}·{MARK}")
    shown = get_display(_reshaper.reshape(line), base_dir="R" if base_rtl else "L")
    return str(shown).translate(_UNSEEN)


def shortened_visual(
    text: str, width: float, measure: Callable[[str], float], *, base_rtl: bool
) -> str:
    """The text on one line of at most ``width``: words that do not fit are left out for dots."""
    whole = visual_line(text, base_rtl=base_rtl)
    if measure(whole) <= width:
        return whole
    words = text.split(" ")
    for kept in range(len(words) - 1, 0, -1):
        line = visual_line(" ".join(words[:kept]).rstrip(" ·") + "…", base_rtl=base_rtl)
        if measure(line) <= width:
            return line
    return visual_line(words[0], base_rtl=base_rtl)


def wrapped_visual(
    text: str, width: float, measure: Callable[[str], float], *, base_rtl: bool, most: int = 0
) -> str:
    """The text broken into lines of at most ``width``, each in visual order.

    most: so many lines at most, the last one ending in dots; 0 for all.

    Logical text is broken first and each line is reordered after: the other way round, lines come
    out in the wrong order. A single word wider than ``width`` stands on a line of its own.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(visual_line(longer, base_rtl=base_rtl)) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    if most and len(lines) > most:
        lines[most - 1 :] = [_with_dots(lines[most - 1], width, measure, base_rtl)]
    return "\n".join(visual_line(line, base_rtl=base_rtl) for line in lines)


def _with_dots(line: str, width: float, measure: Callable[[str], float], base_rtl: bool) -> str:
    """The line ending in dots, without the last words when it would be too long with them: Kivy
    would break it again, by then in visual order."""
    words = line.split(" ")
    while True:
        dotted = " ".join(words).rstrip(" ·") + "…"
        if len(words) == 1 or measure(visual_line(dotted, base_rtl=base_rtl)) <= width:
            return dotted
        words.pop()

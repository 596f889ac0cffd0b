"""Writes the frozen table of letters of the second version, from the tables of anyascii.

    python -m benchmarks.linkage_letters OUT.txt

Run once for each version: what is shipped never changes (shared/linkage/letters.py). Scripts in
use today of the basic plane and three beyond it; no script that version 1 covers, and of Chinese
the characters that have names (CJK Unified Ideographs).
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import click
from anyascii import anyascii

COVERED = ("LATIN", "ARABIC", "DEVANAGARI", "ETHIOPIC", "CYRILLIC")
"""First words of the Unicode names of letters that version 1 covers."""
WITH_CARRIERS = ("HEBREW", "LAO", "THAI", "THAANA", "SYRIAC", "KHMER", "MYANMAR", "TIBETAN")
"""Scripts whose letters without Latin ones only carry a vowel: they are read, as nothing."""
HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)
"""Not listed: Unicode takes each apart into three letters that are."""
RARE_CHINESE = range(0x3400, 0x4DC0)
BEYOND = (range(0x10D00, 0x10D28), range(0x11100, 0x11148), range(0x1E900, 0x1E944))
"""Hanifi Rohingya, Chakma, Adlam."""


def table() -> dict[str, list[str]]:
    """Latin letters, and the characters that are written so."""
    found: dict[str, list[str]] = {}
    places = [*range(0x370, 0x10000), *(place for some in BEYOND for place in some)]
    for place in places:
        character = chr(place)
        if place in HANGUL_SYLLABLES or place in RARE_CHINESE:
            continue
        if unicodedata.category(character)[0] not in "LM" or character.lower() != character:
            continue
        words = unicodedata.name(character, "").split()
        if not words or words[0] in COVERED or "COMBINING" in words:
            continue
        letters = "".join(one for one in anyascii(character).lower() if "a" <= one <= "z")
        plain = unicodedata.normalize("NFKD", character)
        old = any(unicodedata.name(one, "").startswith(COVERED) for one in plain)
        if (letters or words[0] in WITH_CARRIERS) and not old:
            found.setdefault(letters, []).append(character)
    return found


@click.command(help=__doc__)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def main(out: Path) -> None:
    """Writes the table: Latin letters, a tab, the characters."""
    out.write_text(
        "".join(f"{latin}\t{''.join(found)}\n" for latin, found in sorted(table().items())), "utf-8"
    )


if __name__ == "__main__":
    main()

"""Every letter the pages say in a shipped language has a font that comes with the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from server.web import application
from shared.texts import LANGUAGES

STATIC = Path(application.__file__).parent / "static"
FACE = re.compile(r"url\((fonts/[^)]+)\).*?unicode-range: ([^;]+);")


def faces() -> dict[str, set[int]]:
    """Files of fonts with the code points the style sheet fetches each for."""
    css = (STATIC / "office.css").read_text("utf-8")
    found: dict[str, set[int]] = {}
    for file, ranges in FACE.findall(css):
        found[file] = set()
        for part in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
            first, last = int(part[0], 16), int(part[1] or part[0], 16)
            found[file] |= set(range(first, last + 1))
    return found


@pytest.mark.parametrize(
    "language", sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir())
)
def test_letters_of_a_language_that_are_not_latin_have_a_font(language: str) -> None:
    letters: set[int] = set()
    for file in (LANGUAGES / language).glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                letters |= {ord(sign) for words in strings for sign in words}
    beyond_latin = {sign for sign in letters if sign >= 0x500 and not 0x2000 <= sign < 0x2C00}
    shown = {
        sign
        for file, wanted in faces().items()
        for sign in wanted & set(TTFont(STATIC / file).getBestCmap())
    }

    assert {chr(sign) for sign in beyond_latin - shown} == set()

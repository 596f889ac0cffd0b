"""A font of a stranger is read with care: what is no font is refused, and nothing takes long."""

from __future__ import annotations

import io
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import QuestionnaireError
from shared.fonts import MAX_FONT_FILE_BYTES, read_font
from shared.scripts import runs_from_the_right, script_code

OURS = sorted((Path(__file__).parents[2] / "mobile/ui/fonts").glob("*.ttf"))


def small_font(letters: str = "აბგ", fs_type: int = 0) -> bytes:
    """A font whose letters are squares."""
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 500), (500, 500), (500, 0)):
        (pen.lineTo if pen.points else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"u{ord(letter):04x}" for letter in letters)]
    built = FontBuilder(1000, isTTF=True)
    built.setupGlyphOrder(names)
    built.setupCharacterMap({ord(letter): f"u{ord(letter):04x}" for letter in letters})
    built.setupGlyf(dict.fromkeys(names, square))
    built.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    built.setupHorizontalHeader(ascent=800, descent=-200)
    built.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    built.setupOS2(fsType=fs_type)
    built.setupPost()
    stream = io.BytesIO()
    built.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_it_sees_the_letters_fonttools_sees(file: Path) -> None:
    seen = read_font(file.read_bytes())
    found = TTFont(file).getBestCmap()

    assert seen.covers == {point for point, glyph in found.items() if glyph != ".notdef"}
    assert seen.outlines == "glyf"


def test_it_says_whose_it_is_and_what_may_be_done() -> None:
    seen = read_font(small_font(fs_type=0x0104))

    assert (seen.family, seen.embedding, seen.licence) == ("Squares", 0x0104, "")
    assert "Open Font License" in read_font(OURS[1].read_bytes()).licence


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no font"),
        (b"PK\3\4 a workbook", "no font"),
        (b"ttcf" + bytes(100), "collection"),
        (b"wOF2" + bytes(100), "web pages"),
        (bytes(MAX_FONT_FILE_BYTES + 1), "larger than any"),
        (b"\0\1\0\0" + bytes(8), "damaged"),
        (b"\0\1\0\0\xff\xff" + bytes(100), "damaged"),
    ],
    ids=["empty", "workbook", "collection", "woff2", "huge", "no tables", "many tables"],
)
def test_what_is_no_font_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(QuestionnaireError, match=said):
        read_font(data)


def with_cmap(cmap: bytes) -> bytes:
    """A small font with another table of letters."""
    font = TTFont(io.BytesIO(small_font()))
    stream = io.BytesIO()
    font.save(stream)
    data = bytearray(stream.getvalue())
    for at in range(12, 12 + 16 * data[5], 16):
        if data[at : at + 4] == b"cmap":
            data[at + 8 : at + 16] = struct.pack(">II", len(data), len(cmap))
    return bytes(data) + cmap


def letters(layout: int, body: bytes) -> bytes:
    return struct.pack(">HHHHI", 0, 1, 3, 10 if layout == 12 else 1, 12) + body


@pytest.mark.parametrize(
    "cmap",
    [
        letters(12, struct.pack(">HHIII", 12, 0, 16, 0, 0xFFFFFFFF)),
        letters(12, struct.pack(">HHIII III", 12, 0, 28, 0, 1, 0, 0x10FFFF, 1)),
        letters(
            12,
            struct.pack(">HHIII", 12, 0, 16, 0, 1000) + struct.pack(">III", 0, 90_000, 1) * 1000,
        ),
        letters(4, struct.pack(">HHHHHHH", 4, 9, 0, 0xFFFE, 0, 0, 0)),
        struct.pack(">HH", 0, 0xFFFF),
    ],
    ids=["groups beyond the file", "all of Unicode", "overlapping", "segments", "no subtable"],
)
def test_a_table_of_letters_made_to_fill_the_memory_is_refused_at_once(cmap: bytes) -> None:
    began = time.monotonic()

    with pytest.raises(QuestionnaireError):
        read_font(with_cmap(cmap))

    assert time.monotonic() - began < 2


@settings(max_examples=150, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    kept=st.integers(0, 5000),
)
def test_a_damaged_font_is_read_or_refused(changes: list[tuple[int, int]], kept: int) -> None:
    data = bytearray(small_font())
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(QuestionnaireError):
        read_font(bytes(data[: kept or None]))


def test_a_letter_tells_its_script_and_its_direction() -> None:
    told = {letter: script_code(letter) for letter in "aΩж์தကක汉あ한აאⵣߘé1 (\u0301"}

    assert "".join(told.values()) == "LatnGrekCyrlThaiTamlMymrSinhHaniHiraHangGeorHebrTfngNkooLatn"
    assert [runs_from_the_right(letter) for letter in "אߘعaா1"] == [True] * 3 + [False] * 3

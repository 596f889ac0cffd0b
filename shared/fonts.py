"""A font file as a stranger hands it in, read with care: what it draws, and what may be done.

Source: OpenType 1.9 (ISO/IEC 14496-22): the table directory, ``cmap`` of formats 4 and 12, ``OS/2``
(fsType) and ``name``. Nothing is followed that lies outside the file, and the work is bounded by
its size: a program that draws letters is given nothing that was not read here first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import QuestionnaireError

MAX_FONT_FILE_BYTES = 1 << 25
"""32 MB: the largest fonts of one script (Chinese, Japanese, Korean) have about 20."""
_TRUETYPE = (b"\0\1\0\0", b"true", b"OTTO")
_NEEDED = ("head", "hhea", "hmtx", "maxp", "cmap", "name")
_MOST_TABLES, _MOST_CHARACTERS, _LONGEST_NAME = 64, 150_000, 400
RESTRICTED, BITMAPS_ONLY, NO_SUBSET = 0x0002, 0x0200, 0x0100
"""Bits of fsType: may not be embedded, may be embedded as bitmaps only, may not be cut down."""


@dataclass(frozen=True, slots=True)
class Font:
    """family: its name. licence: what it says of it, "" for nothing. embedding: fsType of its OS/2
    table. covers: the code points it has a glyph for. outlines: 'glyf' or 'CFF '. axes: whether it
    is variable. tables: names of its tables.
    """

    family: str
    licence: str
    embedding: int
    covers: frozenset[int]
    outlines: str
    axes: bool
    tables: frozenset[str]


def read_font(data: bytes) -> Font:
    """The font in these bytes. Raises QuestionnaireError, saying what is wrong with it."""
    if len(data) > MAX_FONT_FILE_BYTES:
        raise QuestionnaireError(
            f"A font of {len(data):,} bytes is larger than any of one script: allowed are "
            f"{MAX_FONT_FILE_BYTES:,}."
        )
    if data[:4] == b"ttcf":
        raise QuestionnaireError(
            "This is a collection of fonts (.ttc). Take the one of the language out of it."
        )
    if data[:4] in (b"wOFF", b"wOF2"):
        raise QuestionnaireError("This is a font for web pages (WOFF). A .ttf or .otf is needed.")
    if data[:4] not in _TRUETYPE:
        raise QuestionnaireError("This is no font: neither TrueType (.ttf) nor OpenType (.otf).")
    try:
        return _read(data, _tables(data))
    except (struct.error, IndexError, ValueError) as broken:
        raise QuestionnaireError("The font is damaged: it cannot be read to the end.") from broken


def _tables(data: bytes) -> dict[str, memoryview]:
    (count,) = struct.unpack_from(">H", data, 4)
    if not 0 < count <= _MOST_TABLES:
        raise ValueError("tables")
    whole = memoryview(data)
    found: dict[str, memoryview] = {}
    for number in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if start + length > len(data):
            raise ValueError("a table outside the file")
        name = tag.decode("ascii")
        if name in found:
            raise ValueError("two tables of a name")
        found[name] = whole[start : start + length]
    return found


def _read(data: bytes, tables: dict[str, memoryview]) -> Font:
    outlines = next((kind for kind in ("glyf", "CFF ", "CFF2") if tables.get(kind)), "")
    if not outlines:
        raise QuestionnaireError("The font has no outlines of letters, only pictures or none.")
    lacking = [name for name in _NEEDED if not tables.get(name)]
    if lacking:
        raise QuestionnaireError(f"The font is damaged: it has no table {lacking[0]!r}.")
    (glyphs,) = struct.unpack_from(">H", tables["maxp"], 4)
    covers = frozenset(
        point for point, glyph in _characters(bytes(tables["cmap"])) if 0 < glyph < glyphs
    )
    if not covers:
        raise QuestionnaireError("The font says of no letter how it is drawn.")
    os2 = tables.get("OS/2")
    names = _names(bytes(tables["name"]))
    return Font(
        family=names.get(16) or names.get(1, ""),
        licence=names.get(13) or names.get(14, ""),
        embedding=struct.unpack_from(">H", os2, 8)[0] if os2 and len(os2) >= 10 else 0,
        covers=covers,
        outlines=outlines,
        axes=bool(tables.get("fvar")),
        tables=frozenset(tables),
    )


def _characters(cmap: bytes) -> Iterator[tuple[int, int]]:
    """Code points and glyphs of the widest Unicode subtable that is there."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    offsets: dict[int, int] = {}
    for number in range(min(count, _MOST_TABLES)):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        if (platform, encoding) in ((3, 1), (3, 10)) or (platform == 0 and encoding != 5):
            (layout,) = struct.unpack_from(">H", cmap, offset)
            offsets.setdefault(layout, offset)
    if 12 in offsets:
        yield from _of_format_12(cmap, offsets[12])
    elif 4 in offsets:
        yield from _of_format_4(cmap, offsets[4])
    else:
        raise QuestionnaireError("The font does not say its letters in Unicode.")


def _of_format_12(cmap: bytes, at: int) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", cmap, at + 12)
    last, seen = -1, 0
    if groups * 12 > len(cmap):
        raise ValueError("more groups than bytes")
    for number in range(groups):
        first, end, glyph = struct.unpack_from(">III", cmap, at + 16 + 12 * number)
        seen += end - first + 1
        # In order and apart from one another, as the standard has them: no more work than letters.
        if not last < first <= end <= 0x10FFFF or seen > _MOST_CHARACTERS:
            raise ValueError("groups")
        last = end
        yield from zip(range(first, end + 1), range(glyph, glyph + end - first + 1), strict=True)


def _of_format_4(cmap: bytes, at: int) -> Iterator[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", cmap, at + 6)
    segments = twice // 2
    ends = struct.unpack_from(f">{segments}H", cmap, at + 14)
    starts = struct.unpack_from(f">{segments}H", cmap, at + 16 + twice)
    deltas = struct.unpack_from(f">{segments}H", cmap, at + 16 + 2 * twice)
    ranges_at = at + 16 + 3 * twice
    ranges = struct.unpack_from(f">{segments}H", cmap, ranges_at)
    last = -1
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if not last < start <= end:
            raise ValueError("segments")
        last = end
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = point
            if ranges[number]:
                where = ranges_at + 2 * number + ranges[number] + 2 * (point - start)
                (glyph,) = struct.unpack_from(">H", cmap, where)
                if not glyph:
                    continue
            yield point, (glyph + deltas[number]) & 0xFFFF


def _names(name: bytes) -> dict[int, str]:
    """What the font says of itself by number of the name: the words in Unicode, first one first."""
    _, count, strings = struct.unpack_from(">HHH", name, 0)
    found: dict[int, str] = {}
    for number in range(min(count, 2000)):
        platform, _, _, key, length, offset = struct.unpack_from(">6H", name, 6 + 12 * number)
        if key in (1, 13, 14, 16) and key not in found and platform in (0, 1, 3):
            said = name[strings + offset : strings + offset + length]
            words = said.decode("mac_roman" if platform == 1 else "utf-16-be", "replace")
            plain = "".join(one if one.isprintable() else " " for one in words)
            found[key] = " ".join(plain.split())[:_LONGEST_NAME]
    return found

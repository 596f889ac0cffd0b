"""A font made fit for tablets: one weight, the letters of a language, Latin letters beside them.

Runs as a program of its own (``python -m server.languages.font_fitting``), because the font comes
from anywhere: what takes too long or too much memory ends that program alone. SDL_ttf knows no
fallback from one font to another, so that digits, Latin words and punctuation are merged in.
Everything is written anew by fontTools; instructions for rasterisers, pictures and tables nobody
asked for stay behind.

Standard input: a line of JSON (``weight``, ``name``, ``latin``: a file, ``keep``: code points or
null), then the font. Standard output: the font. Exit status 3: a sentence on standard error says
why there is none.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib.instancer import instantiateVariableFont

MEMORY_BYTES, CPU_SECONDS = 1 << 31, 90
REFUSED = 3
_TABLES_LEFT_OUT = (
    *("COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix", "EBDT", "EBLC", "MATH", "DSIG", "kern"),
    *("morx", "mort", "feat", "Silf", "Glat", "Gloc", "Sill", "Feat", "meta", "STAT", "avar"),
)
_NAMES_KEPT = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Copyright and licence travel with the letters; the name is ours, for they are changed."""


def fitted(
    data: bytes, weight: int, name: str, latin: bytes, keep: Collection[int] | None
) -> bytes:
    """The font as tablets get it. keep: code points; None for all it has."""
    font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)
    if "fvar" in font:
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        for axis in font["fvar"].axes:
            if axis.axisTag == "wght":
                axes["wght"] = min(max(weight, axis.minValue), axis.maxValue)
        font = instantiateVariableFont(font, axes)
    made = font["head"].created
    here = set(font.getBestCmap())
    _cut_down(font, here if keep is None else here & set(keep), ["*"])
    if "glyf" not in font:
        _to_truetype(font)
    lacking = _wanted_of(latin) - set(font.getBestCmap())
    if lacking:
        font = _merged(font, latin, lacking)
    for number, said in ((1, name), (4, name), (6, name.replace(" ", "-")), (3, name)):
        font["name"].setName(said, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = made
    return _written(font)


def _cut_down(font: TTFont, keep: Collection[int], features: list[str]) -> None:
    options = Options(
        layout_features=features,
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=_NAMES_KEPT,
        recalc_timestamp=False,
        passthrough_tables=False,
    )
    options.drop_tables = sorted({*options.drop_tables, *_TABLES_LEFT_OUT})
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=keep)
    subsetter.subset(font)


def _wanted_of(latin: bytes) -> set[int]:
    """Latin letters of Europe's languages, digits, punctuation: what stands in every language."""
    known = set(TTFont(io.BytesIO(latin), lazy=True).getBestCmap())
    return {point for point in known if point < 0x180 or 0x2000 <= point < 0x2C00}


def _merged(font: TTFont, latin: bytes, lacking: set[int]) -> TTFont:
    more = TTFont(io.BytesIO(latin), recalcTimestamp=False)
    _cut_down(more, lacking, [])
    for table in ("GSUB", "GPOS", "GDEF"):
        if table in more:
            del more[table]
    if more["head"].unitsPerEm != font["head"].unitsPerEm:
        scale_upem(more, font["head"].unitsPerEm)
    return Merger().merge([io.BytesIO(_written(font)), io.BytesIO(_written(more))])


def _to_truetype(font: TTFont) -> None:
    """Cubic outlines (CFF) as quadratic ones, to a thousandth of the letter's height."""
    order, letters = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for glyph in order:
        pen = TTGlyphPen(letters)
        error = font["head"].unitsPerEm / 1000
        letters[glyph].draw(Cu2QuPen(pen, error, reverse_direction=True))
        outlines[glyph] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    for old in ("CFF ", "CFF2", "VORG"):
        if old in font:
            del font[old]
    for glyph, outline in outlines.items():
        outline.recalcBounds(table)
        font["hmtx"][glyph] = (font["hmtx"][glyph][0], getattr(outline, "xMin", 0))
    most = font["maxp"]
    most.tableVersion = 0x00010000
    most.maxZones = 1
    for field in (
        *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
        *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
    ):
        setattr(most, field, 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font.sfntVersion = "\0\1\0\0"


def _written(font: TTFont) -> bytes:
    font.recalcTimestamp = False
    stream = io.BytesIO()
    font.save(stream, reorderTables=None)
    return stream.getvalue()


def _bounded() -> None:
    """No more memory and time than a font needs, where the system can hold a program to it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> int:
    """The program."""
    _bounded()
    said = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        made = fitted(
            data, said["weight"], said["name"], Path(said["latin"]).read_bytes(), said["keep"]
        )
    except Exception as fault:  # noqa: BLE001 - whatever fontTools finds in the bytes of a stranger
        sys.stderr.write(f"{type(fault).__name__}: {str(fault)[:200]}")
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""PDF drawn by Typst from a template and data.

Typst shapes every script we ship with its own engine and the fonts it is handed (no library of the
system, no browser), and the same input gives the same bytes. It is handed data, never markup: a
label cannot become a command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from server.exports.edition import ExportedEdition
from server.exports.words import published_at
from shared.texts import is_right_to_left

FONTS = Path(__file__).parent / "fonts"
_FAMILIES = (
    *("Noto Sans", "Noto Sans Arabic", "Noto Sans Bengali"),
    *("Noto Sans Devanagari", "Noto Sans Ethiopic"),
)


def printed(
    template: Path, edition: ExportedEdition, language: str, said: Mapping[str, Any]
) -> bytes:
    """The document. said: what the template reads besides language, fonts, date and publisher."""
    moment = published_at(edition)
    whole = {
        "language": language,
        "rtl": is_right_to_left(language),
        "fonts": list(_FAMILIES),
        "date": [moment.year, moment.month, moment.day],
        "publisher": edition.programme,
        **said,
    }
    pdf: bytes = typst.compile(
        str(template),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(whole)},
        timestamp=edition.published_at_s,
    )
    return pdf

"""PDF drawn by Typst from a template and data.

Typst shapes every script we ship with its own engine and the fonts it is handed (no library of the
system, no browser), and the same input gives the same bytes. It is handed data, never markup: a
label cannot become a command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from server.exports.edition import ExportedEdition
from shared.texts import is_right_to_left

FONTS = Path(__file__).parent / "fonts"
_FAMILIES = (
    *("Noto Sans", "Noto Sans Arabic", "Noto Sans Bengali"),
    *("Noto Sans Devanagari", "Noto Sans Ethiopic"),
)


def printed(
    template: Path, edition: ExportedEdition, language: str, said: Mapping[str, Any]
) -> bytes:
    """The document of an edition. said: what the template reads besides language, fonts, date and
    publisher."""
    return printed_at(template, edition.published_at_s, edition.programme, language, said)


def printed_at(
    template: Path, moment_s: int, publisher: str, language: str, said: Mapping[str, Any]
) -> bytes:
    """A document of a moment, in seconds since 1970 UTC; said: as in ``printed``."""
    moment = datetime.fromtimestamp(moment_s, UTC)
    whole = {
        "language": language,
        "rtl": is_right_to_left(language),
        "fonts": list(_FAMILIES),
        "date": [moment.year, moment.month, moment.day],
        "publisher": publisher,
        **said,
    }
    pdf: bytes = typst.compile(
        str(template),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(whole)},
        timestamp=moment_s,
    )
    return pdf

"""Compiles every catalogue of sentences: ``python -m shared.texts.compile``.

Needs Babel, at build time only. The .mo files are kept in the repository, so that a tablet and a
server need nothing but the standard library.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from shared.texts import LANGUAGES


def compiled(source: Path) -> bytes:
    """The .mo bytes of one .po file; the same for the same file, whenever they are made."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parent.name, abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalogue, use_fuzzy=True)
    return out.getvalue()


def compile_all(folder: Path = LANGUAGES) -> list[Path]:
    """Writes the .mo beside every .po whose compiled form has changed; gives those written."""
    written = []
    for source in sorted(folder.glob("*/*.po")):
        target = source.with_suffix(".mo")
        made = compiled(source)
        if not target.exists() or target.read_bytes() != made:
            target.write_bytes(made)
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all():
        sys.stdout.write(f"{path.parent.name}/{path.name}\n")

"""Compiles every catalogue of sentences: ``python -m shared.texts.compile``.

Needs Babel, at build time only. The .mo files are kept in the repository, so that a tablet and a
server need nothing but the standard library.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.texts import LANGUAGES


def compiled(source: Path) -> bytes:
    """The .mo bytes of one .po file: the same for the same sentences, whenever they are made.

    Babel reads the file and checks its syntax; it would write the hour and its own version into
    the result, so the bytes are laid out here (GNU gettext manual, "The Format of GNU MO Files").
    """
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parent.name, abort_invalid=True)
    header = f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {catalogue.plural_forms}\n"
    sentences = {"": header}
    for message in catalogue:
        if not message.id or not message.string:
            continue
        if isinstance(message.id, tuple):
            if all(message.string):
                sentences["\0".join(message.id)] = "\0".join(message.string)
        else:
            sentences[str(message.id)] = str(message.string)
    return laid_out(sentences)


def laid_out(sentences: Mapping[str, str]) -> bytes:
    """The .mo bytes of sentences by message id; "" is the header, ``id NUL id#`` has plural forms
    with NUL between them."""
    ids = sorted(sentences, key=str.encode)
    count, strings = len(ids), b""
    tables = {"ids": b"", "texts": b""}
    start = _HEAD_BYTES + 2 * count * _PAIR.size
    for table, texts in (("ids", ids), ("texts", [sentences[name] for name in ids])):
        for sentence in texts:
            data = sentence.encode()
            tables[table] += _PAIR.pack(len(data), start + len(strings))
            strings += data + b"\0"
    texts_at = _HEAD_BYTES + count * _PAIR.size
    head = struct.pack("<7I", 0x950412DE, 0, count, _HEAD_BYTES, texts_at, 0, start)
    return head + tables["ids"] + tables["texts"] + strings


_HEAD_BYTES = 28
_PAIR = struct.Struct("<2I")


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

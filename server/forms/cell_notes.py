"""Notes people laid on cells of a workbook (comments): nothing reads them, so they are told.

Source: ECMA-376 part 1, 18.7 (comments) and the threaded comments of later programs. A note often
holds what the form itself does not say: when to ask, what is meant.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from server.forms.report import Report

MOST_NOTES = 100
"""Told of one sheet; the others are counted."""
MOST_BYTES = 20_000_000
_LONGEST = 120
_KINDS = ("/threadedComment", "/comments")


def tell_notes(packed: zipfile.ZipFile, part: str, sheet: str, report: Report) -> None:
    """Tells every note of a sheet. part: the sheet's file in the workbook."""
    found: dict[str, str] = {}
    try:
        for kind in _KINDS:  # what later programs write stands for what they write beside it
            for target in _beside(packed, part, kind):
                for cell, words in _notes(packed, target):
                    found.setdefault(cell, words)
    except (ET.ParseError, DefusedXmlException, KeyError, ValueError):
        report.tell(sheet, 0, "", "dropped: notes on cells", "they cannot be read")
    tell_each(found, sheet, report)


def tell_each(found: dict[str, str], sheet: str, report: Report) -> None:
    """Tells these notes, by cell."""
    for cell, words in list(found.items())[:MOST_NOTES]:
        row = int("".join(letter for letter in cell if letter.isdigit()) or 0)
        said = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        what = f"dropped: note on {cell}"
        report.tell(sheet, row, cell, what, f"nothing reads notes on cells; it says: {said}")
    if len(found) > MOST_NOTES:
        more = f"dropped: {len(found) - MOST_NOTES} more notes on cells"
        report.tell(sheet, 0, "", more, "nothing reads notes on cells")


def on_one_line(words: str) -> str:
    """A note as it is told."""
    return " ".join(words.split())


def _beside(packed: zipfile.ZipFile, part: str, kind: str) -> Iterator[str]:
    """Parts of that kind which belong to a sheet."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in packed.namelist():
        return
    for one in _parsed(packed, relations):
        if one.get("Type", "").endswith(kind):
            target = one.get("Target", "")
            yield posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")


def _notes(packed: zipfile.ZipFile, target: str) -> Iterator[tuple[str, str]]:
    for one in _parsed(packed, target).iter():
        if str(one.tag).rpartition("}")[2] in ("comment", "threadedComment") and one.get("ref"):
            words = on_one_line("".join(one.itertext()))
            if words:
                yield one.get("ref", "")[:10], words


def _parsed(packed: zipfile.ZipFile, name: str) -> Any:
    if packed.getinfo(name).file_size > MOST_BYTES:
        raise ValueError("larger than notes can be")
    return fromstring(packed.read(name), forbid_dtd=True)

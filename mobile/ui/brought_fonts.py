"""Fonts an office added, as files beside the store: what draws letters reads them from there.

They came signed with the edition (``shared.parts``), are the same on every tablet of the programme,
and say nothing of anybody. They lie in clear as the words of a language do (``before_unlock``),
because a tablet that was just started says those words, and would show boxes.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mobile.platform.durable import replace_file
from shared.errors import QuestionnaireError
from shared.fonts import MAX_FONT_FILE_BYTES, read_font
from shared.parts import BOLD, REGULAR

log = logging.getLogger("tally87.fonts")
FOLDER = "fonts"
_NAME = re.compile(r"(?P<language>[a-z]{2,3})-(?P<digest>[0-9a-f]{32})\.ttf")

Fonts = Mapping[str, Mapping[str, bytes]]
"""Files (REGULAR, BOLD) by language, as an edition has them."""


@dataclass(frozen=True, slots=True)
class BroughtFont:
    """regular, bold: files. covers: code points both have a letter for."""

    language: str
    regular: Path
    bold: Path
    covers: frozenset[int]

    @property
    def name(self) -> str:
        """Under which Kivy knows it: another one with every change of the file."""
        return f"Brought {self.regular.stem}"


def keep_fonts(folder: Path, fonts: Fonts) -> None:
    """Makes the files those of the edition; what is there already stays, others go. A full disk
    stops nobody: the letters are boxes until there is room."""
    wanted: dict[str, bytes] = {}
    for language, files in fonts.items():
        digest = _digest(files)
        wanted[f"{language}-{digest}.ttf"] = files[REGULAR]
        if BOLD in files:
            wanted[f"{language}-{digest}.bold"] = files[BOLD]
    top = folder / FOLDER
    with suppress(OSError):
        for file in top.iterdir() if top.is_dir() else ():
            if file.name not in wanted:
                file.unlink()
        for name, content in wanted.items():
            top.mkdir(mode=0o700, exist_ok=True)
            if not (top / name).is_file() or (top / name).read_bytes() != content:
                replace_file(top / name, content)


def brought_fonts(folder: Path) -> list[BroughtFont]:
    """The fonts that lie there, each read with care: one that was changed is left alone."""
    found = []
    top = folder / FOLDER
    with suppress(OSError):
        for file in sorted(top.iterdir() if top.is_dir() else ()):
            named = _NAME.fullmatch(file.name)
            if named is None:
                continue
            bold = file.with_suffix(".bold")
            files = {REGULAR: _read(file)} | ({BOLD: _read(bold)} if bold.is_file() else {})
            if _digest(files) != named["digest"]:
                log.warning("font_changed language=%s", named["language"])
                continue
            try:
                covers = frozenset.intersection(*(read_font(one).covers for one in files.values()))
            except QuestionnaireError:
                continue
            heavy = bold if BOLD in files else file
            found.append(BroughtFont(named["language"], file, heavy, covers))
    return found


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_FONT_FILE_BYTES)


def _digest(files: Mapping[str, bytes]) -> str:
    told = hashlib.blake2b(digest_size=16)
    for name in sorted(files):
        told.update(f"{name} {len(files[name])}\n".encode() + files[name])
    return told.hexdigest()

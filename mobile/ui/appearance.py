"""How the app looks on this tablet: language, theme, text size.

Kept in a small file in clear beside the store, because the unlock screen needs it. It says
nothing about any case or officer.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from shared.texts import LANGUAGE_NAMES, languages_laid_over

FILE_NAME = "appearance.json"

LOCK_AFTER_S = 300
"""Seconds without a touch after which the tablet locks itself: five minutes, long enough to talk
with a child between two questions, short enough for a tablet left on a table."""


_CODE = re.compile(r"[a-z]{2,3}")


def languages() -> dict[str, str]:
    """The languages of the screens, each by its own name: those of the programme's edition too,
    which are known once the tablet is unlocked."""
    return LANGUAGE_NAMES | languages_laid_over()


@dataclass(frozen=True)
class Appearance:
    """What an officer can choose. text_scale: 1.0 to 1.6."""

    language: str = "en"
    dark: bool = False
    text_scale: float = 1.0

    def having(self, **changes: Any) -> Appearance:
        """The same with some things changed."""
        return replace(self, **changes)


def read_appearance(folder: Path, otherwise: Appearance | None = None) -> Appearance:
    """What was chosen on this tablet; the default where the file is absent or cannot be read."""
    default = otherwise or Appearance()
    try:
        given = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        known = {
            field.name: given[field.name] for field in fields(Appearance) if field.name in given
        }
        chosen = default.having(**known)
        sound = (
            # One the edition brought is not known yet when the tablet starts: it says English then.
            _CODE.fullmatch(chosen.language) is not None
            and isinstance(chosen.dark, bool)
            and 1.0 <= float(chosen.text_scale) <= 1.6
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return default
    return chosen if sound else default


def keep_appearance(folder: Path, appearance: Appearance) -> None:
    """Writes it in one step: a power cut leaves the old file or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE_NAME
    beside = target.with_suffix(".new")
    with contextlib.suppress(OSError):  # a full disk must not stop anyone from working
        beside.write_text(json.dumps(asdict(appearance)), encoding="utf-8")
        os.replace(beside, target)

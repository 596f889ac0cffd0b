"""Questionnaires that somebody works with: sheets of the same bytes are read once for all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

from shared.places import Place
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.sheets import SHEETS

_held: WeakValueDictionary[bytes, Questionnaire] = WeakValueDictionary()
"""By what their sheets hold. They never change, and are gone when nobody holds them any more."""


def in_use(
    folders: Sequence[Place], translations: Sequence[Place], make: Callable[[], Questionnaire]
) -> Questionnaire:
    """The questionnaire of these folders that somebody holds already, else the one that is made.

    Raises what make raises, each time: what is wrong is not kept.
    """
    written = _written(folders, translations)
    made = _held.get(written)
    if made is None:
        made = _held[written] = make()
    return made


def _written(folders: Sequence[Place], translations: Sequence[Place]) -> bytes:
    """What decides of the questionnaire: every sheet of every folder, in their order."""
    told = hashlib.sha256(f"{len(folders)} {len(translations)}".encode())
    for folder in (*folders, *translations):
        for name in SHEETS:
            file = folder / f"{name}.csv"
            content = file.read_bytes() if file.is_file() else None
            told.update(f" {None if content is None else len(content)} ".encode())
            told.update(content or b"")
    return told.digest()

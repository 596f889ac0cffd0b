"""How this tablet fares with an edition it has before the others: said to the office while it asks.

A receipt names the content of such an edition (``trial``) until the office has heard that it was
taken; the next parcels answer by a code. Owns the row ``trial`` of the settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from mobile.editions import News
from mobile.store import Store
from shared.wire.answers import Answer, EditionAnswer

_ROW = "trial"
_ASKED = "trial"
"""Among the versions of a receipt."""
_WHY = {
    "tablet.edition_does_not_load": EditionAnswer.NOT_LOADED,
    "tablet.edition_no_room": EditionAnswer.NO_ROOM,
}
_NUMBERS = {
    EditionAnswer.NO_ROOM: 1,
    EditionAnswer.NOT_LOADED: 2,
    EditionAnswer.TAKEN: 3,
}
"""Of answers about one edition the office keeps that of the highest number: what was taken after
all is taken, and of two parcels that overtake each other the later word stands."""


def note_outcome(store: Store, versions: Mapping[str, str], news: News) -> None:
    """Keeps what the office is to be told after this look for an edition. versions: of the newest
    receipt."""
    content, kept = versions.get(_ASKED, ""), store.settings.get(_ROW)
    after = b""
    if content:
        before = _read(kept)
        code = EditionAnswer.TAKEN if news.in_use == content else _WHY.get(news.problem)
        known = before[1] if before is not None and before[0] == content else ""
        after = json.dumps([content, str(code) if code else known]).encode()
    if after != (kept or b""):
        with store.transaction():
            if after:
                store.settings.put(_ROW, after)
            else:
                store.settings.delete(_ROW)


def to_answer(store: Store) -> tuple[Answer, ...]:
    """What the next parcel says of it: nothing before the office asked and this tablet tried."""
    kept = _read(store.settings.get(_ROW))
    if kept is None or not kept[1]:
        return ()
    content, code = kept
    try:
        return (Answer(content, _NUMBERS[EditionAnswer(code)], code),)
    except ValueError:
        return ()  # what a later office names is nothing this version can answer


def _read(kept: bytes | None) -> tuple[str, str] | None:
    if not kept:
        return None
    content, code = json.loads(kept)
    return str(content), str(code)

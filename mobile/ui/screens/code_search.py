"""What the code lists give to a question: labels, the search by words, and the areas near here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from mobile.platform.position import Position, Positions
from mobile.ui.widgets.questions.codes import Entry
from mobile.ui.widgets.words import say
from shared.codelists import CodeList
from shared.codelists.changes import stands_on
from shared.codelists.nearest import nearest


def label_of(codes: CodeList, language: str, code: str) -> str:
    """A code in words."""
    return codes.label(code, language)


def search(codes: CodeList, day: date, language: str, typed: str) -> list[Entry]:
    """The codes that fit, at the finest level of the list: nothing is answered by a heading, nor by
    an area that does not stand on that day. day: of the visit, whenever it is written down."""
    standing = {entry.code for entry in codes if stands_on(entry, day)}
    parents = {entry.parent for entry in codes if entry.code in standing}
    found = codes.search(typed, language, limit=400) if typed.strip() else codes
    return [
        (
            entry.code,
            entry.label(language),
            codes.label(entry.parent, language) if entry.parent else "",
        )
        for entry in found
        if entry.code not in parents and entry.code in standing
    ]


def look_around(
    positions: Positions,
    areas: CodeList,
    day: date,
    language: str,
    show: Callable[[Sequence[Entry] | None], None],
) -> Callable[[], None]:
    """The areas near the tablet, with the distance of their seats. The position is forgotten.

    Gives what stops the asking.
    """

    def found(position: Position | None) -> None:
        if position is None:
            show(None)
            return
        near = nearest(areas, position.latitude, position.longitude, day)
        show([(area.code, area.label(language), say("area.about_km", km=km)) for area, km in near])

    positions.ask(found)
    return positions.stop

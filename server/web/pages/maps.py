"""A published table on the map, by the areas it was published for, from its edition's files."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request

from server.disclosure.cube import TOTAL
from server.maps import drawing, store
from server.maps.changed import with_changed
from server.maps.drawing import Drawing
from server.office.replica import reading_published
from server.programme.programme import programme_of
from server.reference.in_force import look_for_edition, reference_of
from server.releases.files import NumberState
from server.releases.selection import Grid, codes_of, series_of, usual_column
from server.releases.structure import ReleaseStructure
from server.web.application import language, the_office
from server.web.pages.edition_words import dimension_word, say, title_of_table
from server.web.pages.editions import edition_or_404, given
from server.web.pages.explore import (
    labels_of,
    numbers_asked_for,
    replaced_by,
    same_series,
    withdrawn_page,
)

pages = Blueprint("maps", __name__)

AREA = "area"
MOST_KEPT = 24


@dataclass(frozen=True)
class Mark:
    """An area as the page draws it. radius: 0 where there is no number to show."""

    label: str
    path: str
    x: float
    y: float
    radius: float
    state: str
    count: int | None


@pages.get("/map/<int:number>/<name>")
def one(number: int, name: str) -> Response:
    """One column of one table by area: circles where there is a number, hatches where it is
    withheld, and every name and number as a table below."""
    edition = edition_or_404(number)
    if edition.is_withdrawn:
        return withdrawn_page(edition)
    structure, table, chosen, numbers = numbers_asked_for(number, name, rows=AREA)
    shown = request.args.get("show", "")
    shown = shown if shown in numbers.columns else usual_column(numbers.columns)
    label = labels_of(structure)
    areas = _finest(structure, numbers.rows)
    picture = _drawing(number, table.name, structure, areas)
    marks = list(_marks(picture, numbers, shown, lambda code: label(AREA, code)))
    held = {**chosen.held, "rows": AREA}
    return given(
        render_template(
            "map.html",
            r=say,
            programme=programme_of(the_office()),
            country=reference_of(the_office()).profile.name(language()),
            edition=edition,
            replaced_by=replaced_by(same_series(series_of(table)), edition, name),
            table=table,
            title=title_of_table(structure, name),
            chosen=chosen,
            known=codes_of(table),
            label=label,
            word=dimension_word,
            columns=numbers.columns,
            shown=shown,
            drawing=picture,
            marks=marks,
            hatched=[mark.label for mark in marks if mark.state == NumberState.WITHHELD.value],
            arguments=urlencode({**held, "columns": chosen.columns} if chosen.columns else held),
        )
    )


def _finest(structure: ReleaseStructure, rows: Sequence[str]) -> list[str]:
    """The areas that no other row of the table is a part of: together the country, once."""
    codes = structure.dimensions[AREA]
    above = {codes[code]["parent"] for code in rows}
    return [code for code in rows if code != TOTAL and code not in above]


def _marks(
    picture: Drawing, numbers: Grid, shown: str, name_of: Callable[[str], str]
) -> Iterator[Mark]:
    counts = [
        cell[0][1] or 0
        for (row, column), cell in numbers.cells.items()
        if column == shown and row != TOTAL
    ]
    largest = max(counts, default=0)
    size = drawing.LARGEST_ON_A_TILE if picture.is_tiles else drawing.LARGEST
    for shape in picture.shapes:
        (state, count), _ = numbers.cells.get(
            (shape.code, shown), ((NumberState.NOT_COLLECTED, None), "")
        )
        yield Mark(
            name_of(shape.code),
            shape.path,
            shape.x,
            shape.y,
            drawing.radius(count or 0, largest, size),
            state.value,
            count,
        )


def _drawing(number: int, name: str, structure: ReleaseStructure, areas: Sequence[str]) -> Drawing:
    """Drawn once for each table of an edition and each map that was loaded."""
    kept: OrderedDict[tuple[int, str, str], Drawing]
    kept = current_app.extensions.setdefault("tally87.maps", OrderedDict())
    with reading_published(the_office()) as connection:
        key = (number, name, f"{store.version(connection)} {look_for_edition(the_office())}")
        found = kept.get(key)
        if found is None:
            codes = structure.dimensions[AREA]
            covered = {code: codes[code]["covers"] for code in areas}
            areas_now = reference_of(the_office()).codelists["areas"]
            outlines = with_changed(store.outlines(connection), areas_now)
            found = kept[key] = drawing.drawn(outlines, covered)
    with suppress(KeyError):  # another thread let one go meanwhile
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return found

"""A published table by period: the same line of it in every edition that has one.

What is compared is what was recorded, and the page says that this is no progress. Everything comes
from the files of editions; of a line or class that a period does not show at this level nothing is
put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from server.disclosure.cube import TOTAL
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases.published import EditionTable
from server.releases.selection import codes_of
from server.releases.structure import ReleaseStructure
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import dimension_word, say, title_of
from server.web.pages.editions import given
from server.web.pages.explore import BAR_WIDTH, TableCard, labels_of, same_series, tables_of
from server.web.pages.words import banner

pages = Blueprint("trends", __name__)

_KINDS = {4: "year", 7: "month"}
"""A period by how it is written: 2026, 2026-11; the rest, 2026-Q4, are quarters."""


@dataclass(frozen=True)
class Moment:
    """One period as the page shows it. cells: state, count and bar of each class."""

    period: str
    edition: int
    name: str
    cells: tuple[tuple[str, int | None], ...]
    bar: int | None


@pages.get("/explore/series/<series>")
def by_period(series: str) -> Response:
    """One line of a table over all periods of one kind, newest first."""
    cards = same_series(series)
    if not cards:
        raise Refusal("not_found", 404)
    kinds = sorted({kind_of(one.period) for one in cards})
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else kind_of(max(one.period for one in cards))
    cards = sorted((one for one in cards if kind_of(one.period) == kind), key=lambda c: c.period)
    read = [(one, *_table(one)) for one in reversed(cards)]
    structure, newest = read[0][1], read[0][2]
    across = structure.tables[newest.name].sensitive
    classes = _common([table for _, _, table in read], across)
    shown = request.args.get("bars", "")
    shown = shown if shown in classes else TOTAL if TOTAL in classes else classes[-1]
    held = {
        name: request.args.get(name) or TOTAL
        for name in newest.dimensions
        if name != across and TOTAL in codes_of(newest)[name]
    }
    if any(code not in codes_of(newest)[name] for name, code in held.items()):
        raise Refusal("not_found", 404)
    label = labels_of(structure)
    return given(
        render_template(
            "trend.html",
            banner=banner(),
            r=say,
            programme=programme_of(the_office()),
            country=reference_of(the_office()).profile.name(language()),
            series=series,
            title=title_of(structure.tables[newest.name].code),
            kinds=kinds,
            kind=kind,
            across=across,
            classes=classes,
            shown=shown,
            held=held,
            known=codes_of(newest),
            label=label,
            word=dimension_word,
            bar_width=BAR_WIDTH,
            moments=list(_moments(read, across, classes, shown, held)),
        )
    )


def kind_of(period: str) -> str:
    """year, quarter or month."""
    return _KINDS.get(len(period) if "Q" not in period else 0, "quarter")


def _table(card: TableCard) -> tuple[ReleaseStructure, EditionTable]:
    structure, tables = tables_of(card.edition)
    return structure, next(one for one in tables if one.name == card.name)


def _common(tables: list[EditionTable], across: str) -> list[str]:
    """The classes every period shows, in the order of the newest."""
    known = [codes_of(table).get(across, ()) for table in tables]
    found = [code for code in known[0] if all(code in codes for codes in known)]
    if not found:
        raise Refusal("not_found", 404)
    return found


def _moments(
    read: list[tuple[TableCard, ReleaseStructure, EditionTable]],
    across: str,
    classes: list[str],
    shown: str,
    held: Mapping[str, str],
) -> Iterator[Moment]:
    lines: list[tuple[TableCard, tuple[tuple[str, int | None], ...]]] = []
    for card, _, table in read:
        cells: list[tuple[str, int | None]] = []
        for code in classes:
            of = {**held, across: code}
            stated = table.rows.get(tuple(of.get(name, "") for name in table.dimensions))
            cells.append((stated[0].value, stated[1]) if stated else ("", None))
        lines.append((card, tuple(cells)))
    at = classes.index(shown)
    longest = max((cells[at][1] or 0 for _, cells in lines), default=0) or 1
    for card, line in lines:
        count = line[at][1]
        bar = None if count is None else round(BAR_WIDTH * count / longest)
        yield Moment(card.period, card.edition, card.name, line, bar)

"""A published table by period: the same line of it in every edition that has one.

What is compared is what was recorded, and the page says that this is no progress. Everything comes
from the files of editions; of a line or class that a period does not show at this level nothing is
put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from server.disclosure.cube import TOTAL
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases.published import EditionTable
from server.releases.selection import codes_of
from server.releases.structure import ReleaseStructure
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import dimension_word, say, title_of_table
from server.web.pages.editions import given, tables_of
from server.web.pages.explore import (
    BAR_WIDTH,
    TableCard,
    all_cards,
    labels_of,
    latest,
    same_series,
)

pages = Blueprint("trends", __name__)

MOST_PERIODS = 1000
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
    """One line of a table over the periods of one kind that the address asks for, newest first.

    Fixed: ``from`` and ``to``; growing: ``from`` only; rolling: the ``last`` so many; else all.
    """
    cards = same_series(series)
    if not cards:
        return latest(series)
    kinds = sorted({kind_of(one.period) for one in cards})
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else kind_of(max(one.period for one in cards))
    cards = sorted((one for one in cards if kind_of(one.period) == kind), key=lambda c: c.period)
    every, cards = [one.period for one in cards], _asked_for(cards, kind)
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
            r=say,
            programme=programme_of(the_office()),
            country=reference_of(the_office()).profile.name(language()),
            series=series,
            periods=every,
            first=cards[0].period,
            newest=cards[-1].period,
            asked={name: request.args.get(name, "") for name in ("from", "to", "last")},
            links=_links(cards, kind, shown, held),
            title=title_of_table(structure, newest.name),
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


def _asked_for(cards: list[TableCard], kind: str) -> list[TableCard]:
    """The cards, sorted by period, of the periods asked for; 404 when there are none of them."""
    first, to, last = (request.args.get(name, "") for name in ("from", "to", "last"))
    found = [
        one
        for one in cards
        if (not first or kind_of(first) != kind or one.period >= first)
        and (not to or kind_of(to) != kind or one.period <= to)
    ]
    if last.isascii() and last.isdigit() and 0 < int(last[:4]) < MOST_PERIODS:
        found = found[-int(last[:4]) :]
    if not found:
        raise Refusal("not_found", 404)
    return found


def _links(
    cards: list[TableCard], kind: str, shown: str, held: Mapping[str, str]
) -> dict[str, str]:
    """What stands behind the question mark of a link to these periods for ever, to these and what
    comes after them, and to as many of the newest."""
    same = {"kind": kind, "bars": shown, **held}
    first, newest = cards[0].period, cards[-1].period
    return {
        "fixed": urlencode({**same, "from": first, "to": newest}),
        "growing": urlencode({**same, "from": first}),
        "rolling": urlencode({**same, "last": len(cards)}),
    }


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


@dataclass(frozen=True)
class ChangeLine:
    """A class of persons in two periods: state and count of each. difference: None unless both are
    published."""

    label: str
    is_sum: bool
    now: tuple[str, int | None]
    before: tuple[str, int | None]
    difference: int | None


@dataclass(frozen=True)
class RecentChange:
    """The newest period of a kind beside the one before ("" when there is none), of the coarsest
    table of a population."""

    series: str
    title: str
    kind: str
    by: str
    period: str
    before: str
    lines: tuple[ChangeLine, ...]


def recent_changes() -> list[RecentChange]:
    """What is said of each population by the newest period of each kind, beside the one before."""
    coarsest: dict[tuple[str, str], dict[str, list[TableCard]]] = {}
    for card in all_cards():
        by_series = coarsest.setdefault((card.title, kind_of(card.period)), {})
        by_series.setdefault(card.series, []).append(card)
    found = []
    for (title, kind), by_series in coarsest.items():
        series, cards = min(by_series.items(), key=lambda one: (len(one[1][0].by), one[0]))
        now, *earlier = sorted(cards, key=lambda one: one.period, reverse=True)[:2]
        read = [(one, *_table(one)) for one in (now, *earlier)]
        structure, newest = read[0][1], read[0][2]
        across = structure.tables[newest.name].sensitive
        classes = _common([table for _, _, table in read], across)
        held = {name: TOTAL for name in newest.dimensions if name != across}
        moments = list(_moments(read, across, classes, classes[-1], held))
        label = labels_of(structure)
        lines = []
        for at, code in enumerate(classes):
            cells = [one.cells[at] for one in moments]
            counts = [count for _, count in cells if count is not None]
            lines.append(
                ChangeLine(
                    label(across, code),
                    code == TOTAL,
                    cells[0],
                    cells[1] if earlier else ("", None),
                    counts[0] - counts[1] if len(counts) == 2 else None,
                )
            )
        found.append(
            RecentChange(
                series,
                title,
                kind,
                dimension_word(across),
                now.period,
                earlier[0].period if earlier else "",
                tuple(lines),
            )
        )
    order = ("year", "quarter", "month")
    return sorted(found, key=lambda one: (one.title, order.index(one.kind)))

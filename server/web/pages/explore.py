"""Published tables from the side a reader asks for, and what stands behind the figures.

Owns addresses that never die: one names its edition, which stays for ever; one that says ``latest``
leads to the newest edition that holds. Everything comes from the files of editions.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from server.disclosure.cube import TOTAL
from server.exports.tidy_csv import harmless
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases import published, selection
from server.releases.files import NumberState
from server.releases.published import EditionTable, PublishedEdition
from server.releases.selection import Grid, NoSuchSelection, Selection
from server.releases.structure import ReleaseStructure
from server.web.application import CONTENT_SECURITY_POLICY, Refusal, language, the_office
from server.web.pages.chart_titles import finding_of
from server.web.pages.edition_quality import quality_table, quality_words
from server.web.pages.edition_words import (
    area_word,
    dimension_word,
    in_language,
    say,
    title_of_table,
)
from server.web.pages.editions import edition_or_404, given, nearest_in_words, tables_of
from server.web.pages.words import banner

pages = Blueprint("explore", __name__)

BAR_WIDTH = 220
LAST_AGE = 1000
"""Sorts what has no age in it behind whatever has one."""
_CHOICES = ("rows", "columns", "bars", "show")


@dataclass(frozen=True)
class TableCard:
    """A published table as the list names it. series: its name without the period."""

    name: str
    series: str
    title: str
    by: tuple[str, ...]
    period: str
    edition: int
    version: str


@dataclass(frozen=True)
class GridCell:
    """A cell as a page shows it. nearest: of a withheld one, the coarser cell that is shown."""

    state: str
    count: int | None
    nearest: str


@dataclass(frozen=True)
class GridRow:
    """A row as a page shows it. bar: length of its bar; None where there is no number."""

    code: str
    label: str
    is_sum: bool
    bar: int | None
    cells: tuple[GridCell, ...]


@pages.get("/explore")
def listed() -> Response:
    """Every table of the newest editions that hold, by period."""
    cards = list(all_cards())
    periods = sorted({one.period for one in cards}, reverse=True)
    period = request.args.get("period", "")
    return given(
        render_template(
            "explore.html",
            r=say,
            cards=[one for one in cards if period in ("", one.period)],
            periods=periods,
            period=period if period in periods else "",
        )
    )


@pages.get("/explore/latest/<series>")
def latest(series: str) -> Response:
    """To this table in the newest edition that holds: of the period asked for, else the newest."""
    period = request.args.get("period", "")
    found = [one for one in all_cards() if one.series == series and period in ("", one.period)]
    if not found:
        return _to_what_was_withdrawn(series, period)
    newest = max(found, key=lambda one: (one.period, one.edition))
    asked = [(name, value) for name, value in request.args.items() if name != "period"]
    there = url_for("explore.one", number=newest.edition, name=newest.name)
    return redirect(f"{there}?{urlencode(asked)}")  # type: ignore[return-value]


def _to_what_was_withdrawn(series: str, period: str) -> Response:
    """To the newest edition that had the table, which says why it has it no more; 404 when none
    ever had. A link never dies."""
    for edition in published.published(the_office()):
        for each in edition.periods:
            name = f"{series}_{each}"
            if period in ("", each) and f"{name}.csv" in edition.manifest["files"]:
                return redirect(url_for("explore.one", number=edition.number, name=name))  # type: ignore[return-value]
    raise Refusal("not_found", 404)


@pages.get("/explore/<int:number>/<name>")
def one(number: int, name: str) -> Response:
    """One table of one edition: rows, columns and the other dimensions as the address says."""
    edition = edition_or_404(number)
    if edition.is_withdrawn:
        return withdrawn_page(edition)
    return given(render_template("explore_table.html", **_what_is_seen(edition, name)))


def withdrawn_page(edition: PublishedEdition) -> Response:
    """In the place of a table or map of an edition that holds no longer: why."""
    return given(
        render_template(
            "explore_withdrawn.html",
            r=say,
            edition=edition,
            why=in_language((edition.withdrawal or {}).get("note") or {}),
        )
    )


@pages.get("/explore/<int:number>/<name>/embed")
def embedded(number: int, name: str) -> Response:
    """The same rows and bars for a frame in somebody else's page; it says what became of it."""
    edition = edition_or_404(number)
    if edition.is_withdrawn:
        why = in_language((edition.withdrawal or {}).get("note") or {})
        page = render_template("embed_withdrawn.html", r=say, edition=edition, why=why)
    else:
        page = render_template("embed.html", **_what_is_seen(edition, name))
    response = given(page)
    # The one page that may stand in a frame: it has no form, and nobody is signed in on it.
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    return response


def _what_is_seen(edition: PublishedEdition, name: str) -> dict[str, Any]:
    """What a page shows of the table and the selection its address asks for."""
    office = the_office()
    structure, table, chosen, numbers = numbers_asked_for(edition.number, name)
    columns = numbers.columns
    bars = request.args.get("bars", "")
    bars = bars if bars in columns else selection.usual_column(columns)
    codes = structure.dimensions.get(chosen.rows, {})
    sums = {codes[row]["parent"] for row in numbers.rows if row in codes}
    top = selection.largest_shown(numbers, bars, sums)
    label = labels_of(structure)
    return {
        "r": say,
        "programme": programme_of(office),
        "country": reference_of(office).profile.name(language()),
        "edition": edition,
        "table": table,
        "title": title_of_table(structure, name),
        "series": selection.series_of(table),
        "chosen": chosen,
        "known": selection.codes_of(table),
        "label": label,
        "word": dimension_word,
        "columns": columns,
        "rows_hidden": _hidden,
        "bars": bars,
        "bar_width": BAR_WIDTH,
        "rows": list(_rows(structure, table, chosen, numbers, bars)),
        "finding": "" if top is None else finding_of(label, chosen, numbers, bars, top),
        "missing": [
            area_word(code) if label(of, code) == code else label(of, code)
            for of, codes in numbers.missing.items()
            for code in codes
        ],
        "arguments": urlencode(_arguments(chosen, bars)),
        "others": (others := same_series(selection.series_of(table))),
        "replaced_by": replaced_by(others, edition, name),
        "name": name,
    }


@pages.get("/explore/<int:number>/<name>/selection.csv")
def as_csv(number: int, name: str) -> Response:
    """The same selection as a file, with codes, labels and the state of each number."""
    edition_that_holds(number)
    structure, _, chosen, numbers = numbers_asked_for(number, name)
    label = labels_of(structure)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = [chosen.rows, f"{chosen.rows}_label"]
    if chosen.columns:
        head += [chosen.columns, f"{chosen.columns}_label"]
    # Where the records come from, if not from the field, in every row: a file loses its page.
    origin = {"data": warning} if (warning := banner()) else {}
    writer.writerow([*head, *chosen.held, "count", "status", *origin])
    for (row, column), ((state, count), _) in numbers.cells.items():
        line = [row, harmless(label(chosen.rows, row))]
        if chosen.columns:
            line += [column, harmless(label(chosen.columns, column))]
        number_said = ["" if count is None else count, state]
        writer.writerow([*line, *chosen.held.values(), *number_said, *origin.values()])
    response = make_response("\ufeff" + out.getvalue())
    response.mimetype = "text/csv"
    said = f"tally87-edition-{number}-{name}-selection.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{said}"'
    return response


@pages.get("/about")
def about() -> Response:
    """What is counted and how, what is hidden and why, how good it is, what was corrected."""
    office = the_office()
    editions = published.published(office)
    holding = next((one for one in editions if not one.is_withdrawn), None)
    quality = published.quality_of_edition(office, holding.number) if holding else []
    return given(
        render_template(
            "about.html",
            r=say,
            programme=programme_of(office),
            country=reference_of(office).profile.name(language()),
            editions=editions,
            holding=holding,
            quality=quality_table(quality),
            quality_words=quality_words(quality),
            announced=published.announced(office),
        )
    )


def all_cards() -> Iterator[TableCard]:
    """Each table of each period once, from the newest edition that holds it."""
    seen: set[str] = set()
    office = the_office()
    for edition in published.published(office):
        if edition.is_withdrawn or edition.corrected_by:
            continue
        structure, tables = tables_of(edition.number)
        for table in tables:
            if table.name not in seen:
                seen.add(table.name)
                yield TableCard(
                    table.name,
                    selection.series_of(table),
                    title_of_table(structure, table.name),
                    tuple(dimension_word(name) for name in table.dimensions),
                    table.period,
                    edition.number,
                    edition.version,
                )


def same_series(series: str) -> list[TableCard]:
    """This table in every period that an edition in force has."""
    return [one for one in all_cards() if one.series == series]


def replaced_by(others: list[TableCard], edition: PublishedEdition, name: str) -> int | None:
    """The newest edition that has the same table of the same period, when it is a later one."""
    newest = max((one.edition for one in others if one.name == name), default=0)
    return newest if newest > edition.number else None


def edition_that_holds(number: int) -> PublishedEdition:
    """The edition of that number; 404 for none, and for a withdrawn one."""
    edition = edition_or_404(number)
    if edition.is_withdrawn:
        raise Refusal("not_found", 404)
    return edition


def numbers_asked_for(
    number: int, name: str, rows: str = ""
) -> tuple[ReleaseStructure, EditionTable, Selection, Grid]:
    """The numbers the address asks for. rows: this dimension down, whatever the address says.

    404 for a table or a dimension that is not there.
    """
    structure, tables = tables_of(number)
    table = next((one for one in tables if one.name == name), None)
    if table is None:
        raise Refusal("not_found", 404)
    asked = {key: value for key, value in request.args.items() if key not in _CHOICES}
    try:
        chosen = selection.select(
            table,
            structure.tables[name].sensitive,
            rows or request.args.get("rows", ""),
            request.args.get("columns", ""),
            asked,
        )
    except NoSuchSelection:
        raise Refusal("not_found", 404) from None
    numbers = selection.grid(table, chosen)
    if chosen.rows == "age_band":
        numbers = replace(numbers, rows=tuple(sorted(numbers.rows, key=_by_age)))
    return structure, table, chosen, numbers


def _by_age(code: str) -> tuple[int, int]:
    """The youngest first, a wider band before its parts; the total before all, what is not known
    after."""
    if code == TOTAL:
        return -1, 0
    ages = [int(one) for one in re.findall(r"\d+", code)]
    return (ages[0], -ages[-1]) if ages else (LAST_AGE, 0)


def _rows(
    structure: ReleaseStructure,
    table: EditionTable,
    chosen: Selection,
    numbers: Grid,
    bars: str,
) -> Iterator[GridRow]:
    label = labels_of(structure)
    shown = [
        cell[0][1] or 0
        for (row, column), cell in numbers.cells.items()
        if column == bars and row != TOTAL
    ]
    longest = max(shown, default=0) or 1
    for row in numbers.rows:
        cells = []
        for column in numbers.columns:
            (state, count), near = numbers.cells.get(
                (row, column), ((NumberState.NOT_COLLECTED, None), None)
            )
            words = nearest_in_words(structure, table, near)
            cells.append(GridCell(state.value, count, words))
        found = numbers.cells.get((row, bars))
        count = found[0][1] if found else None
        is_sum = row == TOTAL
        bar = None if count is None or is_sum else round(BAR_WIDTH * count / longest)
        yield GridRow(row, label(chosen.rows, row), is_sum, bar, tuple(cells))


def _hidden(rows: list[GridRow], columns: list[str]) -> list[tuple[str, str, str]]:
    """Row, column and nearest number of each withheld one: on a phone nothing floats beside it."""
    return [
        (row.label, column, cell.nearest)
        for row in rows
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.state == NumberState.WITHHELD.value
    ]


def labels_of(structure: ReleaseStructure) -> Callable[[str, str], str]:
    """What a code of a dimension is called in the reader's language."""
    return lambda dimension, code: structure.label(dimension, code, language()) if dimension else ""


def _arguments(chosen: Selection, bars: str) -> Mapping[str, str]:
    """What an address has to say so that it always shows this selection."""
    said = {"rows": chosen.rows, **chosen.held}
    if chosen.columns:
        said |= {"columns": chosen.columns, "bars": bars}
    return said

"""What readers without an account see: editions and their files, and what is announced.

Nothing here reads a live count: an edition's page is laid out from its own files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from server.db.whole_lists import part_of
from server.disclosure.cube import TOTAL, Codes
from server.exports.edition import EditionWithdrawn, ExportedEdition, edition_of
from server.exports.formats import FORMATS, file_named, media_type
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases import published
from server.releases.files import SUMS, NumberState, StatedNumber
from server.releases.nearest import NearestNumber
from server.releases.published import EditionTable, PublishedEdition
from server.releases.store import NoSuchRelease
from server.releases.structure import ReleaseStructure
from server.web.application import Refusal, language, the_office
from server.web.kept import kept, kept_bytes
from server.web.pages.edition_quality import quality_table, quality_words
from server.web.pages.edition_words import (
    area_word,
    dimension_word,
    in_language,
    say,
    title_of,
    title_of_table,
)
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from shared.texts import listed, text

pages = Blueprint("editions", __name__)

FOR_EVER_S = 365 * 24 * 3600
"""An edition's file never changes; a withdrawn one is no longer given out, so a day is kept."""
KEPT_S = 24 * 3600
MOST_ROWS = 60
"""Of a table on the page of its edition."""
_TYPES = {".csv": "text/csv", ".json": "application/json"}


@dataclass(frozen=True)
class PageRow:
    """A row of a table: what it is about, and its cells from the first to the last class."""

    words: tuple[str, ...]
    is_sum: bool
    cells: tuple[PageCell, ...]


@dataclass(frozen=True)
class PageCell:
    """A number as it is published. nearest: of a withheld one, the coarser cell that is."""

    state: str
    count: int | None
    nearest: str


@dataclass(frozen=True)
class PageTable:
    """A table laid out: its sensitive dimension across, the others down. by: what it divides by."""

    name: str
    file: str
    title: str
    period: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    rows: tuple[PageRow, ...]
    left_out: int
    """Rows that are too many for a page; Explore shows any of them."""
    not_collected: tuple[str, ...]
    by: tuple[str, ...]


@pages.get("/editions")
def all_editions() -> Response:
    """Every edition, newest first unless the address says otherwise, and what is to come."""
    office, order = the_office(), sorted_here(published.EDITIONS)
    return given(
        render_template(
            "editions.html",
            r=say,
            editions=from_here(
                lambda after: part_of(
                    published.published(office), published.EDITIONS.key(order), after, A_PAGE
                )
            ),
            order=order,
            announced=published.announced(office),
            table_name=title_of,
        )
    )


@pages.get("/editions/<int:number>")
def one(number: int) -> Response:
    """One edition, from its files; a withdrawn one says why, and shows no number."""
    office = the_office()
    edition = edition_or_404(number)
    tables: list[PageTable] = []
    quality: list[dict[str, str]] = []
    if not edition.is_withdrawn:
        structure, read = tables_of(number)
        tables = [laid_out(structure, table, MOST_ROWS) for table in read]
        quality = published.quality_of_edition(office, number)
    own = () if edition.is_withdrawn else (*edition.digests,)
    to_export = None if edition.is_withdrawn else read_to_export(number)
    return given(
        render_template(
            "edition.html",
            r=say,
            e=lambda message: text(f"exports.{message}", language()),
            programme=programme_of(office),
            country=reference_of(office).profile.name(language()),
            calendar=reference_of(office).profile.calendar,
            edition=edition,
            tables=tables,
            files=own,
            signed=(published.MANIFEST, published.SIGNATURE, published.PUBLIC_KEY, SUMS),
            exports=[
                (form.title, names)
                for form in FORMATS.values()
                if (names := form.names(to_export, language()))
            ]
            if to_export
            else [],
            quality=quality_table(quality),
            quality_words=quality_words(quality),
            announced=published.announced(office),
            note=in_language(edition.manifest.get("note") or {}),
            why=in_language((edition.withdrawal or {}).get("note") or {}),
        )
    )


@pages.get("/editions/<int:number>/<name>")
def file(number: int, name: str) -> Response:
    """The exact bytes of a file of an edition, with its checksum beside it."""
    edition = edition_or_404(number)
    content = published.file_of_edition(the_office(), number, name)
    if content is None:
        raise Refusal("not_found", 404)
    response = make_response(content)
    response.mimetype = _TYPES.get(name[name.rfind(".") :], "text/plain")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="tally87-edition-{number}-{name}"'
    )
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    if name in edition.digests:
        response.headers["X-Content-SHA256"] = edition.digests[name]
    return response


@pages.get("/editions/<int:number>/formats/<name>")
def exported(number: int, name: str) -> Response:
    """An edition in another format, made from its files."""

    def written() -> bytes:
        try:
            content = file_named(read_to_export(number), name)
        except (NoSuchRelease, EditionWithdrawn):
            content = None
        if content is None:
            raise Refusal("not_found", 404)
        return content

    response = make_response(kept_bytes(("format", number, name), written))
    response.content_type = media_type(name)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="tally87-edition-{number}-{name}"'
    )
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    response.add_etag()
    response.make_conditional(request)
    return response


def tables_of(number: int) -> tuple[ReleaseStructure, list[EditionTable]]:
    """The tables of an edition that holds, read once: its bytes never change."""
    return kept("tables", number, published.tables_of)


def read_to_export(number: int) -> ExportedEdition:
    """The same edition as formats read it."""
    return kept("exports", number, edition_of)


def edition_or_404(number: int) -> PublishedEdition:
    """The edition of that number; 404 for none."""
    try:
        return published.edition(the_office(), number)
    except NoSuchRelease:
        raise Refusal("not_found", 404) from None


def given(page: str) -> Response:
    """A public page: kept by nobody without asking whether it still holds."""
    response = make_response(page)
    # A correction or a withdrawal is seen at once.
    response.headers["Cache-Control"] = "no-cache"
    return response


def laid_out(
    structure: ReleaseStructure, table: EditionTable, most: int | None = None
) -> PageTable:
    """A table of an edition, or of a release in preview, as a page shows it; most: rows."""
    layout = structure.tables[table.name]
    at = table.dimensions.index(layout.sensitive)
    across = table.codes[layout.sensitive]
    lines: dict[Codes, dict[str, tuple[StatedNumber, str]]] = {}
    missing: list[str] = []
    beyond: set[Codes] = set()
    for codes, stated in table.rows.items():
        if stated[0] is NumberState.NOT_COLLECTED:
            missing += [
                structure.label(name, code, language())
                if code in structure.dimensions[name]
                else area_word(code)
                for name, code in zip(table.dimensions, codes, strict=True)
                if code != TOTAL
            ]
            continue
        line = (*codes[:at], *codes[at + 1 :])
        if most is not None and line not in lines and len(lines) >= most:
            beyond.add(line)
            continue
        said = nearest_in_words(structure, table, table.nearest.get(codes))
        lines.setdefault(line, {})[codes[at]] = stated, said
    # A dimension that is left out at these levels says nothing in any row.
    others = [name for name in table.dimensions if name != layout.sensitive]
    told = [name for name in others if {*table.codes[name]} - {TOTAL}] or others[:1]
    places = [others.index(name) for name in told]
    by = [name for name in (*told, layout.sensitive) if {*table.codes[name]} - {TOTAL}]
    return PageTable(
        table.name,
        layout.file,
        title_of_table(structure, table.name),
        table.period,
        tuple(dimension_word(name) for name in told),
        tuple(structure.label(layout.sensitive, code, language()) for code in across),
        tuple(_rows(structure, told, across, {_at(places, k): of for k, of in lines.items()})),
        len(beyond),
        tuple(missing),
        tuple(dimension_word(name) for name in by),
    )


def _at(places: Sequence[int], codes: Codes) -> Codes:
    return tuple(codes[place] for place in places)


def _rows(
    structure: ReleaseStructure,
    down: Sequence[str],
    across: Sequence[str],
    lines: dict[Codes, dict[str, tuple[StatedNumber, str]]],
) -> Iterator[PageRow]:
    for line, cells in lines.items():
        yield PageRow(
            tuple(
                structure.label(name, code, language())
                for name, code in zip(down, line, strict=True)
            ),
            TOTAL in line,
            tuple(
                PageCell(state.value, count, near)
                for (state, count), near in (cells[code] for code in across)
            ),
        )


def nearest_in_words(
    structure: ReleaseStructure, table: EditionTable, near: NearestNumber | None
) -> str:
    """Where the nearest coarser number stands; "" for none. Of another table its name, period and
    edition are told as far as they are others."""
    if near is None:
        return ""
    labels = [
        structure.label(name, code, language())
        for name, code in zip(near.dimensions, near.codes, strict=True)
    ]
    if (near.table, near.edition) == (table.name, None):
        some = [said for code, said in zip(near.codes, labels, strict=True) if code != TOTAL]
        return listed(some or labels[:1], language())
    told = [title_of(near.code)]
    told += [
        f"{dimension_word(name)}: {label}"
        for name, code, label in zip(near.dimensions, near.codes, labels, strict=True)
        if code != TOTAL
    ]
    if near.period != table.period:
        told.append(near.period)
    if near.edition is not None:
        told.append(say("page.of_edition", number=near.edition))
    return listed(told, language())

"""How the page of national counts and its CSV are laid out. Sees protected tables only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from server.disclosure.cube import TOTAL
from server.programme.model import Programme
from server.tables.kept import NationalTables, ShownDimension, ShownTable
from server.web.pages.words import data_warning
from shared.counting import NOT_KNOWN
from shared.texts import text

BAR_WIDTH = 120
"""Units of the widest bar; the drawing scales."""
_DIMENSIONS = (
    *("area", "sex", "age_band", "child_or_adult", "industry", "child_labour"),
    *("forced_labour", "forced_labour_form"),
)

Count = int | None
"""None stands for a cell that is not shown."""


@dataclass(frozen=True)
class TableRow:
    """One row: its codes, how deep the first stands below its whole, its counts, and the length of
    its bar (None: no bar)."""

    codes: tuple[str, ...]
    depth: int
    counts: tuple[Count, ...]
    bar: int | None = None
    is_sum: bool = False


@dataclass(frozen=True)
class Bounds:
    """A count that some undetermined persons may raise. high: None when one of both is hidden."""

    low: Count
    undetermined: Count

    @property
    def high(self) -> Count:
        """All undetermined persons included."""
        if self.low is None or self.undetermined is None:
            return None
        return self.low + self.undetermined


@dataclass(frozen=True)
class Headlines:
    """The numbers at the top."""

    children: Count
    child_labour: Bounds
    forced_labour: Bounds
    visits: int
    nobody_found: int


def headlines(tables: NationalTables) -> Headlines:
    """What a reader wants to know first."""
    area, forced = tables["CL-AREA"], tables["FL-COUNTRY"]
    country = next(one for one in tables.coverage if one.area == TOTAL)
    return Headlines(
        area.total,
        Bounds(area.at(child_labour="IN_CHILD_LABOUR"), area.at(child_labour="UNDETERMINED")),
        Bounds(
            forced.at(forced_labour="IN_FORCED_LABOUR"), forced.at(forced_labour="UNDETERMINED")
        ),
        country.visits,
        country.nobody_found,
    )


def columns(table: ShownTable) -> ShownDimension:
    """The codes across: of the last dimension, parts before their sum, Total last."""
    last = table.dimensions[-1]
    order = sorted(range(len(last.codes)), key=lambda at: (last.codes[at] == TOTAL, at))
    return ShownDimension(
        last.name, tuple(last.codes[at] for at in order), tuple(last.depths[at] for at in order)
    )


def rows(table: ShownTable) -> list[TableRow]:
    """All other dimensions down; a bar for those in child labour where areas stand down."""
    down, across = table.dimensions[:-1], columns(table).codes
    with_bar = bool(down) and down[0].name == "area" and "IN_CHILD_LABOUR" in across
    largest = 0
    if with_bar:
        shown = (table.at(area=area, child_labour="IN_CHILD_LABOUR") for area in down[0].codes[1:])
        largest = max((count or 0 for count in shown), default=0)
    found = []
    for codes in product(*(_down(one) for one in down)):
        counts = tuple(table.cells[*codes, column] for column in across)
        # Unknown sex and unknown age matter when there is somebody; rows of zeros do not.
        if NOT_KNOWN in codes and not any(count != 0 for count in counts):
            continue
        bar = None
        if largest and codes[0] != TOTAL:
            count = table.at(area=codes[0], child_labour="IN_CHILD_LABOUR")
            bar = None if count is None else round(count * BAR_WIDTH / largest)
        depth = down[0].depths[down[0].codes.index(codes[0])] if down else 0
        found.append(TableRow(codes, depth, counts, bar, TOTAL in codes or not codes))
    return found


def _down(dimension: ShownDimension) -> Iterator[str]:
    yield from (code for code in dimension.codes if code != TOTAL)
    yield TOTAL


def notes_of(tables: NationalTables, programme: Programme, language: str) -> list[tuple[str, str]]:
    """What must stand beside the numbers wherever they go: whose, what they are not, how made."""
    warning = data_warning(programme)
    said = {
        name: text(f"server.csv.{name}", language, n=tables.threshold)
        for name in ("what", "not_sdg", "withheld")
    }
    return [
        ("programme", programme.name),
        ("country", programme.country),
        ("period", tables.period),
        ("office_only", text("server.counts.live", language)),
        *([("origin", text(f"server.banner.{warning}.text", language))] if warning else []),
        *said.items(),
        ("as_of_utc", f"{datetime.fromtimestamp(tables.as_of_s, UTC):%Y-%m-%d %H:%M}"),
        ("rules", tables.rules_version),
        ("threshold", str(tables.threshold)),
        ("shown_sha256", tables.shown_digest),
    ]


def as_csv(tables: NationalTables, notes: Sequence[tuple[str, str]]) -> str:
    """Every cell that may be shown, a line each, after the notes as comment lines.

    A cell that is not shown has an empty number and the word ``withheld``.
    """
    out = io.StringIO()
    for name, said in notes:
        out.write(f"# {name}: {' '.join(said.split())}\r\n")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["table", "period", *_DIMENSIONS, "persons", "status"])
    for table in tables:
        names = [one.name for one in table.dimensions]
        for codes, count in table.cells.items():
            shown = ["", "withheld"] if count is None else [str(count), "shown"]
            where = dict(zip(names, codes, strict=True))
            words = [where.get(name, "") for name in _DIMENSIONS]
            writer.writerow([table.code, tables.period, *words, *shown])
    for one in tables.coverage:
        blank = [""] * (len(_DIMENSIONS) - 1)
        for name, count in (("visits", one.visits), ("visits_nobody_found", one.nobody_found)):
            writer.writerow([name, tables.period, one.area, *blank, count, "shown"])
    return out.getvalue()

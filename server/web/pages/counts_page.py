"""How the page of national counts and its CSV are laid out. Sees protected tables only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.disclosure.control import ALL, ProtectedTable
from server.intake.attributes import SEXES
from server.programme.model import Programme
from server.tables.national import (
    ADULT,
    CHILD,
    CHILD_BANDS,
    CHILD_LABOUR_CLASSES,
    FORCED_LABOUR_CLASSES,
    IN_CHILD_LABOUR,
    NOT_CHILD_LABOUR,
    UNDETERMINED,
    NationalTables,
)
from server.web.pages.words import data_warning, moment
from shared.counting import NOT_KNOWN
from shared.texts import text

CLASS_COLUMNS = (*CHILD_LABOUR_CLASSES, IN_CHILD_LABOUR, UNDETERMINED, NOT_CHILD_LABOUR, ALL)
FINE_COLUMNS = (*CHILD_LABOUR_CLASSES, UNDETERMINED, NOT_CHILD_LABOUR, ALL)
FORCED_COLUMNS = (*FORCED_LABOUR_CLASSES, ALL)
BAR_WIDTH = 120
"""Units of the widest bar; the drawing scales."""

Count = int | None
"""None stands for a cell that is not shown."""


@dataclass(frozen=True)
class TableRow:
    """One row: the words it is about, its counts, and the length of its bar (None: no bar)."""

    words: tuple[str, ...]
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
    child, forced = tables.child_labour, tables.forced_labour
    country = next(one for one in tables.coverage if one.area == ALL)
    return Headlines(
        child[ALL, ALL, ALL, ALL],
        Bounds(child[ALL, ALL, ALL, IN_CHILD_LABOUR], child[ALL, ALL, ALL, UNDETERMINED]),
        Bounds(forced[ALL, ALL, ALL, ALL], tables.perhaps_forced),
        country.visits,
        country.nobody_found,
    )


def by_area(tables: NationalTables) -> list[TableRow]:
    """Areas down, classes across, the country last; a bar for those in child labour."""
    table = tables.child_labour
    largest = max((table[area, ALL, ALL, IN_CHILD_LABOUR] or 0 for area in tables.areas), default=0)
    rows = []
    for area in (*tables.areas, ALL):
        counts = tuple(table[area, ALL, ALL, word] for word in CLASS_COLUMNS)
        count = table[area, ALL, ALL, IN_CHILD_LABOUR]
        bar = None
        if area != ALL and count is not None and largest:
            bar = round(count * BAR_WIDTH / largest)
        rows.append(TableRow((area,), counts, bar, area == ALL))
    return rows


def by_sex_and_age(tables: NationalTables, area: str = ALL) -> list[TableRow]:
    """Sex and age band down, classes across, for the country or one area."""
    return list(_crossed(tables.child_labour, area, SEXES, CHILD_BANDS, FINE_COLUMNS))


def forced_by_sex_and_age(tables: NationalTables) -> list[TableRow]:
    """Sex and age group down, forms of forced labour across."""
    groups = (CHILD, ADULT, NOT_KNOWN)
    return list(_crossed(tables.forced_labour, ALL, SEXES, groups, FORCED_COLUMNS))


def forced_by_area(tables: NationalTables) -> list[TableRow]:
    """Areas down, forms of forced labour across."""
    table = tables.forced_labour
    return [
        TableRow(
            (area,),
            tuple(table[area, ALL, ALL, word] for word in FORCED_COLUMNS),
            None,
            area == ALL,
        )
        for area in (*tables.areas, ALL)
    ]


def _crossed(
    table: ProtectedTable,
    area: str,
    sexes: Sequence[str],
    ages: Sequence[str],
    columns: Sequence[str],
) -> Iterator[TableRow]:
    for sex in (*sexes, ALL):
        for age in (*ages, ALL):
            counts = tuple(table[area, sex, age, word] for word in columns)
            # Unknown sex and unknown age matter when there is somebody; rows of zeros do not.
            if NOT_KNOWN in (sex, age) and not any(count != 0 for count in counts):
                continue
            yield TableRow((sex, age), counts, None, ALL in (sex, age))


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
        *([("origin", text(f"server.banner.{warning}.text", language))] if warning else []),
        *said.items(),
        ("as_of_utc", moment(tables.as_of_s)),
        ("rules", tables.rules_version),
        ("threshold", str(tables.threshold)),
        ("shown_sha256", tables.shown_digest),
    ]


def as_csv(tables: NationalTables, notes: Sequence[tuple[str, str]]) -> str:
    """Every published cell, a line each, after the notes as comment lines.

    A cell that is not shown has an empty number and the word ``withheld``.
    """
    out = io.StringIO()
    for name, said in notes:
        out.write(f"# {name}: {' '.join(said.split())}\r\n")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["table", "period", "area", "sex", "age", "class", "persons", "status"])
    for name, table in (
        ("child_labour", tables.child_labour),
        ("forced_labour", tables.forced_labour),
    ):
        for key, count in table.cells.items():
            shown = ["", "withheld"] if count is None else [str(count), "shown"]
            words = ["total" if word == ALL else word for word in key]
            writer.writerow([name, tables.period, *words, *shown])
    perhaps = tables.perhaps_forced
    shown = ["", "withheld"] if perhaps is None else [str(perhaps), "shown"]
    writer.writerow(
        ["forced_labour", tables.period, "total", "total", "total", "UNDETERMINED", *shown]
    )
    for one in tables.coverage:
        area = "total" if one.area == ALL else one.area
        for name, count in (("visits", one.visits), ("visits_nobody_found", one.nobody_found)):
            writer.writerow([name, tables.period, area, "", "", "", count, "shown"])
    return out.getvalue()

"""The national tables of a period: laid out, protected, kept, with what is needed to trace them.

Owns which tables are published and by which margins. Sees counts of persons, never a case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, insert, select

from server.database import reading, transaction
from server.models import ProtectedTable as StoredTable
from server.models import VisitRecord
from server.office import Office
from server.services import counts, persons
from server.services.attributes import AGE_BANDS, NOT_KNOWN, SEXES
from server.services.counts import Cell
from server.services.disclosure import (
    ALL,
    CountTable,
    Key,
    ProtectedTable,
    View,
    every_margin,
    protect,
)
from shared.classification import RULES_VERSION
from shared.errors import ServiceError

CHILD_LABOUR, FORCED_LABOUR = "child_labour", "forced_labour"
IN_CHILD_LABOUR, NOT_CHILD_LABOUR = "IN_CHILD_LABOUR", "NOT_CHILD_LABOUR"
UNDETERMINED = "UNDETERMINED"
CHILD, ADULT = "child", "adult"

CHILD_LABOUR_CLASSES = ("WFCL_OTHER", "HAZARDOUS", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES")
FORCED_LABOUR_CLASSES = ("FL_PRIVATE", "FL_CSE", "FL_STATE")
CHILD_BANDS = ("5-11", "12-14", "15-17", NOT_KNOWN)
METHOD = "threshold and complementary suppression, linear programming audit, 2"
"""Part of what a stored table is keyed by: another method makes another table."""
FRESH_FOR_S = 60
"""A page may show a table this old while cases keep arriving; it says as of when."""


class NoSuchPeriod(ServiceError):
    """A period without any visit."""


@dataclass(frozen=True)
class Coverage:
    """Visits of one area (ALL: the country): where we looked, also where nobody was found."""

    area: str
    visits: int
    nobody_found: int


@dataclass(frozen=True)
class NationalTables:
    """What may be shown of a period. as_of_s: when the tables were worked out."""

    period: str
    threshold: int
    child_labour: ProtectedTable
    forced_labour: ProtectedTable
    perhaps_forced: int | None
    coverage: tuple[Coverage, ...]
    areas: tuple[str, ...]
    as_of_s: int
    source_digest: str
    rules_version: str = RULES_VERSION


def periods(office: Office) -> list[str]:
    """Periods with some visit in them, newest first, years before their parts."""
    with reading(office.engine) as connection:
        return counts.periods(connection)


def national_tables(
    office: Office, period: str, fresh: bool = True, now_s: int | None = None
) -> NationalTables:
    """The protected tables of a period, with every case counted that has been accepted.

    fresh: insist on the cases as they are now; else a table of up to FRESH_FOR_S seconds ago will
    do. Raises NoSuchPeriod.
    """
    at_s = office.now_s() if now_s is None else now_s
    persons.link_what_waits(office)
    with reading(office.engine) as connection:
        if period not in counts.periods(connection):
            raise NoSuchPeriod("There is no visit in this period.")
        cells = counts.stored_cells(connection, period)
        coverage = _coverage(connection, period)
        stored = {
            row.name: row
            for row in connection.execute(
                select(StoredTable.__table__).where(StoredTable.period == period)
            )
        }
    areas = _areas(office, (cell.area for cell in cells), (one.area for one in coverage))
    digest = _digest(cells, areas, office.threshold)
    kept = [stored.get(name) for name in (CHILD_LABOUR, FORCED_LABOUR)]
    if not all(
        row is not None
        and (row.source_digest == digest or (not fresh and 0 <= at_s - row.made_at_s < FRESH_FOR_S))
        for row in kept
    ):
        tables = {
            CHILD_LABOUR: protect(child_labour_table(cells, areas), office.threshold).table,
            FORCED_LABOUR: protect(forced_labour_table(cells, areas), office.threshold).table,
        }
        _keep(office, period, tables, digest, at_s)
        made_at_s, source = at_s, digest
    else:
        rows = [row for row in kept if row is not None]
        tables = {row.name: _from_text(row.document) for row in rows}
        made_at_s = min(row.made_at_s for row in rows)
        source = rows[0].source_digest
    return NationalTables(
        period,
        office.threshold,
        tables[CHILD_LABOUR],
        tables[FORCED_LABOUR],
        _perhaps_forced(cells, office.threshold),
        coverage,
        areas,
        made_at_s,
        source,
    )


def child_labour_table(cells: Mapping[Cell, int], areas: tuple[str, ...]) -> CountTable:
    """Recorded children of 5 to 17 by area, sex, age band and class (general boundary).

    Every margin, and beside the classes their sum "in child labour" with at most one further
    dimension. Undetermined is a class of its own.
    """
    classes = (*CHILD_LABOUR_CLASSES, UNDETERMINED, NOT_CHILD_LABOUR)
    sums: dict[Key, int] = {}
    for cell, persons_in in cells.items():
        if cell.child_labour != "OUT_OF_SCOPE":
            known = cell.child_labour in classes
            word = cell.child_labour if known else NOT_CHILD_LABOUR
            band = cell.age_band if cell.age_band in CHILD_BANDS else NOT_KNOWN
            key = (cell.area, cell.sex, band, word)
            sums[key] = sums.get(key, 0) + persons_in
    dimensions = ("area", "sex", "age_band", "class")
    status = dict.fromkeys(CHILD_LABOUR_CLASSES, IN_CHILD_LABOUR)
    status |= {UNDETERMINED: UNDETERMINED, NOT_CHILD_LABOUR: NOT_CHILD_LABOUR}
    return CountTable(
        dimensions,
        {"area": areas, "sex": SEXES, "age_band": CHILD_BANDS, "class": classes},
        sums,
        (
            *every_margin(("area",), ("sex",), ("age_band",), ("class",)),
            ("status",),
            ("area", "status"),
            ("sex", "status"),
            ("age_band", "status"),
        ),
        {"status": View("class", status)},
    )


def forced_labour_table(cells: Mapping[Cell, int], areas: tuple[str, ...]) -> CountTable:
    """Recorded persons in forced labour by area, sex, child or adult, and form.

    Nobody else is in this table: with the others its sums would be nearly those of the child
    labour table, and the two would give each other's cells away.
    """
    sums: dict[Key, int] = {}
    for cell, persons_in in cells.items():
        if cell.forced_labour in FORCED_LABOUR_CLASSES:
            key = (cell.area, cell.sex, _age_group(cell.age_band), cell.forced_labour)
            sums[key] = sums.get(key, 0) + persons_in
    return CountTable(
        ("area", "sex", "age_group", "class"),
        {
            "area": areas,
            "sex": SEXES,
            "age_group": (CHILD, ADULT, NOT_KNOWN),
            "class": FORCED_LABOUR_CLASSES,
        },
        sums,
        (
            *every_margin(("sex",), ("age_group",), ("class",)),
            ("area",),
            ("area", "class"),
        ),
    )


def _perhaps_forced(cells: Mapping[Cell, int], threshold: int) -> int | None:
    """Persons for whom it is undetermined, for the whole country; None when too few to show."""
    count = sum(n for cell, n in cells.items() if cell.forced_labour == UNDETERMINED)
    return count if count == 0 or count >= threshold else None


def _age_group(band: str) -> str:
    if band == NOT_KNOWN:
        return NOT_KNOWN
    return CHILD if AGE_BANDS[band][1] < 18 else ADULT


def _areas(office: Office, *found: Iterable[str]) -> tuple[str, ...]:
    """The areas somebody looked in or was last found in, in the order of the country's list.

    Areas nobody looked in are left out: a zero there would say more than is known.
    """
    used = {area for areas in found for area in areas} - {ALL}
    listed = [entry.code for entry in office.reference.codelists["areas"] if entry.code in used]
    return (*listed, *sorted(used - set(listed)))


def _coverage(connection: Connection, period: str) -> tuple[Coverage, ...]:
    nobody = func.sum(case((VisitRecord.nobody_found, 1), else_=0))
    query = (
        select(VisitRecord.month, VisitRecord.area, func.count(), nobody)
        .where(VisitRecord.withdrawn.is_(False), VisitRecord.month.is_not(None))
        .group_by(VisitRecord.month, VisitRecord.area)
    )
    sums: dict[str, list[int]] = {ALL: [0, 0]}
    for month, area, visits, without in connection.execute(query):
        if period in counts.periods_of(month):
            for key in (ALL, area or NOT_KNOWN):
                pair = sums.setdefault(key, [0, 0])
                pair[0] += visits
                pair[1] += without or 0
    return tuple(Coverage(area, *pair) for area, pair in sorted(sums.items()))


def _digest(cells: Mapping[Cell, int], areas: tuple[str, ...], threshold: int) -> str:
    source = [
        METHOD,
        RULES_VERSION,
        threshold,
        areas,
        sorted([*cell, n] for cell, n in cells.items()),
    ]
    return hashlib.sha256(json.dumps(source).encode()).hexdigest()


def _keep(
    office: Office, period: str, tables: Mapping[str, ProtectedTable], digest: str, at_s: int
) -> None:
    with transaction(office.engine) as connection:
        connection.execute(delete(StoredTable).where(StoredTable.period == period))
        connection.execute(
            insert(StoredTable),
            [
                {
                    "period": period,
                    "name": name,
                    "source_digest": digest,
                    "made_at_s": at_s,
                    "document": _as_text(table),
                }
                for name, table in tables.items()
            ],
        )


def _as_text(table: ProtectedTable) -> str:
    return json.dumps(
        {
            "dimensions": table.dimensions,
            "threshold": table.threshold,
            "cells": [[*key, count] for key, count in table.cells.items()],
        }
    )


def _from_text(document: str) -> ProtectedTable:
    raw = json.loads(document)
    return ProtectedTable(
        tuple(raw["dimensions"]),
        raw["threshold"],
        {tuple(row[:-1]): row[-1] for row in raw["cells"]},
    )

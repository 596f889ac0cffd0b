"""The national tables of a period for the office's own page: proposed levels, protected, kept.

Nothing of it is public: what readers see are editions of releases. It is protected all the same,
for many look at it and some of them copy it. Sees counts of persons, never a case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.db.upsert import upsert
from server.disclosure.cube import Bools, Cube
from server.disclosure.joint import SharesShown
from server.disclosure.suppress import Unprotectable
from server.intake.attributes import is_period_of, periods_of
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import generations, read, recount
from server.tables.kept import NationalTables as NationalTables
from server.tables.kept import Parameters, ShownDimension, ShownTable, as_text, from_text
from server.tables.levels import NATIONAL, propose_levels
from server.tables.model import StoredTable
from server.tables.visit_counts import AreaCoverage, coverage_of, known_months
from shared.errors import ServiceError


class NoSuchPeriod(ServiceError):
    """A period without any visit, or of another length than this office shows."""


def periods(office: Office) -> list[str]:
    """Periods with some visit in them, newest first, all of the one length this office shows.

    Tables of a year and of its parts would each be safe and together give withheld cells away.
    """
    with reading(office.engine) as connection:
        return _shown_periods(office, connection)


def usual_period(office: Office, shown: Sequence[str]) -> str | None:
    """The newest of these periods that has begun by the office's clock; None when there is none.

    A tablet whose clock is years ahead sends visits of years to come: they are flagged, and they
    do not decide what readers see first.
    """
    begun = set(periods_of(f"{office.today():%Y-%m}"))
    today = next((one for one in begun if shown and len(one) == len(shown[0])), "")
    return next((one for one in shown if one <= today), shown[-1] if shown else None)


def _shown_periods(office: Office, connection: Connection) -> list[str]:
    length = office.config.period
    found = {period for month in known_months(connection) for period in periods_of(month)}
    return sorted((one for one in found if is_period_of(one, length)), reverse=True)


def national_tables(office: Office, period: str, now_s: int | None = None) -> NationalTables:
    """The protected tables of a period with every case counted that has been accepted until now.

    For commands and jobs: it links, solves and writes. Raises NoSuchPeriod.
    """
    recount.link_what_waits(office)
    return work_out(office, period, now_s)


def work_out(office: Office, period: str, now_s: int | None = None) -> NationalTables:
    """Protects the tables of a period as counted now, and keeps them for readers.

    The solver runs outside of any transaction: when somebody else has kept other tables of the
    period meanwhile, perhaps of later counts, it is worked out once more, from the counts of now.
    Raises NoSuchPeriod; nothing is kept of it then.
    """
    at_s = office.now_s() if now_s is None else now_s
    while True:
        made, is_kept = _worked_out(office, period, at_s)
        if is_kept:
            return made


def _worked_out(office: Office, period: str, at_s: int) -> tuple[NationalTables, bool]:
    """The tables of a period as counted now; whether they are what readers find now."""
    parameters, declarations = _parameters(office), generations.declarations_of(office)
    generations.make_whole(office)
    with reading(office.engine) as connection:
        is_there = period in _shown_periods(office, connection)
        cubes: dict[str, Cube] = {}
        for code in NATIONAL if is_there else ():
            table = declarations.tables[code]
            cubes |= read.cubes(connection, declarations, reference_of(office), table, period)
        coverage = tuple(coverage_of(connection, declarations, reference_of(office), period))
        kept = _row(connection, period, parameters)
    if not is_there:
        with transaction(office.engine) as connection:
            connection.execute(delete(StoredTable).where(StoredTable.period == period))
        raise NoSuchPeriod("There is no visit in this period, or it is not one of those shown.")
    source = _digest_of_source(cubes, coverage)
    if kept is not None and kept.source_digest == source:
        return from_text(period, parameters, kept.made_at_s, kept.document), True
    try:
        proposal = propose_levels(declarations, cubes, parameters.threshold)
        shown = [
            shown_table(name, cube, proposal.withheld[name], proposal.shown[name])
            for name, cube in proposal.tables.items()
        ]
    except Unprotectable:
        # Too little is counted to show any of it safely.
        shown = [
            shown_table(name, cube, np.ones(cube.shape, dtype=bool), SharesShown(0.0, 0.0))
            for name, cube in cubes.items()
        ]
    made = NationalTables(period, parameters, tuple(shown), coverage, at_s)
    return made, _keep(office, made, source, kept.source_digest if kept else None)


def kept_periods(office: Office) -> list[str]:
    """Periods whose tables can be read now, newest first: made with the parameters of now."""
    found = select(StoredTable.period).where(StoredTable.parameters == _parameters(office).key)
    with reading(office.engine) as connection:
        all_of_them = list(connection.scalars(found))
    shown = [one for one in all_of_them if is_period_of(one, office.config.period)]
    return sorted(shown, reverse=True)


def kept_tables(office: Office, period: str) -> NationalTables:
    """The protected tables of a period as they were worked out last; reads one row.

    Raises NoSuchPeriod when there are none made with the parameters of now.
    """
    parameters = _parameters(office)
    with reading(office.engine) as connection:
        kept = _row(connection, period, parameters)
    if kept is None or not is_period_of(period, office.config.period):
        raise NoSuchPeriod("There is no visit in this period, or it is not one of those shown.")
    return from_text(period, parameters, kept.made_at_s, kept.document)


def not_worked_out(office: Office) -> list[str]:
    """Periods with visits whose tables nobody made yet with the parameters of now."""
    kept = set(kept_periods(office))
    return [period for period in periods(office) if period not in kept]


def _parameters(office: Office) -> Parameters:
    """Those of now: the setting, else what the country's profile says."""
    return Parameters(
        office.config.threshold or reference_of(office).profile.disclosure_threshold,
        generations.declarations_of(office).layout,
    )


def _row(connection: Connection, period: str, parameters: Parameters) -> Any:
    return connection.execute(
        select(StoredTable.__table__).where(
            StoredTable.period == period, StoredTable.parameters == parameters.key
        )
    ).first()


def shown_table(name: str, cube: Cube, withheld: Bools, shares: SharesShown) -> ShownTable:
    """A protected cube as people look at it."""
    return ShownTable(
        name,
        tuple(
            ShownDimension(d.name, d.codes, tuple(len(above) - 1 for above in d.above))
            if not _is_deep(d.parents)
            else _in_order(d.name, d.codes, d.parents)
            for d in cube.dimensions
        ),
        {
            codes: None if hidden else int(count)
            for codes, count, hidden in zip(
                cube.keys(), cube.counts.ravel(), withheld.ravel(), strict=True
            )
        },
        round(shares.cells, 4),
        round(shares.persons, 4),
    )


def _is_deep(parents: Sequence[int]) -> bool:
    return any(parent > 0 for parent in parents)


def _in_order(name: str, codes: Sequence[str], parents: Sequence[int]) -> ShownDimension:
    """Every whole before its parts, as people read a tree."""
    order: list[tuple[int, int]] = []

    def walk(place: int, depth: int) -> None:
        order.append((place, depth))
        for child, parent in enumerate(parents):
            if parent == place:
                walk(child, depth + 1)

    walk(0, 0)
    return ShownDimension(
        name, tuple(codes[at] for at, _ in order), tuple(depth for _, depth in order)
    )


def _digest_of_source(cubes: Mapping[str, Cube], coverage: Sequence[AreaCoverage]) -> str:
    source = [
        [[one.area, one.visits, one.nobody_found] for one in coverage],
        [
            [name, [list(d.codes) for d in cube.dimensions], cube.counts.ravel().tolist()]
            for name, cube in cubes.items()
        ],
    ]
    return hashlib.sha256(json.dumps(source).encode()).hexdigest()


def _keep(office: Office, made: NationalTables, source: str, replaces: str | None) -> bool:
    """Keeps the tables, unless others than those they replace are kept by now; whether it did."""
    row = {
        "period": made.period,
        "parameters": made.parameters.key,
        "source_digest": source,
        "made_at_s": made.as_of_s,
        "document": as_text(made),
    }
    with transaction(office.engine) as connection:
        hold(connection, Lock.KEPT_TABLES)
        now_kept = _row(connection, made.period, made.parameters)
        if (now_kept.source_digest if now_kept else None) != replaces:
            return False
        upsert(connection, StoredTable, _KEPT_BY, [row])
    return True


_KEPT_BY = ("period", "parameters")

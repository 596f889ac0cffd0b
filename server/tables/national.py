"""The national tables of a period: laid out, protected, kept, with what is needed to trace them.

Owns which tables are published and by which margins. Sees counts of persons, never a case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.db.upsert import upsert
from server.disclosure.control import (
    ALL,
    CountTable,
    Key,
    ProtectedTable,
    View,
    every_margin,
    protect,
)
from server.intake.attributes import AGE_BANDS, SEXES, is_period_of, periods_of
from server.intake.model import VisitRecord
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import counts, recount
from server.tables.counts import Cell
from server.tables.kept import CHILD_LABOUR as CHILD_LABOUR
from server.tables.kept import FORCED_LABOUR as FORCED_LABOUR
from server.tables.kept import Coverage as Coverage
from server.tables.kept import NationalTables as NationalTables
from server.tables.kept import Parameters as Parameters
from server.tables.kept import as_text, from_text
from server.tables.model import StoredTable
from shared.counting import NOT_KNOWN
from shared.errors import ServiceError

IN_CHILD_LABOUR, NOT_CHILD_LABOUR = "IN_CHILD_LABOUR", "NOT_CHILD_LABOUR"
UNDETERMINED = "UNDETERMINED"
CHILD, ADULT = "child", "adult"

WORST = "WFCL_OTHER"
CHILD_LABOUR_CLASSES = (WORST, "HAZARDOUS", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES")
CLASSES = (*CHILD_LABOUR_CLASSES, UNDETERMINED, NOT_CHILD_LABOUR)
FORCED_LABOUR_CLASSES = ("FL_PRIVATE", "FL_CSE", "FL_STATE")
CHILD_BANDS = ("5-11", "12-14", "15-17", NOT_KNOWN)


_SPLIT = "|"
_ALL_CHILDREN, _ALL_FORCED = f"{ALL}children", f"{ALL}forced"


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
    return [period for period in counts.periods(connection) if is_period_of(period, length)]


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
    parameters = _parameters(office)
    with reading(office.engine) as connection:
        is_there = period in _shown_periods(office, connection)
        cells = counts.stored_cells(connection, period)
        coverage = _coverage(connection, period)
        kept = _row(connection, period, parameters)
    if not is_there:
        with transaction(office.engine) as connection:
            connection.execute(delete(StoredTable).where(StoredTable.period == period))
        raise NoSuchPeriod("There is no visit in this period, or it is not one of those shown.")
    areas = _areas(office, (cell.area for cell in cells), (one.area for one in coverage))
    source = _digest_of_source(cells, areas, coverage)
    if kept is not None and kept.source_digest == source:
        return from_text(period, parameters, kept.made_at_s, kept.document), True
    both = both_tables(protect(national_table(cells, areas), parameters.threshold).table)
    made = NationalTables(
        period,
        parameters,
        both[CHILD_LABOUR],
        both[FORCED_LABOUR],
        _perhaps_forced(cells, parameters.threshold),
        coverage,
        areas,
        at_s,
    )
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
    return Parameters(office.config.threshold or reference_of(office).profile.disclosure_threshold)


def _row(connection: Connection, period: str, parameters: Parameters) -> Any:
    return connection.execute(
        select(StoredTable.__table__).where(
            StoredTable.period == period, StoredTable.parameters == parameters.key
        )
    ).first()


def national_table(cells: Mapping[Cell, int], areas: tuple[str, ...]) -> CountTable:
    """Both published tables as one, so that they are protected together.

    Every child in forced labour is in a worst form: with the tables protected apart, a form of
    the one bounds a class of the other from below, and the class's other part from above.

    Children of 5 to 17 by area, sex, age band and class (general boundary; undetermined is a class
    of its own) with every margin, and beside the classes their sum "in child labour" with at most
    one further dimension. Persons in forced labour by sex, child or adult and form with every
    margin, and by area and form. Nobody else is in the second: its sums would be nearly those of
    the first.
    """
    sums: dict[Key, int] = {}
    for cell, persons_in in cells.items():
        word, form = _class_of(cell), _form_of(cell)
        if word or form:
            key = (cell.area, cell.sex, cell.age_band, _SPLIT.join((word, form)))
            sums[key] = sums.get(key, 0) + persons_in
    # What everybody knows to be possible, and what was found.
    kinds = dict.fromkeys(
        [
            *(_SPLIT.join((word, "")) for word in CLASSES),
            *(_SPLIT.join((WORST, form)) for form in FORCED_LABOUR_CLASSES),
            *(_SPLIT.join(("", form)) for form in FORCED_LABOUR_CLASSES),
            *sorted(key[-1] for key in sums),
        ]
    )
    words = {kind: kind.split(_SPLIT)[0] for kind in kinds if not kind.startswith(_SPLIT)}
    forms = {kind: kind.split(_SPLIT)[1] for kind in kinds if not kind.endswith(_SPLIT)}
    ages = (*AGE_BANDS, NOT_KNOWN)
    statuses = dict.fromkeys(CHILD_LABOUR_CLASSES, IN_CHILD_LABOUR)
    views = {
        "age_band": View("age", {age: age if age in CHILD_BANDS else NOT_KNOWN for age in ages}),
        "age_group": View("age", {age: _age_group(age) for age in ages}),
        CHILD_LABOUR: View("kind", words),
        "children": View("kind", dict.fromkeys(words, _ALL_CHILDREN)),
        "status": View("kind", {kind: statuses.get(word, word) for kind, word in words.items()}),
        FORCED_LABOUR: View("kind", forms),
        "forced": View("kind", dict.fromkeys(forms, _ALL_FORCED)),
    }
    margins = [
        *((*way, "children") for way in every_margin(("area",), ("sex",), ("age_band",))),
        *((*way, CHILD_LABOUR) for way in every_margin(("area",), ("sex",), ("age_band",))),
        *((*way, "status") for way in ((), ("area",), ("sex",), ("age_band",))),
        *((*way, "forced") for way in (*every_margin(("sex",), ("age_group",)), ("area",))),
        *((*way, FORCED_LABOUR) for way in (*every_margin(("sex",), ("age_group",)), ("area",))),
    ]
    categories = {"area": areas, "sex": SEXES, "age": ages, "kind": tuple(kinds)}
    return CountTable(tuple(categories), categories, sums, tuple(margins), views, _is_possible)


def _is_possible(key: Key) -> bool:
    """Everybody of 5 to 17 has a class, nobody older has; both rules begin at 5."""
    age, kind = key[2], key[3]
    if age == NOT_KNOWN:
        return True
    return age != "0-4" and (age in CHILD_BANDS) is not kind.startswith(_SPLIT)


def both_tables(protected: ProtectedTable) -> dict[str, ProtectedTable]:
    """The child labour and the forced labour table, out of the one they were protected in."""
    forced = {*FORCED_LABOUR_CLASSES, _ALL_FORCED}
    cells: dict[str, dict[Key, int | None]] = {CHILD_LABOUR: {}, FORCED_LABOUR: {}}
    for (*where, word), count in protected.cells.items():
        name = FORCED_LABOUR if word in forced else CHILD_LABOUR
        cells[name][*where, ALL if word.startswith(ALL) else word] = count
    return {
        name: ProtectedTable(("area", "sex", age, "class"), protected.threshold, cells[name])
        for name, age in ((CHILD_LABOUR, "age_band"), (FORCED_LABOUR, "age_group"))
    }


def _class_of(cell: Cell) -> str:
    """The word of the child labour table; none for who is no child of 5 to 17."""
    if cell.child_labour == "OUT_OF_SCOPE":
        return ""
    return cell.child_labour if cell.child_labour in CLASSES else NOT_CHILD_LABOUR


def _form_of(cell: Cell) -> str:
    """The word of the forced labour table; none for who was not found in forced labour."""
    return cell.forced_labour if cell.forced_labour in FORCED_LABOUR_CLASSES else ""


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
    listed = [entry.code for entry in reference_of(office).codelists["areas"] if entry.code in used]
    return (*listed, *sorted(used - set(listed)))


def _coverage(connection: Connection, period: str) -> tuple[Coverage, ...]:
    nobody = func.sum(case((VisitRecord.nobody_found, 1), else_=0))
    months = [
        one
        for one in counts.periods(connection)
        if is_period_of(one, "month") and period in periods_of(one)
    ]
    query = (
        select(VisitRecord.area, func.count(), nobody)
        .where(VisitRecord.withdrawn.is_(False), VisitRecord.month.in_(months))
        .group_by(VisitRecord.area)
    )
    sums: dict[str, list[int]] = {ALL: [0, 0]}
    for area, visits, without in connection.execute(query):
        for key in (ALL, area or NOT_KNOWN):
            pair = sums.setdefault(key, [0, 0])
            pair[0] += visits
            pair[1] += without or 0
    return tuple(Coverage(area, *pair) for area, pair in sorted(sums.items()))


def _digest_of_source(
    cells: Mapping[Cell, int], areas: tuple[str, ...], coverage: tuple[Coverage, ...]
) -> str:
    source = [
        areas,
        [[one.area, one.visits, one.nobody_found] for one in coverage],
        sorted([*cell, n] for cell, n in cells.items()),
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

"""National counts: every person once a period, by the records that decide.

Owns person_period and count_cell. They are kept current for the persons touched; working them out
afresh for everybody gives the same rows (``afresh``), which tests and `tally87 doctor` compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from server.db.chunks import chunks
from server.db.upsert import insertion
from server.intake.attributes import is_month, periods_of
from server.intake.model import CaseRecord, VisitRecord
from server.tables.model import CountCell, PersonPeriod
from shared.classification import ChildLabourClass
from shared.counting import NOT_KNOWN, CountedRecord, Subject, decide_record


class Case(NamedTuple):
    """What counting needs of one accepted case with a known month."""

    person_id: str
    month: str
    record_id: str
    area: str
    sex: str
    age_band: str
    child_labour: str
    forced_labour: str


class Cell(NamedTuple):
    """Where a person is counted."""

    period: str
    area: str
    sex: str
    age_band: str
    child_labour: str
    forced_labour: str


def cells_of(cases: Iterable[Case]) -> dict[tuple[str, str], Cell]:
    """For each (person, period) the one cell the person is counted in. Pure.

    Each class is that of its subject's deciding record (shared.counting). Area, sex and age band
    are those of the deciding record of child labour, or of forced labour for a person who is out
    of scope of the statistic of child labour.
    """
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        for period in periods_of(case.month):
            groups.setdefault((case.person_id, period), []).append(case)
    return {(person, period): _cell(period, found) for (person, period), found in groups.items()}


def recount_persons(connection: Connection, person_ids: Sequence[str]) -> set[str]:
    """Brings the counts up to date for these persons, new, changed or gone; the periods whose
    counts changed."""
    periods: set[str] = set()
    for some in chunks(person_ids):
        before = dict(_stored(connection, some))
        after = cells_of(_cases(connection, some))
        outdated = sorted(
            {
                person
                for (person, period), cell in before.items()
                if after.get((person, period)) != cell
            }
            | {person for (person, period) in after.keys() - before.keys()}
        )
        if not outdated:
            continue
        connection.execute(delete(PersonPeriod).where(PersonPeriod.person_id.in_(outdated)))
        changed = set(outdated)
        rows = [
            {"person_id": person, **cell._asdict()}
            for (person, _), cell in sorted(after.items())
            if person in changed
        ]
        if rows:
            connection.execute(insert(PersonPeriod), rows)
        moves: Counter[Cell] = Counter()
        moves.update(cell for (person, _), cell in after.items() if person in changed)
        moves.subtract(cell for (person, _), cell in before.items() if person in changed)
        _move(connection, {cell: by for cell, by in moves.items() if by})
        periods |= {cell.period for cell, by in moves.items() if by}
    return periods


def stored_cells(connection: Connection, period: str | None = None) -> dict[Cell, int]:
    """The count of every cell that has somebody in it."""
    query = select(
        CountCell.period,
        CountCell.area,
        CountCell.sex,
        CountCell.age_band,
        CountCell.child_labour,
        CountCell.forced_labour,
        CountCell.persons,
    )
    if period is not None:
        query = query.where(CountCell.period == period)
    return {Cell(*row[:6]): row[6] for row in connection.execute(query)}


def afresh(connection: Connection) -> dict[Cell, int]:
    """The same, worked out from every case without looking at what is stored."""
    return dict(Counter(cells_of(_cases(connection, None)).values()))


def periods(connection: Connection) -> list[str]:
    """Periods with some visit in them, newest first, years before their parts."""
    # From month to month by the index: as many steps as months, however many visits.
    months, last = [], ""
    while True:
        following = select(func.min(VisitRecord.month)).where(VisitRecord.month > last)
        found = connection.scalar(following)
        if found is None:
            break
        last = found
        if is_month(found):  # one row nobody can read hides no period
            months.append(found)
    found_in = {period for month in months for period in periods_of(month)}
    return sorted(found_in, key=_period_order, reverse=True)


def _period_order(period: str) -> tuple[str, int, str]:
    return period[:4], 2 - (len(period) > 4) - ("Q" not in period and len(period) > 4), period


def _cell(period: str, cases: Sequence[Case]) -> Cell:
    records = [_counted(case) for case in cases]
    child = decide_record(records, Subject.CHILD_LABOUR)
    forced = decide_record(records, Subject.FORCED_LABOUR)
    of = (forced if child.class_ == ChildLabourClass.OUT_OF_SCOPE else child).attributes
    return Cell(period, of["area"], of["sex"], of["age_band"], child.class_, forced.class_)


def _counted(case: Case) -> CountedRecord:
    return CountedRecord.of_codes(
        case.record_id,
        case.month,
        {"cl_general": case.child_labour, "fl": case.forced_labour},
        attributes={"area": case.area, "sex": case.sex, "age_band": case.age_band},
    )


def _cases(connection: Connection, person_ids: Sequence[str] | None) -> Iterator[Case]:
    query = (
        select(
            CaseRecord.person_id,
            VisitRecord.month,
            CaseRecord.record_id,
            VisitRecord.area,
            CaseRecord.sex,
            CaseRecord.age_band,
            CaseRecord.child_labour,
            CaseRecord.forced_labour,
        )
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .where(
            CaseRecord.withdrawn.is_(False),
            CaseRecord.person_id.is_not(None),
            VisitRecord.month.is_not(None),
        )
    )
    if person_ids is not None:
        query = query.where(CaseRecord.person_id.in_(person_ids))
    for person, month, record, area, *rest in connection.execute(query):
        if not is_month(month):
            continue  # counted nowhere, as a visit without a date is; the doctor names it
        yield Case(person or "", month or "", record, area or NOT_KNOWN, *rest)


def _stored(
    connection: Connection, person_ids: Sequence[str]
) -> Iterator[tuple[tuple[str, str], Cell]]:
    query = select(
        PersonPeriod.person_id,
        PersonPeriod.period,
        PersonPeriod.area,
        PersonPeriod.sex,
        PersonPeriod.age_band,
        PersonPeriod.child_labour,
        PersonPeriod.forced_labour,
    ).where(PersonPeriod.person_id.in_(person_ids))
    for person, *cell in connection.execute(query):
        yield (person, cell[0]), Cell(*cell)


def _move(connection: Connection, moves: Mapping[Cell, int]) -> None:
    if not moves:
        return
    rows: list[dict[str, Any]] = [
        {**cell._asdict(), "persons": by} for cell, by in sorted(moves.items())
    ]
    statement = insertion(connection, CountCell)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(Cell._fields),
            set_={"persons": CountCell.persons + statement.excluded.persons},
        ),
        rows,
    )
    # Only the cells that lost somebody can be empty now; the table is never searched.
    emptied = [
        {f"its_{name}": value for name, value in cell._asdict().items()}
        for cell, by in sorted(moves.items())
        if by < 0
    ]
    if emptied:
        here = [getattr(CountCell, name) == bindparam(f"its_{name}") for name in Cell._fields]
        connection.execute(delete(CountCell).where(*here, CountCell.persons == 0), emptied)

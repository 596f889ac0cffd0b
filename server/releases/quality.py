"""The report on the quality of the data behind a release: shares in whole percent, never counts of
persons.

A share is told when at least as many records are in it, and outside it, as the threshold asks; else
it is withheld, whatever the reason. Visits are no persons: they are counted as they are.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from server.intake.attributes import periods_of
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.office import Office
from server.programme.model import Organisation
from server.reference.in_force import reference_of
from server.releases import plan
from server.releases.counted import QualityRow
from server.releases.register_rows import months_of
from server.tables import read
from server.tables.declaration import DeclaredTable
from server.tables.generations import declarations_of
from shared.codelists import CodeList
from shared.counting import NOT_KNOWN, is_complete
from shared.counting.standing import UNDETERMINED

PERCENT, NUMBER = "percent", "number"
SOON_DAYS = 31
"""A record is timely when it came within so many days after the end of the month of its visit."""


class _CaseSeen(NamedTuple):
    person: str
    month: str
    area: str | None
    sex: str
    age_band: str
    child_labour: str
    forced_labour: str
    differs: bool
    source_list: str
    findings: Sequence[Sequence[object]]
    received_at_s: int


def quality_of(
    office: Office,
    connection: Connection,
    tables: Sequence[DeclaredTable],
    periods: Sequence[str],
    threshold: int,
) -> tuple[QualityRow, ...]:
    """The rows of the report, period by period. tables: those of the release."""
    rows: list[QualityRow] = []
    reference = reference_of(office)
    for period in periods:
        areas, this_month = reference.codelists.get("areas"), office.today().isoformat()[:7]
        rows += _of_period(connection, areas, period, threshold)
        rows += _without_answer(office, connection, tables, period, threshold)
        rows += _of_plan(connection, areas, period, this_month)
    parameters = reference.profile.parameters.values()
    open_ = sum(not one.confirmed for one in parameters)
    share = round(100 * open_ / max(1, len(parameters)))
    rows.append(("law_unconfirmed", "", "", PERCENT, share))
    return tuple(rows)


def _of_period(
    connection: Connection, areas: CodeList | None, period: str, threshold: int
) -> Iterator[QualityRow]:
    cases = list(_cases(connection, period))

    def share(measure: str, by: str, some: int, of: int) -> QualityRow:
        return measure, period, by, PERCENT, _told(some, of, threshold)

    def of_cases(measure: str, test: Sequence[bool]) -> QualityRow:
        return share(measure, "", sum(test), len(cases))

    yield of_cases(
        "complete", [is_complete(str(found[0]) for found in one.findings) for one in cases]
    )
    yield of_cases("timely", [_is_timely(one) for one in cases])
    for area, percent in _timely_by_area(cases, areas, threshold).items():
        yield "timely", period, area, PERCENT, percent
    yield of_cases("tablet_agrees", [not one.differs for one in cases])
    yield of_cases("no_sex", [one.sex == NOT_KNOWN for one in cases])
    yield of_cases("no_age", [one.age_band == NOT_KNOWN for one in cases])
    yield of_cases("no_area", [not one.area for one in cases])
    yield of_cases("child_labour_undetermined", [one.child_labour == UNDETERMINED for one in cases])
    yield of_cases(
        "forced_labour_undetermined", [one.forced_labour == UNDETERMINED for one in cases]
    )
    yield from (share("met_again", by, some, of) for by, some, of in _met_again(cases))
    yield from _visits(connection, period)


def _told(some: int, of: int, threshold: int) -> int | None:
    """A share in whole percent; None where few are in it or outside it."""
    few = any(0 < number < threshold for number in (some, of - some, of))
    return None if few or not of else round(100 * some / of)


def _without_answer(
    office: Office,
    connection: Connection,
    tables: Sequence[DeclaredTable],
    period: str,
    threshold: int,
) -> Iterator[QualityRow]:
    """For each dimension of these tables the share of those asked who gave no answer."""
    declarations, reference = declarations_of(office), reference_of(office)
    for table in tables:
        cells = read.cells(connection, declarations, reference, table, period)
        for name, found in read.item_nonresponse(declarations, table, cells).items():
            told = _told(found.unknown, found.known + found.unknown, threshold)
            yield "no_answer", period, f"{table.code} {name}", PERCENT, told


def _of_plan(
    connection: Connection, areas: CodeList | None, period: str, this_month: str
) -> Iterator[QualityRow]:
    """Where there is a plan of visits: what was planned and made, in all and by area and month.

    Only of months that are over: whoever has something to hide learns of no visit that is to come.
    """
    months = [
        month
        for month in plan.months_planned(connection)
        if month < this_month and period in periods_of(month)
    ]
    query = (
        select(VisitRecord.area, VisitRecord.month, func.count())
        .where(VisitRecord.withdrawn.is_(False), VisitRecord.month.in_(months))
        .group_by(VisitRecord.area, VisitRecord.month)
    )
    made = {(area or "", month or ""): number for area, month, number in connection.execute(query)}
    rows = list(plan.compared(plan.plan_of(connection, months), made, areas))
    if not rows:
        return
    everything = ("", sum(one.planned for one in rows), sum(one.made for one in rows))
    of_each = [(f"{one.area} {one.month}", one.planned, one.made) for one in rows]
    for by, planned, done in (everything, *of_each):
        yield "visits_planned", period, by, NUMBER, planned
        yield "visits_of_plan", period, by, NUMBER, done
    yield (
        "plan_not_visited",
        period,
        "",
        NUMBER,
        sum(one.planned > 0 and not one.made for one in rows),
    )


def _is_timely(one: _CaseSeen) -> bool:
    year, month = int(one.month[:4]), int(one.month[5:7])
    last = datetime(year, month, calendar.monthrange(year, month)[1], tzinfo=UTC)
    return one.received_at_s - last.timestamp() <= (SOON_DAYS + 1) * 24 * 3600


def _timely_by_area(
    cases: Sequence[_CaseSeen], areas: CodeList | None, threshold: int
) -> Mapping[str, int | None]:
    """For each of the largest areas the share of its records that came soon."""
    found: dict[str, list[bool]] = {}
    for one in cases:
        if areas is not None and one.area is not None and one.area in areas:
            largest = (one.area, *areas.ancestors(one.area))[-1]
            found.setdefault(largest, []).append(_is_timely(one))
    return shares_of_parts(found, threshold)


def shares_of_parts(
    found: Mapping[str, Sequence[bool]], threshold: int
) -> Mapping[str, int | None]:
    """For each part the share that is so, in whole percent; None where few are in it or outside it.

    The share of all is told: where only one part's would be withheld, that of the smallest beside
    it is withheld, too.
    """
    told = {part: _told(sum(those), len(those), threshold) for part, those in sorted(found.items())}
    shown = [part for part, percent in told.items() if percent is not None]
    if shown and len(shown) == len(told) - 1:
        told[min(shown, key=lambda part: (len(found[part]), part))] = None
    return told


def _met_again(cases: Sequence[_CaseSeen]) -> Iterator[tuple[str, int, int]]:
    """For each list: records of persons that it had recorded already, or another list had."""
    by_person = Counter(one.person for one in cases)
    lists = sorted({one.source_list for one in cases})
    for name in lists:
        mine = [one for one in cases if one.source_list == name]
        yield name, sum(by_person[one.person] > 1 for one in mine), len(mine)


def _visits(connection: Connection, period: str) -> Iterator[QualityRow]:
    query = (
        select(VisitRecord.month, func.count())
        .where(
            VisitRecord.withdrawn.is_(False), VisitRecord.month.in_(months_of(connection, period))
        )
        .group_by(VisitRecord.month)
        .order_by(VisitRecord.month)
    )
    for month, number in connection.execute(query):
        yield "visits", period, month or "", NUMBER, number


def _cases(connection: Connection, period: str) -> Iterator[_CaseSeen]:
    query = (
        select(
            CaseRecord.person_id,
            VisitRecord.month,
            VisitRecord.area,
            CaseRecord.sex,
            CaseRecord.age_band,
            CaseRecord.child_labour,
            CaseRecord.forced_labour,
            CaseRecord.classes_differ,
            Organisation.source_list,
            RecordRevision.findings,
            RecordRevision.received_at_s,
        )
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .join(Organisation, Organisation.number == CaseRecord.organisation_number)
        .join(
            RecordRevision,
            (RecordRevision.record_id == CaseRecord.record_id)
            & (RecordRevision.revision == CaseRecord.revision),
        )
        .where(
            CaseRecord.withdrawn.is_(False),
            CaseRecord.person_id.is_not(None),
            VisitRecord.month.in_(months_of(connection, period)),
        )
    )
    return (_CaseSeen(*row) for row in connection.execute(query))

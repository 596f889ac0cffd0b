"""The report on the quality of the data behind a release: shares in whole percent, never counts of
persons.

A share is told when at least as many records are in it, and outside it, as the threshold asks; else
it is withheld, whatever the reason. Visits are no persons: they are counted as they are.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.office import Office
from server.programme.model import Organisation
from server.reference.in_force import reference_of
from server.releases.counted import QualityRow
from server.releases.register_rows import months_of
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
    office: Office, connection: Connection, periods: Sequence[str], threshold: int
) -> tuple[QualityRow, ...]:
    """The rows of the report, period by period."""
    rows: list[QualityRow] = []
    for period in periods:
        rows += _of_period(connection, period, threshold)
    parameters = reference_of(office).profile.parameters.values()
    open_ = sum(not one.confirmed for one in parameters)
    share = round(100 * open_ / max(1, len(parameters)))
    rows.append(("law_unconfirmed", "", "", PERCENT, share))
    return tuple(rows)


def _of_period(connection: Connection, period: str, threshold: int) -> Iterator[QualityRow]:
    cases = list(_cases(connection, period))

    def share(measure: str, by: str, some: int, of: int) -> QualityRow:
        few = any(0 < n < threshold for n in (some, of - some, of))
        told = None if few or not of else round(100 * some / of)
        return measure, period, by, PERCENT, told

    def of_cases(measure: str, test: Sequence[bool]) -> QualityRow:
        return share(measure, "", sum(test), len(cases))

    yield of_cases(
        "complete", [is_complete(str(found[0]) for found in one.findings) for one in cases]
    )
    yield of_cases("timely", [_is_timely(one) for one in cases])
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


def _is_timely(one: _CaseSeen) -> bool:
    year, month = int(one.month[:4]), int(one.month[5:7])
    last = datetime(year, month, calendar.monthrange(year, month)[1], tzinfo=UTC)
    return one.received_at_s - last.timestamp() <= (SOON_DAYS + 1) * 24 * 3600


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

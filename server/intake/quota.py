"""How much a tablet may bring at once and a day, and from visits of which years.

Owns the quota. What came is counted like water in a bucket that leaks (ITU-T I.371, the leaky
bucket as a meter): a tablet that was away for months brings all of it at once, and one that was
stolen brings no flood. Nothing is lost by it: the parcel is refused whole, with the time to wait,
whatever road it came by, and a parcel that was taken in before is answered whatever is used up.

Records of visits outside the years that the office names have a smaller bucket of their own: a
tablet whose clock is wrong gets through, and nobody fills a past that was published.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, or_, select

from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, TabletQuota
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet
from server.staff import audit
from shared.errors import TallyError

DAY_S = 86_400
LONGEST_WAIT_S = DAY_S
"""Tablets wait no longer than that, whatever they are told (docs/wire-protocol.md)."""
CLOCK_MAY_ERR_S = DAY_S
"""What was noted later than that from now was noted by a clock that was wrong: it is forgotten."""
DANGER_BEYOND = 2
"""A parcel with immediate danger is taken in until so many times the quota is used up: nobody waits
for help because of a quota, and nobody has a flood by saying danger."""


class QuotaUsedUp(TallyError):
    """A parcel refused as a whole for now. retry_after_s: seconds until it may be taken in."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "This tablet has brought as much as it may for now. Nothing of this parcel was "
            "stored, and nothing is lost: take it in again in "
            f"{math.ceil(retry_after_s / 3600)} hours, or look at `tally87 tablet quota`."
        )
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Quota:
    """What one tablet may bring.

    at_once: records that are new to the office, after a long silence; the default is more than an
    officer records in a year of full days. a_day: how many of them become possible again each day.
    from_year, to_year: of visits, both included; None for no limit. outside_at_once, outside_a_day:
    the same two numbers for records of visits of other years.
    """

    at_once: int = 5_000
    a_day: int = 1_000
    from_year: int | None = None
    to_year: int | None = None
    outside_at_once: int = 200
    outside_a_day: int = 20

    @property
    def has_years(self) -> bool:
        """Whether the office named years at all."""
        return self.from_year is not None or self.to_year is not None

    def is_outside(self, month: str | None) -> bool:
        """Whether a visit of this month, as ``2026-11``, is of another year; one that is not known
        is not."""
        if month is None:
            return False
        year = int(month[:4])
        return year < (self.from_year or 0) or year > (self.to_year or 9999)


class Used(NamedTuple):
    """How much of its quota a tablet had used up at that moment, in records. at_s: None before it
    ever brought one."""

    records: float = 0.0
    outside: float = 0.0
    at_s: int | None = None

    def by_now(self, quota: Quota, now_s: int) -> Used:
        """What is left of it after the time that went by."""
        if self.at_s is None or self.at_s > now_s + CLOCK_MAY_ERR_S:
            return Used(at_s=now_s)
        days = max(0, now_s - self.at_s) / DAY_S
        return Used(
            max(0.0, self.records - days * quota.a_day),
            max(0.0, self.outside - days * quota.outside_a_day),
            now_s,
        )


def used_after(
    quota: Quota, used: Used, now_s: int, new: int, outside: int, danger: bool = False
) -> Used:
    """What is used up after so many new records, so many of them outside the years.

    While anything is left a parcel is taken in whole and the rest counts against the days to come:
    so that no parcel is too large for ever. Raises QuotaUsedUp.
    """
    used = used.by_now(quota, now_s)
    more = DANGER_BEYOND if danger else 1
    late_s = 0.0
    for is_new, level, at_once, a_day in (
        (new, used.records, quota.at_once, quota.a_day),
        (outside, used.outside, quota.outside_at_once, quota.outside_a_day),
    ):
        if is_new and level >= more * at_once:
            late_s = max(late_s, (level - more * at_once) / a_day * DAY_S + 1)
    if late_s:
        raise QuotaUsedUp(min(LONGEST_WAIT_S, math.ceil(late_s)))
    return Used(used.records + new, used.outside + outside, now_s)


def quota_of(connection: Connection, tablet_id: str) -> Quota:
    """The quota in force for this tablet: its own, else everybody's, else the default."""
    row = connection.execute(_IN_FORCE, {"tablet": tablet_id}).first()
    return Quota(*row) if row is not None else Quota()


def cases_of(connection: Connection, visits: Iterable[str]) -> int:
    """How many cases the office holds of these visits, which it sees only now."""
    ids = sorted(visits)
    if not ids:
        return 0
    held = select(func.count()).select_from(CaseRecord).where(CaseRecord.visit_id.in_(ids))
    return connection.scalar(held) or 0


def current(office: Office, tablet_id: str = "") -> Quota:
    """The quota of a tablet, or with "" of every tablet that has none of its own."""
    with reading(office.engine) as connection:
        return quota_of(connection, tablet_id)


def change(
    office: Office, changes: Mapping[str, int | None], actor: str, tablet_id: str | None = None
) -> Quota:
    """Changes the named values for one tablet, or for all that have no quota of their own; the
    quota that is in force then. Raises NotPossible, with the reason."""
    with transaction(office.engine) as connection:
        known = select(EnrolledTablet.tablet_id).where(EnrolledTablet.tablet_id == tablet_id)
        if tablet_id is not None and connection.scalar(known) is None:
            raise NotPossible("There is no such tablet. Nothing was changed.")
        quota = replace(quota_of(connection, tablet_id or ""), **changes)  # type: ignore[arg-type]
        _must_be_possible(quota)
        now_s = office.now_s()
        connection.execute(
            insert(TabletQuota).values(
                **asdict(quota), tablet_id=tablet_id, set_by=actor, set_at_s=now_s
            )
        )
        details = {"tablet": tablet_id or "all", **asdict(quota)}
        audit.enter(connection, now_s, actor, "quota_set", details)
    return quota


def _must_be_possible(quota: Quota) -> None:
    rates = (quota.at_once, quota.a_day, quota.outside_at_once, quota.outside_a_day)
    if not all(1 <= one <= MOST for one in rates):
        raise NotPossible(f"Each number of records is 1 to {MOST}. Nothing was changed.")
    first, last = quota.from_year or MIN_YEAR, quota.to_year or MAX_YEAR
    if not MIN_YEAR <= first <= last <= MAX_YEAR:
        raise NotPossible(
            f"The years are {MIN_YEAR} to {MAX_YEAR}, the first not after the last. "
            "Nothing was changed."
        )


MOST = 10_000_000
MIN_YEAR, MAX_YEAR = 1900, 2999
# Written once: to build a statement costs more than to run it.
COLUMNS = (
    TabletQuota.at_once,
    TabletQuota.a_day,
    TabletQuota.from_year,
    TabletQuota.to_year,
    TabletQuota.outside_at_once,
    TabletQuota.outside_a_day,
)
"""Of a quota, in its order."""
_IN_FORCE = (
    select(*COLUMNS)
    .where(or_(TabletQuota.tablet_id == bindparam("tablet"), TabletQuota.tablet_id.is_(None)))
    .order_by(TabletQuota.tablet_id.is_(None), TabletQuota.number.desc())
    .limit(1)
)
NUMBER_IN_FORCE = _IN_FORCE.with_only_columns(TabletQuota.number).correlate(None).scalar_subquery()
"""Of the row that holds for the tablet of the parameter; none when the default does."""

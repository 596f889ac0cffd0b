"""Which records lie within a reach: those of an organisation's officers, or of visits in an area.

A record whose visit the office does not hold (rejected, or still on its way) lies in no area: only
who reaches the whole country sees it. To whom a record belongs is told by the office's own head of
it, never by what a parcel claims.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, or_, select
from sqlalchemy.orm import aliased

from server.intake.model import CaseRecord, RecordHead, RecordRevision, VisitRecord
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.reach import Reach

# Names of their own: a query that is narrowed joins the same tables, and must not be mistaken for
# what narrows it.
_Head, _Tablet = aliased(RecordHead), aliased(EnrolledTablet)
_Officer, _Organisation = aliased(Officer), aliased(Organisation)
_Visit, _Case, _Revision = aliased(VisitRecord), aliased(CaseRecord), aliased(RecordRevision)


def records_within(reach: Reach, record_id: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    """Conditions on the id of a record; none for a reach of everything."""
    found: list[ColumnElement[bool]] = []
    if reach.organisation:
        found.append(
            exists().where(
                _Head.record_id == record_id,
                _Officer.number == _Head.officer_number,
                _Organisation.number == _Officer.organisation_number,
                _Organisation.code == reach.organisation,
            )
        )
    if reach.areas is not None:
        # Two conditions of one level: a query inside of a query would not see the outer record.
        there = _Visit.area.in_(reach.areas)
        found.append(
            or_(
                exists().where(_Visit.record_id == record_id, there),
                exists().where(
                    _Case.record_id == record_id, _Visit.record_id == _Case.visit_id, there
                ),
            )
        )
    return found


def tablets_within(reach: Reach, tablet_id: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    """Conditions on the id of a tablet: of the organisation, or one that recorded in the area."""
    found: list[ColumnElement[bool]] = []
    if reach.organisation:
        found.append(tablet_id.in_(_tablets_of(reach.organisation)))
    if reach.areas is not None:
        recorded = (
            select(_Revision.tablet_id)
            .join(_Visit, _Visit.record_id == _Revision.record_id)
            .where(_Visit.area.in_(reach.areas))
        )
        found.append(tablet_id.in_(recorded))
    return found


def brought_within(
    reach: Reach, record_id: SQLColumnExpression[str], tablet_id: SQLColumnExpression[str]
) -> list[ColumnElement[bool]]:
    """The same for a revision a tablet brought: an organisation's own record is not within when
    somebody else's tablet brought this revision of it."""
    found = records_within(reach, record_id)
    if reach.organisation:
        found.append(tablet_id.in_(_tablets_of(reach.organisation)))
    return found


def _tablets_of(organisation: str) -> Any:
    return (
        select(_Tablet.tablet_id)
        .join(_Officer, _Officer.number == _Tablet.officer_number)
        .join(_Organisation, _Organisation.number == _Officer.organisation_number)
        .where(_Organisation.code == organisation)
    )

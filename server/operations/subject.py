"""What the office holds of one case: the answer to a person who asks, at the organisation that
recorded them.

The office alone finds nobody: who asks comes with the case number of the organisation's tablet. Of
other cases of the same person nothing is said here, because no organisation learns of a match
(docs/privacy.md); each look is noted in the audit log before anything is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.said import REVISION_OF_CASE, answers_said, classes_said
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.in_force import reference_of
from server.staff import audit


@dataclass(frozen=True)
class HeldRevision:
    """One revision that was accepted. emptied: its content went with the consent."""

    revision: int
    received_at_s: int
    withdrawn: str | None
    emptied: bool


@dataclass(frozen=True)
class HeldCase:
    """All that is held of a case. answers: as they count now; place: month and area of the
    visit. Linkage codes, which are what is left of a name, are numbers that say nothing to read."""

    record_id: str
    organisation: str
    officer: str
    revisions: tuple[HeldRevision, ...]
    answers: Mapping[str, Any]
    classes: Mapping[str, str]
    place: Mapping[str, str | None]
    counts: bool


def held_of(office: Office, record_id: str, by: str, actor: str) -> HeldCase:
    """What is held of this case; noted in the audit log first. by: who asks for it.

    Raises NotPossible when the office holds no case of that number.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        details = {"record": record_id[:32], "by": by[:60]}
        audit.enter(connection, now_s, actor, "subject_asked", details)
    with reading(office.engine) as connection:
        case = connection.execute(
            select(CaseRecord, Organisation.code, RecordRevision.canonical)
            .join(Organisation, Organisation.number == CaseRecord.organisation_number)
            .outerjoin(RecordRevision, REVISION_OF_CASE)
            .where(CaseRecord.record_id == record_id)
        ).first()
        if case is None:
            raise NotPossible(
                "The office holds no case of that number. It has 32 hexadecimal digits and stands "
                "on the case's page of the tablet that recorded it."
            )
        row, newest = case._mapping, case.canonical
        revisions = connection.execute(
            select(
                RecordRevision.revision,
                RecordRevision.received_at_s,
                RecordRevision.withdrawn,
                RecordRevision.canonical,
                Officer.code,
            )
            .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .where(RecordRevision.record_id == record_id, RecordRevision.outcome == "accepted")
            .order_by(RecordRevision.revision)
        ).all()
        visit = connection.execute(
            select(VisitRecord.month, VisitRecord.area).where(
                VisitRecord.record_id == row["visit_id"]
            )
        ).first()
    return HeldCase(
        record_id,
        row["code"],
        revisions[-1].code if revisions else "",
        tuple(
            HeldRevision(one.revision, one.received_at_s, one.withdrawn, not one.canonical)
            for one in revisions
        ),
        answers_said(reference_of(office), row["content"], newest),
        dict(classes_said(row["classes"], newest)),
        {"month": visit.month, "area": visit.area} if visit else {},
        not row["withdrawn"],
    )

"""What stands of one record: its current row made again from its newest accepted revision.

For acts that change which revision is the newest one; a parcel writes its own rows (`write.py`).
Linkage codes are kept re-keyed only and apart from the revision: whoever makes another one stand
hands them over. A record that was withdrawn, or whose person did not want to be linked, has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from server import queue
from server.db.together import Together
from server.db.upsert import upsert
from server.intake import code_book, codes, consent, reclassify
from server.intake.attributes import is_month, period_of
from server.intake.current import case_row, visit_row
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.said import REVISION_OF_VISIT, OfVisit, answers_said
from server.office import Office
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.queue import JobKind
from server.reference.in_force import reference_of
from shared.answers import Value
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.linkage import may_be_linked
from shared.questionnaire import Level, Questionnaire
from shared.wire.records import Record, decode_record

_KEY = ("record_id",)


def stand_again(connection: Connection, office: Office, record_id: str, level: str) -> None:
    """Makes the current row of this record what its newest accepted revision says, and asks for
    the linking and counting that follow. The record is locked by the caller."""
    newest = connection.execute(
        select(
            RecordRevision.canonical,
            RecordRevision.withdrawn,
            Officer.organisation_number,
            Organisation.source_list,
        )
        .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(RecordRevision.record_id == record_id, RecordRevision.outcome == "accepted")
        .order_by(RecordRevision.revision.desc())
        .limit(1)
    ).first()
    is_visit = level == Level.VISIT.value
    if newest is None:
        _stands_nowhere(connection, office, record_id, is_visit)
        return
    reference = reference_of(office)
    record = decode_record(bytes(newest.canonical), reference.questionnaire_by_digest)
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "decode_record knows it"
    withdrawn = record.withdrawn is not None or record_id in reclassify.held_by_quarantine(
        connection
    )
    if record.withdrawn == CONSENT_WITHDRAWN:
        consent.empty_withdrawn(connection, [record_id])
    organisation = newest.organisation_number
    if is_visit:
        row = visit_row(questionnaire, record, organisation, withdrawn)
        _visit_stands(connection, office, record_id, row, record.content)
    else:
        _case_stands(connection, office, questionnaire, record, organisation, withdrawn)
        if record.withdrawn is not None or not may_be_linked(
            questionnaire, record.content, newest.source_list
        ):
            sharers = _forget_codes(connection, record_id)
            codes.queue_cases(connection, sorted(sharers), office.now_s())
    queue.ask(connection, JobKind.FIGURES, [""], office.now_s())


def _visit_stands(
    connection: Connection,
    office: Office,
    visit: str,
    row: dict[str, Any] | None,
    said: Mapping[str, Value],
) -> None:
    """row: None when nothing of the visit is accepted any more. said: its answers."""
    reclassify.keep_in_step(connection, [visit], [])
    if row is None:
        was = select(VisitRecord.month).where(VisitRecord.record_id == visit)
        months = {connection.scalar(was)}
        connection.execute(
            update(VisitRecord)
            .where(VisitRecord.record_id == visit)
            .values(withdrawn=True, uncounted=True)
        )
        reclassify.withdraw_or_bring_back(connection, [visit], True)
    else:
        before = reclassify.visits_that_change(
            connection, reference_of(office), {visit: row}, {visit: said}
        )
        upsert(connection, VisitRecord, _KEY, [row])
        months = {row["month"], *(one.month for one in before.values())}
        reclassify.withdraw_or_bring_back(connection, [visit], row["withdrawn"])
        reclassify.reclassify_cases(connection, reference_of(office), [visit], [], {})
    now_s, length = office.now_s(), office.config.period
    codes.queue_cases(connection, sorted(codes.cases_of_visits(connection, [visit])), now_s)
    periods = {period_of(month, length) for month in months if month and is_month(month)}
    queue.ask(connection, JobKind.PROTECT, sorted(periods), now_s)


def _case_stands(
    connection: Connection,
    office: Office,
    questionnaire: Questionnaire,
    record: Record,
    organisation: int,
    withdrawn: bool,
) -> None:
    reclassify.keep_in_step(connection, [], [record.visit_id or ""])
    of_visit = (
        select(VisitRecord.content, OfVisit.canonical, VisitRecord.withdrawn)
        .outerjoin(OfVisit, REVISION_OF_VISIT)
        .where(VisitRecord.record_id == record.visit_id)
    )
    visit = connection.execute(of_visit).first()
    reference = reference_of(office)
    classes: dict[str, str] = {}
    differ = False
    if record.withdrawn is None:
        classes, differ = reclassify.classes_of(
            reference,
            record,
            answers_said(reference, visit.content, visit.canonical) if visit else {},
        )
    row = case_row(
        *(questionnaire, record, organisation),
        withdrawn or (visit is not None and visit.withdrawn),
        classes,
        differ and visit is not None,
    )
    upsert(connection, CaseRecord, _KEY, [row])
    codes.queue_cases(connection, [record.record_id], office.now_s())


def take_codes(
    connection: Connection, office: Office, record_id: str, kept: Sequence[int] | None
) -> None:
    """Puts these codes in the place of those that are kept of a case, and asks for the linking that
    follows. kept: None when nobody knows them, and those that are there stay.

    The caller holds Lock.PEPPERS since before it read them.
    """
    if kept is None:
        return
    sharers = codes.sharers_of_crowded_codes(connection, [record_id])
    writes = Together(connection)
    code_book.put(writes, {record_id: kept}, {record_id})
    writes.send()
    codes.queue_cases(connection, sorted(sharers), office.now_s())


def _forget_codes(connection: Connection, record_id: str) -> set[str]:
    sharers = codes.sharers_of_crowded_codes(connection, [record_id])
    code_book.forget(connection, [record_id])
    return sharers


def _stands_nowhere(connection: Connection, office: Office, record_id: str, is_visit: bool) -> None:
    if is_visit:
        _visit_stands(connection, office, record_id, None, {})
    else:
        connection.execute(
            update(CaseRecord).where(CaseRecord.record_id == record_id).values(withdrawn=True)
        )
        again = {record_id, *_forget_codes(connection, record_id)}
        codes.queue_cases(connection, sorted(again), office.now_s())
    queue.ask(connection, JobKind.FIGURES, [""], office.now_s())

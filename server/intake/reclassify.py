"""Classifying a case again when its visit comes, or comes corrected or withdrawn, after it.

Industry, place and area of a visit decide classes of its cases, and who withdraws a visit says
that nobody was met there: its cases go with it, and come back with it. Owns that what is kept is
always what the newest accepted case and the newest accepted visit say, whatever came first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, update

from server.db.chunks import chunks
from server.db.locks import Lock, hold_parts
from server.intake.model import CaseRecord, RecordRevision, TabletQuarantine, VisitRecord
from server.intake.said import (
    REVISION_OF_CASE,
    REVISION_OF_VISIT,
    OfVisit,
    answers_said,
    classes_said,
    classes_to_keep,
    rules_to_keep,
)
from shared.answers import Value
from shared.classification import RULES_VERSION, classify
from shared.errors import RecordUnreadable
from shared.reference import Reference
from shared.wire.records import Record, decode_record

log = logging.getLogger("tally87.intake")

NOT_SAID = ""
"""Class of a case whose rules gave none."""
_BUCKETS = 64
"""Locks are kept on groups of visits: a parcel of a thousand visits takes 64, not a thousand."""


def keep_in_step(connection: Connection, written: Iterable[str], awaited: Iterable[str]) -> None:
    """Until the transaction ends, no case is written without seeing its visit, and the reverse.

    written: visits of this parcel. awaited: visits its cases belong to that are not in it.
    Parcels that bring their visits with them do not wait for each other.
    """
    hold_parts(connection, Lock.VISITS_IN_STEP, parts_in_step(written, awaited))


def keep_all_in_step(connection: Connection) -> None:
    """The same for every visit, by who changes records of other tablets than its own: rare acts,
    for which parcels wait. Taken after tablets and before records, as by a parcel."""
    hold_parts(connection, Lock.VISITS_IN_STEP, dict.fromkeys(range(_BUCKETS), False))


def parts_in_step(written: Iterable[str], awaited: Iterable[str]) -> dict[int, bool]:
    """The parts of Lock.VISITS_IN_STEP that ``keep_in_step`` holds, and whether others may share
    each."""
    alone = {_bucket(visit) for visit in awaited}
    together = {_bucket(visit) for visit in written} - alone
    return {bucket: bucket not in alone for bucket in alone | together}


class Before(NamedTuple):
    """What a visit was until now."""

    withdrawn: bool
    month: str | None


def visits_that_change(
    connection: Connection,
    reference: Reference,
    written: Mapping[str, Mapping[str, Any]],
    said: Mapping[str, Mapping[str, Value]],
    new: Set[str] = frozenset(),
) -> dict[str, Before]:
    """Of these rows that are about to be written, the visits that will say something else than
    now, new ones included, and what each was. What is written again as it was gives no work.

    said: the answers of each. new: records of which nothing can be held.
    """
    held = {
        row.record_id: (
            answers_said(reference, row.content, row.canonical),
            row.withdrawn,
            row.month,
        )
        for some in chunks(sorted(written.keys() - new))
        for row in connection.execute(
            select(
                VisitRecord.record_id,
                VisitRecord.content,
                OfVisit.canonical,
                VisitRecord.withdrawn,
                VisitRecord.month,
            )
            .outerjoin(OfVisit, REVISION_OF_VISIT)
            .where(VisitRecord.record_id.in_(some))
        )
    }
    nothing: tuple[Mapping[str, Value], bool, str | None] = {}, False, None
    return {
        visit: Before(*held.get(visit, nothing)[1:])
        for visit, row in sorted(written.items())
        if held.get(visit) != (said[visit], row["withdrawn"], row["month"])
    }


def withdrawn_among(connection: Connection, visits: Iterable[str]) -> set[str]:
    """Which of these visits are withdrawn."""
    return {
        visit
        for some in chunks(sorted(visits))
        for visit in connection.scalars(
            select(VisitRecord.record_id).where(
                VisitRecord.record_id.in_(some), VisitRecord.withdrawn
            )
        )
    }


def held_by_quarantine(connection: Connection) -> set[str]:
    """The records that stand nowhere because of the tablet they came from
    (server.intake.tablet_quarantine)."""
    return set(connection.scalars(_held()))


def _held() -> Select[str]:
    return (
        select(RecordRevision.record_id)
        .join(
            TabletQuarantine,
            and_(
                TabletQuarantine.tablet_id == RecordRevision.tablet_id,
                TabletQuarantine.brought_back_at_s.is_(None),
                TabletQuarantine.since_s <= RecordRevision.received_at_s,
            ),
        )
        .where(RecordRevision.outcome == "accepted")
        .distinct()
    )


def withdraw_or_bring_back(connection: Connection, visits: Iterable[str], withdrawn: bool) -> None:
    """Lets the cases of these visits go with them, or come back with them."""
    for some in chunks(sorted(visits)):
        follow = (
            select(CaseRecord.record_id)
            .join(
                RecordRevision,
                REVISION_OF_CASE,
            )
            # One that was withdrawn itself stays so, whatever becomes of its visit.
            .where(
                CaseRecord.visit_id.in_(some),
                RecordRevision.withdrawn.is_(None),
                CaseRecord.record_id.not_in(_held()),
            )
        )
        connection.execute(
            update(CaseRecord).where(CaseRecord.record_id.in_(follow)).values(withdrawn=withdrawn)
        )


def reclassify_cases(
    connection: Connection,
    reference: Reference,
    visits: Sequence[str],
    cases: Sequence[str],
    classified_with: Mapping[str, Mapping[str, Value] | None],
) -> list[str]:
    """Gives the cases of these visits, and these cases, the classes they have with their visit as
    it is held now.

    visits: those that changed; the other cases of a visit that did not are not looked at.
    classified_with: for cases of this parcel, the visit's answers they were classified with just
    now; the same answers need no second time. Gives the cases that changed, be it the version of
    their rules alone. Whoever calls queues the cases for the counts.
    """
    changes = []
    for row in _to_reclassify(connection, visits, cases):
        visit = answers_said(reference, row.visit, row.canonical_of_visit)
        if row.record_id in classified_with and (classified_with[row.record_id] or {}) == visit:
            continue
        try:
            classes, differ, own = classes_with(reference, row.canonical, visit)
        except RecordUnreadable:
            # Its questionnaire went with a folder before editions were kept in the database. The
            # case keeps the class it had; its visit is not to be refused for it.
            log.warning("case_not_reclassified", extra={"record": row.record_id})
            continue
        differ = differ and row.has_visit
        kept = classes_said(row.classes, row.canonical), row.classes_differ
        rules = rules_to_keep(row.of_tablet)
        if (classes, differ, rules) != (*kept, row.rules_version):
            changes.append(
                {
                    "which": row.record_id,
                    "new_classes": classes_to_keep(classes, own),
                    "new_classes_differ": differ,
                    "new_rules_version": rules,
                    **{f"new_{name}": code for name, code in spread(classes).items()},
                }
            )
    if changes:
        fields = ("classes", "classes_differ", "rules_version", "child_labour", "forced_labour")
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == bindparam("which"))
            .values(
                {
                    name: bindparam(f"new_{name}", type_=getattr(CaseRecord, name).type)
                    for name in fields
                }
            ),
            changes,
        )
    return [change["which"] for change in changes]


def classes_with(
    reference: Reference, canonical: bytes, visit: Mapping[str, Value]
) -> tuple[dict[str, str], bool, Mapping[str, str]]:
    """Our classes of a case as it was accepted, with that visit; whether the tablet's differ; the
    tablet's."""
    record = decode_record(canonical, reference.questionnaire_by_digest)
    return *classes_of(reference, record, visit), record.classes


def classes_of(
    reference: Reference, record: Record, visit: Mapping[str, Value]
) -> tuple[dict[str, str], bool]:
    """Our classes of a record that was read, and whether the tablet's differ."""
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "who read the record knows it"
    ours = dict(classify(record.content, visit, questionnaire, reference.profile).codes())
    return ours, record.rules_version == RULES_VERSION and ours != record.classes


def spread(classes: Mapping[str, str]) -> dict[str, str]:
    """The two classes that are counted, each in a column of its own."""
    return {
        "child_labour": classes.get("cl_general", NOT_SAID),
        "forced_labour": classes.get("fl", NOT_SAID),
    }


def _to_reclassify(
    connection: Connection, visits: Sequence[str], cases: Sequence[str]
) -> Iterator[Any]:
    found = (
        select(
            CaseRecord.record_id,
            CaseRecord.classes,
            CaseRecord.classes_differ,
            CaseRecord.rules_version,
            RecordRevision.canonical,
            RecordRevision.rules_version.label("of_tablet"),
            VisitRecord.record_id.is_not(None).label("has_visit"),
            VisitRecord.content.label("visit"),
            OfVisit.canonical.label("canonical_of_visit"),
        )
        .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .join(RecordRevision, REVISION_OF_CASE)
        .outerjoin(OfVisit, REVISION_OF_VISIT)
        # Also what stands nowhere because of its tablet: who sends it gets no quicker answer.
        .where(RecordRevision.withdrawn.is_(None))
    )
    seen: set[str] = set()
    for some, others in zip_longest(chunks(visits), chunks(cases), fillvalue=()):
        of_these = or_(CaseRecord.visit_id.in_(some), CaseRecord.record_id.in_(others))
        for row in connection.execute(found.where(of_these)).all():
            if row.record_id not in seen:
                seen.add(row.record_id)
                yield row


def _bucket(visit_id: str) -> int:
    return int(visit_id[:8], 16) % _BUCKETS

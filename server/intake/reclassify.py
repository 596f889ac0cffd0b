"""Judging a case again when its visit comes, or comes corrected, after it.

Industry, place and area of a visit decide classes of its cases. Owns that the classes kept are
always those of the newest accepted case with the newest accepted visit, whatever came first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.validate import as_answers
from shared.answers import Value
from shared.classification import RULES_VERSION, classify
from shared.errors import RecordUnreadable
from shared.reference import Reference
from shared.wire.records import decode_record

log = logging.getLogger("tally87.intake")

NOT_SAID = ""
"""Class of a case whose rules gave none."""
_LOCK_NUMBER = 870_003
_BUCKETS = 64
"""Locks are kept on groups of visits: a parcel of a thousand visits takes 64, not a thousand."""
_CHUNK = 10_000


def keep_in_step(connection: Connection, written: Iterable[str], awaited: Iterable[str]) -> None:
    """Until the transaction ends, no case is written without seeing its visit, and the reverse.

    written: visits of this parcel. awaited: visits its cases belong to that are not in it.
    Parcels that bring their visits with them do not wait for each other. SQLite lets one
    transaction write at a time anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    alone = {_bucket(visit) for visit in awaited}
    together = {_bucket(visit) for visit in written} - alone
    for bucket in sorted(alone | together):
        kind = "" if bucket in alone else "_shared"
        connection.execute(
            text(f"select pg_advisory_xact_lock{kind}(:lock, :bucket)"),
            {"lock": _LOCK_NUMBER, "bucket": bucket},
        )


def judge_again(
    connection: Connection,
    reference: Reference,
    visits: Sequence[str],
    judged_with: Mapping[str, Mapping[str, Value] | None],
) -> int:
    """Gives the cases of these visits the classes they have with the visit as it is held now.

    judged_with: for cases of this parcel, the visit's answers they were judged with just now; the
    same answers need no second judgement. Gives how many cases changed. Whoever calls queues the
    cases for the counts.
    """
    changes = []
    for row in _cases_of(connection, visits):
        visit = as_answers(row.visit)
        if row.record_id in judged_with and judged_with[row.record_id] == visit:
            continue
        try:
            classes, differ = classes_with(reference, row.canonical, visit)
        except RecordUnreadable:
            # Its questionnaire went with a folder before editions were kept in the database. The
            # case keeps the class it had; its visit is not to be refused for it.
            log.warning("case_not_judged_again", extra={"record": row.record_id})
            continue
        if (classes, differ) != (row.classes, row.classes_differ):
            changes.append(
                {
                    "which": row.record_id,
                    "new_classes": classes,
                    "new_classes_differ": differ,
                    **{f"new_{name}": code for name, code in spread(classes).items()},
                }
            )
    if changes:
        fields = ("classes", "classes_differ", "child_labour", "forced_labour")
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == bindparam("which"))
            .values({name: bindparam(f"new_{name}") for name in fields}),
            changes,
        )
    return len(changes)


def classes_with(
    reference: Reference, canonical: bytes, visit: Mapping[str, Value]
) -> tuple[dict[str, str], bool]:
    """Our classes of a case as it was accepted, with that visit; whether the tablet's differ."""
    record = decode_record(canonical, reference.questionnaire_by_digest)
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "decode_record knows it"
    ours = dict(classify(record.content, visit, questionnaire, reference.profile).codes())
    return ours, record.rules_version == RULES_VERSION and ours != record.classes


def spread(classes: Mapping[str, str]) -> dict[str, str]:
    """The two classes that are counted, each in a column of its own."""
    return {
        "child_labour": classes.get("cl_general", NOT_SAID),
        "forced_labour": classes.get("fl", NOT_SAID),
    }


def _cases_of(connection: Connection, visits: Sequence[str]) -> Iterator[Any]:
    for at in range(0, len(visits), _CHUNK):
        yield from connection.execute(
            select(
                CaseRecord.record_id,
                CaseRecord.classes,
                CaseRecord.classes_differ,
                RecordRevision.canonical,
                VisitRecord.content.label("visit"),
            )
            .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
            .join(
                RecordRevision,
                (RecordRevision.record_id == CaseRecord.record_id)
                & (RecordRevision.revision == CaseRecord.revision),
            )
            .where(
                CaseRecord.visit_id.in_(visits[at : at + _CHUNK]), CaseRecord.withdrawn.is_(False)
            )
        ).all()


def _bucket(visit_id: str) -> int:
    return int(visit_id[:8], 16) % _BUCKETS

"""What a record said over time: each revision, when it came, by whom, with which questionnaire.

No identity exists at the office: what is read here is the statistical part. Who looks is noted by
whoever shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from server.intake.model import Conflict, RecordHead, RecordRevision
from server.intake.within import brought_within
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.model import PublishedQuestionnaire
from server.reference.reach import EVERYTHING, Reach
from server.stewardship.conflicts import Differing, compared, read_record
from shared.reference import Reference
from shared.wire.records import Record

MOST_REVISIONS = 100
"""Of one record; nobody corrects one so often."""


@dataclass(frozen=True)
class RecordedRevision:
    """One revision. conflict: the number of the conflict it is held in, None of one that was
    answered; outcome: ``accepted``, ``rejected`` or ``conflict``; questionnaire: its version as its
    authors call it, else its digest; reasons: findings, code and question; changed: every answer
    and class that differs from the revision before, of the first one all; is_kept: its answers
    are. received_s: seconds since 1970."""

    revision: int
    received_s: int
    outcome: str
    conflict: int | None
    officer: str
    organisation: str
    tablet_id: str
    questionnaire: str
    rules_version: str
    withdrawn: str | None
    danger: bool
    reasons: tuple[tuple[str, str], ...]
    is_kept: bool
    changed: tuple[Differing, ...]
    alike: int


@dataclass(frozen=True)
class RecordHistory:
    """A record over time, the oldest revision first. level: ``case`` or ``visit``."""

    record_id: str
    level: str
    revisions: tuple[RecordedRevision, ...]


def history(
    connection: Connection, reference: Reference, record_id: str, reach: Reach = EVERYTHING
) -> RecordHistory | None:
    """What the record said, as far as this reach goes; None when nothing of it lies within."""
    level = connection.scalar(select(RecordHead.kind).where(RecordHead.record_id == record_id))
    rows = [
        (row, None if model is RecordRevision else row.number)
        for model in (RecordRevision, Conflict)
        for row in connection.execute(
            select(model.__table__, Officer.code.label("officer"), Organisation.code.label("of"))
            .join(EnrolledTablet, EnrolledTablet.tablet_id == model.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .join(Organisation, Organisation.number == Officer.organisation_number)
            .where(model.record_id == record_id)
            .where(*brought_within(reach, model.record_id, model.tablet_id))
            .order_by(model.revision, model.number)
            .limit(MOST_REVISIONS)
        )
    ]
    if level is None or not rows:
        return None
    versions = dict(
        connection.execute(
            select(PublishedQuestionnaire.digest, PublishedQuestionnaire.version)
        ).all()
    )
    rows.sort(key=lambda one: (one[0].revision, one[1] is not None, one[0].number))
    found: list[RecordedRevision] = []
    before: Record | None = None
    for row, conflict in rows:
        record = read_record(row, reference)
        found.append(_revision(row, conflict, record, before, reference, versions))
        # A conflict nobody took is beside what the record says, not a part of its course.
        if record is not None and conflict is None:
            before = record
    return RecordHistory(record_id, level, tuple(found))


def _revision(
    row: Row[Any],
    conflict: int | None,
    record: Record | None,
    before: Record | None,
    reference: Reference,
    versions: dict[str, str],
) -> RecordedRevision:
    said = row._asdict()
    held_as = said.get("held_as") or {}
    changed: tuple[Differing, ...] = ()
    alike = 0
    if record is not None:
        changed, alike = compared(before, record) if before else (_all_of(record), 0)
    digest = said.get("questionnaire") or held_as.get("questionnaire") or ""
    digest = record.questionnaire if record is not None else digest
    known = reference.questionnaire_by_digest(digest) if digest else None
    version = versions.get(digest) or (known.version if known is not None else digest)
    rules = said.get("rules_version") or (record.rules_version if record is not None else "")
    return RecordedRevision(
        row.revision,
        row.received_at_s,
        said.get("outcome") or "conflict",
        conflict,
        row.officer,
        row.of,
        row.tablet_id,
        version,
        rules,
        record.withdrawn if record is not None else said.get("withdrawn"),
        row.danger,
        _reasons(said.get("findings") or ()),
        record is not None,
        changed,
        alike,
    )


def _all_of(record: Record) -> tuple[Differing, ...]:
    answers = [
        Differing(name, record.questionnaire, None, value) for name, value in record.content.items()
    ]
    classes = [Differing(name, "", None, value) for name, value in record.classes.items()]
    return (*answers, *classes)


def _reasons(findings: Sequence[Sequence[Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((code, question or "") for code, question, _ in findings))

"""What the newest accepted revision of a case or visit says: its answers and its classes.

They are kept once, in the record's own canonical bytes. The columns ``content`` and ``classes`` of
``CaseRecord`` and ``VisitRecord`` stand for themselves only where they have a value: answers of
which the questionnaire was not to be found when a database of before was migrated, and classes
that are not the ones the tablet gave.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import aliased

from server.intake.consent import EMPTY
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.validate import as_answers
from shared.answers import Value
from shared.classification import RULES_VERSION
from shared.errors import RecordUnreadable
from shared.reference import Reference
from shared.wire.kept import answers_kept, classes_kept

log = logging.getLogger("tally87.intake")

OfVisit = aliased(RecordRevision)
"""The revision of a visit, beside that of a case."""
REVISION_OF_CASE = and_(
    RecordRevision.record_id == CaseRecord.record_id,
    RecordRevision.revision == CaseRecord.revision,
)
REVISION_OF_VISIT = and_(
    OfVisit.record_id == VisitRecord.record_id, OfVisit.revision == VisitRecord.revision
)


def answers_said(
    reference: Reference, column: Mapping[str, Any] | None, canonical: bytes | None
) -> dict[str, Value]:
    """The answers of a case or visit.

    column: its ``content``. canonical: of its revision; None or empty where nothing is kept. What
    cannot be read says nothing: the doctor names it, and nobody else is to be kept from counting.
    """
    if column is not None:
        return as_answers(column)
    if not canonical or bytes(canonical) == EMPTY:
        return {}
    try:
        return answers_kept(bytes(canonical), reference.questionnaire_by_digest)
    except RecordUnreadable:
        # Its questionnaire went with a folder before editions were kept in the database.
        log.warning("answers_not_read")
        return {}


def classes_said(column: Mapping[str, str] | None, canonical: bytes | None) -> Mapping[str, str]:
    """The classes of a case as the office has them. column: its ``classes``."""
    if column is not None:
        return column
    if not canonical or bytes(canonical) == EMPTY:
        return {}
    try:
        return classes_kept(bytes(canonical))
    except RecordUnreadable:
        log.warning("classes_not_read")
        return {}


def classes_to_keep(ours: Mapping[str, str], of_tablet: Mapping[str, str]) -> dict[str, str] | None:
    """What ``CaseRecord.classes`` keeps: nothing when they are the record's own."""
    return None if ours == of_tablet else dict(ours)


def rules_to_keep(of_tablet: str) -> str | None:
    """What ``CaseRecord.rules_version`` keeps: nothing when the tablet had the rules of today."""
    return None if of_tablet == RULES_VERSION else RULES_VERSION

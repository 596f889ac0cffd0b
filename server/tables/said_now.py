"""What every counted case says now to the attributes of the declarations, read from its records.

Owns this SQL; server.tables.declared_counts owns what is kept of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from server.db.among import among
from server.intake.attributes import is_month
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.said import (
    REVISION_OF_CASE,
    REVISION_OF_VISIT,
    OfVisit,
    answers_said,
    classes_said,
)
from server.programme.model import Organisation
from server.tables.case_words import CaseAsKept, Read
from server.tables.contributions import SaidCase
from server.tables.declaration import Declarations
from server.tables.observed import remembered_readers, standings_of
from server.tables.shares import PersonShare
from shared.counting import NOT_KNOWN, is_complete
from shared.reference import Reference


def current_cases(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    who: Sequence[str] | Mapping[str, str] | PersonShare | None,
) -> Iterator[SaidCase]:
    """What every counted case of these persons (None: of all) says now, by person. who: also the
    cases that are to be counted, each with the person it is to be of; these in no order."""
    read_by: dict[str, list[Read]] = {}
    person_of: Mapping[str, str] = {}
    if who is None:
        rows = connection.execute(_EVERY_CASE_STREAMED)
    elif isinstance(who, PersonShare):
        rows = connection.execute(_SHARE_STREAMED, who._asdict())
    elif isinstance(who, Mapping):
        person_of = who
        rows = connection.execute(_THESE_CASES, {"cases": sorted(who)})
    else:
        rows = connection.execute(_CASES_OF, {"persons": who})
    # Closed also when whoever asked goes no further: PostgreSQL's cursor would outlive its reader.
    with rows:
        for (
            person,
            month,
            record,
            content,
            canonical,
            visit,
            of_visit,
            classes,
            area,
            sex,
            age_band,
            differs,
            source_list,
            made_by,
            findings,
        ) in rows:
            if not is_month(month):
                continue  # counted nowhere, as a visit without a date is; the doctor names it
            read = read_by.get(made_by)
            if read is None:
                made_with = reference.questionnaire_by_digest(made_by) or reference.questionnaire
                read = remembered_readers(
                    declarations, declarations.attributes, made_with, reference.profile
                )
                read_by[made_by] = read
            said_of_class = classes_said(classes, canonical)
            case = CaseAsKept(
                answers_said(reference, visit, of_visit)
                | answers_said(reference, content, canonical),
                said_of_class,
                standings_of(said_of_class),
                area or NOT_KNOWN,
                sex,
                age_band,
                source_list,
                differs,
                is_complete(code for code, *_ in findings),
            )
            yield SaidCase(
                person_of[record] if person_of else person,
                month,
                record,
                tuple([one(case) for one in read]),
            )


_ROWS_AT_A_TIME = 2_000


def _current() -> Select[Any]:
    return (
        select(
            CaseRecord.person_id,
            VisitRecord.month,
            CaseRecord.record_id,
            CaseRecord.content,
            RecordRevision.canonical,
            VisitRecord.content.label("visit"),
            OfVisit.canonical.label("canonical_of_visit"),
            CaseRecord.classes,
            VisitRecord.area,
            CaseRecord.sex,
            CaseRecord.age_band,
            CaseRecord.classes_differ,
            Organisation.source_list,
            RecordRevision.questionnaire,
            RecordRevision.findings,
        )
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .join(Organisation, Organisation.number == CaseRecord.organisation_number)
        .join(RecordRevision, REVISION_OF_CASE)
        .outerjoin(OfVisit, REVISION_OF_VISIT)
        .where(
            CaseRecord.withdrawn.is_(False),
            VisitRecord.month.is_not(None),
        )
    )


# Written once: to build a statement costs more than to run it.
_EVERY_CASE = (
    _current()
    .where(CaseRecord.person_id.is_not(None))
    .order_by(CaseRecord.person_id, CaseRecord.record_id)
)
_THESE_CASES = _current().where(among(CaseRecord.record_id, "cases"))
_CASES_OF = _EVERY_CASE.where(among(CaseRecord.person_id, "persons"))
_EVERY_CASE_STREAMED = _EVERY_CASE.execution_options(yield_per=_ROWS_AT_A_TIME)
_SHARE_STREAMED = _EVERY_CASE_STREAMED.where(
    CaseRecord.person_id.between(bindparam("first"), bindparam("last"))
)

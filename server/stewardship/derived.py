"""Whether what is spread out for linking and counting is what the kept revisions say.

Each row that intake, standing and linking keep up to date is made again from what it was made of.
Reads only; every accepted revision is read, so that one that cannot be read is found, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select

from server.db.chunks import chunks
from server.intake import code_book, codes
from server.intake.consent import EMPTY
from server.intake.current import case_row, visit_row
from server.intake.model import CaseRecord, CodeSharer, RecordHead, RecordRevision, VisitRecord
from server.intake.reclassify import classes_of, held_by_quarantine
from server.intake.said import answers_said, classes_said
from server.office import Office
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.in_force import reference_of
from server.register import links
from server.register.model import Person
from shared.classification import RULES_VERSION
from shared.errors import RecordUnreadable
from shared.linkage import may_be_linked
from shared.questionnaire import Level
from shared.reference import Reference
from shared.wire.records import Record, decode_record

_MOST_NAMED = 5
"""Record ids told of each kind; they are random and say nothing about anybody."""
_AT_ONCE = 2_000
_CASE = ("revision", "organisation_number", "withdrawn", "visit_id", "danger", "sex", "age_years")
_VISIT = ("revision", "organisation_number", "withdrawn", "month", "area", "nobody_found")
_CLASSES = ("child_labour", "forced_labour", "classes")


def remarks(office: Office, connection: Connection) -> Iterator[str]:
    """A sentence for every kind of disagreement."""
    yield from _standing(office, connection)
    yield from _codes(connection)
    yield from _persons(connection)
    yield from _links(connection)


def _standing(office: Office, connection: Connection) -> Iterator[str]:
    reference, aside = reference_of(office), held_by_quarantine(connection)
    unreadable: list[str] = []
    differ: list[str] = []
    owners: list[str] = []
    unwanted: list[str] = []
    every = list(connection.scalars(select(RecordHead.record_id).order_by(RecordHead.record_id)))
    for some in chunks(every, _AT_ONCE):
        cases = _rows(connection, reference, CaseRecord, some)
        of_cases = {row["visit_id"] for row in cases.values()} - {None}
        visits = _rows(connection, reference, VisitRecord, sorted({*some, *of_cases}))
        for record_id, (row, kind, owner) in _newest(connection, some).items():
            if row.officer_number != owner:
                owners.append(record_id)
            if bytes(row.canonical) == EMPTY:
                continue
            record = _read(reference, row.canonical)
            named = (record_id, row.revision, kind, row.withdrawn)
            if record is None or named != _named(record):
                unreadable.append(record_id)
                continue
            stands = (cases if record.kind is Level.CASE else visits).get(record_id)
            if _not_to_be_linked(reference, record, row.source_list):
                unwanted.append(record_id)
            withdrawn = record.withdrawn is not None or record_id in aside
            rules = (stands and stands.get("rules_version")) or record.rules_version
            made = _made(reference, record, row.organisation_number, withdrawn, visits, rules)
            if stands is None or any(_plain(stands[name]) != _plain(made[name]) for name in made):
                differ.append(record_id)
    yield from _told(unreadable, "kept revisions cannot be read, or are of another record")
    yield from _told(differ, "records do not stand as their newest accepted revision says")
    yield from _told(owners, "records are kept as another officer's than of the tablet they are of")
    with_codes = [
        case for some in chunks(unwanted) for case, _ in code_book.codes_of_cases(connection, some)
    ]
    yield from _told(
        with_codes, "cases keep linkage codes of persons who did not agree to being linked"
    )


def _not_to_be_linked(reference: Reference, record: Record, organisation: str) -> bool:
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "who read the record knows it"
    is_case = record.kind is Level.CASE
    return is_case and not may_be_linked(questionnaire, record.content, organisation)


def _named(record: Record) -> tuple[str, int, str, str | None]:
    return record.record_id, record.revision, record.kind.value, record.withdrawn


def _read(reference: Reference, canonical: bytes) -> Record | None:
    try:
        return decode_record(bytes(canonical), reference.questionnaire_by_digest)
    except RecordUnreadable:
        return None


def _made(
    reference: Reference,
    record: Record,
    organisation: int,
    withdrawn: bool,
    visits: Mapping[str, Mapping[str, Any]],
    rules: str,
) -> dict[str, Any]:
    """What has to stand of a record, by the names of columns. visits: as they stand. rules: those
    its classes were made by."""
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "who read the record knows it"
    if record.kind is Level.VISIT:
        row = visit_row(questionnaire, record, organisation, withdrawn)
        row["content"] = record.content
        return {name: row[name] for name in (*_VISIT, "content")}
    visit = visits.get(record.visit_id or "")
    answers = visit["content"] if visit is not None else {}
    classes = classes_of(reference, record, answers)[0] if record.withdrawn is None else {}
    without = withdrawn or (visit is not None and visit["withdrawn"])
    row = case_row(questionnaire, record, organisation, without, classes, False)
    row |= {"content": record.content, "classes": classes}
    # Classes by the rules of before stay until their visit changes or all are made anew.
    is_of_today = rules == RULES_VERSION and record.withdrawn is None
    names = (*_CASE, "age_band", "content", *(_CLASSES if is_of_today else ()))
    return {name: row[name] for name in names}


def _newest(connection: Connection, some: Sequence[str]) -> dict[str, tuple[Any, str, int]]:
    """The newest accepted revision of these records, with their kind and owner as they are kept."""
    found = {}
    rows = connection.execute(
        select(
            RecordRevision.record_id,
            RecordRevision.revision,
            RecordRevision.canonical,
            RecordRevision.withdrawn,
            EnrolledTablet.officer_number,
            Officer.organisation_number,
            Organisation.source_list,
            RecordHead.kind,
            RecordHead.officer_number.label("owner"),
        )
        .join(RecordHead, RecordHead.record_id == RecordRevision.record_id)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(RecordRevision.outcome == "accepted", RecordRevision.record_id.in_(some))
        .order_by(RecordRevision.revision)
    )
    for row in rows:
        found[row.record_id] = row, row.kind, row.owner
    return found


def _rows(
    connection: Connection,
    reference: Reference,
    table: type[CaseRecord] | type[VisitRecord],
    some: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """The rows as they stand, with the answers and classes they stand for."""
    revision = and_(
        RecordRevision.record_id == table.record_id, RecordRevision.revision == table.revision
    )
    query = (
        select(table.__table__, RecordRevision.canonical)
        .outerjoin(RecordRevision, revision)
        .where(table.record_id.in_(some))
    )
    found = {}
    for kept in connection.execute(query).mappings():
        row = dict(kept)
        row["content"] = answers_said(reference, row["content"], row["canonical"])
        row["classes"] = classes_said(row.get("classes"), row["canonical"])
        found[row["record_id"]] = row
    return found


def _plain(value: object) -> object:
    return json.loads(json.dumps(dict(value) if isinstance(value, Mapping) else value))


def _codes(connection: Connection) -> Iterator[str]:
    """Whether codes are found by who has them, and crowded ones are noted as such."""
    every: list[str] = []
    kept = 0
    wrong: list[str] = []
    for case, own in code_book.codes_of_cases(connection, None):
        every.append(case)
        kept += len(code_book.codes_in(own))
    if connection.dialect.name == "sqlite":
        found = dict(
            connection.execute(
                select(CodeSharer.record_id, func.count()).group_by(CodeSharer.record_id)
            ).all()
        )
        if sum(found.values()) != kept or found.keys() != set(every):
            yield "Codes are not found by who has them: the table of sharers is not that of codes."
            return
    for some in chunks(every, _AT_ONCE):
        crowded, no_longer = codes.crossings(connection, codes.shared_codes(connection, some))
        wrong += [""] * (len(crowded) + len(no_longer))
    if wrong:
        yield f"{len(wrong)} codes are noted as crowded that are not, or the other way round."


def _persons(connection: Connection) -> Iterator[str]:
    sizes = (
        select(
            CaseRecord.person_id,
            func.count(),
            func.count(CaseRecord.organisation_number.distinct()),
        )
        .where(CaseRecord.person_id.is_not(None), CaseRecord.withdrawn.is_(False))
        .group_by(CaseRecord.person_id)
    )
    wanted = {tuple(row) for row in connection.execute(sizes)}
    kept = connection.execute(
        select(Person.person_id, Person.case_count, Person.organisation_count)
    )
    if wanted != {tuple(row) for row in kept}:
        yield "The list of persons is not that of the persons of all cases."


def _links(connection: Connection) -> Iterator[str]:
    """Whether links and possible pairs are what the codes give."""
    wrong = 0
    for some in chunks([case for case, _ in code_book.codes_of_cases(connection, None)], _AT_ONCE):
        wrong += links.wrong_among(connection, some)
    if wrong:
        yield f"{wrong} links or possible pairs are not what the codes give."


def _told(records: list[str], what: str) -> Iterator[str]:
    if records:
        some = ", ".join(sorted(records)[:_MOST_NAMED])
        yield f"{len(records)} {what}: {some}{' ...' if len(records) > _MOST_NAMED else ''}."

"""Whether what is kept up to date agrees with everything worked out afresh."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, func, select

from server import queue
from server.db.engine import reading
from server.intake.attributes import is_month
from server.intake.model import (
    NOT_LOOKED_AT,
    CaseRecord,
    RecordHead,
    RecordRevision,
    VisitRecord,
)
from server.intake.peppers import in_use, peppers_in_file
from server.intake.reclassify import held_by_quarantine
from server.office import Office
from server.office.key_files import KeyFileRefused
from server.programme.model import EnrolledTablet
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.register import editions, persons
from server.stewardship import derived
from server.tables import counted_visits, declared_counts, generations
from server.tables.at_once import counted_share
from server.tables.contributions import TableCellKey
from server.tables.counted_visits import VisitLayout
from server.tables.shares import shares_of
from shared.identifiers import Fingerprint, RecordId
from shared.questionnaire import Level
from shared.wire.receipts import Totals


def check(office: Office) -> list[str]:
    """A sentence for every disagreement; none when all is well.

    Compared: cells of the declared tables with a recount from all cases, persons with a linking
    from all codes, every accepted case with the tables it must be in, each tablet's totals with the
    newest accepted revisions it sent.
    """
    with reading(office.engine) as connection:
        remarks = [*_damage(connection), *_peppers(office, connection)]
        remarks += [
            f"The profile in use cannot be read here, and nothing is told there: {fault}"
            for fault in reference_of(office).profile.faults
        ]
        for one in queue.words(connection, office.now_s()):
            if one.kind is JobKind.LINK and one.waits + one.runs + one.pauses:
                remarks.append(f"{one.waits + one.runs + one.pauses} cases wait to be linked.")
            if one.put_aside:
                remarks.append(
                    f"{one.put_aside} jobs of the kind {one.kind} were put aside: "
                    "`tally87 jobs` tells why."
                )
        if editions.has_more(connection):
            remarks.append("Not every case was asked to be linked by the newest edition yet.")
        remarks += _declared_tables(office, connection)
        kept = dict(
            connection.execute(
                select(CaseRecord.record_id, CaseRecord.person_id).where(
                    CaseRecord.withdrawn.is_(False)
                )
            ).all()
        )
        if kept != persons.all_persons_afresh(connection):
            remarks.append("Persons are not what linking all cases afresh gives.")
        remarks += _not_counted(connection)
        remarks += derived.remarks(office, connection)
        totals: dict[str, Totals] = {}
        newest: dict[tuple[str, str], tuple[int, str]] = {}
        for record_id, revision, mark, tablet_id in connection.execute(
            select(
                RecordRevision.record_id,
                RecordRevision.revision,
                RecordRevision.fingerprint,
                RecordRevision.tablet_id,
            )
            .where(RecordRevision.outcome == "accepted")
            .order_by(RecordRevision.revision)
        ):
            newest[record_id, tablet_id] = revision, mark
        for (record_id, tablet_id), (revision, mark) in newest.items():
            so_far = totals.get(tablet_id, Totals())
            totals[tablet_id] = so_far.plus(RecordId(record_id), revision, Fingerprint(mark))
        for tablet_id, count, digest in connection.execute(
            select(
                EnrolledTablet.tablet_id, EnrolledTablet.total_count, EnrolledTablet.total_digest
            )
        ):
            if totals.get(tablet_id, Totals()) != Totals(count, digest):
                remarks.append(f"The totals of tablet {tablet_id} are not those of its records.")
    return remarks


def _damage(connection: Connection) -> list[str]:
    """What the embedded database itself finds wrong with its pages, indexes and references. That
    of PostgreSQL checks what it reads, and everything is read here."""
    if connection.dialect.name != "sqlite":
        return _referring_to_nothing(connection)
    found = [str(one) for (one,) in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
    damage = [f"The database is damaged: {one}." for one in found if one != "ok"]
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        damage.append("The database is damaged: rows refer to rows that are not there.")
    return [*damage, *_referring_to_nothing(connection)]


def _referring_to_nothing(connection: Connection) -> list[str]:
    """Rows whose references the database does not look at itself."""
    remarks = []
    for column, of in NOT_LOOKED_AT:
        there = select(of).where(of == column).exists()
        number = connection.scalar(select(func.count()).select_from(column.class_).where(~there))
        if number:
            remarks.append(
                f"{number} rows of {column.class_.__tablename__} refer to rows of "
                f"{of.class_.__tablename__} that are not there."
            )
    return remarks


def _peppers(office: Office, connection: Connection) -> list[str]:
    """Whether new codes can be compared with those that are kept."""
    try:
        in_use(connection, peppers_in_file(office))
    except KeyFileRefused as refused:
        return [str(refused)]
    return []


def _declared_tables(office: Office, connection: Connection) -> list[str]:
    """Whether the cells of the declared tables are what a count from nothing gives; while they are
    being counted nobody reads them, and nothing is compared."""
    declarations = generations.declarations_of(office)
    newest = declared_counts.newest_generation(connection)
    if newest is None or newest.whole_at_s is None or newest.layout != declarations.layout:
        return []
    reference = reference_of(office)
    kept = declared_counts.all_cells(connection, newest.number)
    afresh: Counter[TableCellKey] = Counter()
    words = 0
    for share in shares_of(declared_counts.cases_counted(connection, newest.number), 1):
        counted = counted_share(connection, newest.number, declarations, reference, share)
        afresh.update(counted.cells)
        words += len(counted.wrong)
    wrong = sum(kept.get(key, 0) != afresh.get(key, 0) for key in kept.keys() | afresh.keys())
    visits = VisitLayout(connection, declarations)
    if counted_visits.is_whole(connection, visits):
        seen = counted_visits.as_kept(connection, visits, reference)
        made = counted_visits.afresh(connection, visits, reference)
        wrong += sum(seen[cell] != made[cell] for cell in seen.keys() | made.keys())
    remarks = []
    if wrong:
        remarks.append(
            f"{wrong} cells of the declared tables are not what a recount gives: "
            "`tally87 tables recount` mends them."
        )
    if words and not wrong:
        remarks.append(
            f"Of {words} persons the count keeps other words than their records say, or damaged "
            "ones: `tally87 tables recount` mends them."
        )
    return remarks


_MOST_NAMED = 5
"""Record ids told of each kind; they are random and say nothing about anybody."""


def _not_counted(connection: Connection) -> list[str]:
    """A sentence for every kind of accepted case that is in no table."""
    newest: dict[str, str | None] = {}
    for record_id, withdrawn in connection.execute(
        select(RecordRevision.record_id, RecordRevision.withdrawn)
        .where(RecordRevision.outcome == "accepted")
        .order_by(RecordRevision.revision)
    ):
        newest[record_id] = withdrawn
    newest |= dict.fromkeys(held_by_quarantine(connection), "in quarantine")
    months = dict(connection.execute(select(VisitRecord.record_id, VisitRecord.month)).all())
    kept = dict(connection.execute(select(CaseRecord.record_id, CaseRecord.visit_id)).all())
    counted = declared_counts.counted_records(connection)
    missing: dict[str, list[str]] = {}
    for case in connection.scalars(
        select(RecordHead.record_id)
        .where(RecordHead.kind == Level.CASE.value)
        .order_by(RecordHead.record_id)
    ):
        if newest.get(case, "nothing accepted") is not None:
            continue
        visit = kept.get(case)
        if newest.get(visit or "") is not None:
            continue  # withdrawn with its visit
        if case not in kept:
            why = "it is missing among the current cases"
        elif visit not in months:
            why = "its visit has not come"
        elif not is_month(months[visit]):
            why = "its visit has no date"
        elif counted is not None and case not in counted:
            why = "it was left out of the count"
        else:
            continue
        missing.setdefault(why, []).append(case)
    return [
        f"{len(cases)} accepted cases are in no table, each because {why}: "
        f"{', '.join(cases[:_MOST_NAMED])}{' ...' if len(cases) > _MOST_NAMED else ''}."
        for why, cases in sorted(missing.items())
    ]

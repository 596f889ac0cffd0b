"""Whether what is kept up to date agrees with everything worked out afresh."""

from __future__ import annotations

from sqlalchemy import func, select

from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision
from server.office import Office
from server.programme.model import Tablet
from server.register import persons
from server.register.model import LinkQueue
from server.tables import counts
from shared.identifiers import Fingerprint, RecordId
from shared.wire.receipts import Totals


def check(office: Office) -> list[str]:
    """A sentence for every disagreement; none when all is well.

    Compared: count cells with a recount from all cases, persons with a linking from all codes,
    each tablet's totals with the newest accepted revisions it sent.
    """
    remarks = []
    with reading(office.engine) as connection:
        waiting = connection.scalar(select(func.count()).select_from(LinkQueue)) or 0
        if waiting:
            remarks.append(f"{waiting} cases wait to be linked.")
        stored, afresh = counts.stored_cells(connection), counts.afresh(connection)
        wrong = [
            cell for cell in stored.keys() | afresh.keys() if stored.get(cell) != afresh.get(cell)
        ]
        if wrong:
            remarks.append(f"{len(wrong)} cells of the count tables are not what a recount gives.")
        kept = dict(
            connection.execute(
                select(CaseRecord.record_id, CaseRecord.person_id).where(
                    CaseRecord.withdrawn.is_(False)
                )
            ).all()
        )
        if kept != persons.all_persons_afresh(connection):
            remarks.append("Persons are not what linking all cases afresh gives.")
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
            select(Tablet.tablet_id, Tablet.total_count, Tablet.total_digest)
        ):
            if totals.get(tablet_id, Totals()) != Totals(count, digest):
                remarks.append(f"The totals of tablet {tablet_id} are not those of its records.")
    return remarks

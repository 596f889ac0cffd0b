"""What a person said is no longer wanted here: withdrawing consent empties what was recorded.

Of every revision stay its id, number, fingerprint and outcome, so that the same bytes that come
again get the answer they got, and that totals agree. Answers, and the copies that wait as
conflicts, go at once and for good; the case itself and its linkage codes are replaced by the
withdrawal as by any newer revision. Editions that were published stand: they hold counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased

from server.db.chunks import chunks
from server.intake.model import Conflict, RecordRevision, TabletQuarantine
from shared.lifecycle import CONSENT_WITHDRAWN, Outcome

EMPTY = b""
"""What is kept in place of a record's content."""


def empty_withdrawn(connection: Connection, records: Iterable[str]) -> set[str]:
    """Empties those of these records whose person withdrew consent, and nothing since; which.

    A withdrawal that is put aside with its tablet empties nothing, unless it did before: what has
    gone stays gone. The database is asked as much for one as for any other, so that nobody can time
    that a tablet is put aside.
    """
    emptied: set[str] = set()
    for some in chunks(sorted(records)):
        withdrawn = list(connection.scalars(_WITHDRAWN, {"records": some}))
        connection.execute(
            update(RecordRevision)
            .where(
                RecordRevision.record_id.in_(withdrawn),
                RecordRevision.outcome == Outcome.ACCEPTED.value,
                RecordRevision.canonical != EMPTY,
            )
            .values(canonical=EMPTY)
        )
        connection.execute(
            update(Conflict)
            .where(Conflict.record_id.in_(withdrawn))
            .values(canonical=None, codes=None)
        )
        emptied.update(withdrawn)
    return emptied


def is_withdrawn(connection: Connection, record_id: str) -> bool:
    """Whether its person withdrew consent by anything that was accepted of it, also what stands
    nowhere because its tablet is put aside."""
    said = select(RecordRevision.withdrawn, RecordRevision.outcome).where(
        RecordRevision.record_id == record_id
    )
    return (CONSENT_WITHDRAWN, Outcome.ACCEPTED.value) in map(tuple, connection.execute(said))


# Written once: to build a statement costs more than to run it.
def _withdrawn() -> Select[str]:
    later = aliased(RecordRevision)
    says_more = (
        exists()
        .where(
            later.record_id == RecordRevision.record_id,
            later.outcome == Outcome.ACCEPTED.value,
            later.withdrawn.is_(None),
            later.revision > RecordRevision.revision,
        )
        .correlate(RecordRevision)
    )
    is_aside = (
        exists()
        .where(
            TabletQuarantine.tablet_id == RecordRevision.tablet_id,
            TabletQuarantine.brought_back_at_s.is_(None),
            TabletQuarantine.since_s <= RecordRevision.received_at_s,
        )
        .correlate(RecordRevision)
    )
    return (
        select(RecordRevision.record_id)
        .distinct()
        .where(
            RecordRevision.record_id.in_(bindparam("records", expanding=True)),
            RecordRevision.withdrawn == CONSENT_WITHDRAWN,
            RecordRevision.outcome == Outcome.ACCEPTED.value,
            or_(~is_aside, RecordRevision.canonical == EMPTY),
            ~says_more,
        )
    )


_WITHDRAWN = _withdrawn()

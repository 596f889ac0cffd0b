"""The end of the term of linkage codes: they are destroyed, and what was counted stands.

Cases whose codes go stay the persons they were: each pair is settled first. Whole years go, so that
within a year all can be compared or nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

from sqlalchemy import Connection, exists, or_, select

from server.db.chunks import chunks
from server.db.locks import Lock, hold
from server.db.upsert import insert_new
from server.intake import code_book, codes
from server.intake import terms as intake_terms
from server.intake.model import CaseCodes, CaseRecord, RecordRevision
from server.register.model import SettledPair

TERM_DAYS = 1826
"""Since the year of the newest revision of a case; five years."""
AT_ONCE = 5_000
"""Cases whose codes go in one transaction; the daily job takes as many each day."""


def destroy_codes(connection: Connection, before_s: int) -> int:
    """Destroys the codes of cases of which nothing came since the year of that moment began, a few
    thousand at a time; of how many. Cases that wait for their first linking keep them until then.

    before_s: TERM_DAYS ago, in seconds since 1970.
    """
    now_s = before_s + TERM_DAYS * 86_400
    year = datetime.fromtimestamp(before_s, UTC).year
    since_s = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    hold(connection, Lock.LINKING)
    came_since = exists().where(
        RecordRevision.record_id == CaseCodes.record_id, RecordRevision.received_at_s >= since_s
    )
    over = (
        select(CaseCodes.record_id, CaseRecord.person_id)
        .join(CaseRecord, CaseRecord.record_id == CaseCodes.record_id)
        .where(~came_since, or_(CaseRecord.withdrawn, CaseRecord.person_id.is_not(None)))
        .order_by(CaseCodes.record_id)
        .limit(AT_ONCE)
    )
    rows = connection.execute(over).all()
    cases = [case for case, _ in rows]
    if cases:
        _settle(connection, sorted({person for _, person in rows if person}), now_s)
        others = codes.sharers_of_crowded_codes(connection, cases)
        code_book.forget(connection, cases)
        codes.queue_cases(connection, sorted({*cases, *others}), now_s)
    return len(cases) + intake_terms.forget_codes_aside(connection, since_s)


def _settle(connection: Connection, persons: list[str], now_s: int) -> None:
    """Each case of a person with each other one: whichever is withdrawn later, the rest stays."""
    for some in chunks(persons):
        cases: dict[str | None, list[str]] = {}
        held = select(CaseRecord.person_id, CaseRecord.record_id).where(
            CaseRecord.person_id.in_(some), CaseRecord.withdrawn.is_(False)
        )
        for person, case in connection.execute(held.order_by(CaseRecord.record_id)):
            cases.setdefault(person, []).append(case)
        pairs = [
            {"first_id": first, "second_id": second, "settled_at_s": now_s}
            for of_person in cases.values()
            for first, second in combinations(of_person, 2)
        ]
        insert_new(connection, SettledPair, pairs)

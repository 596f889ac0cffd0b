"""The end of the term of linkage codes: they are destroyed, and what was counted stands.

Cases whose codes go stay the persons they were: each pair is settled first. Whole years go, so that
within a year all can be compared or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations

from sqlalchemy import Connection, Select, exists, or_, select

from server.db.chunks import chunks
from server.db.locks import Lock, hold
from server.db.terms import Ending
from server.db.upsert import insert_new
from server.intake import code_book, codes
from server.intake import terms as intake_terms
from server.intake.model import CaseCodes, CaseRecord, RecordRevision
from server.register.model import SettledPair

TERM_DAYS = 1826
"""Since the year of the newest revision of a case; five years."""


def _over(before_s: int) -> Select[str, str | None]:
    came_since = exists().where(
        RecordRevision.record_id == CaseCodes.record_id,
        RecordRevision.received_at_s >= _year_began_s(before_s),
    )
    return (
        select(CaseCodes.record_id, CaseRecord.person_id)
        .join(CaseRecord, CaseRecord.record_id == CaseCodes.record_id)
        .where(~came_since, or_(CaseRecord.withdrawn, CaseRecord.person_id.is_not(None)))
        .order_by(CaseCodes.record_id)
    )


def _find(connection: Connection, before_s: int, after: str | None, most: int) -> Sequence[str]:
    """Cases of which nothing came since the year of that moment began. Those that wait for their
    first linking keep their codes until then."""
    some = _over(before_s).limit(most)
    if after is not None:
        some = some.where(CaseCodes.record_id > after)
    return [case for case, _ in connection.execute(some)]


def _end(connection: Connection, before_s: int, cases: Sequence[str]) -> int:
    now_s = before_s + TERM_DAYS * 86_400
    hold(connection, Lock.LINKING)
    rows = connection.execute(_over(before_s).where(CaseCodes.record_id.in_(cases))).all()
    over = [case for case, _ in rows]
    if over:
        _settle(connection, sorted({person for _, person in rows if person}), now_s)
        others = codes.sharers_of_crowded_codes(connection, over)
        code_book.forget(connection, over)
        codes.queue_cases(connection, sorted({*over, *others}), now_s)
    return len(over)


def _year_began_s(moment_s: int) -> int:
    return int(datetime(datetime.fromtimestamp(moment_s, UTC).year, 1, 1, tzinfo=UTC).timestamp())


def _find_aside(
    connection: Connection, before_s: int, after: int | None, most: int
) -> Sequence[int]:
    return intake_terms.CODES_ASIDE.find(connection, _year_began_s(before_s), after, most)


def _end_aside(connection: Connection, before_s: int, keys: Sequence[int]) -> int:
    return intake_terms.CODES_ASIDE.end(connection, _year_began_s(before_s), keys)


CODES: Ending = Ending(_find, _end)
"""The codes of cases. Before: TERM_DAYS ago."""
CODES_ASIDE: Ending = Ending(_find_aside, _end_aside)
"""The codes of conflicts. Before: TERM_DAYS ago."""


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

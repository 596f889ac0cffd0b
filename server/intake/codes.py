"""Codes that so many cases share that they point to nobody, and what has to be looked at again.

Owns the cap and which cases have to be linked again. A code crosses the cap when cases come or go;
then all its sharers are linked again, so that links are always those of the records as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import aliased

from server import queue
from server.db.chunks import chunks
from server.intake.model import CaseRecord, CrowdedCode, RecordHead, StoredCode
from shared.linkage import code_types


def cases_of_visits(connection: Connection, visit_ids: Sequence[str]) -> set[str]:
    """The cases found in these visits: their period and area may have changed."""
    found = select(CaseRecord.record_id).where(CaseRecord.visit_id.in_(visit_ids))
    return set(connection.scalars(found))


def sharers_of_crowded_codes(connection: Connection, record_ids: Sequence[str]) -> set[str]:
    """Every case that shares a crowded code with one of these, whose codes will go."""
    own = aliased(StoredCode)
    found = (
        select(StoredCode.record_id)
        .join(own, and_(own.code_type == StoredCode.code_type, own.code == StoredCode.code))
        .join(
            CrowdedCode,
            and_(
                CrowdedCode.code_type == StoredCode.code_type,
                CrowdedCode.code == StoredCode.code,
            ),
        )
        .where(own.record_id.in_(record_ids), StoredCode.record_id.not_in(record_ids))
        .distinct()
    )
    return set(connection.scalars(found))


def queue_cases(connection: Connection, record_ids: Sequence[str], now_s: int) -> None:
    """Has these cases linked again."""
    queue.ask(connection, queue.JobKind.LINK, record_ids, now_s)


def crossings(
    connection: Connection, record_ids: Sequence[str]
) -> tuple[set[Crowding], set[Crowding]]:
    """Which codes of these cases became crowded, and which are so no longer. Reads only."""
    crowded: set[Crowding] = set()
    noted: set[Crowding] = set()
    for some in chunks(record_ids):
        crowded |= _crowded_among(connection, some)
        noted |= {
            (code_type, bytes(code), officer)
            for code_type, code, officer in connection.execute(_NOTED, {"cases": some})
        }
    return crowded - noted, noted - crowded


def note_crossings(connection: Connection, record_ids: Sequence[str], now_s: int) -> set[str]:
    """Notes which codes of these cases became crowded or are so no longer; who has to be linked
    again.

    That is one end at least of every pair that counts now, or does so no longer: the cases of the
    officer that is left out of the code, or is so no longer; else all that share it. Whether a code
    is crowded depends on the codes and their officers alone, so looking at their other codes as
    well would find nothing new.
    """
    now_crowded, no_longer = crossings(connection, record_ids)
    crossed: set[str] = set()
    for code_type, code, officer in sorted(now_crowded | no_longer):
        if (code_type, code, officer) in now_crowded:
            connection.execute(
                insert(CrowdedCode).values(
                    code_type=code_type, code=code, officer_number=officer, found_at_s=now_s
                )
            )
        else:
            connection.execute(
                delete(CrowdedCode).where(
                    CrowdedCode.code_type == code_type,
                    CrowdedCode.code == code,
                    CrowdedCode.officer_number == officer,
                )
            )
        sharers = select(StoredCode.record_id).where(
            StoredCode.code_type == code_type, StoredCode.code == code
        )
        if officer:
            sharers = sharers.join(RecordHead, RecordHead.record_id == StoredCode.record_id).where(
                RecordHead.officer_number == officer
            )
        crossed |= set(connection.scalars(sharers))
    return crossed


Crowding = tuple[int, bytes, int]
"""Type of code, code, and the officer whose cases are left out of it; 0 for everybody's."""


def _crowded_among(connection: Connection, cases: Sequence[str]) -> set[Crowding]:
    """The same rule as server.register.blocking, over cases that stand: a code that more than
    MOST_SHARERS cases share is crowded when that many officers share it; else the officers who put
    it on so many are left out.
    """
    most = code_types.MOST_SHARERS
    by_code: dict[tuple[int, bytes], dict[int, int]] = {}
    sharers = connection.execute(_SHARERS, {"cases": cases, "most": most})
    for code_type, code, officer, count in sharers:
        by_code.setdefault((code_type, bytes(code)), {})[officer] = count
    found: set[Crowding] = set()
    for (code_type, code), counts in by_code.items():
        if len(counts) > most:
            found.add((code_type, code, 0))
        else:
            found |= {
                (code_type, code, officer) for officer, count in counts.items() if count > most
            }
    return found


# Written once: to build a statement costs more than to run it.
def _of_cases() -> Subquery:
    return (
        select(StoredCode.code_type, StoredCode.code)
        .where(StoredCode.record_id.in_(bindparam("cases", expanding=True)))
        .distinct()
        .subquery()
    )


def _noted() -> Select[int, bytes, int]:
    touched = _of_cases()
    same = and_(CrowdedCode.code_type == touched.c.code_type, CrowdedCode.code == touched.c.code)
    return select(CrowdedCode.code_type, CrowdedCode.code, CrowdedCode.officer_number).join(
        touched, same
    )


def _sharers() -> Select[int, bytes, int, int]:
    touched = _of_cases()
    same = and_(StoredCode.code_type == touched.c.code_type, StoredCode.code == touched.c.code)
    large = (
        select(StoredCode.code_type, StoredCode.code)
        .join(touched, same)
        .join(CaseRecord, CaseRecord.record_id == StoredCode.record_id)
        .where(CaseRecord.withdrawn.is_(False))
        .group_by(StoredCode.code_type, StoredCode.code)
        .having(func.count() > bindparam("most"))
        .subquery()
    )
    return (
        select(StoredCode.code_type, StoredCode.code, RecordHead.officer_number, func.count())
        .join(
            large,
            and_(StoredCode.code_type == large.c.code_type, StoredCode.code == large.c.code),
        )
        .join(RecordHead, RecordHead.record_id == StoredCode.record_id)
        .join(CaseRecord, CaseRecord.record_id == StoredCode.record_id)
        .where(CaseRecord.withdrawn.is_(False))
        .group_by(StoredCode.code_type, StoredCode.code, RecordHead.officer_number)
    )


_NOTED, _SHARERS = _noted(), _sharers()

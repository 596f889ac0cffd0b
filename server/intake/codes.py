"""Codes that so many cases share that they point to nobody, and what has to be looked at again.

Owns the cap and which cases have to be linked again. A code crosses the cap when cases come or go;
then all its sharers are linked again, so that links are always those of the records as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, func, insert, select
from sqlalchemy.orm import aliased

from server.intake.model import CaseRecord, CrowdedCode, StoredCode

MOST_SHARERS = 60
"""A code shared by more cases is no evidence: at a million persons no
code of real people is; a bad default such as "unknown" is."""


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


def note_crossings(connection: Connection, record_ids: Sequence[str], now_s: int) -> set[str]:
    """Notes which codes of these cases became crowded or are so no longer; all their sharers.

    The sharers have to be linked again. Whether a code is crowded depends on the codes alone, so
    looking at their other codes as well would find nothing new.
    """
    touched = (
        select(StoredCode.code_type, StoredCode.code)
        .where(StoredCode.record_id.in_(record_ids))
        .distinct()
        .subquery()
    )
    same = and_(StoredCode.code_type == touched.c.code_type, StoredCode.code == touched.c.code)
    crowded = {
        (code_type, code)
        for code_type, code in connection.execute(
            select(StoredCode.code_type, StoredCode.code)
            .join(touched, same)
            .group_by(StoredCode.code_type, StoredCode.code)
            .having(func.count() > MOST_SHARERS)
        )
    }
    noted = {
        (code_type, code)
        for code_type, code in connection.execute(
            select(CrowdedCode.code_type, CrowdedCode.code).join(
                touched,
                and_(
                    CrowdedCode.code_type == touched.c.code_type,
                    CrowdedCode.code == touched.c.code,
                ),
            )
        )
    }
    crossed: set[str] = set()
    for code_type, code in sorted(crowded ^ noted):
        this = and_(CrowdedCode.code_type == code_type, CrowdedCode.code == code)
        if (code_type, code) in crowded:
            connection.execute(
                insert(CrowdedCode).values(code_type=code_type, code=code, found_at_s=now_s)
            )
        else:
            connection.execute(delete(CrowdedCode).where(this))
        crossed |= set(
            connection.scalars(
                select(StoredCode.record_id).where(
                    StoredCode.code_type == code_type, StoredCode.code == code
                )
            )
        )
    return crossed

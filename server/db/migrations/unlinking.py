"""Linkage codes that may not be kept go, wherever they were kept.

What steps that let codes go have in common. Cases whose codes go are linked again, with all that
shared a crowded code with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from server.db.migrations.questionnaires import Questionnaires
from server.db.schema import Id, WholeNumbers
from server.db.squeezed import Squeezed
from shared.errors import RecordUnreadable
from shared.linkage import may_be_linked
from shared.questionnaire.model import Questionnaire
from shared.wire.records import decode_record

_AT_ONCE = 1_000
_CODES = sa.table("case_codes", sa.column("record_id", Id), sa.column("codes", WholeNumbers))
_SHARERS = sa.table("code_sharer", sa.column("code", sa.BigInteger), sa.column("record_id", Id))
_CROWDED = sa.table("crowded_code", sa.column("code", sa.BigInteger))
_CASES = sa.table("case_record", sa.column("record_id", Id), sa.column("revision", sa.Integer))
_REVISIONS = sa.table(
    "record_revision",
    sa.column("record_id", Id),
    sa.column("revision", sa.Integer),
    sa.column("tablet_id"),
    sa.column("canonical", Squeezed("record")),
)
_CONFLICTS = sa.table(
    "conflict",
    sa.column("number", sa.BigInteger),
    sa.column("tablet_id"),
    sa.column("canonical", sa.LargeBinary),
    sa.column("codes", WholeNumbers),
)
_TABLETS = sa.table("tablet", sa.column("tablet_id"), sa.column("officer_number"))
_OFFICERS = sa.table("officer", sa.column("number"), sa.column("organisation_number"))
_ORGANISATIONS = sa.table("organisation", sa.column("number"), sa.column("source_list"))
_JOBS = sa.table("job", *map(sa.column, ("kind", "subject", "made_at_s", "due_at_s", "tries")))


def let_unwanted_codes_go(connection: sa.Connection, *, by_kind: bool) -> None:
    """Lets the codes go of every record that does not allow them.

    by_kind: whether it is read, too, what kind of organisation recorded it.
    """
    questionnaires = Questionnaires(connection)
    again, codes = set[str](), set[int]()
    for rows in _pages(connection, _of_cases(), _CODES.c.record_id, ""):
        gone = {row.record_id: row.codes for row in rows if _unwanted(row, questionnaires, by_kind)}
        again |= gone.keys()
        codes |= {code for own in gone.values() for code in own}
        for table in (_CODES, _SHARERS) if gone else ():
            connection.execute(sa.delete(table).where(table.c.record_id.in_(sorted(gone))))
    for code in sorted(codes & set(connection.scalars(sa.select(_CROWDED.c.code)))):
        # With fewer sharers it may be crowded no more: whoever is left is linked again.
        others = _sharers(connection, code)
        again |= others
        if not others:
            connection.execute(sa.delete(_CROWDED).where(_CROWDED.c.code == code))
    of_conflicts = (
        sa.select(_CONFLICTS, _ORGANISATIONS.c.source_list)
        .where(_CONFLICTS.c.codes.is_not(None))
        .join(_TABLETS, _TABLETS.c.tablet_id == _CONFLICTS.c.tablet_id)
        .join(_OFFICERS, _OFFICERS.c.number == _TABLETS.c.officer_number)
        .join(_ORGANISATIONS, _ORGANISATIONS.c.number == _OFFICERS.c.organisation_number)
    )
    for rows in _pages(connection, of_conflicts, _CONFLICTS.c.number, 0):
        numbers = [row.number for row in rows if _unwanted(row, questionnaires, by_kind)]
        if numbers:
            which = _CONFLICTS.c.number.in_(numbers)
            connection.execute(sa.update(_CONFLICTS).where(which).values(codes=[]))
    jobs = [
        {"kind": "link", "subject": case, "made_at_s": 0, "due_at_s": 0, "tries": 0}
        for case in sorted(again)
    ]
    if jobs:
        connection.execute(sa.insert(_JOBS), jobs)


def _of_cases() -> sa.Select[Any]:
    of_case = (_CASES.c.record_id == _REVISIONS.c.record_id) & (
        _CASES.c.revision == _REVISIONS.c.revision
    )
    return (
        sa.select(_CODES, _REVISIONS.c.canonical, _ORGANISATIONS.c.source_list)
        .join(_CASES, _CASES.c.record_id == _CODES.c.record_id)
        .join(_REVISIONS, of_case)
        .join(_TABLETS, _TABLETS.c.tablet_id == _REVISIONS.c.tablet_id)
        .join(_OFFICERS, _OFFICERS.c.number == _TABLETS.c.officer_number)
        .join(_ORGANISATIONS, _ORGANISATIONS.c.number == _OFFICERS.c.organisation_number)
    )


def _pages(
    connection: sa.Connection, query: sa.Select[Any], key: sa.ColumnClause[Any], after: Any
) -> Iterator[Any]:
    """Every row, some at a time, so that a register of any size takes the same memory."""
    some = query.order_by(key).limit(_AT_ONCE)
    while rows := connection.execute(some.where(key > after)).all():
        yield rows
        after = getattr(rows[-1], key.name)


def _unwanted(
    row: Any, questionnaires: Callable[[str], Questionnaire | None], by_kind: bool
) -> bool:
    """Whether the record of these codes does not allow them. What says nothing any more keeps what
    the office decided about it; what cannot be read, the doctor names."""
    if not row.canonical:
        return False
    try:
        record = decode_record(bytes(row.canonical), questionnaires)
    except RecordUnreadable:
        return False
    questionnaire = questionnaires(record.questionnaire)
    kind = row.source_list if by_kind else ""
    return questionnaire is not None and not may_be_linked(questionnaire, record.content, kind)


def _sharers(connection: sa.Connection, code: int) -> set[str]:
    if connection.dialect.name == "postgresql":
        has_it = sa.select(_CODES.c.record_id).where(
            sa.text("codes @> cast(:code as bigint[])").bindparams(code=f"{{{code}}}")
        )
    else:
        has_it = sa.select(_SHARERS.c.record_id).where(_SHARERS.c.code == code)
    return set(connection.scalars(has_it))

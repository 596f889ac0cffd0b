"""Ids of records, persons and parcels take 16 bytes on PostgreSQL, and rows of a parcel no longer
prove one by one what holds for all of them.

A row of a revision, a case, a visit or of codes is written by a transaction that holds its tablet,
its parcel and its organisation; the doctor looks for rows that refer to nothing.

Revision: 0049, after 0047.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None

_IDS: Mapping[str, Sequence[str]] = {
    "parcel": ("parcel_id",),
    "record_head": ("record_id",),
    "record_revision": ("record_id", "parcel_id", "fingerprint"),
    "unreadable_record": ("fingerprint", "parcel_id"),
    "conflict": ("record_id", "fingerprint", "parcel_id"),
    "visit_record": ("record_id",),
    "case_record": ("record_id", "visit_id", "person_id"),
    "case_codes": ("record_id",),
    "code_sharer": ("record_id",),
    "person": ("person_id",),
    "person_link": ("first_id", "second_id"),
    "kept_apart": ("first_id", "second_id"),
    "possible_pair": ("first_id", "second_id"),
    "decided_same": ("first_id", "second_id"),
    "settled_pair": ("first_id", "second_id"),
    "seeded_case": ("record_id",),
    "clerical_pair": ("first_id", "second_id", "person_id"),
    "seen_alarm": ("record_id",),
    "alert_sent": ("record_id",),
    "answer_query": ("record_id",),
    "counted_case": ("record_id", "person_id"),
    "counted_visit": ("record_id",),
}


class _Reference(NamedTuple):
    table: str
    column: str
    of_table: str
    of_column: str

    @property
    def name(self) -> str:
        return f"fk_{self.table}_{self.column}"


_NO_LONGER = (
    _Reference("record_revision", "tablet_id", "tablet", "tablet_id"),
    _Reference("record_revision", "parcel_id", "parcel", "parcel_id"),
    _Reference("visit_record", "organisation_number", "organisation", "number"),
    _Reference("case_record", "organisation_number", "organisation", "number"),
    _Reference("case_codes", "record_id", "record_head", "record_id"),
    _Reference("code_sharer", "record_id", "record_head", "record_id"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        _rebuild(without=True)
        return
    references = _references_to_ids()
    _drop(references)
    _drop([one for one in _NO_LONGER if one not in references])
    _alter("uuid", "cast({} as uuid)")
    _add([one for one in references if one not in _NO_LONGER])


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        _rebuild(without=False)
        return
    references = _references_to_ids()
    _drop(references)
    _alter("varchar(32)", "replace(cast({} as text), '-', '')")
    _add([*references, *_NO_LONGER])


def _references_to_ids() -> list[_Reference]:
    """Every reference to an id whose type changes; both ends have one type."""
    inspector = sa.inspect(op.get_bind())
    return [
        _Reference(table, column, key["referred_table"], of_column)
        for table in sorted(_IDS)
        for key in inspector.get_foreign_keys(table)
        for column, of_column in zip(
            key["constrained_columns"], key["referred_columns"], strict=True
        )
        if of_column in _IDS.get(key["referred_table"], ())
    ]


def _drop(references: Sequence[_Reference]) -> None:
    for one in references:
        op.drop_constraint(op.f(one.name), one.table, type_="foreignkey")


def _add(references: Sequence[_Reference]) -> None:
    for one in references:
        op.create_foreign_key(
            op.f(one.name), one.table, one.of_table, [one.column], [one.of_column]
        )


def _alter(kind: str, made_of: str) -> None:
    """All columns of a table at once: it is written anew only once."""
    for table, columns in _IDS.items():
        changes = ", ".join(
            f"alter column {one} type {kind} using {made_of.format(one)}" for one in columns
        )
        op.execute(sa.text(f"alter table {table} {changes}"))


def _rebuild(without: bool) -> None:
    """SQLite cannot change a table's references: its tables are written anew."""
    for table in dict.fromkeys(one.table for one in _NO_LONGER):
        kept: dict[str, object] = {"sqlite_with_rowid": False} if table == "code_sharer" else {}
        with op.batch_alter_table(table, table_kwargs=kept) as changed:
            for one in _NO_LONGER:
                if one.table != table:
                    continue
                if without:
                    changed.drop_constraint(op.f(one.name), type_="foreignkey")
                else:
                    changed.create_foreign_key(
                        op.f(one.name), one.of_table, [one.column], [one.of_column]
                    )

"""The codes of a case are one row of numbers: a type and 58 bits of what stood for the code before.

Back: every code has the bytes that were kept of it and zeros behind. A version that knows them so
finds these cases by each other, those it takes in meanwhile by each other, and not the one kind by
the other; forward again all are found, for the numbers are the same.

Revision: 0024, after 0023.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000
_HASH_BITS, _TYPE_BITS, _REKEYED_BYTES = 58, 6, 16


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "case_codes",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column(
            "codes", sa.ARRAY(sa.BigInteger()) if postgresql else sa.LargeBinary(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_case_codes_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_case_codes")),
    )
    op.create_table(
        "code_sharer",
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_code_sharer_record_id")
        ),
        sa.PrimaryKeyConstraint("code", "record_id", name=op.f("pk_code_sharer")),
        sqlite_with_rowid=False,
    )
    for cases in _by_case():
        op.get_bind().execute(
            sa.text("insert into case_codes (record_id, codes) values (:record_id, :codes)"),
            [
                {
                    "record_id": one,
                    "codes": own if postgresql else struct.pack(f"<{len(own)}q", *own),
                }
                for one, own in cases
            ],
        )
        if not postgresql:
            op.get_bind().execute(
                sa.text("insert into code_sharer (code, record_id) values (:code, :record_id)"),
                [{"code": code, "record_id": one} for one, own in cases for code in own],
            )
    op.create_index(
        "ix_case_codes_codes",
        "case_codes",
        ["codes"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        sqlite_where=sa.text("codes is null"),
    )
    op.create_index("ix_code_sharer_record_id", "code_sharer", ["record_id"])
    op.drop_table("linkage_code")
    crowded = _rows("select code_type, code, officer_number, found_at_s from crowded_code")
    op.drop_table("crowded_code")
    op.create_table(
        "crowded_code",
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("officer_number", sa.Integer(), nullable=False),
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", "officer_number", name=op.f("pk_crowded_code")),
    )
    _insert(
        "crowded_code (code, officer_number, found_at_s) values (:code, :officer, :at_s)",
        [
            {"code": _kept(code_type, bytes(code)), "officer": officer, "at_s": at_s}
            for code_type, code, officer, at_s in crowded
        ],
    )


def downgrade() -> None:
    op.create_table(
        "linkage_code",
        sa.Column("code_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_linkage_code_record_id")
        ),
        sa.PrimaryKeyConstraint("code_type", "code", "record_id", name=op.f("pk_linkage_code")),
    )
    op.create_index("ix_linkage_code_record_id", "linkage_code", ["record_id"])
    last = ""
    query = (
        "select record_id, codes from case_codes where record_id > :last "
        "order by record_id limit :most"
    )
    while rows := _rows(query, last=last, most=_AT_ONCE):
        last = rows[-1][0]
        _insert(
            "linkage_code (code_type, code, record_id) values (:code_type, :code, :record_id)",
            [
                {"record_id": record, **_as_it_was(code)}
                for record, codes in rows
                for code in (
                    codes
                    if isinstance(codes, list)
                    else struct.unpack(f"<{len(codes) // 8}q", codes)
                )
            ],
        )
    crowded = _rows("select code, officer_number, found_at_s from crowded_code")
    for table in ("case_codes", "code_sharer", "crowded_code"):
        op.drop_table(table)
    op.create_table(
        "crowded_code",
        sa.Column("code_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("officer_number", sa.Integer(), nullable=False),
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "code_type", "code", "officer_number", name=op.f("pk_crowded_code")
        ),
    )
    _insert(
        "crowded_code (code_type, code, officer_number, found_at_s) "
        "values (:code_type, :code, :officer, :at_s)",
        [{**_as_it_was(code), "officer": officer, "at_s": at_s} for code, officer, at_s in crowded],
    )


def _kept(code_type: int, rekeyed: bytes) -> int:
    number = code_type << _HASH_BITS | int.from_bytes(rekeyed[:8]) >> _TYPE_BITS
    return number - (1 << 64) if number >> 63 else number


def _as_it_was(kept: int) -> dict[str, object]:
    number = kept % (1 << 64)
    code = (number << _TYPE_BITS) % (1 << 64)
    return {
        "code_type": number >> _HASH_BITS,
        "code": code.to_bytes(8).ljust(_REKEYED_BYTES, b"\0"),
    }


def _by_case() -> Iterator[list[tuple[str, list[int]]]]:
    """Cases with their codes, so many at a time."""
    last = ""
    query = (
        "select distinct record_id from linkage_code where record_id > :last "
        "order by record_id limit :most"
    )
    while cases := [record for (record,) in _rows(query, last=last, most=_AT_ONCE)]:
        found: dict[str, list[int]] = {case: [] for case in cases}
        for record, code_type, code in _rows(
            "select record_id, code_type, code from linkage_code "
            "where record_id > :last and record_id <= :until",
            last=last,
            until=cases[-1],
        ):
            found[record].append(_kept(code_type, bytes(code)))
        last = cases[-1]
        yield [(case, sorted(set(own))) for case, own in found.items()]


def _rows(query: str, **values: object) -> list[sa.Row]:  # type: ignore[type-arg]
    return list(op.get_bind().execute(sa.text(query), values))


def _insert(into: str, rows: list[dict[str, object]]) -> None:
    if rows:
        op.get_bind().execute(sa.text(f"insert into {into}"), rows)

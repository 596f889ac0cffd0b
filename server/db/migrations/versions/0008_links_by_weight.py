"""Links have a score, editions their weights and size; a code is crowded by officers, not by cases.

What was crowded is found again when every case is linked by the first edition.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("person_link") as table:
        table.add_column(sa.Column("score", sa.Integer(), nullable=False, server_default="0"))
        table.alter_column("code_types", type_=sa.String(200), existing_nullable=False)
    with op.batch_alter_table("person_link") as table:
        table.alter_column("score", server_default=None, existing_type=sa.Integer())
    op.drop_table("crowded_code")
    _crowded_code(sa.Column("officer_number", sa.Integer(), nullable=False))
    op.create_table(
        "linkage_edition",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("weights", sa.String(20), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_linkage_edition")),
    )
    op.create_table(
        "kept_apart",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("first_id", sa.String(32), nullable=False),
        sa.Column("second_id", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("decided_at_s", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at_s", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_kept_apart_ordered")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["record_head.record_id"], name=op.f("fk_kept_apart_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["record_head.record_id"], name=op.f("fk_kept_apart_second_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_kept_apart")),
    )
    with op.batch_alter_table("kept_apart") as table:
        table.create_index("ix_kept_apart_pair", ["first_id", "second_id"])
        table.create_index("ix_kept_apart_second_id", ["second_id"])


def downgrade() -> None:
    op.drop_table("kept_apart")
    op.drop_table("linkage_edition")
    op.drop_table("crowded_code")
    _crowded_code()
    op.execute(sa.text("update person_link set code_types = substr(code_types, 1, 100)"))
    with op.batch_alter_table("person_link") as table:
        table.drop_column("score")
        table.alter_column("code_types", type_=sa.String(100), existing_nullable=False)


def _crowded_code(*officer: sa.Column[int]) -> None:
    op.create_table(
        "crowded_code",
        sa.Column("code_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        *officer,
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "code_type", "code", *(one.name for one in officer), name=op.f("pk_crowded_code")
        ),
    )

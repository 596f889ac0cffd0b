"""Notes to one tablet, alarms that were seen, and which database this is.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "database_generation",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("generation", sa.String(length=32), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_database_generation")),
    )
    op.create_table(
        "seen_alarm",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at_s", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record_head.record_id"],
            name=op.f("fk_seen_alarm_record_id"),
        ),
        sa.PrimaryKeyConstraint("record_id", "revision", name=op.f("pk_seen_alarm")),
    )
    op.create_table(
        "tablet_note",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("note_id", sa.String(length=16), nullable=False),
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("until_s", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("acknowledged_at_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_tablet_note_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tablet_note")),
        sa.UniqueConstraint("note_id", name=op.f("uq_tablet_note_note_id")),
        sa.UniqueConstraint(
            "tablet_id", "kind", "subject", name=op.f("uq_tablet_note_tablet_id_kind_subject")
        ),
    )
    op.create_index(
        "ix_tablet_note_waiting", "tablet_note", ["tablet_id", "acknowledged_at_s", "number"]
    )


def downgrade() -> None:
    op.drop_index("ix_tablet_note_waiting", table_name="tablet_note")
    op.drop_table("tablet_note")
    op.drop_table("seen_alarm")
    op.drop_table("database_generation")

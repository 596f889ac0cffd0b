"""Visits that the office asks for.

Revision: 0027, after 0026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.String(16), nullable=False),
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("place_kind", sa.String(40), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("drawn", sa.String(80), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at_s", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=True),
        sa.Column("changed_at_s", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'done', 'not_found', 'closed')", name=op.f("ck_assignment_state")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_assignment_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_assignment")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_assignment_assignment_id")),
    )
    op.create_index("ix_assignment_tablet_id", "assignment", ["tablet_id"])
    op.create_index("ix_assignment_state_due", "assignment", ["state", "due", "number"])


def downgrade() -> None:
    op.drop_table("assignment")

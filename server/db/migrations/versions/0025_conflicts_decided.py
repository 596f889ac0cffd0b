"""What was decided about a conflict, by whom, and what it took the place of.

Revision: 0025, after 0024.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("conflict", sa.Column("decision", sa.String(10), nullable=True))
    op.add_column("conflict", sa.Column("decided_by", sa.String(100), nullable=True))
    op.add_column("conflict", sa.Column("displaced_by", _NUMBER, nullable=True))
    op.add_column("conflict", sa.Column("held_as", _JSON, nullable=True))
    op.create_index("ix_conflict_displaced_by", "conflict", ["displaced_by"])


def downgrade() -> None:
    op.drop_index("ix_conflict_displaced_by", "conflict")
    for column in ("held_as", "displaced_by", "decided_by", "decision"):
        op.drop_column("conflict", column)

"""The codes of what waits as a conflict, and which peppers kept codes went through.

Revision: 0032, after 0031.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.schema import WholeNumbers

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conflict", sa.Column("codes", WholeNumbers(), nullable=True))
    op.create_table(
        "pepper_nesting",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pepper_nesting")),
    )


def downgrade() -> None:
    op.drop_table("pepper_nesting")
    op.drop_column("conflict", "codes")

"""What a parcel in quarantine holds is noted when it comes: a list need not open any.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("set_aside_parcel", sa.Column("record_count", sa.Integer(), nullable=True))
    op.add_column("set_aside_parcel", sa.Column("made_at_s", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("set_aside_parcel") as table:
        table.drop_column("made_at_s")
        table.drop_column("record_count")

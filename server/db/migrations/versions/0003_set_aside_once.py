"""The same records are set aside once, in however many parcels they come.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("set_aside_parcel", sa.Column("contents", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_set_aside_parcel_tablet_contents",
        "set_aside_parcel",
        ["tablet_id", "contents"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("ix_set_aside_parcel_tablet_contents", "set_aside_parcel")
    op.drop_column("set_aside_parcel", "contents")

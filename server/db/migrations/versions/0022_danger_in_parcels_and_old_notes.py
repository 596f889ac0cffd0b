"""Danger in parcels of signed-out tablets, who was told of it, and alarms whose note was let go.

Revision: 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("set_aside_parcel", sa.Column("danger", sa.Boolean(), nullable=True))
    op.add_column("seen_alarm", sa.Column("told_at_s", sa.BigInteger(), nullable=True))
    op.create_table(
        "parcel_alert_sent",
        sa.Column("parcel_id", sa.String(32), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["set_aside_parcel.parcel_id"],
            name=op.f("fk_parcel_alert_sent_parcel_id"),
        ),
        sa.PrimaryKeyConstraint("parcel_id", "step", name=op.f("pk_parcel_alert_sent")),
    )


def downgrade() -> None:
    op.drop_table("parcel_alert_sent")
    op.drop_column("seen_alarm", "told_at_s")
    op.drop_column("set_aside_parcel", "danger")

"""An edition of the reference data is offered to some tablets before it is for all.

Every edition there was is for all, since it was made. An older version gives every tablet the
highest number: it cannot be gone back to while an edition is for some only (server.db.migrate).

Revision: 0056, after 0055.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_json = sa.JSON().with_variant(JSONB(), "postgresql")
_FOREIGN_KEY = "fk_reference_edition_rollout"


def upgrade() -> None:
    op.create_table(
        "reference_rollout",
        sa.Column("number", _row_number, nullable=False),
        sa.Column("began_at_s", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_s", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("withheld", _json, nullable=False),
        sa.CheckConstraint(
            "outcome in ('to_all', 'taken_back')", name=op.f("ck_reference_rollout_outcome")
        ),
        sa.CheckConstraint(
            "(ended_at_s is null) = (outcome is null)",
            name=op.f("ck_reference_rollout_ended_somehow"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reference_rollout")),
    )
    op.create_table(
        "reference_rollout_tablet",
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("rollout", _row_number, nullable=False),
        sa.Column("chosen_at_s", sa.BigInteger(), nullable=False),
        sa.Column("fetched_edition", sa.Integer(), nullable=True),
        sa.Column("told_edition", sa.Integer(), nullable=True),
        sa.Column("told_code", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_reference_rollout_tablet_tablet_id")
        ),
        sa.ForeignKeyConstraint(
            ["rollout"],
            ["reference_rollout.number"],
            name=op.f("fk_reference_rollout_tablet_rollout"),
        ),
        sa.PrimaryKeyConstraint("tablet_id", "rollout", name=op.f("pk_reference_rollout_tablet")),
    )
    op.create_index(
        op.f("ix_reference_rollout_tablet_rollout"), "reference_rollout_tablet", ["rollout"]
    )
    with op.batch_alter_table("reference_edition") as table:
        table.add_column(sa.Column("for_all_at_s", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("rollout", _row_number, nullable=True))
        table.create_foreign_key(op.f(_FOREIGN_KEY), "reference_rollout", ["rollout"], ["number"])
    op.execute(sa.text("update reference_edition set for_all_at_s = made_at_s"))


def downgrade() -> None:
    with op.batch_alter_table("reference_edition") as table:
        table.drop_constraint(op.f(_FOREIGN_KEY), type_="foreignkey")
        table.drop_column("rollout")
        table.drop_column("for_all_at_s")
    op.drop_table("reference_rollout_tablet")
    op.drop_table("reference_rollout")

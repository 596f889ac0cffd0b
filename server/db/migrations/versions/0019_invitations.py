"""One-time links, and the audit log without looks found by an index.

Revision: 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column(
            "account_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("expires_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_number"], ["account.number"], name=op.f("fk_invitation_account_number")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_account_number", "invitation", ["account_number"])
    op.create_index(
        "ix_audit_entry_acts",
        "audit_entry",
        ["number"],
        sqlite_where=sa.text("action != 'looked_at'"),
        postgresql_where=sa.text("action != 'looked_at'"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_acts", "audit_entry")
    op.drop_table("invitation")

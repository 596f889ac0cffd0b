"""Tickets issued before only a hash of their secret was kept: the secret goes, and so do they.

A hash has 32 bytes. What the paper shows is now worked out from the pepper, so a ticket whose
secret was drawn at random can no longer be checked; its officer asks for a new one.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        sa.text("update ticket set secret = :nothing where length(secret) < 32").bindparams(
            sa.bindparam("nothing", b"", sa.LargeBinary())
        )
    )


def downgrade() -> None:
    """What is gone is gone."""

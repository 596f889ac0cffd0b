"""How far all cases were asked to be linked again by an edition of linkage.

Revision: 0021, after 0020. Those of earlier editions were asked for at once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("linkage_edition", sa.Column("asked_to", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("linkage_edition", "asked_to")

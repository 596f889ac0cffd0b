"""Linkage codes of persons who did not agree to being linked go, wherever they were kept.

An office of before kept what a tablet sent, whatever the record said of it. Going back brings none
of them again.

Revision: 0054, after 0053.
"""

from __future__ import annotations

from alembic import op

from server.db.migrations.unlinking import let_unwanted_codes_go

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    let_unwanted_codes_go(op.get_bind(), by_kind=False)


def downgrade() -> None:
    pass

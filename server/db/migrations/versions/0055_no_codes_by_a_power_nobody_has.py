"""Linkage codes of persons whom an organisation without the power of inspection recorded by it go.

An office of before took "recorded under the legal power of inspection" from everybody
(shared.linkage.powers). Going back brings none of them again.

Revision: 0055, after 0054.
"""

from __future__ import annotations

from alembic import op

from server.db.migrations.unlinking import let_unwanted_codes_go

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    let_unwanted_codes_go(op.get_bind(), by_kind=True)


def downgrade() -> None:
    pass

"""By which rules the office made the classes of a case, where they are not those of its tablet.

Until now there was one version of the rules, the one every revision names.

Revision: 0051, after 0050.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_record") as table:
        table.add_column(sa.Column("rules_version", sa.String(40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_record") as table:
        table.drop_column("rules_version")

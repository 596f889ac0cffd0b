"""Indexes that give jobs and possible pairs in the orders their lists are read in.

Revision: 0057, after 0056.
"""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_possible_pair_score", "possible_pair", ["score", "number"])
    op.create_index("ix_job_kind_tries_number", "job", ["kind", "tries", "number"])
    op.create_index("ix_job_tries_number", "job", ["tries", "number"])
    op.drop_index("ix_job_kind_tries", table_name="job")


def downgrade() -> None:
    op.create_index("ix_job_kind_tries", "job", ["kind", "tries"])
    op.drop_index("ix_job_tries_number", table_name="job")
    op.drop_index("ix_job_kind_tries_number", table_name="job")
    op.drop_index("ix_possible_pair_score", table_name="possible_pair")

"""Work that nobody waits for is a row in a table of jobs; the queue of cases to link goes into it.

What stewards look at is worked out by such a job and kept.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("due_at_s", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at_s", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("put_aside_at_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_kind_put_aside_due", "job", ["kind", "put_aside_at_s", "due_at_s", "number"]
    )
    op.create_index("ix_job_kind_subject", "job", ["kind", "subject"])
    op.create_index("ix_job_kind_tries", "job", ["kind", "tries"])
    op.execute(
        "insert into job (kind, subject, made_at_s, due_at_s, tries) "
        "select 'link', record_id, 0, 0, 0 from link_queue"
    )
    op.drop_table("link_queue")
    op.create_table(
        "kept_figures",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept_figures")),
    )


def downgrade() -> None:
    op.drop_table("kept_figures")
    op.create_table(
        "link_queue",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_link_queue_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_link_queue")),
    )
    op.execute(
        "insert into link_queue (record_id) select distinct subject from job where kind = 'link'"
    )
    op.drop_table("job")

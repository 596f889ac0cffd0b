"""Editions of the reference data, and messages to the tablets.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "office_message",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at_s", sa.BigInteger(), nullable=True),
        sa.Column("texts", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_office_message")),
    )
    op.create_table(
        "published_questionnaire",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("parts", _JSON, nullable=False),
        sa.Column("published_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_published_questionnaire")),
    )
    op.create_table(
        "reference_edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reference_edition")),
    )
    op.create_table(
        "reference_part",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("squeezed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_reference_part")),
    )


def downgrade() -> None:
    op.drop_table("reference_part")
    op.drop_table("reference_edition")
    op.drop_table("published_questionnaire")
    op.drop_table("office_message")

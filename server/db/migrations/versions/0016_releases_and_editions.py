"""Releases of tables, their files and sealed counts, and the editions that came of them.

Revision: 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("declared", _JSON, nullable=False),
        sa.Column("declared_by", sa.String(length=80), nullable=False),
        sa.Column("declared_at_s", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=True),
        sa.Column("audit", _JSON, nullable=True),
        sa.Column("proposal", _JSON, nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("embargo_until_s", sa.BigInteger(), nullable=True),
        sa.Column("pre_release", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_state"), "release", ["state"])
    op.create_table(
        "release_step",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("release_number", _NUMBER, nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("details", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["release_number"],
            ["release.number"],
            name=op.f("fk_release_step_release_number"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_step")),
    )
    op.create_index(op.f("ix_release_step_release_number"), "release_step", ["release_number"])
    op.create_table(
        "release_file",
        sa.Column("release_number", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_number"],
            ["release.number"],
            name=op.f("fk_release_file_release_number"),
        ),
        sa.PrimaryKeyConstraint("release_number", "name", name=op.f("pk_release_file")),
    )
    op.create_table(
        "sealed_counts",
        sa.Column("release_number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_number"],
            ["release.number"],
            name=op.f("fk_sealed_counts_release_number"),
        ),
        sa.PrimaryKeyConstraint("release_number", name=op.f("pk_sealed_counts")),
    )
    op.create_table(
        "table_edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_number", _NUMBER, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("published_at_s", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("corrected_by", sa.Integer(), nullable=True),
        sa.Column("withdrawal", _JSON, nullable=True),
        sa.Column("withdrawn_at_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_number"],
            ["release.number"],
            name=op.f("fk_table_edition_release_number"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_table_edition")),
        sa.UniqueConstraint("release_number", name=op.f("uq_table_edition_release_number")),
    )


def downgrade() -> None:
    op.drop_table("table_edition")
    op.drop_table("sealed_counts")
    op.drop_table("release_file")
    op.drop_index(op.f("ix_release_step_release_number"), table_name="release_step")
    op.drop_table("release_step")
    op.drop_index(op.f("ix_release_state"), table_name="release")
    op.drop_table("release")

"""Cases that may be one person, and what two people decided about them.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "possible_pair",
        sa.Column("number", _NUMBER, nullable=False),
        *_pair("possible_pair"),
        sa.Column("code_types", sa.String(200), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_possible_pair")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_possible_pair_ordered")),
    )
    stands = sa.text("ended_at_s is null")
    op.create_index(
        "ix_possible_pair_standing",
        "possible_pair",
        ["first_id", "second_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("ix_possible_pair_second_id", "possible_pair", ["second_id"])
    op.create_table(
        "decided_same",
        sa.Column("number", _NUMBER, nullable=False),
        *_pair("decided_same"),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("proposed_at_s", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(80), nullable=True),
        sa.Column("confirmed_at_s", sa.BigInteger(), nullable=True),
        sa.Column("taken_back_at_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decided_same")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_decided_same_ordered")),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_decided_same_two_people")),
    )
    op.create_index("ix_decided_same_pair", "decided_same", ["first_id", "second_id"])
    op.create_index("ix_decided_same_second_id", "decided_same", ["second_id"])


def _pair(table: str) -> list[sa.Column[str] | sa.ForeignKeyConstraint]:
    names = ("first_id", "second_id")
    return [
        *(sa.Column(name, sa.String(32), nullable=False) for name in names),
        *(
            sa.ForeignKeyConstraint(
                [name], ["record_head.record_id"], name=op.f(f"fk_{table}_{name}")
            )
            for name in names
        ),
    ]


def downgrade() -> None:
    op.drop_table("decided_same")
    op.drop_table("possible_pair")

"""Accounts of contributors, the scope of an account, and whose a line of a progress report is.

Revision: 0047, after 0046.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_BEFORE = "role in ('administrator', 'steward', 'statistician', 'viewer')"
_NOW = "role in ('administrator', 'steward', 'statistician', 'viewer', 'contributor')"
_NOT_BOTH = "area is null or organisation is null"


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("area", sa.String(40), nullable=True))
        table.add_column(sa.Column("organisation", sa.String(40), nullable=True))
        table.create_foreign_key(
            op.f("fk_account_organisation"), "organisation", ["organisation"], ["code"]
        )
        table.drop_constraint(op.f("ck_account_role"), type_="check")
        table.create_check_constraint(op.f("ck_account_role"), _NOW)
        table.create_check_constraint(op.f("ck_account_scope"), _NOT_BOTH)
    with op.batch_alter_table("progress_entry") as table:
        table.add_column(sa.Column("organisation", sa.String(40), nullable=True))
        table.create_foreign_key(
            op.f("fk_progress_entry_organisation"), "organisation", ["organisation"], ["code"]
        )


def downgrade() -> None:
    with op.batch_alter_table("progress_entry") as table:
        table.drop_constraint(op.f("fk_progress_entry_organisation"), type_="foreignkey")
        table.drop_column("organisation")
    # Who may do less than any role before this one signs in no more.
    op.execute(
        sa.text(
            "update account set role = 'viewer', password_hash = '' where role = 'contributor'"
            " or area is not null or organisation is not null"
        )
    )
    with op.batch_alter_table("account") as table:
        table.drop_constraint(op.f("ck_account_scope"), type_="check")
        table.drop_constraint(op.f("ck_account_role"), type_="check")
        table.create_check_constraint(op.f("ck_account_role"), _BEFORE)
        table.drop_constraint(op.f("fk_account_organisation"), type_="foreignkey")
        table.drop_column("organisation")
        table.drop_column("area")

"""Whether a revision that is held in conflict tells of immediate danger.

Revision: 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.wire import cbor

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_DANGER = 9
"""Its place in a record (docs/wire-protocol.md, "A record")."""


def upgrade() -> None:
    op.add_column(
        "conflict", sa.Column("danger", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    held = sa.table(
        "conflict", sa.column("number"), sa.column("canonical"), sa.column("danger", sa.Boolean())
    )
    rows = connection.execute(
        sa.select(held.c.number, held.c.canonical).where(held.c.canonical.is_not(None))
    ).all()
    for number, canonical in rows:
        fields = cbor.decode(bytes(canonical))
        if isinstance(fields, tuple) and fields[_DANGER]:
            connection.execute(sa.update(held).where(held.c.number == number).values(danger=True))
    if connection.dialect.name == "postgresql":
        op.alter_column("conflict", "danger", server_default=None)


def downgrade() -> None:
    op.drop_column("conflict", "danger")

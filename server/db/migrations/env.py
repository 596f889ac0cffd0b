"""Alembic's entry: runs the migrations on the connection it is handed by server.db.migrate."""

from __future__ import annotations

from alembic import context

from server.db.schema import Model

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()

"""The shape a database has, and the one this program needs.

Read without Alembic: every command and every server asks this when it begins, and few of them
migrate. How the shape is changed is in server.db.migrate.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from shared.errors import ServiceError

STEPS = Path(__file__).parent / "migrations" / "versions"
"""Where the steps are; each file is named by its revision, in the order they were made."""


class DatabaseTooOld(ServiceError):
    """The database has not been migrated to the shape this server needs."""


def known_revisions() -> tuple[str, ...]:
    """The revisions this program knows, the oldest first: one it made itself, or one before."""
    return tuple(sorted(step.name.partition("_")[0] for step in STEPS.glob("[0-9]*.py")))


def current_revision(engine: Engine) -> str | None:
    """The revision the database has; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("select version_num from alembic_version"))
        return found


def must_be_current(engine: Engine) -> None:
    """Raises DatabaseTooOld unless the database is there and has the newest shape."""
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        file = Path(str(engine.url.database))
        if not file.exists():
            raise DatabaseTooOld(
                f"There is no database {file} yet: `tally87 programme create` makes it. If there "
                "should be one, look at TALLY87_FOLDER and TALLY87_DATABASE_URL, or run "
                "`tally87 migrate` first."
            )
    if current_revision(engine) != known_revisions()[-1]:
        raise DatabaseTooOld("The database has an older shape: run `tally87 migrate` first.")

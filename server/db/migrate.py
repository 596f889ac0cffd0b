"""Bringing a database to the shape the models have.

Owns how Alembic is called; the steps themselves are in server/db/migrations/versions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from server.db.engine import transaction
from server.db.locks import Lock, hold
from shared.errors import ServiceError


class DatabaseTooOld(ServiceError):
    """The database has not been migrated to the shape this server needs."""


def migrate(engine: Engine, to: str = "head", country_folders: Sequence[Path] = ()) -> str:
    """Migrates in one transaction; the revision it then has. Doing it twice changes nothing.

    country_folders: where else a questionnaire may be that records were made with. Two servers that
    start at once do it one after the other.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        file = Path(engine.url.database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whatever the folder allows; SQLite gives its log the same rights.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)
    with transaction(engine) as connection:
        hold(connection, Lock.MIGRATION)
        config = alembic_config()
        config.attributes["connection"] = connection
        config.attributes["country_folders"] = tuple(country_folders)
        at = MigrationContext.configure(connection).get_current_revision()
        steps = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        going_down = at in steps and to != "head" and _is_before(config, to, at)
        (command.downgrade if going_down else command.upgrade)(config, to)
    return current_revision(engine) or ""


def current_revision(engine: Engine) -> str | None:
    """The revision the database has; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this program knows that shape: one it made itself, or one before."""
    script = ScriptDirectory.from_config(alembic_config())
    return revision in {step.revision for step in script.walk_revisions()}


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
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if current_revision(engine) != head:
        raise DatabaseTooOld("The database has an older shape: run `tally87 migrate` first.")


def alembic_config() -> AlembicConfig:
    """Alembic's settings, without a file."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _is_before(config: AlembicConfig, to: str, at: str | None) -> bool:
    if to == "base":
        return True
    script = ScriptDirectory.from_config(config)
    return any(step.revision == to for step in script.iterate_revisions(at, "base"))

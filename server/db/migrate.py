"""Bringing a database to the shape the models have.

Owns how Alembic is called; the steps themselves are in server/db/migrations/versions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server.db.engine import transaction
from server.db.locks import Lock, hold
from server.db.shape import current_revision, known_revisions
from shared.errors import ServiceError


class CannotGoDown(ServiceError):
    """An older shape has no room for something that nobody could know again."""


class _NoRoom(NamedTuple):
    """What a shape before this revision cannot hold. there: a query that finds a row of it. without
    it: what would be wrong then."""

    revision: str
    what: str
    there: str
    without_it: str


_NO_ROOM: Sequence[_NoRoom] = (
    _NoRoom(
        "0008",
        "cases that somebody keeps apart",
        "select 1 from kept_apart where taken_back_at_s is null limit 1",
        "they could become one person again",
    ),
    _NoRoom(
        "0009",
        "tablets that are put aside",
        "select 1 from tablet_quarantine where brought_back_at_s is null limit 1",
        "what they brought would count",
    ),
    _NoRoom(
        "0015",
        "cases that two people decided are one person",
        "select 1 from decided_same where taken_back_at_s is null limit 1",
        "they would come apart",
    ),
    _NoRoom(
        "0016",
        "releases of tables",
        "select 1 from release limit 1",
        "what was published could be neither verified nor corrected",
    ),
    _NoRoom(
        "0028",
        "progress reports",
        "select 1 from progress_report limit 1",
        "what was signed would be gone",
    ),
    _NoRoom(
        "0032",
        "that the pepper was changed",
        "select 1 from pepper_nesting limit 1",
        "new cases would meet none of the old ones",
    ),
    _NoRoom(
        "0033",
        "that the linkage key was changed",
        "select 1 from linkage_key_change limit 1",
        "codes of two keys would be taken for those of one",
    ),
    _NoRoom(
        "0034",
        "who was one person before linkage codes were destroyed",
        "select 1 from settled_pair limit 1",
        "they would come apart",
    ),
    _NoRoom(
        "0056",
        "an edition that some tablets try first",
        "select 1 from reference_rollout where ended_at_s is null limit 1",
        "every tablet would get it",
    ),
)


def migrate(engine: Engine, to: str = "head", country_folders: Sequence[Path] = ()) -> str:
    """Migrates in one transaction; the revision it then has. Doing it twice changes nothing.

    country_folders: where else a questionnaire may be that records were made with. Two servers that
    start at once do it one after the other. Raises CannotGoDown: an older shape
    would lose what nobody could know again. That of nothing at all (base) says so by its name.
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
        going_down = at in known_revisions() and to != "head" and _is_before(config, to, at)
        if going_down and to != "base":
            _must_have_room(connection, config, to, at)
        (command.downgrade if going_down else command.upgrade)(config, to)
    return current_revision(engine) or ""


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


def _must_have_room(connection: Connection, config: AlembicConfig, to: str, at: str | None) -> None:
    script = ScriptDirectory.from_config(config)
    undone = {step.revision for step in script.iterate_revisions(at, to)}
    for one in _NO_ROOM:
        if one.revision in undone and connection.scalar(text(one.there)) is not None:
            raise CannotGoDown(
                f"A database of revision {to} cannot hold {one.what}: {one.without_it}. Nothing "
                "was changed. To run an older version, restore a backup that it made."
            )

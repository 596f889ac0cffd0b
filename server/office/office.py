"""What every part of a running server needs, wired once and handed on: nothing global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.db.engine import open_engine, reading
from server.office.config import Config
from server.programme.keys import ServerKeys, read_keys
from server.programme.model import Programme
from server.reference.in_force import in_force, published_reference
from shared.errors import ServiceError
from shared.identifiers import RandomBytes
from shared.reference import Reference, load_reference

Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""


class NoProgramme(ServiceError):
    """The database has no programme yet."""


@dataclass
class Office:
    """One national office: settings, database, and on first use its keys and reference data."""

    config: Config
    engine: Engine
    clock: Clock
    random_bytes: RandomBytes
    _edition: int = field(default=0, init=False, repr=False)
    _looking: Lock = field(default_factory=Lock, init=False, repr=False)

    @classmethod
    def open(cls, config: Config, clock: Clock, random_bytes: RandomBytes) -> Office:
        """The office with its database at hand; nothing is read yet."""
        return cls(config, open_engine(config.database), clock, random_bytes)

    def now_s(self) -> int:
        """Whole seconds since 1970-01-01 UTC."""
        return int(self.clock().timestamp())

    def today(self) -> date:
        """The day by the office's clock, UTC."""
        return self.clock().astimezone(UTC).date()

    @cached_property
    def keys(self) -> ServerKeys:
        """The programme's secrets. Raises KeyFileRefused."""
        return read_keys(self.config.key_folder)

    @cached_property
    def programme(self) -> Programme:
        """The one programme of this database. Raises NoProgramme."""
        with reading(self.engine) as connection, Session(connection) as session:
            programme: Programme | None = session.scalar(select(Programme))
            if programme is None:
                raise NoProgramme("There is no programme yet: `tally87 programme create` makes it.")
            session.expunge(programme)
            return programme

    @cached_property
    def reference(self) -> Reference:
        """Questionnaire, code lists and profile in force: those of the newest edition, or of the
        country folders before the first one. ``look_for_edition`` puts a newer one in its place."""
        with reading(self.engine) as connection:
            newest = in_force(connection)
        if newest is None:
            return load_reference(self.programme.country, self.config.country_folders)
        return self._of_edition(newest.number)

    def look_for_edition(self) -> str:
        """The version of the edition in force as receipts name it, "" before the first.

        A newer one than before (another process may have published it) is taken into use first.
        """
        with reading(self.engine) as connection:
            newest = in_force(connection)
        if newest is None:
            return ""
        with self._looking:
            if newest.number > self._edition:
                self.__dict__["reference"] = self._of_edition(newest.number)
        return newest.version

    def _of_edition(self, number: int) -> Reference:
        country, public = self.programme.country, self.keys.programme.public
        made = published_reference(self.engine, country, public, number)
        self._edition = number
        return made

    @property
    def threshold(self) -> int:
        """Cells of 1 to threshold-1 persons are protected: the setting, else the profile's."""
        return self.config.threshold or self.reference.profile.disclosure_threshold

    def close(self) -> None:
        """Gives the database connections back."""
        self.engine.dispose()

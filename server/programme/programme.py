"""The one programme of an office: which country's deployment its database belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import reading
from server.office import Office
from server.programme.model import Programme
from shared.errors import ServiceError


class NoProgramme(ServiceError):
    """The database has no programme yet."""


def programme_of(office: Office) -> Programme:
    """The one programme of this database, read once. Raises NoProgramme."""
    return office.once(_read)


def _read(office: Office) -> Programme:
    with reading(office.engine) as connection, Session(connection) as session:
        programme: Programme | None = session.scalar(select(Programme))
        if programme is None:
            raise NoProgramme("There is no programme yet: `tally87 programme create` makes it.")
        session.expunge(programme)
        return programme

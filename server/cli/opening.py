"""How every verb comes by the office: settings from the environment, the real clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from server.db.shape import must_be_current
from server.office import Office
from server.office.config import config_from_environment
from shared.errors import ServiceError


class DatabaseAway(ServiceError):
    """The database cannot be opened or went away; what was under way was taken back."""


@contextmanager
def the_office(migrated: bool = True, kept_open: bool = False) -> Iterator[Office]:
    """The office the environment describes. migrated: insist on a database of today's shape.
    kept_open: for a verb that goes on working.

    Raises SettingRefused, DatabaseTooOld, DatabaseAway.
    """
    office = Office.open(
        config_from_environment(), lambda: datetime.now(UTC), os.urandom, kept_open
    )
    try:
        if migrated:
            must_be_current(office.engine)
        yield office
    except OperationalError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        raise DatabaseAway(
            f"The database does not work: {reason}. What was under way was taken back. "
            "See that it runs and that TALLY87_DATABASE_URL or TALLY87_FOLDER is right."
        ) from error
    finally:
        office.close()

"""How every verb comes by the office: settings from the environment, the real clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from server.config import config_from_environment
from server.migrating import must_be_current
from server.office import Office


@contextmanager
def the_office(migrated: bool = True) -> Iterator[Office]:
    """The office the environment describes. migrated: insist on a database of today's shape."""
    office = Office.open(config_from_environment(), lambda: datetime.now(UTC), os.urandom)
    try:
        if migrated:
            must_be_current(office.engine)
        yield office
    finally:
        office.close()

"""The web: one application for tablets and for the staff of the office.

``create_app`` is the one place where it is wired; nothing happens on import.
"""

from __future__ import annotations

import importlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from server.office import Clock
    from server.office.config import Config
    from shared.identifiers import RandomBytes


def _utc_now() -> datetime:
    return datetime.now(UTC)


def import_modules() -> None:
    """Imports what the application is made of: processes that are forked afterwards start at once,
    and have it in memory together."""
    for name in ("api", "application", "delivery", "pages"):
        importlib.import_module(f"server.web.{name}")


def create_app(
    config: Config | None = None,
    clock: Clock = _utc_now,
    random_bytes: RandomBytes = os.urandom,
    kept_open: bool = False,
) -> Flask:
    """The web application of one office.

    kept_open: in a process of its own that serves.
    config: read from the environment unless given. Raises SettingRefused for unsafe settings; the
    database must have been migrated (`tally87 migrate`).
    """
    from server.office import Office
    from server.office.config import config_from_environment
    from server.web.api import add_api
    from server.web.application import make_application
    from server.web.delivery import deliver
    from server.web.pages import add_pages

    office = Office.open(config or config_from_environment(), clock, random_bytes, kept_open)
    app = make_application(office)
    deliver(app)
    add_api(app)
    add_pages(app)
    return app

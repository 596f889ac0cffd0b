"""What a process reads and translates once, got ready beside its first requests instead of in them.

The first look of a process would wait for templates to be translated and for the newest edition to
be read. A thread does it from the start on; who comes meanwhile is answered as ever.
"""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.office import Office
from server.reference.in_force import reference_of
from server.releases import published
from server.web.pages.editions import read_to_export, tables_of
from shared.errors import TallyError
from shared.texts import text

log = logging.getLogger("tally87.warming")

FIRST = ("base.html", "glance.html", "explore_table.html", "editions.html", "sign_in.html")
"""What readers and staff see first is got ready first."""
PAUSE_S = 0.005
"""Between two templates: whoever asks in the meantime waits for one, not for all."""


def warm_up(app: Flask) -> threading.Thread:
    """Gets ready what the process will need; at once gives back the thread that does it."""
    thread = threading.Thread(target=_warm, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(app: Flask) -> None:
    try:
        names = app.jinja_env.list_templates(extensions=("html",))
        for name in (*FIRST, *(one for one in names if one not in FIRST)):
            app.jinja_env.get_template(name)
            time.sleep(PAUSE_S)
        text("server.page.skip", "en")
        text("releases.page.title", "en", number=1, version="1")
        office: Office = app.extensions["tally87"]
        with app.app_context():
            reference_of(office)
            number = published.newest_number(office)
            if number is not None:
                tables_of(number)
                read_to_export(number)
    except (TallyError, SQLAlchemyError, OSError) as problem:
        # An office without a programme yet, a database that is away: the first look waits longer.
        log.info("not_warmed", extra={"kind": type(problem).__name__})

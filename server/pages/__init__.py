"""The pages of the office's staff: server-rendered, no script needed, one shape for all."""

from __future__ import annotations

from flask import Flask

from server.access import guard
from server.pages.staff import staff
from server.pages.words import add_words


def add_pages(app: Flask) -> None:
    """Adds the pages, the words templates use, and the guard before every route."""
    add_words(app)
    app.register_blueprint(staff)
    guard(app)

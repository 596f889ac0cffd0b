"""The pages of the office and of its readers: server-rendered, no script needed, one shape."""

from __future__ import annotations

from flask import Flask

from server.web.access import guard
from server.web.pages import editions, today
from server.web.pages.staff import staff
from server.web.pages.telling import forget_what_was_told
from server.web.pages.words import add_words


def add_pages(app: Flask) -> None:
    """Adds the pages, the words templates use, and the guard before every route."""
    add_words(app)
    for blueprint in (staff, today.pages, editions.pages):
        app.register_blueprint(blueprint)
    app.after_request(forget_what_was_told)
    guard(app)

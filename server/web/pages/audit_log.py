"""Who changed what, when: the audit log on a page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from server.db.engine import reading
from server.staff.listing import log_listed
from server.web.application import the_office
from server.web.pages.listing import A_PAGE, from_here
from server.web.pages.looks import note_look
from server.web.pages.words import banner

pages = Blueprint("audit_log", __name__)


@pages.get("/programme/log")
def listed() -> Response:
    """The log, newest first; with ``what=all`` also who looked at what."""
    note_look("log")
    with_looks = request.args.get("what") == "all"
    with reading(the_office().engine) as connection:
        part = from_here(lambda after: log_listed(connection, after, A_PAGE, with_looks))
    return make_response(
        render_template("log.html", banner=banner(), part=part, with_looks=with_looks)
    )

"""Who changed what, when: the audit log on a page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template, request

from server.db.engine import reading
from server.office import Office
from server.staff.listing import LOG, log_listed, whole_log
from server.web.application import the_office
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import note_look
from shared.formulas import no_formula

pages = Blueprint("audit_log", __name__)


@pages.get("/programme/log")
def listed() -> Response:
    """The log, newest first; with ``what=all`` also who looked at what."""
    note_look("log")
    with_looks, order = request.args.get("what") == "all", sorted_here(LOG)
    with reading(the_office().engine) as connection:
        part = from_here(lambda after: log_listed(connection, after, A_PAGE, with_looks, order))
    return make_response(render_template("log.html", part=part, with_looks=with_looks, order=order))


@pages.get("/programme/log.csv")
def as_csv() -> Response:
    """The whole log with its chain of hashes, oldest first, to be kept and checked elsewhere; with
    ``what`` and ``sort`` what the list shows under them, in all its parts."""
    note_look("log.csv")
    with_looks = request.args.get("what", "all") == "all"
    order = sorted_here(LOG) if "sort" in request.args else "number"
    # By itself, without the request: whoever reads only a part of the file leaves nothing open.
    response = Response(_lines(the_office(), with_looks, order), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="tally87-log.csv"'
    return response


def _lines(office: Office, with_looks: bool, order: str) -> Iterator[str]:
    yield _line(["number", "at_s", "actor", "action", "details", "previous_hash", "entry_hash"])
    with reading(office.engine) as connection:
        for number, at_s, who, action, details, previous, entry in whole_log(
            connection, with_looks, order
        ):
            said = json.dumps(details, sort_keys=True, ensure_ascii=False)
            yield _line([number, at_s, no_formula(who), action, said, previous, entry])


def _line(values: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()

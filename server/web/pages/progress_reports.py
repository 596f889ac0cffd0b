"""Progress reports that were made, and which of them readers see."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.progress import showing
from server.progress.figures import CellNotFound
from server.progress.report import NothingDeclared, make
from server.web.application import the_office
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("progress_reports", __name__)

MOST_GROUP = 40


@pages.get("/progress/reports")
def listed() -> Response:
    """The reports that were made, the newest first."""
    order = sorted_here(showing.MADE)
    with reading(the_office().engine) as connection:
        part = from_here(lambda after: showing.made(connection, after, A_PAGE, order))
    return make_response(
        render_template(
            "progress_reports.html",
            part=part,
            order=order,
            year=the_office().today().isoformat()[:4],
        )
    )


@pages.post("/progress/reports")
def make_one() -> Response:
    """Makes a report of a period; nobody is shown it by that."""
    here, form = url_for("progress_reports.listed"), request.form
    period, group = form.get("period", "").strip(), form.get("action_group", "").strip()
    try:
        make(the_office(), period, group[:MOST_GROUP], actor())
    except NothingDeclared:
        return tell(here, "report_nothing", is_problem=True)
    except CellNotFound:
        return tell(here, "report_cell", is_problem=True)
    return tell(here, "report_made")


@pages.post("/progress/reports/<int:number>")
def decide(number: int) -> Response:
    """Shows a report to readers, or takes it away from them."""
    here, is_shown = url_for("progress_reports.listed"), request.form.get("decision") == "show"
    if is_shown and request.form.get("sure") != "yes":
        return tell(here, "not_sure", is_problem=True)
    try:
        (showing.show if is_shown else showing.take_away)(the_office(), number, actor())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "report_shown" if is_shown else "report_taken_away")

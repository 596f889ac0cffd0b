"""How much a tablet may bring: for every tablet, and for one that has limits of its own."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.intake import quota
from server.programme.enrolment import NotPossible
from server.stewardship import tablets
from server.web.application import Refusal, the_office
from server.web.pages.looks import actor, note_look
from server.web.pages.telling import tell
from shared.numerals import read_whole

pages = Blueprint("quotas", __name__)

NUMBERS = ("at_once", "a_day", "outside_at_once", "outside_a_day")
YEARS = ("from_year", "to_year")


@pages.get("/programme/quotas")
def shown() -> Response:
    """The limits in force for every tablet, or with ``tablet`` for one."""
    office, tablet_id = the_office(), request.args.get("tablet", "")
    note_look("quotas")
    if tablet_id:
        with reading(office.engine) as connection:
            if tablets.one_tablet(connection, tablet_id) is None:
                raise Refusal("not_found", 404)
    return make_response(
        render_template(
            "quotas.html",
            tablet_id=tablet_id,
            now=quota.current(office, tablet_id),
            numbers=NUMBERS,
            years=YEARS,
        )
    )


@pages.post("/programme/quotas")
def change() -> Response:
    """Sets the limits, for every tablet or for one."""
    tablet_id = request.form.get("tablet", "")
    here = url_for("quotas.shown", tablet=tablet_id or None)
    try:
        changes: dict[str, int | None] = {name: read_whole(request.form[name]) for name in NUMBERS}
        changes |= {name: read_whole(request.form.get(name) or "0") or None for name in YEARS}
        quota.change(the_office(), changes, actor(), tablet_id or None)
    except (KeyError, ValueError, NotPossible):
        return tell(here, "quota", is_problem=True)
    return tell(here, "quota_set")

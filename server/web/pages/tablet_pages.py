"""The enrolled tablets: how each stands, and what is done about one."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server import notes
from server.db.engine import reading
from server.intake import tablet_quarantine
from server.operations import saying
from server.programme import enrolment
from server.programme.enrolment import NotPossible
from server.stewardship import tablets, waiting
from server.web.application import Refusal, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.telling import tell
from shared.wire.note_kinds import MOST_TEXT

pages = Blueprint("tablet_pages", __name__)

MOST_NOTES = 20
"""Of one tablet, the newest."""


@pages.get("/programme/tablets")
def listed() -> Response:
    """Every tablet: whose, when last heard, how it stands."""
    office = the_office()
    note_look("tablets")
    order = sorted_here(tablets.ORDERS)
    state = chosen("state", list(tablets.STATES))
    with reading(office.engine) as connection:
        codes = waiting.organisation_codes(connection)
        organisation = chosen("organisation", codes)
        part = from_here(
            lambda after: tablets.tablets_listed(
                connection,
                office.now_s(),
                after,
                A_PAGE,
                order=order,
                organisation=organisation,
                state=state,
            )
        )
    return make_response(
        render_template(
            "tablets.html",
            now_s=office.now_s(),
            part=part,
            codes=codes,
            organisation=organisation,
            order=order,
            state=state,
            states=tablets.STATES,
            silent_s=tablets.SILENT_DAYS * tablets.DAY_S,
        )
    )


@pages.get("/programme/tablets/<tablet_id>")
def one(tablet_id: str) -> Response:
    """One tablet, what was said to it, and what can be done about it."""
    office = the_office()
    note_look("tablet")
    with reading(office.engine) as connection:
        tablet = tablets.one_tablet(connection, tablet_id)
        if tablet is None:
            raise Refusal("not_found", 404)
        said = notes.notes_of(connection, tablet_id, MOST_NOTES)
        aside = tablet_quarantine.standing_aside(connection, tablet_id)
    return make_response(
        render_template(
            "tablet.html",
            now_s=office.now_s(),
            tablet=tablet,
            notes=said,
            aside=aside,
            today=office.today().isoformat(),
            most=MOST_TEXT,
            silent_s=tablets.SILENT_DAYS * tablets.DAY_S,
        )
    )


@pages.post("/programme/tablets/<tablet_id>/sign-out")
def sign_out(tablet_id: str) -> Response:
    """Signs a tablet out, for ever: it is lost, stolen, or its officer has left."""
    if request.form.get("sure") != "yes":
        return _told(tablet_id, "not_sure_tablet", is_problem=True)
    try:
        enrolment.revoke(the_office(), tablet_id, actor())
    except NotPossible as problem:
        return _told(tablet_id, problem.code, is_problem=True)
    return _told(tablet_id, "tablet_signed_out")


@pages.post("/programme/tablets/<tablet_id>/aside")
def put_aside(tablet_id: str) -> Response:
    """Puts aside what a tablet brought since a day."""
    try:
        day = datetime.strptime(request.form.get("since", ""), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return _told(tablet_id, "date", is_problem=True)
    try:
        tablet_quarantine.put_aside(the_office(), tablet_id, int(day.timestamp()), actor())
    except tablet_quarantine.NotPutAside:
        return _told(tablet_id, "aside_already", is_problem=True)
    return _told(tablet_id, "tablet_aside")


@pages.post("/programme/tablets/<tablet_id>/back")
def bring_back(tablet_id: str) -> Response:
    """Brings back all that was put aside of a tablet."""
    try:
        tablet_quarantine.bring_back(the_office(), tablet_id, actor())
    except tablet_quarantine.NotPutAside:
        return _told(tablet_id, "not_aside", is_problem=True)
    return _told(tablet_id, "tablet_back")


@pages.post("/programme/tablets/<tablet_id>/message")
def send_message(tablet_id: str) -> Response:
    """Says a few words to who holds a tablet."""
    try:
        words = " ".join(request.form.get("words", "").split())
        saying.send_message(the_office(), tablet_id, words, actor())
    except NotPossible:
        return _told(tablet_id, "message", is_problem=True)
    return _told(tablet_id, "message_sent")


def _told(tablet_id: str, word: str, is_problem: bool = False) -> Response:
    return tell(url_for("tablet_pages.one", tablet_id=tablet_id), word, is_problem)

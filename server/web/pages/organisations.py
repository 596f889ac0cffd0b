"""Who records: organisations, officers, and a ticket for a tablet with its QR code on the page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.db.whole_lists import part_of
from server.programme import enrolment, people
from server.programme.enrolment import NotPossible
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.web.application import language, the_office
from server.web.pages.codes import drawn
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor
from server.web.pages.telling import tell
from shared.errors import WireError
from shared.texts import text
from shared.wire.tickets import MAX_ENROLMENT_BYTES, REPLY_SUFFIX

pages = Blueprint("organisations", __name__)

HOURS = (24, 72, 168)
"""For how long a ticket may be good: a day, a weekend and the way, a week."""


@pages.get("/programme")
def listed() -> Response:
    """The organisations, their officers, and the forms to add some."""
    return _page()


@pages.post("/programme/organisations")
def add_organisation() -> Response:
    """Adds an organisation."""
    office, form = the_office(), request.form
    try:
        enrolment.add_organisation(
            office,
            form.get("code", "").strip(),
            form.get("name", "").strip(),
            form.get("source_list", ""),
            reference_of(office).codelists["source_lists"],
            actor(),
        )
    except NotPossible as problem:
        return _page(problem.code, "organisation")
    return tell(url_for("organisations.listed"), "organisation_added")


@pages.post("/programme/officers")
def add_officer() -> Response:
    """Adds an officer, known by a code only."""
    organisation = request.form.get("organisation", "")
    try:
        enrolment.add_officer(
            the_office(), organisation, request.form.get("code", "").strip(), actor()
        )
    except NotPossible as problem:
        return _page(problem.code, "officer")
    return tell(url_for("organisations.listed", organisation=organisation), "officer_added")


@pages.post("/programme/tickets")
def issue_ticket() -> Response:
    """A ticket, shown once: in this reply and nowhere else."""
    office, officer = the_office(), request.form.get("officer", "")
    given = request.form.get("hours", str(enrolment.TICKET_HOURS))
    hours = int(given) if given in {str(one) for one in HOURS} else enrolment.TICKET_HOURS
    try:
        ticket = enrolment.issue_ticket(office, officer, actor(), hours)
    except NotPossible as problem:
        return _page(problem.code)
    return make_response(
        render_template(
            "ticket.html",
            officer=officer,
            hours=hours,
            ticket=ticket.text(),
            code=drawn(ticket.text(), text("server.ticket.code", language(), officer=officer)),
        )
    )


@pages.post("/programme/enrolments")
def answer_request() -> Response:
    """The reply to the request file of a tablet without network, to be carried back to it."""
    file = request.files.get("request")
    data = file.read(MAX_ENROLMENT_BYTES + 1) if file is not None else b""
    try:
        reply = make_response(enrolment.enrol(the_office(), data))
    except WireError:
        return _page("enrolment_file")
    reply.headers["Content-Type"] = "application/octet-stream"
    reply.headers["Content-Disposition"] = f'attachment; filename="tablet{REPLY_SUFFIX}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _page(problem: str = "", form: str = "") -> Response:
    """The page; after a form that could not be followed with what was typed and the reason."""
    office, lang = the_office(), language()
    order = sorted_here(people.OFFICERS)
    organisations_by = sorted_here(people.ORGANISATIONS, "organisations")
    with reading(office.engine) as connection:
        organisations = people.organisations_listed(connection)
        codes = [one.code for one in organisations]
        organisation = chosen("organisation", codes)
        officers = from_here(
            lambda after: people.officers_listed(
                connection, office.now_s(), after, A_PAGE, organisation, order
            )
        )
    lists = reference_of(office).codelists["source_lists"]
    page = render_template(
        "organisations.html",
        programme=programme_of(office),
        country=reference_of(office).profile.name(lang),
        organisations=from_here(
            lambda after: part_of(
                organisations, people.ORGANISATIONS.key(organisations_by), after, A_PAGE
            ),
            "organisations",
        ),
        organisations_by=organisations_by,
        codes=codes,
        organisation=organisation,
        order=order,
        officers=officers,
        source_lists=[(entry.code, lists.label(entry.code, lang)) for entry in lists],
        list_name=lambda code: lists.label(code, lang) if code in lists else code,
        hours=HOURS,
        usual_hours=enrolment.TICKET_HOURS,
        problem_told=f"problem.{problem}" if problem else None,
        typed=request.form if form else {},
        form=form,
    )
    return make_response(page, 409 if problem else 200)

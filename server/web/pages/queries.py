"""Questions about one answer of a record: asked by a code, answered by the tablet, settled."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.reference.in_force import reference_of
from server.stewardship import queries
from server.web.application import language, the_office
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.reaching import my_reach
from server.web.pages.telling import tell
from shared.reference import Reference
from shared.wire.note_kinds import QueryReason

pages = Blueprint("queries", __name__)

MOST_RECORD = 32
"""Hexadecimal digits of the id of a record."""


@pages.get("/today/queries")
def listed() -> Response:
    """What is open, the oldest first; with ``state=settled`` what is settled."""
    note_look("queries")
    return _page("")


@pages.post("/today/queries/about")
def about() -> Response:
    """The form to ask about a record. Posted, so that its id stands in no address."""
    note_look("queries")
    return _page(request.form.get("record", "").strip()[:MOST_RECORD])


@pages.post("/today/queries")
def ask() -> Response:
    """Asks the officer about one answer."""
    form, here = request.form, url_for("queries.listed")
    said = form.get("record", ""), form.get("question", ""), form.get("reason", "")
    try:
        queries.ask(the_office(), *said, actor(), my_reach())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "query_asked")


@pages.post("/today/queries/<int:number>")
def settle(number: int) -> Response:
    """Says that it is settled; it leaves the tablet."""
    here = url_for("queries.listed")
    try:
        queries.settle(the_office(), number, actor(), my_reach())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "query_settled")


def _page(record: str) -> Response:
    office, lang = the_office(), language()
    reference = reference_of(office)
    settled, reach = request.args.get("state") == "settled", my_reach()
    order = sorted_here(queries.SETTLED if settled else queries.OPEN)
    with reading(office.engine) as connection:
        part = from_here(
            lambda after: queries.listed(
                connection, after, A_PAGE, settled=settled, reach=reach, order=order
            )
        )
        questions = queries.questions_of(connection, reference, record, reach) if record else []
    return make_response(
        render_template(
            "queries.html",
            now_s=office.now_s(),
            part=part,
            settled=settled,
            order=order,
            record=record,
            questions=[(one.name, one.label(lang)) for one in questions],
            reasons=[one.value for one in QueryReason],
            said={one.number: _label(reference, one, lang) for one in part.lines},
        )
    )


def _label(reference: Reference, asked: queries.AskedAnswer, lang: str) -> str:
    questionnaire = reference.questionnaire_by_digest(asked.questionnaire)
    question = questionnaire.questions.get(asked.question) if questionnaire is not None else None
    return question.label(lang) if question is not None else asked.question

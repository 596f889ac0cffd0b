"""One record over time: every revision, when it came and under which questionnaire."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from server.db.engine import reading
from server.reference.in_force import reference_of
from server.stewardship.history import RecordedRevision, RecordHistory, history
from server.web.application import language, the_office
from server.web.pages.looks import note_look
from server.web.pages.queries import MOST_RECORD
from server.web.pages.reaching import my_reach
from server.web.pages.recorded_words import in_words
from shared.texts import text

pages = Blueprint("records", __name__)


@pages.get("/today/record")
def form() -> Response:
    """The form that asks for the number of a record."""
    return _page("", None)


@pages.post("/today/record")
def one() -> Response:
    """The record of that number. Posted, so that its number stands in no address; the look is
    noted first, also of one there is not."""
    record = request.form.get("record", "").strip()[:MOST_RECORD]
    note_look("record", record=record if _is_number(record) else "")
    with reading(the_office().engine) as connection:
        found = history(connection, reference_of(the_office()), record, my_reach())
    return _page(record, found)


def _is_number(record: str) -> bool:
    """Whether it may be the number of a record: nothing else is written into the log."""
    return len(record) == MOST_RECORD and set(record) <= set("0123456789abcdef")


def _page(record: str, found: RecordHistory | None) -> Response:
    reference, lang = reference_of(the_office()), language()

    def said(one: RecordedRevision) -> list[tuple[str, str, str]]:
        return [in_words(reference, differs, lang) for differs in one.changed]

    def question(name: str) -> str:
        known = reference.questionnaire.questions.get(name)
        return known.label(lang) if known is not None else name

    return make_response(
        render_template(
            "record.html",
            record=record,
            found=found,
            said=said,
            question=question,
            separator=text("tablet.list_separator", lang),
        )
    )

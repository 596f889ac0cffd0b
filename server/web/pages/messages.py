"""Messages to every tablet: those that stand, a new one, and taking one back."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.reference import messages
from server.reference.in_force import NothingPublished
from server.web.application import languages, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor
from server.web.pages.telling import tell
from shared import parts
from shared.errors import QuestionnaireError
from shared.texts import ENGLISH

pages = Blueprint("messages", __name__)

WITHDRAWN = "withdrawn"
"""The state by which an address asks for those that were taken back."""


@pages.get("/programme/messages")
def listed() -> Response:
    """The messages that stand, and the form for a new one."""
    return _page()


@pages.post("/programme/messages")
def add() -> Response:
    """Tells every tablet something."""
    texts = {
        lang: words for lang in languages() if (words := request.form.get(f"in_{lang}", "").strip())
    }
    try:
        messages.add_message(the_office(), actor(), texts)
    except QuestionnaireError:
        return _page("message_text")
    except (NotPossible, NothingPublished) as problem:
        return _page(getattr(problem, "code", "not_possible"))
    return tell(url_for("messages.listed"), "message_added")


@pages.post("/programme/messages/withdraw")
def withdraw() -> Response:
    """Takes a message back."""
    number = request.form.get("number", "")
    here = url_for("messages.listed")
    try:
        messages.withdraw_message(
            the_office(), actor(), int(number) if number.isdecimal() and len(number) < 10 else 0
        )
    except NotPossible:
        return tell(here, "message_gone", is_problem=True)
    return tell(here, "message_withdrawn")


def _page(problem: str = "") -> Response:
    state, order = chosen("state", [WITHDRAWN]), sorted_here(messages.ORDERS)
    with reading(the_office().engine) as connection:
        part = from_here(
            lambda after: messages.part(connection, after, A_PAGE, state == WITHDRAWN, order)
        )
    page = render_template(
        "messages.html",
        part=part,
        is_withdrawn=state == WITHDRAWN,
        order=order,
        most=parts.LONGEST_MESSAGE,
        english=ENGLISH,
        others=[one for one in languages() if one != ENGLISH],
        problem_told=f"problem.{problem}" if problem else None,
        typed=request.form if problem else {},
    )
    return make_response(page, 409 if problem else 200)

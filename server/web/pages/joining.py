"""Where a one-time link leads: somebody chooses a password and sets up the second factor.

Looking at the page uses nothing up: programs that fetch links before a person does are common.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from server.staff import invitations
from server.staff.passwords import LEAST_PASSWORD, MOST_PASSWORD, NotAllowed, TooBusy
from server.web.access import must_come_from_our_own_form
from server.web.application import RETRY_AFTER_S, Refusal, language, the_office
from server.web.pages.codes import drawn
from shared.texts import text

pages = Blueprint("joining", __name__)


@pages.route("/join/<token>", methods=["GET", "POST"])
def join(token: str) -> Response:
    """The form, and what comes of it."""
    if request.method == "GET":
        return _form(token)
    must_come_from_our_own_form()
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _form(token, "passwords_differ")
    try:
        invitations.accept(the_office(), token, password, request.form.get("code", ""))
    except NotAllowed as problem:
        return _form(token, problem.code)
    except TooBusy:
        raise Refusal("busy", 503, RETRY_AFTER_S) from None
    return make_response(render_template("joined.html"))


def _form(token: str, problem: str = "") -> Response:
    invited = invitations.invited(the_office(), token)
    if invited is None:
        raise Refusal("link", 404)
    factor = invited.factor
    page = render_template(
        "join.html",
        invited=invited,
        secret=factor.partition("secret=")[2].partition("&")[0] if factor else "",
        code=drawn(factor, text("server.join.code", language())) if factor else None,
        least=LEAST_PASSWORD,
        most=MOST_PASSWORD,
        problem_told=f"problem.{problem}" if problem else None,
    )
    return make_response(page, 409 if problem else 200)

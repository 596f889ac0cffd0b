"""The language of the pages, as a reader chooses it. Kept in the reader's browser alone."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from server.web.application import LANGUAGE_COOKIE, Refusal, languages, the_office

pages = Blueprint("languages", __name__)

KEPT_S = 365 * 24 * 3600


@pages.get("/languages/<code>")
def choose(code: str) -> Response:
    """Back to the page one came from, in this language from now on."""
    if code not in languages():
        raise Refusal("not_found", 404)
    response = make_response(redirect(_back(request.args.get("back", ""))))
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=KEPT_S,
        secure=the_office().config.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


def _back(asked: str) -> str:
    """A place of this office: an address of another one leads nowhere but to the front page."""
    ours = asked.startswith("/") and not asked.startswith(("//", "/\\", "/languages/"))
    return asked if ours and asked.isprintable() else url_for("staff.front")

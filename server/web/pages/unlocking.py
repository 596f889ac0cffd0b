"""What tablets are unlocked with: what holds now, and another choice for all of them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.programme.enrolment import NotPossible
from server.reference import choices
from server.reference.in_force import NothingPublished
from server.web.application import the_office
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("unlocking", __name__)


@pages.get("/programme/unlocking")
def shown() -> Response:
    """The way that holds, with what each way withstands."""
    return make_response(
        render_template(
            "unlocking.html",
            now=choices.unlocking(the_office()),
            ways=choices.WAYS,
        )
    )


@pages.post("/programme/unlocking")
def choose() -> Response:
    """Chooses another way, in an edition that is otherwise the newest."""
    here = url_for("unlocking.shown")
    try:
        choices.choose_unlocking(the_office(), actor(), request.form.get("way", ""))
    except (NotPossible, NothingPublished):
        return tell(here, "unlocking", is_problem=True)
    return tell(here, "unlocking_set")

"""Views that somebody saved: a list with its filters and order, found again by a name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, current_app, g, request, url_for

from server.db.engine import reading
from server.staff import views
from server.staff.views import OwnView, ViewRefused
from server.web.access import may
from server.web.application import Refusal, the_office
from server.web.pages.telling import tell

pages = Blueprint("views", __name__)

NOT_KEPT = "after"
"""Where in a list somebody was, of whichever list of the page: a view begins at its beginning."""


@pages.post("/account/views")
def save() -> Response:
    """Keeps the list the form stands on, as it is seen."""
    page = request.form.get("page", "")
    if not _is_a_list(page):
        raise Refusal("bad_request", 400)
    address = _without_place(request.form.get("address", ""))
    here = _address(page, address)
    try:
        views.save(
            *(the_office(), g.signed_in.account_number, page, address, request.form.get("name", ""))
        )
    except ViewRefused as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "view_saved")


@pages.post("/account/views/<int:number>/forget")
def forget(number: int) -> Response:
    """Forgets a view of one's own."""
    page = request.form.get("page", "")
    views.forget(the_office(), g.signed_in.account_number, number)
    here = url_for(page) if _is_a_list(page) else url_for("own_account.shown")
    return tell(here, "view_forgotten")


def own_views() -> list[tuple[OwnView, str]]:
    """The views of who is signed in of the page that is open, each with its address."""
    with reading(the_office().engine) as connection:
        found = views.views_of(connection, g.signed_in.account_number, str(request.endpoint))
    return [(one, _address(one.page, one.address)) for one in found]


def this_view() -> str:
    """What the address of the open page says, to be saved."""
    return _without_place(urlencode(list(request.args.items())))


def _without_place(address: str) -> str:
    said = parse_qsl(address)
    return urlencode([one for one in said if one[0].partition("-")[0] != NOT_KEPT])


def _address(page: str, address: str) -> str:
    return f"{url_for(page)}?{address}" if address else url_for(page)


def _is_a_list(page: str) -> bool:
    """Whether it is a page of its own that this person may see: nothing else is led to."""
    if not may(g.signed_in, page):
        return False
    rules = current_app.url_map.iter_rules(page) if page in current_app.view_functions else ()
    return any("GET" in (rule.methods or ()) and not rule.arguments for rule in rules)

"""The office's own map: outlines of areas from a GeoJSON file, given on a page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading, transaction
from server.maps import shapes, store
from server.office import Office
from server.reference.in_force import reference_of
from server.staff import audit
from server.web.application import language, the_office
from server.web.pages.listing import A_PAGE
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("map_shapes", __name__)

MOST_NAME = 40


@pages.get("/programme/map")
def shown() -> Response:
    """Which areas have a shape, and a form for others."""
    return _page("", 200)


@pages.post("/programme/map")
def load() -> Response:
    """Puts the shapes of a file in the place of those there are; or says what is wrong in it."""
    office, file = the_office(), request.files.get("file")
    name = request.form.get("code", "").strip()[:MOST_NAME] or "code"
    content = file.read() if file is not None else b""
    if not content:
        return tell(url_for("map_shapes.shown"), "map_file", is_problem=True)
    try:
        found = shapes.read_shapes(content, reference_of(office).codelists["areas"], name)
    except shapes.BadShapes as wrong:
        return _page(wrong.said(language()), 409)
    with transaction(office.engine) as connection:
        store.replace(connection, found, office.now_s())
        audit.enter(connection, office.now_s(), actor(), "map_loaded", {"areas": len(found)})
    return tell(url_for("map_shapes.shown"), "map_loaded")


@pages.post("/programme/map/remove")
def remove() -> Response:
    """Takes the map away: tables are drawn as squares."""
    here, office = url_for("map_shapes.shown"), the_office()
    if request.form.get("sure") != "yes":
        return tell(here, "not_sure", is_problem=True)
    with transaction(office.engine) as connection:
        store.replace(connection, {}, office.now_s())
        audit.enter(connection, office.now_s(), actor(), "map_removed", {})
    return tell(here, "map_removed")


def _page(wrong: str, status: int) -> Response:
    office = the_office()
    with reading(office.engine) as connection:
        drawn = store.codes(connection)
    missing = _without(office, drawn)
    page = render_template(
        "map_shapes.html",
        wrong=wrong,
        drawn=len(drawn),
        missing=missing[:A_PAGE],
        missing_number=len(missing),
        most=shapes.MOST_ON_A_PAGE >> 20,
    )
    return make_response(page, status)


def _without(office: Office, drawn: frozenset[str]) -> list[str]:
    """The names of areas that have no shape."""
    areas = reference_of(office).codelists["areas"]
    return [entry.label(language()) for entry in areas if entry.code not in drawn]

"""The pages in the order people see them, each only for the roles that may use it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError

from server.programme.programme import NoProgramme, programme_of
from server.releases import published
from server.web.access import may
from server.web.application import the_office


@dataclass(frozen=True)
class PageLink:
    """A page one can go to. endpoint: of its route; word: its name, ``page.*`` in server.po;
    places: the pages beside it, shown in a second row."""

    endpoint: str
    word: str
    places: tuple[PageLink, ...] = ()


PLACES: tuple[PageLink, ...] = (
    PageLink(
        "today.what_waits",
        "today",
        (
            PageLink("today.what_waits", "waits"),
            PageLink("conflicts.listed", "conflicts"),
            PageLink("today.returned", "returned"),
            PageLink("queries.listed", "queries"),
            PageLink("records.form", "records"),
            PageLink("pairs.listed", "pairs"),
            PageLink("odd_tablets.listed", "odd"),
        ),
    ),
    PageLink("assignments.board", "assignments"),
    PageLink("staff.counts", "counts"),
    PageLink("staff.unprotected", "unprotected"),
    PageLink("releases.listed", "releases"),
    PageLink("rollup_pages.shown", "rollup"),
    PageLink("bench.listed", "bench"),
    PageLink(
        "progress.listed",
        "progress",
        (
            PageLink("progress.listed", "progress"),
            PageLink("progress_reports.listed", "progress_reports"),
        ),
    ),
    PageLink("estimate_pages.listed", "estimates"),
    PageLink("staff.intake", "intake"),
    PageLink("staff.jobs", "jobs"),
    PageLink(
        "organisations.listed",
        "programme",
        (
            PageLink("organisations.listed", "people"),
            PageLink("tablet_pages.listed", "tablets"),
            PageLink("tablet_data.shown", "tablet_data"),
            PageLink("quotas.shown", "quotas"),
            PageLink("unlocking.shown", "unlocking"),
            PageLink("messages.listed", "messages"),
            PageLink("map_shapes.shown", "map"),
            PageLink("accounts.listed", "accounts"),
            PageLink("audit_log.listed", "log"),
        ),
    ),
)


PUBLIC_SITE = frozenset(
    {"editions", "glances", "explore", "knowledge", "maps", "trends", "targets", "api_page"}
)
"""The modules whose pages readers without an account see."""
PUBLIC_PLACES = (
    PageLink("editions.all_editions", "editions"),
    PageLink("explore.listed", "explore"),
    PageLink("targets.shown", "trends"),
    PageLink("knowledge.listed", "knowledge"),
    PageLink("explore.about", "about"),
)
"""The pages beside each other on the public site; words are ``public.*`` in server.po."""


def is_public_site() -> bool:
    """Whether the page is one of those of a country's published figures."""
    return request.blueprint in PUBLIC_SITE


def front_door() -> str:
    """Where a reader without an account begins: at a glance; while nothing is published, where it
    is said what is to come, instead of asking readers to sign in."""
    return "staff.front" if not is_public_site() or _is_published() else "editions.all_editions"


def _is_published() -> bool:
    """Whether there ever was an edition; taken to be while nobody can ask the database, so that the
    page that says so can be shown."""
    if "is_published" not in g:
        try:
            g.is_published = published.changes_so_far(the_office())[0] > 0
        except SQLAlchemyError:
            g.is_published = True
    found: bool = g.is_published
    return found


def public_places() -> list[tuple[str, str, bool]]:
    """The endpoint of each page of the public site, its word, and whether it is the one open."""
    found = [(one.endpoint, one.word, request.endpoint == one.endpoint) for one in PUBLIC_PLACES]
    if front_door() == "staff.front":
        found.insert(0, ("staff.front", "glance", request.blueprint == "glances"))
    return found


def places() -> list[tuple[PageLink, bool]]:
    """The pages the one who is signed in may use, and whether it is the one that is open."""
    found = [one for one in PLACES if _may(one)]
    if is_rollup():
        found += [each for one in PLACES for each in one.places if _may(each)]
    return [(one, _is_open(one)) for one in found]


def places_beside() -> list[tuple[PageLink, bool]]:
    """The pages beside the one that is open; none when it stands alone."""
    for one in PLACES:
        if one.places and _is_open(one) and not is_rollup():
            return [(beside, _is_the_one(beside)) for beside in one.places if _may(beside)]
    return []


def _is_open(place: PageLink) -> bool:
    part = place.endpoint.partition(".")[0]
    here = str(request.endpoint)
    if part != "staff" and here.partition(".")[0] == part:
        return True  # also what a form of the page is answered with
    return here == place.endpoint or any(_is_open(beside) for beside in place.places)


def _is_the_one(beside: PageLink) -> bool:
    """Of several pages of one module each is its own; what a form answers belongs to the first."""
    here = str(request.endpoint)
    if here in {one.endpoint for place in PLACES for one in place.places}:
        return here == beside.endpoint
    return _is_open(beside)


OF_A_ROLLUP = frozenset({"rollup_pages.shown", "accounts.listed", "audit_log.listed"})
"""The pages that an office without a programme of its own has."""


def _may(place: PageLink) -> bool:
    signed_in = g.get("signed_in")
    if signed_in is None or not may(signed_in, place.endpoint):
        return False
    return (place.endpoint in OF_A_ROLLUP) if is_rollup() else place.word != "rollup"


def is_rollup() -> bool:
    """Whether this office has no programme of its own: it rolls up those of countries."""
    if "is_rollup" not in g:
        try:
            programme_of(the_office())
            g.is_rollup = False
        except NoProgramme:
            g.is_rollup = True
    found: bool = g.is_rollup
    return found

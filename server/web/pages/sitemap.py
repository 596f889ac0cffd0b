"""What programs that look for pages are told: which there are for readers (sitemaps.org, 0.9), and
what is for nobody but staff and tablets (RFC 9309). Editions and their tables; no number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from flask import Blueprint, Response, make_response, request, url_for

from server.releases import published
from server.web.application import the_office
from server.web.pages.editions import tables_of
from server.web.pages.navigation import PUBLIC_PLACES, is_rollup

pages = Blueprint("sitemap", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""The format takes no more in one file."""
NOT_FOR_PROGRAMS = ("/sign-in", "/join/", "/set-up/", "/languages/", "/api/v1/", "/account")


@pages.get("/sitemap.xml")
def of_pages() -> Response:
    """The addresses of all that readers without an account see."""
    top = Xml.Element(f"{{{SITEMAP}}}urlset")
    for number, (address, changed_s) in enumerate(_addresses()):
        if number == MOST_ADDRESSES:
            break
        one = Xml.SubElement(top, f"{{{SITEMAP}}}url")
        Xml.SubElement(one, f"{{{SITEMAP}}}loc").text = address
        if changed_s is not None:
            moment = datetime.fromtimestamp(changed_s, UTC).isoformat().replace("+00:00", "Z")
            Xml.SubElement(one, f"{{{SITEMAP}}}lastmod").text = moment
    Xml.register_namespace("", SITEMAP)
    return _given(Xml.tostring(top, encoding="utf-8", xml_declaration=True), "application/xml")


@pages.get("/robots.txt")
def robots() -> Response:
    """What programs leave alone, and where the addresses of the others are."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_PROGRAMS)]
    lines += ["", f"Sitemap: {url_for('sitemap.of_pages', _external=True)}", ""]
    return _given("\n".join(lines).encode(), "text/plain")


def _addresses() -> Iterator[tuple[str, int | None]]:
    """Each address with when something was said there last, in seconds since 1970."""
    if is_rollup():
        yield url_for("countries.listed", _external=True), None
        return
    office = the_office()
    editions = published.published(office)
    newest_s = max((one.published_at_s for one in editions), default=None)
    for place in PUBLIC_PLACES:
        yield url_for(place.endpoint, _external=True), newest_s
    for edition in editions:
        number, at_s = edition.number, edition.published_at_s
        yield url_for("editions.one", number=number, _external=True), at_s
        if edition.is_withdrawn:
            continue
        yield url_for("glances.one", number=number, _external=True), at_s
        for table in tables_of(number)[1]:
            yield url_for("explore.one", number=number, name=table.name, _external=True), at_s


def _given(content: bytes, kind: str) -> Response:
    response = make_response(content)
    response.content_type = f"{kind}; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response

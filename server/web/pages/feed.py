"""What is new, for programs that look by themselves: every edition as an entry of an Atom feed
(RFC 4287). Names and words of editions only; a number stands in no entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from flask import Blueprint, Response, make_response, request, url_for

from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.releases import published
from server.releases.published import PublishedEdition
from server.web.application import language, the_office
from server.web.pages.edition_words import in_language, made_up_said, say

pages = Blueprint("feed", __name__)

ATOM = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pages.get("/editions/feed.atom")
def of_editions() -> Response:
    """Editions by the moment something was said of them last, newest first."""
    office = the_office()
    lang = language()
    editions = published.published(office)
    feed = Xml.Element(f"{{{ATOM}}}feed", {_XML_LANGUAGE: lang})
    programme = programme_of(office).name
    _line(feed, "id", _urn("feed"))
    _line(feed, "title", f"{programme} · {say('page.editions')}")
    _line(feed, "updated", _moment(max((_said_last(one) for one in editions), default=0)))
    _line(Xml.SubElement(feed, f"{{{ATOM}}}author"), "name", programme)
    here = url_for("feed.of_editions", _external=True)
    _link(feed, "self", here, "application/atom+xml")
    _link(feed, "alternate", url_for("editions.all_editions", _external=True), "text/html")
    for edition in sorted(editions, key=_said_last, reverse=True):
        _entry(feed, edition)
    Xml.register_namespace("", ATOM)
    response = make_response(Xml.tostring(feed, encoding="utf-8", xml_declaration=True))
    response.content_type = "application/atom+xml; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response


def _entry(feed: Xml.Element, edition: PublishedEdition) -> None:
    entry = Xml.SubElement(feed, f"{{{ATOM}}}entry")
    _line(entry, "id", _urn(f"edition:{edition.number}"))
    title = say("page.title", number=edition.number, version=edition.version)
    _line(entry, "title", f"{title}: {', '.join(edition.periods)}")
    _line(entry, "published", _moment(edition.published_at_s))
    _line(entry, "updated", _moment(_said_last(edition)))
    _link(
        entry,
        "alternate",
        url_for("editions.one", number=edition.number, _external=True),
        "text/html",
    )
    _line(entry, "summary", " ".join(_what_happened(edition)))


def _what_happened(edition: PublishedEdition) -> Iterator[str]:
    yield from made_up_said(edition.manifest)
    if edition.is_withdrawn:
        yield say("page.withdrawn")
        yield in_language((edition.withdrawal or {}).get("note") or {})
        return
    if edition.corrected_by:
        yield say("page.corrected", number=edition.corrected_by)
    if edition.manifest.get("corrects"):
        yield say("page.corrects", number=edition.manifest["corrects"])
    yield in_language(edition.manifest.get("note") or {})


def _said_last(edition: PublishedEdition) -> int:
    return max(edition.published_at_s, edition.withdrawn_at_s or 0)


def _urn(of: str) -> str:
    """The same for ever, wherever the office's address leads (RFC 9562, version 5)."""
    programme = keys_of(the_office()).programme.public.signing.hex()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'tally87:{programme}:{of}')}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(within: Xml.Element, name: str, words: str) -> None:
    # A sign that XML cannot have (XML 1.0, 2.2), pasted into a note, would end every reader's feed.
    Xml.SubElement(within, f"{{{ATOM}}}{name}").text = _NOT_IN_XML.sub(" ", words).strip()


def _link(within: Xml.Element, relation: str, to: str, media_type: str) -> None:
    Xml.SubElement(within, f"{{{ATOM}}}link", {"rel": relation, "href": to, "type": media_type})

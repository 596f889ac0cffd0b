"""Pages of a language that is not written in Latin letters say nothing in English: every page of
every role of an office with one of everything, but for what people typed, codes, places,
languages and formats by their names, and what is marked as English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from server.db.engine import reading
from server.office import Office
from server.reference.in_force import reference_of
from server.staff.accounts import ROLES
from server.web import create_app
from server.web.application import LANGUAGE_COOKIE
from shared.texts import LANGUAGE_NAMES
from tests.server.field import Clock, seeded
from tests.server.web.conftest import Workplace
from tests.server.web.walk import fill_with_everything, walk

WORDS = re.compile(r"[A-Za-zÀ-ÿ]*[a-z]{2,}[A-Za-zÀ-ÿ]*(?:[\s,;:'’-]+[A-Za-zÀ-ÿ]+)*")
CODE = re.compile(r"\S*[\d_./:@]\S*|\{[^}]*\}")
"""Ids, file names, addresses, codes."""
READ_ALOUD = ("aria-label", "title", "alt", "placeholder", "data-label")
SILENT = {"script", "style", "code", "pre"}
EMPTY = {"br", "hr", "img", "input", "link", "meta", "wbr", "col", "source"}
TYPED = (
    *("programme", "organisation", "officer", "account", "invitation", "assignment", "trial"),
    *("progress_entry", "listed_study", "release", "office_message"),
)
"""Tables with what people wrote."""
NAMES = {
    *("Atom", "Chao", "GeoJSON", "JSON-stat", "JSON-LD", "OpenAPI", "Axis", "Python"),
    *("Swagger", "UI", "Tally", "schema", "org", "Polygon", "MultiPolygon", "tally", "map", "load"),
    *("report", "verify", "area", "place", "kind", "words", "with", "test", ""),
    *LANGUAGE_NAMES.values(),
}
"""Of formats, programs, commands and versions; columns of a file; who acted by hand here."""


class Words(HTMLParser):
    """What a page says: text, and what is read aloud in its place."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # Each language is named in its own letters, and in English for whoever does not read it.
        of_languages = given.get("class") == "languages"
        quiet = tag in SILENT or (given.get("lang") == "en" and tag != "html") or of_languages
        if not (quiet or self._is_quiet):
            self.said += [given[name] or "" for name in READ_ALOUD if name in given]
        if tag not in EMPTY:
            self._open.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_quiet:
            self.said.append(data)

    @property
    def _is_quiet(self) -> bool:
        return any(quiet for _, quiet in self._open)


class ReaderOfOneLanguage(FlaskClient):
    """Whoever follows the links to other languages reads on in the same."""

    language = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.set_cookie(LANGUAGE_COOKIE, self.language)
        return super().open(*args, **kwargs)


def typed(office: Office) -> str:
    """Everything somebody wrote in this office, and the names of places."""
    with reading(office.engine) as connection:
        rows = [
            str(value)
            for table in TYPED
            for row in connection.execute(text(f"select * from {table}"))
            for value in row
        ]
    places = [entry.label("en") for entry in reference_of(office).codelists["areas"]]
    return "\n".join((*rows, *places))


def english(said: str, known: str) -> Iterator[str]:
    """Runs of Latin words in it that nobody wrote."""
    for run in WORDS.findall(CODE.sub("|", said)):
        for part in re.split(r"[,;:]\s+", run.strip(" -,;:'’")):
            names = set(re.split(r"[^A-Za-zÀ-ÿ-]+", part))
            if part not in known and not names <= NAMES:
                yield part


@pytest.mark.parametrize("language", ["am", "ar"])
def test_every_page_speaks_its_language(lite: Office, language: str) -> None:
    app = create_app(lite.config, lite.clock, seeded(6))
    app.test_client_class = type("Reader", (ReaderOfOneLanguage,), {"language": language})
    workplace = Workplace(lite, app)
    beside = fill_with_everything(workplace)
    assert isinstance(lite.clock, Clock)
    lite.clock.now += timedelta(minutes=3)
    clients = {role: workplace.sign_in(role) for role in ROLES} | {"": app.test_client()}
    known, found = typed(lite), dict[str, str]()
    pages = walk(app, clients, beside)
    for look, reply in pages.items():
        if reply.mimetype != "text/html" or reply.status_code != 200:
            continue
        for said in Words(reply.text).said:
            found |= {
                one: f"{look.address} ({look.role}): {said.strip()[:90]}"
                for one in english(said, known)
            }
    app.extensions["tally87"].close()

    assert found == {}

"""Countries side by side, where this office is a roll-up: what each published, and what the body
made of it. Everything comes from signed editions; answers of countries stand in full."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template

from server.disclosure.cube import TOTAL
from server.exports.edition import ExportedEdition
from server.exports.words import dimension_name, table_title
from server.rollup import learning
from server.rollup.handed import files_in, printed_fingerprint
from server.rollup.held_back import ALL, held_back
from server.rollup.known import CountryEdition, Known
from server.rollup.learning import NotTaken
from server.rollup.publishing import COVERAGE, MANIFEST, NOTES
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import say
from server.web.pages.editions import KEPT_S, given

pages = Blueprint("countries", __name__)

_BANNERS = ("synthetic", "replayed", "practice")
_TYPES = {"csv": "text/csv", "json": "application/json"}
_STATED = ("count", "status", "missing")
"""The columns of a table of a roll-up that are about the number."""


@dataclass(frozen=True)
class SideBySide:
    """A table of an edition of the roll-up. countries: codes, the sum's last; rows: what a line is
    about, and state and count of each country."""

    name: str
    title: str
    down: tuple[str, ...]
    countries: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], bool, tuple[tuple[str, int | None], ...]], ...]


@pages.get("/countries")
def listed() -> Response:
    """Who takes part, what holds of each, and the roll-up's own editions."""
    found = known_or_404()
    editions = [_edition_words(number, files) for number, files in _own(found)]
    return given(
        render_template(
            "countries.html",
            **about(found),
            countries=[
                (one, found.holding(one.code)[:1], printed_fingerprint(one.signing_key))
                for one in sorted(found.countries.values(), key=lambda each: each.name)
            ],
            editions=list(reversed(editions)),
            held_back=held_back(found),
        )
    )


@pages.get("/countries/<code>")
def one(code: str) -> Response:
    """A country: its editions, what a reader must know to compare, and what it answered."""
    found = known_or_404()
    country = found.countries.get(code)
    if country is None:
        raise Refusal("not_found", 404)
    holding = {one.number for one in found.holding(code)}
    editions = [one for (of, _), one in found.editions.items() if of == code]
    return given(
        render_template(
            "country.html",
            **about(found),
            country=country,
            fingerprint=printed_fingerprint(country.signing_key),
            editions=[
                (one, one.number in holding, _read(one))
                for one in sorted(editions, key=lambda each: -each.number)
            ],
            notes=[words for (of, _), words in sorted(found.notes.items()) if of == code],
            definitions=[
                (table, agrees, because)
                for (table, of), (agrees, because) in sorted(found.definitions.items())
                if of == code
            ],
            answers=[
                (number, files[name].decode("utf-8", "replace"))
                for number, files in _own(found)
                for name in sorted(files)
                if name.startswith(f"answer.{code}.")
            ],
            table_title=lambda table: table_title(table, language()),
        )
    )


@pages.get("/countries/editions/<int:number>")
def edition(number: int) -> Response:
    """An edition of the roll-up: every country's own number, and sums where they may be made."""
    found = known_or_404()
    files = dict(_own(found)).get(number)
    if files is None:
        raise Refusal("not_found", 404)
    withdrawn = held_back(found).get(number)
    if withdrawn:
        said = _edition_words(number, files)
        return given(
            render_template(
                "countries_held_back.html", **about(found), said=said, withdrawn=withdrawn
            )
        )
    return given(
        render_template(
            "countries_edition.html",
            **about(found),
            said=_edition_words(number, files),
            tables=list(tables_in(found, files)),
            coverage=_rows(files[COVERAGE]),
            notes=_rows(files[NOTES]),
            files=sorted(files),
            names={code: each.name for code, each in found.countries.items()},
        )
    )


@pages.get("/countries/editions/<int:number>/<name>")
def file(number: int, name: str) -> Response:
    """The exact bytes of a file of such an edition, unless it tells what a country withdrew."""
    found = known_or_404()
    content = dict(_own(found)).get(number, {}).get(name)
    if content is None or number in held_back(found):
        raise Refusal("not_found", 404)
    response = make_response(content)
    response.mimetype = _TYPES.get(name.rsplit(".", 1)[-1], "text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="rollup-{number}-{name}"'
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def known_or_404() -> Known:
    """What the roll-up of this office knows; 404 where it is none. Read again only when something
    was learnt since: every edition is unpacked for it."""
    kept: dict[str, tuple[int, Known]] = current_app.extensions.setdefault("tally87.rollup", {})
    newest = learning.newest_line(the_office())
    if "known" not in kept or kept["known"][0] != newest:
        try:
            kept["known"] = newest, learning.known(the_office())
        except NotTaken:
            raise Refusal("not_found", 404) from None
    return kept["known"][1]


def about(found: Known) -> dict[str, Any]:
    """What every page of a roll-up says."""
    return {
        "banner": found.origin if found.origin in _BANNERS else None,
        "r": say,
        "body": found.name,
        "sum_code": ALL,
    }


def tables_in(found: Known, files: Mapping[str, bytes]) -> Iterator[SideBySide]:
    """The tables of an edition or a draft of a roll-up."""
    for name in sorted(files):
        rows = _rows(files[name]) if name.endswith(".csv") else []
        if not rows or "count" not in rows[0]:
            continue
        down = [each for each in rows[0] if each not in ("country", *_STATED)]
        lines: dict[tuple[str, ...], dict[str, tuple[str, int | None]]] = {}
        for row in rows:
            stated = row["status"], int(row["count"]) if row["count"] else None
            lines.setdefault(tuple(row[each] for each in down), {})[row["country"]] = stated
        countries = sorted({row["country"] for row in rows}, key=lambda each: (each == ALL, each))
        labels = _labels(found)
        yield SideBySide(
            name,
            name.removesuffix(".csv").replace("_", ", "),
            tuple(dimension_name(each, language()) for each in down),
            tuple(countries),
            tuple(
                (
                    tuple(
                        labels.get((of, code), code) for of, code in zip(down, line, strict=True)
                    ),
                    TOTAL in line,
                    tuple(cells.get(each, ("", None)) for each in countries),
                )
                for line, cells in lines.items()
            ),
        )


def _labels(found: Known) -> dict[tuple[str, str], str]:
    """What common codes are called: as a country that uses them calls them."""
    said: dict[tuple[str, str], str] = {}
    for country in found.countries:
        for each in found.holding(country)[:1]:
            for table in each.numbers.tables:
                for dimension in table.dimensions:
                    for code in dimension.codes:
                        plain = (country, dimension.name, code.code)
                        common = found.codes.get(plain, code.code)
                        said.setdefault((dimension.name, common), code.label(language()))
    return said


def _read(one: CountryEdition) -> ExportedEdition | None:
    return None if one.withdrawn else one.numbers


def _own(found: Known) -> list[tuple[int, dict[str, bytes]]]:
    return [(said["edition"], files_in(content)) for said, content in found.published]


def _edition_words(number: int, files: Mapping[str, bytes]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(files[MANIFEST])
    return {**said, "number": number}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))

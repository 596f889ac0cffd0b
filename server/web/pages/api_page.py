"""What programs may ask this office for: readable without a script, and tried out with one.

What is listed is the office's own description (OpenAPI) and the addresses of SDMX REST; nothing of
tablets, whose requests are signed and described in docs/wire-protocol.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for

from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases import published
from server.web.application import CONTENT_SECURITY_POLICY, language, the_office
from server.web.pages.edition_words import say
from server.web.pages.editions import given

pages = Blueprint("api_page", __name__)

FOR_ANYBODY = "editions_api"
"""The part of the description that is for everybody."""
_CSP = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")
"""Swagger UI draws its arrows from pictures in its style sheet."""


@dataclass(frozen=True)
class PublicRequest:
    """A request that anybody may make. example: a whole address of this office, "" for none."""

    path: str
    about: str
    parameters: tuple[tuple[str, str], ...]
    example: str = ""


@pages.get("/api")
def shown() -> Response:
    """Every address, with an example that works here, and lines of Python and R."""
    office, here = the_office(), request.host_url.rstrip("/")
    newest = published.newest_number(office)
    example = url_for("editions_api.EditionList")
    if newest is not None:
        example = url_for("editions_api.EditionDetails", number=newest)
    return given(
        render_template(
            "api.html",
            r=say,
            programme=programme_of(office),
            country=reference_of(office).profile.name(language()),
            operations=list(_operations()),
            sdmx=_SDMX,
            here=here,
            example=example,
        )
    )


@pages.get("/api/try")
def try_out() -> Response:
    """Swagger UI, from this office."""
    response = given(
        render_template(
            "api_try.html",
            r=say,
            programme=programme_of(the_office()),
            description=url_for("api_page.description"),
        )
    )
    response.headers["Content-Security-Policy"] = _CSP
    return response


@pages.get("/api/public.json")
def description() -> Response:
    """The description of what is for anybody."""
    whole = _description()
    paths = {path: said for path, said in whole["paths"].items() if _is_for_anybody(said)}
    parts = [one for one in whole.get("tags", ()) if one["name"] == FOR_ANYBODY]
    response = jsonify({**whole, "paths": paths, "tags": parts})
    response.headers["Cache-Control"] = "no-cache"
    return response


_SDMX = (
    ("/api/sdmx/2.1/dataflow/all/all/latest", "SDMX 2.1"),
    ("/api/sdmx/2.1/data/FLOW/KEY?startPeriod=&endPeriod=", "SDMX 2.1"),
    ("/api/sdmx/3.0/structure/dataflow/*", "SDMX 3.0"),
    ("/api/sdmx/3.0/data/dataflow/*/FLOW/*/KEY?c[SEX]=F", "SDMX 3.0"),
)
"""Addresses of the SDMX service; which standard each is of."""


def _description() -> dict[str, Any]:
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    said: dict[str, Any] = spec.to_dict()
    return said


def _is_for_anybody(said: dict[str, Any]) -> bool:
    return any(FOR_ANYBODY in one.get("tags", ()) for one in said.values() if isinstance(one, dict))


def _operations() -> Iterator[PublicRequest]:
    for path, said in _description()["paths"].items():
        if not _is_for_anybody(said):
            continue
        one = said["get"]
        parameters = [*said.get("parameters", ()), *one.get("parameters", ())]
        yield PublicRequest(
            path,
            " ".join(filter(None, (one.get("summary"), one.get("description")))),
            tuple((each["name"], each.get("description", "")) for each in parameters),
        )

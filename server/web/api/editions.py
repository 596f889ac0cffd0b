"""Editions for programs that know no SDMX: which there are, and where their files stand. Described
by OpenAPI. Reads editions, writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request, url_for
from flask.views import MethodView
from flask_smorest import Blueprint

from server.exports.edition import edition_of
from server.exports.formats import FORMATS
from server.releases import published
from server.releases.published import PublishedEdition
from server.releases.store import NoSuchRelease
from server.web.api.schemas import EditionSchema, EditionsQuery, EditionsSchema, RefusalSchema
from server.web.application import Refusal, language, the_office

editions_api = Blueprint("editions_api", __name__, description="Published editions.")


@editions_api.route("/api/editions")
class EditionList(MethodView):
    """The editions."""

    @editions_api.arguments(EditionsQuery, location="query")  # type: ignore[untyped-decorator]
    @editions_api.response(200, EditionsSchema)  # type: ignore[untyped-decorator]
    def get(self, asked: dict[str, Any]) -> Response:
        """Newest first, a slice at a time, also withdrawn ones: a link never dies.

        ``next`` leads to the slice after this one, in a Link header, too (RFC 8288). An answer has
        an ETag.
        """
        before, limit = asked.get("before"), asked["limit"]
        rows = [
            one
            for one in published.published(the_office())
            if before is None or one.number < before
        ]
        here, more = rows[:limit], rows[limit:]
        told: dict[str, Any] = {"editions": [_told(one) for one in here], "next": None}
        if more:
            told["next"] = url_for("editions_api.EditionList", before=here[-1].number, limit=limit)
        response = _kept(jsonify(told))
        if more:
            response.headers["Link"] = f'<{told["next"]}>; rel="next"'
        return response


@editions_api.route("/api/editions/<int:number>")
class EditionDetails(MethodView):
    """One edition."""

    @editions_api.response(200, EditionSchema)  # type: ignore[untyped-decorator]
    @editions_api.alt_response(404, schema=RefusalSchema)  # type: ignore[untyped-decorator]
    def get(self, number: int) -> Response:
        """Its signed manifest, its files with their SHA-256, and the same in other formats."""
        office = the_office()
        try:
            found = published.edition(office, number)
        except NoSuchRelease:
            raise Refusal("not_found", 404) from None
        told = _told(found) | {"manifest": found.manifest, "files": [], "formats": []}
        if not found.is_withdrawn:
            told["files"] = [
                {"url": url_for("editions.file", number=number, name=name), "sha256": digest}
                for name, digest in found.digests.items()
            ]
            exported = edition_of(office, number)
            told["formats"] = [
                {
                    "format": word,
                    "title": form.title,
                    "urls": [
                        url_for("editions.exported", number=number, name=name)
                        for name in form.names(exported, language())
                    ],
                }
                for word, form in FORMATS.items()
                if form.is_for(exported)
            ]
        return _kept(jsonify(told))


def _told(one: PublishedEdition) -> dict[str, Any]:
    return {
        "number": one.number,
        "version": one.version,
        "published_at": datetime.fromtimestamp(one.published_at_s, UTC).isoformat(),
        "country": one.manifest["country"],
        "origin": one.manifest["origin"],
        "is_practice": one.manifest.get("practice", False),
        "periods": list(one.periods),
        "is_withdrawn": one.is_withdrawn,
        "corrected_by": one.corrected_by,
        "url": url_for("editions_api.EditionDetails", number=one.number),
    }


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"  # A withdrawal is seen at once.
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.add_etag()
    response.make_conditional(request)
    return response

"""The SDMX service: editions for statistical programs, by the addresses of SDMX REST.

``/api/sdmx/2.1`` has the addresses of SDMX 2.1 (``/data/FLOW/KEY``), ``/api/sdmx/3.0`` those of 3.0
(``/data/dataflow/AGENCY/FLOW/VERSION/KEY``). Nothing live is in it: what it answers is made from
the files of editions. A flow's version is its edition's, so that time travel (``asOf``) leads to
the edition that was out then. A number that is withheld is a row with its status; an empty answer
is for keys that the table does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, request

from server.exports.sdmx import markup, notation, separated
from server.exports.sdmx.model import ALL_KINDS, SdmxEdition, SdmxFlow
from server.exports.sdmx.query import BadQuery, DataQuery, selected
from server.exports.sdmx.service import (
    edition_in_sdmx,
    flow_of,
    read_in_sdmx,
    structures_of,
)
from server.office import Office
from server.web.application import Refusal, language, refusal_body, the_office
from server.web.kept import kept, kept_bytes

sdmx_service = Blueprint("sdmx", __name__, url_prefix="/api/sdmx")

KEPT_S = 3600
"""A proxy may keep an answer for so long before it asks whether it still holds."""
_VND = "application/vnd.sdmx"
_ML_2_1, _ML_3_0 = f"{_VND}.structurespecificdata+xml;version=2.1", f"{_VND}.data+xml;version=3.0.0"
_JSON_1_0, _JSON_2_0 = (f"{_VND}.data+json;version={of}" for of in ("1.0.0", "2.0.0"))
_CSV_1_0, _CSV_2_0 = (f"{_VND}.data+csv;version={of}" for of in ("1.0.0", "2.0.0"))
_STRUCTURE_2_1 = f"{_VND}.structure+xml;version=2.1"
_STRUCTURE_3_0 = f"{_VND}.structure+xml;version=3.0.0"
_STRUCTURE_JSON = f"{_VND}.structure+json;version=2.0.0"
Writing = Callable[[SdmxEdition, SdmxFlow], bytes]
DATA: Mapping[str, Writing] = {
    _ML_2_1: lambda sdmx, flow: markup.data(sdmx, flow, markup.V2_1),
    _ML_3_0: lambda sdmx, flow: markup.data(sdmx, flow, markup.V3_0),
    _JSON_1_0: lambda sdmx, flow: notation.data_1_0(sdmx, flow, language()),
    _JSON_2_0: lambda sdmx, flow: notation.data_2_0(sdmx, flow, language()),
    _CSV_1_0: separated.rows_1_0,
    _CSV_2_0: separated.rows_2_0,
}
"""What data are given as, by media type."""
STRUCTURES: Mapping[str, Callable[[SdmxEdition, frozenset[str]], bytes]] = {
    _STRUCTURE_2_1: lambda sdmx, kinds: markup.structures(sdmx, markup.V2_1, kinds),
    _STRUCTURE_3_0: lambda sdmx, kinds: markup.structures(sdmx, markup.V3_0, kinds),
    _STRUCTURE_JSON: notation.structures_2_0,
}
_NOT_BUILT = frozenset(
    {
        *("includeHistory", "firstNObservations", "lastNObservations", "offset", "limit", "sort"),
        *("attributes", "measures", "reportingYearStartDay"),
    }
)
_CONDITION = re.compile(r"c\[(\w+)\]")


class NotBuilt(Exception):
    """A part of SDMX REST that this service does not have."""


@sdmx_service.get("/2.1/data/<flow>", defaults={"key": ""})
@sdmx_service.get("/2.1/data/<flow>/<key>")
@sdmx_service.get("/2.1/data/<flow>/<key>/<provider>")
def data_2_1(flow: str, key: str, provider: str = "all") -> Response:
    """Data by an address of SDMX 2.1. flow: ``ID``, ``AGENCY,ID`` or ``AGENCY,ID,VERSION``."""
    parts = flow.split(",")
    agency, name, version = {1: ["", *parts, ""], 2: [*parts, ""]}.get(len(parts), parts[:3])
    return _data(agency, name, version, key, _ML_2_1, 404)


@sdmx_service.get("/3.0/data/dataflow/<agency>/<name>", defaults={"version": "", "key": ""})
@sdmx_service.get("/3.0/data/dataflow/<agency>/<name>/<version>", defaults={"key": ""})
@sdmx_service.get("/3.0/data/dataflow/<agency>/<name>/<version>/<key>")
def data_3_0(agency: str, name: str, version: str, key: str) -> Response:
    """Data by an address of SDMX 3.0."""
    return _data(agency, name, version, key, _JSON_2_0, 204)


@sdmx_service.get("/2.1/<kind>", defaults={"agency": "", "name": "", "version": ""})
@sdmx_service.get("/2.1/<kind>/<agency>", defaults={"name": "", "version": ""})
@sdmx_service.get("/2.1/<kind>/<agency>/<name>", defaults={"version": ""})
@sdmx_service.get("/2.1/<kind>/<agency>/<name>/<version>")
def structures_2_1(kind: str, agency: str, name: str, version: str) -> Response:
    """Structures by an address of SDMX 2.1."""
    return _structures(kind, agency, name, version, _STRUCTURE_2_1)


@sdmx_service.get("/3.0/structure/<kind>", defaults={"agency": "", "name": "", "version": ""})
@sdmx_service.get("/3.0/structure/<kind>/<agency>", defaults={"name": "", "version": ""})
@sdmx_service.get("/3.0/structure/<kind>/<agency>/<name>", defaults={"version": ""})
@sdmx_service.get("/3.0/structure/<kind>/<agency>/<name>/<version>")
def structures_3_0(kind: str, agency: str, name: str, version: str) -> Response:
    """Structures by an address of SDMX 3.0."""
    return _structures(kind, agency, name, version, _STRUCTURE_JSON)


@sdmx_service.errorhandler(BadQuery)
def _bad_query(error: BadQuery) -> tuple[dict[str, object], int]:
    return refusal_body("bad_request", str(error)), 400


@sdmx_service.errorhandler(NotBuilt)
def _not_built(error: NotBuilt) -> tuple[dict[str, object], int]:
    return refusal_body("not_built", str(error)), 501


def _data(agency: str, name: str, version: str, key: str, usual: str, when_empty: int) -> Response:
    _must_be_built()
    media_type = _chosen([usual, *DATA])
    sdmx = edition_in_sdmx(the_office(), version, _as_of_s(), _read)
    flow = flow_of(sdmx, agency, name) if sdmx else None
    if sdmx is None or flow is None:
        raise Refusal("not_found", 404)
    since = request.args.get("updatedAfter")
    if since and sdmx.edition.published_at_s <= _seconds(since):
        return make_response(b"", 204)
    conditions = {
        found[1]: said
        for one, said in request.args.items()
        if (found := _CONDITION.fullmatch(one)) is not None
    }
    query = DataQuery(
        key.replace(" ", "+"),
        request.args.get("startPeriod", ""),
        request.args.get("endPeriod", ""),
        {of: said.replace(" ", "+") for of, said in conditions.items()},
    )
    asked = flow if query.is_everything else selected(flow, query)
    if not asked.table.cells:
        if when_empty == 404:
            raise Refusal("not_found", 404)
        return make_response(b"", 204)
    if not query.is_everything:
        return _given(DATA[media_type](sdmx, asked), media_type)
    # A whole table is asked for again and again, and takes long to write.
    spoken = language() if media_type in (_JSON_1_0, _JSON_2_0) else ""
    what = ("sdmx", sdmx.edition.number, flow.id, media_type, spoken)
    return _given(kept_bytes(what, lambda: DATA[media_type](sdmx, flow)), media_type)


def _read(_: Office, number: int) -> SdmxEdition | None:
    return kept("sdmx", number, read_in_sdmx)


def _structures(kind: str, agency: str, name: str, version: str, usual: str) -> Response:
    _must_be_built()
    if kind not in ALL_KINDS:
        kinds = ", ".join(sorted(ALL_KINDS))
        raise NotBuilt(f"This service has no {kind!r}. It has: {kinds}.")
    if request.args.get("detail", "full") != "full":
        raise NotBuilt("This service gives structures with detail=full only.")
    media_type = _chosen([usual, *STRUCTURES])
    # Lists and schemes of the SDMX agency have versions of their own: they come with the newest.
    wanted = "" if agency == "SDMX" else version
    sdmx = edition_in_sdmx(the_office(), wanted, _as_of_s(), _read)
    if sdmx is None:
        raise Refusal("not_found", 404)
    references = request.args.get("references", "none") != "none"
    kept, kinds_there = structures_of(sdmx, kind, agency, name, references)
    if not kinds_there:
        raise Refusal("not_found", 404)
    return _given(STRUCTURES[media_type](kept, kinds_there), media_type)


def _must_be_built() -> None:
    asked = _NOT_BUILT & request.args.keys()
    if asked:
        raise NotBuilt(f"This service does not have {', '.join(sorted(asked))}.")


def _as_of_s() -> int | None:
    said = request.args.get("asOf")
    return _seconds(said) if said else None


def _seconds(said: str) -> int:
    try:
        moment = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        raise BadQuery(f"{said!r} is no moment: they are like 2026-11-30T12:00:00Z.") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _chosen(media_types: list[str]) -> str:
    """The media type that the client asks for; the first one when it takes any."""
    accepted = request.accept_mimetypes
    if not accepted.provided:
        return media_types[0]
    for asked, quality in accepted:
        if quality == 0:
            continue
        plain = asked.replace(" ", "").lower()
        for one in media_types:
            name = one.partition(";")[0]
            wide = ("*/*", "application/*", name, f"application/{name.rpartition('+')[2]}")
            if plain == one or plain in wide:
                return one
    raise NotAcceptable


class NotAcceptable(Exception):
    """No format that this client takes."""


@sdmx_service.errorhandler(NotAcceptable)
def _not_acceptable(_: NotAcceptable) -> tuple[dict[str, object], int]:
    told = ", ".join([*DATA, *STRUCTURES])
    return refusal_body("not_acceptable", f"This service writes: {told}."), 406


def _given(content: bytes, media_type: str) -> Response:
    response = make_response(content)
    response.content_type = media_type
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    response.add_etag()
    response.make_conditional(request)
    return response

"""What tablets ask over HTTPS: to become a member, and to have a parcel taken in.

Bodies are sealed messages of shared.wire; HTTP is only a road. A 200 reply holds a receipt or a
membership; every other reply is a refusal of the whole request, and nothing was stored.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Response, current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint
from gunicorn.http.errors import ParseException

from server.intake.receive import take_in
from server.programme.authority import authority_message
from server.programme.enrolment import enrol
from server.reference import give, in_force
from server.web.api.pace import Pace
from server.web.api.schemas import RefusalSchema
from server.web.application import Refusal, the_office
from shared.wire.envelope import PROTOCOL_VERSION
from shared.wire.http import (
    ASKING_TYPE,
    AUTHORITY,
    AUTHORITY_TYPE,
    ENROLMENTS,
    PARCEL_TYPE,
    PARCELS,
    PIECE_TYPE,
    PREFIX,
    RECEIPT_TYPE,
    REFERENCE,
    REPLY_TYPE,
    REQUEST_TYPE,
)
from shared.wire.limits import MAX_ASKING_BYTES

tablets = Blueprint("tablets", __name__, url_prefix=PREFIX, description="What tablets ask.")


def _bytes_of(media_type: str) -> dict[str, Any]:
    return {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}


def _documented(question: str, answer: str, told: str) -> Any:
    refusals = {
        str(status): {"description": words, "content": {"application/json": {}}}
        for status, words in {
            400: "Not readable; nothing was stored.",
            401: "Not signed by an enrolled tablet.",
            409: "The ticket is used, unknown or out of date.",
            426: "The tablet's program is too old, or newer than the office's: see the code.",
            413: "Too large: send fewer records.",
            429: "Too much of this tablet: wait as Retry-After says.",
            503: "Busy: wait as Retry-After says.",
        }.items()
    }
    return tablets.doc(
        requestBody={"required": True, **_bytes_of(question)},
        responses={"200": {"description": told, **_bytes_of(answer)}, **refusals},
    )


@tablets.route(ENROLMENTS)
class Enrolments(MethodView):
    """Membership of a programme."""

    @_documented(REQUEST_TYPE, REPLY_TYPE, "The membership, sealed to the tablet.")  # type: ignore[untyped-decorator]
    @tablets.alt_response(400, schema=RefusalSchema)  # type: ignore[untyped-decorator]
    def post(self) -> Response:
        """Answers a signed request that uses a ticket with a sealed membership."""
        # Who asks is no tablet yet: this one is paced by address, so that nobody floods us.
        _keep_pace(request.remote_addr or "")
        data = _body()
        _must_be_understood(data)
        return Response(enrol(the_office(), data), mimetype=REPLY_TYPE)


@tablets.route(PARCELS)
class Parcels(MethodView):
    """Records on their way to the office."""

    @_documented(PARCEL_TYPE, RECEIPT_TYPE, "The receipt, signed and sealed to the tablet.")  # type: ignore[untyped-decorator]
    @tablets.alt_response(400, schema=RefusalSchema)  # type: ignore[untyped-decorator]
    def post(self) -> Response:
        """Takes in a parcel and answers with its receipt."""
        data = _body()
        _must_be_understood(data)
        # Nothing is linked here: neither a reply's bytes nor its time tell whether anybody matched.
        return Response(take_in(the_office(), data, _keep_pace).receipt, mimetype=RECEIPT_TYPE)


@tablets.route(REFERENCE)
class ReferenceData(MethodView):
    """Reference data on their way to the tablets."""

    @_documented(ASKING_TYPE, PIECE_TYPE, "Bytes of a manifest or part, sealed to the tablet.")  # type: ignore[untyped-decorator]
    @tablets.alt_response(400, schema=RefusalSchema)  # type: ignore[untyped-decorator]
    def post(self) -> Response:
        """Answers a signed question for a piece of the reference data."""
        if (request.content_length or 0) > MAX_ASKING_BYTES:
            raise Refusal("too_large", 413)
        data = _body()
        _must_be_understood(data)
        try:
            return Response(give.answer(the_office(), data, _keep_pace), mimetype=PIECE_TYPE)
        except give.SignedOutTablet:
            raise Refusal("forbidden", 403) from None
        except in_force.NothingPublished:
            raise Refusal("not_found", 404) from None


@tablets.route(AUTHORITY)
class Authority(MethodView):
    """Who signs the office's certificates."""

    @tablets.doc(  # type: ignore[untyped-decorator]
        responses={
            "200": {"description": "The certificate, signed.", **_bytes_of(AUTHORITY_TYPE)},
            "404": {"description": "No authority of its own.", "content": {"application/json": {}}},
            "429": {"description": "Too often: wait as Retry-After says."},
        }
    )
    def get(self) -> Response:
        """Gives the certificate of the office's own authority, signed by the programme."""
        # Open to anybody, and every answer is signed anew: apart from enrolments, so that whoever
        # asks without end keeps nobody of the same address from joining.
        _keep_pace(f"{request.remote_addr or ''} authority")
        message = authority_message(the_office())
        if message is None:
            raise Refusal("not_found", 404)
        return Response(message, mimetype=AUTHORITY_TYPE)


def _body() -> bytes:
    """The request's body; 400 for one that breaks off or is chunked in a way nobody chunks."""
    try:
        return request.get_data()
    except (OSError, ParseException):
        # What gunicorn raises for broken chunks; its message may quote what was sent.
        raise Refusal("bad_request", 400) from None


def _keep_pace(who: str) -> None:
    """By tablet, once its signature is checked: never by an address, which hundreds of tablets
    behind one carrier share. Raises Refusal."""
    extensions = current_app.extensions
    pace = extensions.setdefault(
        "tally87_pace", Pace(the_office().config.parcels_per_minute, time.monotonic)
    )
    wait_s = pace.wait_s(who)
    if wait_s:
        raise Refusal("slow_down", 429, wait_s)


def _must_be_understood(data: bytes) -> None:
    """Every message begins with T87, a letter and the protocol version."""
    if data[:3] == b"T87" and len(data) > 4 and data[4] != PROTOCOL_VERSION:
        is_old = data[4] < PROTOCOL_VERSION
        raise Refusal("tablet_too_old" if is_old else "office_too_old", 426)

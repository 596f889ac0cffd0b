"""The bare application: request ids, limits, one shape for every refusal, safe headers, logs.

Owns what holds for every route. Knows no case, no table of counts and no page.
"""

from __future__ import annotations

import logging
import re
import time
from functools import cache
from typing import Any, cast

from flask import Flask, Response, current_app, g, jsonify, request
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from server.db.engine import error_kind, is_away
from server.db.paging import LARGEST
from server.intake.quota import QuotaUsedUp
from server.maps.shapes import MOST_ON_A_PAGE
from server.office import Office
from server.office.logs import log_to_standard_error
from server.programme.programme import NoProgramme
from shared.errors import (
    ParcelUnreadable,
    ServiceError,
    SignatureInvalid,
    TallyError,
    TicketInvalid,
)
from shared.texts import ENGLISH, LANGUAGES, text
from shared.wire.http import PREFIX
from shared.wire.limits import MAX_PARCEL_BYTES

log = logging.getLogger("tally87.request")

RETRY_AFTER_S = 30
"""What a tablet is asked to wait when the office is busy: one long transaction, with room."""
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# What a refusal is called on the wire, and its HTTP status. Sentences: server.po, refusal.*.
_REFUSALS: tuple[tuple[type[Exception], str, int], ...] = (
    (ParcelUnreadable, "parcel_unreadable", 400),
    (SignatureInvalid, "signature_invalid", 401),
    (TicketInvalid, "ticket_invalid", 409),
    (NoProgramme, "no_programme", 503),
    (ServiceError, "not_possible", 409),
)
_BY_STATUS = {
    400: "bad_request",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_media_type",
    422: "not_acceptable",
    429: "slow_down",
    503: "busy",
}


class Refusal(Exception):
    """A request refused as a whole. code: a word of ``refusal.*`` in server.po."""

    def __init__(self, code: str, status: int, retry_after_s: int | None = None) -> None:
        super().__init__(code)
        self.code, self.status, self.retry_after_s = code, status, retry_after_s


def the_office() -> Office:
    """The office of the application that handles the present request."""
    return cast(Office, current_app.extensions["tally87"])


def make_application(office: Office) -> Flask:
    """A Flask application without routes."""
    app = Flask("server.web")
    app.extensions["tally87"] = office
    app.config["MAX_CONTENT_LENGTH"] = MAX_PARCEL_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = 1 << 16
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    log_to_standard_error(office.config.log_level)
    if office.config.behind_proxies:
        hops = office.config.behind_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = _NumberOfARow
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(TallyError, _tally_error)
    app.register_error_handler(SQLAlchemyError, _database_failed)
    app.register_error_handler(Exception, _fault)
    return app


class _NumberOfARow(IntegerConverter):
    """A number in an address that a database can hold: there is no page of any other."""

    def __init__(self, map: Map, **kept: Any) -> None:
        super().__init__(map, **{"max": LARGEST, **kept})


def refusal_body(code: str, sentence: str | None = None) -> dict[str, Any]:
    """The one shape of every refusal."""
    return {
        "code": code,
        "message": sentence or text(f"server.refusal.{code}", language()),
        "findings": [],
        "request_id": g.request_id,
    }


@cache
def languages() -> tuple[str, ...]:
    """The languages the pages are written in, English first."""
    found = sorted(file.parent.name for file in LANGUAGES.glob("*/server.mo"))
    return (ENGLISH, *(name for name in found if name != ENGLISH))


LANGUAGE_COOKIE = "tally87_language"


def language() -> str:
    """The language the reader chose on a page; else the one the browser asks for, of those there
    are; English otherwise."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in languages():
        return chosen
    return request.accept_languages.best_match(languages()) or ENGLISH


LARGER_FORMS = {
    "map_shapes.load": MOST_ON_A_PAGE + (1 << 16),
    "rollup_pages.take": MOST_ON_A_PAGE + (1 << 16),
}
"""Bytes of the few forms that bring a file larger than a parcel."""


def _begin() -> None:
    if request.endpoint in LARGER_FORMS:
        request.max_content_length = LARGER_FORMS[request.endpoint]
    asked = request.headers.get("X-Request-ID", "")
    # Only what looks like an id is taken over: nobody writes into our logs.
    fits = _REQUEST_ID.fullmatch(asked)
    g.request_id = asked if fits else the_office().random_bytes(8).hex()
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    is_api = request.path.startswith(f"{PREFIX}/")
    if not is_api:
        # Tablets have no browser to protect, and every byte of their replies is paid for.
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: with it browsers call the origin of our own forms "null".
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["X-Request-ID"] = g.request_id
        if request.endpoint != "static":
            # A shared computer's next user finds no page in the browser's cache.
            response.headers.setdefault("Cache-Control", "no-store")
        if the_office().config.secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
    log.info(
        "request",
        extra={
            "request": g.request_id,
            "method": request.method,
            "endpoint": request.endpoint or "",
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - g.started) * 1000, 1),
            "bytes_in": request.content_length or 0,
        },
    )
    return response


def _reply(code: str, status: int, retry_after_s: int | None = None) -> Response:
    if request.path.startswith("/api/") or request.path in ("/healthz", "/metrics"):
        response = jsonify(refusal_body(code))
    else:
        from server.web.pages.errors import error_page

        response = error_page(code, status)
    response.status_code = status
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _refused(error: Refusal) -> Response:
    return _reply(error.code, error.status, error.retry_after_s)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return cast(Response, error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return cast(Response, error.get_response())
    response = _reply(_BY_STATUS.get(status, "bad_request" if status < 500 else "fault"), status)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _tally_error(error: TallyError) -> Response:
    if isinstance(error, QuotaUsedUp):
        return _reply("slow_down", 429, error.retry_after_s)
    for kind, code, status in _REFUSALS:
        if isinstance(error, kind):
            return _reply(code, status, RETRY_AFTER_S if status == 503 else None)
    return _fault(error)


def _database_failed(error: SQLAlchemyError) -> Response:
    """Busy, whatever class its driver gives it, when the database could not be used: a tablet keeps
    its parcel and comes again. Anything else is a fault."""
    if not is_away(error) and not isinstance(error, OperationalError):
        return _fault(error)
    # The driver's message may quote a statement: only its class is logged.
    log.warning("database_busy", extra={"request": g.request_id, "kind": error_kind(error)})
    return _reply("busy", 503, RETRY_AFTER_S)


def _fault(error: Exception) -> Response:
    """The one catch-all: a reference for the user, the place for us, no values for anybody."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    log.error(
        "fault",
        extra={
            "request": g.request_id,
            "kind": type(error).__name__,
            "file": where.tb_frame.f_code.co_filename.rsplit("/", 1)[-1] if where else "",
            "line": where.tb_lineno if where else 0,
        },
    )
    return _reply("fault", 500)

"""What came of a form, told on the page that is shown next.

A form is answered by a redirect, so that loading the page again does nothing again. What is to be
told goes with it in a cookie of one minute: a word of ours, bound to the session, so that no
address of another site makes a page say what did not happen. The page that tells it lets it go.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, g, redirect, request

from server.web.application import the_office

COOKIE = "tally87_told"
SECONDS = 60


def tell(address: str, word: str, is_problem: bool = False) -> Response:
    """To that page, which says the sentence ``told.WORD`` or ``problem.WORD`` of server.po."""
    response = redirect(address, 303)
    message = f"{'problem' if is_problem else 'told'}.{word}"
    response.set_cookie(
        _name(),
        f"{message}~{_mark(message)}",
        max_age=SECONDS,
        httponly=True,
        samesite="Strict",
        secure=the_office().config.secure_cookies,
        path="/",
    )
    return response  # type: ignore[return-value]


def told() -> str | None:
    """The message to be said on this page, or None; whoever asks has it said."""
    if g.get("signed_in") is None:
        return None
    message, _, mark = request.cookies.get(_name(), "").partition("~")
    if not message or not hmac.compare_digest(mark.encode(), _mark(message).encode()):
        return None
    g.was_told = True
    return message


def forget_what_was_told(response: Response) -> Response:
    """After the page that said it."""
    if g.get("was_told") and response.status_code == 200:
        response.delete_cookie(
            _name(),
            path="/",
            httponly=True,
            samesite="Strict",
            secure=the_office().config.secure_cookies,
        )
    return response


def _name() -> str:
    return f"__Host-{COOKIE}" if the_office().config.secure_cookies else COOKIE


def _mark(message: str) -> str:
    key: bytes = g.signed_in.csrf_token.encode()
    return hmac.digest(key, b"tally87/1 told\x00" + message.encode(), hashlib.sha256).hex()

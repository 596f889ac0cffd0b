"""The page that says why a page cannot be shown."""

from __future__ import annotations

from flask import Response, g, make_response, render_template


def error_page(code: str, status: int) -> Response:
    """One sentence, the reference to quote, a way on."""
    return make_response(
        render_template("refusal.html", code=code, status=status, request_id=g.request_id), status
    )

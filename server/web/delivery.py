"""How answers travel: squeezed, marked by their content, and assets that never change.

Only what anybody may read is squeezed: a page with the token of a form beside words of an address
would tell its token by its length (BREACH, Gluck, Harris & Prado 2013). Public pages say
``no-cache``: each is asked about again, and a mark that still holds is answered without the page.
An asset is named with a digest of its bytes, so a browser may keep it for ever.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

from shared.wire.http import PREFIX

FOR_EVER = "public, max-age=31536000, immutable"
SHORTEST, LONGEST = 600, 8 << 20
"""Bytes below which squeezing gains nothing, and above which it takes too long."""
_WORDS = ("text/", "application/json", "application/atom+xml", "application/ld+json")
_MORE = ("image/svg+xml", "application/javascript", "application/xml", "application/vnd.sdmx")
_LEVEL = 6


def deliver(app: Flask) -> None:
    """Adds this to an application: before everything that looks at an answer later."""
    app.after_request(_delivered)
    app.url_defaults(_named_by_content)


def _named_by_content(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values:
        digest = _digest(str(current_app.static_folder), str(values.get("filename", "")))
        if digest:
            values["v"] = digest


@cache
def _digest(folder: str, name: str) -> str:
    """Of an asset as it is installed; "" for none of that name. A new version starts anew."""
    file = Path(folder, name)
    if Path(folder) not in file.parents or ".." in name or not file.is_file():
        return ""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _delivered(response: Response) -> Response:
    is_asset = request.endpoint == "static"
    kept = response.headers.get("Cache-Control", "")
    if request.path.startswith(f"{PREFIX}/") or response.status_code != 200:
        return response
    if not is_asset and not kept.startswith(("public", "no-cache")):
        return response  # a page for one person
    if request.method not in ("GET", "HEAD") or (response.is_streamed and not is_asset):
        return response
    if is_asset:
        file = response.response
        response.direct_passthrough = False
        response.set_data(response.get_data())
        if hasattr(file, "close"):
            file.close()
        given, name = request.args.get("v", ""), str((request.view_args or {}).get("filename"))
        if given and given == _digest(str(current_app.static_folder), name):
            response.headers["Cache-Control"] = FOR_EVER
    else:
        response.vary.update(["Accept-Language", "Cookie"])
    content = response.get_data()
    mark = hashlib.sha256(content).hexdigest()[:32]
    if (response.mimetype or "").startswith((*_WORDS, *_MORE)) and SHORTEST <= len(
        content
    ) <= LONGEST:
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" not in response.headers and request.accept_encodings["gzip"] > 0:
            # Without a time in it: the same content is the same bytes.
            response.set_data(gzip.compress(content, _LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            mark += "-gzip"
    response.set_etag(mark)
    response.make_conditional(request)
    return response

"""A QR code as a drawing in the page itself: no file, no address, nothing a cache would keep."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

SCALE = 5
BORDER = 4
"""Modules of white around it (ISO/IEC 18004, 6.3.8)."""


def drawn(text: str, name: str) -> Markup:
    """The QR code of this text as SVG, dark on light whatever the page's colours are.

    name: what a screen reader says for it.
    """
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out,
        kind="svg",
        scale=SCALE,
        border=BORDER,
        dark="#000",
        light="#fff",
        xmldecl=False,
        nl=False,
        title=name,
        svgclass="qr",
        lineclass=None,
    )
    # Made by segno of our own text; nothing in it comes from outside.
    return Markup(out.getvalue().decode("utf-8"))  # noqa: S704

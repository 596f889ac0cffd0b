"""From a text to the light and dark squares of a QR code. No screen here: see widgets/qr.py."""

from __future__ import annotations

import segno

QUIET = 4
"""Light modules around a code that readers need (ISO/IEC 18004, 6.3.8)."""
_ANY_MASK = 2

Modules = tuple[bytes, ...]
"""Rows from the top, one byte a module: 0 light, 1 dark; the quiet zone is not among them."""


def frame_of(text: str) -> Modules:
    """A code of a series that changes several times a second: level L, smallest version.

    The mask is fixed: to try all eight costs three times the work, and what is sealed looks random
    under any of them. Readers take every mask.
    """
    return _modules(segno.make_qr(text, error="l", boost_error=False, mask=_ANY_MASK))


def code_of(text: str) -> Modules:
    """A code that stands still, to be read off a screen or paper: level M, which paper needs."""
    return _modules(segno.make_qr(text, error="m", encoding="utf-8"))


def _modules(code: segno.QRCode) -> Modules:
    return tuple(bytes(row) for row in code.matrix)

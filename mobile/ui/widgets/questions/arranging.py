"""Whether a question stands beside its answer or above it: whichever makes the card lower."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp

from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.questions.choosing import OneOf, SeveralOf
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.theme import theme, touch_height

BESIDE_FROM_DP = 764
"""Room across from which on a question can stand beside its answer."""
ASKED_SHARE = 0.38
"""Of that room, for the question."""
BETWEEN_DP = 10
"""Between a question and the answer under it."""


def stands_beside(asked: ColumnLayout, answering: Answering, across: float) -> bool:
    """Only answers in one row stand beside a question, and only where long words to say do not
    make the narrower column higher than everything one above the other."""
    if across < dp(BESIDE_FROM_DP) * max(theme.text_scale, 1):
        return False
    if not isinstance(answering, OneOf | SeveralOf):
        return True
    row = touch_height()
    above = height_at(asked, across) + dp(BETWEEN_DP) + row
    return bool(answering.tiles.one_row) and height_at(asked, across * ASKED_SHARE) <= above


def height_at(widget: Any, width: float) -> float:
    """About how high columns and rows of words would be in that width, in pixels: what has a width
    of its own keeps it, the others share what is left."""
    if hasattr(widget, "height_at"):
        return float(widget.height_at(width))
    if not isinstance(widget, ColumnLayout | RowLayout) or not widget.children:
        return float(widget.height)
    inner = width - widget.padding[0] - widget.padding[2]
    around, gaps = widget.padding[1] + widget.padding[3], len(widget.children) - 1
    if isinstance(widget, ColumnLayout):
        heights = sum(height_at(child, inner) for child in widget.children)
        return float(heights + around + gaps * widget.spacing)
    own = [child.width for child in widget.children if child.size_hint_x is None]
    left = inner - sum(own) - gaps * widget.spacing
    each = left / max(len(widget.children) - len(own), 1)
    shares = (child.width if child.size_hint_x is None else each for child in widget.children)
    return float(around + max(map(height_at, widget.children, shares)))

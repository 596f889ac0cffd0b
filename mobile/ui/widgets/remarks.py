"""Remarks for the officer alone: a button that says nothing of them, and a page that does.

A warning such as "a child who works off a debt may be in debt bondage" tells whoever reads along
what the person said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Dialog
from mobile.ui.widgets.words import say

REMARK_ICON = "eye-outline"


def remark_button(sentences: Sequence[str]) -> PushButton:
    """Opens these sentences."""
    button = PushButton(words=say("remark.button"), icon=REMARK_ICON, kind="tonal")
    button.bind(on_release=lambda *_: open_remark(sentences))
    return button


def open_remark(
    sentences: Sequence[str], way: tuple[str, str, Callable[[], None]] | None = None
) -> Dialog:
    """Shows them. way: words, kind and act of a button that leads on from there."""
    buttons = [(say("dialog.good"), "outlined" if way else "filled", None), *([way] if way else [])]
    dialog = Dialog(say("remark.button"), "\n".join(sentences), buttons, icon=REMARK_ICON)
    dialog.open()
    return dialog

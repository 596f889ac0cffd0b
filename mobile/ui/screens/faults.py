"""A fault as a sentence an officer can read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kivy.base import ExceptionHandler, ExceptionManager

from mobile import sentences
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.errors import TallyError

if TYPE_CHECKING:
    from mobile.ui.app import TallyApp

log = logging.getLogger("tally87.screens")


def sentence_of(fault: Exception) -> str:
    """What happened, what is safe, what to do. An unforeseen fault is logged by its kind only."""
    if isinstance(fault, TallyError):
        return sentences.sentence_of(fault, theme.language)
    log.error("unforeseen_fault kind=%s", type(fault).__name__, exc_info=fault)
    return say("fault.unforeseen", kind=type(fault).__name__)


class StaysOpen(ExceptionHandler):
    """What no screen has caught (a disk that is full while an answer is saved) is said, and the app
    stays open with what is typed on it. Kivy would end the app."""

    def __init__(self, app: TallyApp) -> None:
        self._app = app

    def handle_exception(self, fault: BaseException) -> int:
        """Says it. Nothing is said on a screen that hides; what ends a program ends this one."""
        if not isinstance(fault, Exception):
            return int(ExceptionManager.RAISE)
        words = sentence_of(fault)
        shown = self._app.holder.children
        if shown and not shown[0].screen.is_covered:
            notice(words, "alert-circle-outline")
        return int(ExceptionManager.PASS)

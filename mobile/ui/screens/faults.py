"""A fault as a sentence an officer can read."""

from __future__ import annotations

import logging

from kivy.base import ExceptionHandler, ExceptionManager

from mobile import sentences
from mobile.ui.shell import Shell
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.errors import TallyError

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

    def __init__(self, app: Shell) -> None:
        self._app = app

    def handle_exception(self, fault: BaseException) -> int:
        """Says it. Nothing is said on a screen that hides; what ends a program ends this one."""
        if not isinstance(fault, Exception):
            return int(ExceptionManager.RAISE)
        words = sentence_of(fault)
        shown = self._app.shown
        if shown is not None and not shown.is_covered:
            notice(words, "alert-circle-outline")
        return int(ExceptionManager.PASS)

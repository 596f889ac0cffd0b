"""A fault as a sentence an officer can read."""

from __future__ import annotations

import logging

from mobile import sentences
from mobile.widgets.theme import theme
from mobile.widgets.words import say
from shared.errors import TallyError

log = logging.getLogger("tally87.screens")


def sentence_of(fault: Exception) -> str:
    """What happened, what is safe, what to do. An unforeseen fault is logged by its kind only."""
    if isinstance(fault, TallyError):
        return sentences.sentence_of(fault, theme.language)
    log.error("unforeseen_fault kind=%s", type(fault).__name__, exc_info=fault)
    return say("fault.unforeseen", kind=type(fault).__name__)

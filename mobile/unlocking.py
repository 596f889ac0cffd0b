"""A tablet unlocked for a verb: the PIN comes from the environment or is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mobile.security.pins import PassphraseNeeded
from mobile.session import Session
from mobile.tablet import Tablet


@contextmanager
def unlocked(tablet: Tablet, *, may_set_up: bool = False) -> Iterator[Session]:
    """The session of a tablet, locked again at the end. may_set_up: chooses a PIN when there is
    none yet. Raises PassphraseNeeded until one was chosen (`tally87-tablet change-pin`)."""
    if not tablet.is_set_up and may_set_up:
        session = tablet.set_up(ask_pin("Choose a PIN", twice=True))
    else:
        session = tablet.unlock(ask_pin("PIN"))
    try:
        if session.asks_for_passphrase:
            raise PassphraseNeeded
        yield session
    finally:
        session.lock()


def ask_pin(words: str, *, twice: bool = False) -> str:
    """The PIN from TALLY87TABLET_PIN, else typed; never from the command line."""
    pin = os.environ.get("TALLY87TABLET_PIN")
    return pin or click.prompt(words, hide_input=True, confirmation_prompt=twice, err=True)

"""What a process keeps of editions that hold: read, or written in another format, once.

An edition's bytes never change, so what is made of them does not either. What is kept ends with the
next edition that is published, corrected or withdrawn: what stands beside a withheld number may be
another edition's, for as long as that one holds, and of a withdrawn one nothing is given out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

from flask import current_app

from server.office import Office
from server.releases import published
from server.web.application import the_office

MOST_KEPT = 24
"""Editions whose tables a process keeps read: two years of monthly ones."""
MOST_BYTES = 24 << 20
"""Of answers that are kept as they were written, of all tables and formats together."""

_Read = TypeVar("_Read")


def kept(what: str, number: int, read: Callable[[Office, int], _Read]) -> _Read:
    """What ``read`` makes of an edition that holds, kept by the process under the name ``what``
    until an edition is published, corrected or withdrawn."""
    known: OrderedDict[tuple[int, ...], _Read]
    known = current_app.extensions.setdefault(f"tally87.editions.{what}", OrderedDict())
    at = number, *published.changes_so_far(the_office())
    found = known.get(at)
    if found is None:
        found = known[at] = read(the_office(), number)
        with suppress(KeyError):  # another thread let one go meanwhile
            while len(known) > MOST_KEPT:
                known.popitem(last=False)
    return found


def kept_bytes(what: Hashable, write: Callable[[], bytes]) -> bytes:
    """What ``write`` gives, as long as editions stay as they are; ``what`` names the edition, too.

    The least lately asked for goes first when MOST_BYTES are full.
    """
    known: OrderedDict[Hashable, bytes]
    known = current_app.extensions.setdefault("tally87.editions.bytes", OrderedDict())
    at = (what, *published.changes_so_far(the_office()))
    found = known.get(at)
    if found is None:
        found = known[at] = write()
    with suppress(KeyError, RuntimeError):  # another thread let one go meanwhile
        known.move_to_end(at)
        while len(known) > 1 and sum(map(len, known.values())) > MOST_BYTES:
            known.popitem(last=False)
    return found

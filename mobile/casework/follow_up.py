"""One thing that was agreed for a person and has to be looked after: how it is written down.

Part of the identity part of a case: it never leaves the tablet and is erased with the names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

DUTY, OWN = "duty", "own"
"""What a follow-up is about, beside the codes of help of the questionnaire: a duty of law to
report, and what the officer wrote in own words."""


class Due(StrEnum):
    """How urgent an open follow-up is."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was agreed, with whom, until when, and what became of it.

    number: counts up within its case. what: a code of help, DUTY or OWN. due: ``YYYY-MM-DD``, or
    ``YYYY-MM-DDTHH:MM`` where the law counts hours, in the tablet's local time. words: what OWN and
    DUTY are about. done_on: the day it was done, "" while it is open. touched: whether the officer
    changed anything; what nobody touched follows the answers it came from.
    """

    number: int
    what: str
    due: str
    words: str = ""
    with_whom: str = ""
    note: str = ""
    done_on: str = ""
    touched: bool = False

    def to_list(self) -> list[Any]:
        """The fields in order, for JSON."""
        return list(astuple(self))


def urgency(due: str, now: datetime) -> Due:
    """How urgent something due then is now. A day ends at midnight, an hour when it has struck."""
    today = now.date().isoformat()
    moment = f"{now:%Y-%m-%dT%H:%M}"
    if due[:10] < today or ("T" in due and due <= moment):
        return Due.OVERDUE
    return Due.TODAY if due[:10] == today else Due.LATER


OpenFollowUp = tuple[int, str, str]
"""Number, due and what of an open follow-up: what a card keeps of it for the list."""


def packed(follow_ups: Iterable[FollowUp]) -> str:
    """The open ones as a card keeps them."""
    return ";".join(f"{one.number}={one.due}={one.what}" for one in follow_ups if not one.done_on)


def unpacked(kept: str) -> list[OpenFollowUp]:
    """The inverse, without what only the body knows."""
    parts = (part.split("=", 2) for part in kept.split(";") if part)
    return [(int(number), due, what) for number, due, what in parts]

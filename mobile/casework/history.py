"""What happened to one case or visit, in the order it happened: kept on the tablet, never sent.

Kept are words for acts, moments of this tablet's clock and revisions: no answer, no name, no place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST = 60
"""Acts that are kept, the newest: more than a case goes through."""


class Act(StrEnum):
    """What can happen to a case; its sentence is the text ``screens.history.<act>``."""

    BEGUN = "begun"
    FINALISED = "finalised"
    DANGER = "danger"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    REOPENED = "reopened"
    LEFT = "left"  # of a conflict: the office goes on with another revision
    WAITS = "waits"  # what was decided about a conflict was taken back


@dataclass(frozen=True, slots=True)
class Happened:
    """One act. at_s: seconds since 1970, this tablet's clock. revision: which one it was about."""

    act: Act
    at_s: int
    revision: int

    def to_list(self) -> list[Any]:
        """For the body of the record."""
        return [self.act.value, self.at_s, self.revision]

    @classmethod
    def from_list(cls, kept: Sequence[Any]) -> Happened:
        """The inverse. Raises ValueError."""
        act, at_s, revision = kept
        return cls(Act(act), int(at_s), int(revision))

"""Sending what is finalised, by any road, and applying what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.identifiers import RecordId


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run of sending is. done / total: records with an outcome / records to send."""

    done: int
    total: int
    bytes_up: int
    bytes_down: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one run did. Every number counts records, unless it says otherwise.

    problem: text id (domain tablet) of what stopped it, "" when nothing did; sentence: the same in
    the officer's language, with what is safe and what to do. retry_after_s: the server asked for
    that much patience. totals_agree: None when no receipt came. differing: records this tablet
    believes the office has, or has in another revision, when the totals do not agree.
    """

    sent: int
    accepted: int
    rejected: int
    conflicts: int
    superseded: int
    still_waiting: int
    stuck: tuple[RecordId, ...]
    parcels: int
    bytes_up: int
    bytes_down: int
    seconds: float
    problem: str
    sentence: str
    retry_after_s: int | None
    cancelled: bool
    totals_agree: bool | None
    differing: tuple[RecordId, ...]
    orders: tuple[str, ...]
    versions: dict[str, str]


class Sending:
    """Use case. May run in a background thread; only one run at a time (a second one waits)."""

    def send(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SendReport:
        """Sends all that is finalised over the network; never raises for a bad link."""
        raise NotImplementedError

    def save_parcels(self, folder: Path) -> list[Path]:
        """The file road: writes parcels with all that has no outcome yet into the folder."""
        raise NotImplementedError

    def read_receipts(self, folder: Path) -> SendReport:
        """The file road back: applies every receipt in the folder that is for this tablet."""
        raise NotImplementedError

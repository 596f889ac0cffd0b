"""One run of sending as it goes: what came of it so far, who watches it, and how it is stopped."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from mobile.outcomes import Applied
from mobile.server_link import LinkDown, LinkRefused, ServerLink
from shared.identifiers import RecordId
from shared.lifecycle import Outcome
from shared.wire.receipts import Receipt


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

    problem: text id (domain tablet) of what stopped it, "" when nothing did; sentence: what
    happened, what is safe and what to do, in the officer's language, always there. retry_after_s:
    the server asked for that much patience. totals_agree: None when no receipt came. differing:
    records in which the office differs, as far as they can be named. returned: rejected or in
    conflict.
    """

    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    superseded: int = 0
    still_waiting: int = 0
    stuck: tuple[RecordId, ...] = ()
    returned: tuple[RecordId, ...] = ()
    parcels: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    seconds: float = 0.0
    problem: str = ""
    sentence: str = ""
    retry_after_s: int | None = None
    cancelled: bool = False
    totals_agree: bool | None = None
    differing: tuple[RecordId, ...] = ()
    orders: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)


class Run:
    """What one thread does; others may join, watch and stop it at any time."""

    def __init__(self) -> None:
        self.words: Counter[Outcome] = Counter()
        self.returned: list[RecordId] = []
        self.sent = self.parcels = self.bytes_up = self.bytes_down = self.failures = 0
        self.fault: LinkDown | LinkRefused | None = None
        self.receipt: Receipt | None = None
        """The newest one: what the office holds and orders at present."""
        self.held_back: set[RecordId] = set()
        """Records that failed on their own in this run: they wait for the next one."""
        self.report: Future[SendReport] = Future()
        """Set when the run is over; whoever joined waits for it."""
        self.cancelled = False
        """Whether it ended because it was stopped: a stop that comes too late changes nothing."""
        self._lock = threading.Lock()
        self._stopped = False
        self._link: ServerLink | None = None
        self._watchers: list[tuple[Callable[[Progress], None], Callable[[], bool]]] = []

    def watch(self, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        """Tells of progress from now on; stops, after a parcel, when cancelled says so."""
        self._watchers.append((progress, cancelled))

    def tell(self, progress: Progress) -> None:
        """Hands the progress to everybody who watches."""
        for watcher, _ in self._watchers[:]:
            watcher(progress)

    def stop(self) -> None:
        """Ends it within a moment: what waits for the network is cut."""
        with self._lock:
            self._stopped, link = True, self._link
        if link is not None:
            link.close()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody wants it to end."""
        return self._stopped or any(cancelled() for _, cancelled in self._watchers[:])

    def use(self, link: ServerLink) -> None:
        """The way this run goes; closed at once when the run was stopped meanwhile."""
        with self._lock:
            self._link, stopped = link, self._stopped
        if stopped:
            link.close()

    def take(self, applied: Applied, receipt: Receipt | None) -> None:
        """Adds what a receipt brought. receipt: None when it is older than one read before."""
        self.words += applied.words
        self.returned += applied.returned
        self.receipt = receipt or self.receipt
        self.fault = None

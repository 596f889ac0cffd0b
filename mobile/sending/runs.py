"""One run of sending as it goes: what came of it so far, who watches it, and how it is stopped."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from mobile.editions import News
from mobile.sending import trial
from mobile.sending.receipts import Applied
from mobile.store import Store
from mobile.transport.link import LinkDown, LinkRefused, ServerLink, SignedOut
from shared.identifiers import RecordId
from shared.lifecycle import Outcome
from shared.texts import plural, text
from shared.wire.receipts import Receipt

Look = Callable[[ServerLink, str, Callable[[], bool]], News]
"""Fetches what a receipt's version names, over a link, until told to stop."""


@dataclass(frozen=True, slots=True)
class SendProgress:
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
    conflict. news: reference data that came down, or what kept them back.
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
    news: News = field(default_factory=News)

    @property
    def is_signed_out(self) -> bool:
        """Whether the office does not know this tablet, or no longer: a new ticket may help."""
        return self.problem == SignedOut.text_id


class Run:
    """What one thread does; others may join, watch and stop it at any time."""

    def __init__(self) -> None:
        self.words: Counter[Outcome] = Counter()
        self.returned: list[RecordId] = []
        self.sent = self.parcels = self.bytes_up = self.bytes_down = self.failures = 0
        self.fault: LinkDown | LinkRefused | None = None
        self.receipt: Receipt | None = None
        """The newest one: what the office holds and orders at present."""
        self.news = News()
        self.held_back: set[RecordId] = set()
        """Records that failed on their own in this run: they wait for the next one."""
        self.names_no_notes = False
        """The office could not read a parcel that acknowledges notes: this run sends without."""
        self.report: Future[SendReport] = Future()
        """Set when the run is over; whoever joined waits for it."""
        self.cancelled = False
        """Whether it ended because it was stopped: a stop that comes too late changes nothing."""
        self._lock = threading.Lock()
        self._stopped = False
        self._link: ServerLink | None = None
        self._watchers: list[tuple[Callable[[SendProgress], None], Callable[[], bool]]] = []

    def watch(
        self, progress: Callable[[SendProgress], None], cancelled: Callable[[], bool]
    ) -> None:
        """Tells of progress from now on; stops, after a parcel, when cancelled says so."""
        self._watchers.append((progress, cancelled))

    def tell(self, progress: SendProgress) -> None:
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

    def look_for_news(self, link: ServerLink, look: Look | None, store: Store) -> None:
        """Lets the reference data the office named come down, after all else went well."""
        if look is None or self.receipt is None or self.receipt.orders:
            return
        if self.fault is not None or self.cancelled:
            return
        up, down = link.bytes_up, link.bytes_down
        try:
            version = self.receipt.versions.get("reference", "")
            self.news = look(link, version, lambda: self.is_stopped)
        finally:
            self.bytes_up += link.bytes_up - up
            self.bytes_down += link.bytes_down - down
        self.cancelled = self.news.stopped
        trial.note_outcome(store, self.receipt.versions, self.news)

    def take(self, applied: Applied, receipt: Receipt | None) -> None:
        """Adds what a receipt brought. receipt: None when it is older than one read before."""
        self.words += applied.words
        self.returned += applied.returned
        self.receipt = receipt or self.receipt
        self.fault = None


def sentence_of(report: SendReport, run: Run, say: str) -> str:
    """What happened; what is safe; what to do. say: the officer's language."""
    parts = []
    if report.accepted or report.superseded:
        parts.append(plural("tablet.sent_accepted", say, report.accepted + report.superseded))
    if report.rejected or report.conflicts:
        parts.append(plural("tablet.sent_returned", say, report.rejected + report.conflicts))
    if run.fault is not None:
        parts.append(run.fault.sentence(say))
    elif report.cancelled:
        parts.append(text("tablet.send_cancelled", say))
    elif "erase_identities" in report.orders:
        parts.append(text("tablet.signed_out", say))
    elif not parts and not report.news.edition:
        parts.append(text("tablet.nothing_new", say))
    if report.news.edition:
        parts.append(text("tablet.edition_taken", say, number=report.news.edition))
    if report.news.problem:
        parts.append(text(report.news.problem, say, number=report.news.number))
    if report.still_waiting:
        parts.append(plural("tablet.still_waiting", say, report.still_waiting))
    if report.stuck:
        parts.append(plural("tablet.stuck", say, len(report.stuck)))
    if report.totals_agree is False and not report.still_waiting:
        parts.append(text("tablet.totals_differ", say))
    return " ".join(parts)

"""Sending what is finalised, by any transport, and applying what comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mobile.casework.known_time import KnownTime
from mobile.casework.repository import Repository
from mobile.casework.written import OutboxEntry
from mobile.sending import trial
from mobile.sending.attempts import Attempts, keep_attempts, read_attempts
from mobile.sending.batches import MOST_RECORDS, all_batches, next_batch
from mobile.sending.notes import Notes
from mobile.sending.receipts import ParcelNote, forget_answered_notes
from mobile.sending.reconcile import Difference, differing_records, follow_office, put_back
from mobile.sending.runs import Look, Run, SendProgress, SendReport, sentence_of
from mobile.sending.taking import Taking
from mobile.transport.files import read_receipt_files, write_parcel
from mobile.transport.link import (
    LinkDown,
    LinkRefused,
    NotAccepted,
    NotOurServer,
    ServerFault,
    ServerLink,
    SlowDown,
    TimedOut,
    TooLarge,
)
from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import Fingerprint, RandomBytes, RecordId
from shared.lifecycle import STUCK_AFTER, CaseState, Outcome
from shared.wire.answers import Answer
from shared.wire.keys import TabletKeys
from shared.wire.limits import MAX_ANSWERS
from shared.wire.notes import NoteId
from shared.wire.parcels import SealedParcel, seal_parcel
from shared.wire.tickets import Membership

__all__ = ["SendProgress", "SendReport", "Sending"]

FAILURES_IN_A_RUN = 4
"""Failed parcels after which the connection is taken to be bad: the officer presses again."""
SHRINK_AFTER = (TimedOut, TooLarge, ServerFault)
"""Failures a smaller parcel may get round. The others would fail at any size."""


class Sending:
    """Use case. May run in a background thread; only one run at a time: a second one joins it."""

    def __init__(
        self,
        repository: Repository,
        membership: Membership,
        tablet_keys: TabletKeys,
        link: Callable[[], ServerLink],
        clock: Callable[[], datetime],
        known: KnownTime,
        notes: Notes,
        random_bytes: RandomBytes,
        *,
        obey: Callable[[str], None] = lambda _: None,
        news: Look | None = None,
        milestone: Callable[[str], None] = lambda _: None,
        language: str = "en",
    ) -> None:
        """link: makes a way to the server when needed. obey: carries out an order of the office
        (erase_identities). news: fetches the data a receipt names. milestone: see mobile.tablet."""
        self.language, self._random_bytes = language, random_bytes
        self._repository, self._store = repository, repository.store
        self._membership, self._tablet_keys = membership, tablet_keys
        self._link, self._clock, self._known, self._notes = link, clock, known, notes
        self._news, self._milestone = news, milestone
        self._taking = Taking(repository, membership, tablet_keys, clock, known, notes, obey)
        self._one_run, self._joining = threading.Lock(), threading.Lock()
        self._under_way: Run | None = None
        self._listeners: list[Callable[[SendReport], None]] = []

    @property
    def last_success_s(self) -> int:
        """When the office last answered, in seconds since 1970; 0 when it never did."""
        return self.attempts.last_success_s

    @property
    def attempts(self) -> Attempts:
        """What is remembered of earlier runs."""
        return read_attempts(self._store)

    @property
    def waiting(self) -> tuple[int, bool]:
        """How many records have no outcome yet; whether a danger among them was never tried."""
        entries = self._repository.entries()
        return len(entries), any(entry.danger and not entry.attempts for entry in entries)

    @property
    def withdrawn_s(self) -> int:
        """When the newest withdrawal that waits and can still be undone was made, in seconds since
        1970; 0 for none."""
        waiting = (entry for entry in self._repository.entries() if not entry.attempts)
        cards = ((entry, self._repository.card(entry.record_id)) for entry in waiting)
        return max(
            (
                entry.finalised_s
                for entry, card in cards
                if card.state is CaseState.WITHDRAWN and not card.erased
            ),
            default=0,
        )

    def is_waiting(self, record_id: RecordId) -> bool:
        """Whether the office has not answered yet what was finalised of that record last."""
        return any(entry.record_id == record_id for entry in self._repository.entries())

    @property
    def is_under_way(self) -> bool:
        """Whether a run goes on at this moment, whoever began it."""
        return self._under_way is not None

    def on_report(self, listener: Callable[[SendReport], None]) -> None:
        """Calls the listener after every run, from the thread of the run."""
        self._listeners.append(listener)

    def stop(self) -> None:
        """Ends the run under way within a moment, also where it waits for the network.

        Nothing is lost: what was sent without an answer is answered the same next time.
        """
        with self._joining:
            run = self._under_way
        if run is not None:
            run.stop()

    def send(
        self,
        progress: Callable[[SendProgress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SendReport:
        """Sends all that is finalised over the network; never raises for a bad link.

        When nothing is to be sent, asks the office once whether there is news. When a run is under
        way, joins it: progress and report are that run's, and nothing is sent twice.
        cancelled: asked between parcels; stop() is quicker.
        """
        with self._joining:
            joined = self._under_way
            run = joined or Run()
            run.watch(progress, cancelled)
            self._under_way = run
        if joined is not None:
            return joined.report.result()
        try:
            with self._one_run:
                report = self._send(run)
        except BaseException as fault:
            self._end(run)
            run.report.set_exception(fault)
            raise
        self._end(run)
        run.report.set_result(report)
        for listener in self._listeners:
            listener(report)
        return report

    def save_parcels(self, folder: Path) -> list[Path]:
        """Transport by file: writes parcels with all that has no outcome yet into the folder.

        Writing them counts as a try. Sending the same records over the network afterwards is
        harmless: the office answers each revision once and for ever. A run over the network that
        is under way is stopped: the officer has chosen this way.
        """
        self.stop()
        with self._one_run:
            batches = all_batches(self._repository.entries())
            return [write_parcel(folder, self._pack(batch)[0]) for batch in batches]

    def parcels(self) -> list[bytes]:
        """The same parcels to be handed over by another transport; as save_parcels in all else."""
        self.stop()
        with self._one_run:
            batches = all_batches(self._repository.entries())
            return [self._pack(batch)[0].data for batch in batches]

    def read_receipts(self, folder: Path) -> SendReport:
        """The way back by file: take_receipts of every receipt file in the folder."""
        return self.take_receipts(read_receipt_files(folder))

    def take_receipts(self, receipts: Iterable[bytes]) -> SendReport:
        """Applies the receipts that are for this tablet; stops a run over the network."""
        self.stop()
        with self._one_run:
            started_s, run = self._clock().timestamp(), Run()
            for data in receipts:
                try:
                    receipt = self._taking.open(data)
                except (ParcelUnreadable, SignatureInvalid):
                    continue  # another tablet's receipts travel the same way
                run.bytes_down += len(data)
                self._taking.take(run, receipt)
            return self._report(run, started_s)

    # -- one run

    def _send(self, run: Run) -> SendReport:
        started_s = self._clock().timestamp()
        total = len(self._repository.entries())
        most = self.attempts.most_records
        forget_answered_notes(self._repository)

        def tell() -> None:
            spent_s = self._clock().timestamp() - started_s
            done = sum(run.words.values())
            run.tell(SendProgress(done, max(total, done), run.bytes_up, run.bytes_down, spent_s))

        tell()
        try:
            link = self._link()
        except LinkDown as fault:
            run.fault = fault
        else:
            run.use(link)
            try:
                while not self._is_over(run):
                    batch = next_batch(self._repository.entries(), most, run.held_back)
                    most = self._send_one(run, link, batch, most)
                    tell()
                run.look_for_news(link, self._news, self._store)
            finally:
                link.close()
        report = self._report(run, started_s)
        self._remember(report, most)
        return report

    def _end(self, run: Run) -> None:
        with self._joining:
            self._under_way = None

    def _remember(self, report: SendReport, most: int) -> None:
        """What waits after a run that met no fault was put back or got no outcome (a tablet that
        was signed out): that counts as a failure too, or the tablet would try without a pause."""
        failed = bool(report.problem or self._repository.entries())
        failures = self.attempts.failures
        if not report.cancelled:
            failures = failures + 1 if failed else 0
        keep_attempts(
            self._store,
            most_records=most,
            last_attempt_s=int(self._clock().timestamp()),
            failures=failures,
            retry_after_s=report.retry_after_s or 0,
        )

    def _is_over(self, run: Run) -> bool:
        if run.is_stopped:
            run.cancelled, run.fault = True, None  # a request that was cut tells nothing
            return True
        left = any(one.record_id not in run.held_back for one in self._repository.entries())
        if run.fault is not None:
            worth_it = left and isinstance(run.fault, SHRINK_AFTER)
            return run.failures >= FAILURES_IN_A_RUN or not worth_it
        if run.receipt is None:
            return False  # nothing sent yet: at least ask for news
        return bool(run.receipt.orders) or not left

    # -- one parcel

    def _send_one(self, run: Run, link: ServerLink, batch: Sequence[OutboxEntry], most: int) -> int:
        """Sends one parcel and applies its receipt; gives the size of the next one."""
        arrived = () if run.names_no_notes else self._notes.to_acknowledge
        answers = () if run.names_no_notes else self._to_answer()
        parcel, batch = self._pack(batch, arrived, answers)
        up, down = link.bytes_up, link.bytes_down
        try:
            self._milestone("before_request")
            data = link.send_parcel(parcel.data)
            self._milestone("after_reply")
            receipt = self._taking.open(data)
            if receipt.parcel_id != parcel.parcel_id:
                raise NotOurServer
        except (LinkDown, LinkRefused) as fault:
            run.fault = fault
        except (ParcelUnreadable, SignatureInvalid):
            run.fault = NotOurServer()
        else:
            run.sent += len(batch)
            run.parcels += 1
            self._taking.take(run, receipt, ParcelNote(parcel.parcel_id, _lines(batch)))
            self._notes.answers_told(answers)
            if batch and not receipt.outcomes and not receipt.orders:
                run.fault = ServerFault()  # asking again at once would go on for ever
            else:
                most = min(MOST_RECORDS, most * 2)
        finally:
            run.bytes_up += link.bytes_up - up
            run.bytes_down += link.bytes_down - down
        if isinstance(run.fault, NotAccepted) and (arrived or answers):
            # An office that was put back to an earlier version cannot read a parcel that names
            # notes or answers something: its records matter more.
            run.names_no_notes, run.fault = True, None
        if run.fault is not None and not run.is_stopped:
            run.failures += 1
            if isinstance(run.fault, SHRINK_AFTER):
                if most == 1:
                    run.held_back.update(entry.record_id for entry in batch)
                most = max(1, min(most, len(batch)) // 2)
        return most

    def _to_answer(self) -> tuple[Answer, ...]:
        fares = trial.to_answer(self._store)
        return (*self._notes.to_answer(self._known.now_s())[: MAX_ANSWERS - len(fares)], *fares)

    def _pack(
        self,
        wanted: Sequence[OutboxEntry],
        arrived: Sequence[NoteId] | None = None,
        answers: Sequence[Answer] | None = None,
    ) -> tuple[SealedParcel, list[OutboxEntry]]:
        """The parcel of these records, and what is in it: the officer may have finalised the next
        revision meanwhile. Tries and note are on the disk before it is given away.

        arrived: the notes it acknowledges; answers: what it answers; None for all there are."""
        if arrived is None:
            arrived = self._notes.to_acknowledge
        if answers is None:
            answers = self._to_answer()
        now_s = int(self._clock().timestamp())
        packed = [self._repository.finalised(entry.record_id) for entry in wanted]
        batch, finalised = [entry for entry, _ in packed], [canonical for _, canonical in packed]
        parcel = seal_parcel(
            finalised,
            tablet_id=self._membership.tablet_id,
            tablet_keys=self._tablet_keys,
            programme_public=self._membership.programme_public,
            clock_s=now_s,
            random=self._random_bytes,
            acknowledged=arrived,
            answers=answers,
        )
        if batch:
            note = ParcelNote(parcel.parcel_id, _lines(batch))
            with self._repository.change("attempt") as change:
                for entry, canonical in zip(batch, finalised, strict=True):
                    # The officer may have finalised the next revision meanwhile: leave that one.
                    if self._repository.entry(entry.record_id) == entry:
                        tried = replace(entry, attempts=entry.attempts + 1, last_attempt_s=now_s)
                        change.put_entry(tried, canonical)
                self._store.parcels.put(parcel.parcel_id, note.to_bytes())
        return parcel, batch

    # -- what is told

    def _report(self, run: Run, started_s: float) -> SendReport:
        entries = self._repository.entries()
        differing: tuple[Difference, ...] | None = ()
        if run.receipt is not None:
            differing = differing_records(self._repository, run.receipt.totals)
            if differing:
                decided = self._notes.decided_records()
                differing = follow_office(self._repository, differing, decided)
            lacking = [one.record_id for one in differing or () if one.lacking]
            put_back(self._repository, lacking, int(self._clock().timestamp()))
        report = SendReport(
            sent=run.sent,
            accepted=run.words[Outcome.ACCEPTED] + run.words[Outcome.ALREADY_ACCEPTED],
            rejected=run.words[Outcome.REJECTED],
            conflicts=run.words[Outcome.CONFLICT],
            superseded=run.words[Outcome.SUPERSEDED],
            still_waiting=len(entries),
            stuck=tuple(e.record_id for e in entries if e.attempts >= STUCK_AFTER),
            returned=tuple(run.returned),
            parcels=run.parcels,
            bytes_up=run.bytes_up,
            bytes_down=run.bytes_down,
            seconds=self._clock().timestamp() - started_s,
            problem=run.fault.text_id if run.fault else "",
            retry_after_s=run.fault.retry_after_s if isinstance(run.fault, SlowDown) else None,
            cancelled=run.cancelled,
            totals_agree=None if run.receipt is None else differing == (),
            differing=tuple(one.record_id for one in differing or ()),
            orders=run.receipt.orders if run.receipt else (),
            versions=dict(run.receipt.versions) if run.receipt else {},
            news=run.news,
        )
        return replace(report, sentence=sentence_of(report, run, self.language))


def _lines(batch: Sequence[OutboxEntry]) -> tuple[tuple[RecordId, int, Fingerprint], ...]:
    return tuple((entry.record_id, entry.revision, entry.fingerprint) for entry in batch)

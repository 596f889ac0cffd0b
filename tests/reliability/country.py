"""A small country in one process: a real office, real tablets, every road, everything that fails.

The office is the real intake on a real database, straight or behind real HTTP; the tablets are the
real store and use cases. A power cut copies the tablet's files as they lie on the disk at that
moment and goes on with the copy: what kill -9 leaves behind. Disks are in memory where there are
such: tens of thousands of steps are to be taken.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from mobile.casework.written import Card
from mobile.sending.send import SendReport
from server.intake.folder import take_in_folder
from server.intake.receive import take_in
from server.office import Office
from server.office.config import config_for
from server.programme.keys import keys_of
from server.queue import JobKind
from server.tables.recount import link_batch
from shared.errors import ParcelUnreadable
from shared.lifecycle import CaseState
from shared.wire.parcels import open_parcel, parcel_id_of
from shared.wire.receipts import receipt_parcel
from tests.reliability import assertions
from tests.reliability.asking import Asked
from tests.reliability.broken_server import ServerGone, dying_before_commit
from tests.reliability.broken_tablet import finalise_badly, say
from tests.reliability.clean_sync import clean_sync
from tests.reliability.holding import HAPPENED, Holder, finalised_revision
from tests.reliability.model import Key, Model
from tests.reliability.roads import ShortRoad
from tests.reliability.starting import NOW, PIN, Template, execute, quick_folder, who
from tests.reliability.working import work
from tests.server.field import REFERENCE, Clock

PASSPHRASE = "correct horse battery staple"


class Country:
    """Office, tablets, what is on the way, and the model."""

    def __init__(self, start: Template, seed: int = 0) -> None:
        self.seed, self.random = seed, random.Random(seed)
        self.root = Path(tempfile.mkdtemp(prefix="tally87-run-", dir=quick_folder()))
        self._numbers = iter(range(1 << 30))
        self.start, self.web, self.model = start, start.web, Model()
        changes: dict[str, Any] = {"parcels_per_minute": 1_000_000}
        shutil.copytree(start.folder / "office", self.root / "office")
        if start.database:
            self._database = f"run_{random.Random(str(self.root)).randrange(1 << 40):x}"
            execute(
                start.server_url, f'create database "{self._database}" template "{start.database}"'
            )
            changes["database_url"] = start.server_url.rsplit("/", 1)[0] + f"/{self._database}"
        self.config = config_for(
            self.root / "office", public_url="http://127.0.0.1:8087", **changes
        )
        self.office_clock = Clock(NOW)
        self.office = self._open_office()
        self.faults: list[str] = []
        self.told: list[str] = []
        """Text ids of what went wrong with each request of the present sending, "" for nothing."""
        self.on_the_way: list[bytes] = []
        self._replies: deque[bytes] = deque(maxlen=6)
        self._opened: dict[bytes, tuple[str, tuple[bytes, ...]]] = {}
        self.forged: set[str] = set()
        """Records of a hostile tablet (tests.reliability.forging)."""
        self.cloned: set[str] = set()
        """Tablets of which there were two, or which went on from a backup."""
        self.recorded_by: dict[str, str] = {}
        self.undone: set[Key] = set()
        """Withdrawals undone while they waited: nobody has to hear of them."""
        self.owed: set[Key] = set()
        """Finalised on a tablet that is lost, not sent from it: its escrow copies bring it."""
        self.acknowledged: dict[str, dict[str, int]] = {}
        self.said: dict[str, set[str]] = {}
        """Ids of the notes to each tablet."""
        self.asked: list[Asked] = []
        self.gone: dict[str, set[str]] = {}
        """Records that lost their consent, by the name of their holder."""
        self.broken: set[str] = set()
        """Records of those, of which a broken program said more."""
        self.generation = ""
        self.holders: list[Holder] = []
        for name in (*start.names, "supervisor"):
            folder = self.new_folder(name)
            shutil.copytree(start.folder / name, folder)
            holder = Holder(self, name, folder, Clock(NOW))
            holder.unlock()
            self.holders.append(holder)
        self._publics = {
            holder.tablet_id: holder.session._tablet_keys.public for holder in self.holders
        }
        self.supervisor = self.holders.pop()
        self.stick = self.root / "stick"
        self.stick.mkdir()
        self.link: Callable[[], Any] = self.web.link if self.web else lambda: ShortRoad(self)

    def close(self) -> None:
        for holder in (*self.holders, self.supervisor):
            holder.session.lock()
        with self.quiet():
            self.office.close()
        if self.start.database:
            execute(self.start.server_url, f'drop database "{self._database}"')
        shutil.rmtree(self.root, ignore_errors=True)

    def new_folder(self, name: str) -> Path:
        return self.root / f"{name}-{next(self._numbers)}"

    # -- the office

    def _open_office(self) -> Office:
        # not the country's randomness: a tablet's choices must not depend on the office's
        office = Office.open(
            self.config, self.office_clock, random.Random(next(self._numbers)).randbytes
        )
        office.__dict__["reference"] = REFERENCE  # loaded once for all runs; it is only read
        self.office = office
        if self.web:
            self.web.serve(self)
        return office

    def restart_office(self) -> None:
        with self.quiet():
            self.office.close()
        self._open_office()

    def link_batch(self, cases: int) -> None:
        """So many cases that wait are linked."""
        with self.quiet():
            link_batch(self.office, cases)

    def work(self, kind: JobKind, dies_after: int = 0) -> bool:
        """See tests.reliability.working."""
        with self.quiet():
            return work(self.office, kind, dies_after)

    def arrived_records(self) -> Iterator[bytes]:
        """Every record that reached the office, as it travelled."""
        for _, records in self._opened.values():
            yield from records

    def quiet(self) -> Any:
        """No request is being worked on, nor what is done after a reply."""
        return self.web.busy if self.web else nullcontext()

    def take_in(self, parcel: bytes) -> bytes:
        """The receipt; the model hears of what arrived."""
        reply = self.web.post(parcel) if self.web else take_in(self.office, parcel).receipt
        assert reply is not None, "a sound parcel was refused"
        self.was_taken_in(parcel, reply)
        return reply

    def was_taken_in(self, parcel: bytes, reply: bytes) -> None:
        """The office gave this reply to the parcel."""
        self._replies.append(reply)
        self.arrived(parcel)

    def arrived(self, parcel: bytes) -> None:
        """The model hears of it, record by record."""
        if parcel not in self._opened:
            opened = open_parcel(
                parcel,
                programme_keys=keys_of(self.office).programme,
                tablet_public=self._publics.__getitem__,
            )
            self._opened[parcel] = opened.tablet_id, opened.records
        tablet_id, records = self._opened[parcel]
        self.model.arrive(records, tablet_id, self.office.now_s(), parcel_id_of(parcel))

    def must_refuse(self, data: bytes) -> None:
        try:
            take_in(self.office, data)
        except ParcelUnreadable:
            return
        raise AssertionError("half a parcel was taken in")

    def die_before_commit(self, parcel: bytes) -> bytes | None:
        """What a tablet hears of such a server: nothing, if the program is right."""
        with dying_before_commit(self.office):
            try:
                reply = take_in(self.office, parcel).receipt
            except ServerGone:
                reply = None
        self.restart_office()
        return reply

    # -- what goes wrong

    def next_fault(self, parcel: bytes) -> str:
        """The fault of the next request, "" for none."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault.startswith("other_reply") and self.earlier_reply(parcel) is None:
            return ""
        return fault

    def happened(self, fault: str, told: str) -> None:
        """Notes that it did, and what the officer must be told."""
        self.told.append(told)
        if fault:
            HAPPENED[f"fault {fault}"] += 1

    def earlier_reply(self, parcel: bytes) -> bytes | None:
        """An earlier reply to another parcel, if there was one lately."""
        mine = parcel_id_of(parcel)
        others = [reply for reply in self._replies if receipt_parcel(reply) != mine]
        return self.random.choice(others) if others else None

    def garbled(self, reply: bytes) -> bytes:
        """With one bit changed."""
        place = self.random.randrange(len(reply))
        return reply[:place] + bytes([reply[place] ^ 1]) + reply[place + 1 :]

    # -- what officers do

    def record(
        self, holder: Holder, person: int, cases: int = 1, *, bad: bool = False, short: bool = False
    ) -> None:
        """A visit with cases, finalised. bad: with an answer only a broken program lets through.
        short: an interview that ends soon, as most do."""
        work, book = holder.session.casework, holder.book
        tablet_id = holder.tablet_id

        def write() -> None:
            today = holder.clock().date().isoformat()
            visit_id = work.start_visit()
            self.model.months[visit_id] = today[:7]
            self.recorded_by[visit_id] = tablet_id
            say(book, visit_id, self.start.visit | {"visit_date": today})
            for number in range(person, person + cases):
                case_id = work.start_case(visit_id)
                self.model.persons[case_id] = number
                self.recorded_by[case_id] = tablet_id
                said = self.start.short_case if short and not bad else self.start.case
                say(book, case_id, said | who(number))
                if bad:
                    finalise_badly(work, holder.book, case_id)
                else:
                    work.finalise(case_id)

        holder.doing(write)

    def correct(self, holder: Holder, card: Card, hours: float) -> None:
        """The officer opens the case again, changes the hours and finalises it."""
        work, book = holder.session.casework, holder.book

        def change() -> None:
            if card.state is not CaseState.DRAFT:
                work.reopen(card.record_id)
            answers = {
                **book.body(card.record_id).answers,
                **who(self.model.persons[card.record_id]),
            }
            say(book, card.record_id, {**answers, "work_hours": hours, "sex": "male"})
            work.finalise(card.record_id)

        holder.doing(change)

    def change(self, holder: Holder, card: Card, doing: str, why: str = "recorded_twice") -> None:
        """Corrected (reopen), taken back (withdraw), up again (undo_withdrawal), or an alarm."""
        work = holder.session.casework
        if doing == "reopen":
            self.correct(holder, card, 7.0)
        elif doing == "withdraw":
            holder.doing(lambda: work.withdraw(card.record_id, why))
        elif doing == "undo_withdrawal":
            self.undone |= {
                (entry.record_id, entry.revision, entry.fingerprint)
                for entry in holder.book.entries()
                if holder.book.card(entry.record_id).state is CaseState.WITHDRAWN
            }
            holder.doing(lambda: work.withdrawals.undo(card.record_id))
        else:
            holder.doing(lambda: work.raise_danger(card.visit_id, card.record_id))

    def note(self, holder: Holder) -> None:
        """What the tablet says it has finalised must be there ever after."""
        noted = self.acknowledged.setdefault(holder.name, {})
        for card in holder.cards():
            if card.fingerprint:
                noted[card.record_id] = max(noted.get(card.record_id, 0), finalised_revision(card))

    # -- roads

    def send(self, holder: Holder, faults: Sequence[str] = ()) -> SendReport | None:
        """The officer presses Send, and these faults meet the next requests; None when the power
        went meanwhile. What the officer reads must be true."""
        self.faults, self.told = list(faults), []
        report: SendReport | None = holder.doing(lambda: holder.session.sending.send())
        self.faults = []
        self._wire_must_go_on()
        if report is not None:
            assertions.check_sentence(report, self.told)
        return report

    def save_to_stick(self, holder: Holder) -> None:
        holder.doing(lambda: holder.session.sending.save_parcels(self.stick))

    def office_reads_stick(self) -> None:
        for name, taken, problem in take_in_folder(self.office, self.stick):
            assert taken is not None, problem
            self.arrived((self.stick / name).read_bytes())

    def read_receipts(self, holder: Holder) -> None:
        holder.doing(lambda: holder.session.sending.read_receipts(self.stick))

    def hand_to_supervisor(self, holder: Holder) -> None:
        folder = self.new_folder("over")
        holder.doing(lambda: holder.session.sending.save_parcels(folder))
        if folder.exists():
            self.supervisor.doing(lambda: self.supervisor.session.relay.take_folder(folder))

    def supervisor_delivers(self, faults: Sequence[str] = ()) -> None:
        self.faults, self.told = list(faults), []
        delivery = self.supervisor.doing(self.supervisor.session.relay.deliver)
        self.faults = []
        self._wire_must_go_on()
        # Who carries cannot read a receipt, so one that was garbled may go unnoticed until later.
        if delivery is not None and "garbled_reply" not in faults:
            assert delivery.problem == next(filter(None, reversed(self.told)), "")

    def supervisor_hands_back(self, holder: Holder) -> None:
        folder = self.new_folder("back")
        self.supervisor.doing(lambda: self.supervisor.session.relay.hand_back(folder))
        if folder.exists():
            holder.doing(lambda: holder.session.sending.read_receipts(folder))

    def deliver_late(self) -> None:
        """Requests that hung somewhere reach the office, out of order; nobody hears the answer."""
        self.random.shuffle(self.on_the_way)
        while self.on_the_way:
            self.take_in(self.on_the_way.pop())

    def _wire_must_go_on(self) -> None:
        if self.web:
            self.web.must_go_on()

    # -- backups

    def back_up(self, holder: Holder) -> Path:
        path = self.new_folder("backup") / "backup"
        holder.session.save_backup(path, PASSPHRASE)
        return path

    def restore(self, path: Path, of: Holder, *, of_lost: bool) -> Holder:
        """A tablet made of the backup. of_lost: the old one is at the bottom of a river, and only
        its escrow copies are carried to the office; else both go on, which nobody should do."""
        folder = self.new_folder(of.name)
        fresh = Holder(self, f"{of.name}+{next(self._numbers)}", folder, Clock(of.clock()))
        fresh.generation = next(self._numbers)
        if of_lost:
            self.owed |= {
                (entry.record_id, entry.revision, entry.fingerprint) for entry in of.book.entries()
            }
            of.session.lock()
            of.tablet().save_escrow(self.stick)
            self.holders.remove(of)
        fresh.session = fresh.tablet().restore(path, PASSPHRASE, PIN)
        self.cloned.add(fresh.tablet_id)
        self.holders.append(fresh)
        return fresh

    def clean_sync(self) -> None:
        """See tests.reliability.clean_sync."""
        clean_sync(self)

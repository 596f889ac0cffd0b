"""A small country in one process: a real office, real tablets, every road, everything that fails.

The office is the real intake on a real database; the tablets are the real store and use cases. A
power cut copies the tablet's files as they lie on the disk at that moment and goes on with the
copy: what kill -9 leaves behind. Disks are in memory where the machine has such a folder, because
tens of thousands of steps are to be taken.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from mobile.casebook import Card
from server.config import config_for
from server.database import reading
from server.models import CaseRecord, Conflict, RecordRevision
from server.office import Office
from server.services import persons
from server.services.intake import take_in
from server.services.parcel_files import take_in_folder
from shared.answers import Value
from shared.errors import ParcelUnreadable
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.wire.parcels import open_parcel
from shared.wire.records import decode_record, fingerprint
from tests.reliability.holding import Holder, Road, finalised_revision
from tests.reliability.model import Key, Model
from tests.reliability.starting import NOW, PIN, Template, execute, quick_folder, who
from tests.server.field import REFERENCE, Clock


class ServerGone(Exception):
    """The server's process is gone before its commit."""


class Country:
    """Office, tablets, what is on the way, and the model."""

    def __init__(self, start: Template, seed: int = 0) -> None:
        self.seed, self.random = seed, random.Random(seed)
        self.root = Path(tempfile.mkdtemp(prefix="tally87-run-", dir=quick_folder()))
        self._numbers = iter(range(1 << 30))
        self.start, self.model = start, Model()
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
        self.on_the_way: list[bytes] = []
        self.last_reply = b""
        self.cloned: set[str] = set()
        self.links_persons = True
        """Whether persons are linked and counted when the office is checked."""
        self.owed: set[Key] = set()
        """Finalised on a tablet that is lost, not sent from it: its escrow copies bring it."""
        self.acknowledged: dict[str, dict[str, int]] = {}
        self.holders: list[Holder] = []
        for name in (*start.names, "supervisor"):
            folder = self.new_folder(name)
            shutil.copytree(start.folder / name, folder)
            holder = Holder(self, name, folder, Clock(NOW))
            holder.unlock()
            self.holders.append(holder)
        self.supervisor = self.holders.pop()
        self.stick = self.root / "stick"
        self.stick.mkdir()
        self.link: Callable[[], Any] = lambda: Road(self)

    def close(self) -> None:
        for holder in (*self.holders, self.supervisor):
            holder.session.lock()
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
        return office

    def restart_office(self) -> None:
        self.office.close()
        self.office = self._open_office()

    def take_in(self, parcel: bytes) -> bytes:
        """The receipt; the model hears of what arrived."""
        taken = take_in(self.office, parcel)
        self.arrived(parcel)
        return taken.receipt

    def arrived(self, parcel: bytes) -> None:
        opened = open_parcel(
            parcel,
            programme_keys=self.office.keys.programme,
            tablet_public=lambda tablet_id: self._publics()[tablet_id],
        )
        self.model.arrive(
            (decode_record(data, REFERENCE.questionnaire_by_digest), fingerprint(data))
            for data in opened.records
        )

    def _publics(self) -> dict[str, Any]:
        if not hasattr(self, "_known"):
            self._known = {
                holder.session.membership.tablet_id: holder.session._tablet_keys.public
                for holder in (*self.holders, self.supervisor)
            }
        return self._known

    def must_refuse(self, data: bytes) -> None:
        try:
            take_in(self.office, data)
        except ParcelUnreadable:
            return
        raise AssertionError("half a parcel was taken in")

    def die_before_commit(self, parcel: bytes) -> None:
        """The server does all its work on the parcel and is gone before the commit."""

        def die(_: object) -> None:
            raise ServerGone

        event.listen(self.office.engine, "commit", die)
        try:
            take_in(self.office, parcel)
        except ServerGone:
            pass
        finally:
            event.remove(self.office.engine, "commit", die)
        self.restart_office()

    # -- what officers do

    def record(self, holder: Holder, person: int, cases: int = 1, *, bad: bool = False) -> None:
        """A visit with cases, finalised. bad: with an answer only a broken program lets through."""
        work, book = holder.session.casework, holder.book

        def write() -> None:
            today = holder.clock().date().isoformat()
            visit_id = work.start_visit()
            self._say(book, visit_id, self.start.visit | {"visit_date": today})
            for number in range(person, person + cases):
                case_id = work.start_case(visit_id)
                self.model.persons[case_id] = number
                said = self.start.case | who(number)
                self._say(book, case_id, said)
                if bad:
                    self._finalise_badly(holder, case_id)
                else:
                    work.finalise(case_id)

        holder.doing(write)

    def correct(self, holder: Holder, card: Card, hours: float) -> None:
        """The officer opens the case again, changes the hours and finalises it."""
        work, book = holder.session.casework, holder.book

        def change() -> None:
            if card.state is not CaseState.DRAFT:
                work.reopen(card.record_id)
            answers = {**book.body(card.record_id).answers, **who(self.person_of(card))}
            self._say(book, card.record_id, {**answers, "work_hours": hours, "sex": "male"})
            work.finalise(card.record_id)

        holder.doing(change)

    def person_of(self, card: Card) -> int:
        return self.model.persons[card.record_id]

    def _say(self, book: Any, record_id: RecordId, answers: dict[str, Value]) -> None:
        with book.change("answer") as change:
            change.put_card(book.card(record_id))
            change.put_body(record_id, replace(book.body(record_id), answers=answers))

    def _finalise_badly(self, holder: Holder, case_id: RecordId) -> None:
        """As a tablet would whose checks were broken."""
        work, book = holder.session.casework, holder.book
        visit_id = book.card(case_id).visit_id
        if book.card(visit_id).state is CaseState.DRAFT:
            work.finalise_visit(visit_id)
        self._say(book, case_id, {**book.body(case_id).answers, "work_hours": 999.0})
        paper = work._papers.open(case_id)
        frozen = work._freezer.freeze(paper, work._visit_of(paper))
        self.model.bad.add(frozen.fingerprint)
        with book.change("finalise") as change:
            work._freeze(change, paper, work._visit_of(paper))

    def note(self, holder: Holder) -> None:
        """What the tablet says it has finalised must be there ever after."""
        noted = self.acknowledged.setdefault(holder.name, {})
        for card in holder.cards():
            if card.fingerprint:
                noted[card.record_id] = max(noted.get(card.record_id, 0), finalised_revision(card))

    # -- other roads

    def save_to_stick(self, holder: Holder) -> None:
        holder.doing(lambda: holder.session.sending.save_parcels(self.stick))

    def office_reads_stick(self) -> None:
        for path in sorted(self.stick.glob("*.parcel")):
            data = path.read_bytes()
            if not path.with_suffix(".receipt").exists() or self.random.random() < 0.2:
                self.arrived(data)
        for _, taken, problem in take_in_folder(self.office, self.stick):
            assert taken is not None, problem
        for path in sorted(self.stick.glob("*.parcel")):
            self.arrived(path.read_bytes())

    def read_receipts(self, holder: Holder) -> None:
        holder.doing(lambda: holder.session.sending.read_receipts(self.stick))

    def hand_to_supervisor(self, holder: Holder) -> None:
        folder = self.new_folder("over")

        def over() -> None:
            holder.session.sending.save_parcels(folder)

        holder.doing(over)
        if folder.exists():
            self.supervisor.doing(lambda: self.supervisor.session.carrying.take_folder(folder))

    def supervisor_delivers(self) -> None:
        self.supervisor.doing(self.supervisor.session.carrying.deliver)

    def supervisor_hands_back(self, holder: Holder) -> None:
        folder = self.new_folder("back")
        self.supervisor.doing(lambda: self.supervisor.session.carrying.hand_back(folder))
        if folder.exists():
            holder.doing(lambda: holder.session.sending.read_receipts(folder))

    def deliver_late(self) -> None:
        """Requests that hung somewhere reach the office, out of order; nobody hears the answer."""
        self.random.shuffle(self.on_the_way)
        while self.on_the_way:
            self.take_in(self.on_the_way.pop())

    # -- backups

    def back_up(self, holder: Holder) -> Path:
        path = self.new_folder("backup") / "backup"
        holder.session.save_backup(path, "correct horse battery staple")
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
        else:
            self.cloned.add(of.session.membership.tablet_id)
        fresh.session = fresh.tablet().restore(path, "correct horse battery staple", PIN)
        self.cloned.add(fresh.session.membership.tablet_id)
        self.holders.append(fresh)
        return fresh

    # -- what must be so

    def check_tablets(self) -> None:
        """Nothing finalised is lost; accepted on the tablet is the same at the office."""
        accepted = self.model.accepted()
        for holder in self.holders:
            cards = {card.record_id: card for card in holder.cards()}
            for record_id, revision in self.acknowledged.get(holder.name, {}).items():
                assert finalised_revision(cards[record_id]) >= revision, "a revision was lost"
            for card in cards.values():
                if not card.fingerprint:
                    continue
                key = card.record_id, finalised_revision(card), card.fingerprint
                entry = holder.book.entry(card.record_id)
                waits = entry is not None and (entry.revision, entry.fingerprint) == key[1:]
                assert waits or self.model.has_answered(key), f"lost: {card.state} {key}"
                if card.state is CaseState.ACCEPTED:
                    held = self.model.held[card.record_id]
                    # An old backup may also have been told that the office has a newer one.
                    same = held.get(card.revision, ("",))[0] == card.fingerprint
                    assert same or max(held) > card.revision
                if card.accepted_revision:
                    held = self.model.held[card.record_id]
                    assert held[card.accepted_revision][:2] == (card.accepted_fingerprint, True)
                    assert accepted[card.record_id][0] >= card.accepted_revision

    def check_office(self) -> None:
        """The database says what the model says: each revision once, each person once."""
        if self.links_persons:
            persons.link_what_waits(self.office)
        with reading(self.office.engine) as connection:
            revisions = sorted(
                tuple(row)
                for row in connection.execute(
                    select(
                        RecordRevision.record_id,
                        RecordRevision.revision,
                        RecordRevision.fingerprint,
                        RecordRevision.outcome,
                    )
                )
            )
            aside = {
                tuple(row)
                for row in connection.execute(
                    select(Conflict.record_id, Conflict.revision, Conflict.fingerprint)
                )
            }
            count = connection.scalar(
                select(func.count(CaseRecord.person_id.distinct())).where(
                    CaseRecord.withdrawn.is_(False)
                )
            )
        assert revisions == sorted(
            (record_id, revision, mark, "accepted" if accepted else "rejected")
            for record_id, held in self.model.held.items()
            for revision, (mark, accepted, _, _) in held.items()
        )
        assert aside == self.model.aside
        assert not self.links_persons or count == self.model.national_count()

    def clean_sync(self) -> None:
        """Everything arrives by every road; then tablet and office agree."""
        self.faults.clear()
        self.deliver_late()
        self.office_reads_stick()
        self.supervisor_delivers()
        for holder in self.holders:
            self.read_receipts(holder)
            self.supervisor_hands_back(holder)
            report = holder.session.sending.send()
            while report.still_waiting and not report.problem:
                report = holder.session.sending.send()
            assert (report.problem, report.still_waiting) == ("", 0)
            if holder.session.membership.tablet_id not in self.cloned:
                assert report.totals_agree, report.sentence
            self.note(holder)
        assert all(map(self.model.has_answered, self.owed)), "lost with its tablet"
        self.check_tablets()
        self.check_office()

"""One tablet with finalised records, one office behind HTTP, both of which can begin again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from demo.officers.cheap_keys import cheap_derivation
from mobile.sending.send import SendReport
from mobile.tablet import Session, Tablet
from mobile.transport.http import HttpLink
from server.db.engine import reading
from server.intake.model import CaseRecord
from server.tables import recount
from tests.mobile.interviews import record_case, record_visit
from tests.reliability.disk import lay_out
from tests.reliability.journey import PIN
from tests.reliability.power import Surroundings
from tests.reliability.starting import NOW, who
from tests.server.field import REFERENCE, Clock

CASES = 3
RECORDS = CASES + 1
"""With their visit."""


class Outpost:
    """link: makes the tablet's way to the office; changed by who wants a bad one."""

    def __init__(self, around: Surroundings) -> None:
        self.around, self.served = around, around.served
        self.link: Callable[[], Any] = lambda: HttpLink(self.served.url)
        session = self.tablet("outpost").set_up(PIN)
        session.enrolment.enrol(around.ticket)
        visit_id = record_visit(session.casework)
        for number in range(CASES):
            case_id = record_case(session.casework, visit_id, **who(number))
            assert session.casework.finalise(case_id).done
        session.lock()
        self.files = {path.name: path.read_bytes() for path in (around.root / "outpost").iterdir()}
        self.office = self.served.state()

    def tablet(self, name: str, clock: Callable[[], datetime] | None = None) -> Tablet:
        return Tablet(
            self.around.root / name,
            REFERENCE,
            clock or Clock(NOW),
            os.urandom,
            link=lambda _: self.link(),
            derivation=cheap_derivation,
        )

    def begin_again(self) -> Session:
        """The tablet, unlocked, and the office as they were before anything was sent."""
        self.served.set_back(self.office)
        self.link = lambda: HttpLink(self.served.url)
        shutil.rmtree(self.around.root / "outpost")
        lay_out(self.files, self.around.root / "outpost")
        return self.tablet("outpost").unlock(PIN)

    def persons(self) -> int:
        """How many persons the office counts."""
        with self.served.busy:
            recount.link_what_waits(self.served.office)
            with reading(self.served.office.engine) as connection:
                query = select(func.count(CaseRecord.person_id.distinct()))
                return connection.scalar(query.where(CaseRecord.withdrawn.is_(False))) or 0


def nothing_is_lost(outpost: Outpost, session: Session) -> None:
    """Each finalised revision waits on the tablet or is accepted by both, and nothing else."""
    book = session.casework._repository
    held = {
        (record_id, revision, mark) for record_id, revision, mark, _ in outpost.served.revisions()
    }
    for card in book.cards():
        entry = book.entry(card.record_id)
        key = card.record_id, card.revision, card.fingerprint
        waits = entry is not None and (entry.record_id, entry.revision, entry.fingerprint) == key
        assert waits or (key in held and card.accepted_revision == card.revision), key
        assert waits or entry is None


def agrees_after_a_clean_sync(
    outpost: Outpost, session: Session, records: int = RECORDS, people: int = CASES
) -> SendReport:
    """Everything arrived, once, and both sides say so."""
    outpost.link = lambda: HttpLink(outpost.served.url)
    report = session.sending.send()
    assert (report.problem, report.still_waiting, report.totals_agree) == ("", 0, True), report
    held = outpost.served.revisions()
    assert sorted(held) == sorted(
        (card.record_id, card.revision, card.fingerprint, "accepted")
        for card in session.casework._repository.cards()
    )
    assert len(held) == records
    assert outpost.persons() == people
    return report

"""A conflict that a person at the office decided, as the tablet follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mobile.casework.history import Act
from mobile.sending.decisions import decided
from mobile.tablet import Session, Tablet
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState, Outcome
from shared.wire.note_kinds import ConflictDecided, ConflictDecision
from tests.mobile.conftest import PIN
from tests.mobile.interviews import record_case, record_visit
from tests.mobile.office import MemoryOffice

TAKEN, LEFT, OPEN = ConflictDecision.TAKEN, ConflictDecision.LEFT, ConflictDecision.OPEN


@dataclass
class Conflict:
    """A case of two tablets with one and the same record; the second is in conflict."""

    case_id: RecordId
    held: Session
    waits: Session
    office: MemoryOffice

    def mark(self, session: Session) -> Fingerprint:
        return session.casework.fingerprint_of(self.case_id)

    def say(self, session: Session, decision: ConflictDecision, decided_s: int) -> None:
        """Tells that tablet, and stands for what the office holds from then on."""
        mark = self.mark(session)
        self.office.say(ConflictDecided(self.case_id, 1, mark, decided_s, decision))
        session.sending.send()

    def office_goes_on_with(self, session: Session) -> None:
        history = self.office.histories[self.case_id]
        history.revisions[1] = replace(history.revisions[1], fingerprint=self.mark(session))
        self.office.owner[self.case_id] = session.membership.tablet_id


@pytest.fixture
def conflict(
    session: Session,
    office: MemoryOffice,
    make_tablet: Callable[..., Tablet],
    tmp_path: Path,
) -> Iterator[Conflict]:
    import shutil

    case_id = record_case(session.casework, record_visit(session.casework))
    session.lock()
    shutil.copytree(tmp_path / "tablet", tmp_path / "clone")
    first, clone = make_tablet().unlock(PIN), make_tablet("clone").unlock(PIN)
    first.casework.finalise(case_id)
    clone.casework.answer(case_id, "sex", "female")
    clone.casework.finalise(case_id)
    first.sending.send()
    clone.sending.send()
    assert clone.casework.row(case_id).state is CaseState.CONFLICT
    yield Conflict(case_id, first, clone, office)
    first.lock()
    clone.lock()


def test_revision_that_was_taken_counts_as_accepted_and_totals_agree(conflict: Conflict) -> None:
    conflict.office_goes_on_with(conflict.waits)
    conflict.say(conflict.waits, TAKEN, 100)

    assert conflict.waits.casework.row(conflict.case_id).state is CaseState.ACCEPTED
    assert conflict.waits.casework.counts().returned == 0
    told = conflict.waits.notes.decision_about(conflict.case_id, conflict.mark(conflict.waits))
    assert told is not None
    assert told.decision is TAKEN
    (held,) = [
        card
        for card in conflict.waits.casework._repository.cards()
        if card.record_id == conflict.case_id
    ]
    assert (held.accepted_revision, held.accepted_fingerprint) == (1, held.fingerprint)


def test_revision_that_was_left_waits_no_more_and_says_so(conflict: Conflict) -> None:
    conflict.say(conflict.waits, LEFT, 100)
    casework = conflict.waits.casework

    assert casework.row(conflict.case_id).state is CaseState.ACCEPTED
    assert casework.counts().returned == 0
    acts = [one.act for one in casework.histories.of(conflict.case_id)]
    assert acts[-1] is Act.LEFT, "the office does not have it as the one that counts"

    conflict.say(conflict.waits, OPEN, 200)
    assert casework.row(conflict.case_id).state is CaseState.CONFLICT
    assert casework.counts().returned == 1
    assert [one.act for one in casework.histories.of(conflict.case_id)][-1] is Act.WAITS


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_newest_decision_counts_in_whatever_order_the_notes_come(
    conflict: Conflict, order: tuple[int, int, int]
) -> None:
    decisions = [(LEFT, 100), (OPEN, 200), (LEFT, 300)]
    for place in order:
        conflict.say(conflict.waits, *decisions[place])

    assert conflict.waits.casework.row(conflict.case_id).state is CaseState.ACCEPTED
    told = conflict.waits.notes.decision_about(conflict.case_id, conflict.mark(conflict.waits))
    assert told is not None
    assert told.decided_s == 300


def test_decision_about_a_record_of_another_tablet_changes_nothing(conflict: Conflict) -> None:
    other = ConflictDecided(RecordId("ee" * 16), 1, Fingerprint("ab" * 16), 100, TAKEN)
    conflict.office.say(other)
    conflict.waits.sending.send()

    assert conflict.waits.casework.row(conflict.case_id).state is CaseState.CONFLICT
    assert conflict.waits.notes.decided_records() == set()


def test_tablet_takes_over_which_revision_the_totals_say_after_a_decision(
    session: Session, office: MemoryOffice
) -> None:
    """Two revisions accepted; the second was displaced: the office has the first again."""
    case_id = record_case(session.casework, record_visit(session.casework))
    session.casework.finalise(case_id)
    session.sending.send()
    session.casework.reopen(case_id)
    session.casework.answer(case_id, "work_hours", 12.0)
    session.casework.finalise(case_id)
    session.sending.send()
    revisions = office.histories[case_id].revisions
    revisions[2] = replace(revisions[2], outcome=Outcome.REJECTED)
    mark = session.casework.fingerprint_of(case_id)
    office.say(ConflictDecided(case_id, 2, mark, 100, LEFT))

    report = session.sending.send()

    assert report.totals_agree is True
    assert session.sending.send().totals_agree is True


def test_draft_of_a_later_revision_stays_one(session: Session, office: MemoryOffice) -> None:
    case_id = record_case(session.casework, record_visit(session.casework))
    session.casework.finalise(case_id)
    session.sending.send()
    mark = session.casework.fingerprint_of(case_id)
    session.casework.reopen(case_id)
    card = session.casework._repository.card(case_id)

    after = decided(card, ConflictDecided(case_id, 1, mark, 100, OPEN), 1)

    assert after.state is CaseState.DRAFT
    assert after.accepted_revision == 0

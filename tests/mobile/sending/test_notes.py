"""What the office says to one tablet arrives there once, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.store import StoreFull
from mobile.tablet import Session, Tablet
from mobile.transport.http import NotAccepted, TimedOut
from shared.identifiers import RecordId
from shared.wire.keys import ProgrammeKeys
from shared.wire.note_kinds import AlarmSeen, Generation, LinkageKeys, Message, Unknown
from shared.wire.notes import Note, seal_notes
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


class Cut(BaseException):
    """The power is gone."""


def texts(session: Session, now_s: int = 0) -> list[str]:
    return [
        note.content.text
        for note in session.notes.messages(now_s)
        if isinstance(note.content, Message)
    ]


def test_message_is_there_after_the_next_sending_and_acknowledged_by_the_one_after(
    session: Session, office: MemoryOffice
) -> None:
    note = office.say(Message("Bring the forms."))

    session.sending.send()
    assert texts(session) == ["Bring the forms."]
    assert office.named[-1] == ()
    session.sending.send()
    assert office.named[-1] == (note.note_id,)
    assert office.notes == {}
    session.sending.send()
    assert office.named[-1] == ()
    assert texts(session) == ["Bring the forms."]


def codes_by_key(office: MemoryOffice, record_id: str) -> dict[int, int]:
    return dict(Counter(code.made_with for code in office.newest(record_id).linkage))


def test_codes_are_made_with_the_keys_the_office_said_last_whatever_the_order(
    make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    session = make_tablet("a").set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    first = session.membership.linkage_key
    new = bytes(range(32))
    before = finalised_case(session.casework)
    office.say(LinkageKeys(((1, bytes(32)), (2, bytes(32)))))
    session.sending.send()
    office.say(LinkageKeys(((1, first), (2, new))))
    session.sending.send()
    both = finalised_case(session.casework)
    session.lock()
    session = make_tablet("a").unlock(PIN)
    after_a_night = finalised_case(session.casework)
    office.say(LinkageKeys(((2, new),)))
    session.sending.send()
    office.say(LinkageKeys(((1, first), (2, new))))
    session.sending.send()
    alone = finalised_case(session.casework)
    session.sending.send()

    codes = codes_by_key(office, before)[1]
    assert codes > 10
    assert codes_by_key(office, before) == {1: codes}
    assert codes_by_key(office, both) == {1: codes, 2: codes}
    assert codes_by_key(office, after_a_night) == {1: codes, 2: codes}
    assert codes_by_key(office, alone) == {2: codes}
    session.lock()


def test_message_that_is_read_stays_read_when_it_comes_again(
    session: Session, office: MemoryOffice
) -> None:
    note = office.say(Message("Bring the forms."))
    session.sending.send()
    session.notes.read(note.note_id, office.clock_s())

    office.notes[note.note_id] = note  # the acknowledgement was lost with the office's disk
    session.sending.send()
    session.sending.send()

    assert texts(session) == []
    assert office.notes == {}


def test_message_ends_with_its_term(session: Session, office: MemoryOffice, clock: Clock) -> None:
    office.say(Message("Come on Friday."), days=3)
    session.sending.send()

    assert texts(session, office.clock_s()) == ["Come on Friday."]
    clock.push(days=4)
    assert texts(session, office.clock_s()) == []


def test_alarm_is_not_seen_until_the_office_says_so(session: Session, office: MemoryOffice) -> None:
    before = finalised_case(session.casework)
    visit_id = session.casework.row(before).visit_id
    case_id = session.casework.raise_danger(visit_id, before)
    session.sending.send()
    now_s = office.clock_s()
    assert session.notes.alarms_not_seen(now_s) == [case_id]
    assert session.notes.alarm_seen(case_id) is None

    seen = AlarmSeen(case_id, 2, now_s, "A. Khan")
    office.say(seen)
    office.say(AlarmSeen(RecordId("ee" * 16), 1, now_s, "about a record of another tablet"))
    session.sending.send()

    assert session.notes.alarm_seen(case_id) == seen
    assert session.notes.alarms_not_seen(now_s) == []


def test_tablet_offers_again_what_a_restored_office_may_have_lost(
    session: Session, office: MemoryOffice
) -> None:
    cases = [finalised_case(session.casework) for _ in range(3)]
    session.sending.send()
    held = office.accepted()
    for record_id in list(office.histories):
        office.lose(record_id)
    office.say(Generation("5a" * 16))

    session.sending.send()
    session.sending.send()

    assert session.notes.generation == "5a" * 16
    assert office.accepted() == held
    assert set(cases) <= set(held)
    assert session.casework.counts().waiting == session.casework.counts().ready == 0


def test_generation_said_before_the_one_that_is_known_changes_nothing(
    session: Session, office: MemoryOffice
) -> None:
    finalised_case(session.casework)
    office.say(Generation("5a" * 16), made_s=office.clock_s())
    session.sending.send()
    session.sending.send()
    office.say(Generation("11" * 16), made_s=office.clock_s() - 60)

    report = session.sending.send()

    assert session.notes.generation == "5a" * 16
    assert report.still_waiting == 0


def test_kind_of_a_later_version_is_acknowledged_and_not_shown(
    session: Session, office: MemoryOffice
) -> None:
    office.say(Unknown("assignment", ("somewhere", 3)))
    office.say(Message("Known."))

    session.sending.send()
    session.sending.send()

    assert texts(session) == ["Known."]
    assert office.notes == {}


@pytest.mark.parametrize("milestone", ["after_reply", "during_receipt", "during_notes"])
def test_tablet_that_dies_before_a_note_is_kept_gets_it_again(
    milestone: str, make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    died_at = dies(milestone, make_tablet, office)

    session = make_tablet("a").unlock(PIN)
    assert died_at == [milestone]
    assert texts(session) == []
    session.sending.send()
    assert office.named[-1] == ()
    assert texts(session) == ["Once."]
    session.sending.send()
    assert office.notes == {}
    session.lock()


def test_tablet_that_dies_after_a_note_is_kept_acknowledges_it(
    make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    assert dies("after_notes", make_tablet, office) == ["after_notes"]

    session = make_tablet("a").unlock(PIN)
    assert texts(session) == ["Once."]
    session.sending.send()
    assert office.notes == {}
    assert texts(session) == ["Once."]
    session.lock()


def dies(milestone: str, make_tablet: Callable[..., Tablet], office: MemoryOffice) -> list[str]:
    """A tablet gets a note with its receipt and dies there; whether it did."""
    armed: list[bool] = []
    died: list[str] = []

    def reached(name: str) -> None:
        if armed and name == milestone:
            died.append(name)
            raise Cut

    session = make_tablet("a", reached).set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    finalised_case(session.casework)
    office.say(Message("Once."))
    armed.append(True)
    with pytest.raises(Cut):
        session.sending.send()
    session.lock()
    return died


def test_lost_answer_changes_nothing_but_the_time(session: Session, office: MemoryOffice) -> None:
    office.say(Message("Once."))
    office.after = [TimedOut(), None, TimedOut(), None]

    for _ in range(4):
        session.sending.send()

    assert texts(session) == ["Once."]
    assert office.notes == {}


def test_notes_by_stick_twice_late_and_out_of_order(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    (early,) = session.sending.save_parcels(tmp_path / "early")
    first = office.say(Message("First."))
    early_receipt = office.take_in(early.read_bytes())
    office.say(Message("Second."))
    session.sending.send()
    assert sorted(texts(session)) == ["First.", "Second."]

    for _ in range(2):
        session.sending.take_receipts([early_receipt])

    assert sorted(texts(session)) == ["First.", "Second."]
    session.sending.send()
    assert office.notes == {}
    assert first.note_id in office.named[-1]


def test_late_receipt_brings_a_note_the_newest_did_not(
    session: Session, office: MemoryOffice, tmp_path: Path, clock: Clock
) -> None:
    """The office took an acknowledgement of a copy of this tablet, say; the words count here."""
    finalised_case(session.casework)
    (early,) = session.sending.save_parcels(tmp_path / "early")
    note = office.say(Message("Late."))
    early_receipt = office.take_in(early.read_bytes())
    del office.notes[note.note_id]
    clock.push(minutes=5)
    session.sending.send()

    session.sending.take_receipts([early_receipt])

    assert texts(session) == ["Late."]
    session.sending.send()
    assert office.named[-1] == (note.note_id,)


def test_supervisor_carries_a_note_and_cannot_read_it(
    session: Session, make_tablet: Callable[..., Tablet], office: MemoryOffice, tmp_path: Path
) -> None:
    supervisor = make_tablet("supervisor").set_up(PIN)
    supervisor.enrolment.enrol(office.ticket().text())
    finalised_case(session.casework)
    office.say(Message("For the officer alone."))
    for parcel in session.sending.parcels():
        supervisor.relay.take(parcel)
    assert supervisor.relay.deliver().delivered == 1
    receipts = supervisor.relay.receipts()

    assert supervisor.sending.take_receipts(receipts).accepted == 0
    assert texts(supervisor) == []
    assert not any(b"officer alone" in receipt for receipt in receipts)

    session.sending.take_receipts(receipts)
    assert texts(session) == ["For the officer alone."]
    supervisor.lock()


def test_forged_notes_are_none_and_the_receipt_counts_all_the_same(
    session: Session, office: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who knows the tablet's public keys, or holds another tablet's notes."""
    case_id = finalised_case(session.casework)
    thief = ProgrammeKeys.generate(office.random_bytes)
    mine = office.tablets[session.membership.tablet_id]
    note = office.say(Message("Give me the names."))
    forged = [
        seal_notes([note], programme_keys=thief, tablet_public=mine, random=office.random_bytes),
        seal_notes(
            [note],
            programme_keys=office.keys,
            tablet_public=thief.public,
            random=office.random_bytes,
        ),
        b"T87N\x01" + bytes(200),
        bytes(20_000),
    ]
    for message in forged:
        monkeypatch.setattr(office, "notes_for", lambda _, message=message: message)
        session.sending.send()

    assert texts(session) == []
    assert session.casework.row(case_id).state.value == "accepted"
    assert office.named[-1] == ()


def test_office_put_back_to_a_version_before_notes_still_takes_records(
    session: Session, office: MemoryOffice
) -> None:
    office.say(Message("Once."))
    session.sending.send()
    case_id = finalised_case(session.casework)
    office.before = [NotAccepted()]

    report = session.sending.send()

    assert report.problem == ""
    assert office.named[-1] == ()
    assert session.casework.row(case_id).state.value == "accepted"
    office.before = [NotAccepted(), NotAccepted()]
    finalised_case(session.casework)
    assert session.sending.send().problem == NotAccepted.text_id


def test_full_disk_keeps_nothing_halfway(
    session: Session, office: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.say(Message("Once."))
    with monkeypatch.context() as full:

        def refuse(name: str, content: bytes) -> None:
            raise StoreFull

        full.setattr(session._store.notes, "put", refuse)
        with pytest.raises(StoreFull):
            session.sending.send()
    assert texts(session) == []
    assert session.notes.to_acknowledge == ()

    session.sending.send()

    assert texts(session) == ["Once."]


def test_notes_are_sealed_on_the_tablet_and_come_with_its_backup(
    session: Session, office: MemoryOffice, make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    office.say(Message("Qwertzuiop asdfghjkl."))
    session.sending.send()
    session._store.compact()
    for path in (tmp_path / "tablet").rglob("*"):
        if path.is_file():
            assert b"Qwertzuiop" not in path.read_bytes()
    session.save_backup(tmp_path / "backup", "correct horse battery staple")

    other = make_tablet("other").restore(tmp_path / "backup", "correct horse battery staple", PIN)

    assert texts(other) == ["Qwertzuiop asdfghjkl."]
    assert other.notes.to_acknowledge == session.notes.to_acknowledge
    other.lock()


def test_notes_long_over_are_forgotten(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    note: Note = office.say(Message("Long ago."), days=1)
    session.sending.send()
    session.sending.send()
    clock.push(days=500)
    office.say(Message("Today."))

    session.sending.send()

    assert [kept.note.content for kept in session.notes._kept.values()] == [Message("Today.")]
    office.notes[note.note_id] = note  # played back by somebody who kept the old receipt
    session.sending.send()
    assert texts(session, office.clock_s()) == ["Today."]

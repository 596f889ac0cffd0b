"""The office says something to one tablet: with every receipt, until the tablet has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server import notes
from server.cli import main
from server.db.engine import reading
from server.intake.folder import take_in_folder
from server.intake.receive import take_in
from server.jobs.schedule import ask_for_what_is_due
from server.jobs.worker import work_off
from server.office import Office
from server.operations import alarms, saying
from server.programme.enrolment import NotPossible, revoke
from server.staff.model import AuditEntry
from shared.identifiers import RecordId
from shared.wire.limits import MAX_NOTES, MAX_NOTES_BYTES
from shared.wire.note_kinds import AlarmSeen, Generation, Message
from shared.wire.notes import Note, NoteId, open_notes
from shared.wire.parcels import SealedParcel, seal_parcel
from shared.wire.receipts import Receipt
from tests.server.field import NOW, Clock, FieldTablet, words

NOW_S = int(NOW.timestamp())


def parcel(tablet: FieldTablet, *acknowledged: NoteId) -> SealedParcel:
    return seal_parcel(
        [],
        tablet_id=tablet.membership.tablet_id,
        tablet_keys=tablet.keys,
        programme_public=tablet.membership.programme_public,
        clock_s=NOW_S,
        random=tablet.random_bytes,
        acknowledged=acknowledged,
    )


def asked(tablet: FieldTablet, *acknowledged: NoteId) -> Receipt:
    return tablet.open(take_in(tablet.office, parcel(tablet, *acknowledged).data).receipt)


def notes_in(tablet: FieldTablet, receipt: Receipt) -> list[Note]:
    if not receipt.notes:
        return []
    public = tablet.membership.programme_public
    return list(open_notes(receipt.notes, tablet_keys=tablet.keys, programme_public=public))


def said(tablet: FieldTablet, *acknowledged: NoteId) -> list[Note]:
    """What comes with the next receipt."""
    return notes_in(tablet, asked(tablet, *acknowledged))


def send(tablet: FieldTablet, text: str, days: int = 90) -> NoteId:
    return saying.send_message(tablet.office, tablet.membership.tablet_id, text, "test", days)


def in_danger(tablet: FieldTablet) -> RecordId:
    visit = tablet.visit()
    case = replace(tablet.case(visit), danger=True)
    assert words(tablet.send(visit, case)) == ["accepted", "accepted"]
    return case.record_id


def test_receipt_has_no_notes_while_there_is_nothing_to_say(tablet: FieldTablet) -> None:
    receipt = asked(tablet)

    assert receipt.notes == b""
    assert "notes" not in receipt.versions


def test_note_comes_with_each_receipt_until_a_parcel_says_it_is_there(tablet: FieldTablet) -> None:
    note_id = send(tablet, "Call the office.")

    first, again = said(tablet), said(tablet)
    after = said(tablet, note_id)

    assert [(note.note_id, note.content) for note in first] == [
        (note_id, Message("Call the office."))
    ]
    assert again == first
    assert after == said(tablet) == said(tablet, note_id) == []


def test_tablet_that_never_acknowledges_goes_on_as_before(tablet: FieldTablet) -> None:
    """An old tablet passes notes over: they come until their term is over; its records go on."""
    send(tablet, "Call the office.", days=2)
    visit = tablet.visit()

    receipt = tablet.send(visit)
    assert words(receipt) == ["accepted"]
    assert notes_in(tablet, receipt)

    clock = tablet.office.clock
    assert isinstance(clock, Clock)
    clock.now = NOW.replace(day=NOW.day + 3)
    assert words(tablet.send(visit)) == ["already_accepted"]
    assert said(tablet) == []


def test_acknowledgements_of_others_and_of_nothing_change_nothing(tablet: FieldTablet) -> None:
    other = FieldTablet.enrol(tablet.office, officer=1, seed=200)
    note_id = send(tablet, "For one tablet only.")

    assert said(other, note_id, NoteId("ff" * 8)) == []

    assert [note.note_id for note in said(tablet)] == [note_id]


def test_more_notes_than_fit_come_in_the_order_they_were_said(tablet: FieldTablet) -> None:
    ids = [send(tablet, f"{number} " + "\u0926" * 270) for number in range(80)]
    arrived: list[NoteId] = []
    while batch := asked(tablet, *arrived[-MAX_NOTES:]):
        found = [note.note_id for note in notes_in(tablet, batch)]
        if not found:
            break
        assert len(batch.notes) <= MAX_NOTES_BYTES
        arrived += found

    assert arrived == ids


def test_notes_travel_by_folder_as_by_network(tablet: FieldTablet, tmp_path: Path) -> None:
    note_id = send(tablet, "By stick.")
    (tmp_path / "one.parcel").write_bytes(parcel(tablet).data)
    assert [taken is not None for _, taken, _ in take_in_folder(tablet.office, tmp_path)] == [True]
    receipt = tablet.open((tmp_path / "one.receipt").read_bytes())

    assert [note.note_id for note in notes_in(tablet, receipt)] == [note_id]

    (tmp_path / "two.parcel").write_bytes(parcel(tablet, note_id).data)
    list(take_in_folder(tablet.office, tmp_path))
    assert said(tablet) == []


def test_officer_is_told_who_saw_the_alarm(tablet: FieldTablet) -> None:
    record_id = in_danger(tablet)
    assert [one.record_id for one in alarms.unseen_alarms(tablet.office)] == [record_id]

    assert alarms.see_alarm(tablet.office, record_id, "A. Khan", "test")
    assert not alarms.see_alarm(tablet.office, record_id, "Somebody else", "test")

    assert [note.content for note in said(tablet)] == [AlarmSeen(record_id, 1, NOW_S, "A. Khan")]
    assert alarms.unseen_alarms(tablet.office) == []


def test_old_notes_are_let_go_and_who_was_told_of_an_alarm_stays_known(
    tablet: FieldTablet,
) -> None:
    """The table of notes does not grow with the years."""
    office = tablet.office
    record_id = in_danger(tablet)
    alarms.see_alarm(office, record_id, "Ms Khan", "test")
    arrived = [one.note_id for one in said(tablet)]
    assert len(arrived) == 1
    said(tablet, *arrived)
    send(tablet, "Never fetched.", days=30)
    (seen,) = alarms.seen_lately(office, 5)
    assert seen.told

    for days, left in ((89, 2), (2, 1), (30, 0)):
        office.clock.now += timedelta(days=days)  # type: ignore[attr-defined]
        ask_for_what_is_due(office)
        work_off(office)
        with reading(office.engine) as connection:
            assert len(notes.notes_of(connection, None, 10)) == left
    assert alarms.seen_lately(office, 5) == [seen]
    assert not alarms.see_alarm(office, record_id, "Mr Ali", "test")
    assert said(tablet, *arrived) == []


def test_alarm_of_a_record_the_office_sent_back_is_an_alarm_all_the_same(
    tablet: FieldTablet,
) -> None:
    visit = tablet.visit()
    case = replace(tablet.case(visit, work_hours=900.0), danger=True)
    assert words(tablet.send(visit, case)) == ["accepted", "rejected"]

    assert [one.record_id for one in alarms.unseen_alarms(tablet.office)] == [case.record_id]
    assert alarms.see_alarm(tablet.office, case.record_id, "A. Khan", "test")
    assert len(said(tablet)) == 1


def test_alarm_of_a_record_that_is_held_in_conflict_is_an_alarm_all_the_same(
    tablet: FieldTablet,
) -> None:
    """A tablet that went on from an old backup names ancestors the office does not hold."""
    visit = tablet.visit()
    case = tablet.case(visit)
    tablet.send(visit, case)
    stray = replace(case, revision=2, ancestors=("ab" * 16,), danger=True)
    assert words(tablet.send(stray)) == ["conflict"]

    assert [(one.record_id, one.revision) for one in alarms.unseen_alarms(tablet.office)] == [
        (case.record_id, 2)
    ]
    assert alarms.see_alarm(tablet.office, RecordId(case.record_id), "A. Khan", "test")
    assert alarms.unseen_alarms(tablet.office) == []
    assert [note.content.by for note in said(tablet)] == ["A. Khan"]


def test_danger_recorded_again_is_to_be_seen_again(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = replace(tablet.case(visit), danger=True)
    tablet.send(visit, case)
    alarms.see_alarm(tablet.office, case.record_id, "A. Khan", "test")

    later = replace(case, revision=2, ancestors=(tablet.mark(case),))
    assert words(tablet.send(later)) == ["accepted"]

    assert [one.revision for one in alarms.unseen_alarms(tablet.office)] == [2]
    assert alarms.see_alarm(tablet.office, case.record_id, "B. Noor", "test")
    assert len(said(tablet)) == 2


def test_no_alarm_is_seen_where_none_was_raised(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    tablet.send(visit)

    for record_id in (visit.record_id, RecordId("00" * 16), RecordId("odd")):
        with pytest.raises(NotPossible):
            alarms.see_alarm(tablet.office, record_id, "A. Khan", "test")
    record = in_danger(tablet)
    for name in ("", " ", "x" * 61, "to the \u202eleft"):
        with pytest.raises(NotPossible):
            alarms.see_alarm(tablet.office, record, name, "test")
    assert said(tablet) == []


def test_tablet_that_was_signed_out_is_told_nothing_more(tablet: FieldTablet) -> None:
    record_id = in_danger(tablet)
    send(tablet, "Said before.")
    revoke(tablet.office, tablet.membership.tablet_id, "test")

    receipt = asked(tablet)
    assert receipt.notes == b""
    assert receipt.orders == ("erase_identities",)
    with pytest.raises(NotPossible):
        send(tablet, "Said after.")
    assert alarms.see_alarm(tablet.office, record_id, "A. Khan", "test")


def test_restored_office_tells_every_tablet_once_that_receipts_may_be_gone(
    tablet: FieldTablet,
) -> None:
    other = FieldTablet.enrol(tablet.office, officer=1, seed=200)

    generation, told = saying.new_generation(tablet.office, "test")

    assert told == 2
    for one in (tablet, other):
        assert [note.content for note in said(one)] == [Generation(generation)]
    assert saying.new_generation(tablet.office, "test")[0] != generation


def test_words_that_cannot_be_said_are_refused_with_the_reason(tablet: FieldTablet) -> None:
    for text in ("", "x" * 281, "bell\x07", "\U0001f4de" * 280):
        with pytest.raises(NotPossible, match="cannot be said"):
            send(tablet, text)
    with pytest.raises(NotPossible, match="no such tablet"):
        saying.send_message(tablet.office, "00" * 8, "Hello", "test")
    for number in range(saying.MOST_WAITING):
        send(tablet, str(number))
    with pytest.raises(NotPossible, match="wait for this tablet"):
        send(tablet, "one more")


def test_audit_log_tells_who_did_it_and_no_word_of_what_was_said(tablet: FieldTablet) -> None:
    send(tablet, "Secret words.")
    alarms.see_alarm(tablet.office, in_danger(tablet), "A. Khan", "test")

    with reading(tablet.office.engine) as connection:
        entries = connection.execute(select(AuditEntry.__table__)).mappings().all()
    told = [dict(entry) for entry in entries]

    assert {"message_sent", "alarm_seen"} <= {entry["action"] for entry in told}
    assert "Secret words" not in repr(told)


def test_commands_say_see_and_list(
    make: Callable[..., Office], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make()
    tablet = FieldTablet.enrol(office)
    record_id = in_danger(tablet)
    monkeypatch.setenv("TALLY87_FOLDER", str(office.config.folder))
    url = office.config.database.render_as_string(hide_password=False)
    monkeypatch.setenv("TALLY87_DATABASE_URL", url)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    assert record_id in run("alarm", "list")
    run("alarm", "seen", record_id, "--by", "A. Khan")
    assert "Every alarm was seen" in run("alarm", "list")
    assert "seen before" in run("alarm", "seen", record_id, "--by", "A. Khan")
    run("note", "send", tablet.membership.tablet_id, "Bring the forms.")
    listed = run("note", "list")
    assert listed.count("waits") == 2
    assert "Bring" not in listed
    run("programme", "restored")

    found = said(tablet)
    assert [note.content.kind for note in found] == ["alarm_seen", "message", "generation"]
    said(tablet, *(note.note_id for note in found))
    assert run("note", "list").count("arrived") == 3
    with reading(office.engine) as connection:
        assert notes.waiting_count(connection, tablet.membership.tablet_id, NOW_S) == 0

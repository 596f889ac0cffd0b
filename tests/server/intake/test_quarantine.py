"""Parcels of a signed-out tablet wait for a person, who takes them in or discards them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from server.cli import main
from server.db.engine import reading, transaction
from server.intake import quarantine
from server.intake.model import Parcel, QuarantinedParcel, RecordRevision
from server.intake.receive import open_for, quarantine_parcel, take_in
from server.office import Office
from server.programme import enrolment
from server.programme.enrolment import NotPossible
from server.staff import audit
from server.staff.model import AuditEntry
from tests.server.field import FieldTablet, somebody


def actions(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        assert audit.broken_at(connection) is None
        return list(connection.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def kept(office: Office) -> int:
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(QuarantinedParcel)) or 0


@pytest.fixture
def revoked(tablet: FieldTablet) -> FieldTablet:
    enrolment.revoke(tablet.office, tablet.membership.tablet_id, "test")
    return tablet


def test_person_takes_a_parcel_in_and_every_record_gets_its_outcome_once(
    revoked: FieldTablet,
) -> None:
    office, visit = revoked.office, revoked.visit()
    data = revoked.seal([visit, revoked.case(visit, somebody(1))]).data
    parcel_id = take_in(office, data).parcel_id
    (waiting,) = quarantine.waiting(office)
    assert (waiting.parcel_id, waiting.officer, waiting.records) == (parcel_id, "OFFICER-0", 2)

    words = quarantine.accept(office, parcel_id, "steward")

    assert words == {"accepted": 2}
    assert quarantine.waiting(office) == ()
    assert "set_aside_accepted" in actions(office)
    with reading(office.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(RecordRevision)) == 2
        assert connection.scalar(select(Parcel.record_count)) == 2
        assert connection.scalar(select(QuarantinedParcel.data)) == b""
    for again in (quarantine.accept, quarantine.discard):
        with pytest.raises(NotPossible):
            again(office, parcel_id, "steward")
    take_in(office, data)
    assert quarantine.waiting(office) == ()


def test_person_discards_a_parcel_and_nothing_of_it_is_kept(revoked: FieldTablet) -> None:
    office = revoked.office
    parcel_id = take_in(office, revoked.seal([revoked.visit()]).data).parcel_id

    quarantine.discard(office, parcel_id, "steward")

    assert quarantine.waiting(office) == ()
    assert "set_aside_discarded" in actions(office)
    with reading(office.engine) as connection:
        assert connection.scalar(select(QuarantinedParcel.data)) == b""
        assert connection.scalar(select(func.count()).select_from(RecordRevision)) == 0


def test_same_records_sent_again_and_again_are_set_aside_once(revoked: FieldTablet) -> None:
    """Every try makes another parcel of the same records; a tablet that tries must fill no disk."""
    visit = revoked.visit()
    for _ in range(3):
        take_in(revoked.office, revoked.seal([visit]).data)

    assert kept(revoked.office) == 1
    assert actions(revoked.office).count("parcel_set_aside") == 1


def test_question_for_news_is_not_set_aside(revoked: FieldTablet) -> None:
    receipt = revoked.open(take_in(revoked.office, revoked.seal([]).data).receipt)

    assert receipt.orders == ("erase_identities",)
    assert kept(revoked.office) == 0


def test_stolen_tablet_cannot_fill_the_disk(revoked: FieldTablet) -> None:
    office = revoked.office
    for _ in range(4):
        data = revoked.seal([revoked.visit()]).data
        with transaction(office.engine) as connection:
            quarantine_parcel(connection, open_for(office, data), data, office.now_s(), most=2)

    assert kept(office) == 2
    quarantine.discard(office, quarantine.waiting(office)[0].parcel_id, "steward")
    take_in(office, revoked.seal([revoked.visit()]).data)
    assert kept(office) == 3


def test_parcel_that_cannot_be_read_hides_no_other_and_none_is_opened_to_list_them(
    revoked: FieldTablet,
) -> None:
    office = revoked.office
    ids = [take_in(office, revoked.seal([revoked.visit()]).data).parcel_id for _ in range(3)]
    with transaction(office.engine) as connection:
        connection.execute(update(QuarantinedParcel).values(data=b"rotten"))
    assert {one.parcel_id: one.records for one in quarantine.waiting(office)} == dict.fromkeys(
        ids, 1
    )

    # Set aside before it was noted what they hold: those are opened, each for itself.
    good = take_in(office, revoked.seal([revoked.visit(), revoked.visit()]).data).parcel_id
    with transaction(office.engine) as connection:
        connection.execute(update(QuarantinedParcel).values(record_count=None, made_at_s=None))

    found = {one.parcel_id: one for one in quarantine.waiting(office)}
    assert found.keys() == {*ids, good}
    assert (found[good].records, found[ids[0]].records) == (2, None)
    quarantine.discard(office, ids[0], "steward")
    assert len(quarantine.waiting(office)) == 3


def test_command_lists_and_decides(lite: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = FieldTablet.enrol(lite)
    enrolment.revoke(lite, tablet.membership.tablet_id, "test")
    ids = [take_in(lite, tablet.seal([tablet.visit()]).data).parcel_id for _ in range(2)]
    monkeypatch.setenv("TALLY87_FOLDER", str(Path(lite.config.folder)))
    monkeypatch.setenv("TALLY87_PUBLIC_URL", lite.config.public_url)

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["set-aside", *words])
        return f"{result.exit_code} {result.output}"

    assert all(one in run("list") for one in ids)
    assert run("accept", ids[0]).startswith("0 1 accepted")
    assert run("discard", ids[1], "--yes").startswith("0 ")
    assert "Nothing waits" in run("list")
    assert run("accept", ids[0]).startswith("1 Error: ")

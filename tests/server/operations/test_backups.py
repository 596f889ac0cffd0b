"""A backup is checked when it is made, cannot be tampered with, and restoring is no disaster."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from server.cli import main
from server.db.copies import CopyFailed
from server.db.engine import open_engine, reading
from server.db.migrate import migrate
from server.intake.model import RecordRevision
from server.jobs.worker import work_off
from server.office import Office
from server.operations import backups
from server.operations.saying import generation_of
from server.programme import enrolment
from server.programme.model import EnrolledTablet
from server.reference.in_force import reference_of
from server.staff import accounts, audit, carried
from server.staff.model import StaffSession
from server.staff.scope import AccountScope
from server.stewardship import doctor
from shared.errors import SignatureInvalid, TicketInvalid
from shared.wire.keys import TabletKeys
from shared.wire.note_kinds import Generation
from shared.wire.notes import open_notes
from shared.wire.tickets import open_enrolment_reply, request_enrolment
from tests.postgres import binaries_here
from tests.server.conftest import new_database
from tests.server.field import FieldTablet, make_office, seeded, somebody, words

PASSWORD = "a quite long sentence"


@pytest.fixture(autouse=True)
def programs_of_this_server(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = binaries_here()
    if programs is not None and not os.environ.get("TEST_DATABASE_URL"):
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def put_back(
    request: pytest.FixtureRequest, office: Office
) -> Iterator[Callable[[Path], tuple[Office, backups.Restored]]]:
    """Restores a backup of the office as its administrator would; the office that then is."""
    opened: list[Office] = []

    def restore(backup: Path) -> tuple[Office, backups.Restored]:
        config = office.config
        if office.engine.dialect.name == "postgresql":
            url = new_database(request.getfixturevalue("postgres_url"))
            config = replace(config, database_url=url)
        here = Office.open(config, office.clock, seeded(77))
        opened.append(here)
        return here, backups.restore(here, backup, replacing=True)

    yield restore
    for one in opened:
        one.close()


def record(tablet: FieldTablet, cases: int, first: int = 0) -> None:
    visit = tablet.visit()
    people = [tablet.case(visit, somebody(first + number)) for number in range(cases)]
    assert set(words(tablet.send(visit, *people))) == {"accepted"}


def revisions(office: Office) -> int:
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(RecordRevision)) or 0


def test_backup_says_what_it_holds_and_is_readable_by_its_owner_only(
    office: Office, tablet: FieldTablet, tmp_path: Path
) -> None:
    record(tablet, 3)

    done, manifest = backups.back_up(office, tmp_path / "backups")

    assert backups.check(office, done) == manifest
    assert manifest.rows["record_revision"] == 4
    assert {file.stat().st_mode & 0o777 for file in done.iterdir()} == {0o600}
    assert sorted(file.name for file in done.parent.iterdir()) == [done.name]
    held = b"".join(file.read_bytes() for file in done.iterdir())
    for key in office.config.key_folder.glob("*.key"):
        assert key.read_bytes() not in held


def test_restored_office_is_as_it_was_and_every_tablet_is_told(
    office: Office,
    tablet: FieldTablet,
    tmp_path: Path,
    put_back: Callable[[Path], tuple[Office, backups.Restored]],
) -> None:
    record(tablet, 3)
    work_off(office)
    done, manifest = backups.back_up(office, tmp_path)
    record(tablet, 2, first=50)

    here, restored = put_back(done)

    assert revisions(here) == 4
    assert restored.tablets == 1
    assert doctor.check(here) == []
    with reading(here.engine) as connection:
        assert audit.broken_at(connection) is None
        generation = generation_of(connection)
    assert generation != manifest.generation == ""
    receipt = tablet.send(office=here)
    said = open_notes(
        receipt.notes,
        tablet_keys=tablet.keys,
        programme_public=tablet.membership.programme_public,
    )
    assert [note.content for note in said] == [Generation(generation)]


def test_backup_of_the_shape_before_answers_were_kept_once_is_brought_to_that_of_today(
    office: Office,
    tablet: FieldTablet,
    tmp_path: Path,
    put_back: Callable[[Path], tuple[Office, backups.Restored]],
) -> None:
    record(tablet, 3)
    work_off(office)
    said = select(RecordRevision.canonical).order_by(RecordRevision.record_id)
    with reading(office.engine) as connection:
        before = list(connection.scalars(said))
    migrate(office.engine, "0036")
    done, _ = backups.back_up(office, tmp_path)
    migrate(office.engine)

    here, _ = put_back(done)

    assert doctor.check(here) == []
    with reading(here.engine) as connection:
        assert list(connection.scalars(said)) == before
        spread_out = "select count(content) + count(classes) from case_record"
        assert connection.scalar(text(spread_out)) == 0


def test_what_the_backup_forgot_to_forbid_stays_forbidden(
    office: Office,
    tablet: FieldTablet,
    tmp_path: Path,
    put_back: Callable[[Path], tuple[Office, backups.Restored]],
) -> None:
    stolen = FieldTablet.enrol(office, officer=1, seed=5)
    accounts.add_account(office, "left", "administrator", PASSWORD)
    accounts.add_account(office, "stays", "viewer", PASSWORD)
    accounts.add_account(office, "narrowed", "steward", PASSWORD)
    accounts.add_account(office, "moved", "steward", PASSWORD)
    assert accounts.sign_in(office, "left", PASSWORD, "", "127.0.0.1")
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test")
    done, _ = backups.back_up(office, tmp_path)
    enrolment.revoke(office, stolen.membership.tablet_id, "test")
    accounts.close_account(office, "left", "test")
    accounts.set_scope(office, "narrowed", AccountScope(organisation="NGO-A"), "test")
    enrolment.add_organisation(
        *(office, "NGO-NEW", "New", "ngo", reference_of(office).codelists["source_lists"])
    )
    accounts.set_scope(office, "moved", AccountScope(organisation="NGO-NEW"), "test")
    used = request_enrolment(ticket, TabletKeys.generate(seeded(9)))
    enrolment.enrol(office, used)

    here, restored = put_back(done)

    with reading(here.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(StaffSession)) == 0
        tablets = dict(
            connection.execute(select(EnrolledTablet.tablet_id, EnrolledTablet.revoked_at_s)).all()
        )
    assert restored.void_tickets == 1
    with pytest.raises(TicketInvalid):
        enrolment.enrol(here, request_enrolment(ticket, TabletKeys.generate(seeded(10))))
    assert accounts.sign_in(here, "stays", PASSWORD, "", "127.0.0.1")
    if here.engine.dialect.name == "sqlite":
        assert restored.carried == 4
        with reading(here.engine) as connection:
            assert carried.narrow(connection)["narrowed"] == AccountScope(organisation="NGO-A")
        # To an organisation the old database does not know: it cannot be narrowed, so it ends.
        assert accounts.sign_in(here, "moved", PASSWORD, "", "127.0.0.1") is None
        assert tablets[stolen.membership.tablet_id] is not None
        assert accounts.sign_in(here, "left", PASSWORD, "", "127.0.0.1") is None
    else:
        assert restored.carried is None  # and the command says what to do again


def test_database_that_was_there_is_kept(lite: Office, tmp_path: Path) -> None:
    tablet = FieldTablet.enrol(lite)
    record(tablet, 1)
    done, _ = backups.back_up(lite, tmp_path)
    record(tablet, 1, first=9)

    with pytest.raises(backups.BackupRefused, match="--replace"):
        backups.restore(lite, done)
    assert revisions(lite) == 4
    restored = backups.restore(lite, done, replacing=True)

    assert revisions(lite) == 2
    assert restored.kept is not None
    before = Office.open(
        replace(lite.config, database_url=f"sqlite:///{restored.kept}"), lite.clock, seeded(1)
    )
    assert revisions(before) == 4
    before.close()
    assert not list(restored.kept.parent.glob("*.restoring*"))


def test_database_that_is_broken_can_still_be_replaced(lite: Office, tmp_path: Path) -> None:
    record(FieldTablet.enrol(lite), 1)
    done, _ = backups.back_up(lite, tmp_path)
    lite.close()
    place = Path(str(lite.engine.url.database))
    for file in place.parent.glob("tally87.sqlite*"):
        file.unlink()
    place.write_bytes(b"nothing of a database" * 300)

    restored = backups.restore(lite, done, replacing=True)

    assert restored.carried is None
    assert revisions(lite) == 2


@pytest.mark.parametrize("what", ["database", "manifest.json", "manifest.sig"])
def test_backup_that_was_changed_is_refused_and_nothing_is_touched(
    lite: Office, tmp_path: Path, what: str
) -> None:
    record(FieldTablet.enrol(lite), 1)
    done, _ = backups.back_up(lite, tmp_path)
    content = bytearray((done / what).read_bytes())
    content[len(content) // 2] ^= 1
    (done / what).write_bytes(content)

    with pytest.raises((backups.BackupRefused, CopyFailed)):
        backups.restore(lite, done, replacing=True)

    assert revisions(lite) == 2
    assert not list(Path(str(lite.engine.url.database)).parent.glob("*.replaced*"))


def test_backup_cannot_be_planted_by_who_has_no_key(lite: Office, tmp_path: Path) -> None:
    other = make_office(tmp_path / "other", seed=8)
    planted, _ = backups.back_up(other, tmp_path)
    other.close()

    with pytest.raises(backups.BackupRefused, match="another programme"):
        backups.check(lite, planted)
    content = (planted / backups.MANIFEST).read_bytes()
    with pytest.raises(SignatureInvalid):
        TabletKeys.generate(seeded(3)).public.verify(
            (planted / backups.SIGNATURE).read_bytes(), content
        )


def test_backup_of_a_newer_version_is_refused(
    lite: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "current_revision", lambda engine: "9999")
    done, _ = backups.back_up(lite, tmp_path)

    with pytest.raises(backups.BackupRefused, match="newer"):
        backups.check(lite, done)


def test_restore_into_a_database_that_is_not_empty_is_refused(
    office: Office, tablet: FieldTablet, tmp_path: Path
) -> None:
    record(tablet, 1)
    done, _ = backups.back_up(office, tmp_path)
    record(tablet, 1, first=9)

    with pytest.raises(backups.BackupRefused, match=r"not (empty|touched)"):
        backups.restore(office, done)

    assert revisions(office) == 4


def test_disk_without_room_leaves_no_half_a_backup(
    lite: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "write_new", full)

    with pytest.raises(backups.BackupRefused, match="No space left"):
        backups.back_up(lite, tmp_path / "backups")

    assert list((tmp_path / "backups").iterdir()) == []


def test_tablet_the_office_has_forgotten_joins_again_under_its_id(
    office: Office, tmp_path: Path, put_back: Callable[[Path], tuple[Office, backups.Restored]]
) -> None:
    done, _ = backups.back_up(office, tmp_path)
    tablet = FieldTablet.enrol(office)
    record(tablet, 2)
    here, _ = put_back(done)
    with pytest.raises(SignatureInvalid):
        tablet.send(office=here)

    ticket = enrolment.issue_ticket(here, "OFFICER-0", "test")
    request = request_enrolment(ticket, tablet.keys)
    membership = open_enrolment_reply(
        enrolment.enrol(here, request), ticket=ticket, request=request, tablet_keys=tablet.keys
    )

    assert membership.tablet_id == tablet.membership.tablet_id
    tablet.office = here
    record(tablet, 2)


def test_tablet_that_was_signed_out_cannot_join_again_nor_as_another_officer(
    office: Office, tablet: FieldTablet
) -> None:
    other = enrolment.issue_ticket(office, "OFFICER-1", "test")
    with pytest.raises(TicketInvalid):
        enrolment.enrol(office, request_enrolment(other, tablet.keys))
    again = enrolment.issue_ticket(office, "OFFICER-0", "test")
    enrolment.revoke(office, tablet.membership.tablet_id, "test")
    with pytest.raises(TicketInvalid):
        enrolment.enrol(office, request_enrolment(again, tablet.keys))

    # Neither ticket was spent on it.
    enrolment.enrol(office, request_enrolment(other, TabletKeys.generate(seeded(41))))
    enrolment.enrol(office, request_enrolment(again, TabletKeys.generate(seeded(42))))


def test_commands_make_check_and_restore(
    lite: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(FieldTablet.enrol(lite), 1)
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))
    run = CliRunner()

    made = run.invoke(main, ["backup", "make", str(tmp_path / "b")])
    assert made.exit_code == 0, made.output
    (folder,) = (tmp_path / "b").iterdir()
    checked = run.invoke(main, ["backup", "check", str(folder)])
    assert "2 revisions of records" in checked.output
    refused = run.invoke(main, ["restore", str(folder)])
    assert (refused.exit_code, "--replace" in refused.output) == (1, True)
    done = run.invoke(main, ["restore", str(folder), "--replace"])
    assert done.exit_code == 0, done.output
    assert "1 tablets offer again" in done.output
    engine = open_engine(lite.engine.url)
    with reading(engine) as connection:
        assert audit.broken_at(connection) is None
    engine.dispose()


def test_manifest_is_what_it_says(lite: Office, tmp_path: Path) -> None:
    done, manifest = backups.back_up(lite, tmp_path)

    assert json.loads((done / backups.MANIFEST).read_text())["sha256"] == manifest.sha256
    assert done.name == "tally87-2026-11-22T120000Z"


def test_embedded_database_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "open to all"
    folder.mkdir(mode=0o755)
    made = make_office(folder)
    record(FieldTablet.enrol(made), 1)

    assert {file.stat().st_mode & 0o077 for file in folder.glob("tally87.sqlite*")} == {0}
    made.close()

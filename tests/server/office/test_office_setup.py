"""Settings, key files, migrations and enrolment: what an office stands on."""

from __future__ import annotations

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import Connection, func, inspect, select, text, update

from server.cli import VERBS, main
from server.db.engine import open_engine, reading, transaction
from server.db.migrate import migrate
from server.db.schema import whole_schema
from server.db.shape import DatabaseTooOld, current_revision, must_be_current
from server.office import Office
from server.office.config import SettingRefused, config_for, config_from_environment
from server.programme import enrolment
from server.programme.keys import KeyFileRefused, make_keys, read_keys
from server.programme.model import EnrolledTablet, IssuedTicket
from server.staff import audit
from server.staff.model import AuditEntry
from shared.errors import SignatureInvalid, TicketInvalid
from shared.wire.keys import TabletKeys
from shared.wire.tickets import open_enrolment_reply, request_enrolment
from tests.server.conftest import wait_until_blocked
from tests.server.field import NOW, FieldTablet, seeded


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, whole_schema()))


def test_models_and_migrations_yield_the_same_schema(office: Office) -> None:
    with office.engine.connect() as connection:
        assert differences(connection) == []


def test_migrations_go_down_and_up_again_with_rows_in_the_tables(
    office: Office, tablet: FieldTablet
) -> None:
    tablet.send(tablet.visit())
    newest = current_revision(office.engine)

    migrate(office.engine, "base")
    assert set(inspect(office.engine).get_table_names()) <= {"alembic_version"}
    with pytest.raises(DatabaseTooOld):
        must_be_current(office.engine)
    migrate(office.engine)

    must_be_current(office.engine)
    assert current_revision(office.engine) == newest


def test_migrating_twice_changes_nothing(office: Office) -> None:
    assert migrate(office.engine) == migrate(office.engine)


def test_sqlite_is_durable_and_checks_foreign_keys(lite: Office) -> None:
    with reading(lite.engine) as connection:
        found = {
            name: connection.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"TALLY87_THRESHOLD": "3"},
        {"TALLY87_PERIOD": "day"},
        {"TALLY87_DATABASE_URL": "sqlite://"},
        {"TALLY87_DATABASE_URL": "mysql://somewhere/x"},
        {"TALLY87_DATABASE_URL": "nonsense"},
        {"TALLY87_PUBLIC_URL": "http://tally.example.org"},
        {"TALLY87_PUBLIC_URL": "ftp://tally.example.org"},
        {"TALLY87_SESSION_MINUTES": "100000"},
        {"TALLY87_SESSION_MINUTES": "soon"},
        {"TALLY87_DATABASEURL": "sqlite:///x"},
    ],
)
def test_unsafe_or_misspelt_settings_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(SettingRefused):
        config_from_environment(changes)


def test_cookies_are_secure_wherever_https_is() -> None:
    config = config_from_environment({"TALLY87_PUBLIC_URL": "https://tally.example.org/"})

    assert config.secure_cookies
    assert config.public_url == "https://tally.example.org"


def test_every_setting_is_explained_in_the_deployment_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "deployment.md").read_text(encoding="utf-8")

    for name in (
        *("FOLDER", "DATABASE_URL", "KEYS", "PUBLIC_URL", "PRODUCTION", "COUNTRY_FOLDERS"),
        *("THRESHOLD", "SESSION_MINUTES", "BEHIND_PROXIES", "LOG_LEVEL", "PARCELS_PER_MINUTE"),
    ):
        assert f"`TALLY87_{name}`" in page


def test_key_files_are_the_owners_only_and_never_overwritten(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys", seeded(1))

    assert read_keys(tmp_path / "keys") == made
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    with pytest.raises(KeyFileRefused):
        make_keys(tmp_path / "keys", seeded(2))


@pytest.mark.parametrize("damage", ["loose", "short", "missing"])
def test_key_file_that_is_not_as_it_should_be_is_refused(tmp_path: Path, damage: str) -> None:
    make_keys(tmp_path, seeded(1))
    file = tmp_path / "pepper.key"
    if damage == "loose":
        file.chmod(0o644)
    elif damage == "short":
        file.write_bytes(b"short")
    else:
        file.unlink()

    with pytest.raises(KeyFileRefused):
        read_keys(tmp_path)


def test_keys_are_not_shown_in_a_repr(tmp_path: Path) -> None:
    keys = make_keys(tmp_path, seeded(1))

    assert keys.pepper.hex() not in repr(keys)
    assert str(keys.pepper) not in repr(keys)


def test_ticket_enrols_one_tablet_and_answers_it_again_when_the_reply_is_lost(
    office: Office,
) -> None:
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test")
    ours, theirs = (TabletKeys.generate(seeded(number)) for number in (1, 2))
    request = request_enrolment(ticket, ours)

    enrolment.enrol(office, request)
    enrolment.enrol(office, request)

    with pytest.raises(TicketInvalid):
        enrolment.enrol(office, request_enrolment(ticket, theirs))
    with reading(office.engine) as connection:
        assert connection.scalar(select(IssuedTicket.secret)) == b""


def test_same_enrolment_request_twice_at_once_is_answered_twice(office: Office) -> None:
    """A tablet that saw no answer asks again while its first request is still being worked on."""
    keys = TabletKeys.generate(seeded(1))
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test")
    request = request_enrolment(ticket, keys)
    # The connection holds both back until both have come; it is let go before they are waited for.
    with ThreadPoolExecutor(2) as both, transaction(office.engine) as connection:
        connection.execute(select(IssuedTicket.ticket_id).with_for_update())
        replies = [both.submit(enrolment.enrol, office, request) for _ in range(2)]
        wait_until_blocked(office, 2)

    first, second = [
        open_enrolment_reply(reply.result(), ticket=ticket, request=request, tablet_keys=keys)
        for reply in replies
    ]
    assert first == second
    with reading(office.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(EnrolledTablet)) == 1


def test_database_never_holds_the_secret_of_a_ticket(office: Office) -> None:
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test")

    with reading(office.engine) as connection:
        kept = bytes(connection.scalar(select(IssuedTicket.secret)) or b"")

    assert kept == hashlib.sha256(ticket.secret).digest()
    pretended = replace(ticket, secret=kept[: len(ticket.secret)])
    with pytest.raises(TicketInvalid):
        enrolment.enrol(office, request_enrolment(pretended, TabletKeys.generate(seeded(1))))
    enrolment.enrol(office, request_enrolment(ticket, TabletKeys.generate(seeded(2))))


def test_ticket_that_is_out_of_date_or_made_up_enrols_nobody(office: Office) -> None:
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test", hours=1)
    office.clock.now = NOW + timedelta(hours=2)  # type: ignore[attr-defined]
    keys = TabletKeys.generate(seeded(1))

    with pytest.raises(TicketInvalid):
        enrolment.enrol(office, request_enrolment(ticket, keys))
    made_up = type(ticket)(ticket.url, "00" * 5, bytes(10), ticket.programme_fingerprint)
    with pytest.raises((TicketInvalid, SignatureInvalid)):
        enrolment.enrol(office, request_enrolment(made_up, keys))


def test_audit_log_shows_where_it_was_changed(office: Office) -> None:
    with transaction(office.engine) as connection:
        for number in range(3):
            audit.enter(connection, number, "test", "looked", {"n": number})
        assert audit.broken_at(connection) is None
        last = connection.scalar(select(AuditEntry.number).order_by(AuditEntry.number.desc()))
        assert last is not None
        connection.execute(
            update(AuditEntry).where(AuditEntry.number == last - 1).values(details={"n": 9})
        )

        assert audit.broken_at(connection) == last - 1


def test_every_verb_loads_and_has_help() -> None:
    for verb in VERBS:
        result = CliRunner().invoke(main, [verb, "--help"])

        assert result.exit_code == 0, (verb, result.output)


def test_refusal_on_the_command_line_is_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor"], env={"TALLY87_FOLDER": str(tmp_path)})

    assert result.exit_code == 1
    assert "tally87 migrate" in result.output
    assert "Traceback" not in result.output


def test_command_before_the_programme_is_made_says_what_makes_it(tmp_path: Path) -> None:
    folder = tmp_path / "not-there"

    result = CliRunner().invoke(main, ["doctor"], env={"TALLY87_FOLDER": str(folder)})

    assert result.exit_code == 1
    assert "tally87 programme create" in result.output
    assert isinstance(result.exception, SystemExit)
    assert not folder.exists()


def test_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tally87.sqlite").mkdir()

    result = CliRunner().invoke(main, ["doctor"], env={"TALLY87_FOLDER": str(tmp_path)})

    assert isinstance(result.exception, SystemExit)
    assert "The database does not work" in result.output


def test_programme_of_a_country_without_a_profile_is_not_begun(tmp_path: Path) -> None:
    create = ["programme", "create", "--name", "Trial", "--country"]
    environment = {"TALLY87_FOLDER": str(tmp_path / "office")}

    misspelt = CliRunner().invoke(main, [*create, "Pakistan"], env=environment)

    assert isinstance(misspelt.exception, SystemExit)
    assert "no profile for 'PAKISTAN'" in misspelt.output
    assert not (tmp_path / "office").exists()
    assert CliRunner().invoke(main, [*create, "PAK"], env=environment).exit_code == 0


@pytest.mark.parametrize("file", ["ticket.txt", "not-there/ticket.svg"])
def test_ticket_that_cannot_be_drawn_is_not_issued(tmp_path: Path, file: str) -> None:
    result = CliRunner().invoke(main, ["enrol", "--officer", "O-1", "--qr", str(tmp_path / file)])

    assert result.exit_code == 2
    assert "--qr" in result.output
    assert isinstance(result.exception, SystemExit)


def test_office_is_set_up_and_a_stick_read_from_the_command_line(tmp_path: Path) -> None:
    run = CliRunner()
    environment = {"TALLY87_FOLDER": str(tmp_path / "office")}
    for arguments in (
        ["programme", "create", "--name", "Trial", "--country", "pak", "--data", "synthetic"],
        ["organisation", "add", "LAB", "--name", "Labour", "--list", "labour_inspectorate"],
        ["officer", "add", "O-1", "--organisation", "LAB"],
        ["enrol", "--officer", "O-1", "--qr", str(tmp_path / "ticket.svg")],
    ):
        result = run.invoke(main, arguments, env=environment)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "ticket.svg").exists()

    office = Office.open(config_for(tmp_path / "office"), lambda: NOW, seeded(4))
    with transaction(office.engine) as connection:
        connection.execute(text("update officer set code = 'OFFICER-0'"))
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "a.parcel").write_bytes(tablet.seal([visit, tablet.case(visit)]).data)
    (stick / "b.parcel").write_bytes(b"damaged")
    office.close()

    result = run.invoke(main, ["import-parcels", str(stick)], env=environment)

    assert result.exit_code == 1
    assert "a.parcel: 2 accepted" in result.output
    assert (stick / "a.receipt").exists()
    assert not (stick / "b.receipt").exists()
    result = run.invoke(main, ["doctor"], env=environment)
    assert result.exit_code == 0, result.output
    result = run.invoke(main, ["tabulate"], env=environment)
    assert result.exit_code == 0, result.output
    assert "withheld" in result.output


def test_folder_without_a_parcel_is_said_to_be_one(tmp_path: Path) -> None:
    """The photographs of the stick, or the folder above the one the tablet wrote into."""
    run = CliRunner()
    environment = {"TALLY87_FOLDER": str(tmp_path / "office")}
    create = ["programme", "create", "--name", "Trial", "--country", "pak", "--data", "synthetic"]
    assert run.invoke(main, create, env=environment).exit_code == 0
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "holiday.jpg").write_bytes(b"")

    result = run.invoke(main, ["import-parcels", str(tmp_path / "stick")], env=environment)

    assert result.exit_code == 1
    assert "There is no parcel in" in result.output
    assert "none of its 1 files ends in .parcel" in result.output
    assert "Nothing was taken in." in result.output


def test_engine_of_an_unknown_file_is_refused_in_words(tmp_path: Path) -> None:
    engine = open_engine(config_for(tmp_path).database)

    with pytest.raises(DatabaseTooOld):
        must_be_current(engine)
    engine.dispose()

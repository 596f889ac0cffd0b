"""Keys beside the database: outside its folder in production, sealed at rest, rotated."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from server.cli import main
from server.db.engine import reading, transaction
from server.office import Office
from server.office.config import config_for
from server.office.key_files import KeyFileRefused, is_sealed
from server.office.sealing import NotUnsealed, seal, unseal
from server.operations import key_rotation
from server.programme.keys import KEY_FILES, keys_of, make_keys, read_keys
from server.staff import accounts, factors, invitations
from server.staff.model import Account, Invitation
from tests.server.field import Clock, make_office, seeded

PASSWORD = "a quite long sentence"
PASSPHRASE = b"seven words that were drawn by chance alone"


def passphrase_file(folder: Path, words: bytes = PASSPHRASE) -> Path:
    file = folder / "passphrase"
    file.write_bytes(words + b"\n")
    file.chmod(0o600)
    return file


def code_of(address: str, office: Office) -> str:
    return pyotp.TOTP(re.findall(r"secret=(\w+)", address)[0]).at(office.now_s())


def kept(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        secrets = [
            *connection.scalars(select(Account.totp_secret)),
            *connection.scalars(select(Invitation.totp_secret)),
        ]
    return [one for one in secrets if one]


def test_server_in_production_refuses_keys_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cli.serving._Server.run", lambda server: None)
    monkeypatch.setenv("TALLY87_FOLDER", str(tmp_path / "data"))
    for keys in (tmp_path / "data", tmp_path / "data" / "keys", tmp_path / "data/a/../b/keys"):
        monkeypatch.setenv("TALLY87_KEYS", str(keys))
        ran = CliRunner().invoke(main, ["serve", "--no-worker"])
        assert ran.exit_code == 1
        assert "whoever copies it has both" in ran.output
        assert "TALLY87_KEYS" in ran.output
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")
    monkeypatch.setenv("TALLY87_KEYS", str(tmp_path / "elsewhere" / "keys"))
    assert CliRunner().invoke(main, ["serve", "--no-worker"]).exit_code == 1
    assert not (tmp_path / "data").exists(), "nothing was begun"

    monkeypatch.setenv("TALLY87_KEYS", str(tmp_path / "keys"))
    assert CliRunner().invoke(main, ["serve", "--no-worker"]).exit_code == 0


def test_keys_sealed_by_a_passphrase_open_with_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = make_keys(folder, seeded(1), PASSPHRASE)

    assert read_keys(folder, PASSPHRASE) == made
    for wrong in (None, b"another one that is long enough"):
        with pytest.raises(KeyFileRefused):
            read_keys(folder, wrong)
    secrets = (made.pepper, made.linkage, made.programme.signing, made.programme.sealing)
    for file in folder.iterdir():
        assert not any(secret in file.read_bytes() for secret in secrets)
    (folder / "pepper.key").write_bytes((folder / "linkage.key").read_bytes())
    with pytest.raises(KeyFileRefused):
        read_keys(folder, PASSPHRASE)


def test_open_key_files_are_sealed_by_command_and_the_office_goes_on(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data", key_folder=tmp_path / "keys")
    before = keys_of(office)
    office.close()
    environment = {
        "TALLY87_FOLDER": str(tmp_path / "data"),
        "TALLY87_KEYS": str(tmp_path / "keys"),
        "TALLY87_KEY_PASSPHRASE_FILE": str(passphrase_file(tmp_path)),
    }

    ran = CliRunner().invoke(main, ["keys", "seal"], env=environment)

    assert ran.output == f"Sealed: {', '.join(KEY_FILES)}.\n"
    assert all(is_sealed(tmp_path / "keys" / name) for name in KEY_FILES)
    assert stat.S_IMODE((tmp_path / "keys" / "pepper.key").stat().st_mode) == 0o600
    assert read_keys(tmp_path / "keys", PASSPHRASE) == before
    shown = CliRunner().invoke(main, ["keys", "show"], env=environment).output
    assert shown.count("is sealed by a passphrase.") == len(KEY_FILES)
    again = CliRunner().invoke(main, ["keys", "seal"], env=environment)
    assert again.output == "All key files were sealed before.\n"


@pytest.mark.parametrize("words", [b"too short", "ä".encode() * 19])
def test_short_passphrase_is_refused(tmp_path: Path, words: bytes) -> None:
    office = make_office(tmp_path / "data")
    config = config_for(tmp_path / "data", key_passphrase_file=passphrase_file(tmp_path, words))
    with pytest.raises(KeyFileRefused, match="fewer than 20"):
        key_rotation.seal_key_files(Office(config, office.engine, Clock(), seeded(2)), "test")
    office.close()


def test_secret_of_one_time_codes_is_sealed_in_the_database_and_works(lite: Office) -> None:
    address = accounts.add_account(lite, "Amina", "steward", PASSWORD, with_totp=True)
    assert address is not None
    secret = re.findall(r"secret=(\w+)", address)[0]

    (sealed,) = kept(lite)

    assert len(sealed) == 64
    assert secret not in sealed
    assert accounts.sign_in(lite, "Amina", PASSWORD, code_of(address, lite), "here")
    assert accounts.sign_in(lite, "Amina", PASSWORD, code_of(address, lite), "here") is None


def test_sealed_secret_of_one_account_is_none_of_another(lite: Office) -> None:
    for name in ("Amina", "Bilal"):
        accounts.add_account(lite, name, "steward", PASSWORD, with_totp=True)
    first, _ = kept(lite)
    with transaction(lite.engine) as connection:
        connection.execute(update(Account).values(totp_secret=first))

    with pytest.raises(NotUnsealed):
        accounts.sign_in(lite, "Bilal", PASSWORD, "123456", "here")


def test_secrets_an_earlier_version_left_open_are_sealed_by_migrate(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    (tmp_path / "keys" / "office.key").unlink()
    accounts.add_account(office, "Amina", "steward", PASSWORD, with_totp=True)
    token = invitations.invite(office, "Bilal", "viewer", "test")
    secret = pyotp.random_base32()
    with transaction(office.engine) as connection:
        connection.execute(
            update(Account).where(Account.name == "Amina").values(totp_secret=secret)
        )
        connection.execute(update(Invitation).values(totp_secret=secret))
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    for _ in range(2):
        assert CliRunner().invoke(main, ["migrate"], env=environment).exit_code == 0

    assert [len(one) for one in kept(office)] == [64, 64]
    code = pyotp.TOTP(secret).at(office.now_s())
    assert accounts.sign_in(office, "Amina", PASSWORD, code, "here")
    invited = invitations.invited(office, token)
    assert invited is not None
    assert secret in str(invited.factor)
    office.close()


def test_rotated_office_key_keeps_every_second_factor_and_old_backups(lite: Office) -> None:
    address = accounts.add_account(lite, "Amina", "steward", PASSWORD, with_totp=True)
    assert address is not None
    invitations.invite(lite, "Bilal", "viewer", "test")
    before = kept(lite)
    old = seal(lite, "a backup", b"of before")
    beside = Office(lite.config, lite.engine, lite.clock, lite.random_bytes)
    assert unseal(beside, "a backup", old) == b"of before"

    assert key_rotation.rotate_office_key(lite, "test") == 2

    assert not set(kept(lite)) & set(before)
    assert unseal(lite, "a backup", old) == b"of before"
    # Another process, which had read the keys before, reads them again.
    assert accounts.sign_in(beside, "Amina", PASSWORD, code_of(address, lite), "here")

    assert key_rotation.rotate_office_key(lite, "test", forget_earlier=True) == 2
    with pytest.raises(NotUnsealed):
        unseal(beside, "a backup", old)
    assert factors.step_of_code(
        lite, "Amina", kept(lite)[0], code_of(address, lite), lite.now_s(), None
    )


def test_killed_while_the_office_key_is_rotated_every_secret_can_be_opened(lite: Office) -> None:
    """Before the transaction ends, the file has both keys; the test ends it by a key that is not
    there for an account nobody can open."""
    accounts.add_account(lite, "Amina", "steward", PASSWORD, with_totp=True)
    accounts.add_account(lite, "Bilal", "steward", PASSWORD, with_totp=True)
    first, second = kept(lite)
    with transaction(lite.engine) as connection:
        here = update(Account).where(Account.name == "Bilal")
        connection.execute(here.values(totp_secret=first))
    with pytest.raises(NotUnsealed):
        key_rotation.rotate_office_key(lite, "test")

    assert factors.address_of(lite, "Amina", first)
    assert factors.address_of(lite, "Bilal", second)


def test_files_of_an_embedded_database_are_the_owners_alone_in_any_folder(tmp_path: Path) -> None:
    earlier = os.umask(0)
    try:
        tmp_path.chmod(0o777)
        office = make_office(tmp_path)
        file = tmp_path / "tally87.sqlite"
        with transaction(office.engine) as connection:
            connection.execute(update(Account).values(role="viewer"))
            beside = sorted(tmp_path.glob("tally87.sqlite*"))
            assert len(beside) == 3
            modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in beside}
        assert set(modes.values()) == {0o600}, json.dumps(modes)
        file.chmod(0o644)
        accounts.add_account(office, "Amina", "steward", PASSWORD)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        office.close()
    finally:
        os.umask(earlier)


def test_connection_that_opens_takes_no_lock_from_another_of_its_process(tmp_path: Path) -> None:
    """Whoever closes a database last, as far as locks say, deletes its log: another process must
    not, while we have one open."""
    office = make_office(tmp_path)
    file = tmp_path / "tally87.sqlite"
    with office.engine.connect() as held:
        held.execute(select(Account.number))
        with reading(office.engine) as beside:
            beside.execute(select(Account.number))
        log = file.with_name(f"{file.name}-wal")
        before = log.stat().st_ino
        other = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
            "c.execute('select count(*) from account').fetchall(); c.close()"
        )
        subprocess.run([sys.executable, "-c", other, str(file)], check=True)
        assert log.stat().st_ino == before
    office.close()

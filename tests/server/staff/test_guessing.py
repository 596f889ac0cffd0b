"""Who guesses passwords: many tries at once are no more than in turn, and lock out nobody else."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select

from server.db.engine import reading
from server.office import Office
from server.staff import accounts, passwords
from server.staff.model import Account
from tests.patience import PATIENCE_S
from tests.server.field import NOW

PASSWORD = "a quite long sentence"
STRANGER, AT_HOME = "198.51.100.7", "203.0.113.5"


def outcome(office: Office, name: str, password: str, address: str, code: str = "") -> str:
    try:
        token = accounts.sign_in(office, name, password, code, address)
    except accounts.MustWait:
        return "must wait"
    return "wrong" if token is None else "in"


def guess(office: Office, name: str, address: str, times: int) -> Counter[str]:
    """So many tries, all at the same moment."""
    together = threading.Barrier(times)

    def one(number: int) -> str:
        together.wait()
        return outcome(office, name, f"guess number {number}", address)

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


def code_of(office: Office, name: str) -> str:
    address = accounts.add_account(office, name, "viewer", PASSWORD, with_totp=True)
    return str(pyotp.parse_uri(address or "").at(NOW))  # type: ignore[union-attr]


def test_forty_tries_at_once_are_no_more_than_ten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASH_WAIT_S", PATIENCE_S)
    accounts.add_account(office, "viewer", "viewer", PASSWORD)

    said = guess(office, "viewer", STRANGER, 40)

    assert said == {"wrong": accounts.TRIES, "must wait": 40 - accounts.TRIES}
    assert outcome(office, "viewer", PASSWORD, STRANGER) == "must wait"


def test_tries_with_many_names_from_one_address_come_to_an_end(lite: Office) -> None:
    said = Counter(
        outcome(lite, f"name {number}", "a guess", STRANGER)
        for number in range(accounts.TRIES_OF_AN_ADDRESS + 5)
    )

    assert said == {"wrong": accounts.TRIES_OF_AN_ADDRESS, "must wait": 5}


def test_strangers_lock_out_nobody_who_has_the_password_and_the_second_factor(
    office: Office,
) -> None:
    code = code_of(office, "careful")
    for number in range(accounts.TRIES_FOR_A_NAME // accounts.TRIES):
        for _ in range(accounts.TRIES):
            outcome(office, "careful", "a guess", f"198.51.100.{number}")
    assert outcome(office, "careful", PASSWORD, AT_HOME) == "must wait"
    assert outcome(office, "careful", PASSWORD, AT_HOME, "000000") == "must wait"

    # From the strangers' own address, too: behind one proxy all may have the same.
    assert outcome(office, "careful", "wrong", "198.51.100.0", code) == "wrong"
    assert outcome(office, "careful", PASSWORD, "198.51.100.0", code) == "in"
    assert outcome(office, "careful", PASSWORD, "198.51.100.0", code) == "wrong", "used"


def test_a_stranger_elsewhere_locks_out_nobody_without_a_second_factor(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASH_WAIT_S", PATIENCE_S)
    accounts.add_account(office, "viewer", "viewer", PASSWORD)
    guess(office, "viewer", STRANGER, 2 * accounts.TRIES)

    assert outcome(office, "viewer", PASSWORD, AT_HOME) == "in"
    assert outcome(office, "viewer", PASSWORD, STRANGER) == "must wait", "their tries still stand"


def test_who_mistyped_and_is_in_has_no_tries_against_them(office: Office) -> None:
    accounts.add_account(office, "viewer", "viewer", PASSWORD)
    for _ in range(accounts.TRIES - 1):
        outcome(office, "viewer", "mistyped", AT_HOME)
    assert outcome(office, "viewer", PASSWORD, AT_HOME) == "in"

    assert outcome(office, "viewer", "mistyped", AT_HOME) == "wrong"


def test_a_password_costs_what_rfc_9106_asks_for_and_a_name_that_is_none_as_much(
    lite: Office,
) -> None:
    in_earnest = Office.open(lite.config, lite.clock, lite.random_bytes)
    try:
        accounts.add_account(in_earnest, "viewer", "viewer", PASSWORD)
        with reading(in_earnest.engine) as connection:
            kept = str(connection.scalar(select(Account.password_hash)))
    finally:
        in_earnest.close()
    known, unknown = (
        extract_parameters(one) for one in (kept, passwords.nobodys_hash(in_earnest.hasher))
    )

    assert known == unknown == RFC_9106_LOW_MEMORY
    assert passwords.password_fits(kept, PASSWORD)
    assert not passwords.password_fits(passwords.nobodys_hash(in_earnest.hasher), PASSWORD)


STRANGERS = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from concurrent.futures import ThreadPoolExecutor
from server.db.engine import reading
from server.office import Office
from server.office.config import config_for
from server.staff import accounts, passwords
from server.staff.model import Account
from tests.patience import PATIENCE_S
import os

def peak_mib():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

office = Office.open(config_for(Path(sys.argv[1])), lambda: datetime.now(UTC), os.urandom)
accounts.sign_in(office, "nobody", "a guess", "", "192.0.2.1")
before, together = peak_mib(), threading.Barrier(40)
def one(number):
    together.wait()
    try:
        accounts.sign_in(office, "nobody", "a guess", "", f"198.51.100.{number}")
    except passwords.TooBusy:
        pass
with ThreadPoolExecutor(40) as pool:
    list(pool.map(one, range(40)))
print(peak_mib() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_forty_strangers_at_once_take_the_memory_of_two(lite: Office) -> None:
    told = subprocess.run(
        [sys.executable, "-c", STRANGERS, str(lite.config.folder)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert int(told.stdout) < 64 * (passwords.MOST_HASHES_AT_ONCE + 1)

"""Recovery codes: each lets in once, only its own account, and never after newer ones were made."""

from __future__ import annotations

import pyotp

from server.db.engine import reading, transaction
from server.office import Office
from server.staff import accounts, invitations, recovery
from tests.server.field import NOW

PASSWORD = "a quite long sentence"


def enters(office: Office, name: str, code: str) -> bool:
    return accounts.sign_in(office, name, PASSWORD, code, "here") is not None


def number_of(office: Office, name: str, code: str) -> int:
    token = accounts.sign_in(office, name, PASSWORD, code, "here") or ""
    who = accounts.who(office, token)
    assert who is not None
    return who.account_number


def test_each_code_lets_its_account_in_once(office: Office) -> None:
    address = accounts.add_account(office, "amina", "steward", PASSWORD, with_totp=True)
    other = accounts.add_account(office, "other", "steward", PASSWORD, with_totp=True)
    assert address
    assert other
    number = number_of(office, "amina", pyotp.parse_uri(address).at(NOW))  # type: ignore[union-attr]
    first, second, *_ = recovery.make_codes(office, number, "amina")

    assert not enters(office, "other", first)
    assert not enters(office, "amina", first[:-1])
    assert enters(office, "amina", first.lower().replace("-", " "))
    assert not enters(office, "amina", first)
    with reading(office.engine) as connection:
        assert recovery.codes_left(connection, number) == recovery.CODES - 1
    assert accounts.sign_in(office, "amina", "another sentence", second, "here") is None
    assert enters(office, "amina", second)
    third = recovery.make_codes(office, number, "amina")[0]
    recovery.make_codes(office, number, "amina")
    assert not enters(office, "amina", third)


def test_code_of_a_past_state_lets_nobody_in(office: Office) -> None:
    address = accounts.add_account(office, "amina", "steward", PASSWORD, with_totp=True)
    assert address
    number = number_of(office, "amina", pyotp.parse_uri(address).at(NOW))  # type: ignore[union-attr]
    code = recovery.make_codes(office, number, "amina")[0]

    with transaction(office.engine) as connection:
        invitations.void_links(connection)

    assert not enters(office, "amina", code)

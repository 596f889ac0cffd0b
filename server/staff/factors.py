"""Second factors: secrets of one-time codes (RFC 6238), which stand in the database sealed.

Sealed under the office's key and bound to the account's name: who copies the database can make no
code, and who can write it cannot give one account the secret of another.
"""

from __future__ import annotations

import base64
import hmac

import pyotp
from sqlalchemy import Connection, func, select, update

from server.db.engine import transaction
from server.office import Office
from server.office.sealing import seal, unseal
from server.staff.model import Account, Invitation

SECRET_BYTES = 20
"""160 bits (RFC 4226, section 4, R6)."""
STEP_S = 30
"""Length of a time step (RFC 6238 section 5.2); one step early or late is accepted."""
_OPEN_LENGTH = 32
"""Base32 of a secret as earlier versions kept it; a sealed one has 64 characters."""


def new_factor(office: Office, name: str) -> str:
    """The secret of a new second factor of this account, sealed."""
    return seal(office, _about(name), office.random_bytes(SECRET_BYTES))


def address_of(office: Office, name: str, sealed: str) -> str:
    """The otpauth address for the authenticator app. Raises NotUnsealed."""
    secret = _base32(office, name, sealed)
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Tally87")


def step_of_code(
    office: Office, name: str, sealed: str, code: str, now_s: int, last_step: int | None
) -> int | None:
    """The time step a code is of, or None when it is not one of now or was used. Raises
    NotUnsealed."""
    return _unused_step(_base32(office, name, sealed), code, now_s, last_step)


def seal_open_ones(office: Office) -> int:
    """Seals the secrets an earlier version left open; how many there were."""
    with transaction(office.engine) as connection:
        accounts = connection.execute(
            select(Account.number, Account.name, Account.totp_secret).where(
                func.length(Account.totp_secret) == _OPEN_LENGTH
            )
        ).all()
        for number, name, secret in accounts:
            here = update(Account).where(Account.number == number)
            connection.execute(here.values(totp_secret=_closed(office, name, secret or "")))
        links = connection.execute(
            select(Invitation.token_hash, Account.name, Invitation.totp_secret)
            .join(Account, Account.number == Invitation.account_number)
            .where(func.length(Invitation.totp_secret) == _OPEN_LENGTH)
        ).all()
        for token, name, secret in links:
            link = update(Invitation).where(Invitation.token_hash == token)
            connection.execute(link.values(totp_secret=_closed(office, name, secret or "")))
    return len(accounts) + len(links)


def seal_again(connection: Connection, office: Office) -> int:
    """Seals every secret with the key that seals now; how many there are. Raises NotUnsealed."""
    accounts = connection.execute(
        select(Account.number, Account.name, Account.totp_secret).where(
            Account.totp_secret.is_not(None)
        )
    ).all()
    for number, name, secret in accounts:
        again = seal(office, _about(name), _secret(office, name, secret or ""))
        connection.execute(
            update(Account).where(Account.number == number).values(totp_secret=again)
        )
    links = connection.execute(
        select(Invitation.token_hash, Account.name, Invitation.totp_secret)
        .join(Account, Account.number == Invitation.account_number)
        .where(Invitation.totp_secret.is_not(None))
    ).all()
    for token, name, secret in links:
        again = seal(office, _about(name), _secret(office, name, secret or ""))
        connection.execute(
            update(Invitation).where(Invitation.token_hash == token).values(totp_secret=again)
        )
    return len(accounts) + len(links)


def _closed(office: Office, name: str, base32: str) -> str:
    return seal(office, _about(name), base64.b32decode(base32))


def _secret(office: Office, name: str, kept: str) -> bytes:
    if len(kept) == _OPEN_LENGTH:
        return base64.b32decode(kept)
    return unseal(office, _about(name), kept)


def _base32(office: Office, name: str, kept: str) -> str:
    return base64.b32encode(_secret(office, name, kept)).decode("ascii")


def _about(name: str) -> str:
    return f"second factor of {name}"


def _unused_step(secret: str, code: str, now_s: int, last_step: int | None) -> int | None:
    """The unused time step this code belongs to, one step early or late included."""
    totp, given = pyotp.TOTP(secret, interval=STEP_S), "".join(code.split())
    found = None
    for step in range(now_s // STEP_S - 1, now_s // STEP_S + 2):
        is_code = hmac.compare_digest(
            totp.generate_otp(step).encode(), given.encode("utf-8", "replace")
        )
        if is_code and (last_step is None or step > last_step):
            found = step
    return found

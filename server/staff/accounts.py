"""Staff accounts: passwords, one-time codes, sessions, and the limit on guessing.

Owns who may sign in. Passwords are kept as Argon2id hashes (RFC 9106), session cookies as SHA-256
hashes, one-time codes follow RFC 6238 and work once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from server.db.engine import reading, transaction
from server.office import Office
from server.staff import audit
from server.staff.model import Account, SignInTry, StaffSession
from shared.errors import ServiceError

ROLES = ("administrator", "steward", "statistician", "viewer")
LEAST_PASSWORD = 12
"""Characters; length is what counts (NIST SP 800-63B-4 asks for 8 beside a second factor, 15
alone)."""
MOST_PASSWORD = 200
TRIES = 10
"""Failed tries for one name or from one address within the window; then everybody waits."""
TRY_WINDOW_S = 15 * 60
LONGEST_SESSION_S = 12 * 3600
"""Sign in again at least once a working day, however busy."""
STEP_S = 30
"""Length of a time step (RFC 6238 section 5.2); one step early or late is accepted."""

_HASHER = PasswordHasher()
_NOBODYS_HASH = _HASHER.hash("nobody has this password")


class NotAllowed(ServiceError):
    """An account that cannot be made as asked; the message says why."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in. csrf_token: every form must carry it."""

    account_number: int
    name: str
    role: str
    csrf_token: str


def add_account(
    office: Office,
    name: str,
    role: str,
    password: str,
    with_totp: bool = False,
    actor: str = "command line",
) -> str | None:
    """Adds an account; the otpauth address for the authenticator app when codes are asked for.

    Raises NotAllowed for a name in use, an unknown role, a password of fewer than LEAST_PASSWORD
    characters or one that holds the name.
    """
    if role not in ROLES:
        raise NotAllowed(f"A role is one of {', '.join(ROLES)}.")
    if not name.strip() or len(name) > 80 or any(not sign.isprintable() for sign in name):
        raise NotAllowed("A name has 1 to 80 printable characters.")
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise NotAllowed(f"A password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters.")
    if name.casefold() in password.casefold():
        raise NotAllowed("The password must not hold the name.")
    secret = None
    if with_totp:
        secret = base64.b32encode(office.random_bytes(20)).decode("ascii")
    with transaction(office.engine) as connection:
        if connection.scalar(select(Account.number).where(Account.name == name)) is not None:
            raise NotAllowed(f"There is an account {name} already.")
        connection.execute(
            insert(Account).values(
                name=name,
                role=role,
                password_hash=_HASHER.hash(password),
                totp_secret=secret,
                created_at_s=office.now_s(),
            )
        )
        audit.enter(
            connection, office.now_s(), actor, "account_added", {"account": name, "role": role}
        )
    if secret is None:
        return None
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Tally87")


def close_account(office: Office, name: str, actor: str) -> None:
    """Closes an account and ends its sessions. Raises NotAllowed when there is none open."""
    with transaction(office.engine) as connection:
        number = connection.scalar(
            update(Account)
            .where(Account.name == name, Account.closed_at_s.is_(None))
            .values(closed_at_s=office.now_s())
            .returning(Account.number)
        )
        if number is None:
            raise NotAllowed(f"There is no open account {name}.")
        connection.execute(delete(StaffSession).where(StaffSession.account_number == number))
        audit.enter(connection, office.now_s(), actor, "account_closed", {"account": name})


def must_wait(office: Office, name: str, address: str) -> bool:
    """Whether there were too many failed tries for this name or from this address."""
    since = office.now_s() - TRY_WINDOW_S
    with reading(office.engine) as connection:
        counts = [
            connection.scalar(select(func.count()).where(column == value, SignInTry.at_s > since))
            or 0
            for column, value in (
                (SignInTry.name_hash, _hash(name.casefold())),
                (SignInTry.address_hash, _hash(address)),
            )
        ]
    return max(counts) >= TRIES


def sign_in(office: Office, name: str, password: str, code: str, address: str) -> str | None:
    """A new session's token (the cookie's value), or None when anything does not fit.

    What did not fit is not told, and takes as long as when everything fits.
    """
    now_s = office.now_s()
    with reading(office.engine) as connection:
        account = connection.execute(
            select(
                Account.number,
                Account.password_hash,
                Account.totp_secret,
                Account.totp_last_step,
                Account.closed_at_s,
            ).where(Account.name == name)
        ).first()
    fits = _password_fits(account.password_hash if account else _NOBODYS_HASH, password)
    step: int | None = None
    if account is not None and account.totp_secret:
        step = _step_of(account.totp_secret, code, now_s, account.totp_last_step)
        fits = fits and step is not None
    with transaction(office.engine) as connection:
        if account is None or account.closed_at_s is not None or not fits:
            _note_failure(connection, name, address, now_s)
            return None
        if step is not None:
            # In one statement: of two browsers with the same code only one gets in.
            used = connection.execute(
                update(Account)
                .where(
                    Account.number == account.number,
                    or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
                )
                .values(totp_last_step=step)
            ).rowcount
            if not used:
                return None
        token = office.random_bytes(32).hex()
        connection.execute(
            insert(StaffSession).values(
                token_hash=_hash(token),
                account_number=account.number,
                csrf_token=office.random_bytes(32).hex(),
                started_at_s=now_s,
                last_seen_at_s=now_s,
            )
        )
        connection.execute(delete(SignInTry).where(SignInTry.name_hash == _hash(name.casefold())))
        audit.enter(connection, now_s, f"account {name}", "signed_in", {})
    return token


def who(office: Office, token: str) -> SignedIn | None:
    """Who this cookie belongs to, or None when it is unknown, too old or its account is closed."""
    now_s = office.now_s()
    query = (
        select(
            Account.number,
            Account.name,
            Account.role,
            StaffSession.csrf_token,
            StaffSession.last_seen_at_s,
        )
        .join(Account, Account.number == StaffSession.account_number)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.last_seen_at_s > now_s - office.config.session_minutes * 60,
            StaffSession.started_at_s > now_s - LONGEST_SESSION_S,
            Account.closed_at_s.is_(None),
        )
    )
    with reading(office.engine) as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    if now_s - row.last_seen_at_s >= 60:
        # Once a minute is exact enough, and reading a page need not write.
        with transaction(office.engine) as connection:
            connection.execute(
                update(StaffSession)
                .where(StaffSession.token_hash == _hash(token))
                .values(last_seen_at_s=now_s)
            )
    return SignedIn(row.number, row.name, row.role, row.csrf_token)


def sign_out(office: Office, token: str) -> None:
    """Ends a session."""
    with transaction(office.engine) as connection:
        connection.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def _note_failure(connection: Connection, name: str, address: str, now_s: int) -> None:
    connection.execute(delete(SignInTry).where(SignInTry.at_s <= now_s - TRY_WINDOW_S))
    connection.execute(
        insert(SignInTry).values(
            name_hash=_hash(name.casefold()), address_hash=_hash(address), at_s=now_s
        )
    )


def _password_fits(stored: str, password: str) -> bool:
    if len(password) > MOST_PASSWORD:
        return False
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _step_of(secret: str, code: str, now_s: int, last_step: int | None) -> int | None:
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


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

"""Staff accounts: passwords, one-time codes, sessions, and the limit on guessing.

Owns who may sign in. Session cookies are kept as SHA-256 hashes, one-time codes follow RFC 6238 and
work once; passwords are in ``passwords``.

A try is reserved before anything is checked, so that many at once are no more than many in turn.
Who guesses locks out nobody else: beyond the limit a try with a right, unused one-time code is
still heard, and tries count for the address they come from.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from server.db.engine import brief, reading, transaction
from server.db.locks import Lock, hold
from server.office import Office
from server.staff import audit, factors, recovery
from server.staff.model import Account, SignInTry, StaffSession
from server.staff.passwords import (
    NotAllowed,
    check_password,
    hash_password,
    nobodys_hash,
    password_fits,
)
from server.staff.scope import CONTRIBUTOR, WHOLE, AccountScope, check_scope
from shared.errors import ServiceError

ROLES = ("administrator", "steward", "statistician", "viewer", CONTRIBUTOR)
TRIES = 10
"""Tries for one name from one address, within the window, that did not succeed."""
TRIES_OF_AN_ADDRESS = 30
"""For any names: an office behind one address has several people who mistype."""
TRIES_FOR_A_NAME = 100
"""From any addresses: the limit NIST SP 800-63B-4 sets (section 3.2.2), here for each window. One
stranger cannot reach it; of an account with a second factor even many cannot lock its owner out."""
TRY_WINDOW_S = 15 * 60
LONGEST_SESSION_S = 12 * 3600
"""Sign in again at least once a working day, however busy."""


class MustWait(ServiceError):
    """Too many tries lately; nothing was checked."""


class NotASteward(ServiceError):
    """Somebody who has no account of the role that decides about records."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in. csrf_token: every form must carry it. scope: how far the account
    reaches."""

    account_number: int
    name: str
    role: str
    csrf_token: str
    scope: AccountScope = WHOLE


def add_account(
    office: Office,
    name: str,
    role: str,
    password: str,
    with_totp: bool = False,
    actor: str = "command line",
    scope: AccountScope = WHOLE,
) -> str | None:
    """Adds an account; the otpauth address for the authenticator app when codes are asked for.

    Raises NotAllowed for a name in use, an unknown role, a scope it cannot have, a password of
    fewer than LEAST_PASSWORD characters or one that holds the name.
    """
    check_new_account(name, role, scope)
    check_password(name, password)
    secret = factors.new_factor(office, name) if with_totp else None
    # Before the transaction: nobody waits for it to write.
    password_hash = hash_password(office.hasher, password)
    with transaction(office.engine) as connection:
        if connection.scalar(select(Account.number).where(Account.name == name)) is not None:
            raise NotAllowed(f"There is an account {name} already.", "name_taken")
        connection.execute(
            insert(Account).values(
                name=name,
                role=role,
                password_hash=password_hash,
                totp_secret=secret,
                created_at_s=office.now_s(),
                **scope.columns(),
            )
        )
        details = {"account": name, "role": role, **scope.said()}
        audit.enter(connection, office.now_s(), actor, "account_added", details)
    if secret is None:
        return None
    return factors.address_of(office, name, secret)


def set_scope(office: Office, name: str, scope: AccountScope, actor: str) -> None:
    """Gives an open account another scope and ends its sessions. Raises NotAllowed."""
    with transaction(office.engine) as connection:
        row = connection.execute(
            select(Account.number, Account.role).where(
                Account.name == name, Account.closed_at_s.is_(None)
            )
        ).first()
        if row is None:
            raise NotAllowed(f"There is no open account {name}.", "no_account")
        check_scope(row.role, scope)
        connection.execute(
            update(Account).where(Account.number == row.number).values(**scope.columns())
        )
        _end_sessions(connection, row.number, but="")
        details = {"account": name, **scope.said()}
        audit.enter(connection, office.now_s(), actor, "account_scope_set", details)


def check_new_account(name: str, role: str, scope: AccountScope = WHOLE) -> None:
    """Raises NotAllowed for a role that is none, a name that cannot be one, and a scope this role
    cannot have."""
    if role not in ROLES:
        raise NotAllowed(f"A role is one of {', '.join(ROLES)}.")
    if name != name.strip() or not 1 <= len(name) <= 80 or not name.isprintable():
        raise NotAllowed("A name has 1 to 80 printable characters.", "account_name")
    check_scope(role, scope)


def is_password_of(office: Office, account: SignedIn, password: str) -> bool:
    """Whether this is the password of the account. Raises MustWait after too many tries."""
    reserved = _reserve(office, account.name, "password", office.now_s())
    if reserved is None:
        raise MustWait("There were too many tries: wait a quarter of an hour.")
    with reading(office.engine) as connection:
        mine = select(Account.password_hash).where(Account.number == account.account_number)
        stored = connection.scalar(mine)
    if not stored or not password_fits(stored, password):
        return False
    with transaction(office.engine) as connection:
        connection.execute(delete(SignInTry).where(SignInTry.number == reserved))
    return True


def change_password(office: Office, account: SignedIn, old: str, new: str, here: str) -> None:
    """Gives an account another password and ends its other sessions. here: the token of the one
    that asks. Raises NotAllowed; MustWait after too many tries, TooBusy."""
    check_password(account.name, new)
    now_s, mine = office.now_s(), Account.number == account.account_number
    if not is_password_of(office, account, old):
        raise NotAllowed("The password you have now is another one.", "password_old")
    password_hash = hash_password(office.hasher, new)
    with transaction(office.engine) as connection:
        connection.execute(update(Account).where(mine).values(password_hash=password_hash))
        _end_sessions(connection, account.account_number, but=here)
        connection.execute(delete(SignInTry).where(*_from_here(account.name, "password")))
        audit.enter(connection, now_s, f"account {account.name}", "password_changed", {})


def end_sessions(office: Office, name: str, actor: str, but: str = "") -> int:
    """Signs an account out everywhere, or everywhere but in the session of this token; how many
    sessions ended. Raises NotAllowed when there is no such account."""
    with transaction(office.engine) as connection:
        number = connection.scalar(select(Account.number).where(Account.name == name))
        if number is None:
            raise NotAllowed(f"There is no account {name}.", "no_account")
        ended = _end_sessions(connection, number, but)
        details = {"account": name, "sessions": ended}
        audit.enter(connection, office.now_s(), actor, "sessions_ended", details)
    return ended


def _end_sessions(connection: Connection, account_number: int, but: str) -> int:
    return connection.execute(
        delete(StaffSession).where(
            StaffSession.account_number == account_number,
            StaffSession.token_hash != (token_hash(but) if but else ""),
        )
    ).rowcount


def close_account(office: Office, name: str, actor: str, even_last: bool = True) -> None:
    """Closes an account and ends its sessions. even_last: also that of the only administrator:
    from then on only the command line lets anybody in. Raises NotAllowed."""
    with transaction(office.engine) as connection:
        administrators = list(
            connection.scalars(
                select(Account.name).where(
                    Account.role == "administrator",
                    Account.closed_at_s.is_(None),
                    Account.password_hash != "",
                )
            )
        )
        if administrators == [name] and not even_last:
            raise NotAllowed(f"{name} is the only administrator.", "last_administrator")
        number = connection.scalar(
            update(Account)
            .where(Account.name == name, Account.closed_at_s.is_(None))
            .values(closed_at_s=office.now_s())
            .returning(Account.number)
        )
        if number is None:
            raise NotAllowed(f"There is no open account {name}.", "no_account")
        connection.execute(delete(StaffSession).where(StaffSession.account_number == number))
        audit.enter(connection, office.now_s(), actor, "account_closed", {"account": name})


def has_any(office: Office) -> bool:
    """Whether anybody was ever given an account."""
    with reading(office.engine) as connection:
        return connection.scalar(select(Account.number).limit(1)) is not None


def must_be_steward(connection: Connection, name: str) -> None:
    """Raises NotASteward unless this is an open account that decides about records of the whole
    country: persons are met across organisations and areas."""
    role = select(Account.role).where(
        Account.name == name,
        Account.closed_at_s.is_(None),
        Account.area.is_(None),
        Account.organisation.is_(None),
    )
    if connection.scalar(role) not in ("administrator", "steward"):
        raise NotASteward(
            f"There is no open account {name} of a steward or administrator for the whole country."
        )


def end_all_sessions(connection: Connection) -> int:
    """Signs everybody out; how many sessions there were."""
    return connection.execute(delete(StaffSession)).rowcount


def sign_in(office: Office, name: str, password: str, code: str, address: str) -> str | None:
    """A new session's token (the cookie's value), or None when anything does not fit.

    What did not fit is not told, and takes as long as when everything fits. Raises MustWait after
    too many tries, TooBusy when others are being checked.
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
    step: int | None = None
    if account is not None and account.totp_secret:
        step = factors.step_of_code(
            office, name, account.totp_secret, code, now_s, account.totp_last_step
        )
    reserved = _reserve(office, name, address, now_s)
    if reserved is None and step is None:
        raise MustWait("There were too many tries to sign in: wait a quarter of an hour.")
    stored = (account and account.password_hash) or nobodys_hash(office.hasher)
    fits = password_fits(stored, password)
    if not account or not account.password_hash or account.closed_at_s is not None or not fits:
        return None
    by_recovery = account.totp_secret is not None and step is None
    if by_recovery and not recovery.is_one(code):
        return None
    with transaction(office.engine) as connection:
        if by_recovery and not recovery.use_code(connection, account.number, code, now_s):
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
                token_hash=token_hash(token),
                account_number=account.number,
                csrf_token=office.random_bytes(32).hex(),
                started_at_s=now_s,
                last_seen_at_s=now_s,
            )
        )
        # Who is in has no tries against them; a stranger's, from elsewhere, stay.
        connection.execute(delete(SignInTry).where(*_from_here(name, address)))
        audit.enter(connection, now_s, f"account {name}", "signed_in", {})
        if by_recovery:
            audit.enter(connection, now_s, f"account {name}", "recovery_code_used", {})
    return token


def _reserve(office: Office, name: str, address: str, now_s: int) -> int | None:
    """Notes a try before it is made; None when there were too many. It stands until it succeeds."""
    with reading(office.engine) as connection:
        if _too_many(connection, name, address, now_s):
            return None  # without writing: whoever goes on trying costs next to nothing
    with transaction(office.engine) as connection:
        hold(connection, Lock.SIGN_IN)
        if _too_many(connection, name, address, now_s):
            return None
        connection.execute(delete(SignInTry).where(SignInTry.at_s <= now_s - TRY_WINDOW_S))
        number: int = connection.execute(
            insert(SignInTry)
            .values(
                name_hash=token_hash(name.casefold()), address_hash=token_hash(address), at_s=now_s
            )
            .returning(SignInTry.number)
        ).scalar_one()
    return number


def _too_many(connection: Connection, name: str, address: str, now_s: int) -> bool:
    of_name, of_address = _from_here(name, address)
    return any(
        (
            connection.scalar(
                select(func.count()).where(*here, SignInTry.at_s > now_s - TRY_WINDOW_S)
            )
            or 0
        )
        >= most
        for here, most in (
            ((of_name, of_address), TRIES),
            ((of_address,), TRIES_OF_AN_ADDRESS),
            ((of_name,), TRIES_FOR_A_NAME),
        )
    )


def _from_here(name: str, address: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        SignInTry.name_hash == token_hash(name.casefold()),
        SignInTry.address_hash == token_hash(address),
    )


def who(office: Office, token: str) -> SignedIn | None:
    """Who this cookie belongs to, or None when it is unknown, too old or its account is closed."""
    now_s = office.now_s()
    query = (
        select(
            Account.number,
            Account.name,
            Account.role,
            Account.area,
            Account.organisation,
            StaffSession.csrf_token,
            StaffSession.last_seen_at_s,
        )
        .join(Account, Account.number == StaffSession.account_number)
        .where(
            StaffSession.token_hash == token_hash(token),
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
        # Once a minute is exact enough. A look need not wait for it: the next one notes it.
        with suppress(OperationalError), brief(office.engine) as connection:
            connection.execute(
                update(StaffSession)
                .where(StaffSession.token_hash == token_hash(token))
                .values(last_seen_at_s=now_s)
            )
    scope = AccountScope(row.area or "", row.organisation or "")
    return SignedIn(row.number, row.name, row.role, row.csrf_token, scope)


def sign_out(office: Office, token: str) -> None:
    """Ends a session."""
    with transaction(office.engine) as connection:
        connection.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def token_hash(text: str) -> str:
    """What is kept of a token or a name: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

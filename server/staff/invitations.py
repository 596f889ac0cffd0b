"""One-time links: for a new account, for one that lost its password, for a first start.

Owns the links. A link holds 32 random bytes, of which only the SHA-256 is kept; it is good for one
use within its term, and a newer one for the same account makes it void. The second factor's secret
is made with the link, so that looking at its page writes nothing; it counts once the link is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from server.db.engine import reading, transaction
from server.office import Office
from server.staff import audit, factors, recovery
from server.staff.accounts import check_new_account, token_hash
from server.staff.model import Account, Invitation, RecoveryCode, StaffSession
from server.staff.passwords import NotAllowed, check_password, hash_password
from server.staff.scope import WHOLE, AccountScope

INVITATION_HOURS = 72
SET_UP_HOURS = 1
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Invited:
    """Whom a link is for. factor: the otpauth address for the authenticator app, None when the
    account is to have no second factor."""

    name: str
    role: str
    factor: str | None


def invite(
    office: Office,
    name: str,
    role: str,
    actor: str,
    with_factor: bool = True,
    scope: AccountScope = WHOLE,
) -> str:
    """Adds an account that nobody can sign in to yet; the token of its link.

    Raises NotAllowed for a name in use, an unknown role, and a scope the role cannot have.
    """
    check_new_account(name, role, scope)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        if connection.scalar(select(Account.number).where(Account.name == name)) is not None:
            raise NotAllowed(f"There is an account {name} already.", "name_taken")
        number = connection.execute(
            insert(Account)
            .values(name=name, role=role, password_hash="", created_at_s=now_s, **scope.columns())
            .returning(Account.number)
        ).scalar_one()
        token = _new_link(connection, office, number, name, with_factor)
        details = {"account": name, "role": role, **scope.said()}
        audit.enter(connection, now_s, actor, "account_invited", details)
    return token


def invite_again(office: Office, name: str, actor: str, with_factor: bool = True) -> str:
    """A link with which an open account chooses a new password and second factor. Until it is used
    the old ones stay in force. Raises NotAllowed when there is no such account."""
    with transaction(office.engine) as connection:
        number = connection.scalar(
            select(Account.number).where(Account.name == name, Account.closed_at_s.is_(None))
        )
        if number is None:
            raise NotAllowed(f"There is no open account {name}.", "no_account")
        token = _new_link(connection, office, number, name, with_factor)
        audit.enter(connection, office.now_s(), actor, "account_invited_again", {"account": name})
    return token


def invited(office: Office, token: str) -> Invited | None:
    """Whom this link is for; None for one that is unknown, used, void or out of date."""
    with reading(office.engine) as connection:
        row = _open_link(connection, office, token)
    if row is None:
        return None
    factor = None
    if row.totp_secret:
        factor = factors.address_of(office, row.name, row.totp_secret)
    return Invited(row.name, row.role, factor)


def accept(office: Office, token: str, password: str, code: str) -> None:
    """Uses a link: the account has this password from now on, and its sessions end.

    code: of the authenticator app, so that nobody is locked out by one that was not set up.
    Raises NotAllowed; the link can still be used then.
    """
    now_s = office.now_s()
    with reading(office.engine) as connection:
        row = _open_link(connection, office, token)
    if row is None:
        raise NotAllowed("This link was used, is out of date or is not one of ours.", "link")
    check_password(row.name, password)
    step = None
    if row.totp_secret:
        step = factors.step_of_code(office, row.name, row.totp_secret, code, now_s, None)
        if step is None:
            raise NotAllowed("The code is not the one the app shows now.", "code_wrong")
    password_hash = hash_password(office.hasher, password)
    with transaction(office.engine) as connection:
        used = connection.execute(
            delete(Invitation).where(Invitation.token_hash == token_hash(token))
        ).rowcount
        if not used:
            raise NotAllowed("This link was used meanwhile.", "link")
        connection.execute(
            update(Account)
            .where(Account.number == row.number)
            .values(password_hash=password_hash, totp_secret=row.totp_secret, totp_last_step=step)
        )
        connection.execute(delete(StaffSession).where(StaffSession.account_number == row.number))
        recovery.void_codes(connection, row.number)
        audit.enter(connection, now_s, f"account {row.name}", "password_chosen", {})


def set_up_link(office: Office) -> str:
    """The token of a link with which an office without a programme is set up; earlier ones are
    void."""
    token, now_s = office.random_bytes(TOKEN_BYTES).hex(), office.now_s()
    with transaction(office.engine) as connection:
        use_set_up_link(connection)
        connection.execute(
            insert(Invitation).values(
                token_hash=token_hash(token), expires_at_s=now_s + SET_UP_HOURS * 3600
            )
        )
    return token


def is_set_up_link(office: Office, token: str) -> bool:
    """Whether an office can be set up with this link now."""
    with reading(office.engine) as connection:
        found = connection.scalar(
            select(Invitation.token_hash).where(
                Invitation.token_hash == token_hash(token),
                Invitation.account_number.is_(None),
                Invitation.expires_at_s > office.now_s(),
            )
        )
    return found is not None


def use_set_up_link(connection: Connection) -> None:
    """No office is set up with a link that was given out before."""
    connection.execute(delete(Invitation).where(Invitation.account_number.is_(None)))


def void_links(connection: Connection) -> int:
    """Makes every link void, and every recovery code: of a past state some were used since. How
    many links there were."""
    connection.execute(delete(RecoveryCode))
    return connection.execute(delete(Invitation)).rowcount


def nobody_can_sign_in(connection: Connection) -> str | None:
    """The first administrator, when there are accounts and none of them has a password yet: the
    office was set up and its first link was lost. None otherwise."""
    with_password = select(func.count()).where(Account.password_hash != "")
    if connection.scalar(with_password):
        return None
    first = select(Account.name).where(
        Account.role == "administrator", Account.closed_at_s.is_(None)
    )
    return connection.scalar(first.order_by(Account.number).limit(1))


def _new_link(
    connection: Connection, office: Office, account: int, name: str, with_factor: bool
) -> str:
    token, now_s = office.random_bytes(TOKEN_BYTES).hex(), office.now_s()
    secret = factors.new_factor(office, name) if with_factor else None
    connection.execute(delete(Invitation).where(Invitation.account_number == account))
    connection.execute(
        insert(Invitation).values(
            token_hash=token_hash(token),
            account_number=account,
            totp_secret=secret,
            expires_at_s=now_s + INVITATION_HOURS * 3600,
        )
    )
    return token


def _open_link(
    connection: Connection, office: Office, token: str
) -> Row[int, str, str, str | None] | None:
    return connection.execute(
        select(Account.number, Account.name, Account.role, Invitation.totp_secret)
        .join(Account, Account.number == Invitation.account_number)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.expires_at_s > office.now_s(),
            Account.closed_at_s.is_(None),
        )
    ).first()

"""Recovery codes: each lets an account in once, in place of a code of the authenticator app.

For whoever lost the app and cannot wait for a new link. Eight are made at a time, shown once, and
make earlier ones void. Each has 80 random bits, so that a hash of it can be kept (NIST SP
800-63B-4, look-up secrets).
"""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy import Connection, delete, func, insert, select, update

from server.db.engine import transaction
from server.office import Office
from server.staff import audit
from server.staff.model import RecoveryCode

CODES = 8
CODE_BYTES = 10
_GROUP = 4


def make_codes(office: Office, account_number: int, name: str) -> list[str]:
    """New codes for an account, to be shown once; earlier ones are void. As ``ABCD-EFGH-...``."""
    codes = [
        base64.b32encode(office.random_bytes(CODE_BYTES)).decode("ascii") for _ in range(CODES)
    ]
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        void_codes(connection, account_number)
        connection.execute(
            insert(RecoveryCode),
            [
                {"code_hash": _hash(code), "account_number": account_number, "made_at_s": now_s}
                for code in codes
            ],
        )
        audit.enter(connection, now_s, f"account {name}", "recovery_codes_made", {"codes": CODES})
    return [
        "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes
    ]


def void_codes(connection: Connection, account_number: int) -> None:
    """No code of this account lets anybody in any more."""
    connection.execute(delete(RecoveryCode).where(RecoveryCode.account_number == account_number))


def codes_left(connection: Connection, account_number: int) -> int:
    """How many codes of this account were not used yet."""
    unused = (RecoveryCode.account_number == account_number, RecoveryCode.used_at_s.is_(None))
    return connection.scalar(select(func.count()).where(*unused)) or 0


def use_code(connection: Connection, account_number: int, code: str, now_s: int) -> bool:
    """Uses a code up; whether it was one. Of two browsers with the same code one gets in."""
    return bool(
        connection.execute(
            update(RecoveryCode)
            .where(
                RecoveryCode.code_hash == _hash(code),
                RecoveryCode.account_number == account_number,
                RecoveryCode.used_at_s.is_(None),
            )
            .values(used_at_s=now_s)
        ).rowcount
    )


def is_one(code: str) -> bool:
    """Whether this has the length of a recovery code."""
    return len(_plain(code)) == CODE_BYTES * 8 // 5


def _hash(code: str) -> str:
    return hashlib.sha256(b"tally87/1 recovery code\x00" + _plain(code).encode()).hexdigest()


def _plain(code: str) -> str:
    """As typed: small letters, spaces and hyphens do not matter."""
    return "".join(one for one in code.upper() if one.isascii() and one.isalnum())

"""Passwords: which are good enough, how they are kept, and how many are checked at once.

Kept as Argon2id hashes (RFC 9106). A word about an account that is not allowed is here too, because
every module of the room says it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from shared.errors import ServiceError

LEAST_PASSWORD = 12
"""Characters; length is what counts (NIST SP 800-63B-4 asks for 8 beside a second factor, 15
alone)."""
MOST_PASSWORD = 200
MOST_HASHES_AT_ONCE = 2
"""Of one process: each takes 64 MiB (RFC 9106, second recommendation) and a processor."""
HASH_WAIT_S = 10.0
"""How long a try waits for its turn before it is told that the office is busy."""

_VERIFIER = PasswordHasher()  # what a hash costs to check is written in it
_TURNS = BoundedSemaphore(MOST_HASHES_AT_ONCE)


class TooBusy(ServiceError):
    """More people sign in than this process can hash passwords for; nothing was checked."""


class NotAllowed(ServiceError):
    """An account that cannot be made or changed as asked; the message says why.

    code: a word of ``problem.*`` in server.po, for pages, which say it in the reader's language.
    """

    def __init__(self, sentence: str, code: str = "not_possible") -> None:
        super().__init__(sentence)
        self.code = code


def check_password(name: str, password: str) -> None:
    """Raises NotAllowed for a password that is too short or long, or holds the name."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise NotAllowed(
            f"A password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters.", "password_length"
        )
    if name.casefold() in password.casefold():
        raise NotAllowed("The password must not hold the name.", "password_name")


def hash_password(hasher: PasswordHasher, password: str) -> str:
    """A password as it is kept (Argon2id). Raises TooBusy."""
    with _a_turn():
        return hasher.hash(password)


def nobodys_hash(hasher: PasswordHasher) -> str:
    """What stands in for the hash of a name without a password: it costs as much to check, and no
    password is known to fit it (its salt and its hash are zeros)."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, made = (
        base64.b64encode(bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${made}"


def password_fits(stored: str, password: str) -> bool:
    """Whether this password is the one that is kept as ``stored``; takes as long when it is not.

    Raises TooBusy.
    """
    if len(password) > MOST_PASSWORD:
        return False
    with _a_turn():
        try:
            return _VERIFIER.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _a_turn() -> Iterator[None]:
    """Held while a password is hashed."""
    if not _TURNS.acquire(timeout=HASH_WAIT_S):
        raise TooBusy("Too many people sign in at once: try again in a moment.")
    try:
        yield
    finally:
        _TURNS.release()

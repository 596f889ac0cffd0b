"""How a PIN becomes a key, and at what cost on this tablet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mobile.security.pins import normalise_pin

TARGET_S = 0.5
"""What one try shall cost on this tablet, in seconds (design section 5: about half a second)."""


@dataclass(frozen=True, slots=True)
class KeyDerivation:
    """How a PIN becomes a key. kind: argon2id (RFC 9106) or scrypt (RFC 7914).

    rounds: Argon2id passes, or scrypt's p. memory_kib: what one try occupies.
    """

    kind: str
    rounds: int
    memory_kib: int

    def derive(self, pin: str, salt: bytes) -> bytes:
        """The 32-byte key of that PIN."""
        secret = normalise_pin(pin).encode()
        if self.kind == "argon2id":
            return Argon2id(
                salt=salt, length=32, iterations=self.rounds, lanes=1, memory_cost=self.memory_kib
            ).derive(secret)
        # scrypt with r = 8 occupies 1024 bytes * n.
        return Scrypt(salt=salt, length=32, n=self.memory_kib, r=8, p=self.rounds).derive(secret)


def best_kind() -> str:
    """argon2id where this platform's OpenSSL has it (3.2 and later), else scrypt."""
    try:
        Argon2id(salt=bytes(16), length=32, iterations=1, lanes=1, memory_cost=8).derive(b"0")
    except UnsupportedAlgorithm:
        return "scrypt"
    return "argon2id"


def calibrate(
    kind: str = "",
    target_s: float = TARGET_S,
    cpu_s: Callable[[], float] = time.process_time,
) -> KeyDerivation:
    """The cost at which one try takes about target_s of this tablet's processor time.

    Memory first, from 19 MiB (the least OWASP's password storage cheat sheet, 2025, accepts with
    two passes) to 256 MiB (a quarter of what a 1 GiB tablet leaves an app), then passes.
    """
    kind = kind or best_kind()
    if kind == "argon2id":
        floor, ceiling, rounds = 19 * 1024, 256 * 1024, 2
    else:  # n must be a power of two; 2^15 * 1 KiB = 32 MiB
        floor, ceiling, rounds = 1 << 15, 1 << 18, 1
    memory = floor
    while True:
        started = cpu_s()
        KeyDerivation(kind, rounds, memory).derive("000000", bytes(16))
        spent = max(cpu_s() - started, 1e-4)
        if spent * 2 > target_s or memory * 2 > ceiling:
            break
        memory *= 2
    return KeyDerivation(kind, max(rounds, round(rounds * target_s / spent)), memory)

"""A PIN that costs nothing to try: for simulated tablets, on which nothing real is recorded.

The product derives keys at a cost it measures (mobile.security.derivation) and has no way to ask
for less; what is handed in here is guessed in no time.
"""

from __future__ import annotations

from mobile.security.derivation import KeyDerivation


def cheap_derivation() -> KeyDerivation:
    """Argon2id in the smallest memory it knows, one pass."""
    return KeyDerivation("argon2id", rounds=1, memory_kib=8)

"""What the office said about the keys of linkage codes, as it is kept among the settings."""

from __future__ import annotations

from collections.abc import Iterable

from shared.wire.note_kinds import LinkageKeys
from shared.wire.tickets import LinkageKeySet, newest_of

KeptKeys = tuple[tuple[int, str], ...]
"""Numbers of keys, and the keys as hexadecimal digits."""


def keys_in(kept: KeptKeys) -> LinkageKeySet:
    """The keys themselves."""
    return tuple((number, bytes.fromhex(key)) for number, key in kept)


def after(kept: KeptKeys, said: LinkageKeys) -> KeptKeys:
    """What is kept once this was said, too. Keys of zeros are none: the office had none to send."""
    if not all(any(key) for _, key in said.keys):
        return kept
    return tuple((number, key.hex()) for number, key in newest_of(keys_in(kept), said.keys))


def as_read(found: Iterable[tuple[int, str]]) -> KeptKeys:
    """What was written as JSON."""
    return tuple((number, key) for number, key in found)

"""Whatever comes in, every reader answers with what it documents: a short run of every target.

The long runs are ``python -m tests.fuzz all``; what they found stands in test_what_was_found.py.
"""

from __future__ import annotations

import random

import pytest

from tests.fuzz.targets import TARGETS

TRIES, TRIES_OF_COSTLY = 150, 25


def changed(seed: bytes, dice: random.Random) -> bytes:
    """The seed with a few bytes changed, cut, doubled or put in."""
    data = bytearray(seed)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(5):
            case 0 if data:
                data[at % len(data)] ^= 1 << dice.randrange(8)
            case 1:
                data[at:at] = dice.randbytes(dice.randrange(1, 9))
            case 2:
                del data[at : at + dice.randrange(1, 9)]
            case 3:
                data[at:at] = data[at : at + 16]
            case _ if data:
                data[at % len(data)] = dice.choice((0, 0x1B, 0x5B, 0x7F, 0x80, 0x9B, 0xC4, 0xFF))
    return bytes(data)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_honest_input_and_what_is_near_it_is_read_or_refused(name: str) -> None:
    target, dice = TARGETS[name], random.Random(87)
    seeds = list(target.seeds())
    assert seeds

    for seed in seeds[:: max(1, len(seeds) // 40)]:
        target.read(seed)
    for _ in range(TRIES_OF_COSTLY if target.costly else TRIES):
        target.read(changed(dice.choice(seeds), dice))

"""Builds the next preset dictionary: ``python -m shared.wire.dictionary [--country PAK]``.

A dictionary is what deflate may refer back to before it has seen anything (RFC 1950 section 2.2,
FDICT): the packed form of made-up records of today's questionnaire. Parcels name its number, so a
dictionary that was ever in use must stay for ever; a new questionnaire makes a new one worth
building, and parcels without it still open.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from shared.identifiers import RandomBytes
from shared.reference import Reference, load_reference
from shared.wire.packing import dense_of
from shared.wire.records import encode_record
from shared.wire.squeeze import DICTIONARIES, LATEST_DICTIONARY, dictionary_file
from shared.wire.typical import typical_visits

SINGLE_VISITS, VISITS_IN_A_GROUP = 8, 20
"""Singles help a parcel of one case, the group one of thirty. Measured on replayed interviews:
311 bytes for the first case without a dictionary, 71 with this one of 8 kB, 68 with 30 kB."""
_SEED = b"tally87 preset dictionary"


def build_dictionary(reference: Reference, random_bytes: RandomBytes) -> bytes:
    """The bytes of a dictionary for this questionnaire; the same draws give the same bytes.

    What is likeliest to be needed stands at the end, where references to it are shortest.
    """
    questionnaire = reference.questionnaire

    def packed(visits: int) -> bytes:
        drawn = typical_visits(reference, [1] * visits, random_bytes)
        return dense_of([encode_record(r, questionnaire) for r in chain.from_iterable(drawn)])

    return packed(VISITS_IN_A_GROUP) + b"".join(packed(1) for _ in range(SINGLE_VISITS))


def seeded_bytes(seed: bytes) -> RandomBytes:
    """The same bytes every time, so that a dictionary can be built again and compared."""
    drawn = 0

    def random_bytes(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(seed + drawn.to_bytes(8, "big")).digest(count)

    return random_bytes


def main(arguments: list[str], say: Callable[[str], object]) -> None:
    """Writes the next dictionary file, or the latest again when it was never in use."""
    parser = argparse.ArgumentParser(prog="python -m shared.wire.dictionary")
    parser.add_argument("--country", default="PAK", help="whose code lists to draw from")
    parser.add_argument(
        "--replace", action="store_true", help="rebuild the latest one (before its first release)"
    )
    parser.add_argument("--into", type=Path, default=DICTIONARIES, help="folder to write to")
    chosen = parser.parse_args(arguments)
    number = max(1, LATEST_DICTIONARY) if chosen.replace else LATEST_DICTIONARY + 1
    data = build_dictionary(load_reference(chosen.country), seeded_bytes(_SEED))
    file = dictionary_file(number, chosen.into)
    file.write_bytes(data)
    say(f"{file.name}: {len(data)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdout.write)

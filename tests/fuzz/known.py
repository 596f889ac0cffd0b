"""What all fuzz targets share: keys, a country, and records a real tablet would send."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from shared.identifiers import TabletId
from shared.reference import Reference, load_reference
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import PrivateKeys, ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.records import Record, encode_record
from shared.wire.typical import typical_visits

TABLET = TabletId("00112233445566aa")
CLOCK = cbor.encode(1_790_000_000)


@dataclass(frozen=True)
class Target:
    """Something that reads what others wrote.

    read: takes any bytes; raises only when something is wrong with the reader. seeds: honest
    inputs to begin with. costly: needs a database, so that a run makes fewer tries.
    """

    name: str
    read: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    costly: bool = False


@cache
def reference() -> Reference:
    return load_reference("PAK")


@cache
def tablet_keys() -> TabletKeys:
    return TabletKeys.generate(random.Random(1).randbytes)


@cache
def programme_keys() -> ProgrammeKeys:
    return ProgrammeKeys.generate(random.Random(2).randbytes)


def sealed(
    kind: MessageKind,
    body: bytes,
    signer: PrivateKeys,
    recipient: PublicKeys,
    extra: bytes = b"",
) -> bytes:
    """A message with this body, rightly signed and sealed: the crypto lets the fuzzer through."""
    return envelope.seal(
        kind,
        envelope.header_of(kind, extra),
        body,
        signer=signer,
        recipient=recipient,
        random_bytes=bytes,
    )


@cache
def typical_records(visits: int = 3, seed: int = 87) -> tuple[Record, ...]:
    """Visits and cases with answers as they usually are."""
    drawn = typical_visits(reference(), [2] * visits, random.Random(seed).randbytes)
    return tuple(chain.from_iterable(drawn))


@cache
def typical_bytes(visits: int = 3) -> tuple[bytes, ...]:
    """The same as canonical bytes."""
    questionnaire = reference().questionnaire
    return tuple(encode_record(record, questionnaire) for record in typical_records(visits))


def prefixed(starts: Iterable[int], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Every piece behind every first byte."""
    pieces = list(pieces)
    for start in starts:
        for piece in pieces:
            yield bytes((start,)) + piece

"""What the server answers to a parcel: an outcome for each record, signed and sealed to the tablet.

The header shows the parcel's id, so that whoever carries receipts can hand them to the right
tablet without being able to read them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import itemgetter
from typing import Self

from shared.errors import ParcelUnreadable
from shared.identifiers import Fingerprint, ParcelId, RandomBytes, RecordId
from shared.lifecycle import Outcome
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_INFLATED_BYTES, MAX_RECEIPT_BYTES, MAX_RECORDS
from shared.wire.squeeze import deflate, inflate

# The order is the wire's: a word's number is its place here. Only ever append.
_WORDS = (
    Outcome.ACCEPTED,
    Outcome.ALREADY_ACCEPTED,
    Outcome.REJECTED,
    Outcome.CONFLICT,
    Outcome.SUPERSEDED,
)
_PARCEL_ID_BYTES = 16
_DIGEST_BITS = 64
_HEX_VERSION = re.compile(r"(?:[0-9a-f]{2}){4,}")
_PLAIN, _DEFLATED = b"\x00", b"\x01"
_NOTES = "notes"
"""Stands among the versions, whose unknown names tablets have always passed over."""
MOST_FINDINGS_BYTES = 3 << 16
"""192 kB, so that every receipt fits into MAX_RECEIPT_BYTES even where nothing can be deflated."""

FindingOnWire = tuple[str, str | None, Mapping[str, str | int | float]]
"""Code, question (or None), and the values its sentence needs."""


@dataclass(frozen=True)
class RecordOutcome:
    """The server's word about one record, and the findings that explain it."""

    word: Outcome
    findings: tuple[FindingOnWire, ...] = ()


@dataclass(frozen=True)
class Totals:
    """How many records of a tablet the server holds, and a digest over which.

    digest: 16 hexadecimal digits, a sum: it does not depend on the order, and one record can be
    added or taken away without reading the others. It finds differences, it is not a proof.
    """

    count: int = 0
    digest: str = "0" * 16

    def plus(self, record_id: RecordId, revision: int, fingerprint: Fingerprint) -> Self:
        """With one record more."""
        return self._moved(1, _share(record_id, revision, fingerprint))

    def minus(self, record_id: RecordId, revision: int, fingerprint: Fingerprint) -> Self:
        """With one record fewer: what ``plus`` gave goes back."""
        return self._moved(-1, -_share(record_id, revision, fingerprint))

    def _moved(self, count: int, share: int) -> Self:
        total = (int(self.digest, 16) + share) % (1 << _DIGEST_BITS)
        return type(self)(self.count + count, f"{total:016x}")


def totals_of(records: Iterable[tuple[RecordId, int, Fingerprint]]) -> Totals:
    """Count and digest over (record id, revision, fingerprint), in any order."""
    totals = Totals()
    for record_id, revision, fingerprint in records:
        totals = totals.plus(record_id, revision, fingerprint)
    return totals


def _share(record_id: RecordId, revision: int, fingerprint: Fingerprint) -> int:
    line = f"tally87/1 totals\x00{record_id} {revision} {fingerprint}".encode("ascii")
    return int.from_bytes(hashlib.sha256(line).digest()[: _DIGEST_BITS // 8], "big")


@dataclass(frozen=True)
class Receipt:
    """The answer to one parcel.

    outcomes: one per record, in the parcel's order. totals: what the server now holds of this
    tablet. versions: name to version of what can be fetched (questionnaire, code lists, ...).
    server_time_s: seconds since 1970, by the server's clock. orders: words the tablet obeys, such
    as ``erase_identities``. notes: a sealed message of shared.wire.notes, b"" for none; it is
    opened by itself, so that one that cannot be read changes no outcome.
    """

    parcel_id: ParcelId
    outcomes: tuple[RecordOutcome, ...]
    totals: Totals
    versions: Mapping[str, str] = field(default_factory=dict)
    server_time_s: int = 0
    orders: tuple[str, ...] = ()
    notes: bytes = b""


def seal_receipt(
    receipt: Receipt,
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The receipt as bytes: signed by the programme, readable by the tablet only.

    Of findings that are more than MOST_FINDINGS_BYTES, the first ones of every record are told.
    """
    plain = b"".join(map(cbor.encode, _items(receipt)))
    if len(plain) > MOST_FINDINGS_BYTES:
        plain = b"".join(map(cbor.encode, _items(_with_fewer_findings(receipt))))
    squeezed = deflate(plain)
    body = _DEFLATED + squeezed if len(squeezed) < len(plain) else _PLAIN + plain
    return envelope.seal(
        MessageKind.RECEIPT,
        envelope.header_of(MessageKind.RECEIPT, bytes.fromhex(receipt.parcel_id)),
        body,
        signer=programme_keys,
        recipient=tablet_public,
        random_bytes=random,
    )


def open_receipt(data: bytes, *, tablet_keys: TabletKeys, programme_public: PublicKeys) -> Receipt:
    """The receipt in these bytes.

    Raises ParcelUnreadable (damaged, too large, for another tablet) or SignatureInvalid (not made
    by the programme). A tablet treats both as if no answer had come.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise ParcelUnreadable(f"A receipt of more than {MAX_RECEIPT_BYTES} bytes is refused.")
    header, sealed = envelope.split_header(MessageKind.RECEIPT, data, _PARCEL_ID_BYTES)
    signature, body = envelope.unseal(MessageKind.RECEIPT, header, sealed, recipient=tablet_keys)
    to = tablet_keys.public.fingerprint()
    envelope.verify(MessageKind.RECEIPT, programme_public, to, header, signature, body)
    if body[:1] == _DEFLATED:
        plain = inflate(body[1:], MAX_INFLATED_BYTES)
    elif body[:1] == _PLAIN:
        plain = body[1:]
    else:
        raise ParcelUnreadable("The receipt is packed in a way this version does not know.")
    return _receipt(receipt_parcel(data), cbor.Reader(plain))


def receipt_parcel(data: bytes) -> ParcelId:
    """The id of the parcel a receipt answers, read from its clear header (not yet trusted)."""
    header, _ = envelope.split_header(MessageKind.RECEIPT, data, _PARCEL_ID_BYTES)
    return ParcelId(header[-_PARCEL_ID_BYTES:].hex())


def _items(receipt: Receipt) -> Iterable[cbor.Item]:
    yield receipt.server_time_s
    yield receipt.totals.count
    yield bytes.fromhex(receipt.totals.digest)
    named = {name: _version_item(version) for name, version in receipt.versions.items()}
    if receipt.notes:
        named[_NOTES] = receipt.notes
    yield tuple(item for pair in sorted(named.items(), key=itemgetter(0)) for item in pair)
    yield receipt.orders
    yield _runs([outcome.word for outcome in receipt.outcomes])
    yield tuple(
        item
        for number, outcome in enumerate(receipt.outcomes)
        if outcome.findings
        for item in (number, tuple(map(_finding_item, outcome.findings)))
    )


def _with_fewer_findings(receipt: Receipt) -> Receipt:
    """The first so many findings of every record, as many as fit."""
    sizes = [
        [len(cbor.encode(_finding_item(finding))) for finding in outcome.findings]
        for outcome in receipt.outcomes
    ]
    most = total = 0
    for rank in range(max(map(len, sizes), default=0)):
        total += sum(found[rank] for found in sizes if len(found) > rank)
        if total > MOST_FINDINGS_BYTES:
            break
        most = rank + 1
    outcomes = (replace(one, findings=one.findings[:most]) for one in receipt.outcomes)
    return replace(receipt, outcomes=tuple(outcomes))


def _receipt(parcel_id: ParcelId, reader: cbor.Reader) -> Receipt:
    time_s, count, digest = reader.item(), reader.item(), reader.item()
    versions, orders, runs, findings = (_array(reader.item()) for _ in range(4))
    reader.end()
    if type(time_s) is not int or type(count) is not int or type(digest) is not bytes:
        raise _malformed()
    if len(digest) != _DIGEST_BITS // 8 or not all(type(order) is str for order in orders):
        raise _malformed()
    words = _words(runs)
    found, named = _pairs(findings), _pairs(versions)
    notes = named.pop(_NOTES, b"")
    if not all(type(number) is int and 0 <= number < len(words) for number in found):
        raise _malformed()
    return Receipt(
        parcel_id,
        tuple(
            RecordOutcome(word, tuple(map(_finding, _array(found.get(number, ())))))
            for number, word in enumerate(words)
        ),
        Totals(count, digest.hex()),
        {_text(name): _version(value) for name, value in named.items()},
        time_s,
        tuple(map(_text, orders)),
        notes if isinstance(notes, bytes) else b"",
    )


def _runs(words: list[Outcome]) -> cbor.Item:
    """Word, length, word, length...: 300 accepted records are four bytes."""
    runs: list[int] = []
    for word in words:
        number = _WORDS.index(word)
        if runs and runs[-2] == number:
            runs[-1] += 1
        else:
            runs += [number, 1]
    return tuple(runs)


def _words(runs: tuple[cbor.Item, ...]) -> list[Outcome]:
    words: list[Outcome] = []
    if len(runs) % 2:
        raise _malformed()
    for number, length in zip(runs[::2], runs[1::2], strict=True):
        if type(number) is not int or not 0 <= number < len(_WORDS):
            raise _malformed()
        if type(length) is not int or not 0 < length <= MAX_RECORDS - len(words):
            raise _malformed()
        words += [_WORDS[number]] * length
    return words


def _finding_item(finding: FindingOnWire) -> cbor.Item:
    code, question, values = finding
    pairs = (item for name in sorted(values) for item in (name, _number_item(values[name])))
    return (code, question if question is not None else cbor.UNKNOWN, tuple(pairs))


def _finding(item: cbor.Item) -> FindingOnWire:
    parts = _array(item)
    if len(parts) != 3:
        raise _malformed()
    code, question, values = parts
    return (
        _text(code),
        None if question is cbor.UNKNOWN else _text(question),
        {_text(name): _number(value) for name, value in _pairs(_array(values)).items()},
    )


def _number_item(value: str | int | float) -> cbor.Item:
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value


def _number(item: cbor.Item) -> str | int | float:
    if isinstance(item, Decimal):
        return float(item)
    if type(item) is int or type(item) is str:
        return item
    raise _malformed()


def _version_item(version: str) -> cbor.Item:
    """Hexadecimal versions (digests) travel as bytes, at half the length."""
    return bytes.fromhex(version) if _HEX_VERSION.fullmatch(version) else version


def _version(item: cbor.Item) -> str:
    return item.hex() if isinstance(item, bytes) else _text(item)


def _array(item: cbor.Item) -> tuple[cbor.Item, ...]:
    if not isinstance(item, tuple):
        raise _malformed()
    return item


def _pairs(items: tuple[cbor.Item, ...]) -> dict[cbor.Item, cbor.Item]:
    if len(items) % 2:
        raise _malformed()
    pairs = dict(zip(items[::2], items[1::2], strict=True))
    if 2 * len(pairs) != len(items):
        raise _malformed()
    return pairs


def _text(item: cbor.Item) -> str:
    if type(item) is not str:
        raise _malformed()
    return item


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The receipt is not laid out as this version of the protocol says.")

"""One revision of a case or visit as canonical bytes, and back.

A record is an array of fourteen fields in deterministic CBOR (RFC 8949 section 4.2.1). Answers are
named by the question's place in its level of the questionnaire, and choices by their place in the
list, so that reading needs the questionnaire whose digest the record carries. What does not fit
the questionnaire (an unknown field, a code that is not in the list, a wrong type) is carried as it
stands: judging it is the business of shared.findings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from operator import lt

from shared.answers import Value
from shared.errors import RecordUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.linkage import LinkageCode
from shared.questionnaire.model import Level, Questionnaire
from shared.wire import cbor
from shared.wire.cbor import Item
from shared.wire.codebook import codebook, not_laid_out, pairs, text
from shared.wire.limits import MAX_RECORD_BYTES
from shared.wire.outline import FIELDS_HEAD, NO_CODES, UnpackedRecord

LAYOUT = 1
"""First field of every record; another number is another arrangement of the fields."""

_KINDS = (Level.VISIT, Level.CASE)
_FINGERPRINT_DOMAIN = b"tally87/1 record\x00"
_FINGERPRINT_BYTES = 16
_CODE_BYTES = 8
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Record:
    """One revision of the statistical part of a case or visit.

    ancestors: fingerprints of all earlier finalised revisions. visit_id: for a case only.
    questionnaire: digest (16 hexadecimal digits) of the one it was recorded with. withdrawn: a
    reason code; content, classes and linkage are then empty. danger: somebody must act now.
    classes: what the tablet's rules made of it. linkage: ascending by type and code.
    """

    kind: Level
    record_id: RecordId
    revision: int
    questionnaire: str
    rules_version: str
    ancestors: tuple[Fingerprint, ...] = ()
    visit_id: RecordId | None = None
    withdrawn: str | None = None
    danger: bool = False
    content: Mapping[str, Value] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    linkage: tuple[LinkageCode, ...] = ()


def encode_record(record: Record, questionnaire: Questionnaire) -> bytes:
    """The one encoding of this record: its canonical bytes.

    Raises ValueError for a record that cannot be written: another questionnaire's, ids or numbers
    out of range, larger than MAX_RECORD_BYTES, withdrawn but not empty, a case without a visit.
    """
    data = cbor.encode(_items(record, questionnaire))
    if len(data) > MAX_RECORD_BYTES:
        raise ValueError(f"A record of more than {MAX_RECORD_BYTES} bytes is not written.")
    return data


def _items(record: Record, questionnaire: Questionnaire) -> tuple[Item, ...]:
    """The fields of a record as they are written. Raises ValueError."""
    if record.questionnaire != questionnaire.digest:
        raise ValueError("The record was made with another questionnaire.")
    _must_be_whole(record)
    book = codebook(questionnaire, record.kind)
    ordered = sorted(record.content.items(), key=lambda pair: book.order(pair[0]))
    content = tuple(
        item for name, value in ordered for item in (book.key(name), book.item(name, value))
    )
    return (
        LAYOUT,
        _KINDS.index(record.kind),
        bytes.fromhex(record.record_id),
        bytes.fromhex(record.visit_id or ""),
        record.revision,
        b"".join(map(bytes.fromhex, record.ancestors)),
        bytes.fromhex(record.questionnaire),
        record.rules_version,
        record.withdrawn or "",
        record.danger,
        tuple(item for pair in sorted(record.classes.items()) for item in pair),
        bytes(code.type for code in record.linkage),
        b"".join(code.code for code in record.linkage),
        content,
    )


def decode_record(data: bytes, questionnaires: Callable[[str], Questionnaire | None]) -> Record:
    """The record these bytes are the one encoding of.

    questionnaires: by digest, None for one that is not known.
    Raises RecordUnreadable for anything else, an unknown questionnaire included.
    """
    fields = _read(data).fields
    assert fields is not None
    return _record_of(fields, questionnaires)


def decode_received(
    received: UnpackedRecord, questionnaires: Callable[[str], Questionnaire | None]
) -> tuple[Record, bytes]:
    """A record as it came in a parcel, and its canonical bytes without linkage codes: as it is
    kept. Raises as ``decode_record`` does.
    """
    if received.fields is None:
        received = _read(received.data)
    elif len(received.data) > MAX_RECORD_BYTES:
        raise _too_large()
    assert received.fields is not None
    return _record_of(received.fields, questionnaires), received.kept


def _too_large() -> RecordUnreadable:
    return RecordUnreadable(f"A record of more than {MAX_RECORD_BYTES} bytes is refused.")


def _read(data: bytes) -> UnpackedRecord:
    """The fields these bytes are the one encoding of. Raises RecordUnreadable."""
    if len(data) > MAX_RECORD_BYTES:
        raise _too_large()
    if data[:1] != FIELDS_HEAD:
        raise not_laid_out()
    reader = cbor.Reader(data, RecordUnreadable)
    reader.take(1)
    before = [reader.item(_NESTING) for _ in range(_FIELDS_BEFORE_CODES)]
    codes_at = reader.at
    types, codes = reader.item(_NESTING), reader.item(_NESTING)
    content_at = reader.at
    content = reader.item(_NESTING)
    reader.end()
    kept = data[:codes_at] + NO_CODES + data[content_at:]
    return UnpackedRecord(data, (*before, types, codes, content), kept)


def _record_of(
    fields: tuple[Item, ...], questionnaires: Callable[[str], Questionnaire | None]
) -> Record:
    match fields:
        case (
            1,
            (0 | 1) as kind,
            bytes(record_id),
            bytes(visit_id),
            int(revision),
            bytes(ancestors),
            bytes(digest),
            str(rules_version),
            str(withdrawn),
            bool(danger),
            tuple(classes),
            bytes(types),
            bytes(codes),
            tuple(content),
        ) if type(fields[0]) is int and type(kind) is int:
            questionnaire = questionnaires(digest.hex())
            if questionnaire is None:
                raise RecordUnreadable("It was made with a questionnaire that is not known here.")
            level = _KINDS[int(kind)]
            record = Record(
                kind=level,
                record_id=RecordId(record_id.hex()),
                revision=revision,
                questionnaire=questionnaire.digest,
                rules_version=rules_version,
                ancestors=tuple(Fingerprint(one.hex()) for one in _cut(ancestors, 16)),
                visit_id=RecordId(visit_id.hex()) if visit_id else None,
                withdrawn=withdrawn or None,
                danger=danger,
                content=codebook(questionnaire, level).answers(content),
                classes=_in_order(classes),
                linkage=tuple(
                    LinkageCode(type_, code)
                    for type_, code in zip(types, _cut(codes, _CODE_BYTES), strict=False)
                ),
            )
            if questionnaire.digest == digest.hex() and len(codes) == _CODE_BYTES * len(types):
                with suppress(ValueError):
                    _must_be_whole(record)
                    return record
    raise not_laid_out()


_FIELDS_BEFORE_CODES = 11
_NESTING = cbor.MAX_NESTING - 1
"""Of a field: the array of fields is one."""


def _in_order(classes: tuple[Item, ...]) -> dict[str, str]:
    """Classes by name, as they are written: ascending. Every other order is refused."""
    found = {text(name): text(code) for name, code in pairs(classes)}
    if len(found) * 2 != len(classes) or list(found) != sorted(found):
        raise not_laid_out()
    return found


def fingerprint(canonical: bytes) -> Fingerprint:
    """The fingerprint of one revision: SHA-256 of its canonical bytes, cut to 128 bits."""
    return Fingerprint(
        hashlib.sha256(_FINGERPRINT_DOMAIN + canonical).digest()[:_FINGERPRINT_BYTES].hex()
    )


def _must_be_whole(record: Record) -> None:
    if not all(_ID.fullmatch(one) for one in (record.record_id, *record.ancestors)):
        raise ValueError("An id is not 32 hexadecimal digits.")
    if (record.kind is Level.CASE) != (record.visit_id is not None):
        raise ValueError("A case belongs to a visit, and a visit to none.")
    if record.visit_id is not None and not _ID.fullmatch(record.visit_id):
        raise ValueError("A visit id is not 32 hexadecimal digits.")
    # A truth value is an int to Python and would be a second spelling of revision 1.
    if type(record.revision) is not int or record.revision < 1:
        raise ValueError("Revisions are counted from 1.")
    if record.withdrawn is not None and (
        not record.withdrawn or record.content or record.classes or record.linkage
    ):
        raise ValueError("A withdrawn record has a reason and nothing else.")
    if not all(map(lt, record.linkage, record.linkage[1:])):
        raise ValueError("Linkage codes are written in order, each once.")
    if any(len(code.code) != _CODE_BYTES for code in record.linkage):
        raise ValueError(f"A linkage code has {_CODE_BYTES} bytes.")


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]

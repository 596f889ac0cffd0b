"""A canonical record taken apart by how its fields travel, and put together again.

Only the outline is looked at here: which fields are alike from record to record, which look random.
What they mean is the business of shared.wire.records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shared.errors import ParcelUnreadable, WireError
from shared.wire import cbor
from shared.wire.cbor import Item

ID_BYTES = 16


class Head(NamedTuple):
    """What many records of a parcel have in common; written once for all that share it."""

    layout: int
    kind: int
    revision: int
    questionnaire: bytes
    rules_version: str
    withdrawn: str
    danger: bool
    code_types: bytes
    code_bytes: int
    has_visit: bool
    ancestors: int
    class_keys: tuple[Item, ...]


class Parts(NamedTuple):
    """One record taken apart: head, keys of its content, values of classes and content, the rest.

    The keys of the content are question numbers (ascending) and then names the questionnaire lacks.
    """

    head: Head
    keys: tuple[Item, ...]
    values: tuple[Item, ...]
    record_id: bytes
    visit_id: bytes
    ancestors: bytes
    codes: bytes


def take_apart(record: bytes) -> Parts | None:
    """The parts of a record in canonical form; None when these bytes are something else.

    Only the outline is looked at; shared.wire.records reads the meaning.
    """
    try:
        fields = cbor.decode(record)
    except WireError:
        return None
    match fields:
        case (
            int(layout),
            int(kind),
            bytes(record_id),
            bytes(visit_id),
            int(revision),
            bytes(ancestors),
            bytes(questionnaire),
            str(rules_version),
            str(withdrawn),
            bool(danger),
            tuple(classes),
            bytes(types),
            bytes(codes),
            tuple(content),
        ) if (
            _all_of_type(int, layout, kind, revision)
            and _all_of_type(str, *classes[::2])
            and all(type(key) is str or (type(key) is int and key >= 0) for key in content[::2])
            and len(record_id) == ID_BYTES
            and len(visit_id) in (0, ID_BYTES)
            and len(ancestors) % ID_BYTES == 0
            and len(codes) % max(1, len(types)) == 0
            and bool(codes) == bool(types)
            and len(classes) % 2 == len(content) % 2 == 0
        ):
            head = Head(
                layout,
                kind,
                revision,
                questionnaire,
                rules_version,
                withdrawn,
                danger,
                types,
                len(codes) // max(1, len(types)),
                bool(visit_id),
                len(ancestors) // ID_BYTES,
                classes[::2],
            )
            keys, values = content[::2], classes[1::2] + content[1::2]
            return Parts(head, keys, values, record_id, visit_id, ancestors, codes)
    return None


class UnpackedRecord(NamedTuple):
    """A record that came in a parcel.

    data: its bytes. fields: what they are the one encoding of, so that nobody has to read them
    again; None for bytes that are no record of this version. kept: the bytes without linkage codes.
    """

    data: bytes
    fields: tuple[Item, ...] | None = None
    kept: bytes = b""


FIELDS = 14
"""Of a record; its linkage codes, types and codes, are the twelfth and thirteenth."""
FIELDS_HEAD = bytes((4 << 5 | FIELDS,))
NO_CODES = cbor.encode(b"") * 2


def put_together(parts: Parts) -> UnpackedRecord:
    """The canonical record of these parts: the inverse of ``take_apart``.

    Raises ParcelUnreadable for parts no record can have.
    """
    head, classes = parts.head, len(parts.head.class_keys)
    codes = head.code_types, parts.codes
    before = (
        head.layout,
        head.kind,
        parts.record_id,
        parts.visit_id,
        head.revision,
        parts.ancestors,
        head.questionnaire,
        head.rules_version,
        head.withdrawn,
        head.danger,
        _interleaved(head.class_keys, parts.values[:classes]),
    )
    content = _interleaved(parts.keys, parts.values[classes:])
    try:
        first, last = FIELDS_HEAD + cbor.elements(before), cbor.elements((content,))
        return UnpackedRecord(
            first + cbor.elements(codes) + last,
            (*before, *codes, content),
            first + NO_CODES + last,
        )
    except ValueError:  # nested too deeply once it is inside a record; a number beyond 64 bits
        raise malformed() from None


def _all_of_type(wanted: type, *items: object) -> bool:
    """Exactly of that type: for Python, true is also 1, and the two are written differently."""
    return all(type(item) is wanted for item in items)


def _interleaved(keys: Sequence[Item], values: Sequence[Item]) -> tuple[Item, ...]:
    return tuple([item for pair in zip(keys, values, strict=True) for item in pair])


def malformed() -> ParcelUnreadable:
    """What is raised for packed bytes that no writer of this version makes."""
    return ParcelUnreadable("The records are laid out in a way this version does not know.")

"""What the office says to one tablet: notes, signed by the programme and sealed to that tablet.

Reference data are the same for all tablets and no secret; whatever concerns one record, officer or
tablet travels in a note. A message of notes is optional. It travels inside the receipt, by every
road a receipt takes, under a name tablets of earlier versions pass over. The next parcel
acknowledges it by the ids of its notes.

    body  = 00 || notes, or 01 || raw deflate of the notes
    notes = CBOR array of: id (8), made, good until (seconds since 1970), kind, array of its content

A note is known by its random id: it may come twice, late or out of order and is applied once. What
stands behind the items a kind has now is left to later versions, and so is a kind nobody here
knows: both are kept and acknowledged, and not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NewType

from shared.errors import ParcelUnreadable
from shared.identifiers import RandomBytes
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_NOTE_BYTES, MAX_NOTES, MAX_NOTES_BYTES
from shared.wire.note_kinds import Content, content_of, items_of
from shared.wire.squeeze import deflate, inflate

NoteId = NewType("NoteId", str)
"""16 hexadecimal digits (64 random bits), given by the office."""

NOTE_ID_BYTES = 8
_ENVELOPE_BYTES = 5 + 32 + 16 + 64
_ROOM = MAX_NOTES_BYTES - _ENVELOPE_BYTES - 8
"""For the notes themselves: what is left when nothing can be deflated."""
_PLAIN, _DEFLATED = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing said to one tablet. Times in seconds since 1970: made, and good until."""

    note_id: NoteId
    made_s: int
    until_s: int
    content: Content


def encode_note(note: Note) -> bytes:
    """One note as the office keeps it until it travels. Raises ValueError above MAX_NOTE_BYTES."""
    data = cbor.encode(_item(note))
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError(f"A note of more than {MAX_NOTE_BYTES} bytes is refused.")
    return data


def decode_note(data: bytes) -> Note:
    """The note in these bytes. Raises ParcelUnreadable."""
    if len(data) > MAX_NOTE_BYTES:
        raise ParcelUnreadable(f"A note of more than {MAX_NOTE_BYTES} bytes is refused.")
    return _note(cbor.decode(data))


def fitting(notes: Iterable[bytes]) -> list[bytes]:
    """Of encoded notes, the first that fit into one message together."""
    taken: list[bytes] = []
    room = _ROOM
    for note in notes:
        room -= len(note)
        if room < 0 or len(taken) == MAX_NOTES:
            break
        taken.append(note)
    return taken


def seal_notes(
    notes: Sequence[Note],
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The notes as one message that only this tablet can read, and only the programme can make.

    Raises ValueError for more than ``fitting`` gives.
    """
    encoded = [encode_note(note) for note in notes]
    if len(fitting(encoded)) != len(encoded):
        raise ValueError(f"Notes of more than {MAX_NOTES_BYTES} bytes are refused.")
    plain = cbor.encode(tuple(map(_item, notes)))
    squeezed = deflate(plain)
    body = _DEFLATED + squeezed if len(squeezed) < len(plain) else _PLAIN + plain
    return envelope.seal(
        MessageKind.NOTES,
        envelope.header_of(MessageKind.NOTES),
        body,
        signer=programme_keys,
        recipient=tablet_public,
        random_bytes=random,
    )


def open_notes(
    data: bytes, *, tablet_keys: TabletKeys, programme_public: PublicKeys
) -> tuple[Note, ...]:
    """The notes in these bytes.

    Raises ParcelUnreadable (damaged, too large, for another tablet) or SignatureInvalid (not made
    by the programme). A tablet treats both as if no note had come.
    """
    if len(data) > MAX_NOTES_BYTES:
        raise ParcelUnreadable(f"Notes of more than {MAX_NOTES_BYTES} bytes are refused.")
    header, sealed = envelope.split_header(MessageKind.NOTES, data)
    signature, body = envelope.unseal(MessageKind.NOTES, header, sealed, recipient=tablet_keys)
    to = tablet_keys.public.fingerprint()
    envelope.verify(MessageKind.NOTES, programme_public, to, header, signature, body)
    if body[:1] == _DEFLATED:
        plain = inflate(body[1:], MAX_NOTES_BYTES)
    elif body[:1] == _PLAIN:
        plain = body[1:]
    else:
        raise _malformed()
    items = cbor.decode(plain)
    if not isinstance(items, tuple) or len(items) > MAX_NOTES:
        raise _malformed()
    return tuple(map(_note, items))


def acknowledgement_item(note_ids: Iterable[NoteId]) -> bytes:
    """The ids as they stand in a parcel, in ascending order, at most MAX_NOTES of them."""
    ids = sorted(set(note_ids))
    if len(ids) > MAX_NOTES:
        raise ValueError(f"A parcel acknowledges at most {MAX_NOTES} notes.")
    return cbor.encode(bytes.fromhex("".join(ids)))


def acknowledged_in(item: cbor.Item) -> tuple[NoteId, ...]:
    """The inverse. Raises ParcelUnreadable."""
    if type(item) is not bytes or len(item) % NOTE_ID_BYTES or not item:
        raise _malformed()
    starts = range(0, len(item), NOTE_ID_BYTES)
    ids = tuple(NoteId(item[at : at + NOTE_ID_BYTES].hex()) for at in starts)
    if len(ids) > MAX_NOTES or any(a >= b for a, b in pairwise(ids)):
        raise _malformed()
    return ids


def _item(note: Note) -> cbor.Item:
    content = note.content
    return (
        bytes.fromhex(note.note_id),
        note.made_s,
        note.until_s,
        str(content.kind),
        items_of(content),
    )


def _note(item: cbor.Item) -> Note:
    if not isinstance(item, tuple) or len(item) != 5:
        raise _malformed()
    note_id, made_s, until_s, kind, items = item
    if type(note_id) is not bytes or len(note_id) != NOTE_ID_BYTES:
        raise _malformed()
    if type(made_s) is not int or type(until_s) is not int or min(made_s, until_s) < 0:
        raise _malformed()
    if type(kind) is not str or not isinstance(items, tuple):
        raise _malformed()
    return Note(NoteId(note_id.hex()), made_s, until_s, content_of(kind, items))


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The notes are not laid out as this version of the protocol says.")

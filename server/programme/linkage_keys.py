"""Which linkage keys tablets make codes with: one, or two while it is changed.

A new key is used beside the one before for a declared time, so that a person met under either is
found; then alone. The database knows the numbers, the key file has the keys, and a note that waits
in the database has none: they are filled in when it travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Row, insert, select, update

from server.office import Office
from server.programme.keys import SECRET_BYTES, keys_again, keys_of
from server.programme.model import EnrolledTablet, LinkageKeyChange
from shared.wire.note_kinds import LinkageKeys
from shared.wire.notes import Note
from shared.wire.tickets import LinkageKeySet

FIRST = 1


def change_of(connection: Connection) -> Row[int, int, int, int | None] | None:
    """The newest change: number, made_at_s, through_year, ended_at_s; None before the first."""
    return connection.execute(
        select(
            LinkageKeyChange.number,
            LinkageKeyChange.made_at_s,
            LinkageKeyChange.through_year,
            LinkageKeyChange.ended_at_s,
        ).order_by(LinkageKeyChange.number.desc())
    ).first()


def numbers_in_use(connection: Connection) -> tuple[int, ...]:
    """The numbers of the keys that codes are made with, ascending."""
    last = change_of(connection)
    if last is None:
        return (FIRST,)
    return (last.number - 1, last.number) if last.ended_at_s is None else (last.number,)


def keys_for_member(office: Office, connection: Connection) -> tuple[bytes, LinkageKeySet]:
    """What a tablet gets when it joins: the key, and all of them with their numbers once it was
    changed. Raises KeyError when the key file has them not."""
    numbers = numbers_in_use(connection)
    held = _held(office, numbers)
    keys = tuple((one, held[one]) for one in numbers)
    return keys[0][1], () if numbers == (FIRST,) else keys


def without_keys(numbers: Sequence[int]) -> LinkageKeys:
    """What is kept of a note about these keys until it travels."""
    return LinkageKeys(tuple((one, bytes(SECRET_BYTES)) for one in numbers))


def with_keys(office: Office, note: Note) -> Note | None:
    """The note as it travels; None when the key file has not what it is about."""
    if not isinstance(note.content, LinkageKeys):
        return note
    numbers = [number for number, _ in note.content.keys]
    try:
        held = _held(office, numbers)
    except KeyError:
        return None
    return replace(note, content=LinkageKeys(tuple((one, held[one]) for one in numbers)))


def begin(connection: Connection, number: int, through_year: int, now_s: int) -> None:
    """From now on codes are made with this key, too."""
    connection.execute(
        insert(LinkageKeyChange).values(number=number, made_at_s=now_s, through_year=through_year)
    )


def end(connection: Connection, number: int, now_s: int) -> None:
    """From now on codes are made with this key alone."""
    connection.execute(
        update(LinkageKeyChange)
        .where(LinkageKeyChange.number == number, LinkageKeyChange.ended_at_s.is_(None))
        .values(ended_at_s=now_s)
    )


def members(connection: Connection, heard_since_s: int = 0) -> list[str]:
    """The tablets that are not signed out; those that were heard since then alone."""
    query = select(EnrolledTablet.tablet_id).where(EnrolledTablet.revoked_at_s.is_(None))
    if heard_since_s:
        query = query.where(EnrolledTablet.last_parcel_at_s >= heard_since_s)
    return list(connection.scalars(query.order_by(EnrolledTablet.tablet_id)))


def _held(office: Office, numbers: Sequence[int]) -> dict[int, bytes]:
    held = keys_of(office).linkage_keys
    if any(one not in held for one in numbers):
        held = keys_again(office).linkage_keys
    return {one: held[one] for one in numbers}

"""Messages to every tablet: an edition that is otherwise the newest carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from server.db.engine import reading
from server.db.paging import Key, Orders, Rows, read_slice
from server.office import Office
from server.programme.enrolment import NotPossible
from server.reference.model import (
    StoredMessage,
)
from server.reference.publish import one_at_a_time, publish_again, standing_messages
from server.staff import audit
from shared import parts as told

ORDERS = Orders({"made": Key((StoredMessage.number,))}, usual="-made")
"""What the list of messages can be sorted by."""


@dataclass(frozen=True)
class MessageLine:
    """One message. withdrawn_s: None while it stands. Moments in seconds since 1970; texts: by
    language."""

    number: int
    made_s: int
    withdrawn_s: int | None
    texts: Mapping[str, str]


class MessageLines(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[MessageLine, ...]
    following: str | None


def add_message(office: Office, actor: str, texts: Mapping[str, str]) -> int:
    """Tells every tablet something, in an edition that is otherwise the newest; the message's
    number. Raises QuestionnaireError for a text that is missing or too long, NothingPublished."""
    told.check_message(texts)
    with one_at_a_time(office) as connection:
        if len(standing_messages(connection)) >= told.MOST_MESSAGES:
            raise NotPossible(
                f"There are {told.MOST_MESSAGES} messages already: withdraw one first."
            )
        number: int = connection.execute(
            insert(StoredMessage)
            .values(made_at_s=office.now_s(), texts=dict(texts))
            .returning(StoredMessage.number)
        ).scalar_one()
        audit.enter(connection, office.now_s(), actor, "message_added", {"message": number})
        publish_again(connection, office, actor)
    return number


def withdraw_message(office: Office, actor: str, number: int) -> None:
    """Takes a message back: tablets that get the next edition show it no more."""
    with one_at_a_time(office) as connection:
        changed = connection.execute(
            update(StoredMessage)
            .where(StoredMessage.number == number, StoredMessage.withdrawn_at_s.is_(None))
            .values(withdrawn_at_s=office.now_s())
        ).rowcount
        if not changed:
            raise NotPossible("There is no such message, or it was withdrawn already.")
        audit.enter(connection, office.now_s(), actor, "message_withdrawn", {"message": number})
        publish_again(connection, office, actor)


def messages(office: Office) -> list[told.OfficeMessage]:
    """The messages that stand, oldest first."""
    with reading(office.engine) as connection:
        return standing_messages(connection)


def part(
    connection: Connection, after: str, most: int, withdrawn: bool = False, order: str = ""
) -> MessageLines:
    """Messages that stand, or those that were withdrawn, in one of ORDERS. Raises NoSuchPlace."""
    query: Rows = select(
        StoredMessage.number,
        StoredMessage.made_at_s,
        StoredMessage.withdrawn_at_s,
        StoredMessage.texts,
    ).where(
        StoredMessage.withdrawn_at_s.is_not(None)
        if withdrawn
        else StoredMessage.withdrawn_at_s.is_(None)
    )
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return MessageLines(tuple(MessageLine(*row[:4]) for row in found.rows), found.following)

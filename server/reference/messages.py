"""Messages to every tablet: an edition that is otherwise the newest carries them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, update

from server.db.engine import reading
from server.office import Office
from server.programme.enrolment import NotPossible
from server.reference.model import (
    StoredMessage,
)
from server.reference.publish import one_at_a_time, publish_again, standing_messages
from server.staff import audit
from shared import parts as told


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

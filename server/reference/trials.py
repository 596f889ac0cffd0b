"""What is known of a tablet that has an edition before the others: that it fetched it, and what it
said of it (docs/wire-protocol.md). Owns the rows of chosen tablets while a roll-out goes on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Update, select, update

from server.db.engine import transaction
from server.office import Office
from server.reference.model import ReferenceEdition, RolloutTablet
from shared.wire.answers import Answer, EditionAnswer

_SPOKEN = frozenset(map(str, EditionAnswer))


def note_fetch(office: Office, tablet_id: str, number: int) -> None:
    """That a tablet asked for the list of parts of the edition it has before the others."""
    with transaction(office.engine) as connection:
        connection.execute(_of(tablet_id, number).values(fetched_edition=number))


def hear(connection: Connection, tablet_id: str, answers: Sequence[Answer]) -> None:
    """Keeps what a parcel says of an edition that is or was tried on this tablet; what it says of
    any other changes nothing."""
    for one in answers:
        if one.code not in _SPOKEN:
            continue
        number = connection.scalar(
            select(ReferenceEdition.number)
            .join(RolloutTablet, RolloutTablet.rollout == ReferenceEdition.rollout)
            .where(RolloutTablet.tablet_id == tablet_id, ReferenceEdition.content == one.about)
            .order_by(ReferenceEdition.number.desc())
            .limit(1)
        )
        if number is not None:
            said = {"told_edition": number, "told_code": one.code}
            connection.execute(_of(tablet_id, number).values(said))


def _of(tablet_id: str, number: int) -> Update:
    rollout = select(ReferenceEdition.rollout).where(ReferenceEdition.number == number)
    return update(RolloutTablet).where(
        RolloutTablet.tablet_id == tablet_id, RolloutTablet.rollout == rollout.scalar_subquery()
    )

"""What an enrolled tablet gets of an edition: its manifest, and parts piece by piece, sealed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from server.db.engine import reading
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.keys import keys_of
from server.programme.model import EnrolledTablet
from server.reference import trials
from server.reference.in_force import (
    NothingPublished,
    in_force,
    offered_to,
)
from server.reference.model import (
    ReferenceEdition,
    ReferencePart,
)
from shared.identifiers import TabletId
from shared.wire.asking import MANIFEST, Piece, open_asking, seal_piece
from shared.wire.keys import PublicKeys


class SignedOutTablet(NotPossible):
    """The tablet was revoked: it gets nothing new."""


def answer(
    office: Office, request: bytes, signed_by: Callable[[TabletId], None] = lambda _: None
) -> bytes:
    """The sealed piece an enrolled tablet asks for.

    signed_by: told which tablet asks, after its signature was checked.
    Raises ParcelUnreadable, SignatureInvalid, SignedOutTablet, NothingPublished.
    """
    rows: dict[TabletId, tuple[PublicKeys, int | None]] = {}

    def public_keys(tablet_id: TabletId) -> PublicKeys | None:
        row = connection.execute(
            select(EnrolledTablet.public_keys, EnrolledTablet.revoked_at_s).where(
                EnrolledTablet.tablet_id == tablet_id
            )
        ).first()
        if row is None:
            return None
        rows[tablet_id] = PublicKeys.from_bytes(row.public_keys), row.revoked_at_s
        return rows[tablet_id][0]

    number = 0
    with reading(office.engine) as connection:
        tablet_id, wanted = open_asking(
            request, programme_keys=keys_of(office).programme, tablet_public=public_keys
        )
        signed_by(tablet_id)
        public, revoked_at_s = rows[tablet_id]
        if revoked_at_s is not None:
            raise SignedOutTablet("This tablet has been signed out.")
        if wanted.digest == MANIFEST:
            number, piece = _manifest(connection, tablet_id)
        else:
            piece = _piece(connection, wanted.digest, wanted.offset, wanted.most)
    if number:
        trials.note_fetch(office, tablet_id, number)
    return seal_piece(
        piece,
        request,
        programme_keys=keys_of(office).programme,
        tablet_public=public,
        random=office.random_bytes,
    )


def _manifest(connection: Connection, tablet_id: TabletId) -> tuple[int, Piece]:
    """Of the edition this tablet is to have; with the number of one it has before the others and
    asks for the first time, else 0."""
    offered, newest = offered_to(connection, tablet_id), in_force(connection)
    if newest is None:
        raise NothingPublished("No edition is published yet.")
    number = offered.number if offered else newest.number
    manifest = bytes(
        connection.execute(
            select(ReferenceEdition.manifest).where(ReferenceEdition.number == number)
        ).scalar_one()
    )
    is_news = offered is not None and offered.fetched != number
    return (number if is_news else 0), Piece(len(manifest), manifest)


def _piece(connection: Connection, digest: str, offset: int, most: int) -> Piece:
    # The database cuts the piece out: a large part is not read whole for each of its pieces.
    row = connection.execute(
        select(
            func.length(ReferencePart.squeezed),
            func.substr(ReferencePart.squeezed, offset + 1, most),
        ).where(ReferencePart.digest == digest)
    ).first()
    if row is None:
        raise NothingPublished("No such part was ever published.")
    return Piece(row[0], bytes(row[1]))

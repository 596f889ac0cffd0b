"""Fetching over a link: the signed list, then part after part, piece by piece.

Owns where the last try ended: every piece is on the disk before the next is asked for, so that a
cut link, a killed process or an empty battery costs one piece at most.
"""

from __future__ import annotations

from collections.abc import Callable

from mobile.editions.keeping import Keeping
from mobile.transport.link import (
    LinkDown,
    LinkRefused,
    NotOurServer,
    ServerLink,
    TooLarge,
)
from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import RandomBytes
from shared.wire.asking import MANIFEST, Piece, Wanted, open_piece, seal_asking
from shared.wire.bundles import unsqueezed
from shared.wire.editions import Part
from shared.wire.keys import TabletKeys
from shared.wire.limits import MAX_CHUNK_BYTES
from shared.wire.tickets import Membership

FAILURES_IN_A_ROW = 4
"""After so many the connection is taken to be bad; the next sending goes on from here."""
LEAST_PIECE_BYTES = 1 << 10
"""Below, the envelope of a piece would outweigh it."""


class Stopped(Exception):
    """Somebody wants the run to end; what came is kept."""


class Fetching:
    """One run of fetching over one link."""

    def __init__(
        self,
        keeping: Keeping,
        membership: Membership,
        tablet_keys: TabletKeys,
        random_bytes: RandomBytes,
        link: ServerLink,
        stopped: Callable[[], bool],
    ) -> None:
        self._keeping, self._membership, self._tablet_keys = keeping, membership, tablet_keys
        self._random_bytes, self._link, self._stopped = random_bytes, link, stopped
        self._piece_bytes = keeping.state.piece_bytes

    def manifest(self) -> bytes:
        """The signed list of the edition in force. Raises LinkDown, LinkRefused, Stopped."""
        return self._piece(Wanted(MANIFEST)).data

    def part(self, part: Part) -> None:
        """Fetches what is missing of a part, and keeps it.

        A part whose pieces do not fit together is thrown away and fetched once anew.
        Raises LinkDown, LinkRefused, Stopped, StoreFull.
        """
        for _ in range(2):
            while (at := self._keeping.length(part.digest)) < part.squeezed_size:
                most = min(self._piece_bytes, part.squeezed_size - at)
                piece = self._piece(Wanted(part.digest, at, most))
                if piece.total != part.squeezed_size or not 0 < len(piece.data) <= most:
                    break
                self._keeping.keep_piece(part.digest, piece.data)
            data = self._keeping.pieces(part.digest)
            try:
                unsqueezed(data, part.digest, part.size)
            except ParcelUnreadable:
                self._keeping.drop_pieces(part.digest)
            else:
                self._keeping.keep_part(part, data)
                return
        raise NotOurServer

    def _piece(self, wanted: Wanted) -> Piece:
        """One piece, asked for up to FAILURES_IN_A_ROW times, half as much after each failure."""
        for failure in range(1, FAILURES_IN_A_ROW + 1):
            if self._stopped():
                raise Stopped
            try:
                piece = self._ask(wanted)
            except (LinkDown, LinkRefused) as fault:
                if isinstance(fault, LinkRefused) and not isinstance(fault, TooLarge):
                    raise  # asking again would get the same word
                if self._stopped():
                    raise Stopped from None
                if failure == FAILURES_IN_A_ROW:
                    raise
                self._go_on_with(min(self._piece_bytes, wanted.most) // 2)
                if wanted.digest != MANIFEST:
                    wanted = Wanted(
                        wanted.digest, wanted.offset, min(wanted.most, self._piece_bytes)
                    )
            else:
                if failure == 1 and len(piece.data) == self._piece_bytes:
                    self._go_on_with(self._piece_bytes * 2)
                return piece
        raise AssertionError("the last failure is raised above")

    def _ask(self, wanted: Wanted) -> Piece:
        programme = self._membership.programme_public
        request = seal_asking(
            wanted,
            tablet_id=self._membership.tablet_id,
            tablet_keys=self._tablet_keys,
            programme_public=programme,
            random=self._random_bytes,
        )
        reply = self._link.ask_reference(request)
        try:
            return open_piece(
                reply, request, tablet_keys=self._tablet_keys, programme_public=programme
            )
        except (ParcelUnreadable, SignatureInvalid) as garbage:
            raise NotOurServer from garbage

    def _go_on_with(self, piece_bytes: int) -> None:
        piece_bytes = min(MAX_CHUNK_BYTES, max(LEAST_PIECE_BYTES, piece_bytes))
        if piece_bytes != self._piece_bytes:
            self._piece_bytes = piece_bytes
            self._keeping.note(piece_bytes=piece_bytes)

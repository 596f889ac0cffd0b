"""What the store holds of reference data: parts, pieces on their way, the edition in use.

Rows of the table ``reference``, by name:

    state           what follows in State, as JSON
    manifest        the signed list of the edition in use
    part DIGEST     a whole part, squeezed
    piece DIGEST N  the Nth piece of a part that is still coming

Recordings and pictures (mobile.editions.apart) are kept the same way under names that begin with
``apart``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from mobile.store import Store, StoreDamaged
from shared.errors import ParcelUnreadable
from shared.wire.bundles import unsqueezed
from shared.wire.editions import Edition, Part, content_of

FIRST_PIECE_BYTES = 1 << 15
"""32 kB: half a minute on the slowest link we count on."""


@dataclass(frozen=True, slots=True)
class State:
    """number: of the edition in use, 0 when none was ever taken. content: its digest over all
    parts. taken_s: when it was taken into use. parts: size of each part that is here, by digest.
    coming: lengths of the pieces that are here of a part that is not whole. kept: parts (digest by
    name) of each older questionnaire that is still needed. read: numbers of messages the officer
    has read. piece_bytes: to ask for next.
    """

    number: int = 0
    content: str = ""
    taken_s: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    coming: dict[str, list[int]] = field(default_factory=dict)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)
    piece_bytes: int = FIRST_PIECE_BYTES


class Keeping:
    """The rows of one tablet. Every change is one transaction."""

    def __init__(self, store: Store, prefix: str = "") -> None:
        """prefix: of the names of its rows. Raises StoreDamaged when what is known about the rows
        cannot be read."""
        self._store, self._lock, self._prefix = store, threading.RLock(), prefix
        content = self._get("state")
        try:
            self.state = State(**json.loads(content)) if content else State()
        except (ValueError, TypeError) as broken:
            raise StoreDamaged from broken

    @classmethod
    def afresh(cls, store: Store, prefix: str) -> Keeping:
        """What is known about the rows is thrown away. For rows that can be fetched again."""
        with store.transaction():
            store.reference.delete(f"{prefix}state")
        return cls(store, prefix)

    def manifest(self) -> bytes:
        """The signed list of the edition in use; b"" when there is none."""
        return self._get("manifest") or b""

    def squeezed(self, digest: str) -> bytes | None:
        """A part as it travels; None when it is not here whole."""
        if digest not in self.state.parts:
            return None
        return self._get(f"part {digest}")

    def bundle(self, digest: str) -> bytes | None:
        """A part as it is read, checked; None when it is not here, or not as it should be."""
        data = self.squeezed(digest)
        if data is None:
            return None
        try:
            return unsqueezed(data, digest, self.state.parts[digest])
        except ParcelUnreadable:
            return None

    # -- pieces

    def pieces(self, digest: str) -> bytes:
        """What is here of a part that is still coming."""
        found = [
            self._get(f"piece {digest} {number}") or b""
            for number in range(len(self.state.coming.get(digest, ())))
        ]
        return b"".join(found)

    def length(self, digest: str) -> int:
        """How many bytes are here of a part that is still coming."""
        return sum(self.state.coming.get(digest, ()))

    def keep_piece(self, digest: str, data: bytes) -> None:
        """Keeps the next piece; durable when it returns. Raises StoreFull."""
        with self._changing("piece"):
            lengths = self.state.coming.get(digest, [])
            self._row(f"piece {digest} {len(lengths)}", data)
            self._put(coming=self.state.coming | {digest: [*lengths, len(data)]})

    def keep_part(self, part: Part, data: bytes) -> None:
        """A part has come whole: its pieces are let go of. Raises StoreFull."""
        with self._changing("part"):
            self._row(f"part {part.digest}", data)
            self._drop_rows(part.digest)
            self._put(
                parts=self.state.parts | {part.digest: part.size},
                coming={d: n for d, n in self.state.coming.items() if d != part.digest},
            )

    def drop_pieces(self, digest: str) -> None:
        """The pieces do not make the part: they are thrown away."""
        with self._changing():
            self._drop_rows(digest)
            self._put(coming={d: n for d, n in self.state.coming.items() if d != digest})

    def keep_only(self, wanted: Collection[str]) -> None:
        """Lets go of every part and piece but these."""
        gone = self.state.parts.keys() - wanted
        stray = self.state.coming.keys() - wanted
        if not gone and not stray:
            return
        with self._changing():
            for digest in gone:
                self._delete(f"part {digest}")
            for digest in stray:
                self._drop_rows(digest)
            self._put(
                parts={d: size for d, size in self.state.parts.items() if d in wanted},
                coming={d: lengths for d, lengths in self.state.coming.items() if d in wanted},
            )

    # -- the edition

    def switch(
        self,
        manifest: bytes,
        edition: Edition,
        taken_s: int,
        parts: Mapping[str, tuple[int, bytes]],
        kept: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Takes an edition into use: all or nothing, in one transaction.

        parts: size and squeezed bytes, by digest, of everything that is needed from now on, that
        of the kept questionnaires included; whatever else is here goes.
        """
        with self._changing("edition"):
            for digest in self.state.parts.keys() - parts.keys():
                self._delete(f"part {digest}")
            for digest in self.state.coming:
                self._drop_rows(digest)
            for digest, (_, data) in parts.items():
                if self._get(f"part {digest}") != data:
                    self._row(f"part {digest}", data)
            self._row("manifest", manifest)
            self._put(
                number=edition.number,
                content=content_of({part.name: part.digest for part in edition.parts}),
                taken_s=taken_s,
                parts={digest: size for digest, (size, _) in parts.items()},
                coming={},
                kept={digest: dict(names) for digest, names in kept.items()},
            )

    def note(self, **changes: Any) -> None:
        """Keeps a change of the state alone."""
        with self._changing():
            self._put(**changes)

    @contextmanager
    def _changing(self, milestone: str = "") -> Iterator[None]:
        """One change at a time. Memory follows when the disk has it: a state that was rolled back
        would name rows that are not there."""
        with self._lock:
            self._after = self.state
            with self._store.transaction(milestone):
                yield
            self.state = self._after

    def _put(self, **changes: Any) -> None:
        self._after = replace(self.state, **changes)
        self._row("state", json.dumps(asdict(self._after)).encode())

    def _drop_rows(self, digest: str) -> None:
        for number in range(len(self.state.coming.get(digest, ()))):
            self._delete(f"piece {digest} {number}")

    def _get(self, name: str) -> bytes | None:
        return self._store.reference.get(self._prefix + name)

    def _row(self, name: str, content: bytes) -> None:
        self._store.reference.put(self._prefix + name, content)

    def _delete(self, name: str) -> None:
        self._store.reference.delete(self._prefix + name)

"""Recordings and pictures an office added: chosen here, fetched apart, kept sealed.

No interview needs them, so they come after everything else, only for the languages the officer
chose, and an interrupted fetch goes on where it ended. Kept in the table ``reference`` as parts
are, under names of their own, and ``apart chosen`` for what was chosen.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from mobile.editions.fetching import Fetching
from mobile.editions.keeping import Keeping
from mobile.store import Store, StoreDamaged, StoreFull
from mobile.transport.link import LinkDown, LinkRefused, ServerLink
from shared.apart import PICTURES, RECORDINGS, FileApart, file_in, is_apart, listed_in
from shared.errors import ParcelUnreadable
from shared.wire.editions import Part

Parts = Mapping[str, bytes]
"""Bundles by name of the part."""
_ROWS, _CHOSEN = "apart ", "apart chosen"


@dataclass(frozen=True, slots=True)
class Offered:
    """A part the office offers. name: recordings/LANGUAGE or pictures. language: "" for pictures.
    files, here: how many there are, and are on this tablet. bytes: to fetch for all."""

    name: str
    language: str
    files: int
    here: int
    bytes: int
    chosen: bool


class Apart:
    """What one tablet has of them. May be used from any thread."""

    def __init__(
        self,
        store: Store,
        parts: Callable[[], Parts],
        fetching: Callable[[Keeping, ServerLink, Callable[[], bool]], Fetching],
    ) -> None:
        """parts: of the edition in use. fetching: makes a run (keeping, link, stopped)."""
        self._store, self._parts, self._fetching = store, parts, fetching
        try:
            self._keeping = Keeping(store, _ROWS)
        except StoreDamaged:  # no interview needs what is lost
            self._keeping = Keeping.afresh(store, _ROWS)
        self._lock = threading.Lock()
        self._lists: dict[str, dict[str, FileApart]] | None = None

    def forget_lists(self) -> None:
        """Another edition is in use: its lists are read when they are needed."""
        self._lists = None

    # -- choosing

    def offered(self) -> list[Offered]:
        """What the edition in use has, recordings by language first."""
        chosen, kept = self._chosen(), self._keeping.state.parts
        return [
            Offered(
                name,
                name.removeprefix(RECORDINGS) if name != PICTURES else "",
                len(files),
                sum(one.digest in kept for one in files.values()),
                sum(one.squeezed_size for one in files.values()),
                name in chosen,
            )
            for name, files in sorted(self._listed().items(), key=lambda each: each[0] == PICTURES)
        ]

    def choose(self, name: str, wanted: bool) -> None:
        """Fetches that part with the next sending, or lets go of it at once. Raises StoreFull."""
        chosen = self._chosen()
        chosen = chosen | {name} if wanted else chosen - {name}
        with self._store.transaction():
            self._store.reference.put(_CHOSEN, json.dumps(sorted(chosen)).encode())
        self._let_go()

    # -- fetching

    def fetch(self, link: ServerLink, stopped: Callable[[], bool]) -> str:
        """Fetches what was chosen and is not here; text id of what kept it back, "" when all came.

        Never raises for a bad link or a full disk: what has come is used. Raises Stopped.
        """
        with self._lock:
            self._let_go()
            wanted = {one.digest: one for one in self._wanted() if not self._has(one)}
            run = self._fetching(self._keeping, link, stopped) if wanted else None
            try:
                for one in wanted.values():
                    if run is not None:
                        run.part(Part("apart", one.digest, one.size, one.squeezed_size))
            except (LinkDown, LinkRefused):
                return "tablet.apart_waits"
            except StoreFull:
                return "tablet.apart_no_room"
            return ""

    # -- what is here

    def recording(self, language: str, key: str, wording: str) -> tuple[str, bytes] | None:
        """Suffix and content of the recording of those words, "" for words that are none; None
        when there is none here, or it says what stood there before."""
        one = self._listed().get(RECORDINGS + language, {}).get(key)
        if one is None or not wording or one.wording != wording:
            return None
        return self._file(one)

    def has_recording(self, language: str, key: str, wording: str) -> bool:
        """Whether ``recording`` has one, without reading it."""
        one = self._listed().get(RECORDINGS + language, {}).get(key)
        return one is not None and bool(wording) and one.wording == wording and self._has(one)

    def picture(self, key: str) -> tuple[str, bytes] | None:
        """Suffix and content of the picture of an answer; None when there is none here."""
        one = self._listed().get(PICTURES, {}).get(key)
        return None if one is None else self._file(one)

    def _file(self, one: FileApart) -> tuple[str, bytes] | None:
        bundled = self._keeping.bundle(one.digest)
        if bundled is None:
            return None
        with suppress(ParcelUnreadable):
            return file_in(bundled)
        return None

    def _has(self, one: FileApart) -> bool:
        return one.digest in self._keeping.state.parts

    # -- steps

    def _listed(self) -> dict[str, dict[str, FileApart]]:
        lists = self._lists
        if lists is None:
            lists = {}
            for name, data in self._parts().items():
                if is_apart(name):
                    with suppress(ParcelUnreadable):  # a list that cannot be read is as none
                        lists[name] = listed_in(name, data)
            self._lists = lists
        return lists

    def _chosen(self) -> set[str]:
        try:
            return set(json.loads(self._store.reference.get(_CHOSEN) or b"[]"))
        except (ValueError, TypeError):
            return set()

    def _wanted(self) -> list[FileApart]:
        chosen = self._chosen()
        wanted = [files for name, files in self._listed().items() if name in chosen]
        return [one for files in wanted for one in files.values()]

    def _let_go(self) -> None:
        """Of what is not wanted any more nothing stays."""
        self._keeping.keep_only({one.digest for one in self._wanted()})

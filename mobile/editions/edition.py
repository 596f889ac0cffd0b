"""The use case: which edition is in use, when a newer one is fetched, and the switch to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from mobile.editions.apart import Apart
from mobile.editions.fetching import Fetching, Stopped
from mobile.editions.keeping import Keeping, State
from mobile.editions.refusals import (
    EditionDoesNotLoad,
    EditionNotNewer,
    EditionRefused,
    EditionUnreadable,
    NoEdition,
    NotOurEdition,
)
from mobile.platform.durable import replace_file
from mobile.store import Store, StoreDamaged, StoreFull
from mobile.transport.link import LinkDown, LinkRefused, ServerLink
from shared.apart import is_apart
from shared.errors import ParcelUnreadable, QuestionnaireError, SignatureInvalid, WireError
from shared.identifiers import RandomBytes
from shared.parts import READ_WITH, OfficeMessage, Unpacked, questionnaire_in, unpacked
from shared.questionnaire.model import Questionnaire
from shared.reference import Reference, Shelf
from shared.texts import lay_over
from shared.wire.bundles import digest_of, squeezed, unsqueezed
from shared.wire.editions import (
    EDITION_SUFFIX,
    Edition,
    content_of,
    edition_file,
    open_edition,
    read_edition_file,
    read_version,
)
from shared.wire.keys import TabletKeys
from shared.wire.limits import MAX_EDITION_BYTES, MAX_MANIFEST_BYTES
from shared.wire.tickets import Membership


@dataclass(frozen=True, slots=True)
class News:
    """What looking for a newer edition brought. number: of the edition it is about, 0 when there is
    no news. edition: the same when it was taken into use, else 0. problem: text id (domain tablet)
    of what kept it back, "" when nothing did. stopped: whether the run was stopped. in_use: content
    of the edition in use, "" for none."""

    number: int = 0
    edition: int = 0
    problem: str = ""
    stopped: bool = False
    in_use: str = ""


@dataclass(frozen=True, slots=True)
class CameWith:
    """What came with the app. reference: loads it. parts: its parts, for comparing."""

    reference: Callable[[], Reference]
    parts: Callable[[], Mapping[str, bytes]]


class Editions:
    """Reference data of one tablet. May be used from any thread; one edition at a time comes."""

    def __init__(
        self,
        store: Store,
        membership: Membership,
        tablet_keys: TabletKeys,
        came_with: CameWith,
        needed: Callable[[], Collection[str]],
        clock: Callable[[], datetime],
        random_bytes: RandomBytes,
    ) -> None:
        """needed: digests of the questionnaires that drafts and unsent records name."""
        self._keeping = Keeping(store)
        self._membership, self._tablet_keys = membership, tablet_keys
        self._came_with, self._needed = came_with, needed
        self._clock, self._random_bytes = clock, random_bytes
        self._listeners: list[Callable[[Reference], None]] = []
        self._one = threading.Lock()
        self._refused = 0
        self.problem = ""
        """Text id of why the edition in the store cannot be used any more; "" when it can."""
        self._left: dict[str, dict[str, str]] = {}
        """Parts, as State.kept has them, of the questionnaire of an edition of which others cannot
        be used: what was begun with it goes on with it."""
        found = self._in_store()
        self._messages, self.fonts = (found.messages, found.fonts) if found else ((), {})
        self.apart = Apart(store, self._parts_in_use, self._fetching)
        """Recordings and pictures the office added."""
        self.reference = self._with_earlier(found.reference if found else self._own)
        """In use: of the newest edition, or what came with the app."""
        lay_over(found.catalogues if found else {})

    @property
    def number(self) -> int:
        """Of the edition in use; 0 while the tablet works with what came with the app."""
        return 0 if self.problem else self._state.number

    @property
    def in_store(self) -> int:
        """Number of the newest edition that was ever taken, whether it can be used now or not."""
        return self._state.number

    @property
    def taken_s(self) -> int:
        """When the edition was taken into use, seconds since 1970; 0 when none was."""
        return self._state.taken_s

    @property
    def refused(self) -> int:
        """Number of a newer edition that could not be loaded here, 0 when there is none. Forgotten
        with the session: a later version of the app may load it."""
        return self._refused

    def on_new(self, listener: Callable[[Reference], None]) -> None:
        """Calls the listener with the reference after each switch, from its thread."""
        self._listeners.append(listener)

    def messages(self) -> list[OfficeMessage]:
        """Messages of the office that were not read yet, oldest first."""
        return [one for one in self._messages if one.number not in self._state.read]

    def read_message(self, number: int) -> None:
        """It was read, and is not shown again."""
        standing = {one.number for one in self._messages}
        self._keeping.note(read=sorted({*self._state.read, number} & standing))

    # -- by network

    def fetch(
        self, link: ServerLink, version: str, stopped: Callable[[], bool] = lambda: False
    ) -> News:
        """Fetches and takes the edition a receipt names, when it is news; never raises for a bad
        link, a full disk or an edition that cannot be used. Goes on where it ended last time.

        version: as the receipt has it, "" when it names none. Recordings and pictures that were
        chosen come after it.
        """
        news = self._fetch(link, lambda: self._is_news(version), stopped)
        news = replace(news, in_use=self._state.content if self.number else "")
        if news.problem or news.stopped:
            return news
        try:
            return replace(news, problem=self.apart.fetch(link, stopped))
        except Stopped:
            return replace(news, stopped=True)

    def fetch_first(self, link: ServerLink) -> News:
        """The same with the edition in force, without a receipt that names it."""
        return self._fetch(link, lambda: True, lambda: False)

    def _fetch(
        self, link: ServerLink, is_news: Callable[[], bool], stopped: Callable[[], bool]
    ) -> News:
        number = 0
        try:
            with self._one:
                if not is_news():
                    return News()
                fetching = self._fetching(self._keeping, link, stopped)
                manifest = fetching.manifest()
                edition = self._opened(manifest)
                number = edition.number
                if number == self._refused:
                    return News()
                for part in edition.parts:
                    if self._bundle(part.digest) is None:
                        fetching.part(part)
                self._take(manifest, edition, {})
                return News(number, edition=number)
        except Stopped:
            return News(number, stopped=True)
        except (LinkDown, LinkRefused):
            return News(number, problem="tablet.edition_waits")
        except StoreFull:
            return News(number, problem="tablet.edition_no_room")
        except EditionRefused as refused:
            return News(number, problem=refused.text_id)

    def _is_news(self, version: str) -> bool:
        said, state = read_version(version), self._state
        if said is None or said.number == self._refused or said.number < state.number:
            return False
        if self.problem:
            return True
        if state.number:
            return said.number > state.number and said.content != state.content
        return said.content != content_of({n: digest_of(b) for n, b in self._own_parts.items()})

    # -- by file

    def take_file(self, path: Path) -> int:
        """Takes an edition from a file the office or another tablet wrote; its number.

        Raises EditionRefused: unreadable, not ours, not newer, does not load. StoreFull.
        """
        most = MAX_EDITION_BYTES + MAX_MANIFEST_BYTES
        with path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise EditionUnreadable
        with self._one:
            try:
                manifest, edition, parts = read_edition_file(
                    data, self._membership.programme_public
                )
                self._opened(manifest)
                sizes = {part.digest: part.size for part in edition.parts}
                for digest, part in parts.items():
                    unsqueezed(part, digest, sizes[digest])
            except SignatureInvalid as foreign:
                raise NotOurEdition from foreign
            except ParcelUnreadable as damaged:
                raise EditionUnreadable from damaged
            self._take(manifest, edition, parts)
            return edition.number

    def save_file(self, folder: Path) -> Path:
        """Writes the edition in use for other tablets of the programme. Raises NoEdition."""
        manifest = self._keeping.manifest()
        if not manifest or self.problem:
            raise NoEdition
        edition = open_edition(manifest, self._membership.programme_public)
        parts = [self._keeping.squeezed(part.digest) for part in edition.parts]
        if None in parts:
            raise StoreDamaged
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"edition-{edition.number}{EDITION_SUFFIX}"
        replace_file(path, edition_file(manifest, [part for part in parts if part is not None]))
        return path

    # -- steps

    def _fetching(
        self, keeping: Keeping, link: ServerLink, stopped: Callable[[], bool]
    ) -> Fetching:
        return Fetching(
            keeping, self._membership, self._tablet_keys, self._random_bytes, link, stopped
        )

    def _parts_in_use(self) -> dict[str, bytes]:
        """Those of the edition in use that list recordings and pictures."""
        if not self.number:
            return {}
        names = {name: digest for name, digest in self._names_in_use() if is_apart(name)}
        found = {name: self._keeping.bundle(digest) for name, digest in names.items()}
        return {name: data for name, data in found.items() if data is not None}

    @property
    def _state(self) -> State:
        return self._keeping.state

    def _opened(self, manifest: bytes) -> Edition:
        """The edition, when it is one this tablet may take. Raises EditionRefused."""
        try:
            edition = open_edition(manifest, self._membership.programme_public)
        except SignatureInvalid as foreign:
            raise NotOurEdition from foreign
        except ParcelUnreadable as damaged:
            raise EditionUnreadable from damaged
        if edition.country != self._membership.country:
            raise NotOurEdition
        newest = self._state.number - (1 if self.problem else 0)
        if edition.number <= newest:
            raise EditionNotNewer(number=edition.number, newest=self._state.number)
        return edition

    def _take(self, manifest: bytes, edition: Edition, brought: Mapping[str, bytes]) -> None:
        """Loads everything, then switches in one transaction. brought: squeezed, by digest,
        checked already. Raises EditionDoesNotLoad, StoreFull."""
        sizes = {part.digest: part.size for part in edition.parts}
        bundles = {
            part.name: unsqueezed(brought[part.digest], part.digest, part.size)
            if part.digest in brought
            else self._bundle(part.digest) or b""
            for part in edition.parts
        }
        try:
            made = unpacked(edition.country, bundles, mend=True)
        except Exception as wrong:  # whatever a loader may raise: the edition before must stay
            self._refused = edition.number
            raise EditionDoesNotLoad(number=edition.number) from wrong
        kept = self._kept_after(made.reference.questionnaire.digest)
        wanted = set(sizes) | {digest for names in kept.values() for digest in names.values()}
        here: dict[str, tuple[int, bytes]] = {}
        for digest in wanted:
            data = brought.get(digest) or self._squeezed(digest)
            if data is not None:
                size = sizes.get(digest) or self._state.parts.get(digest) or self._own_size(digest)
                here[digest] = (size, data)
        self._keeping.switch(manifest, edition, int(self._clock().timestamp()), here, kept)
        self.problem, self._left = "", {}
        self._use(made)

    def _use(self, made: Unpacked) -> None:
        self._messages, self.fonts = made.messages, made.fonts
        self.reference = self._with_earlier(made.reference)
        self.apart.forget_lists()
        lay_over(made.catalogues)
        for listener in self._listeners:
            listener(self.reference)

    def _kept_after(self, new: str) -> dict[str, dict[str, str]]:
        """Which parts to keep for older questionnaires: those somebody still needs, and the one in
        use until now, with which a visit may be starting this very moment."""
        needed = {*self._needed(), self.reference.questionnaire.digest} - {new}
        kept = {d: names for d, names in self._kept.items() if d in needed}
        before = self.reference.questionnaire.digest
        if before in needed:
            kept[before] = {n: d for n, d in self._names_in_use() if n.startswith(READ_WITH)}
        return kept

    def _names_in_use(self) -> Iterable[tuple[str, str]]:
        """Name and digest of the parts in use."""
        if not self.number:
            return [(name, digest_of(data)) for name, data in self._own_parts.items()]
        edition = open_edition(self._keeping.manifest(), self._membership.programme_public)
        return [(part.name, part.digest) for part in edition.parts]

    def _in_store(self) -> Unpacked | None:
        """What the edition in the store makes; None when there is none that can be used."""
        if not self._state.number:
            return None
        names: dict[str, str] = {}
        try:
            edition = open_edition(self._keeping.manifest(), self._membership.programme_public)
            names = {part.name: part.digest for part in edition.parts}
            return unpacked(edition.country, self._bundles(names), mend=True)
        except (WireError, QuestionnaireError, StoreDamaged):
            # Rows that were lost, or an app that reads less than the one before: the tablet works
            # with what came with the app until the edition has been fetched again.
            self.problem = EditionDoesNotLoad.text_id
            names = {name: digest for name, digest in names.items() if name.startswith(READ_WITH)}
            with contextlib.suppress(WireError, QuestionnaireError, StoreDamaged):
                self._left = {questionnaire_in(self._bundles(names)).digest: names}
            return None

    @property
    def _kept(self) -> dict[str, dict[str, str]]:
        return {**self._left, **self._state.kept}

    def _bundles(self, names: Mapping[str, str]) -> dict[str, bytes]:
        return {name: self._kept_bundle(digest) for name, digest in names.items()}

    def _kept_bundle(self, digest: str) -> bytes:
        found = self._keeping.bundle(digest)
        if found is None:
            raise StoreDamaged
        return found

    def _with_earlier(self, reference: Reference) -> Reference:
        kept = {digest: dict(names) for digest, names in self._kept.items()}

        def fetch(digest: str) -> Questionnaire:
            return questionnaire_in(self._bundles(kept[digest]))

        def known() -> dict[str, Questionnaire]:
            own = self._own
            return {own.questionnaire.digest: own.questionnaire, **own.earlier}

        return replace(reference, earlier=Shelf(kept, fetch, known))

    # -- what came with the app

    @cached_property
    def _own(self) -> Reference:
        return self._came_with.reference()

    @cached_property
    def _own_parts(self) -> Mapping[str, bytes]:
        return self._came_with.parts()

    @cached_property
    def _own_by_digest(self) -> Mapping[str, bytes]:
        return {digest_of(data): data for data in self._own_parts.values()}

    def _own_size(self, digest: str) -> int:
        return len(self._own_by_digest[digest])

    def _bundle(self, digest: str) -> bytes | None:
        """A part from the store, or from what came with the app."""
        found = self._keeping.bundle(digest)
        return found if found is not None else self._own_by_digest.get(digest)

    def _squeezed(self, digest: str) -> bytes | None:
        if self._keeping.bundle(digest) is not None:
            return self._keeping.squeezed(digest)
        own = self._own_by_digest.get(digest)
        return None if own is None else squeezed(own)

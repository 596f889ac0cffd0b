"""An unlocked tablet: its use cases, wired once and handed on.

Made by mobile.tablet, which knows folder, PIN and lock. Kivy is nowhere below it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from mobile.casework import Casework
from mobile.casework.check_in import CheckIns
from mobile.casework.finalising import Finaliser
from mobile.casework.known_time import KnownTime
from mobile.casework.papers import questionnaires_needed
from mobile.casework.repository import Repository
from mobile.editions import CameWith, Editions
from mobile.enrolment.enrolment import (
    JOINED_AGAIN,
    Enrolment,
    NotEnrolled,
    keep_twice,
    kept_twice,
    trusting,
    trusting_what_is_known,
)
from mobile.imports.importing import Imports
from mobile.platform.uptime import Uptime
from mobile.security.backups import write_backup
from mobile.security.derivation import KeyDerivation
from mobile.security.keys import KeyFolder, wrap_for_backup
from mobile.security.pins import check_passphrase, is_passphrase, pin_strength
from mobile.sending.attempts import read_attempts
from mobile.sending.notes import Notes
from mobile.sending.send import Sending
from mobile.store import Sealer, Store, StoreFull, forget_damaged
from mobile.transport.link import ServerLink
from mobile.transport.relay import Relay
from shared.calendars import GREGORIAN
from shared.identifiers import RandomBytes, RecordId
from shared.parts import parts_of
from shared.reference import Reference
from shared.remembered import forget_records
from shared.wire.keys import TabletKeys
from shared.wire.tickets import Membership

Milestone = Callable[[str], None]
"""Called with the name of a point at which a power cut is tested; see mobile.tablet."""
References = Callable[[str], Reference]
"""Loads what came with the app for a country (ISO 3166 alpha-3)."""


class Session:
    """An unlocked tablet. Made by Tablet.set_up and Tablet.unlock."""

    def __init__(
        self,
        store: Store,
        sealer: Sealer,
        keys: KeyFolder,
        references: References,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime],
        random_bytes: RandomBytes,
        milestone: Milestone,
        link: Callable[[str], ServerLink],
        *,
        derivation: Callable[[], KeyDerivation],
        secret: str,
    ) -> None:
        """secret: what it was unlocked with, or will be; how good it is is remembered, no more."""
        self._derivation = derivation
        self._judge(secret)
        self._store, self._sealer, self._keys = store, sealer, keys
        self._references, self._clock, self._random_bytes = references, clock, random_bytes
        self._milestone, self._link, self._uptime = milestone, link, uptime
        self._casework: Casework | None = None
        self._sending: Sending | None = None
        self._editions: Editions | None = None
        self._notes: Notes | None = None
        self._repository: Repository | None = None
        self._tablet_keys = self._kept_keys()
        self.enrolment = Enrolment(store, self._tablet_keys, link, self._join, self._look)
        self.check_ins = CheckIns(store, clock, uptime)
        self.relay = Relay(store, self._office_link)
        membership = self.enrolment.membership
        if membership is not None:
            self._join(membership)
        self.asks_for_passphrase = self.secret_falls_short
        """Whether another secret has to be chosen before anything else: so it was when the tablet
        was unlocked. What an edition asks for meanwhile holds from the next unlocking on, so that
        nobody is taken out of an interview."""

    @property
    def secret_falls_short(self) -> bool:
        """Whether the programme asks for a better secret than this tablet is unlocked with."""
        return self.needs_passphrase and not self._is_passphrase

    @property
    def needs_passphrase(self) -> bool:
        """Whether the programme asks for a passphrase on this tablet."""
        asked = self.reference.profile.tablet_unlocking if self.is_enrolled else "pin"
        if asked == "hardware_or_passphrase":
            return not self.needs_hardware
        return asked == "passphrase"

    @property
    def backup_needs_passphrase(self) -> bool:
        """Whether the programme asks for a passphrase on a copy of this tablet."""
        return self.is_enrolled and self.reference.profile.tablet_unlocking != "pin"

    @property
    def needs_hardware(self) -> bool:
        """Whether a copy of this tablet's files is of no use without the tablet."""
        return self._keys.needs_hardware

    @property
    def is_enrolled(self) -> bool:
        """Whether the tablet has joined a programme."""
        return self._casework is not None

    @property
    def membership(self) -> Membership:
        """Who this tablet belongs to. Raises NotEnrolled."""
        membership = self.enrolment.membership
        if membership is None:
            raise NotEnrolled
        return membership

    @property
    def reference(self) -> Reference:
        """Questionnaire, code lists and profile of the programme's country. Raises NotEnrolled."""
        return self.editions.reference

    @property
    def calendar(self) -> str:
        """The country's; before the tablet has joined a programme the Gregorian one."""
        return self.reference.profile.calendar if self.is_enrolled else GREGORIAN

    @property
    def editions(self) -> Editions:
        """Which reference data are in use, and the way to newer ones. Raises NotEnrolled."""
        if self._editions is None:
            raise NotEnrolled
        return self._editions

    @property
    def casework(self) -> Casework:
        """The use cases on visits and cases. Raises NotEnrolled."""
        if self._casework is None:
            raise NotEnrolled
        return self._casework

    @property
    def imports(self) -> Imports:
        """The way in for cases kept elsewhere. Raises NotEnrolled."""
        return Imports(self._store, self.casework, self.reference, self._clock().date())

    @property
    def sending(self) -> Sending:
        """The use case of sending. Raises NotEnrolled."""
        if self._sending is None:
            raise NotEnrolled
        return self._sending

    @property
    def notes(self) -> Notes:
        """What the office said to this tablet alone. Raises NotEnrolled."""
        if self._notes is None:
            raise NotEnrolled
        return self._notes

    def set_language(self, language: str) -> None:
        """The language of everything said from now on (ISO 639-1).

        Kept for the next time where there is room: a full disk keeps nobody from unlocking.
        """
        if self._casework is not None and self._sending is not None:
            self._casework.language = self._sending.language = language
        if self.setting("language") != language:
            with suppress(StoreFull):
                self.set_setting("language", language)

    def set_spoken(self, language: str) -> None:
        """The language of the words to say to the person, "" for the officer's own; kept."""
        self.casework.spoken = language
        if self.setting("spoken") != language:
            with suppress(StoreFull):
                self.set_setting("spoken", language)

    def change_pin(self, old: str, new: str) -> None:
        """Wraps the same data key anew. Raises WrongPin (counted as a try), WeakPin, and
        PassphraseNeeded where the programme asks for one."""
        if self.needs_passphrase:
            check_passphrase(new)
        self._keys.change_pin(old, new)
        self._judge(new)
        self.asks_for_passphrase = False

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the app (language, theme, text size), kept sealed."""
        return str(self._settings().get(name, default))

    def set_setting(self, name: str, value: str) -> None:
        """Keeps a setting."""
        with self._store.transaction():
            settings = self._settings() | {name: value}
            self._store.settings.put("app", json.dumps(settings).encode())

    def save_backup(self, path: Path, passphrase: str) -> None:
        """Writes everything on this tablet, sealed by a passphrase of its own, into one file.

        For a replacement tablet. Raises WeakPin for a passphrase that is easy to guess, and
        PassphraseNeeded where the programme asks for more than a PIN: no hardware guards a file.
        """
        if self.backup_needs_passphrase:
            check_passphrase(passphrase)
        path.parent.mkdir(parents=True, exist_ok=True)
        key_file = wrap_for_backup(
            passphrase, self._sealer.data_key, self._derivation(), self._random_bytes
        )
        write_backup(path, key_file, self._store.copy(path.with_name(path.name + ".part")))

    def sealed_alarms(self) -> list[bytes]:
        """Records of immediate danger the office has not answered, each with its visit, as parcels
        sealed to the programme: what can still be sent when the keys are gone."""
        if self._repository is None:
            return []
        waiting = {entry.record_id: entry for entry in self._repository.entries()}
        wanted: dict[RecordId, None] = {}
        for entry in waiting.values():
            if entry.danger:
                visit_id = self._repository.card(entry.record_id).visit_id
                wanted |= dict.fromkeys(
                    one for one in (visit_id, entry.record_id) if one in waiting
                )
        found = [self._store.escrow(record_id) for record_id in wanted]
        return [sealed for sealed in found if sealed is not None]

    def link_while_locked(self) -> Callable[[], ServerLink]:
        """Makes ways to the office that need no key: they trust whom this tablet trusts now."""
        make, url, membership = self._link, self.enrolment.server_url, self.enrolment.membership
        known = kept_twice(self._store, "authority")

        def link() -> ServerLink:
            if membership is None:
                return make(url)
            return trusting_what_is_known(
                make(url), known, membership.programme_public.fingerprint().hex()
            )

        return link

    def lock(self) -> None:
        """Stops what is sent, forgets the key and closes the store, for good."""
        try:
            self.relay.stop()
            if self._sending is not None:
                self._sending.stop()
            self._store.close()
        finally:
            self._sealer.forget()
            forget_records()
            self._casework = self._sending = self._editions = self._notes = None
            self._repository = None

    def _judge(self, secret: str) -> None:
        self.secret_strength = pin_strength(secret)
        self._is_passphrase = is_passphrase(secret)

    def _settings(self) -> dict[str, str]:
        kept = self._store.settings.get("app")
        return dict(json.loads(kept)) if kept else {}

    def _kept_keys(self) -> TabletKeys:
        """The tablet's own keys: made once, before anything else needs them."""
        kept = kept_twice(self._store, "tablet_keys")
        if kept is not None:
            return TabletKeys.from_bytes(kept)
        keys = TabletKeys.generate(self._random_bytes)
        with self._store.transaction():
            keep_twice(self._store, "tablet_keys", keys.to_bytes())
        return keys

    def _office_link(self) -> ServerLink:
        """A way to the office, or to anybody of the same programme before this tablet joined it."""
        link, membership = self._link(self.enrolment.server_url), self.enrolment.membership
        if membership is None:
            return link
        fingerprint = membership.programme_public.fingerprint().hex()
        return trusting(link, self._store, fingerprint)

    def _look(self, link: ServerLink) -> None:
        """A country that came without the app comes with the office's edition, at once."""
        if not self.reference.profile.is_here:
            self.editions.fetch_first(link)

    def _join(self, membership: Membership) -> None:
        country, references = membership.country, self._references
        self._repository = repository = Repository(self._store)
        editions = Editions(
            self._store,
            membership,
            self._tablet_keys,
            CameWith(lambda: references(country), lambda: parts_of(country)),
            lambda: questionnaires_needed(repository),
            self._clock,
            self._random_bytes,
        )
        self._notes = notes = Notes(repository)
        finaliser = Finaliser(
            membership, self._tablet_keys, self._random_bytes, lambda: notes.linkage_keys
        )
        language = self.setting("language", "en")
        told_before_s = max(
            (max(card.changed_s, card.decided_s) for card in repository.cards()), default=0
        )
        office_s = read_attempts(self._store).office_time_s
        known = KnownTime(self._store, self._clock, self._uptime, office_s or told_before_s)
        casework = Casework(
            repository, editions.reference, finaliser, self._clock, known, language=language
        )
        casework.spoken = self.setting("spoken")
        editions.on_new(casework.use)
        if self._store.settings.get(JOINED_AGAIN) is not None:
            notes.joined_again(known.now_s())
        self._editions, self._casework = editions, casework
        self._sending = Sending(
            repository,
            membership,
            self._tablet_keys,
            self._office_link,
            self._clock,
            known,
            notes,
            self._random_bytes,
            obey=lambda order: _obey(casework, self._store, order),
            news=editions.fetch,
            milestone=self._milestone,
            language=language,
        )


def _obey(casework: Casework, store: Store, order: str) -> None:
    """Carries out an order of the office. A word this version does not know is passed over."""
    if order == "erase_identities":
        casework.erase_all_identities()
        forget_damaged(store.path)

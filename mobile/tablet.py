"""One tablet: its folder, its lock, and what can be done once it is unlocked.

The facade that the app, the command line and the simulation use. Kivy is nowhere below it.

A milestone is a named point at which a power cut is tested (docs/tablet-store.md lists them): the
callable handed in is called with the name there, and does nothing in earnest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mobile.backups import BackupUnreadable, read_backup, write_backup
from mobile.casebook import Casebook
from mobile.casework import Casework
from mobile.casework.freezing import Freezer
from mobile.durable import replace_file
from mobile.enrolment import Enrolment, NotEnrolled, keep_twice, kept_twice
from mobile.hardware_key import HardwareKey
from mobile.keys import (
    DATA_KEY_BYTES,
    INSECURE_FAST,
    AlreadySetUp,
    KeyFileDamaged,
    KeyFolder,
    NotSetUp,
    TabletDestroyed,
    WaitBeforeTrying,
    WrongPassphrase,
    WrongPin,
    calibrate,
    unwrap_from_backup,
    wrap_for_backup,
)
from mobile.pins import PinStrength, Strength, WeakPin, check_pin, pin_strength
from mobile.rescue import RescueReport, make_whole
from mobile.roads.carrying import Carrying
from mobile.sending import Sending
from mobile.server_link import HttpLink, ServerLink
from mobile.store import (
    Sealer,
    Store,
    StoreDamaged,
    StoreFull,
    StoreInUse,
    StoreLocked,
    StoreTooNew,
    end_salvage,
    escrow_copies,
    must_be_whole,
    salvage,
)
from shared.identifiers import RandomBytes
from shared.reference import Reference
from shared.wire.keys import TabletKeys
from shared.wire.parcels import parcel_id_of
from shared.wire.tickets import Membership

# What can go wrong, and how good a PIN is, is said here too: screens need not look further down.
__all__ = [
    "STORE_NAME",
    "AlreadySetUp",
    "BackupUnreadable",
    "KeyFileDamaged",
    "NotEnrolled",
    "NotSetUp",
    "PinStrength",
    "RescueReport",
    "Session",
    "StoreDamaged",
    "StoreFull",
    "StoreInUse",
    "StoreLocked",
    "StoreTooNew",
    "Strength",
    "Tablet",
    "TabletDestroyed",
    "WaitBeforeTrying",
    "WeakPin",
    "WrongPassphrase",
    "WrongPin",
    "pin_strength",
]

STORE_NAME = "store.sqlite"
Milestone = Callable[[str], None]
References = Callable[[str], Reference]


class Session:
    """An unlocked tablet. Made by Tablet.set_up and Tablet.unlock."""

    def __init__(
        self,
        store: Store,
        sealer: Sealer,
        keys: KeyFolder,
        references: References,
        clock: Callable[[], datetime],
        random_bytes: RandomBytes,
        milestone: Milestone,
        link: Callable[[str], ServerLink],
        *,
        fast: bool,
    ) -> None:
        self._fast = fast
        self._store, self._sealer, self._keys = store, sealer, keys
        self._references, self._clock, self._random_bytes = references, clock, random_bytes
        self._milestone, self._link = milestone, link
        self._casework: Casework | None = None
        self._sending: Sending | None = None
        self._reference: Reference | None = None
        self._tablet_keys = self._kept_keys()
        self.enrolment = Enrolment(store, self._tablet_keys, link, self._join)
        self.carrying = Carrying(store, lambda: link(self.enrolment.server_url))
        membership = self.enrolment.membership
        if membership is not None:
            self._join(membership)

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
        if self._reference is None:
            raise NotEnrolled
        return self._reference

    @property
    def casework(self) -> Casework:
        """The use cases on visits and cases. Raises NotEnrolled."""
        if self._casework is None:
            raise NotEnrolled
        return self._casework

    @property
    def sending(self) -> Sending:
        """The use case of sending. Raises NotEnrolled."""
        if self._sending is None:
            raise NotEnrolled
        return self._sending

    def set_language(self, language: str) -> None:
        """The language of everything said from now on (ISO 639-1)."""
        if self._casework is not None and self._sending is not None:
            self._casework.language = self._sending.language = language
        self.set_setting("language", language)

    def change_pin(self, old: str, new: str) -> None:
        """Wraps the same data key anew. Raises WrongPin (counted as a try), WeakPin."""
        self._keys.change_pin(old, new)

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

        For a replacement tablet. Raises WeakPin for a passphrase that is easy to guess.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        derivation = INSECURE_FAST if self._fast else calibrate()
        key_file = wrap_for_backup(
            passphrase, self._sealer.data_key, derivation, self._random_bytes
        )
        write_backup(path, key_file, self._store.copy(path.with_name(path.name + ".part")))

    def lock(self) -> None:
        """Stops what is sent, forgets the key and closes the store, for good."""
        self.carrying.stop()
        if self._sending is not None:
            self._sending.stop()
        self._store.close()
        self._sealer.forget()
        self._casework = self._sending = None

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

    def _join(self, membership: Membership) -> None:
        self._reference = self._references(membership.country)
        casebook = Casebook(self._store)
        freezer = Freezer(membership, self._tablet_keys, self._random_bytes)
        language = self.setting("language", "en")
        casework = Casework(casebook, self._reference, freezer, self._clock, language=language)
        self._casework = casework
        self._sending = Sending(
            casebook,
            membership,
            self._tablet_keys,
            lambda: self._link(self.enrolment.server_url),
            self._clock,
            self._random_bytes,
            obey=lambda order: _obey(casework, order),
            milestone=self._milestone,
            language=language,
        )


def _obey(casework: Casework, order: str) -> None:
    """Carries out an order of the office. A word this version does not know is passed over."""
    if order == "erase_identities":
        casework.erase_all_identities()


class Tablet:
    """A tablet that may be set up, and unlocked."""

    def __init__(
        self,
        folder: Path,
        reference: Reference | References,
        clock: Callable[[], datetime],
        random_bytes: RandomBytes,
        *,
        milestone: Milestone = lambda _: None,
        link: Callable[[str], ServerLink] = HttpLink,
        hardware: HardwareKey | None = None,
        insecure_fast_key_derivation: bool = False,
    ) -> None:
        """folder: everything the tablet keeps. reference: the country's, or what loads it by its
        ISO 3166 alpha-3 code. clock: local time with zone. random_bytes: os.urandom in earnest.
        link: makes a way to a server at a URL. hardware: see mobile.hardware_key."""
        self._folder = folder
        self._references = reference if callable(reference) else lambda _: reference
        self._clock, self._random_bytes = clock, random_bytes
        self._milestone, self._link = milestone, link
        self._fast = insecure_fast_key_derivation
        self._keys = KeyFolder(folder, lambda: clock().timestamp(), random_bytes, hardware)

    @property
    def is_set_up(self) -> bool:
        """Whether a PIN was chosen on this tablet."""
        return self._keys.is_set_up

    @property
    def was_destroyed(self) -> bool:
        """Whether the key was destroyed after ten wrong PINs. Escrow copies can still be saved."""
        return self._keys.was_destroyed

    def free_bytes(self) -> int:
        """Room left on the disk that holds the tablet's folder."""
        return shutil.disk_usage(self._folder).free

    def wait_s(self) -> int:
        """Seconds until the next PIN may be tried; 0 when now."""
        return self._keys.wait_s()

    def change_pin(self, old: str, new: str) -> None:
        """Wraps the same data key with another PIN. Raises as unlock does, and WeakPin."""
        self._keys.change_pin(old, new)

    def set_up(self, pin: str, membership: Membership | None = None, url: str = "") -> Session:
        """First use: makes the data key, wraps it with the PIN. Raises WeakPin, AlreadySetUp.

        membership, url: joins at once, without a ticket (a test, a prepared tablet).
        """
        check_pin(pin)
        self._keys.must_be_new()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The key file is written last: power loss before it leaves a folder that is not set up.
        for left_over in self._folder.glob(f"{STORE_NAME}*"):
            left_over.unlink()
        data_key = bytearray(self._random_bytes(DATA_KEY_BYTES))
        session = self._open(data_key, is_new=True)
        self._milestone("before_key_file")
        self._keys.set_up(pin, data_key, INSECURE_FAST if self._fast else calibrate())
        self._milestone("after_key_file")
        if membership is not None:
            session.enrolment.keep(membership, url)
        return session

    def unlock(self, pin: str) -> Session:
        """Raises WrongPin(wait_s, tries_left), TabletDestroyed, StoreDamaged, StoreTooNew.

        Identities whose term is over are erased before anything is shown.
        """
        session = self._open(self._keys.unlock(pin))
        if session.is_enrolled:
            session.casework.erase_due_identities()
        return session

    def restore(self, path: Path, passphrase: str, pin: str) -> Session:
        """Makes this new tablet the one the backup was made of, with a PIN of its own.

        The tablet that was replaced must not be used any more. If it is, or if the backup is old,
        whatever differs from what the office has comes back as a conflict; nothing is overwritten.
        Raises BackupUnreadable, WrongPassphrase, WeakPin, AlreadySetUp, StoreDamaged.
        """
        check_pin(pin)
        self._keys.must_be_new()
        key_file, store = read_backup(path)
        data_key = unwrap_from_backup(key_file, passphrase)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left_over in self._folder.glob(f"{STORE_NAME}*"):
            left_over.unlink()
        replace_file(self._folder / STORE_NAME, store)
        session = self._open(data_key)
        self._keys.set_up(pin, data_key, INSECURE_FAST if self._fast else calibrate())
        return session

    def rescue(self, pin: str) -> RescueReport:
        """After StoreDamaged: saves every row that can be read into a fresh store.

        The damaged files are kept in a folder beside. Unlock again afterwards. Raises as unlock
        does for the PIN.
        """
        sealer = Sealer(self._keys.unlock(pin), self._random_bytes)
        path = self._folder / STORE_NAME
        try:
            salvaged = salvage(path, sealer)
            store = Store(path, sealer, self._milestone)
            try:
                report = make_whole(store, salvaged)
            finally:
                store.close()
            end_salvage(path, salvaged)
            return report
        finally:
            sealer.forget()

    def save_escrow(self, folder: Path) -> list[Path]:
        """Without a PIN: writes the sealed copies of finalised records, for the office to read.

        What is written are parcels like any other: the office takes them in from the folder. Of a
        damaged store those that can be found in it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for copy in escrow_copies(self._folder / STORE_NAME):
            path = folder / f"{parcel_id_of(copy)}.parcel"
            replace_file(path, copy)
            written.append(path)
        return written

    def _open(self, data_key: bytearray, *, is_new: bool = False) -> Session:
        sealer = Sealer(data_key, self._random_bytes)
        try:
            if not is_new:
                must_be_whole(self._folder / STORE_NAME)
            store = Store(self._folder / STORE_NAME, sealer, self._milestone)
        except BaseException:
            sealer.forget()
            raise
        try:
            return Session(
                store,
                sealer,
                self._keys,
                self._references,
                self._clock,
                self._random_bytes,
                self._milestone,
                self._link,
                fast=self._fast,
            )
        except BaseException:
            store.close()
            sealer.forget()
            raise

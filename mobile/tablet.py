"""One tablet: its folder, its lock, and what can be done once it is unlocked.

The facade that the app, the command line and the simulation use. Kivy is nowhere below it.

A milestone is a named point at which a power cut is tested (docs/tablet-store.md lists them): the
callable handed in is called with the name there, and does nothing in earnest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mobile.casework.rescue import RescueReport, make_whole
from mobile.enrolment.enrolment import NotEnrolled
from mobile.platform.durable import replace_file
from mobile.platform.uptime import Uptime, uptime_here
from mobile.security.backups import BackupUnreadable, read_backup
from mobile.security.derivation import KeyDerivation, calibrate
from mobile.security.hardware_key import HardwareKey
from mobile.security.keys import (
    AlreadySetUp,
    KeyFileDamaged,
    KeyFolder,
    NotSetUp,
    TabletDestroyed,
    WaitBeforeTrying,
    WrongPassphrase,
    WrongPin,
    new_data_key,
    unwrap_from_backup,
)
from mobile.security.pins import PinStrength, Strength, WeakPin, check_pin, pin_strength
from mobile.session import Milestone, References, Session
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
from mobile.transport.link import ServerLink
from shared.identifiers import RandomBytes
from shared.reference import Reference
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


def over_http(url: str) -> ServerLink:
    """The office at that address. Raises NoConnection for what is no address."""
    from mobile.transport.http import HttpLink  # much memory: with the first request, not before

    return HttpLink(url)


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
        link: Callable[[str], ServerLink] = over_http,
        hardware: HardwareKey | None = None,
        uptime: Callable[[], Uptime] = uptime_here,
        derivation: Callable[[], KeyDerivation] = calibrate,
    ) -> None:
        """folder: everything the tablet keeps. reference: the country's, or what loads it by its
        ISO 3166 alpha-3 code. clock: local time with zone. random_bytes: os.urandom in earnest.
        link: makes a way to a server at a URL. hardware: see mobile.security.hardware_key. uptime:
        how long the machine has been running, which nobody can set. derivation: how a new PIN
        becomes a key, at the cost this tablet bears."""
        self._folder = folder
        self._references = reference if callable(reference) else lambda _: reference
        self._clock, self._random_bytes = clock, random_bytes
        self._milestone, self._link, self._uptime = milestone, link, uptime
        self._derivation = derivation
        self._has_hardware = hardware is not None
        self._keys = KeyFolder(folder, uptime, random_bytes, hardware)

    @property
    def folder(self) -> Path:
        """Where everything the tablet keeps lies."""
        return self._folder

    @property
    def is_set_up(self) -> bool:
        """Whether a PIN was chosen on this tablet."""
        return self._keys.is_set_up

    @property
    def has_hardware(self) -> bool:
        """Whether this machine has a key that cannot be copied off it."""
        return self._has_hardware

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
        """Wraps the same data key with another PIN. Raises as unlock does, WeakPin, and
        PassphraseNeeded where the programme asks for one."""
        session = self.unlock(old)
        try:
            session.change_pin(old, new)
        finally:
            session.lock()

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
        data_key = new_data_key(self._random_bytes)
        session = self._open(data_key, pin, is_new=True)
        self._milestone("before_key_file")
        self._keys.set_up(pin, data_key, self._derivation())
        self._milestone("after_key_file")
        if membership is not None:
            session.enrolment.keep(membership, url)
        return session

    def unlock(self, pin: str) -> Session:
        """Raises WrongPin(wait_s, tries_left), TabletDestroyed, StoreDamaged, StoreTooNew.

        Identities whose term is certainly over are erased before anything is shown.
        """
        session = self._open(self._keys.unlock(pin), pin)
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
        session = self._open(data_key, pin)
        self._keys.set_up(pin, data_key, self._derivation())
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

    def _open(self, data_key: bytearray, pin: str, *, is_new: bool = False) -> Session:
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
                self._uptime,
                self._random_bytes,
                self._milestone,
                self._link,
                derivation=self._derivation,
                secret=pin,
            )
        except BaseException:
            store.close()
            sealer.forget()
            raise

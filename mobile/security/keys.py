"""From a PIN to the data key: wrapping, wrong tries, destruction.

The PIN makes the key; it is never stored and never compared. Owns the files ``key``,
``key.spare``, ``tries`` and ``destroyed`` of the tablet's folder. Must not know the store.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mobile.platform.durable import replace_file
from mobile.platform.uptime import Uptime
from mobile.security.derivation import KeyDerivation
from mobile.security.hardware_key import HardwareKey, HardwareKeyFailed
from mobile.security.pins import check_pin
from mobile.sentences import Told
from shared.errors import StoreError
from shared.identifiers import RandomBytes

DATA_KEY_BYTES = 64  # 32 to seal rows with (AES-256), 32 to name rows with (keyed BLAKE2b)
NONCE_BYTES = 12  # NIST SP 800-38D, the length GCM is made for
TAG_BYTES = 16
_BLOCK_BYTES = 16  # AES
TRIES = 10  # after as many wrong PINs the wrapped key is destroyed
FREE_TRIES = 3  # a mistyped PIN must not lock out a working day
# Seconds to wait after the 3rd, 4th, ... 9th wrong try. Ten tries take at least 4 h 51 min.
WAITS_S = (30, 60, 300, 900, 1800, 3600, 10800)


class WrongPin(Told, StoreError):
    """The PIN does not open this tablet. wait_s: until the next try. tries_left: before the key
    is destroyed."""

    text_id = "tablet.wrong_pin"

    def __init__(self, wait_s: int, tries_left: int) -> None:
        self.wait_s, self.tries_left = wait_s, tries_left
        if type(self) is WrongPin and wait_s:
            self.text_id = "tablet.wrong_pin_wait"
        super().__init__(wait_s=wait_s, tries_left=tries_left)


class WrongPassphrase(Told, StoreError):
    """The passphrase does not open this backup. Nothing was changed."""

    text_id = "tablet.wrong_passphrase"


class WaitBeforeTrying(WrongPin):
    """It is too early for another PIN. This one was not tried and not counted."""

    text_id = "tablet.wait_before_trying"


class TabletDestroyed(Told, StoreError):
    """The key was destroyed after ten wrong PINs; escrow copies stay readable by the office."""

    text_id = "tablet.destroyed"


class AlreadySetUp(Told, StoreError):
    """A PIN was already chosen on this tablet."""

    text_id = "tablet.already_set_up"


class NotSetUp(Told, StoreError):
    """No PIN was ever chosen on this tablet."""

    text_id = "tablet.not_set_up"


class KeyFileDamaged(Told, StoreError):
    """Both copies of the key file are damaged; without them no PIN can open the store."""

    text_id = "tablet.key_damaged"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """What is written in the clear: how to make the key again, and the wrapped data key."""

    derivation: KeyDerivation
    salt: bytes
    hardware: str
    wrapped: bytes

    def _associated(self) -> bytes:
        return json.dumps([1, asdict(self.derivation), self.salt.hex(), self.hardware]).encode()

    def to_bytes(self) -> bytes:
        head = {
            "format": 1,
            **asdict(self.derivation),
            "salt": base64.b64encode(self.salt).decode(),
            "hardware": self.hardware,
            "wrapped": base64.b64encode(self.wrapped).decode(),
        }
        line = json.dumps(head, sort_keys=True)
        return f"{line}\n{hashlib.sha256(line.encode()).hexdigest()}\n".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> WrappedKey:
        try:
            line, checksum, rest = data.decode("ascii").split("\n")
            if rest or hashlib.sha256(line.encode()).hexdigest() != checksum:
                raise KeyFileDamaged
            head = json.loads(line)
            return cls(
                KeyDerivation(head["kind"], head["rounds"], head["memory_kib"]),
                base64.b64decode(head["salt"]),
                head["hardware"],
                base64.b64decode(head["wrapped"]),
            )
        except (ValueError, KeyError, UnicodeDecodeError) as broken:
            raise KeyFileDamaged from broken

    @classmethod
    def wrap(
        cls,
        pin: str,
        data_key: bytes | bytearray,
        derivation: KeyDerivation,
        hardware: HardwareKey | None,
        random_bytes: RandomBytes,
    ) -> WrappedKey:
        salt, nonce = random_bytes(16), random_bytes(NONCE_BYTES)
        empty = cls(derivation, salt, hardware.name if hardware else "", b"")
        sealed = nonce + AESGCM(derivation.derive(pin, salt)).encrypt(
            nonce, data_key, empty._associated()
        )
        return cls(derivation, salt, empty.hardware, hardware.wrap(sealed) if hardware else sealed)

    def unwrap(self, pin: str, hardware: HardwareKey | None) -> bytearray:
        sealed = hardware.unwrap(self.wrapped) if self.hardware and hardware else self.wrapped
        nonce, tag = sealed[:NONCE_BYTES], sealed[-TAG_BYTES:]
        secret = sealed[NONCE_BYTES:-TAG_BYTES]
        if len(nonce) < NONCE_BYTES or len(tag) < TAG_BYTES:
            raise InvalidTag
        opener = Cipher(
            algorithms.AES(self.derivation.derive(pin, self.salt)), modes.GCM(nonce, tag)
        ).decryptor()
        opener.authenticate_additional_data(self._associated())
        # Into bytes of our own: an object that decrypt() returned could not be overwritten.
        data_key = bytearray(len(secret) + _BLOCK_BYTES - 1)
        opener.update_into(secret, data_key)
        try:
            opener.finalize()
        except InvalidTag:
            forget(data_key)
            raise
        del data_key[len(secret) :]
        return data_key


class KeyFolder:
    """The key files of one tablet's folder."""

    def __init__(
        self,
        folder: Path,
        uptime: Callable[[], Uptime],
        random_bytes: RandomBytes,
        hardware: HardwareKey | None = None,
    ) -> None:
        self._folder, self._uptime, self._random_bytes = folder, uptime, random_bytes
        self._hardware = hardware
        self._one_try = threading.RLock()
        """Tries come one after the other, so that each is counted, and none writes an old key file
        back while the PIN is changed."""

    @property
    def is_set_up(self) -> bool:
        """Whether there is a wrapped key."""
        return self._path("key").exists() or self._path("key.spare").exists()

    @property
    def needs_hardware(self) -> bool:
        """Whether the key also needs what cannot be copied off this machine, or will once there is
        one."""
        return bool(self._read().hardware) if self.is_set_up else self._hardware is not None

    @property
    def was_destroyed(self) -> bool:
        """Whether there was one, and ten wrong PINs destroyed it."""
        return self._path("destroyed").exists()

    def must_be_new(self) -> None:
        """Raises AlreadySetUp when there is, or was, a key."""
        if self.is_set_up or self.was_destroyed:
            raise AlreadySetUp

    def set_up(self, pin: str, data_key: bytearray, derivation: KeyDerivation) -> None:
        """Wraps the data key with the PIN. Raises WeakPin, AlreadySetUp."""
        self.must_be_new()
        check_pin(pin)
        self._write(WrappedKey.wrap(pin, data_key, derivation, self._hardware, self._random_bytes))

    def change_pin(self, old: str, new: str) -> None:
        """Wraps the same data key with another PIN. Raises as unlock does, and WeakPin."""
        check_pin(new)
        with self._one_try:
            data_key = self.unlock(old)
            try:
                derivation = self._read().derivation
                self._write(
                    WrappedKey.wrap(new, data_key, derivation, self._hardware, self._random_bytes)
                )
            finally:
                forget(data_key)

    def unlock(self, pin: str) -> bytearray:
        """The data key. The try is counted on disk before the PIN is tried, so that pulling the
        battery does not win free tries.

        Raises WrongPin, WaitBeforeTrying, TabletDestroyed, NotSetUp, KeyFileDamaged,
        HardwareKeyFailed.
        """
        with self._one_try:
            return self._unlock(pin)

    def _unlock(self, pin: str) -> bytearray:
        if self.was_destroyed:
            self._erase()  # power may have gone between the mark and the erasing
            raise TabletDestroyed
        if not self.is_set_up:
            raise NotSetUp
        wrapped = self._read()
        wait_s = self.wait_s()
        tries = self._tries()[0]
        if wait_s:
            raise WaitBeforeTrying(wait_s, TRIES - tries)
        self._count(tries + 1)
        try:
            data_key = wrapped.unwrap(pin, self._hardware)
        except InvalidTag:
            if tries + 1 >= TRIES:
                self.destroy()
                raise TabletDestroyed from None
            raise WrongPin(self.wait_s(), TRIES - tries - 1) from None
        except HardwareKeyFailed:
            self._count(tries)  # the hardware comes before the PIN: nothing was tried
            raise
        self._count(0)
        self._mend_spare(wrapped)
        return data_key

    def wait_s(self) -> int:
        """Seconds until the next PIN may be tried, by how long the machine has been running: a
        clock that is moved neither shortens nor lengthens it. After a restart only the time since
        then counts."""
        tries, boot, up_s = self._tries()
        if tries < FREE_TRIES:
            return 0
        wait = WAITS_S[min(tries - FREE_TRIES, len(WAITS_S) - 1)]
        return max(0, wait - int(self._uptime().since(boot, up_s)))

    def destroy(self) -> None:
        """Destroys the wrapped key: what it sealed can never be opened again, by anyone.

        The mark comes first, then the bytes are overwritten before the files are removed. Flash
        memory may keep an old copy of a block; what is left there is still wrapped by the PIN.
        """
        replace_file(self._path("destroyed"), b"The key was destroyed after ten wrong PINs.\n")
        self._erase()

    def _erase(self) -> None:
        for name in ("key", "key.spare", "tries"):
            path = self._path(name)
            if path.exists():
                with path.open("r+b", buffering=0) as file:
                    file.write(bytes(path.stat().st_size))
                path.unlink()

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _write(self, wrapped: WrappedKey) -> None:
        replace_file(self._path("key"), wrapped.to_bytes())
        replace_file(self._path("key.spare"), wrapped.to_bytes())

    def _read(self) -> WrappedKey:
        for name in ("key", "key.spare"):
            try:
                return WrappedKey.from_bytes(self._path(name).read_bytes())
            except (OSError, KeyFileDamaged):
                continue
        raise KeyFileDamaged

    def _mend_spare(self, wrapped: WrappedKey) -> None:
        good = wrapped.to_bytes()
        for name in ("key", "key.spare"):
            path = self._path(name)
            if not path.exists() or path.read_bytes() != good:
                replace_file(path, good)

    def _tries(self) -> tuple[int, str, float]:
        try:
            state: Any = json.loads(self._path("tries").read_bytes())
            # Written before waits went by the machine's running, it has no boot: as of another one.
            return int(state["wrong"]), str(state.get("boot", "")), float(state.get("up_s", 0))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return 0, "", 0.0

    def _count(self, wrong: int) -> None:
        up = self._uptime()
        state = {"wrong": wrong, "boot": up.boot, "up_s": up.seconds}
        replace_file(self._path("tries"), json.dumps(state).encode())


def wrap_for_backup(
    passphrase: str, data_key: bytearray, derivation: KeyDerivation, random_bytes: RandomBytes
) -> bytes:
    """A key file that opens with the passphrase on any machine. Raises WeakPin."""
    check_pin(passphrase)
    return WrappedKey.wrap(passphrase, data_key, derivation, None, random_bytes).to_bytes()


def unwrap_from_backup(key_file: bytes, passphrase: str) -> bytearray:
    """The data key in a backup. Raises KeyFileDamaged, WrongPassphrase."""
    try:
        return WrappedKey.from_bytes(key_file).unwrap(passphrase, None)
    except InvalidTag:
        raise WrongPassphrase from None


def forget(key: bytearray) -> None:
    """Overwrites a key in memory."""
    key[:] = bytes(len(key))


def new_data_key(random_bytes: RandomBytes) -> bytearray:
    """A random data key that can be overwritten. The immutable bytes that random_bytes gives
    cannot: two draws are combined, and what is left of either says nothing about the key."""
    one, other = random_bytes(DATA_KEY_BYTES), random_bytes(DATA_KEY_BYTES)
    data_key = bytearray(DATA_KEY_BYTES)
    for at in range(DATA_KEY_BYTES):
        data_key[at] = one[at] ^ other[at]
    return data_key

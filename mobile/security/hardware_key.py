"""A key that cannot be copied off the machine, where the platform has one.

Android: an AES-256-GCM key made inside the Android Keystore (API 23 and later), reached through
pyjnius. The desktop has none and says so. Nothing else of the tablet knows the platform.

The Android half runs in the tests on a real JVM with stand-ins for Android's classes; it has not
been run on a device: see docs/tablet-store.md.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag

from mobile.sentences import Told
from shared.errors import StoreError

_WRONG_TAG = "javax.crypto.AEADBadTagException"


class HardwareKeyFailed(Told, StoreError):
    """The hardware did not do its part (its service is down, the key is gone): no PIN was tried."""

    text_id = "tablet.hardware_key_failed"


class HardwareKey(Protocol):
    """Wraps and unwraps a secret with a key that stays inside the hardware."""

    name: str

    def wrap(self, secret: bytes) -> bytes:
        """The secret, sealed so that only this machine can open it."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret again. Raises InvalidTag when it was wrapped elsewhere or damaged, and
        HardwareKeyFailed when the hardware cannot tell."""


class AndroidKeystore:
    """The Android Keystore's AES-GCM key of this app (FIPS 197, NIST SP 800-38D)."""

    name = "android-keystore"
    ALIAS = "tally87.store"
    IV_BYTES = 12  # what the keystore's own random IV has for GCM

    def __init__(self, jnius: Any = None) -> None:
        """jnius: the module pyjnius, handed in by tests that have none."""
        if jnius is None:
            import jnius  # type: ignore[no-redef]
        self._class = jnius.autoclass

    def _store(self) -> Any:
        store = self._class("java.security.KeyStore").getInstance("AndroidKeyStore")
        store.load(None)
        return store

    def _key(self) -> Any:
        store = self._store()
        if not store.containsAlias(self.ALIAS):
            purposes = self._class("android.security.keystore.KeyProperties")
            builder = self._class("android.security.keystore.KeyGenParameterSpec$Builder")(
                self.ALIAS, purposes.PURPOSE_ENCRYPT | purposes.PURPOSE_DECRYPT
            )
            builder.setBlockModes("GCM")  # String...: pyjnius makes the array
            builder.setEncryptionPaddings("NoPadding")
            builder.setKeySize(256)
            generator = self._class("javax.crypto.KeyGenerator").getInstance(
                "AES", "AndroidKeyStore"
            )
            generator.init(builder.build())
            generator.generateKey()
        return store.getKey(self.ALIAS, None)

    def wrap(self, secret: bytes) -> bytes:
        cipher_class = self._class("javax.crypto.Cipher")
        cipher = cipher_class.getInstance("AES/GCM/NoPadding")
        cipher.init(cipher_class.ENCRYPT_MODE, self._key())
        return bytes(cipher.getIV()) + bytes(cipher.doFinal(secret))

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            return self._unwrap(wrapped)
        except (InvalidTag, HardwareKeyFailed):
            raise
        except Exception as broken:  # a Java exception tells its class by name
            if getattr(broken, "classname", "") == _WRONG_TAG:
                raise InvalidTag from broken
            raise HardwareKeyFailed from broken

    def _unwrap(self, wrapped: bytes) -> bytes:
        key = self._store().getKey(self.ALIAS, None)
        if key is None:
            raise HardwareKeyFailed  # a new one would open nothing
        cipher_class = self._class("javax.crypto.Cipher")
        cipher = cipher_class.getInstance("AES/GCM/NoPadding")
        spec = self._class("javax.crypto.spec.GCMParameterSpec")(128, wrapped[: self.IV_BYTES])
        cipher.init(cipher_class.DECRYPT_MODE, key, spec)
        return bytes(cipher.doFinal(wrapped[self.IV_BYTES :]))


def hardware_key() -> HardwareKey | None:
    """This machine's hardware key, or None where there is none (every desktop)."""
    if not hasattr(sys, "getandroidapilevel"):
        return None
    return AndroidKeystore()

"""A key that cannot be copied off the machine, where the platform has one.

Android: an AES-256-GCM key made inside the Android Keystore (API 23 and later), reached through
pyjnius. The desktop has none and says so. Nothing else of the tablet knows the platform.

The Android half has not been run on a device: see docs/tablet-store.md.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag


class HardwareKey(Protocol):
    """Wraps and unwraps a secret with a key that stays inside the hardware."""

    name: str

    def wrap(self, secret: bytes) -> bytes:
        """The secret, sealed so that only this machine can open it."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret again. InvalidTag when it was wrapped elsewhere or damaged."""


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

    def _key(self) -> Any:
        store = self._class("java.security.KeyStore").getInstance("AndroidKeyStore")
        store.load(None)
        if not store.containsAlias(self.ALIAS):
            purposes = self._class("android.security.keystore.KeyProperties")
            builder = self._class("android.security.keystore.KeyGenParameterSpec$Builder")(
                self.ALIAS, purposes.PURPOSE_ENCRYPT | purposes.PURPOSE_DECRYPT
            )
            builder.setBlockModes(["GCM"])
            builder.setEncryptionPaddings(["NoPadding"])
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
        cipher_class = self._class("javax.crypto.Cipher")
        cipher = cipher_class.getInstance("AES/GCM/NoPadding")
        spec = self._class("javax.crypto.spec.GCMParameterSpec")(128, wrapped[: self.IV_BYTES])
        cipher.init(cipher_class.DECRYPT_MODE, self._key(), spec)
        try:
            return bytes(cipher.doFinal(wrapped[self.IV_BYTES :]))
        except Exception as broken:  # a Java exception has no Python class of its own
            raise InvalidTag from broken


def hardware_key() -> HardwareKey | None:
    """This machine's hardware key, or None where there is none (every desktop)."""
    if not hasattr(sys, "getandroidapilevel"):
        return None
    return AndroidKeystore()

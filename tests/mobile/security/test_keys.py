"""From a PIN to the data key: wrapping, wrong tries, destruction, damage."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from demo.officers.cheap_keys import cheap_derivation
from mobile.platform.uptime import Uptime
from mobile.security.derivation import KeyDerivation, calibrate
from mobile.security.hardware_key import AndroidKeystore, hardware_key
from mobile.security.keys import (
    FREE_TRIES,
    TRIES,
    AlreadySetUp,
    KeyFileDamaged,
    KeyFolder,
    TabletDestroyed,
    WaitBeforeTrying,
    WrappedKey,
    WrongPin,
)
from mobile.security.pins import Strength, WeakPin, is_too_easy, normalise_pin, pin_strength
from mobile.tablet import Tablet
from tests.mobile.conftest import Clock
from tests.patience import PATIENCE_S

PIN, WRONG = "482913", "482914"


class Seconds:
    def __init__(self) -> None:
        self.boot, self.now = "one boot", 1_000_000.0

    def __call__(self) -> Uptime:
        return Uptime(self.boot, self.now)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def keys(tmp_path: Path, seconds: Seconds) -> KeyFolder:
    folder = KeyFolder(tmp_path, seconds, os.urandom)
    folder.set_up(PIN, bytearray(b"k" * 64), cheap_derivation())
    return folder


def test_the_right_pin_gives_the_data_key(keys: KeyFolder) -> None:
    assert keys.unlock(PIN) == bytearray(b"k" * 64)


def test_the_pin_is_nowhere_in_the_files(keys: KeyFolder, tmp_path: Path) -> None:
    keys.unlock(PIN)

    written = list(tmp_path.iterdir())
    assert {path.name for path in written} >= {"key", "key.spare", "tries"}
    for path in written:
        assert PIN.encode() not in path.read_bytes()
        assert b"kkkk" not in path.read_bytes()


def test_delay_grows_with_wrong_pins_and_the_tenth_destroys_the_key(
    keys: KeyFolder, seconds: Seconds, tmp_path: Path
) -> None:
    waits = []
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(WrongPin) as wrong:
            keys.unlock(WRONG)
        assert wrong.value.tries_left == left
        waits.append(wrong.value.wait_s)
        seconds.now += wrong.value.wait_s
    with pytest.raises(TabletDestroyed):
        keys.unlock(WRONG)

    assert waits == [0, 0, 30, 60, 300, 900, 1800, 3600, 10800]
    assert keys.was_destroyed
    with pytest.raises(TabletDestroyed):
        keys.unlock(PIN)
    assert {path.name for path in tmp_path.iterdir()} == {"destroyed"}
    with pytest.raises(AlreadySetUp):
        keys.set_up(PIN, bytearray(64), cheap_derivation())


def test_a_pin_typed_too_early_is_neither_tried_nor_counted(
    keys: KeyFolder, seconds: Seconds
) -> None:
    for _ in range(3):
        with pytest.raises(WrongPin):
            keys.unlock(WRONG)
    for _ in range(20):
        with pytest.raises(WaitBeforeTrying) as early:
            keys.unlock(PIN)
    assert (early.value.wait_s, early.value.tries_left) == (30, 7)

    seconds.now += 30

    assert keys.unlock(PIN)
    assert keys.wait_s() == 0


def test_after_a_restart_only_the_time_since_then_shortens_the_wait(
    keys: KeyFolder, seconds: Seconds
) -> None:
    for _ in range(4):
        with pytest.raises(WrongPin):
            keys.unlock(WRONG)
        seconds.now += keys.wait_s()
    with pytest.raises(WrongPin):
        keys.unlock(WRONG)
    seconds.boot, seconds.now = "another boot", 0.0

    assert keys.wait_s() == 300
    seconds.now += 299
    assert keys.wait_s() == 1


def test_no_clock_that_is_set_shortens_or_lengthens_the_wait(
    make_tablet: Callable[..., Tablet], clock: Clock
) -> None:
    tablet = make_tablet()
    tablet.set_up(PIN).lock()
    for _ in range(5):
        with pytest.raises(WrongPin):
            tablet.unlock(WRONG)
        clock.push(seconds=tablet.wait_s())
    with pytest.raises(WrongPin):
        tablet.unlock(WRONG)

    for days in (400, -1200):
        clock.jump(days=days)
        assert tablet.wait_s() == 900
    clock.push(seconds=899)
    assert tablet.wait_s() == 1


def test_tries_counted_by_an_earlier_version_still_count(
    keys: KeyFolder, seconds: Seconds, tmp_path: Path
) -> None:
    (tmp_path / "tries").write_bytes(b'{"wrong": 9, "last_s": 1790000000}')
    seconds.now = 5.0

    assert keys.wait_s() == 10795
    seconds.now = 10800.0
    with pytest.raises(TabletDestroyed):
        keys.unlock(WRONG)


def test_a_try_is_counted_before_the_pin_is_tried(tmp_path: Path, seconds: Seconds) -> None:
    """Pulling the battery while the key is being derived wins no free try."""

    class PowerCut(Exception): ...

    class Dying:
        name = "dying"

        def wrap(self, secret: bytes) -> bytes:
            return secret

        def unwrap(self, wrapped: bytes) -> bytes:
            raise PowerCut

    keys = KeyFolder(tmp_path, seconds, os.urandom, Dying())
    keys.set_up(PIN, bytearray(64), cheap_derivation())
    with pytest.raises(PowerCut):
        keys.unlock(WRONG)

    assert json.loads((tmp_path / "tries").read_bytes())["wrong"] == 1


def test_a_changed_pin_opens_the_same_key_and_the_old_one_does_not(keys: KeyFolder) -> None:
    keys.change_pin(PIN, "a longer passphrase")

    assert keys.unlock("a longer passphrase") == bytearray(b"k" * 64)
    with pytest.raises(WrongPin):
        keys.unlock(PIN)


def test_the_spare_serves_when_the_key_file_is_cut_at_any_byte(
    keys: KeyFolder, tmp_path: Path
) -> None:
    whole = (tmp_path / "key").read_bytes()
    for length in range(len(whole)):
        with pytest.raises(KeyFileDamaged):
            WrappedKey.from_bytes(whole[:length])
    for length in range(0, len(whole), 40):
        (tmp_path / "key").write_bytes(whole[:length])

        assert keys.unlock(PIN) == bytearray(b"k" * 64)
        assert (tmp_path / "key").read_bytes() == whole  # mended


def test_damage_to_both_copies_is_said_in_plain_words(keys: KeyFolder, tmp_path: Path) -> None:
    whole = (tmp_path / "key").read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        with pytest.raises(KeyFileDamaged, match="the office"):
            WrappedKey.from_bytes(bytes(flipped))

    for name in ("key", "key.spare"):
        (tmp_path / name).write_bytes(flipped)
    with pytest.raises(KeyFileDamaged, match="the office"):
        keys.unlock(PIN)


@pytest.mark.parametrize("kind", ["argon2id", "scrypt"])
def test_calibration_reaches_the_wanted_cost_on_a_slow_and_on_a_fast_machine(kind: str) -> None:
    for speed in (0.6, 1.0):  # the cost of real derivations stays small
        clock = [0.0]

        def cpu_s(clock: list[float] = clock, speed: float = speed) -> float:
            clock[0] += 0.02 * speed  # as if every derivation took that long
            return clock[0]

        derivation = calibrate(kind, target_s=0.05, cpu_s=cpu_s)

        assert derivation.kind == kind
        assert derivation.memory_kib >= 19 * 1024
        assert derivation.rounds >= 1


@pytest.mark.parametrize("kind", ["argon2id", "scrypt"])
def test_both_derivations_wrap_and_unwrap(kind: str, tmp_path: Path, seconds: Seconds) -> None:
    keys = KeyFolder(tmp_path, seconds, os.urandom)
    keys.set_up(PIN, bytearray(b"d" * 64), KeyDerivation(kind, 1, 64))

    assert keys.unlock(PIN) == bytearray(b"d" * 64)


@pytest.mark.parametrize(
    "pin", ["", "12345", "000000", "123456", "987654", "abcdef", "121212", "123123", "abab ab"[:5]]
)
def test_pins_that_everybody_tries_first_are_refused(keys: KeyFolder, pin: str) -> None:
    assert pin_strength(pin).strength is Strength.REFUSED
    with pytest.raises(WeakPin):
        keys.change_pin(PIN, pin)


def test_strength_grows_with_length_and_kinds() -> None:
    strengths = [
        pin_strength(pin).strength for pin in ("482913", "4829130571", "kiln Dust 48 river")
    ]

    assert strengths == [Strength.FAIR, Strength.GOOD, Strength.STRONG]


def test_no_date_can_be_a_pin_in_whatever_order_it_is_written() -> None:
    """Birthdays are what people choose: all of them were tried in minutes."""
    day = date(1950, 1, 1)
    while day < date(2027, 1, 1):
        d, m, y = f"{day:%d}", f"{day:%m}", f"{day:%Y}"
        for pin in (d + m + y[2:], m + d + y[2:], y[2:] + m + d, d + m + y, m + d + y, y + m + d):
            assert pin_strength(pin).strength is Strength.REFUSED, pin
        for pin in (m + y, y + m):
            assert pin_strength(pin).strength is Strength.REFUSED, pin
        day += timedelta(days=17)
    for pin in ("20620632", "14480913"):  # Bikram Sambat, Hijri
        assert pin_strength(pin).strength is Strength.REFUSED, pin


def test_dates_leave_most_pins_to_choose_from() -> None:
    refused = sum(is_too_easy(f"{number:06d}") for number in range(0, 1_000_000, 37))
    assert refused / (1_000_000 / 37) < 0.15


@pytest.mark.parametrize("pin", ["147258", "112233", "password", "Qwerty123", "1q2w3e"])
def test_pins_most_people_choose_are_refused(pin: str) -> None:
    assert pin_strength(pin).strength is Strength.REFUSED


@given(st.text(max_size=40))
def test_any_text_can_be_judged_as_a_pin(pin: str) -> None:
    assert pin_strength(pin).years_to_guess >= 0


def test_a_pin_in_other_digits_is_the_same_pin() -> None:
    assert (
        normalise_pin("٤٨٢٩١٣") == normalise_pin("४८२९१३") == normalise_pin("４８２９１３") == PIN
    )


def test_the_desktop_says_it_has_no_hardware_key() -> None:
    assert hardware_key() is None


class FakeKeystore:
    """Stands in for pyjnius: the same calls, an AES-GCM key of its own."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.aead, outer = AESGCM(bytes(32)), self

        class Cipher:
            ENCRYPT_MODE, DECRYPT_MODE = 1, 2

            @staticmethod
            def getInstance(_: str) -> Cipher:
                return Cipher()

            def init(self, mode: int, _key: object, spec: bytes = b"") -> None:
                self.mode, self.iv = mode, spec or os.urandom(12)

            def getIV(self) -> bytes:
                return self.iv

            def doFinal(self, data: bytes) -> bytes:
                if self.mode == 1:
                    return outer.aead.encrypt(self.iv, data, None)
                return outer.aead.decrypt(self.iv, data, None)

        class Store:
            @staticmethod
            def getInstance(_: str) -> Store:
                return Store()

            def load(self, _: object) -> None: ...

            def containsAlias(self, _: str) -> bool:
                return True

            def getKey(self, _alias: str, _: object) -> object:
                return object()

        self._classes = {
            "javax.crypto.Cipher": Cipher,
            "java.security.KeyStore": Store,
            "javax.crypto.spec.GCMParameterSpec": lambda _bits, iv: iv,
        }

    def autoclass(self, name: str) -> object:
        return self._classes[name]


def test_a_key_in_hardware_is_needed_beside_the_pin(tmp_path: Path, seconds: Seconds) -> None:
    keystore = AndroidKeystore(FakeKeystore())
    keys = KeyFolder(tmp_path, seconds, os.urandom, keystore)
    keys.set_up(PIN, bytearray(b"h" * 64), cheap_derivation())

    assert keys.unlock(PIN) == bytearray(b"h" * 64)
    with pytest.raises(WrongPin):
        KeyFolder(tmp_path, seconds, os.urandom).unlock(PIN)  # the files on another machine
    with pytest.raises(InvalidTag):
        keystore.unwrap(keystore.wrap(b"x")[:-1] + b"?")


def test_pin_tried_while_it_is_changed_does_not_bring_the_old_one_back(keys: KeyFolder) -> None:
    """The tablet is hidden and unlocked again while the new key file is being written."""
    begun, go_on = threading.Event(), threading.Event()
    old = keys._read()
    mend = keys._mend_spare

    def late(wrapped: WrappedKey) -> None:
        begun.set()
        go_on.wait(0.5)
        mend(wrapped)

    keys._mend_spare = late  # type: ignore[method-assign]
    trying = threading.Thread(target=keys.unlock, args=(PIN,))
    trying.start()
    assert begun.wait(PATIENCE_S)
    keys._mend_spare = mend  # type: ignore[method-assign]
    keys.change_pin(PIN, "739146")
    go_on.set()
    trying.join(PATIENCE_S)

    assert keys._read() != old
    assert keys.unlock("739146") == bytearray(b"k" * 64)


def test_guesses_made_at_once_are_all_counted(keys: KeyFolder) -> None:
    """A tablet that is turned round while it opens draws a new button: a second guess at once."""

    def guess() -> None:
        with contextlib.suppress(WrongPin, WaitBeforeTrying):
            keys.unlock(WRONG)

    guesses = [threading.Thread(target=guess) for _ in range(FREE_TRIES)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()

    assert keys._tries()[0] == FREE_TRIES

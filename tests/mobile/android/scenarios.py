"""The Android code of the tablet on a real JVM: ``python -m tests.mobile.android.scenarios WHAT``.

One scenario a process, because a JVM can be started once. TALLY87_CLASSES names the folder of the
compiled stand-ins for Android's classes (java/ beside this file); pyjnius and Java are real.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jnius_config

jnius_config.set_classpath(os.environ["TALLY87_CLASSES"])

import jnius  # noqa: E402 - the class path must be known before the JVM starts
from cryptography.exceptions import InvalidTag  # noqa: E402

from demo.officers.cheap_keys import cheap_derivation  # noqa: E402
from mobile.platform.dialling import AndroidDialler  # noqa: E402
from mobile.platform.network import AndroidNetwork, NetworkState  # noqa: E402
from mobile.platform.pictures import refuse_on_android  # noqa: E402
from mobile.platform.position import AndroidPositions, Position  # noqa: E402
from mobile.platform.speech import AndroidSpeech  # noqa: E402
from mobile.platform.uptime import Uptime  # noqa: E402
from mobile.security.hardware_key import AndroidKeystore, HardwareKeyFailed  # noqa: E402
from mobile.security.keys import TRIES, KeyFolder, WrongPin  # noqa: E402

SECRET = bytes(range(256))
EXACT = (31.418732, 73.079111)


class Granted:
    """The person has allowed it."""

    def check_permission(self, _name: str) -> bool:
        return True


class Receiver:
    """Stands in for python-for-android's BroadcastReceiver: a broadcast is a call."""

    latest: Receiver

    def __init__(self, called: Callable[..., object], actions: list[str]) -> None:
        self.broadcast, self.actions, self.is_listening = called, actions, False
        Receiver.latest = self

    def start(self) -> None:
        self.is_listening = True

    def stop(self) -> None:
        self.is_listening = False


def keystore() -> Any:
    provider = jnius.autoclass("org.tally87.standin.KeystoreProvider")
    provider.install()
    return provider


def activity() -> Any:
    return jnius.autoclass("org.kivy.android.PythonActivity").mActivity


def raises(kind: type[Exception], act: Callable[[], object]) -> bool:
    try:
        act()
    except kind:
        return True
    return False


def key_is_made_once_and_wraps_every_byte() -> None:
    provider, key = keystore(), AndroidKeystore(jnius)

    first, second = key.wrap(SECRET), key.wrap(SECRET)

    assert provider.count() == 1
    assert key.unwrap(first) == key.unwrap(second) == SECRET
    assert first[:12] != second[:12], "the same nonce twice"
    assert SECRET not in first
    assert AndroidKeystore(jnius).unwrap(first) == SECRET  # after the app is started again


def what_was_changed_or_wrapped_elsewhere_is_no_secret() -> None:
    provider, key = keystore(), AndroidKeystore(jnius)
    wrapped = key.wrap(SECRET)

    for at in (0, 12, len(wrapped) - 1):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        assert raises(InvalidTag, lambda data=bytes(changed): key.unwrap(data))
    provider.lose()
    assert raises(HardwareKeyFailed, lambda: key.unwrap(wrapped))
    assert provider.count() == 0, "a key was made that opens nothing"


def pin_is_not_counted_while_the_hardware_fails(folder: Path) -> None:
    provider = keystore()
    keys = KeyFolder(folder, lambda: Uptime("boot", 1.0), os.urandom, AndroidKeystore(jnius))
    keys.set_up("739146", bytearray(SECRET[:64]), cheap_derivation())
    assert keys.unlock("739146") == SECRET[:64]
    assert raises(WrongPin, lambda: keys.unlock("739147"))
    assert keys.unlock("739146") == SECRET[:64]

    provider.lose()

    for _ in range(TRIES + 1):
        assert raises(HardwareKeyFailed, lambda: keys.unlock("739146"))
    assert not keys.was_destroyed
    assert keys.wait_s() == 0


def position_comes_alone_or_in_a_list() -> None:
    manager = activity().location
    for api_level in (24, 30, 31, 35):
        heard: list[Position | None] = []
        AndroidPositions(jnius, Granted()).ask(heard.append)
        assert manager.listening() == 1

        manager.tell(api_level, *EXACT)

        assert heard == [Position(31.4, 73.1)], api_level
        assert manager.listening() == 0, "the radio stays on"
    assert set(manager.asked.toArray()) == {"network"}


def number_is_handed_to_the_telephone_and_not_called() -> None:
    there = AndroidDialler(jnius)
    assert there.dial("1121")
    assert activity().started.action == "android.intent.action.DIAL"
    assert activity().started.data.toString() == "tel:1121"
    assert there.dial("*16#")
    assert "#" not in activity().started.data.toString(), "a short code is cut off"
    assert there.dial(""), "the telephone without a number"
    assert activity().started.data is None

    activity().hasTelephone = False
    assert not there.dial("1099")


def voice_on_the_tablet_speaks_and_one_of_the_network_never() -> None:
    engines = jnius.autoclass("android.speech.tts.TextToSpeech")
    speech = AndroidSpeech(jnius)
    engine = engines.latest
    engine.add("ur", True, True)
    engine.add("ur", False, False)
    assert not speech.speaks("ur"), "the engine has not started"
    engine.start(engines.SUCCESS)
    assert not speech.speaks("ur"), "one voice asks a server, the other is not here"
    assert not speech.say("کیا آپ سکول جاتے ہیں؟", "ur")
    assert engine.said == ""

    engine.add("ur", False, True)
    assert speech.speaks("ur")
    assert not speech.speaks("en")
    assert speech.say("کیا آپ سکول جاتے ہیں؟", "ur")
    assert (engine.said, engine.queueMode) == ("کیا آپ سکول جاتے ہیں؟", engines.QUEUE_FLUSH)
    assert not engine.voice.isNetworkConnectionRequired()
    speech.stop()
    assert engine.stopped

    failing = AndroidSpeech(jnius)
    engines.latest.start(engines.ERROR)
    assert not failing.speaks("ur")
    failing.stop()


def window_is_kept_out_of_pictures_by_its_own_thread() -> None:
    window, secure = activity().getWindow(), 0x2000

    def on_ui_thread(act: Callable[[], None]) -> Callable[[], None]:
        def there() -> None:
            window.isOnItsThread = True
            act()
            window.isOnItsThread = False

        return there

    refuse_on_android(jnius, on_ui_thread)

    assert window.flags & secure


def nobody_who_stopped_asking_is_told() -> None:
    manager, heard = activity().location, []
    there = AndroidPositions(jnius, Granted())
    there.ask(heard.append)
    there.stop()
    manager.tell(35, *EXACT)
    manager.disable()
    there.ask(heard.append)

    assert heard == [None]
    assert manager.listening() == 0


def network_comes_and_goes() -> None:
    connectivity, told = activity().connectivity, []
    network = AndroidNetwork(lambda: datetime(2026, 11, 28, tzinfo=UTC), jnius, Receiver)
    network.start(told.append)
    for change in (
        lambda: connectivity.connect(2**40 + 7, True),  # a handle needs more than 32 bits
        lambda: connectivity.connect(2**40 + 8, False),
        connectivity.disconnect,
    ):
        change()
        Receiver.latest.broadcast("context", "intent")
    network.stop()

    assert Receiver.latest.actions == ["android.net.conn.CONNECTIVITY_CHANGE"]
    assert not Receiver.latest.is_listening
    assert [(state.is_there, state.is_metered) for state in told] == [
        (False, None),
        (True, True),
        (True, False),
        (False, None),
    ]
    assert all(isinstance(state, NetworkState) for state in told)


if __name__ == "__main__":
    scenario, *folder = sys.argv[1:]
    globals()[scenario](*map(Path, folder))

"""Where the tablet is, told by a stand-in for Android: coarse, asked once, and let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mobile.platform.position import COARSE, AndroidPositions, Position, positions


class SimulatedAndroid:
    """Stands in for pyjnius and for Android's LocationManager behind it."""

    NETWORK_PROVIDER = "network"

    class PythonJavaClass:
        """What pyjnius lets Android call."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self.asked: list[str] = []
        self.listeners: list[Any] = []

    @staticmethod
    def java_method(_signature: str, name: str = "") -> Callable[[Any], Any]:
        return lambda method: method

    def autoclass(self, _name: str) -> SimulatedAndroid:
        return self

    @property
    def mActivity(self) -> SimulatedAndroid:
        return self

    def getSystemService(self, name: str) -> SimulatedAndroid:
        assert name == "location"
        return self

    def getMainLooper(self) -> str:
        return "looper"

    def isProviderEnabled(self, _provider: str) -> bool:
        return self.enabled

    def requestLocationUpdates(
        self, provider: str, _ms: int, _metres: float, listener: Any, _looper: str
    ) -> None:
        self.asked.append(provider)
        self.listeners.append(listener)

    def removeUpdates(self, listener: Any) -> None:
        self.listeners.remove(listener)


class SimulatedLocation:
    """A place told to the metre."""

    def getLatitude(self) -> float:
        return 31.418732

    def getLongitude(self) -> float:
        return 73.079111


class SimulatedPermissions:
    """The person who is asked for a permission."""

    def __init__(self, *, granted: bool, before: bool = False) -> None:
        self.granted, self.before = granted, before
        self.asked: list[str] = []

    def check_permission(self, _name: str) -> bool:
        return self.before

    def request_permissions(self, names: list[str], answered: Any) -> None:
        self.asked += names
        answered(names, [self.granted for _ in names])


def test_position_is_rounded_at_once_and_asked_of_networks_only() -> None:
    android, heard = SimulatedAndroid(), []
    permissions = SimulatedPermissions(granted=True)

    AndroidPositions(android, permissions).ask(heard.append)
    (listener,) = android.listeners
    listener.onLocationChanged(SimulatedLocation())

    assert heard == [Position(31.4, 73.1)]
    assert permissions.asked == [COARSE]
    assert android.asked == ["network"]
    assert android.listeners == []  # nothing goes on listening


@pytest.mark.parametrize(("granted", "enabled"), [(False, True), (True, False)])
def test_no_permission_and_no_provider_give_no_position(granted: bool, enabled: bool) -> None:
    android, heard = SimulatedAndroid(enabled=enabled), []

    AndroidPositions(android, SimulatedPermissions(granted=granted)).ask(heard.append)

    assert heard == [None]
    assert android.asked == []


def test_who_stops_asking_hears_nothing_and_permission_is_asked_once() -> None:
    android, heard = SimulatedAndroid(), []
    permissions = SimulatedPermissions(granted=True, before=True)
    there = AndroidPositions(android, permissions)
    there.ask(heard.append)

    there.stop()
    there.stop()

    assert (heard, android.listeners, permissions.asked) == ([], [], [])


def test_desktop_has_no_position() -> None:
    assert positions() is None

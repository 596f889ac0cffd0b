"""About where the tablet is, to propose the area of a visit. Asked for by a tap, and forgotten.

What a platform says is rounded to a tenth of a degree (11 km) before anything else sees it. It is
never kept and never logged. Android: the network's position through pyjnius, with the coarse
permission only. Elsewhere there is none, and the area is searched by its name.

The Android half runs in the tests on a real JVM with stand-ins for Android's classes; it has not
been run on a device: see docs/android.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

COARSE = "android.permission.ACCESS_COARSE_LOCATION"


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees (WGS 84), to a tenth."""

    latitude: float
    longitude: float


def rounded(latitude: float, longitude: float) -> Position:
    """A position nobody can be found by: a square of about 11 km."""
    return Position(round(latitude, 1), round(longitude, 1))


class Positions(Protocol):
    """Where a platform's position comes from."""

    def ask(self, found: Callable[[Position | None], object]) -> None:
        """Asks once. found: called once, from any thread; None when the person said no or the
        platform does not know. It may never be called: who asks stops waiting."""

    def stop(self) -> None:
        """Asks no more."""


class AndroidPositions:
    """Android's LocationManager: what cells and networks tell, without the satellites."""

    def __init__(self, jnius: Any = None, permissions: Any = None) -> None:
        """jnius, permissions: pyjnius and python-for-android's module, handed in by tests."""
        if jnius is None:
            import jnius  # type: ignore[no-redef]
        if permissions is None:
            from android import permissions  # type: ignore[no-redef]
        self._jnius, self._permissions = jnius, permissions
        self._listener: Any = None

    def ask(self, found: Callable[[Position | None], object]) -> None:
        """Asks for the permission when there is none yet, then for one position."""
        # Classes are looked up here: on the thread that answers about a permission Java finds
        # those of Android, but not the app's.
        kinds = self._jnius.autoclass("android.location.LocationManager")
        looper = self._jnius.autoclass("android.os.Looper").getMainLooper()
        manager, listener = self._manager(), self._listener_for(found)

        def locate() -> None:
            if not manager.isProviderEnabled(kinds.NETWORK_PROVIDER):
                found(None)
                return
            self._listener = listener
            manager.requestLocationUpdates(kinds.NETWORK_PROVIDER, 0, 0.0, listener, looper)

        def answered(_asked: object, granted: Any) -> None:
            if all(granted):
                locate()
            else:
                found(None)

        if self._permissions.check_permission(COARSE):
            locate()
        else:
            self._permissions.request_permissions([COARSE], answered)

    def stop(self) -> None:
        """Lets Android turn its radio off."""
        if self._listener is not None:
            self._manager().removeUpdates(self._listener)
            self._listener = None

    def _listener_for(self, found: Callable[[Position | None], object]) -> Any:
        listener: Any = None

        def heard(location: Any) -> None:
            if self._listener is None or self._listener is not listener:
                return  # said once already, or nobody waits any more
            self.stop()
            found(rounded(location.getLatitude(), location.getLongitude()))

        listener = self._listen(heard)
        return listener

    def _manager(self) -> Any:
        activity = self._jnius.autoclass("org.kivy.android.PythonActivity").mActivity
        return activity.getSystemService("location")

    def _listen(self, heard: Callable[[Any], None]) -> Any:
        """An object Android can call: pyjnius makes it of a class with the interface's methods.

        Every method is there, those with a default too: pyjnius does not know defaults. Since
        Android 12 (API 31) the system calls onLocationChanged with a list, oldest first.
        """
        method = self._jnius.java_method
        said = "(Ljava/lang/String;)V"

        def heard_several(_self: Any, locations: Any) -> None:
            if locations.size():
                heard(locations.get(locations.size() - 1))

        methods = {
            "__javainterfaces__": ["android/location/LocationListener"],
            "__javacontext__": "app",
            "onLocationChanged": method("(Landroid/location/Location;)V")(
                lambda _self, location: heard(location)
            ),
            "onLocationsChanged": method("(Ljava/util/List;)V", name="onLocationChanged")(
                heard_several
            ),
            "onFlushComplete": method("(I)V")(lambda _self, _code: None),
            "onProviderEnabled": method(said)(lambda _self, _provider: None),
            "onProviderDisabled": method(said)(lambda _self, _provider: None),
            "onStatusChanged": method("(Ljava/lang/String;ILandroid/os/Bundle;)V")(
                lambda _self, _provider, _status, _more: None
            ),
        }
        return type("Listener", (self._jnius.PythonJavaClass,), methods)()


def positions() -> Positions | None:
    """This machine's way to a position, or None where there is none (every desktop)."""
    if not hasattr(sys, "getandroidapilevel"):
        return None
    return AndroidPositions()

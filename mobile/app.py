"""The app: the window, the way between screens, the lock. Rules and storage are elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobile.platform.uptime import Uptime, uptime_here
from mobile.ui.appearance import LOCK_AFTER_S, keep_appearance, read_appearance
from shared.errors import TallyError

if TYPE_CHECKING:
    from mobile.platform.network import Network
    from mobile.tablet import Tablet

NO_SCREEN = (
    "There is no screen here to open the tablet on. On a computer with a desktop, run it again "
    "there; without one, use: tally87-tablet --headless (see tally87-tablet --help)."
)


class NoScreen(TallyError):
    """There is no display to draw on; the message says what to do."""


def _there_is_a_screen() -> bool:
    if sys.platform != "linux" or "ANDROID_ARGUMENT" in os.environ:
        return True
    # Without a display SDL would quietly draw into memory, and the app would seem to hang.
    chosen = os.environ.get("SDL_VIDEODRIVER")
    return bool(chosen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def prepare_kivy() -> None:
    """Tells Kivy, before it is imported, to leave our arguments, our logs and our screen alone."""
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")
    os.environ.setdefault("KCFG_KIVY_EXIT_ON_ESCAPE", "0")
    os.environ.setdefault("KCFG_INPUT_MOUSE", "mouse,disable_multitouch")
    os.environ.setdefault("KCFG_GRAPHICS_WIDTH", "1280")
    os.environ.setdefault("KCFG_GRAPHICS_HEIGHT", "800")
    os.environ.setdefault("KCFG_GRAPHICS_MINIMUM_WIDTH", "360")
    os.environ.setdefault("KCFG_GRAPHICS_MINIMUM_HEIGHT", "600")


def main(folder: Path) -> None:
    """Opens the tablet of that folder in a window, until it is closed.

    Raises NoScreen when there is no display.
    """
    if not _there_is_a_screen():
        raise NoScreen(NO_SCREEN)
    prepare_kivy()
    from kivy.base import ExceptionManager
    from kivy.core.window import Window

    from mobile.platform.network import network_here
    from mobile.platform.pictures import refuse_pictures
    from mobile.security.hardware_key import hardware_key
    from mobile.tablet import Tablet
    from mobile.ui.screens.faults import StaysOpen
    from shared.reference import reference_that_came

    if Window is None:
        raise NoScreen(NO_SCREEN)
    tablet = Tablet(folder, reference_that_came, _now, os.urandom, hardware=hardware_key())
    app = make_app(folder, tablet, _now, network=network_here(_now))
    ExceptionManager.add_handler(StaysOpen(app))
    refuse_pictures()
    app.run()


def _now() -> datetime:
    return datetime.now().astimezone()


def make_app(
    folder: Path,
    tablet: Tablet,
    clock: Callable[[], datetime],
    *,
    lock_after_s: float = LOCK_AFTER_S,
    uptime: Callable[[], Uptime] = uptime_here,
    network: Network | None = None,
) -> Any:
    """The Kivy app for a tablet. Kivy is imported here, not before.

    network: what tells that one can send; None for an app that sends only when it is asked.
    """
    from mobile.ui.app import TallyApp

    return TallyApp(
        tablet,
        read_appearance(folder),
        lambda chosen: keep_appearance(folder, chosen),
        clock,
        lock_after_s=lock_after_s,
        uptime=uptime,
        network=network,
    )

"""A tablet nobody touches: it locks itself, and garbage is collected while nobody waits for it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from kivy.core.window import Window

from mobile.platform.uptime import Uptime
from mobile.ui import background
from mobile.ui.shell import Shell

PAUSE_S = 3
"""Seconds without a touch after which garbage is collected: longer than between two answers."""

COLLECT_AFTER = (2_000, 10, 1_000)
"""Thresholds of Python's garbage collector: what dies young goes at once, the rest waits."""

LOOKS_EVERY_S = 5


class Idle:
    """Counts from the last touch, by what nobody can set: a clock set ahead locks nobody out, one
    set back keeps none open."""

    def __init__(self, app: Shell, lock_after_s: float, uptime: Callable[[], Uptime]) -> None:
        self._app, self._lock_after_s, self._uptime = app, lock_after_s, uptime
        self._touched_at = uptime()
        self._tidy = False
        self._looking: Any = None

    def listen(self) -> None:
        """From the start of the app."""
        Window.bind(**self._signs_of_life())
        self._looking = background.every(LOOKS_EVERY_S, self._look)

    def end(self) -> None:
        """The app is closed."""
        background.draw_briskly()
        Window.unbind(**self._signs_of_life())
        if self._looking is not None:
            self._looking.cancel()

    def unlocked(self) -> None:
        """Somebody is there, with all that the tablet needs loaded."""
        self._touched_at = self._uptime()
        # Code lists and questionnaire stay for good. Left to the garbage collector they are walked
        # again and again: 64 ms each time, against 3 ms without them (CPU of a desktop, 2026-11).
        gc.freeze()
        # A full collection walks every widget of the screen, 100 ms and more. It is done when
        # nobody touches the tablet, not in the middle of an answer.
        gc.set_threshold(*COLLECT_AFTER)

    def locked(self) -> None:
        """What was kept out of the collector's sight can be collected again: the names of the cases
        are not to stay in memory. Done at the next pause."""
        gc.unfreeze()
        self._tidy = False

    def _signs_of_life(self) -> dict[str, Any]:
        """Somebody who types does not touch the screen for minutes, and is there all the same."""
        return dict.fromkeys(("on_touch_down", "on_key_down", "on_textinput"), self._touched)

    def _touched(self, *_: object) -> bool:
        self._touched_at = self._uptime()
        self._tidy = False
        background.draw_briskly()
        return False

    def _look(self) -> None:
        app = self._app
        idle_s = self._uptime().since(self._touched_at.boot, self._touched_at.seconds)
        busy = app.screen.is_busy
        if idle_s >= PAUSE_S and not self._tidy and not busy:
            self._tidy = True
            background.draw_calmly()
            gc.collect()
        if app.session is not None and not busy and idle_s >= self._lock_after_s:
            app.lock(comes_back=True)

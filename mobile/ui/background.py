"""Work off the drawing thread, and everything that has to do with time passing on the screen.

The only module of the screens that knows threads and Kivy's clock. A screen hands over work and
gets its result back on the drawing thread; it never sees a thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from kivy.base import EventLoop
from kivy.clock import Clock

Result = TypeVar("Result")
log = logging.getLogger("tally87.background")


def run(
    work: Callable[[], Result],
    then: Callable[[Result], None],
    failed: Callable[[Exception], None],
) -> threading.Thread:
    """Does ``work`` on its own thread, then calls ``then`` or ``failed`` on the drawing thread.

    Every exception of the work goes to ``failed``: none is swallowed, none reaches the screen as a
    traceback. The thread is a daemon, so closing the app never waits for a slow network.
    Neither is called when the tablet was locked meanwhile (``disown``).
    """
    begun = _locks[0]

    def finish() -> None:
        try:
            result = work()
        except Exception as fault:  # noqa: BLE001 - handed on whole, to the caller's ``failed``
            log.info("background_work_failed kind=%s", type(fault).__name__)
            _on_drawing_thread(failed, fault, begun)
        else:
            _on_drawing_thread(then, result, begun)

    thread = threading.Thread(target=finish, name="tally87-work", daemon=True)
    thread.start()
    return thread


def disown() -> None:
    """The tablet was locked: what is still worked on has nobody to tell. A hidden tablet must not
    show a sentence about parcels, nor come back to a screen of the session that is over."""
    _locks[0] += 1


def reporting(show: Callable[[Any], None]) -> Callable[[Any], None]:
    """A function that work may call from its thread; ``show`` sees the newest value each frame.

    Values that arrive faster than frames are drawn are dropped, except the last.
    """
    newest: list[Any] = []
    trigger = Clock.create_trigger(lambda _dt: show(newest[-1]))

    def report(value: Any) -> None:
        newest[:] = [value]
        trigger()

    return report


def soon(call: Callable[[], object], seconds: float = 0) -> Any:
    """Calls once on the drawing thread, in the next frame or after so many seconds.

    The returned event has ``cancel()``.
    """
    return Clock.schedule_once(lambda _dt: call(), seconds)


LONGEST_TOUCH_S = 2.0
"""So long a page waits for the finger on it, at most: a system that takes the window away in the
middle of a touch never tells that it ended."""


def untouched(call: Callable[[], object], seconds: float = 0) -> Any:
    """As ``soon``, but not while a finger is on the glass: what moves or turns a page would put
    another answer under it. The returned event has ``cancel()``."""
    waited_s = 0.0

    def frame(dt: float) -> bool:
        nonlocal waited_s
        waited_s += dt
        held = EventLoop.touches and waited_s < seconds + LONGEST_TOUCH_S
        if waited_s < seconds or held:
            return True
        call()
        return False

    return Clock.schedule_interval(frame, 0)


LONGEST_FRAME_S = 0.15
"""As much of one frame counts as time somebody had to read what stands on the screen."""


def once_seen(call: Callable[[], object], seconds: float) -> Any:
    """Calls once after so many seconds in which there was something to look at.

    While a slow tablet builds a page, no frame is drawn for a second or more: of such a frame no
    more than LONGEST_FRAME_S counts. The returned event has ``cancel()``.
    """
    left_s = seconds

    def frame(dt: float) -> bool:
        nonlocal left_s
        left_s -= min(dt, LONGEST_FRAME_S)
        if left_s > 0:
            return True
        call()
        return False

    return Clock.schedule_interval(frame, 0)


def every(seconds: float, call: Callable[[], object]) -> Any:
    """Calls again and again on the drawing thread until the returned event's ``cancel()``."""
    return Clock.schedule_interval(lambda _dt: call() and None, seconds)


def collapsed(call: Callable[[], object], seconds: float = 0) -> Callable[[], None]:
    """A function that may be called many times a frame and does its work once.

    seconds > 0 waits for that long a pause since the *last* call: used to save typed text.
    """
    event = Clock.create_trigger(lambda _dt: call(), seconds)

    def ask() -> None:
        event.cancel()
        event()

    return ask


def spread(steps: Iterable[Callable[[], object]], done: Callable[[], object] | None = None) -> Any:
    """Does one step a frame, so that a long page appears from the top and nothing stands still.

    The returned event's ``cancel()`` leaves the remaining steps out.
    """
    remaining: Iterator[Callable[[], object]] = iter(steps)

    def one(_dt: float) -> bool:
        step = next(remaining, None)
        if step is None:
            if done is not None:
                done()
            return False
        step()
        return True

    return Clock.schedule_interval(one, 0)


CALM_FPS = 10
"""Frames a second while nobody touches the tablet: each costs the processor, drawn or not. The
first touch is answered a tenth of a second later, the next as ever."""
_brisk_fps = Clock._max_fps  # as Kivy was told to; 0: as many as there can be


def draw_calmly() -> None:
    """Nobody is there: few frames, and next to no work for the processor."""
    if _brisk_fps > CALM_FPS:
        Clock._max_fps = CALM_FPS


def draw_briskly() -> None:
    """Somebody is there."""
    Clock._max_fps = _brisk_fps


_locks = [0]
"""How often the tablet was locked since the app began."""


def _on_drawing_thread(call: Callable[[Any], None], value: Any, begun: int) -> None:
    Clock.schedule_once(lambda _dt: call(value) if begun == _locks[0] else None, 0)

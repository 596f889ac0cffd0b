"""What is on the screen stays out of screenshots, recordings and the pictures of recent apps.

Android: the window's ``FLAG_SECURE``, which also keeps it from screens that are cast elsewhere.
A desktop has no such thing. The Android half runs in the tests on a real JVM with stand-ins; see
docs/android.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_Act = Callable[[], None]
_Wrapped = Callable[[_Act], _Act]


def refuse_pictures() -> bool:
    """Asks this machine to take no pictures of our window; False where it cannot be asked."""
    if not hasattr(sys, "getandroidapilevel"):
        return False
    refuse_on_android()
    return True


def refuse_on_android(
    jnius: Any = None,
    on_ui_thread: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
) -> None:
    """jnius, on_ui_thread: pyjnius and android.runnable.run_on_ui_thread, handed in by tests.

    Views may be touched by Android's own thread only, which is not the one Python runs in.
    """
    if jnius is None:
        import jnius  # type: ignore[no-redef]
    if on_ui_thread is None:
        from android.runnable import run_on_ui_thread

        on_ui_thread = run_on_ui_thread
    wrapped: _Wrapped = on_ui_thread

    def refuse() -> None:
        flags = jnius.autoclass("android.view.WindowManager$LayoutParams")
        activity = jnius.autoclass("org.kivy.android.PythonActivity").mActivity
        activity.getWindow().addFlags(flags.FLAG_SECURE)

    wrapped(refuse)()

"""A number handed to the machine's telephone, which calls it when the person presses its button.

Android: the intent ``ACTION_DIAL``, which needs no permission and dials nothing by itself: a tap in
a pocket calls nobody. Elsewhere there is no telephone and the number is read and dialled by hand.
The Android half runs in the tests on a real JVM with stand-ins; see docs/android.md.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol


class Dialler(Protocol):
    """What opens the telephone with a number."""

    def dial(self, number: str) -> bool:
        """False when this machine has no telephone to open."""


class AndroidDialler:
    """The telephone app the person has chosen."""

    def __init__(self, jnius: Any = None) -> None:
        """jnius: pyjnius, handed in by tests."""
        if jnius is None:
            import jnius  # type: ignore[no-redef]
        self._jnius = jnius

    def dial(self, number: str) -> bool:
        """Opens it with the number, without one for "". A number as people write it: blanks and
        signs are its own."""
        intents = self._jnius.autoclass("android.content.Intent")
        # fromParts encodes what a number may hold, such as the * and # of short codes.
        address = self._jnius.autoclass("android.net.Uri").fromParts("tel", number, None)
        activity = self._jnius.autoclass("org.kivy.android.PythonActivity").mActivity
        try:
            dial = intents(intents.ACTION_DIAL, address) if number else intents(intents.ACTION_DIAL)
            activity.startActivity(dial)
        except self._jnius.JavaException:  # a tablet without a telephone
            return False
        return True


def dialler() -> Dialler | None:
    """This machine's telephone, or None where there is none (every desktop)."""
    if not hasattr(sys, "getandroidapilevel"):
        return None
    return AndroidDialler()

"""Quick hide: the tablet is locked and shows a calculator that calculates, nothing else.

Who takes the tablet may use it as one. The way back is the PIN, typed as a number, and then the key
= held for a second; held over anything else it leads to the screen that asks for the PIN.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.security.pins import LEAST_LENGTH
from mobile.tablet import Session
from mobile.ui import background
from mobile.ui.calculation import KEYS, Calculator
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.surfaces import RowLayout

HELD_S = 1.0
"""So long = is held for the way back: longer than any tap."""
IN_A_ROW = 4


class HiddenScreen(Screen):
    """A calculator. No tap opens anything."""

    has_back = False
    has_danger = False
    is_covered = True

    def prepare(self, **_arguments: Any) -> None:
        """Puts the keys down."""
        self.calculator = Calculator()
        self.keys: dict[str, PushButton] = {}
        self._holding: Any = None
        for first in range(0, len(KEYS), IN_A_ROW):
            line = RowLayout(spacing=dp(8), size_hint_y=1, own_height=True)
            # A calculator reads from the left in every language.
            for key in KEYS[first : first + IN_A_ROW]:
                line.add_widget(self._key(key), index=0)
            self.ids.pad.add_widget(line)
        self._show()

    def leave(self) -> None:
        """Nothing is held any more."""
        self._let_go()

    def _key(self, key: str) -> PushButton:
        number = key.isdigit() or key == "."
        kind = "filled" if key == "=" else "outlined" if number else "tonal"
        icon = "backspace-outline" if key == "<" else ""
        button = PushButton(words="" if icon else key, icon=icon, kind=kind, big=True)
        button.size_hint = (2 if key == "0" else 1, 1)
        button.bind(on_press=partial(self._pressed, key), on_release=lambda *_: self._let_go())
        self.keys[key] = button
        return button

    def _pressed(self, key: str, *_: object) -> None:
        typed = self.calculator.typed
        self.calculator.press(key)
        self._show()
        self._let_go()
        if key == "=":
            self._holding = background.soon(partial(self._held, typed), HELD_S)

    def _let_go(self) -> None:
        if self._holding is not None:
            self._holding.cancel()
            self._holding = None

    def _held(self, typed: str) -> None:
        self._holding = None
        tablet = self.app.tablet
        if not typed.isdigit() or len(typed) < LEAST_LENGTH or tablet.wait_s() > 0:
            self.app.show_first()
            return
        self.calculator.press("C")
        self._show()
        background.run(lambda: tablet.unlock(typed), self._opened, self._refused)

    def _opened(self, session: Session) -> None:
        self.app.opened(session)

    def _refused(self, _fault: Exception) -> None:
        """What is wrong is said where the PIN is asked for; here nothing ever is."""
        self.app.show_first()

    def _show(self) -> None:
        self.ids.display.words = self.calculator.display

"""Parcels or receipts as codes on the screen, for the camera of another tablet."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.metrics import dp

from mobile.transport.qr_drawing import Modules
from mobile.transport.qr_series import FRAMES_A_SECOND, Showing
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Dialog
from mobile.ui.widgets.qr import QrCode
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

SHARE_OF_HEIGHT = 0.6
"""Of the window, for the code: the words under it begin in sight."""


class ShowCodesScreen(Screen):
    """The code, as large as there is room, changing several times a second."""

    def prepare(self, what: str = "parcels", messages: Any = None, **_arguments: Any) -> None:
        """what: "parcels" to hand over, or "receipts" to hand back. messages: packed before."""
        self.title = say(f"codes.{what}")
        self.what = what
        self.showing: Showing | None = None
        self._ticking: Any = None
        self._ready: Modules | None = None
        self._is_drawing = self._is_left = False
        self.code = QrCode(size_hint_y=None)
        self.ids.holder.add_widget(self.code)
        self.ids.holder.bind(width=self._fit)
        self._fit()
        if messages is not None:
            self._show(messages)
            return
        self.ids.told.add_widget(Text(words=say("codes.preparing"), align="center"))
        session = self.app.unlocked
        pack = session.sending.parcels if what == "parcels" else session.relay.receipts
        background.run(pack, self._packed, self._failed)

    def leave(self) -> None:
        """Shows no more, and lets the screen go dark again."""
        self._is_left = True
        Window.allow_screensaver = True
        if self._ticking is not None:
            self._ticking.cancel()

    def next_part(self) -> None:
        """The other tablet has this part."""
        if self.showing is not None:
            self.showing.next_part()
            self._ready = None
            self._tell(self.showing)

    def forget(self) -> None:
        """Lets go of receipts that every tablet has read."""
        Dialog(
            say("codes.forget"),
            say("codes.forget_words"),
            [
                (say("codes.keep"), "outlined", None),
                (say("codes.forget"), "filled", self._forget),
            ],
            icon="email-check-outline",
        ).open()

    def _forget(self) -> None:
        relay = self.app.unlocked.relay
        background.run(relay.forget_handed_back, lambda _: self.app.back(), self._failed)

    def _packed(self, messages: list[bytes]) -> None:
        if self._is_left:
            return
        # Packed once: come back to, or turned round, it is the same codes that go on.
        self.app.remember(messages=messages)
        self._show(messages)

    def _show(self, messages: list[bytes]) -> None:
        self.ids.told.clear_widgets()
        if not messages:
            words = say("send.nothing" if self.what == "parcels" else "codes.no_receipts")
            self.ids.told.add_widget(Band("information", "information-outline", words))
            self.code.height = 0
            return
        self.showing = Showing(messages)
        self._tell(self.showing)
        Window.allow_screensaver = False
        self._ticking = background.every(1 / FRAMES_A_SECOND, self._tick)
        self._tick()

    def _tick(self) -> None:
        """Shows the code that is ready and has the next one drawn, off the drawing thread."""
        if self._ready is not None:
            self.code.modules, self._ready = self._ready, None
        if self.showing is not None and not self._is_drawing:
            self._is_drawing = True
            background.run(self.showing.next_code, self._drawn, self._failed)

    def _drawn(self, modules: Modules) -> None:
        self._is_drawing, self._ready = False, modules

    def _tell(self, showing: Showing) -> None:
        column = self.ids.words
        column.clear_widgets()
        column.add_widget(Text(words=say("codes.hold"), role="subtitle"))
        if showing.parts > 1:
            part = say("codes.part", number=showing.part + 1, total=showing.parts)
            column.add_widget(Text(words=part, role="subtitle"))
        seconds = max(1, round(showing.seconds))
        length = say("codes.length", codes=showing.codes, seconds=seconds)
        column.add_widget(Text(words=length, tint=theme.quiet))
        column.add_widget(Text(words=say(f"codes.{self.what}_stay"), tint=theme.quiet))
        if showing.parts > 1:
            button = PushButton(words=say("codes.next_part"), icon="skip-next", kind="tonal")
            button.bind(on_release=lambda *_: self.next_part())
            column.add_widget(button)
        if self.what == "receipts":
            button = PushButton(words=say("codes.forget"), icon="email-check-outline", kind="plain")
            button.bind(on_release=lambda *_: self.forget())
            column.add_widget(button)
        done = PushButton(words=say("codes.done"), icon="check", kind="filled", big=True)
        done.bind(on_release=lambda *_: self.app.back())
        column.add_widget(done)

    def _failed(self, fault: Exception) -> None:
        if self._is_left:
            return
        self._is_drawing = False
        self.ids.told.clear_widgets()
        self.ids.told.add_widget(Band("danger", "alert-circle-outline", sentence_of(fault)))

    def _fit(self, *_: object) -> None:
        at_most = Window.height * SHARE_OF_HEIGHT
        self.code.height = max(min(self.ids.holder.width, at_most), dp(120))

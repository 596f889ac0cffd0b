"""The camera looks for codes: a ticket, or parcels and receipts on another tablet's screen.

What is found goes to the screen this one was opened from (``Screen.brought``); the camera stops by
itself when it has everything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.metrics import dp
from kivy.uix.image import Image

from mobile.transport.qr_reading import NoReader, can_read, texts_in
from mobile.transport.qr_series import Filming, Seen
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.bars import HowFar
from mobile.ui.widgets.camera import RESOLUTION, Camera, NoCamera, texts_in_file
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.files import FilePage
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.words import say
from shared.errors import TicketInvalid
from shared.wire.tickets import Ticket

LOOKS_A_SECOND = 12
"""Twice the pace of the codes: each is looked at while it stands."""
SHARE_OF_HEIGHT = 0.5


class ScanScreen(Screen):
    """What the camera sees, how far it is, and the ways without a camera."""

    def prepare(
        self, what: str = "ticket", filming: Filming | None = None, **_arguments: Any
    ) -> None:
        """what: "ticket", "parcels" or "receipts". filming: what was seen before the tablet was
        turned round."""
        self.title = say(f"scan.{what}")
        self.what = what
        self.camera: Camera | None = None
        self._filming = filming or Filming()
        self.app.remember(filming=self._filming)
        self._looking: Any = None
        self._is_reading = self._is_over = False
        self.view = Image(size_hint_y=None, height=0, fit_mode="contain")
        self.ids.holder.add_widget(self.view)
        self.bar = HowFar()
        self.numbers = Text(role="subtitle")
        if what == "ticket":
            self._offer("enrol.from_picture", "image-outline", self.choose_picture)
        self._offer("scan.without" if what != "ticket" else "scan.type", "keyboard", self.app.back)
        if can_read():
            self.app.open_camera(self._started, self._missing)
        else:
            self._without("scan.no_reader")

    def leave(self) -> None:
        """Lets go of the camera."""
        self._is_over = True
        Window.allow_screensaver = True
        if self._looking is not None:
            self._looking.cancel()
        if self.camera is not None:
            self.camera.stop()
            self.camera = None

    def choose_picture(self) -> None:
        """A picture of the code instead of the camera."""
        FilePage(say("enrol.from_picture"), self._read_file).open()

    # -- the camera

    def _started(self, camera: Camera) -> None:
        if self._is_over:
            camera.stop()
            return
        self.camera = camera
        self.ids.holder.bind(width=self._fit)
        self._fit()
        Window.allow_screensaver = False
        self._looking = background.every(1 / LOOKS_A_SECOND, self._look)

    def _fit(self, *_: object) -> None:
        three_quarters = self.ids.holder.width * RESOLUTION[1] / RESOLUTION[0]
        self.view.height = max(min(three_quarters, Window.height * SHARE_OF_HEIGHT), dp(120))

    def _missing(self, why: NoCamera) -> None:
        if not self._is_over:
            self._without(why.value)

    def _without(self, message_id: str) -> None:
        self.ids.how.words = say("scan.other_ways")
        self._tell("attention", "camera-off-outline", say(message_id))

    def _look(self) -> None:
        """Has the newest picture read, off the drawing thread, one at a time."""
        if self.camera is None:
            return
        self.view.texture = self.camera.texture
        picture = None if self._is_reading else self.camera.picture()
        if picture is None:
            return
        self._is_reading = True
        background.run(lambda: texts_in(picture), self._read, self._failed)

    def _read(self, texts: tuple[str, ...]) -> None:
        self._is_reading = False
        if self._is_over or not texts:
            return
        if self.what == "ticket":
            self._take_ticket(texts)
        else:
            self._take_frames(self._filming.take(texts))

    def _take_ticket(self, texts: tuple[str, ...]) -> None:
        for text in texts:
            try:
                Ticket.from_text(text)
            except TicketInvalid:
                continue
            self._found(text)
            return
        self._tell("attention", "qrcode-remove", say("scan.not_a_ticket"))

    def _take_frames(self, seen: Seen) -> None:
        self.ids.told.clear_widgets()
        if seen.needed:
            if self.bar.parent is None:
                self.ids.progress.add_widget(self.bar)
                self.ids.progress.add_widget(self.numbers)
            self.bar.share = seen.have / seen.needed
            self.numbers.words = say("scan.numbers", have=seen.have, needed=seen.needed)
        if seen.messages:
            self._found(seen.messages)
        elif seen.foreign:
            self._tell("attention", "qrcode-remove", say("scan.foreign"))

    # -- a picture

    def _read_file(self, path: Path) -> None:
        background.run(lambda: texts_in_file(path), self._read_picture, self._failed)

    def _read_picture(self, texts: tuple[str, ...]) -> None:
        if texts:
            self._read(texts)
        elif not self._is_over:
            self._tell("attention", "image-off-outline", say("scan.no_code"))

    # -- what came of it

    def _found(self, found: Any) -> None:
        self.leave()
        self.app.bring_back(self.what, found)

    def _failed(self, fault: Exception) -> None:
        self._is_reading = False
        if self._is_over:
            return
        if isinstance(fault, NoReader):
            self._without("scan.no_reader")
        elif isinstance(fault, ValueError):
            self._tell("attention", "image-off-outline", say("scan.not_a_picture"))
        else:
            self._tell("danger", "alert-circle-outline", sentence_of(fault))

    def _tell(self, meaning: str, icon: str, words: str) -> None:
        self.ids.told.clear_widgets()
        self.ids.told.add_widget(Band(meaning, icon, words))

    def _offer(self, message_id: str, icon: str, act: Any) -> None:
        button = PushButton(words=say(message_id), icon=icon, kind="outlined")
        button.bind(on_release=lambda *_: act())
        self.ids.others.add_widget(button)

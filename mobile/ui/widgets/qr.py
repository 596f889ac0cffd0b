"""A QR code on the screen: dark on white in every theme, every module the same whole pixels."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from mobile.transport.qr_drawing import QUIET, Modules

_LIGHT, _DARK = b"\xff\xff\xff\xff", b"\x00\x00\x00\xff"


class QrCode(Widget):
    """Draws ``modules`` in the middle, as large as whole pixels a module allow.

    The quiet zone belongs to the picture, so that it is white on a dark page too.
    """

    modules = ObjectProperty(())

    def __init__(self, modules: Modules = (), **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas:
            self._tint = Color(1, 1, 1, 0)
            self._picture = Rectangle()
        self.fbind("modules", self._draw)
        self.fbind("pos", self._place)
        self.fbind("size", self._place)
        self.modules = modules

    def _draw(self, *_: object) -> None:
        modules: Modules = self.modules
        self._tint.a = 1 if modules else 0
        if not modules:
            return
        side = len(modules) + 2 * QUIET
        edge, margin = _LIGHT * side * QUIET, _LIGHT * QUIET
        # Textures begin at the bottom.
        rows = b"".join(
            margin + b"".join(_DARK if module else _LIGHT for module in row) + margin
            for row in reversed(modules)
        )
        texture = self._picture.texture
        if texture is None or texture.size != (side, side):
            texture = Texture.create(size=(side, side), colorfmt="rgba")
            texture.min_filter = texture.mag_filter = "nearest"
        texture.blit_buffer(edge + rows + edge, colorfmt="rgba", bufferfmt="ubyte")
        self._picture.texture = texture
        self._place()
        self.canvas.ask_update()

    def _place(self, *_: object) -> None:
        if not self.modules:
            return
        modules = len(self.modules) + 2 * QUIET
        side = max(int(min(self.size)) // modules, 1) * modules
        self._picture.size = (side, side)
        self._picture.pos = (
            round(self.x + (self.width - side) / 2),
            round(self.y + (self.height - side) / 2),
        )

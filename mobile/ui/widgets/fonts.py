"""The fonts the app draws with: those it comes with, and those of the edition in use."""

from __future__ import annotations

from pathlib import Path

from mobile.tablet import Session
from mobile.ui.brought_fonts import Fonts, brought_fonts, keep_fonts
from mobile.ui.widgets.scripts import draw_with


class BroughtFonts:
    """Those an office added, beside ours. From the beginning those that lie there from the last
    time: words are drawn with them before anything is unlocked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: Fonts | None = None
        draw_with(brought_fonts(folder))

    def take(self, session: Session | None) -> None:
        """Those of the edition in use, from the next screen on; without a session those that lie
        there stay."""
        if session is None or not session.is_enrolled:
            return
        fonts = session.editions.fonts
        if fonts is not self._taken:
            keep_fonts(self._folder, fonts)
            draw_with(brought_fonts(self._folder))
            self._taken = fonts

"""Finding a file or a folder on the tablet, a card or a stick, with large lines to tap."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kivy.metrics import dp

from mobile.platform.sticks import STICKS
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.questions.codes import EntryList
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say


def places() -> list[Path]:
    """Where to begin: the home folder, its downloads, sticks and cards that are there now."""
    home = Path.home()
    found = [home / "Downloads", home / "Documents", home]
    for root in STICKS:
        if root.is_dir():
            found += sorted(root.iterdir()) or []
    return [path for path in found if path.is_dir() and os.access(path, os.R_OK)]


class FolderPage(Page):
    """Choose a folder: walk into one, then take it."""

    wants_folder = True

    def __init__(
        self, title: str, take: Callable[[Path], object], begin: Path | None = None
    ) -> None:
        super().__init__(title)
        self._take = take
        self._here: Path | None = begin
        self._where = Text(role="small", tint=theme.quiet)
        self.sheet.add_widget(self._where)
        self.list = EntryList()
        self.sheet.add_widget(self.list)
        self.take_button = PushButton(
            words=say("files.take_folder"), icon="check", kind="filled", size_hint_x=1
        )
        self.take_button.bind(on_release=lambda *_: self._done(self._here))
        if self.wants_folder:
            self.sheet.add_widget(self.take_button)
        self.sheet.spacing = dp(10)
        self._list()

    def _list(self) -> None:
        here = self._here
        self._where.words = str(here) if here else say("files.where")
        self.take_button.disabled = here is None or not os.access(here, os.W_OK)
        lines = []
        if here is None:
            lines = [(str(path), path.name or str(path), str(path)) for path in places()]
        else:
            lines = [("..", say("files.up"), "")]
            try:
                inside = sorted(here.iterdir(), key=lambda path: path.name.casefold())
            except OSError:
                inside = []
            shown = [path for path in inside if not path.name.startswith(".")]
            lines += [
                (str(path), path.name, say("files.folder")) for path in shown if path.is_dir()
            ]
            if not self.wants_folder:
                lines += [(str(path), path.name, "") for path in shown if path.is_file()]
        self.list.fill(lines, (), self._tapped)

    def _tapped(self, code: str) -> None:
        if code == "..":
            here = self._here
            self._here = (
                None if here is None or here in places() or here.parent == here else here.parent
            )
        elif Path(code).is_dir():
            self._here = Path(code)
        else:
            self._done(Path(code))
            return
        self._list()

    def _done(self, path: Path | None) -> None:
        if path is not None:
            self.close()
            self._take(path)


class FilePage(FolderPage):
    """Choose a file."""

    wants_folder = False

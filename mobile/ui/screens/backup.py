"""A sealed copy of everything on the tablet, and a new tablet made from one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.metrics import dp

from mobile.security.pins import pin_strength
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.secret_words import what_is_wrong
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.files import FilePage, FolderPage
from mobile.ui.widgets.overlays import Page, notice
from mobile.ui.widgets.surfaces import ColumnLayout, Scroll
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

BACKUP_SUFFIX = ".backup"


class SecretsPage(Page):
    """Some secrets to type, a word on what is wrong with them, one button."""

    def __init__(self, title: str, words: str, labels: list[str], button: str) -> None:
        super().__init__(title)
        column = ColumnLayout(spacing=dp(16), padding=(0, 0, dp(12), dp(12)))
        column.add_widget(Text(words=words, tint=theme.quiet))
        self.fields = [Field(label=label, secret=True) for label in labels]
        self.told = Text(words="", tint=theme.danger)
        self.button = PushButton(words=button, icon="check", kind="filled", big=True)
        self.button.bind(on_release=lambda *_: self.go_on())
        for widget in (*self.fields, self.told, self.button):
            column.add_widget(widget)
        scroll = Scroll()
        scroll.add_widget(column)
        self.sheet.add_widget(scroll)

    def go_on(self) -> None:
        """What the button does."""

    def is_new_secret(self, first: Field, second: Field, needs_passphrase: bool = False) -> bool:
        """Whether both are the same and good enough; says what is wrong otherwise."""
        if first.value != second.value:
            self.told.words = say("set_up.differ")
        else:
            strength = pin_strength(first.value).strength
            self.told.words = what_is_wrong(first.value, strength, needs_passphrase)
        return not self.told.words

    def failed(self, fault: Exception) -> None:
        """Says what went wrong, and lets it be tried again."""
        self.button.disabled = False
        self.told.words = sentence_of(fault)

    def close(self, *arguments: object) -> None:
        """Leaves no secret in a field."""
        for field in self.fields:
            field.value = ""
        super().close(*arguments)


class BackupPage(SecretsPage):
    """A passphrase for the copy, then where to put it."""

    def __init__(self, app: Shell) -> None:
        super().__init__(
            say("settings.backup"),
            say("settings.backup_words"),
            [say("settings.backup_passphrase"), say("set_up.second")],
            say("settings.backup"),
        )
        self._app = app

    def go_on(self) -> None:
        """Asks for the folder."""
        first, second = self.fields
        if self.is_new_secret(first, second, self._app.unlocked.backup_needs_passphrase):
            FolderPage(say("files.choose_folder"), self._save).open()

    def _save(self, folder: Path) -> None:
        self.button.disabled = True
        session, passphrase = self._app.unlocked, self.fields[0].value
        # Named by the day only: the file says nothing about whose it is.
        path = folder / f"tally87-{self._app.today.isoformat()}{BACKUP_SUFFIX}"
        background.run(
            lambda: session.save_backup(path, passphrase), lambda _: self._saved(path), self.failed
        )

    def _saved(self, path: Path) -> None:
        self.close()
        notice(say("settings.backup_saved", file=path.name), "check-circle-outline")


class RestorePage(SecretsPage):
    """The passphrase of the copy and a PIN for this tablet, then the file."""

    def __init__(self, app: Shell) -> None:
        super().__init__(
            say("set_up.restore"),
            say("set_up.restore_words"),
            [say("settings.backup_passphrase"), say("set_up.first"), say("set_up.second")],
            say("set_up.restore"),
        )
        self._app = app

    def go_on(self) -> None:
        """Asks for the file."""
        if self.is_new_secret(*self.fields[1:]):
            FilePage(say("set_up.restore"), self._restore).open()

    def _restore(self, path: Path) -> None:
        self.button.disabled = True
        tablet = self._app.tablet
        passphrase, pin = self.fields[0].value, self.fields[1].value
        background.run(lambda: tablet.restore(path, passphrase, pin), self._restored, self.failed)

    def _restored(self, session: Any) -> None:
        self.close()
        self._app.opened(session)

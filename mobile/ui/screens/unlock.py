"""Unlocking with the PIN, which makes the key; a wrong one costs time."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kivy.metrics import dp
from kivy.uix.widget import Widget

from mobile.tablet import Session, TabletDestroyed, WrongPin
from mobile.ui import background
from mobile.ui.appearance import languages
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen, Shell, load_layout
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.questions.codes import SearchPage
from mobile.ui.widgets.surfaces import Band, Gap
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

BIG_UP_TO = 1.2
"""Text size up to which the keys are larger than what is tapped elsewhere."""
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "<")


class UnlockScreen(Screen):
    """PIN or passphrase; keypad; language; the way to safety steps is in the top bar as ever."""

    has_back = False

    def prepare(self, **_arguments: Any) -> None:
        """Draws the keypad and begins counting down if a PIN may not be tried yet."""
        self.title = say("unlock.title")
        for key in KEYS:
            self.ids.keypad.add_widget(self._key(key))
        self.ids.pin_field.bind(on_entered=lambda *_: self.try_pin())
        self._band: Band | None = None
        self._countdown: Any = None
        if self.app.tablet.was_destroyed:
            self._tell(say("unlock.destroyed"), "danger")
            self.ids.escrow_button.opacity, self.ids.escrow_button.disabled = 1, False
        else:
            self.ids.escrow_holder.clear_widgets()
            self._count_down()
        self.lay_beside(self.ids.halves)
        if self.app.wide:
            background.soon(self._focus)
        else:
            self._put_keys_first()
        background.soon(_make_home_ready, 0.2)

    def _put_keys_first(self) -> None:
        """Upright, the keys stand right under the field: in sight on a phone, too. The one that
        unlocks has the place that is free among them."""
        entry, keypad, how = self.ids.entry, self.ids.keypad, self.ids.how
        if not self._has_room:
            self.ids.greeting.role, entry.spacing, keypad.spacing = "subtitle", dp(8), dp(8)
        entry.remove_widget(self.ids.sign)
        entry.remove_widget(how)
        self.ids.halves.remove_widget(keypad)
        entry.add_widget(keypad, index=entry.children.index(self.ids.told) + 1)
        entry.add_widget(how)

    def leave(self) -> None:
        """Stops counting."""
        if self._countdown is not None:
            self._countdown.cancel()
        self.ids.pin_field.value = ""

    def try_pin(self) -> None:
        """Derives the key off the drawing thread, because it takes half a second on purpose."""
        pin = self.ids.pin_field.value
        if not pin or self.ids.unlock_button.disabled:
            return
        self._wait(True)
        background.run(lambda: self.app.tablet.unlock(pin), self._opened, self._refused)

    def choose_language(self) -> None:
        """The languages, each by its own name."""
        open_languages(self.app)

    def save_escrow(self) -> None:
        """After ten wrong PINs: carry the sealed copies to the office."""
        from mobile.ui.widgets.files import FolderPage

        def save(folder: Any) -> None:
            files = self.app.tablet.save_escrow(folder)
            self._tell(say("unlock.escrow_saved", n=len(files)), "good")

        FolderPage(say("files.choose_folder"), save).open()

    def _key(self, key: str) -> Widget:
        if not key:
            return Gap() if self.app.wide else self._unlocking_key()
        words, icon = (key, "") if key != "<" else ("", "backspace-outline")
        button = PushButton(words=words, icon=icon, kind="tonal", big=self._has_room)
        button.bind(on_release=lambda *_: self._typed(key))
        return button

    @property
    def _has_room(self) -> bool:
        """Large letters make keys large enough."""
        return self.app.wide or theme.text_scale <= BIG_UP_TO

    def _unlocking_key(self) -> Widget:
        key = PushButton(icon="lock-open-variant-outline", kind="filled", big=self._has_room)
        key.bind(on_release=lambda *_: self.try_pin())
        self.ids.unlock_button.bind(disabled=key.setter("disabled"))
        return key

    def _typed(self, key: str) -> None:
        field = self.ids.pin_field
        field.value = field.value[:-1] if key == "<" else field.value + key

    def _focus(self) -> None:
        if self.parent is not None:
            self.ids.pin_field.input.focus = True

    def _opened(self, session: Session) -> None:
        self.app.opened(session)

    def _refused(self, fault: Exception) -> None:
        self._wait(False)
        self.ids.pin_field.value = ""
        if isinstance(fault, TabletDestroyed) or self.app.tablet.was_destroyed:
            self.app.rebuild()
            return
        self._tell(sentence_of(fault), "danger")
        if isinstance(fault, WrongPin):
            self._count_down()
        if self.app.wide:
            background.soon(self._focus)  # typed on as at first

    def _wait(self, waiting: bool) -> None:
        self.ids.unlock_button.disabled = waiting
        self.ids.unlock_button.words = say("unlock.opening" if waiting else "unlock.unlock")

    def _count_down(self) -> None:
        if self._countdown is None and self.app.tablet.wait_s() > 0:
            self._countdown = background.every(1, self._tick)
            self._tick()

    def _tick(self) -> None:
        left = self.app.tablet.wait_s()
        self.ids.unlock_button.disabled = left > 0
        self.ids.unlock_button.words = (
            say("unlock.wait", seconds=left) if left > 0 else say("unlock.unlock")
        )
        if left <= 0 and self._countdown is not None:
            self._countdown.cancel()
            self._countdown = None

    def _tell(self, words: str, meaning: str) -> None:
        self.ids.told.clear_widgets()
        icon = "alert-circle-outline" if meaning == "danger" else "check-circle-outline"
        self.ids.told.add_widget(Band(meaning, icon, words))


def _make_home_ready() -> None:
    """Reads the code of the screen that comes next while somebody looks for his PIN."""
    import_module("mobile.ui.screens.home")
    load_layout("home")


def open_languages(app: Shell) -> None:
    """A page to choose the language from; it changes at once."""

    def search(typed: str) -> list[tuple[str, str, str]]:
        return [
            (code, name, "")
            for code, name in languages().items()
            if typed.casefold() in name.casefold()
        ]

    page: Page = SearchPage(
        say("settings.language"), search, lambda code: app.change(language=code), theme.language
    )
    page.sheet.remove_widget(page.search_field)  # eleven lines need no search
    page.sheet.spacing = dp(4)
    page.open()

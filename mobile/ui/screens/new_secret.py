"""A passphrase chosen in place of a PIN, because the programme asks for one."""

from __future__ import annotations

from typing import Any

from mobile.security.pins import LEAST_PASSPHRASE, is_passphrase
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.words import say


class NewSecretScreen(Screen):
    """The PIN until now and twice the passphrase; nothing else is shown before it is chosen, but
    the steps for immediate danger."""

    has_back = False

    def prepare(self, **_arguments: Any) -> None:
        """Listens to the fields."""
        self.title = say("new_secret.title")
        self.ids.rule.words = say("new_secret.rule", least=LEAST_PASSPHRASE)
        for field in (self.ids.old_field, self.ids.first_field, self.ids.second_field):
            field.bind(value=lambda *_: self._judge())
        self.ids.old_field.bind(on_entered=lambda *_: self.ids.first_field.begin())
        self.ids.first_field.bind(on_entered=lambda *_: self.ids.second_field.begin())
        self.ids.second_field.bind(on_entered=lambda *_: self.choose())
        self._judge()

    def leave(self) -> None:
        """Leaves no secret in a field."""
        for field in (self.ids.old_field, self.ids.first_field, self.ids.second_field):
            field.value = ""

    def choose(self) -> None:
        """Wraps the key anew, off the drawing thread."""
        if self.ids.choose_button.disabled:
            return
        old, new = self.ids.old_field.value, self.ids.first_field.value
        session = self.app.unlocked
        self.ids.choose_button.disabled = True
        self.ids.choose_button.words = say("set_up.making")
        background.run(lambda: session.change_pin(old, new), self._chosen, self._failed)

    def _judge(self) -> None:
        first, second = self.ids.first_field.value, self.ids.second_field.value
        self.ids.told.clear_widgets()
        fits = is_passphrase(first)
        if fits:
            self._tell("good", "check-circle-outline", say("new_secret.fits"))
        elif first:
            words = say("new_secret.too_short", least=LEAST_PASSPHRASE, n=len(first))
            self._tell("attention", "alert-outline", words)
        differ = bool(second) and not first.startswith(second)
        self.ids.second_field.meaning = "danger" if differ else ""
        self.ids.second_field.help_words = say("set_up.differ") if differ else ""
        ready = fits and first == second and bool(self.ids.old_field.value)
        self.ids.choose_button.disabled = not ready

    def _chosen(self, _nothing: None) -> None:
        notice(say("new_secret.done"), "check-circle-outline")
        self.app.secret_chosen()

    def _failed(self, fault: Exception) -> None:
        self.ids.choose_button.words = say("new_secret.button")
        self._judge()
        self._tell("danger", "alert-circle-outline", sentence_of(fault))

    def _tell(self, meaning: str, icon: str, words: str) -> None:
        self.ids.told.add_widget(Band(meaning, icon, words))

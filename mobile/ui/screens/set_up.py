"""First use: choosing the PIN or passphrase that will make the key."""

from __future__ import annotations

from typing import Any

from mobile.security.pins import Strength, pin_strength
from mobile.ui import background
from mobile.ui.screens.backup import RestorePage
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.secret_words import how_long_it_holds
from mobile.ui.screens.unlock import open_languages
from mobile.ui.shell import Screen
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

MEANINGS = {
    Strength.REFUSED: ("danger", "close-circle-outline"),
    Strength.FAIR: ("attention", "alert-outline"),
    Strength.GOOD: ("good", "check-circle-outline"),
    Strength.STRONG: ("good", "shield-check-outline"),
}


class SetUpScreen(Screen):
    """Two fields, and a word on how good the choice is while it is typed."""

    has_back = False

    def prepare(self, **_arguments: Any) -> None:
        """Listens to the fields."""
        self.title = say("set_up.title")
        self.ids.first_field.bind(value=lambda *_: self._judge())
        self.ids.second_field.bind(value=lambda *_: self._judge())
        self.ids.first_field.bind(on_entered=lambda *_: self.ids.second_field.begin())
        self.ids.second_field.bind(on_entered=lambda *_: self.set_up())
        self._judge()

    def leave(self) -> None:
        """Leaves no secret in a field."""
        self.ids.first_field.value = self.ids.second_field.value = ""

    def choose_language(self) -> None:
        """The languages of the screens."""
        open_languages(self.app)

    def restore(self) -> None:
        """Makes this tablet the one a copy was made of."""
        RestorePage(self.app).open()

    def set_up(self) -> None:
        """Makes the key, off the drawing thread."""
        if self.ids.set_up_button.disabled:
            return
        pin = self.ids.first_field.value
        self.ids.set_up_button.disabled = True
        self.ids.set_up_button.words = say("set_up.making")
        background.run(lambda: self.app.tablet.set_up(pin), self.app.opened, self._failed)

    def _judge(self) -> None:
        first, second = self.ids.first_field.value, self.ids.second_field.value
        self.ids.told.clear_widgets()
        judged = pin_strength(first)
        strength = judged.strength
        if first:
            meaning, icon = MEANINGS[strength]
            self.ids.told.add_widget(Band(meaning, icon, say(f"set_up.{strength.value}")))
            if strength is Strength.FAIR and not self.app.tablet.has_hardware:
                holds = how_long_it_holds(judged, needs_hardware=False)
                self.ids.told.add_widget(Text(words=holds, role="small", tint=theme.quiet))
        differ = bool(second) and not first.startswith(second)
        self.ids.second_field.meaning = "danger" if differ else ""
        self.ids.second_field.help_words = say("set_up.differ") if differ else ""
        self.ids.set_up_button.disabled = strength is Strength.REFUSED or first != second

    def _failed(self, fault: Exception) -> None:
        self._judge()
        self.ids.set_up_button.words = say("set_up.set_up")
        self.ids.told.add_widget(Band("danger", "alert-circle-outline", sentence_of(fault)))

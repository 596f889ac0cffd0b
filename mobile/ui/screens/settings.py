"""Settings: language, theme, text size, PIN, lock, about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.metrics import dp

from mobile.editions import Offered
from mobile.security.pins import LEAST_PASSPHRASE, pin_strength
from mobile.sending.autosend import Chosen
from mobile.ui import background
from mobile.ui.appearance import languages
from mobile.ui.screens.about import own_version
from mobile.ui.screens.backup import BackupPage
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.hearing import VOICE
from mobile.ui.screens.secret_words import how_long_it_holds, what_is_wrong
from mobile.ui.screens.unlock import open_languages
from mobile.ui.shell import Screen, Shell
from mobile.ui.widgets.bars import Segments
from mobile.ui.widgets.controls import LineButton, PushButton
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.files import FolderPage
from mobile.ui.widgets.overlays import Page, notice
from mobile.ui.widgets.surfaces import ColumnLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import TEXT_SIZES, theme
from mobile.ui.widgets.words import say
from shared.classification import RULES_VERSION
from shared.errors import TallyError


class SettingsScreen(Screen):
    """Every change shows at once."""

    place = "settings"

    def prepare(self, **_arguments: Any) -> None:
        """Shows what is chosen."""
        self.title = say("settings.title")
        look = self.app.appearance
        self.theme_choice = Segments(
            [("light", say("settings.light")), ("dark", say("settings.dark"))],
            chosen="dark" if look.dark else "light",
        )
        self.theme_choice.bind(chosen=lambda _s, code: self.app.change(dark=code == "dark"))
        self.ids.theme_holder.add_widget(self.theme_choice)
        self.size_choice = Segments(
            [(str(size), f"{size:.0%}") for size in TEXT_SIZES], chosen=str(look.text_scale)
        )
        self.size_choice.bind(chosen=lambda _s, code: self.app.change(text_scale=float(code)))
        self.ids.size_holder.add_widget(self.size_choice)
        self._offer_autosend()
        session = self.app.unlocked
        holds = how_long_it_holds(session.secret_strength, session.needs_hardware)
        if session.secret_falls_short:
            holds = say("new_secret.at_next_unlocking")
        self._offer_apart()
        for key, icon, detail, act in (
            (
                "language",
                "translate",
                languages().get(look.language, look.language),
                lambda: open_languages(self.app),
            ),
            (
                "change_pin",
                "form-textbox-password",
                holds,
                self.change_pin,
            ),
            (
                "backup",
                "content-save-outline",
                say("settings.backup_detail"),
                lambda: BackupPage(self.app).open(),
            ),
            (
                "export_log",
                "text-box-outline",
                say("settings.export_log_detail"),
                self.export_log,
            ),
            ("lock", "lock-outline", say("settings.lock_detail"), self.app.lock),
            ("about", "information-outline", say("settings.about_detail"), self.about),
        ):
            line = LineButton(
                title=say(f"settings.{key}"), detail=detail, icon=icon, end_icon="chevron-right"
            )
            line.bind(on_release=lambda _line, act=act: act())
            self.ids.lines.add_widget(line)

    def _offer_apart(self) -> None:
        """Recordings and pictures of the office, as far as there are any, and the tablet's own
        voice, where it has one: what nobody can use takes no room."""
        editions = self.app.unlocked.editions
        offered, has_voice = editions.apart.offered(), self.app.sounds.voice is not None
        if not offered and not has_voice:
            self.ids.apart_card.parent.remove_widget(self.ids.apart_card)
            return
        self.apart_lines: dict[str, LineButton] = {}
        for one in offered:
            self.apart_lines[one.name] = line = self._apart_line(one)
            self.ids.apart_holder.add_widget(line)
        if has_voice:
            self.ids.apart_holder.add_widget(self._voice_choice())

    def _apart_line(self, one: Offered) -> LineButton:
        name = languages().get(one.language, one.language)
        line = LineButton(
            title=say("settings.apart_recordings", spoken=name)
            if one.language
            else say("settings.apart_pictures"),
            detail=say(
                "settings.apart_here",
                here=one.here,
                files=one.files,
                size=f"{max(one.bytes / 10**6, 0.1):.1f}",
            ),
            icon="checkbox-marked" if one.chosen else "checkbox-blank-outline",
        )

        def tapped(*_: object) -> None:
            try:
                self.app.unlocked.editions.apart.choose(one.name, not one.chosen)
            except TallyError as fault:
                notice(sentence_of(fault), "alert-circle-outline")
            self.app.rebuild()

        line.bind(on_release=tapped)
        return line

    def _voice_choice(self) -> ColumnLayout:
        session = self.app.unlocked
        column = ColumnLayout(spacing=dp(6))
        column.add_widget(Text(words=say("settings.voice")))
        self.voice_choice = Segments(
            [("on", say("settings.by_itself_always")), ("off", say("settings.by_itself_never"))],
            chosen=session.setting(VOICE, "off"),
        )
        self.voice_choice.bind(chosen=lambda _s, code: session.set_setting(VOICE, code))
        column.add_widget(self.voice_choice)
        detail = say("settings.voice_detail")
        column.add_widget(Text(words=detail, role="small", tint=theme.quiet))
        return column

    def _offer_autosend(self) -> None:
        autosend = self.app.autosend
        choices = [(Chosen.ALWAYS, say("settings.by_itself_always"))]
        if autosend.tells_metered:
            choices.append((Chosen.UNMETERED, say("settings.by_itself_unmetered")))
        choices.append((Chosen.NEVER, say("settings.by_itself_never")))
        self.autosend_choice = Segments(choices, chosen=autosend.chosen.value)
        self.autosend_choice.bind(chosen=lambda _s, code: autosend.choose(Chosen(code)))
        self.ids.autosend_holder.add_widget(self.autosend_choice)

    def about(self) -> None:
        """Versions and who belongs to what."""
        self.app.go("about")

    def export_log(self) -> None:
        """Writes what the app did, without anything recorded, for whoever helps."""
        reference = self.app.unlocked.reference
        heading = (
            f"Tally87 {own_version()} questionnaire {reference.questionnaire.digest} "
            f"rules {RULES_VERSION}"
        )

        def saved(path: Path) -> None:
            notice(say("settings.log_saved", file=path.name), "check-circle-outline")

        def failed(fault: Exception) -> None:
            notice(sentence_of(fault), "alert-circle-outline")

        FolderPage(
            say("files.choose_folder"),
            lambda folder: background.run(
                lambda: self.app.diagnostics.save(folder, heading), saved, failed
            ),
        ).open()

    def change_pin(self) -> None:
        """Asks for the old PIN and twice for the new one."""
        ChangePinPage(self.app).open()


class ChangePinPage(Page):
    """Old PIN, new PIN twice."""

    def __init__(self, app: Shell) -> None:
        super().__init__(say("settings.change_pin"))
        self._app = app
        column = ColumnLayout(spacing=dp(16))
        needs_passphrase = app.unlocked.needs_passphrase
        rule = say("new_secret.rule", least=LEAST_PASSPHRASE) if needs_passphrase else ""
        column.add_widget(Text(words=rule or say("settings.change_pin_detail"), tint=theme.quiet))
        self.old = Field(label=say("settings.old_pin"), secret=True)
        self.new = Field(label=say("set_up.first"), secret=True)
        self.again = Field(label=say("set_up.second"), secret=True)
        self.told = Text(words="", tint=theme.danger)
        self.change_button = PushButton(
            words=say("settings.change_pin"), icon="check", kind="filled", big=True
        )
        self.change_button.bind(on_release=lambda *_: self._change())
        for widget in (self.old, self.new, self.again, self.told, self.change_button):
            column.add_widget(widget)
        self.sheet.add_widget(column)
        self.sheet.add_widget(ColumnLayout(size_hint_y=1))

    def _change(self) -> None:
        old, new = self.old.value, self.new.value
        if new != self.again.value:
            self.told.words = say("set_up.differ")
            return
        session = self._app.unlocked
        strength = pin_strength(new).strength
        self.told.words = what_is_wrong(new, strength, session.needs_passphrase)
        if not self.told.words:
            self.change_button.disabled = True
            background.run(lambda: session.change_pin(old, new), self._changed, self._failed)

    def _changed(self, _nothing: None) -> None:
        self.close()
        self._app.rebuild()
        notice(say("settings.pin_changed"), "check-circle-outline")

    def _failed(self, fault: Exception) -> None:
        self.change_button.disabled = False
        self.told.words = sentence_of(fault)

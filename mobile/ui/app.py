"""The Kivy app: which screen is shown, what is locked, how it looks. No rule, no storage."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any

from kivy.app import App
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout

from mobile.platform.dialling import dialler
from mobile.platform.log import DiagnosticLog
from mobile.platform.network import Network
from mobile.platform.position import positions
from mobile.platform.uptime import Uptime, uptime_here
from mobile.tablet import Session, Tablet
from mobile.ui import background
from mobile.ui.appearance import LOCK_AFTER_S, Appearance
from mobile.ui.autosend import AutosendInApp
from mobile.ui.before_unlock import keep_before_unlock, speak_before_unlock
from mobile.ui.check_ins import CheckInsInApp
from mobile.ui.idle import Idle
from mobile.ui.keyboard import KeyboardWay
from mobile.ui.shell import Frame, Screen, load_layout
from mobile.ui.sound import Sounds
from mobile.ui.widgets.camera import OpenCamera, open_camera
from mobile.ui.widgets.fonts import BroughtFonts
from mobile.ui.widgets.overlays import hide_notice, open_overlays
from mobile.ui.widgets.theme import WIDE_FROM_DP, theme
from mobile.ui.widgets.words import say
from shared.calendars import GREGORIAN

log = logging.getLogger("tally87.app")

ROOMY_FROM_DP = 600
"""From this width on the top bar has room for whole words: Material 3's medium window class."""

SCREENS = {
    "set_up": "SetUpScreen",
    "enrol": "EnrolScreen",
    "unlock": "UnlockScreen",
    "new_secret": "NewSecretScreen",
    "hidden": "HiddenScreen",
    "home": "HomeScreen",
    "visit": "VisitScreen",
    "group": "GroupScreen",
    "interview": "InterviewScreen",
    "review": "ReviewScreen",
    "cases": "CasesScreen",
    "case": "CaseScreen",
    "asked": "AskedScreen",
    "check_in": "CheckInScreen",
    "paper": "PaperScreen",
    "follow_ups": "FollowUpsScreen",
    "follow_up": "FollowUpScreen",
    "send": "SendScreen",
    "show_codes": "ShowCodesScreen",
    "scan": "ScanScreen",
    "my_work": "MyWorkScreen",
    "settings": "SettingsScreen",
    "about": "AboutScreen",
    "danger": "DangerScreen",
}
"""Screen by module name; a module is imported when its screen is first opened."""
BEFORE_A_PASSPHRASE = frozenset({"new_secret", "danger"})
"""What is shown of an unlocked tablet that has yet to get a passphrase."""


@dataclass
class Visited:
    """A screen on the way back: its name and what it was opened with."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


class TallyApp(App):
    """What screens are given: the session, the way to other screens, the look."""

    def __init__(
        self,
        tablet: Tablet,
        appearance: Appearance,
        keep: Callable[[Appearance], None],
        clock: Callable[[], datetime],
        *,
        lock_after_s: float = LOCK_AFTER_S,
        uptime: Callable[[], Uptime] = uptime_here,
        network: Network | None = None,
        **properties: Any,
    ) -> None:
        super().__init__(**properties)
        self.title = "Tally87"
        self.tablet, self.appearance, self.clock = tablet, appearance, clock
        self.session: Session | None = None
        self.way: list[Visited] = []
        self._left: list[Visited] = []  # the way when hidden or locked by itself: names, ids
        self.diagnostics = DiagnosticLog(clock)
        self.positions = positions()
        self.dialler = dialler()
        self.open_camera: OpenCamera = open_camera
        self.sounds = Sounds(tablet.folder)
        self.autosend = AutosendInApp(self, network)
        self._keep = keep
        self.idle = Idle(self, lock_after_s, uptime)
        self.check_ins = CheckInsInApp(self)
        self.keyboard = KeyboardWay()
        self._shape = (True, True)

    # -- life

    def build(self) -> BoxLayout:
        """The empty window; the first screen is shown when it is laid out."""
        self.diagnostics.start()
        self.fonts = BroughtFonts(self.tablet.folder)
        self._wear()
        self._shape = (self.wide, self.roomy)
        self.holder = BoxLayout()
        Window.softinput_mode = "below_target"
        Window.bind(on_resize=self._resized, on_keyboard=self._key)
        self.keyboard.listen()
        self.idle.listen()  # hears every key first
        self.check_ins.listen()
        speak_before_unlock(self.tablet.folder, self.appearance.language)
        self.autosend.listen()
        self.show_first()
        return self.holder

    def on_stop(self) -> None:
        """Settles what is typed and locks: nothing readable is left behind."""
        self._close_everything()
        self.autosend.end()
        self.diagnostics.stop()
        self.idle.end()
        self.keyboard.end()
        self.check_ins.end()
        Window.unbind(on_resize=self._resized, on_keyboard=self._key)
        self._forget_session()

    def on_pause(self) -> bool:
        """Another app came in front: settle what is typed, show nothing and let nothing be
        heard."""
        self.sounds.stop()
        self.screen.leave()
        return True

    def on_resume(self) -> None:
        """In front again."""
        self.autosend.look_again()

    # -- what screens ask

    @property
    def screen(self) -> Screen:
        """The screen shown now."""
        shown = self.shown
        assert shown is not None
        return shown

    @property
    def shown(self) -> Screen | None:
        """The screen shown now, None before the first and while everything is being closed."""
        return self.holder.children[0].screen if self.holder.children else None

    @property
    def wide(self) -> bool:
        """Whether there is room for two panes."""
        return bool(Window.width >= dp(WIDE_FROM_DP))

    @property
    def roomy(self) -> bool:
        """Whether the top bar has room for whole words."""
        return bool(Window.width >= dp(ROOMY_FROM_DP) * min(theme.text_scale, 1.3))

    @property
    def today(self) -> date:
        """The tablet's date."""
        return self.clock().date()

    @property
    def free_megabytes(self) -> int:
        """Room left on the tablet where its work is kept, in MB (10**6 bytes)."""
        return self.tablet.free_bytes() // 10**6

    @property
    def unlocked(self) -> Session:
        """The session; screens that ask for it are only shown while there is one."""
        assert self.session is not None
        return self.session

    # -- way

    def show_first(self) -> None:
        """The screen an officer begins at."""
        if self.session is None:
            self.way = [Visited("unlock" if self.tablet.is_set_up else "set_up")]
        elif not self.session.is_enrolled:
            self.way = [Visited("enrol")]
        else:
            self.way = [Visited("home")]
        self._show()

    def show_place(self, name: str) -> None:
        """One of the main screens; home stays behind it on the way back."""
        self.way = [Visited("home")] if name == "home" else [Visited("home"), Visited(name)]
        self._show()

    def go(self, name: str, **arguments: Any) -> None:
        """A further screen."""
        self.way.append(Visited(name, arguments))
        self._show()

    def go_from_first(self, name: str, **arguments: Any) -> None:
        """A further screen right behind the first: what lies between is not come back to."""
        self.way = self.way[:1]
        self.go(name, **arguments)

    def replace(self, name: str, **arguments: Any) -> None:
        """Another screen instead of this one, which is not come back to."""
        self.way[-1:] = [Visited(name, arguments)]
        self._show()

    def remember(self, **arguments: Any) -> None:
        """Changes what this screen is opened with when it is come back to."""
        self.way[-1].arguments.update(arguments)

    def back(self) -> None:
        """The screen before."""
        if self.screen.goes_back():
            return
        if len(self.way) > 1:
            self.way.pop()
            self._show()

    def bring_back(self, what: str, found: Any) -> None:
        """The screen before, which is given what was found on this one."""
        self.way.pop()
        self._show()
        self.screen.brought(what, found)

    def rebuild(self) -> None:
        """The same screen again, from the beginning: after a change of language or shape."""
        self._show()

    def open_danger(self) -> None:
        """The steps for immediate danger, from wherever the officer is."""
        if self.way[-1].name == "danger":
            return
        here = self.way[-1].arguments
        self.go("danger", record_id=here.get("record_id") or here.get("visit_id"))

    # -- lock

    def opened(self, session: Session) -> None:
        """Takes the unlocked session."""
        self.session = session
        self._speak_language()
        if session.is_enrolled:
            session.casework.erase_due_identities()
            keep_before_unlock(self.tablet.folder, session, self.appearance.language)
        self.idle.unlocked()
        self.check_ins.begin()
        self._go_on()
        self.autosend.begin(session)

    def secret_chosen(self) -> None:
        """Goes on where the programme's wish for a passphrase came between."""
        self._go_on()

    def _go_on(self) -> None:
        if self.unlocked.asks_for_passphrase:
            self.show_first()
            return
        left, self._left = self._left, []
        if self._is_still_there(left):
            self.way = left
            self._show()
        else:
            self.show_first()

    def lock(self, *, comes_back: bool = False) -> None:
        """Forgets the key and asks for the PIN. comes_back: unlocked again, all is as it was left,
        for the officer only listened for a while."""
        self._left = list(self.way) if comes_back and self.session is not None else []
        self._close_everything()
        self._forget_session()
        self.show_first()

    def hide(self) -> None:
        """Quick hide: locks, and shows a calculator; unlocked again, all is as it was left."""
        way = list(self.way) if self.session is not None else self._left
        self._close_everything()
        self._left = way
        self._forget_session()
        self.way = [Visited("hidden")]
        self._show()
        Window.set_title(say("hidden.calculator"))

    # -- look

    def change(self, **changes: Any) -> None:
        """Changes language, theme or text size, at once and for the next start."""
        self.appearance = self.appearance.having(**changes)
        self._keep(self.appearance)
        self._wear()
        self._speak_language()
        if self.session is not None and self.session.is_enrolled:
            keep_before_unlock(self.tablet.folder, self.session, self.appearance.language)
        self.rebuild()

    def _wear(self) -> None:
        look = self.appearance
        theme.wear(dark=look.dark, language=look.language, text_scale=look.text_scale)
        Window.clearcolor = theme.background

    def _speak_language(self) -> None:
        if self.session is not None:
            self.session.set_language(self.appearance.language)

    # -- inner workings

    def _show(self) -> None:
        theme.calendar = self.session.calendar if self.session else GREGORIAN
        if self._asks_first and self.way[-1].name not in BEFORE_A_PASSPHRASE:
            self.way = [Visited("new_secret")]
        self.fonts.take(self.session)
        target = self.way[-1]
        log.info("screen name=%s", target.name)
        if self.holder.children:
            self.screen.leave()
        module = import_module(f"mobile.ui.screens.{target.name}")
        load_layout(target.name)
        screen: Screen = getattr(module, SCREENS[target.name])(self, **target.arguments)
        if self.way[-1] is not target:
            return  # the screen sent the officer on while it was being filled
        self.holder.clear_widgets()
        self.holder.add_widget(Frame(self, screen))
        Window.set_title(self.title)

    @property
    def _asks_first(self) -> bool:
        return self.session is not None and self.session.asks_for_passphrase

    def _is_still_there(self, way: list[Visited]) -> bool:
        """Whether everything a way leads through is there to be shown."""
        if self.session is None or not self.session.is_enrolled:
            return False
        named = [each.arguments.get(of) for each in way for of in ("record_id", "visit_id")]
        try:
            for record_id in filter(None, named):
                self.session.casework.row(record_id)
        except KeyError:
            return False
        return bool(way)

    def _close_everything(self) -> None:
        """Before locking. Whatever goes wrong, such as a full disk on which the last word cannot be
        saved any more: the tablet is locked all the same, and what is shown goes."""
        self.sounds.stop()
        try:
            self.screen.leave()
        except Exception as fault:  # locking comes first
            log.error("not_settled kind=%s", type(fault).__name__, exc_info=fault)
        self.holder.clear_widgets()
        hide_notice()
        for overlay in open_overlays():
            overlay.close()

    def _forget_session(self) -> None:
        if self.session is not None:
            background.disown()
            self.autosend.rest()
            self.session.lock()
            self.session = None
            self.idle.locked()

    def _resized(self, *_: object) -> None:
        shape = (self.wide, self.roomy)
        if shape != self._shape:
            self._shape = shape
            background.soon(self.rebuild)

    def _key(self, _window: Any, key: int, *_: object) -> bool:
        if key != 27:  # escape, and Android's back key
            return False
        overlays = open_overlays()
        if overlays:
            if overlays[0].dismissable:
                overlays[0].close()
        elif len(self.way) > 1:
            self.back()
        else:
            return False
        return True

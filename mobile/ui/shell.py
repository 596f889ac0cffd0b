"""What every screen is and is given, and the frame around it: top bar, the main screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from kivy.lang import Builder
from kivy.metrics import dp
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.platform.dialling import Dialler
from mobile.platform.log import DiagnosticLog
from mobile.platform.position import Positions
from mobile.sending.autosend import Chosen
from mobile.tablet import Session, Tablet
from mobile.ui.appearance import Appearance
from mobile.ui.sound import Sounds
from mobile.ui.widgets.bars import TopBar, make_places
from mobile.ui.widgets.camera import OpenCamera
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

HERE = Path(__file__).parent / "screens"
_loaded: set[str] = set()


def load_layout(name: str) -> None:
    """Reads the .kv file of a screen, once."""
    if name not in _loaded:
        _loaded.add(name)
        Builder.load_file(str(HERE / f"{name}.kv"))


class AutosendChoice(Protocol):
    """What Settings show of sending unasked. tells_metered: see mobile.ui.autosend."""

    @property
    def tells_metered(self) -> bool: ...
    @property
    def chosen(self) -> Chosen: ...
    def choose(self, chosen: Chosen) -> None: ...


class Shell(Protocol):
    """What screens are given: the session, the way to other screens, the look.

    The app is one (mobile.ui.app says what each does); screens know no more of it than this.
    """

    tablet: Tablet
    session: Session | None
    appearance: Appearance
    clock: Callable[[], datetime]
    diagnostics: DiagnosticLog
    positions: Positions | None
    dialler: Dialler | None
    check_ins: Any
    open_camera: OpenCamera
    sounds: Sounds

    @property
    def autosend(self) -> AutosendChoice: ...
    @property
    def screen(self) -> Screen: ...
    @property
    def shown(self) -> Screen | None: ...
    @property
    def unlocked(self) -> Session: ...
    @property
    def wide(self) -> bool: ...
    @property
    def roomy(self) -> bool: ...
    @property
    def today(self) -> date: ...
    @property
    def free_megabytes(self) -> int: ...

    def show_first(self) -> None: ...
    def show_place(self, name: str) -> None: ...
    def go(self, name: str, **arguments: Any) -> None: ...
    def go_from_first(self, name: str, **arguments: Any) -> None: ...
    def replace(self, name: str, **arguments: Any) -> None: ...
    def remember(self, **arguments: Any) -> None: ...
    def back(self) -> None: ...
    def bring_back(self, what: str, found: Any) -> None: ...
    def rebuild(self) -> None: ...
    def open_danger(self) -> None: ...
    def opened(self, session: Session) -> None: ...
    def secret_chosen(self) -> None: ...
    def lock(self, *, comes_back: bool = False) -> None: ...
    def hide(self) -> None: ...
    def change(self, **changes: Any) -> None: ...


class Screen(BoxLayout):
    """One screen. What it shows comes from the use cases when it is opened; what is tapped goes
    to them or to the app's way between screens.

    place: its name among the main screens, "" for one that is reached from them.
    has_back: whether the top bar leads back. is_busy: whether something runs that a lock would
    cut off. is_covered: no bars.
    """

    place = ""
    has_back = True
    has_danger = True
    is_busy = False
    is_covered = False

    title = StringProperty("")
    subtitle = StringProperty("")

    def __init__(self, app: Shell, **arguments: Any) -> None:
        self.app = app
        super().__init__(orientation="vertical")
        self.prepare(**arguments)

    def prepare(self, *arguments: Any, **named: Any) -> None:
        """Fills the screen. The layout of the .kv file stands when this is called."""

    def lay_beside(self, halves: Any) -> None:
        """The two parts of a page beside each other where there is room, in reading order."""
        if not self.app.wide:
            return
        halves.orientation = "horizontal"
        if theme.rtl:
            in_order = halves.children[:]
            halves.clear_widgets()
            for half in in_order:
                halves.add_widget(half)

    def leave(self) -> None:
        """Called before the screen goes away: what was typed is settled here."""

    def news(self) -> None:
        """Called when the office answered, whoever asked it: numbers may be others now."""

    def brought(self, what: str, found: Any) -> None:
        """What a further screen found for this one, after it has gone (Shell.bring_back)."""

    def goes_back(self) -> bool:
        """Called for the back button; True when the screen has dealt with it itself."""
        return False


class Frame(BoxLayout):
    """The whole window: the screen with its bars."""

    def __init__(self, app: Shell, screen: Screen) -> None:
        wide = app.wide and bool(screen.place)
        super().__init__(orientation="horizontal")
        self.screen = screen
        main = BoxLayout(orientation="vertical")
        self.top_bar = TopBar(
            back=screen.has_back and not screen.place,
            hide=app.session is not None,
            danger=screen.has_danger,
            roomy=app.roomy,
            title=screen.title,
            subtitle=screen.subtitle,
        )
        self.top_bar.bind(
            on_back=lambda *_: app.back(),
            on_hide=lambda *_: app.hide(),
            on_danger=lambda *_: app.open_danger(),
        )
        screen.bind(title=self.top_bar.setter("title"), subtitle=self.top_bar.setter("subtitle"))
        if not screen.is_covered:
            main.add_widget(self.top_bar)
            session = app.session
            if session is not None and session.is_enrolled and session.membership.practice:
                practice = Band("attention", "school-outline", say("bar.practice"))
                practice.radius, practice.padding = 0, (dp(16), dp(2))
                main.add_widget(practice)
        main.add_widget(screen)
        if screen.place and not wide:
            main.add_widget(make_places(screen.place, app.show_place, wide=False))
        sides = [main]
        if wide:
            sides.insert(0, make_places(screen.place, app.show_place, wide=True))
        for side in reversed(sides) if theme.rtl else sides:
            self.add_widget(side)

"""What every screen is, and the frame around it: top bar, way between the main screens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.ui.widgets.bars import TopBar, make_places
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say

if TYPE_CHECKING:
    from mobile.ui.app import TallyApp

HERE = Path(__file__).parent / "screens"
_loaded: set[str] = set()


def load_layout(name: str) -> None:
    """Reads the .kv file of a screen, once."""
    if name not in _loaded:
        _loaded.add(name)
        Builder.load_file(str(HERE / f"{name}.kv"))


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

    def __init__(self, app: TallyApp, **arguments: Any) -> None:
        self.app = app
        super().__init__(orientation="vertical")
        self.prepare(**arguments)

    def prepare(self, *arguments: Any, **named: Any) -> None:
        """Fills the screen. The layout of the .kv file stands when this is called."""

    def leave(self) -> None:
        """Called before the screen goes away: what was typed is settled here."""

    def news(self) -> None:
        """Called when the office answered, whoever asked it: numbers may be others now."""

    def brought(self, what: str, found: Any) -> None:
        """What a further screen found for this one, after it has gone (TallyApp.bring_back)."""

    def goes_back(self) -> bool:
        """Called for the back button; True when the screen has dealt with it itself."""
        return False


class Frame(BoxLayout):
    """The whole window: the screen with its bars."""

    def __init__(self, app: TallyApp, screen: Screen) -> None:
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
                practice.radius = 0
                main.add_widget(practice)
        main.add_widget(screen)
        if screen.place and not wide:
            main.add_widget(make_places(screen.place, app.show_place, wide=False))
        sides = [main]
        if wide:
            sides.insert(0, make_places(screen.place, app.show_place, wide=True))
        for side in reversed(sides) if theme.rtl else sides:
            self.add_widget(side)

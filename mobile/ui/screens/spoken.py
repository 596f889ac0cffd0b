"""The language of the words to say, which need not be that of the officer."""

from __future__ import annotations

from collections.abc import Callable

from kivy.metrics import dp

from mobile.ui.appearance import languages
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import LineButton
from mobile.ui.widgets.questions.codes import SearchPage
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say


def spoken_button(
    app: Shell, choose: Callable[[str], None], before: Callable[[], object] = lambda: None
) -> LineButton:
    """A line that says in which language the words to say are, and leads to the others. before:
    done when it is tapped."""
    known = languages()
    spoken = app.unlocked.casework.spoken or theme.language
    line = LineButton(
        title=say("interview.spoken"),
        detail=known.get(spoken, spoken),
        icon="account-voice",
        end_icon="chevron-right",
        padding=(dp(12), dp(8)),
    )

    def search(typed: str) -> list[tuple[str, str, str]]:
        return [
            (code, name, "") for code, name in known.items() if typed.casefold() in name.casefold()
        ]

    def open_page(*_: object) -> None:
        before()
        SearchPage(
            say("interview.spoken"),
            search,
            lambda code: choose("" if code == theme.language else code),
            spoken,
        ).open()

    line.bind(on_release=open_page)
    return line

"""About: which versions this tablet works with, and what it belongs to."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from kivy.metrics import dp

from mobile.ui.screens.editions import edition_words
from mobile.ui.shell import Screen
from mobile.ui.widgets.surfaces import ColumnLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.classification import RULES_VERSION


class AboutScreen(Screen):
    """What to say on the phone when somebody helps."""

    def prepare(self, **_arguments: Any) -> None:
        """Shows the versions."""
        self.title = say("about.title")
        session = self.app.unlocked
        reference, member = session.reference, session.membership
        for key, words in (
            ("app", own_version()),
            (
                "questionnaire",
                f"{reference.questionnaire.version} ({reference.questionnaire.digest})",
            ),
            ("edition", edition_words(session.editions, self.app.clock().tzinfo)),
            ("rules", RULES_VERSION),
            ("country", reference.profile.name(theme.language)),
            ("programme", member.programme_id),
            ("organisation", member.organisation_code),
            ("officer", member.officer_code),
            ("tablet", str(member.tablet_id)),
        ):
            pair = ColumnLayout(spacing=dp(2))
            pair.add_widget(Text(words=say(f"about.{key}"), role="small", tint=theme.quiet))
            pair.add_widget(Text(words=words))
            self.ids.facts.add_widget(pair)


def own_version() -> str:
    """The version of the app, "?" where it was not installed as a package."""
    try:
        return version("tally87")
    except PackageNotFoundError:
        return "?"

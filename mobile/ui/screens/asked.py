"""From the office: visits it asks for, and answers it asks about. Answered without network; the
answer goes with the next sending."""

from __future__ import annotations

from typing import Any

from mobile.ui.screens.asked_lines import QueryCard, VisitCard, asked_now
from mobile.ui.shell import Screen
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.wire.note_kinds import VisitAsked


class AskedScreen(Screen):
    """What is asked for: what waits for an answer first, visits by their day."""

    def prepare(self, **_arguments: Any) -> None:
        """Shows what is asked at this moment."""
        self.title = say("asked.title")
        found = asked_now(self.app)
        if not found:
            self.ids.asked.add_widget(Text(words=say("asked.none"), tint=theme.quiet))
        waiting = sorted(found, key=lambda one: (bool(one.answer), _due(one.content)))
        for one in waiting:
            card = VisitCard if isinstance(one.content, VisitAsked) else QueryCard
            self.ids.asked.add_widget(card(self.app, one, self.app.rebuild))


def _due(content: object) -> str:
    """What has no day comes before what has: somebody at the office waits for it."""
    return content.due if isinstance(content, VisitAsked) else ""

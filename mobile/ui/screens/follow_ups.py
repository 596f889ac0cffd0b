"""The follow-ups of all cases by the day they are due. Seen only while the tablet is unlocked."""

from __future__ import annotations

from typing import Any

from mobile.casework import FollowUpRow
from mobile.ui.screens.follow_up_lines import FollowUpLine, reminder
from mobile.ui.screens.rows import Lines
from mobile.ui.shell import Screen
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say


class FollowUpsScreen(Screen):
    """What is urgent in a sentence, then the list."""

    def prepare(self, **_arguments: Any) -> None:
        """Shows what is open now."""
        self.title = say("follow_up.all")
        casework = self.app.unlocked.casework
        said = reminder(casework)
        if said is None:
            self.ids.said.add_widget(Text(words=say("follow_up.none"), tint=theme.quiet))
        else:
            self.ids.said.add_widget(Band(*said))
        self.list = Lines(FollowUpLine)
        self.ids.holder.add_widget(self.list)
        self.list.fill(casework.follow_ups.open_ones(), self.open_one)

    def open_one(self, row: FollowUpRow) -> None:
        """Opens one of them."""
        self.app.go("follow_up", record_id=row.record_id, number=row.number)

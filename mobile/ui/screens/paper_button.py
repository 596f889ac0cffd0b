"""The way to a paper that can be handed over, where there is something to stand on it."""

from __future__ import annotations

from typing import Any

from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId


def offer_paper(app: Shell, kind: str, record_id: RecordId, holder: Any) -> None:
    """A button to the slip of a case or the report of a visit; none when it would be empty."""
    given, member = app.unlocked.casework.given, app.unlocked.membership
    paper = (
        given.slip(record_id, theme.language)
        if kind == "slip"
        else given.report(record_id, member.organisation_code, theme.language)
    )
    if not paper.lines:
        return
    button = PushButton(words=say(f"paper.{kind}"), icon="text-box-outline", kind="outlined")
    button.bind(on_release=lambda *_: app.go("paper", kind=kind, record_id=record_id))
    holder.add_widget(button)

"""Reference data on the screens: messages of the office, files, which edition is in use."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from kivy.metrics import dp

from mobile.editions import Editions, News
from mobile.ui import background
from mobile.ui.screens.rows import short_day
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.files import FilePage, FolderPage
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band, CardLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.parts import OfficeMessage
from shared.texts import text


class MessageCard(CardLayout):
    """A message of the office, until somebody says it is read."""

    def __init__(self, message: OfficeMessage, editions: Editions, zone: tzinfo | None) -> None:
        super().__init__(padding=dp(16), spacing=dp(8))
        day = day_of(message.made_s, zone)
        self.add_widget(Text(words=say("home.message", day=day), role="label"))
        self.add_widget(Text(words=message.words(theme.language)))
        self.read_button = PushButton(
            words=say("home.message_read"), icon="check", kind="plain", hug=True
        )
        self.read_button.bind(on_release=lambda *_: self._read(message, editions))
        self.add_widget(self.read_button)

    def _read(self, message: OfficeMessage, editions: Editions) -> None:
        editions.read_message(message.number)
        if self.parent is not None:
            self.parent.remove_widget(self)


def news_bands(news: News) -> list[Band]:
    """What came down with a sending, or what kept it back; nothing when there was no news."""
    if news.edition:
        words = text("tablet.edition_taken", theme.language, number=news.edition)
        return [Band("good", "book-check-outline", words)]
    if news.problem:
        words = text(news.problem, theme.language, number=news.number)
        return [Band("attention", "book-clock-outline", words)]
    return []


def read_edition(screen: Any) -> None:
    """Takes an edition from a file, off the drawing thread."""
    editions = screen.app.unlocked.editions

    def taken(number: int) -> None:
        notice(text("tablet.edition_taken", theme.language, number=number), "check-circle-outline")

    FilePage(
        say("send.read_edition"),
        lambda path: background.run(lambda: editions.take_file(path), taken, screen.tell_fault),
    ).open()


def save_edition(screen: Any) -> None:
    """Writes the edition in use into a folder, for tablets without network."""
    editions = screen.app.unlocked.editions

    def saved(path: Path) -> None:
        notice(say("send.edition_saved", file=path.name), "check-circle-outline")

    FolderPage(
        say("files.choose_folder"),
        lambda folder: background.run(lambda: editions.save_file(folder), saved, screen.tell_fault),
    ).open()


def edition_words(editions: Editions, zone: tzinfo | None) -> str:
    """Which reference data are in use, and since when."""
    if editions.problem or editions.refused:
        number = editions.refused or editions.in_store
        return text("tablet.edition_does_not_load", theme.language, number=number)
    if not editions.number:
        return say("about.edition_own")
    return say("about.edition_words", number=editions.number, day=day_of(editions.taken_s, zone))


def day_of(seconds: int, zone: tzinfo | None) -> str:
    """The day of a moment in the tablet's own time."""
    return short_day(datetime.fromtimestamp(seconds, zone).date().isoformat())

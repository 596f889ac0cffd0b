"""A paper to hand over, as it will be read: shown, as a code, or written to a file for printing."""

from __future__ import annotations

import html
from functools import partial
from pathlib import Path
from typing import Any

from kivy.metrics import dp

from mobile.casework.papers_given import GivenPaper
from mobile.platform.sticks import is_on_a_stick
from mobile.transport.qr_drawing import code_of
from mobile.ui import background
from mobile.ui.appearance import languages
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import LineButton, PushButton, SmallChoice
from mobile.ui.widgets.files import FolderPage
from mobile.ui.widgets.overlays import Page, notice
from mobile.ui.widgets.qr import QrCode
from mobile.ui.widgets.questions.codes import SearchPage
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId
from shared.texts import is_reviewed, is_right_to_left

QR_DP = 280
"""Of a code: read from an arm's length by a telephone."""


class PaperScreen(Screen):
    """The slip of a case, or the report of a visit, in a language of its own."""

    def prepare(
        self,
        *,
        kind: str,
        record_id: RecordId,
        language: str = "",
        with_name: bool = False,
        **_arguments: Any,
    ) -> None:
        """kind: "slip" or "report". language: of the paper, the officer's where none is chosen."""
        self.kind, self.record_id = kind, record_id
        self.language, self.with_name = language or theme.language, with_name
        self.title = say(f"paper.{kind}")
        self.paper = self._paper()
        self.ids.before.add_widget(Band("attention", "alert-outline", say(f"paper.{kind}_words")))
        self._offer_language()
        if not self.paper.lines:
            self.ids.said.add_widget(Text(words=say("paper.nothing"), tint=theme.quiet))
            return
        if not is_reviewed(self.language, "tablet"):
            self.ids.before.add_widget(Text(words=say("bar.draft_words"), tint=theme.attention))
        self.ids.said.add_widget(Text(words=self.paper.title, role="title"))
        for line in (*self.paper.lines, *self.paper.foot):
            self.ids.said.add_widget(Text(words=line))
        if kind == "slip":
            self._offer_name()
        self.code_button = self._button("paper.code", "qrcode", self.show_code)
        self.save_button = self._button("paper.save", "content-save-outline", self.save)

    def show_code(self) -> None:
        """The words as a code that the person's own telephone reads."""
        page = Page(self.title)
        page.sheet.add_widget(
            QrCode(code_of(self.paper.words), size_hint=(1, None), height=dp(QR_DP))
        )
        page.sheet.add_widget(Text(words=self.paper.words))
        page.open()

    def save(self) -> None:
        """Writes it as a page any browser prints, on a stick or card only: the page is not sealed,
        and whoever takes the tablet must not find it there."""

        def take(folder: Path) -> None:
            if is_on_a_stick(folder, self.app.tablet.folder):
                background.run(lambda: self.write(folder), saved, failed)
            else:
                notice(say("paper.only_stick"), "alert-circle-outline")

        def saved(path: Path) -> None:
            notice(say("paper.saved", file=path.name), "check-circle-outline")

        def failed(fault: Exception) -> None:
            notice(sentence_of(fault), "alert-circle-outline")

        FolderPage(say("files.choose_folder"), take).open()

    def write(self, folder: Path) -> Path:
        """Its file in that folder; the name says nothing of whom or what it is about."""
        path = folder / f"{self.kind}.html"
        path.write_text(page_of(self.paper, self.language), encoding="utf-8")
        return path

    def _paper(self) -> GivenPaper:
        given = self.app.unlocked.casework.given
        if self.kind == "slip":
            return given.slip(self.record_id, self.language, with_name=self.with_name)
        organisation = self.app.unlocked.membership.organisation_code
        return given.report(self.record_id, organisation, self.language)

    def _offer_language(self) -> None:
        line = LineButton(
            title=say("paper.language"),
            detail=languages().get(self.language, self.language),
            icon="translate",
            end_icon="chevron-right",
        )
        line.bind(on_release=lambda *_: self._choose_language())
        self.ids.before.add_widget(line)

    def _choose_language(self) -> None:
        def search(typed: str) -> list[tuple[str, str, str]]:
            return [
                (code, name, "")
                for code, name in languages().items()
                if typed.casefold() in name.casefold()
            ]

        page = SearchPage(
            say("paper.language"), search, lambda code: self._again(language=code), self.language
        )
        page.open()

    def _offer_name(self) -> None:
        chip = SmallChoice(words=say("paper.with_name"), chosen=self.with_name)
        chip.bind(on_release=lambda *_: self._again(with_name=not self.with_name))
        self.name_chip = chip
        self.ids.actions.add_widget(chip)

    def _again(self, **changes: Any) -> None:
        self.app.remember(**changes)
        self.app.rebuild()

    def _button(self, words: str, icon: str, act: Any) -> PushButton:
        button = PushButton(words=say(words), icon=icon, kind="outlined")
        button.bind(on_release=partial(lambda act, *_: act(), act))
        self.ids.actions.add_widget(button)
        return button


def page_of(paper: GivenPaper, language: str) -> str:
    """The paper as one page of HTML, in the direction its language is written in."""
    direction = "rtl" if is_right_to_left(language) else "ltr"
    said = "".join(f"<p>{html.escape(line)}</p>" for line in (*paper.lines, "", *paper.foot))
    title = html.escape(paper.title)
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
        f"<title>{title}</title><style>body{{font:14pt sans-serif;margin:2cm}}</style>"
        f"<h1>{title}</h1>{said}</html>"
    )

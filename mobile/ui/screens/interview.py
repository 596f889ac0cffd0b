"""The interview: one section a page, every answer saved the moment it is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.casework import Interview, QuestionView, SectionView
from mobile.ui import background
from mobile.ui.screens.code_search import label_of, look_around, search
from mobile.ui.screens.rows import title_of
from mobile.ui.screens.sections import BESIDE_UP_TO, PageHeading, SectionLine
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.questions import QuestionCard
from mobile.ui.widgets.questions.codes import Nearby
from mobile.ui.widgets.surfaces import Band, CardLayout, ColumnLayout, Gap, RowLayout, Scroll
from mobile.ui.widgets.swiping import SwipeArea
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import Value
from shared.codelists import CodeList
from shared.codelists.nearest import has_seats
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Level
from shared.questionnaire.reading_aloud import is_draft
from shared.texts import text

HOURS_PER_WEEK = "hours_per_week"
"""The XLSForm parameter ``unit`` of questions the hours helper belongs to."""


class InterviewScreen(Screen):
    """Sections on the left and questions on the right; on a narrow screen one after the other."""

    page_kind = SwipeArea  # what the questions lie on in the .kv file

    def prepare(
        self,
        *,
        record_id: RecordId,
        section: str | None = None,
        question: str | None = None,
        **_arguments: Any,
    ) -> None:
        """Opens a section: the one asked for, the question's, or the first that is not done."""
        self.record_id = record_id
        self.casework = self.app.unlocked.casework
        self.row = self.casework.row(record_id)
        self.interview: Interview = self.casework.interview(record_id)
        self.cards: dict[str, QuestionCard] = {}
        self.lines: dict[str, SectionLine] = {}
        self._spreading: Any = None
        self._wanted: str | None = None
        self._danger_band: Band | None = None
        self._locked = self.interview.state is not CaseState.DRAFT
        self._returned = self._what_the_office_said()
        self._name_it()
        self._lay_out()
        self._show_danger(self.interview.danger_reasons)
        self.open_section(section or self._section_of(question), question)

    # -- going through

    @property
    def here(self) -> SectionView:
        """The section shown now."""
        return self.interview.section(self.section_name)

    def open_section(self, name: str, question: str | None = None) -> None:
        """Shows a section from its first question, or from the one named."""
        self.settle()
        self.section_name = name
        self.app.remember(section=name, question=None)
        self._refresh_sections()
        self.holder.clear_widgets()
        self.cards = {}
        self._say_where()
        self._wanted = question
        self._add_missing_cards()
        self.scroll.scroll_y = 1

    def next(self) -> None:
        """The next section; after the last one, the review."""
        self.settle()
        names = [section.name for section in self.interview.sections]
        place = names.index(self.section_name)
        if place + 1 < len(names):
            self.open_section(names[place + 1])
        elif self.interview.level is Level.VISIT:
            self.app.back()
        else:
            self.review()

    def previous(self) -> None:
        """The section before."""
        names = [section.name for section in self.interview.sections]
        place = names.index(self.section_name)
        if place > 0:
            self.open_section(names[place - 1])

    def swiped(self, by: int) -> None:
        """The section after (1) or before (-1); a stroke never leaves the interview."""
        names = [section.name for section in self.interview.sections]
        place = names.index(self.section_name) + by
        if 0 <= place < len(names):
            self.open_section(names[place])

    def to_missing(self) -> None:
        """The next required question without an answer, from here on, then from the first."""
        self.settle()
        names = [section.name for section in self.interview.sections]
        here = names.index(self.section_name)
        for section in (*self.interview.sections[here:], *self.interview.sections[:here]):
            if section.missing:
                self.open_section(section.name, section.missing[0])
                return

    def review(self) -> None:
        """What was found, and finalising."""
        self.settle()
        self.app.go("review", record_id=self.record_id)

    def list_sections(self) -> None:
        """Narrow screens: the sections as a page of their own."""
        page = Page(say("interview.sections"))
        column = ColumnLayout(spacing=dp(4))
        for section in self.interview.sections:
            line = SectionLine(section.name, partial(self._from_page, page))
            line.show(section, section.name == self.section_name)
            column.add_widget(line)
        scroll = Scroll()
        scroll.add_widget(column)
        page.sheet.add_widget(scroll)
        page.open()

    def leave(self) -> None:
        """Saves what was typed and not settled yet."""
        self.settle()
        if self._spreading is not None:
            self._spreading.cancel()

    def settle(self) -> None:
        """Saves what was typed and not settled yet."""
        for card in list(self.cards.values()):
            card.settle()

    # -- answering

    def answer(self, name: str, value: Value | None) -> None:
        """Saves one answer and shows what it changes."""
        self.interview = self.casework.answer(self.record_id, name, value).interview
        self._returned.pop(name, None)  # that was about the answer before
        if self.section_name not in {section.name for section in self.interview.sections}:
            self.open_section(self.interview.sections[-1].name)
            return
        self._refresh_cards()
        self._refresh_sections()
        self._say_where()
        self._show_danger(self.interview.danger_reasons)
        self._name_it()

    def _add_missing_cards(self) -> None:
        """Cards of questions that have none yet, one a frame: nothing stands still meanwhile."""
        if self._spreading is not None:
            self._spreading.cancel()
        self._spreading = background.spread(
            [
                partial(self._add_card, view.name)
                for view in self.here.questions
                if view.name not in self.cards
            ],
            self._all_added,
        )

    def _add_card(self, name: str) -> None:
        views = {view.name: view for view in self.here.questions}
        if name not in views or name in self.cards:
            return
        self.cards[name] = card = self._card(views[name])
        self.cards = {name: self.cards[name] for name in views if name in self.cards}
        above = list(self.cards).index(name)
        self.holder.add_widget(card, index=len(self.holder.children) - above)

    def _card(self, view: QuestionView) -> QuestionCard:
        language = theme.language
        question = view.question
        codes = self.app.unlocked.reference.codelists.get(view.code_list or "")
        card = QuestionCard(
            view.name,
            question.kind,
            view.label,
            hint=view.hint,
            to_say=(view.to_say.words, view.to_say.wording) if view.to_say else None,
            draft=is_draft(self.app.unlocked.reference.questionnaire, language),
            may_refuse=question.asked is None or not question.asked.is_of_the_officer,
            required=view.required,
            choices=[(choice.code, choice.label(language)) for choice in view.choices],
            many_lines="multiline" in question.appearance,
            per_week=question.parameters.get("unit") == HOURS_PER_WEEK,
            recent_date=question.measure == "visit.date",
            calendar=self.app.unlocked.reference.profile.calendar,
            today=self.app.today,
            label_of=partial(label_of, codes, language) if codes is not None else None,
            search=partial(search, codes, language) if codes is not None else None,
            nearby=self._nearby(codes) if codes is not None else None,
            locked=self._locked,
        )
        card.show(view.value, self._findings(view))
        card.bind(on_answer=lambda _card, name, value: self.answer(name, value))
        return card

    def _what_the_office_said(self) -> dict[str, str]:
        """Why it came back, at the question it is about."""
        if self._locked:
            return {}
        return {
            finding.question: finding.sentence(theme.language)
            for finding in self.casework.returned_findings(self.record_id)
            if finding.question
        }

    def _findings(self, view: QuestionView) -> list[tuple[str, str]]:
        """What is wrong with an answer; of the office's findings those it was not changed after."""
        said = [
            (finding.severity.value, finding.sentence(theme.language))
            for finding in view.findings
            # What is only not answered yet is not wrong yet; the review says what is missing.
            if view.value is not None
        ]
        if view.name in self._returned:
            words = say("interview.office_says", words=self._returned[view.name])
            said.append(("error", words))
        return said

    def _nearby(self, codes: CodeList) -> Nearby | None:
        positions = self.app.positions
        if positions is None or not has_seats(codes):
            return None
        return partial(look_around, positions, codes, theme.language)

    def _refresh_cards(self) -> None:
        views = {view.name: view for view in self.here.questions}
        for name in [name for name in self.cards if name not in views]:
            self.holder.remove_widget(self.cards.pop(name))
        for name, card in self.cards.items():
            card.show(views[name].value, self._findings(views[name]))
        if len(self.cards) < len(views):
            self._add_missing_cards()

    def _all_added(self) -> None:
        self._spreading = None
        question, self._wanted = self._wanted, None
        if question in self.cards:
            background.soon(lambda: self._scroll_to(question or ""), 0.1)

    def _scroll_to(self, question: str) -> None:
        card = self.cards.get(question)
        if card is not None and self.holder.height > self.scroll.height:
            self.scroll.scroll_to(card, padding=dp(16), animate=False)
        if card is not None:
            card.outline = theme.primary

    # -- looks

    def _lay_out(self) -> None:
        self.holder = ColumnLayout(spacing=dp(14))
        page = ColumnLayout(
            spacing=dp(14), padding=(dp(20), dp(12), dp(20), dp(24)), size_hint=(None, None)
        )
        self.danger_holder = ColumnLayout()
        page.add_widget(self.danger_holder)
        page.add_widget(self.holder)
        self.scroll = Scroll()
        self.scroll.add_widget(page)
        self.scroll.bind(width=lambda _s, width: setattr(page, "width", width))
        self.heading = PageHeading(
            None if self.app.wide else self.list_sections, self.to_missing, locked=self._locked
        )
        self.ids.right.add_widget(self.heading)
        self.ids.right.add_widget(self.scroll)
        self.ids.right.add_widget(self._foot())
        if self.app.wide:
            self._lay_out_sections()

    def _foot(self) -> RowLayout:
        foot = RowLayout(padding=(dp(20), dp(10)), spacing=dp(12), ground=theme.low)
        back, on = ("arrow-right", "arrow-left") if theme.rtl else ("arrow-left", "arrow-right")
        if not self.app.roomy and theme.text_scale > BESIDE_UP_TO:
            back = on = ""  # the words need the room
        self.previous_button = PushButton(
            words=say("interview.previous"), icon=back, kind="outlined"
        )
        self.next_button = PushButton(words=say("interview.next"), icon=on, kind="filled")
        self.previous_button.bind(on_release=lambda *_: self.previous())
        self.next_button.bind(on_release=lambda *_: self.next())
        foot.add_widget(self.previous_button)
        if self.app.wide:
            foot.add_widget(Gap())
        foot.add_widget(self.next_button)
        return foot

    def _lay_out_sections(self) -> None:
        left = ColumnLayout(spacing=dp(4), padding=(dp(12), dp(4), dp(12), dp(16)))
        self._left = left
        scroll = Scroll(size_hint=(None, 1), width=dp(300) * max(1, theme.text_scale * 0.85))
        scroll.add_widget(left)
        panes = self.ids.panes
        panes.add_widget(scroll, index=0 if theme.rtl else len(panes.children))

    def _refresh_sections(self) -> None:
        if not self.app.wide:
            return
        names = [section.name for section in self.interview.sections]
        if list(self.lines) != names:
            self._left.clear_widgets()
            self.lines = {
                name: self.lines.get(name) or SectionLine(name, self.open_section) for name in names
            }
            for line in self.lines.values():
                self._left.add_widget(line)
        for section in self.interview.sections:
            self.lines[section.name].show(section, section.name == self.section_name)

    def _say_where(self) -> None:
        names = [section.name for section in self.interview.sections]
        self.heading.show(self.interview, self.here)
        self.previous_button.disabled = self.section_name == names[0]
        last = self.section_name == names[-1]
        visit = self.interview.level is Level.VISIT
        words = "interview.next" if not last else "interview.done" if visit else "interview.review"
        self.next_button.words = say(words)

    def _show_danger(self, reasons: Sequence[str]) -> None:
        if self._danger_band is not None:
            self.danger_holder.clear_widgets()
            self._danger_band = None
        if not reasons or self._locked:
            return
        card = CardLayout(ground=theme.pair("danger")[0], outline=theme.clear, spacing=dp(8))
        self._danger_band = Band(
            "danger", "alert", say("danger.proposed", why=" ".join(map(_reason, reasons)))
        )
        card.padding = dp(8)
        card.add_widget(self._danger_band)
        button = PushButton(words=say("danger.open_steps"), icon="alert", kind="danger")
        button.bind(on_release=lambda *_: self.app.open_danger())
        card.add_widget(button)
        self.danger_holder.add_widget(card)

    def _name_it(self) -> None:
        self.row = self.casework.row(self.record_id)
        self.title = title_of(self.row)
        self.subtitle = say("row.number", number=f"{self.row.number:04d}")
        if self._locked:
            self.subtitle = say("interview.locked")

    def _section_of(self, question: str | None) -> str:
        for section in self.interview.sections:
            if question in {view.name for view in section.questions}:
                return section.name
        for section in self.interview.sections:
            if section.missing:
                return section.name
        return self.interview.sections[0].name

    def _from_page(self, page: Page, name: str) -> None:
        page.close()
        self.open_section(name)


def _reason(code: str) -> str:
    return text(f"tablet.danger.{code}", theme.language)

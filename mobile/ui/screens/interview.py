"""The interview: one section a page, every answer saved the moment it is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout

from mobile.ui import background
from mobile.ui.screens.offers import Offers
from mobile.ui.screens.rows import title_of
from mobile.ui.screens.section_page import SectionPage
from mobile.ui.screens.sections import BESIDE_UP_TO, PageHeading, SectionLine
from mobile.ui.screens.spoken import spoken_button
from mobile.ui.widgets.controls import IconButton, PushButton
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.remarks import REMARK_ICON, open_remark
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout, Scroll
from mobile.ui.widgets.swiping import SwipeArea
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.identifiers import RecordId
from shared.questionnaire import Level
from shared.texts import text

READ_FROM_DP = 72
"""So far from the edges of a page one reads at least."""


class InterviewScreen(SectionPage):
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
        self.begin(record_id)
        self.row = self.casework.row(record_id)
        self.lines: dict[str, SectionLine] = {}
        self._told_where = ""
        self._name_it()
        self._lay_out()
        self.open_section(section or self._section_of(question), question)

    # -- going through

    def open_section(self, name: str, question: str | None = None) -> None:
        """Shows a section from its first question, or from the one named."""
        self.settle()
        self.section_name = name
        self._above = []  # a page of its own
        self.app.remember(section=name, question=None)
        self._refresh_sections()
        self._say_where()
        self._show_danger(self.interview.danger_reasons)
        self.fill(question)

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
        page.sheet.add_widget(spoken_button(self.app, self._speak, before=page.close))
        page.open()

    def _speak(self, language: str) -> None:
        """The words to say are in that language from now on."""
        self.app.unlocked.set_spoken(language)
        self.app.rebuild()

    def leave(self) -> None:
        """Saves what was typed and not settled yet."""
        self.stop()

    # -- looks

    @property
    def section_in_sight(self) -> str:
        """The section that is read, where several stand under each other: one reads at the top of
        a page that was just turned, at the foot of one scrolled to its end, and between."""
        above = min(max(1 - self.scroll.scroll_y, 0), 1)
        read = dp(READ_FROM_DP) + above * (self.scroll.height - 2 * dp(READ_FROM_DP))
        line = self.scroll.to_window(self.scroll.x, self.scroll.top)[1] - read
        asked = {section.name for section in self.interview.sections}
        names = [name for name in (*self._above, self.section_name) if name in asked]
        columns = [(name, self._columns.get(name)) for name in names]
        reached = [
            name
            for name, column in columns[1:]
            if column is not None and column.to_window(column.x, column.top)[1] >= line
        ]
        return (columns[0][0], *reached)[-1]

    def _follow(self) -> None:
        """The heading says what is read, also while it is scrolled."""
        if self._told_where and self.section_in_sight != self._told_where:
            self._refresh_sections()
            self._say_where()

    def show_around(self) -> None:
        """Where one is, how far the sections are, whether there is danger, whose case it is."""
        self._refresh_sections()
        self._say_where()
        self._show_danger(self.interview.danger_reasons)
        self._name_it()

    def _lay_out(self) -> None:
        self.holder = ColumnLayout(spacing=dp(10))
        page = ColumnLayout(padding=(dp(20), dp(6), dp(20), dp(16)), size_hint=(None, None))
        self.danger_holder = ColumnLayout()
        self.offers = Offers(self.app, self.record_id, self.take_observed)
        for above in (self.danger_holder, self.offers):
            above.bind(children=_room_below)
            page.add_widget(above)
        page.add_widget(self.holder)
        self.scroll = Scroll()
        self.scroll.add_widget(page)
        self.scroll.bind(width=lambda _s, width: setattr(page, "width", width))
        follow = background.collapsed(self._follow)  # once all stands where it goes
        self.scroll.bind(scroll_y=lambda *_: follow())
        self.holder.bind(height=lambda *_: follow())
        self.heading = PageHeading(None if self.app.wide else self.list_sections)
        if self.app.wide or theme.text_scale <= BESIDE_UP_TO:
            self.ids.right.add_widget(self.heading)
        else:  # large letters: the room above the page belongs to the questions
            self.heading.padding = 0
            page.add_widget(self.heading, index=len(page.children))
        self.ids.right.add_widget(self.scroll)
        self.ids.right.add_widget(self._foot())
        if self.app.wide:
            self._lay_out_sections()

    def _foot(self) -> ColumnLayout | RowLayout:
        """The page before and after, what was done last taken back, and the way to what is missing
        or to the review."""
        foot = RowLayout(padding=(dp(20), dp(10)), spacing=dp(12), ground=theme.low)
        back, on = ("arrow-right", "arrow-left") if theme.rtl else ("arrow-left", "arrow-right")
        if not self.app.roomy and theme.text_scale >= BESIDE_UP_TO:
            back = on = ""  # the words need the room
        self.previous_button = PushButton(
            words=say("interview.previous"), icon=back, kind="outlined"
        )
        self.next_button = PushButton(words=say("interview.next"), icon=on, kind="filled")
        self.previous_button.bind(on_release=lambda *_: self.previous())
        self.next_button.bind(on_release=lambda *_: self.next())
        self.undo_button = IconButton(icon="undo", words=say("interview.undo"))
        self.undo_button.bind(on_release=lambda *_: self.undo())
        self.review_button = PushButton(
            words=say("interview.review"), icon="clipboard-check-outline", kind="filled"
        )
        self.review_button.bind(on_release=lambda *_: self.review())
        self.missing_button = PushButton(icon="arrow-right-circle-outline", kind="tonal")
        self.missing_button.bind(on_release=lambda *_: self.to_missing())
        self._came_to_end, self._way_out = False, ColumnLayout()
        for part in (self.previous_button, self.undo_button):
            foot.add_widget(part)
        if self.app.wide:
            foot.add_widget(self._way_out)
        foot.add_widget(self.next_button)
        if self.app.wide:
            return foot
        both = ColumnLayout(ground=theme.low)
        self._way_out.padding = (dp(20), 0)
        both.add_widget(self._way_out)
        both.add_widget(foot)
        return both

    def _lay_out_sections(self) -> None:
        left = ColumnLayout(spacing=dp(4), padding=(dp(12), dp(4), dp(12), dp(16)))
        self._left = left
        across = dp(300) * max(1, theme.text_scale * 0.85)
        side = BoxLayout(orientation="vertical", size_hint=(None, 1), width=across)
        self._side = Scroll()
        self._side.add_widget(left)
        side.add_widget(self._side)
        if not self._locked:
            side.add_widget(spoken_button(self.app, self._speak))
        panes = self.ids.panes
        panes.add_widget(side, index=0 if theme.rtl else len(panes.children))

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
        here = self.section_in_sight
        for section in self.interview.sections:
            self.lines[section.name].show(section, section.name == here)
        background.soon(partial(self._show_line, here))

    def _show_line(self, name: str) -> None:
        """Of many sections the list shows the one that is read."""
        if name in self.lines and self._left.height > self._side.height:
            self._side.scroll_to(self.lines[name], padding=dp(8), animate=False)

    def _say_where(self) -> None:
        names = [section.name for section in self.interview.sections]
        self._told_where = self.section_in_sight
        self.heading.show(self.interview, self.interview.section(self._told_where))
        self.previous_button.disabled = self.section_name == names[0]
        last = self.section_name == names[-1]
        visit = self.interview.level is Level.VISIT
        words = "interview.next" if not last else "interview.done" if visit else "interview.review"
        self.next_button.words = say(words)
        self.undo_button.disabled = not self.last_answers
        self.undo_button.opacity = 1 if self.last_answers else 0
        self._show_way_out(last=last, visit=visit)

    def _show_way_out(self, *, last: bool, visit: bool) -> None:
        """What is missing, once somebody came to the last section: before, it is all still to be
        asked. The review, once nothing is."""
        self._came_to_end |= last
        missing = sum(len(section.missing) for section in self.interview.sections)
        can_review = not (missing or last or visit or self._locked)
        self.next_button.kind = "outlined" if can_review else "filled"
        wanted = self.review_button if can_review else None
        if missing and self._came_to_end and not self._locked:
            self.missing_button.words = say_count("interview.open_n", missing)
            wanted = self.missing_button
        if self._way_out.children != [wanted] * (wanted is not None):
            self._way_out.clear_widgets()
            if wanted is not None:
                self._way_out.add_widget(wanted)

    def _show_danger(self, reasons: Sequence[str]) -> None:
        """The safety steps are proposed: a button that does not say so, because a child, or whoever
        looks on, may read the page. What the person told stands behind it."""
        self.danger_holder.clear_widgets()
        self.steps_button: PushButton | None = None
        if not reasons or self._locked:
            return
        self.steps_button = PushButton(words=say("remark.button"), icon=REMARK_ICON, kind="tonal")
        self.steps_button.bind(on_release=lambda *_: self._propose_steps(reasons))
        self.danger_holder.add_widget(self.steps_button)

    def _propose_steps(self, reasons: Sequence[str]) -> None:
        why = say("danger.proposed", why=" ".join(map(_reason, reasons)))
        open_remark((why,), (say("danger.open_steps"), "danger", self.app.open_danger))

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


def _room_below(holder: ColumnLayout, children: Sequence[Any]) -> None:
    """What holds nothing takes no room."""
    holder.padding = (0, 0, 0, dp(10)) if children else 0


def _reason(code: str) -> str:
    return text(f"tablet.danger.{code}", theme.language)

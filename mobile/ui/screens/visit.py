"""One visit: what is known of the place, and the persons found there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from mobile.casework import CaseRow
from mobile.casework.observed import take_over_work
from mobile.ui.screens.asked_lines import QueryCard, decision_band, queried
from mobile.ui.screens.found import FoundButton
from mobile.ui.screens.paper_button import offer_paper
from mobile.ui.screens.rows import SECTION_LOOKS, badge_of, line_of, open_row, short_day, title_of
from mobile.ui.screens.withdrawing import ask_why, show_withdrawal, withdraw_and_show
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import Badge, LineButton, PushButton
from mobile.ui.widgets.overlays import Dialog, notice
from mobile.ui.widgets.surfaces import Band
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.identifiers import RecordId
from shared.lifecycle import ALLOWED_MOVES, CaseState


class VisitScreen(Screen):
    """The sections of the visit on one side, the persons on the other."""

    def prepare(self, *, visit_id: RecordId, **_arguments: Any) -> None:
        """Shows sections, persons and what can be done with the visit as it stands."""
        self.visit_id = visit_id
        casework = self.app.unlocked.casework
        self.row = casework.row(visit_id)
        self.title = title_of(self.row)
        self.subtitle = short_day(self.row.day) if self.row.day else ""
        self.lay_beside(self.ids.halves)
        self.ids.state.add_widget(badge_of(self.row))
        self._show_sections()
        self._show_persons()
        self._show_actions()

    def answer(self, section: str | None = None) -> None:
        """The questions about the visit."""
        self.app.go("interview", record_id=self.visit_id, section=section)

    def add_person(self) -> None:
        """A new case, opened at its first question."""
        case_id = self.app.unlocked.casework.start_case(self.visit_id)
        self.app.go("interview", record_id=case_id)

    def list_group(self) -> None:
        """Everybody who is here, one line each, before the interviews."""
        self.app.go("group", visit_id=self.visit_id)

    def add_alike(self) -> None:
        """A new case with the work seen with the newest one, marked: to be changed where it
        differs. What each is exposed to is asked of each."""
        casework = self.app.unlocked.casework
        like = self._like
        case_id = casework.start_case(self.visit_id)
        questionnaire = self.app.unlocked.reference.questionnaire
        take_over_work(casework, questionnaire, case_id, like.record_id)
        self.app.go("interview", record_id=case_id)
        notice(say("visit.alike_words", name=title_of(like)), "content-copy")

    def finish(self) -> None:
        """Finalises the visit by itself; its cases are finalised each at its review."""
        self.app.go("review", record_id=self.visit_id)

    def reopen(self) -> None:
        """Makes the visit a draft again."""
        self.app.unlocked.casework.reopen(self.visit_id)
        self.app.rebuild()

    def delete(self) -> None:
        """Removes a visit that was never finalised, after a question."""

        def really() -> None:
            self.app.unlocked.casework.delete_draft(self.visit_id)
            self.app.back()
            notice(say("visit.deleted"), "delete-outline")

        Dialog(
            say("visit.delete_title"),
            say_count("visit.delete_words", self.row.cases),
            [(say("dialog.keep"), "outlined", None), (say("dialog.delete"), "danger", really)],
            icon="delete-outline",
        ).open()

    def withdraw(self) -> None:
        """Asks why, then takes the visit back with every case of it."""
        ask_why(
            say("visit.withdraw_title"),
            say("visit.withdraw_words"),
            partial(withdraw_and_show, self.app, self.visit_id),
        )

    def _show_sections(self) -> None:
        interview = self.app.unlocked.casework.interview(self.visit_id)
        for section in interview.sections:
            meaning, icon, word = SECTION_LOOKS[section.state]
            line = LineButton(
                title=section.label,
                detail=say("interview.n_of_m", n=section.answered, m=section.asked),
                end=Badge(meaning, icon, say(f"section.{word}")),
            )
            line.section = section.name
            line.bind(on_release=lambda line: self.answer(line.section))
            self.ids.sections.add_widget(line)

    def _show_persons(self) -> None:
        rows = self._show_lines()
        if any(row.classes for row in rows):
            self.found_button = FoundButton(self._show_lines)
            self.ids.found.add_widget(self.found_button)
        with_answers = [row for row in rows if not row.identity_erased]
        if with_answers and self.row.state is not CaseState.WITHDRAWN:
            self._like = with_answers[-1]
            self.alike_button = PushButton(
                words=say("visit.add_alike"), icon="content-copy", kind="outlined"
            )
            self.alike_button.bind(on_release=lambda *_: self.add_alike())
            self.ids.alike.add_widget(self.alike_button)
        if not rows:
            self.ids.persons.add_widget(Text(words=say("visit.nobody_yet"), tint=theme.quiet))

    def _show_lines(self, tells_class: bool = False) -> Sequence[CaseRow]:
        rows = self.app.unlocked.casework.cases_of(self.visit_id)
        self.ids.persons.clear_widgets()
        for row in rows:
            line = line_of(
                row,
                lambda row: open_row(self.app, row),
                at_its_visit=True,
                tells_class=tells_class,
            )
            self.ids.persons.add_widget(line)
        return rows

    def _show_actions(self) -> None:
        state = self.row.state
        decided = decision_band(self.app, self.row)
        if decided is not None:
            self.ids.actions.add_widget(decided)
        for asked in queried(self.app, self.visit_id).values():
            self.ids.actions.add_widget(QueryCard(self.app, asked, self.app.rebuild))
        if state is CaseState.DRAFT:
            finish = PushButton(
                words=say("visit.finish"), icon="clipboard-check-outline", kind="outlined"
            )
            finish.bind(on_release=lambda *_: self.finish())
            self.ids.actions.add_widget(finish)
            if self.row.revision <= 1:
                delete = PushButton(words=say("visit.delete"), icon="delete-outline", kind="plain")
                delete.bind(on_release=lambda *_: self.delete())
                self.ids.actions.add_widget(delete)
        elif CaseState.DRAFT in ALLOWED_MOVES[state] and state is not CaseState.WITHDRAWN:
            self.ids.actions.add_widget(
                Band("information", "lock-outline", say("visit.is_finalised"))
            )
            reopen = PushButton(words=say("case.reopen"), icon="pencil-outline", kind="outlined")
            reopen.bind(on_release=lambda *_: self.reopen())
            self.ids.actions.add_widget(reopen)
        if state is not CaseState.WITHDRAWN:
            offer_paper(self.app, "report", self.visit_id, self.ids.actions)
        was_finalised = state is not CaseState.DRAFT or self.row.revision > 1
        if CaseState.WITHDRAWN in ALLOWED_MOVES[state] and was_finalised:
            self.withdraw_button = PushButton(
                words=say("visit.withdraw"), icon="undo-variant", kind="plain"
            )
            self.withdraw_button.bind(on_release=lambda *_: self.withdraw())
            self.ids.actions.add_widget(self.withdraw_button)
        if state is CaseState.WITHDRAWN:
            told = say("case.withdrawn")
            self.ids.actions.add_widget(Band("information", "undo-variant", told))
            show_withdrawal(self.app, self.visit_id, self.ids.actions)
            for button in (self.ids.add_person_button, self.ids.group_button):
                button.parent.remove_widget(button)

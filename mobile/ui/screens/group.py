"""Everybody who is here, one line each, before the first interview."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from kivy.metrics import dp

from mobile.casework.group import columns, waiting, write_down
from mobile.ui import background
from mobile.ui.screens.rows import title_of
from mobile.ui.shell import Screen, Shell
from mobile.ui.widgets.controls import IconButton, SmallChoice
from mobile.ui.widgets.fields import Field
from mobile.ui.widgets.surfaces import CardLayout, FlowLayout, RowLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import Value
from shared.identifiers import RecordId
from shared.numerals import NotANumber
from shared.questionnaire import Kind, Question


class PersonLine(CardLayout):
    """One person: what is typed, then the choices. Every answer is kept the moment it is given."""

    def __init__(
        self,
        app: Shell,
        number: int,
        keep: Callable[[PersonLine, str, Value | None], None],
        on_full: Callable[[PersonLine], None],
        on_remove: Callable[[PersonLine], None],
    ) -> None:
        super().__init__(padding=dp(12), spacing=dp(8))
        self.case_id: RecordId | None = None
        self._keep, self._on_full = keep, on_full
        self.fields: dict[str, Field] = {}
        self.choices: dict[str, dict[str, SmallChoice]] = {}
        head = RowLayout(spacing=dp(8))
        head.add_widget(Text(words=say("group.person", n=number), role="label", tint=theme.quiet))
        self.remove_button = IconButton(icon="close", words=say("dialog.delete"))
        self.remove_button.bind(on_release=lambda *_: on_remove(self))
        head.add_widget(self.remove_button)
        self.add_widget(head)
        typed = RowLayout(spacing=dp(8)) if app.roomy else self
        chosen = FlowLayout()
        for question in columns(app.unlocked.reference.questionnaire):
            if question.kind is Kind.SELECT_ONE:
                self._add_choices(app, question, chosen)
            else:
                self._add_field(question, typed)
        if typed is not self:
            self.add_widget(typed)
        self.add_widget(chosen)
        for field, after in pairwise(self.fields.values()):
            field.bind(on_entered=lambda _f, after=after: after.begin())

    def begin(self) -> None:
        """Ready to type the name."""
        next(iter(self.fields.values())).begin()

    def show(self, case_id: RecordId, answer_of: Callable[[str], Value | None]) -> None:
        """The line of a person who was listed before."""
        self.case_id = case_id
        for name, field in self.fields.items():
            value = answer_of(name)
            field.value = "" if value is None else str(value)
        for name, buttons in self.choices.items():
            for code, button in buttons.items():
                button.chosen = code == answer_of(name)

    def settle(self) -> None:
        """Keeps what was typed and not kept yet."""
        for field in self.fields.values():
            field.settle()

    def _add_field(self, question: Question, holder: Any) -> None:
        number = question.kind is Kind.INTEGER
        field = Field(hint=question.label(theme.language), accepts="integer" if number else "text")
        field.bind(on_settled=lambda *_: self._typed(question.name, field))
        self.fields[question.name] = field
        holder.add_widget(field)

    def _typed(self, name: str, field: Field) -> None:
        value: Value | None = field.value.strip() or None
        if field.accepts == "integer":
            try:
                value = field.number
            except NotANumber:
                return  # the field says so, and keeps it
        self._keep(self, name, value)

    def _add_choices(self, app: Shell, question: Question, holder: FlowLayout) -> None:
        listed = app.unlocked.reference.questionnaire.choices[question.choice_list or ""]
        buttons = self.choices[question.name] = {}
        for choice in listed:
            button = SmallChoice(words=choice.label(theme.language), code=choice.code)
            button.bind(on_release=lambda pressed: self._tapped(question.name, pressed))
            buttons[choice.code] = button
            holder.add_widget(button)

    def _tapped(self, name: str, pressed: SmallChoice) -> None:
        chosen = None if pressed.chosen else pressed.code
        for button in self.choices[name].values():
            button.chosen = button.code == chosen
        self.settle()
        self._keep(self, name, chosen)
        if chosen is not None:
            self._on_full(self)


class GroupScreen(Screen):
    """Lines, an empty one last; each is a draft of the visit from its first answer on."""

    def prepare(self, *, visit_id: RecordId, **_arguments: Any) -> None:
        """Shows who was listed and waits, and a line for the next."""
        self.visit_id = visit_id
        self.casework = self.app.unlocked.casework
        self.title = say("group.title")
        self.subtitle = title_of(self.casework.row(visit_id))
        self.lines: list[PersonLine] = []
        questionnaire = self.app.unlocked.reference.questionnaire
        for row in waiting(self.casework, questionnaire, visit_id):
            line = self._add_line()
            line.show(row.record_id, partial(self.casework.answer_of, row.record_id))
        self.another()

    def leave(self) -> None:
        """Keeps what was typed and not kept yet."""
        for line in self.lines:
            line.settle()

    def another(self) -> None:
        """Ready to type the next person's name, on the empty line there is or on a new one."""
        for line in self.lines:
            line.settle()
        if not self.lines or self.lines[-1].case_id is not None:
            self._add_line()
        background.soon(self._begin)

    def done(self) -> None:
        """Back to the visit, where each is interviewed."""
        self.app.back()

    def _begin(self) -> None:
        if self.parent is not None:
            line, page = self.lines[-1], self.ids.page
            if page.children[0].height > page.height:
                page.scroll_to(line, animate=False)
            line.begin()

    def _add_line(self) -> PersonLine:
        number = len(self.lines) + 1
        line = PersonLine(self.app, number, self._keep, lambda _line: self.another(), self._remove)
        self.lines.append(line)
        self.ids.lines.add_widget(line)
        return line

    def _keep(self, line: PersonLine, name: str, value: Value | None) -> None:
        line.case_id = write_down(self.casework, self.visit_id, line.case_id, name, value)

    def _remove(self, line: PersonLine) -> None:
        """What was written of a person by mistake goes; the interview has not begun."""
        if line.case_id is not None:
            self.casework.delete_draft(line.case_id)
        self.lines.remove(line)
        self.ids.lines.remove_widget(line)
        self.another()

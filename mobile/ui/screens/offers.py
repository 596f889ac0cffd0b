"""What the tablet offers above the questions of a page: what was seen here with another person, and
cases on this tablet that may be the same person, as soon as there is a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kivy.metrics import dp

from mobile.casework import PossibleDuplicate, QuestionView, SectionView
from mobile.casework.observed import Observed, observed_with
from mobile.ui.screens.code_search import label_of
from mobile.ui.screens.rows import open_row, title_of
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import LineButton, PushButton
from mobile.ui.widgets.surfaces import Band, CardLayout, ColumnLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import Value
from shared.identifiers import RecordId
from shared.questionnaire import Level
from shared.texts import listed

NAMES = "identity."
"""How measures of what tells who somebody is begin."""
MOST_ALIKE = 3
"""Cases shown: more are not compared while somebody waits."""


class AlikeCard(CardLayout):
    """Cases on this tablet that may be the same person; a tap opens one."""

    def __init__(self, app: Shell, alike: list[PossibleDuplicate]) -> None:
        super().__init__(padding=dp(12), spacing=dp(4))
        self.add_widget(Band("attention", "account-multiple-check-outline", say("review.alike")))
        for found in alike:
            line = LineButton(
                title=title_of(found.row),
                detail=say("review.alike_strong" if found.strong else "review.alike_weak"),
                end_icon="chevron-right",
            )
            line.row = found.row
            line.bind(on_release=lambda line: open_row(app, line.row))
            self.add_widget(line)


class Offers(ColumnLayout):
    """Empty where there is nothing to offer."""

    def __init__(
        self, app: Shell, record_id: RecordId, take: Callable[[Mapping[str, Value]], None]
    ) -> None:
        super().__init__(spacing=dp(10))
        self._app, self._record_id, self._take = app, record_id, take
        self._casework = app.unlocked.casework
        self._is_case = self._casework.row(record_id).level is Level.CASE

    def show_for(self, section: SectionView | None) -> None:
        """For a page that is opened; None: nothing can be answered now."""
        self.clear_widgets()
        if section is None or not self._is_case:
            return
        seen = observed_with(section.questions, self._casework.found_with(self._record_id))
        if seen is not None:
            self.add_widget(self._seen_card(section, seen))
        if any(_is_name(view) for view in section.questions):
            self._show_alike()

    def has_for(self, section: SectionView) -> bool:
        """Whether there is something to offer above the questions of that section."""
        if not self._is_case:
            return False
        others = self._casework.found_with(self._record_id)
        return observed_with(section.questions, others) is not None

    def answered(self, view: QuestionView | None) -> None:
        """After an answer: a name is looked up among the cases of this tablet at once."""
        if view is not None and _is_name(view) and self._is_case:
            self.clear_widgets()
            self._show_alike()

    def _show_alike(self) -> None:
        alike = self._casework.possible_duplicates(self._record_id)[:MOST_ALIKE]
        if alike:
            self.add_widget(AlikeCard(self._app, alike))

    def _seen_card(self, section: SectionView, seen: Observed) -> CardLayout:
        card = CardLayout(padding=dp(14), spacing=dp(8), ground=theme.low)
        words = say("interview.seen_with", name=title_of(seen.row))
        card.add_widget(Text(words=words, role="label"))
        for view in section.questions:
            if view.name in seen.answers:
                said = self._in_words(view, seen.answers[view.name])
                card.add_widget(Text(words=f"{view.label}  {said}", role="small"))
        self.same_button = PushButton(
            words=say("interview.same_here"), icon="account-check-outline", kind="tonal"
        )
        self.same_button.bind(on_release=lambda *_: self._same(seen))
        card.add_widget(self.same_button)
        return card

    def _same(self, seen: Observed) -> None:
        self.clear_widgets()
        self._take(seen.answers)

    def _in_words(self, view: QuestionView, value: Value) -> str:
        language = theme.language
        many = value if isinstance(value, tuple) else (str(value),)
        codes: Any = self._app.unlocked.reference.codelists.get(view.code_list or "")
        if codes is not None:
            return listed((label_of(codes, language, code) for code in many), language)
        labels = {choice.code: choice.label(language) for choice in view.choices}
        return listed((labels.get(code, code) for code in many), language)


def _is_name(view: QuestionView) -> bool:
    return (view.question.measure or "").startswith(NAMES)

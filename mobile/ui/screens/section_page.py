"""The questions of one section: answered, gone through, and taken back one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.casework import Casework, Interview, QuestionView, SectionView
from mobile.casework.batteries import none_of, rests
from mobile.casework.proposals import proposed
from mobile.ui import background
from mobile.ui.screens.asked_lines import queried, why_asked
from mobile.ui.screens.covers import Covers
from mobile.ui.screens.going_on import LastAnswers, first_open, joined, next_open
from mobile.ui.screens.hearing import Hearing
from mobile.ui.screens.offers import Offers
from mobile.ui.screens.question_cards import (
    asked_as,
    card_of,
    findings_of,
    note_of,
    proposals_of,
    remarks_of,
    said_by_the_office,
)
from mobile.ui.shell import Screen
from mobile.ui.widgets.questions import QuestionCard
from mobile.ui.widgets.scrolling import bring_into_sight
from mobile.ui.widgets.surfaces import ColumnLayout, Scroll
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import Value
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.wire.answers import QueryAnswer

TURNS_AFTER_S = 0.2
"""A page whose last question was answered stands so long: the answer is seen before it goes."""
SEEN_DP = 160
"""So much of a question in sight is seen to be one."""
LOOKS = 3
"""Frames in which it is made sure that a question is in sight."""


class SectionPage(Screen):
    """A page of question cards. Where only what may be left empty is open on it, the next section
    goes on under it: nothing has to be tapped to leave it out.

    Whoever inherits says which section is open (``section_name``), lays ``holder`` into ``scroll``,
    and shows around them what an answer changes (``show_around``).
    """

    record_id: RecordId
    casework: Casework
    interview: Interview
    section_name: str
    holder: ColumnLayout
    scroll: Scroll
    offers: Offers

    def begin(self, record_id: RecordId) -> None:
        """Reads the record; no card is there yet."""
        self.record_id = record_id
        self.casework = self.app.unlocked.casework
        self.interview = self.casework.interview(record_id)
        self.cards: dict[str, QuestionCard] = {}
        self._asked_as: dict[str, tuple[object, ...]] = {}
        self.covers = Covers(self.uncover)
        self.hearing = Hearing(self.app, lambda: self.interview)
        self._above: list[str] = []
        self._columns: dict[str, ColumnLayout] = {}
        self.last_answers = LastAnswers()
        self._locked = self.interview.state is not CaseState.DRAFT
        self._returned = {} if self._locked else said_by_the_office(self.casework, record_id)
        self._queried = {
            name: why_asked(one)
            for name, one in queried(self.app, record_id).items()
            if one.answer in ("", QueryAnswer.CORRECTED)
        }
        self._fresh: set[str] = set()
        self._spreading: Any = None
        self._turning: Any = None
        self._wanted: str | None = None
        self._after: str | None = None
        self._arrives = self._just_answered = False

    def show_around(self) -> None:
        """Shows what an answer changed beside the questions."""
        raise NotImplementedError

    def open_section(self, name: str, question: str | None = None) -> None:
        """Shows a section from its first question, or from the one named."""
        raise NotImplementedError

    def next(self) -> None:
        """The page after this one."""
        raise NotImplementedError

    def stop(self) -> None:
        """Nothing comes by itself any more; what was typed is saved."""
        self.app.sounds.stop()
        self.settle()
        self._turn(None)
        if self._spreading is not None:
            self._spreading.cancel()

    def fill(self, question: str | None) -> None:
        """The cards of the section that is open now, in the place of those before."""
        self._turn(None)
        self.holder.clear_widgets()
        self.cards, self._above, self._columns = {}, [], {}
        self.covers.clear()
        self._fresh = set()
        self.offers.show_for(self.here if not self._locked else None)
        self._wanted = question
        self._add_missing_cards()
        self.scroll.scroll_y = 1

    @property
    def here(self) -> SectionView:
        """What is asked on this page: its section, below those it goes on from."""
        return joined(self._sections_here)

    @property
    def _sections_here(self) -> list[SectionView]:
        names = {*self._above, self.section_name}
        return [section for section in self.interview.sections if section.name in names]

    @property
    def rests(self) -> dict[str, tuple[str, ...]]:
        """By the last question of each list of yes and no: what is left of it to answer."""
        lists = [rests(section.questions) for section in self._sections_here]
        return {last: left for each in lists for last, left in each.items()}

    def uncover(self, question: str | None = None) -> None:
        """Of those that stand covered lets that one be read, and the first to be answered."""
        covered = (view for view in self.here.questions if view.is_covered and not self._locked)
        waiting = (view.name for view in covered if view.required and view.value is None)
        self.covers.open((question, next(waiting, None)))

    def settle(self) -> None:
        """Saves what was typed and not settled yet."""
        for card in list(self.cards.values()):
            card.settle()

    # -- answering

    def on_touch_down(self, touch: Any) -> bool:
        """The second half of a double tap whose first half answered is for nothing that has come
        meanwhile."""
        if touch.is_double_tap and self._just_answered:
            return True
        self._just_answered = False
        return bool(super().on_touch_down(touch))

    def answer(self, name: str, value: Value | None) -> None:
        """Saves one answer and shows what it changes."""
        before = self.interview.answers_of([name])
        self.app.remember(question=name)
        self._keep(name, value)
        self.last_answers.did(self._standing_in(name), before)
        self._show_all()
        self.offers.answered(self.interview.find(name))
        self.uncover(name)

    def take_observed(self, answers: Mapping[str, Value]) -> None:
        """What was seen with another person of the visit is so with this one too: one act."""
        before = self.interview.answers_of(list(answers))
        for name, value in answers.items():
            view = self.interview.find(name)
            if view is not None and view.value is None:
                self._keep(name, value, observed=True)
        self.last_answers.did(self._standing_in(next(iter(before))), before)
        self._show_all()
        self.go_on(list(before)[-1])

    def answer_rest(self, names: Sequence[str]) -> None:
        """No to each of these that is still asked and has no answer: the officer's one act."""
        before = self.interview.answers_of(names)
        for name in names:
            view = self.interview.find(name)
            if view is not None and view.value is None and (no := none_of(view)) is not None:
                self._keep(name, no)
        self.last_answers.did(self._standing_in(names[-1]), before)
        self._show_all()
        self.go_on(names[-1])

    def undo(self) -> None:
        """Takes the last answer back, and shows where it was given."""
        self.settle()
        section, before = self.last_answers.take()
        for name, value in before.items():
            self._keep(name, value)
        if section not in [each.name for each in self.interview.sections]:
            section = self.interview.sections[0].name
        self.open_section(section, next(iter(before)))
        self.show_around()

    def go_on(self, name: str) -> None:
        """What comes after a question that was answered just now; one that is corrected, or about
        which something is to be said, is stayed at."""
        view = self.interview.find(name)
        if name not in self._fresh or view is None or view.value is None or view.findings:
            return
        self._fresh.discard(name)
        self._after = name
        if self._spreading is None:
            self._turn(name)

    def _keep(self, name: str, value: Value | None, *, observed: bool = False) -> None:
        answered = self.casework.answer(self.record_id, name, value, observed=observed)
        self.interview = answered.interview
        self._returned.pop(name, None)  # that was about the answer before
        self.hearing.look_again()
        self._just_answered = True

    def _show_all(self) -> None:
        if self.section_name not in {section.name for section in self.interview.sections}:
            self.open_section(self.interview.sections[-1].name)
            return
        self._refresh_cards()
        self.show_around()

    def _turn(self, name: str | None) -> None:
        """To the next open question, or in a moment to the next page; None: to neither."""
        self._after = None
        if self._turning is not None:
            self._turning.cancel()
            self._turning = None
        if name is None:
            return
        question = next_open(self.here, name)
        if question is not None:
            self._let_next_follow()
            if self._spreading is not None:
                self._after = name  # once its questions are there
                return
            background.untouched(partial(self._go_to, question))
        else:
            self._turning = background.untouched(self._turn_page, TURNS_AFTER_S)

    def _let_next_follow(self) -> None:
        """The next section under this one, where nothing on the page must be answered any more; one
        with something to offer above its questions begins a page of its own."""
        names = [section.name for section in self.interview.sections]
        after = names[names.index(self.section_name) + 1 :][:1]
        if self._locked or not after or self.here.missing:
            return
        following = self.interview.section(after[0])
        if self.offers.has_for(following):
            return
        self._above.append(self.section_name)
        self.section_name = following.name
        self.app.remember(section=following.name)
        self._column(following.name).add_widget(
            Text(words=following.label, role="headline", padding=(0, dp(16), 0, 0))
        )
        self.show_around()
        self._add_missing_cards()

    def _standing_in(self, question: str) -> str:
        """The section it is asked in; the one that is open when it is not asked any more."""
        for section in self._sections_here:
            if question in {view.name for view in section.questions}:
                return section.name
        return self.section_name

    def _column(self, section: str) -> ColumnLayout:
        """Where the cards of that section stand."""
        if section not in self._columns:
            self._columns[section] = ColumnLayout(spacing=dp(10))
            self.holder.add_widget(self._columns[section])
        return self._columns[section]

    def _turn_page(self) -> None:
        self._turning = None
        self._arrives = True
        self.next()

    def _go_to(self, question: str, looks: int = LOOKS, *, arriving: bool = False) -> None:
        """Brings it into sight, with the button of its list if there is room for both, and makes
        ready to type. Looks again in the frames after: heights follow what is in them. arriving:
        what stands above it on a page just turned to is not scrolled away without need."""
        self.uncover(question)
        card = self.cards.get(question)
        if card is None or card.parent is None:
            return
        last = next((each for each, left in self.rests.items() if question in left), "")
        end = self.cards.get(last, card)
        bring_into_sight(self.scroll, card, end, enough=dp(SEEN_DP) if arriving else 0)
        if looks == LOOKS:
            self.app.remember(question=question)
            card.begin()
        if looks:
            background.untouched(partial(self._go_to, question, looks - 1, arriving=arriving))

    # -- cards

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
        section = self._standing_in(name)
        column = self._column(section)
        beside = [each for each in self.cards if self._standing_in(each) == section]
        place = self.covers.over(views[name], card)
        column.add_widget(place, index=len(beside) - 1 - beside.index(name))

    def _card(self, view: QuestionView) -> QuestionCard:
        told = next((each.name for each in self.here.questions if each.to_say), None)
        card = card_of(
            self.app,
            view,
            day=lambda: self.interview.visited_on or self.app.today,
            locked=self._locked,
            says_whom=view.name == told,
            hearing=None if self._locked else self.hearing,
        )
        self._asked_as[view.name] = asked_as(view)
        self._say(card, view)
        usual = None if self._locked else proposed(self.interview, view)
        if usual is not None:
            card.propose(proposals_of(self.app, view, *usual))
        if view.value is None or view.is_observed or view.code_list is not None:
            self._fresh.add(view.name)
        card.bind(
            on_answer=lambda _card, name, value: self.answer(name, value),
            on_done=lambda _card, name: self.go_on(name),
        )
        return card

    def _say(self, card: QuestionCard, view: QuestionView) -> None:
        """The answer, what is wrong with it, and what the office said unless it was changed."""
        returned, queried = self._returned.get(view.name), self._queried.get(view.name)
        card.show(view.value, findings_of(view, returned, queried))
        card.show_remarks(remarks_of(view))
        card.show_note(note_of(self.app, view))

    def _refresh_cards(self) -> None:
        views = {view.name: view for view in self.here.questions}
        for name in [one for one in self.cards if self._asked_as[one] != asked_as(views.get(one))]:
            self.covers.take_away(name, self.cards.pop(name))
        for name, card in self.cards.items():
            self._say(card, views[name])
            card.show_required(views[name].required)
        self.covers.number(self.here.questions)
        if len(self.cards) < len(views):
            self._add_missing_cards()
        self._offer_rests()

    def _offer_rests(self) -> None:
        """The button under a list of yes and no that answers what is left of it."""
        left = {} if self._locked else self.rests
        for name, card in self.cards.items():
            names = left.get(name, ())
            words = say("question.none_of_the_rest", n=len(names)) if names else ""
            card.offer_rest(words, partial(self.answer_rest, names))

    def _all_added(self) -> None:
        self._spreading = None
        self.covers.number(self.here.questions)
        if self.covers.all_closed:
            self.uncover()
        self._offer_rests()
        arrives, self._arrives = self._arrives, False
        if self._after is not None:
            self._turn(self._after)
        elif arrives and not self._locked and (opening := first_open(self.here)) is not None:
            self._let_next_follow()
            background.untouched(partial(self._go_to, opening, arriving=True))
        question, self._wanted = self._wanted, None
        if question in self.cards:
            background.untouched(lambda: self._scroll_to(question or ""), 0.1)

    def _scroll_to(self, question: str) -> None:
        self.uncover(question)
        card = self.cards.get(question)
        if card is not None and self.holder.height > self.scroll.height:
            self.scroll.scroll_to(card, padding=dp(16), animate=False)
        if card is not None:
            card.outline = theme.primary

"""The card of one question: what is asked, the answer, don't know and refused, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from kivy.metrics import dp

from mobile.ui import background
from mobile.ui.widgets.controls import PushButton, SmallChoice, hear_button
from mobile.ui.widgets.overlays import Page
from mobile.ui.widgets.questions.answering import Answering, NumberAnswer, TextAnswer
from mobile.ui.widgets.questions.arranging import ASKED_SHARE, stands_beside
from mobile.ui.widgets.questions.choosing import (
    NOTHING,
    OneOf,
    SeveralOf,
    has_own_refused,
    has_own_unknown,
)
from mobile.ui.widgets.questions.codes import CodeAnswer, Entry, Nearby
from mobile.ui.widgets.questions.dates import DateAnswer
from mobile.ui.widgets.questions.read_out import (
    beside,
    beside_their_labels,
    unreviewed,
    words_to_read,
)
from mobile.ui.widgets.questions.several import SeveralCodes
from mobile.ui.widgets.remarks import remark_button
from mobile.ui.widgets.surfaces import Band, CardLayout, ColumnLayout, FlowLayout, RowLayout
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID, REFUSED, UNKNOWN, Value
from shared.calendars import GREGORIAN
from shared.questionnaire import Kind

LONG_HINT_LETTERS = 160
"""A hint longer than this (about two lines) is opened by a button instead of standing there."""


class QuestionCard(CardLayout):
    """One question. Fires on_answer(name, value), and on_done(name) after it when nothing more is
    to be said to this one; show() takes a newer state of the same question.

    Where there is room, a question with a few short answers stands beside them.

    to_say: the words to say to the person, and how far they can be trusted ("reviewed", "draft",
    "withheld"); says_whom: with a line that they are to be said to the person. asked_one_by_one:
    the same of answers, by code, each of which is a question of its own. kind, label, hint,
    choices (code, words): from the questionnaire, in the officer's language; draft: nobody has
    reviewed them in it. may_refuse: facts of the officer's own have no "refused".
    label_of, search, nearby: for questions answered from a code list. locked: read only.
    heard: what lets the person hear the words to say (under "") and answers, by code; pictures of
    answers (textures) by code.
    """

    __events__ = ("on_answer", "on_done")

    def __init__(
        self,
        name: str,
        kind: Kind,
        label: str,
        *,
        hint: str = "",
        to_say: tuple[str, str] | None = None,
        says_whom: bool = True,
        asked_one_by_one: Mapping[str, tuple[str, str]] = NOTHING,
        draft: bool = False,
        may_refuse: bool = True,
        required: bool = False,
        choices: Sequence[tuple[str, str]] = (),
        many_lines: bool = False,
        per_week: bool = False,
        recent_date: bool = False,
        calendar: str = GREGORIAN,
        today: date,
        label_of: Callable[[str], str] | None = None,
        search: Callable[[str], Sequence[Entry]] | None = None,
        nearby: Nearby | None = None,
        locked: bool = False,
        heard: Mapping[str, Callable[[], None]] = NOTHING,
        pictures: Mapping[str, Any] = NOTHING,
        **properties: Any,
    ) -> None:
        properties.setdefault("padding", (dp(18), dp(12)))
        properties.setdefault("spacing", dp(10))
        super().__init__(**properties)
        self.name, self.kind = name, kind
        self._band: Band | None = None
        self._foot: PushButton | None = None
        self._note = Text(role="small", tint=theme.information)
        self._optional = Text(words=say("question.optional"), role="small", tint=theme.quiet)
        self._shown, self._value = False, cast("Value | None", None)
        self._proposed: dict[str, PushButton] = {}
        self._said: tuple[tuple[str, str], ...] = ()
        self._remarks: tuple[str, ...] = ()
        self._remark_button: PushButton | None = None
        self._heard = heard
        if kind is Kind.NOTE:
            self._make_note(label, hint)
            self._add_words(to_say, says_whom)
            return
        self._body = ColumnLayout(spacing=dp(10))
        self.add_widget(self._body)
        self.asked = ColumnLayout(spacing=dp(6))
        self.label_text = Text(words=label, role="subtitle")
        # A question without words to say bears the mark itself, beside it: a line of its own under
        # each would be half of what there is to be scrolled.
        marked = draft and (to_say is None or to_say[1] == "reviewed")
        self.asked.add_widget(
            beside(self.label_text, say("bar.draft")) if marked else self.label_text
        )
        self._add_hint(label, hint)
        self.show_required(required)
        self._add_words(to_say, says_whom)
        spoken = beside_their_labels(asked_one_by_one, choices)
        drafts = unreviewed(to_say, choices, asked_one_by_one, draft)
        if drafts and says_whom:
            # Each answer that is read aloud bears a sign; what it means is said once a page.
            mark = say(f"question.{'spoken' if asked_one_by_one else 'answers'}_draft")
            self.asked.add_widget(Text(words=mark, role="small", tint=theme.attention))
        self._own_unknown = kind is Kind.SELECT_MULTIPLE and has_own_unknown(choices)
        self._own_refused = kind is Kind.SELECT_MULTIPLE and has_own_refused(choices)
        if label_of is not None and search is not None:
            self.answering: Answering = (
                SeveralCodes(label, choices, label_of, search, nearby, drafts=drafts)
                if kind is Kind.SELECT_MULTIPLE
                else CodeAnswer(label, label_of, search, nearby)
            )
        else:
            self.answering = _make_answering(
                kind,
                choices,
                many_lines,
                per_week,
                recent_date,
                calendar,
                today,
                drafts=drafts,
                heard=heard,
                pictures=pictures,
                spoken=spoken,
            )
        self.answering.disabled = locked
        self.answering.bind(
            on_answer=self._answered, on_done=lambda *_: self.dispatch("on_done", name)
        )
        self._add_not_said(locked, may_refuse)
        self._fit_soon = background.collapsed(self._fit)
        self._is_beside: bool | None = None
        self.bind(width=lambda *_: self._fit_soon())
        self._fit()

    def on_answer(self, _name: str, _value: Value | None) -> None:
        """Default handler: nothing."""

    def on_done(self, _name: str) -> None:
        """Default handler: nothing."""

    def begin(self) -> None:
        """Ready to type, where something is typed."""
        if self.kind is not Kind.NOTE:
            self.answering.begin()

    def show_note(self, words: str) -> None:
        """A quiet line under the question, such as where its answer comes from; "" for none."""
        if words == self._note.words:
            return
        self._note.words = words
        if words and self._note.parent is None:
            self.asked.add_widget(self._note)
        elif not words and self._note.parent is not None:
            self.asked.remove_widget(self._note)

    def show_required(self, required: bool) -> None:
        """Whether an answer is asked for: other answers may change it."""
        if self.kind is Kind.NOTE or required == (self._optional.parent is None):
            return
        if required:
            self.asked.remove_widget(self._optional)
        else:
            self.asked.add_widget(self._optional)

    def propose(self, choices: Sequence[tuple[str, str]]) -> None:
        """Answers (code, words) to be taken by one tap, above the search for any other."""
        buttons = ColumnLayout(spacing=dp(8))
        for code, words in choices:
            button = PushButton(words=words)
            button.bind(on_release=lambda _b, code=code: self.answering.take(code))
            self._proposed[code] = button
            buttons.add_widget(button)
        self._show_proposed()
        self.answering.add_widget(buttons, index=len(self.answering.children))

    def _show_proposed(self) -> None:
        """The one that was taken is not proposed any more: it is the answer."""
        for code, button in self._proposed.items():
            taken = code == self._value
            button.kind = "chosen" if taken else "tonal"
            button.icon = "check" if taken else "lightbulb-on-outline"

    def offer_rest(self, words: str, act: Callable[[], None]) -> None:
        """A button under the answers; "" takes it away."""
        if self._foot is not None:
            self.remove_widget(self._foot)
            self._foot = None
        if words:
            self._foot = PushButton(words=words, icon="check-all", kind="tonal")
            self._foot.bind(on_release=lambda *_: act())
            self.add_widget(self._foot)

    def _fit(self) -> None:
        """On a wide page the question stands beside its answer, else above it."""
        answering = self.answering
        beside = stands_beside(self.asked, answering, self._body.width)
        if beside == self._is_beside:
            return
        self._is_beside = beside
        for part in (self.asked, answering, self._line):
            if part.parent is not None:
                part.parent.remove_widget(part)
        self._body.clear_widgets()
        self.asked.size_hint_x, answering.size_hint_x = ASKED_SHARE if beside else 1, 1
        if not beside:
            for part in (self.asked, answering, self._line):
                self._body.add_widget(part)
            return
        row = RowLayout(spacing=dp(20))
        row.add_widget(self.asked)
        said = ColumnLayout(spacing=dp(8), size_hint_x=1 - ASKED_SHARE)
        said.add_widget(answering)
        said.add_widget(self._line)
        row.add_widget(said)
        self._body.add_widget(row)

    def show(self, value: Value | None, findings: Sequence[tuple[str, str]] = ()) -> None:
        """Shows the answer and what is wrong with it; findings: (severity, sentence)."""
        if self.kind is Kind.NOTE:
            return
        if not self._shown or value != self._value:
            # An answer that did not change is left alone: somebody may be typing the next one.
            self._shown, self._value = True, value
            self.answering.show(value)
            self._show_not_said(value)
        self._show_proposed()
        self.show_findings(findings)

    def show_findings(self, findings: Sequence[tuple[str, str]]) -> None:
        """Shows what is wrong with the answer, errors in the danger colour, with a sign."""
        if tuple(findings) == self._said:
            return
        self._said = tuple(findings)
        if self._band is not None:
            self.remove_widget(self._band)
            self._band = None
        if findings:
            is_error = any(severity == "error" for severity, _ in findings)
            self._band = Band(
                "danger" if is_error else "attention",
                "alert-circle-outline" if is_error else "help-circle-outline",
                "\n".join(sentence for _, sentence in findings),
            )
            self.add_widget(self._band)
        self.outline = (
            theme.line
            if not findings
            else theme.pair("danger" if any(s == "error" for s, _ in findings) else "attention")[1]
        )

    def show_remarks(self, sentences: Sequence[str]) -> None:
        """A button that opens what is for the officer alone; none, and it goes."""
        if tuple(sentences) == self._remarks:
            return
        self._remarks = tuple(sentences)
        if self._remark_button is not None:
            self.remove_widget(self._remark_button)
            self._remark_button = None
        if sentences:
            self._remark_button = remark_button(self._remarks)
            self.add_widget(self._remark_button)

    def settle(self) -> None:
        """Says now what was typed and not said yet."""
        if self.kind is not Kind.NOTE:
            self.answering.settle()

    def _make_note(self, label: str, hint: str) -> None:
        self.padding = 0
        self.outline = theme.clear
        words = f"{label}\n{hint}" if hint else label
        self.add_widget(Band("information", "information-outline", words, low=True))

    def _add_words(self, to_say: tuple[str, str] | None, says_whom: bool) -> None:
        """What to say to the person, and a mark when nobody has reviewed it in this language."""
        if to_say is None:
            return
        hear = hear_button(self._heard[""]) if "" in self._heard else None
        if hear is not None:
            self.hear_button = hear
        holder = words_to_read(to_say, says_whom, hear)
        (self if self.kind is Kind.NOTE else self.asked).add_widget(holder)

    def _add_hint(self, label: str, hint: str) -> None:
        if hint and len(hint) > LONG_HINT_LETTERS:
            button = PushButton(
                words=say("question.what_is_meant"),
                icon="help-circle-outline",
                kind="plain",
                hug=True,
            )
            button.bind(on_release=lambda *_: Page.reading(label, hint.split("\n")).open())
            self.asked.add_widget(button)
        elif hint:
            self.asked.add_widget(Text(words=hint, role="small", tint=theme.quiet))

    def _add_not_said(self, locked: bool, may_refuse: bool) -> None:
        """In the row of the answers, or where something is typed beside or under it."""
        among = isinstance(self.answering, OneOf | SeveralOf)
        self._line = FlowLayout()
        self.not_said: dict[str, SmallChoice] = {}
        wanted = []
        if not self._own_unknown:
            wanted.append((UNKNOWN, say("question.dont_know"), "help"))
        if not self._own_refused and may_refuse:
            wanted.append((REFUSED, say("question.refused"), "hand-back-right-outline"))
        for code, words, icon in wanted:
            button = SmallChoice(
                words=words,
                code=code,
                icon=icon,
                disabled=locked,
                size_hint_x=1 if among else None,
            )
            button.bind(on_release=self._not_said)
            self.not_said[code] = button
            if isinstance(self.answering, OneOf | SeveralOf):
                self.answering.take_beside(button)
            else:
                self._line.add_widget(button)

    def _not_said(self, button: SmallChoice) -> None:
        value = None if button.chosen else button.code
        self._value = value
        self.answering.show(value)
        self._show_not_said(value)
        self.dispatch("on_answer", self.name, value)
        if value is not None:
            self.dispatch("on_done", self.name)

    def _answered(self, _widget: Answering, value: Value | None) -> None:
        self._value = value
        self._show_not_said(value)
        self.dispatch("on_answer", self.name, value)

    def _show_not_said(self, value: Value | None) -> None:
        said = value if isinstance(value, str) and value in NOT_SAID else None
        for code, button in self.not_said.items():
            button.chosen = code == said


def _make_answering(
    kind: Kind,
    choices: Sequence[tuple[str, str]],
    many_lines: bool,
    per_week: bool,
    recent_date: bool,
    calendar: str,
    today: date,
    *,
    drafts: Collection[str],
    heard: Mapping[str, Callable[[], None]],
    pictures: Mapping[str, Any],
    spoken: Mapping[str, str],
) -> Answering:
    if kind is Kind.SELECT_ONE:
        # The card has its own buttons for these two, at the same place in every question.
        asked = [(code, words) for code, words in choices if code not in NOT_SAID]
        return OneOf(asked, drafts=drafts, heard=heard, pictures=pictures, spoken=spoken)
    if kind is Kind.SELECT_MULTIPLE:
        return SeveralOf(choices, drafts=drafts, heard=heard, pictures=pictures, spoken=spoken)
    if kind is Kind.DATE:
        return DateAnswer(today, recent=recent_date, calendar=calendar)
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        return NumberAnswer(whole=kind is Kind.INTEGER, per_week=per_week)
    return TextAnswer(lines=3 if many_lines else 1)

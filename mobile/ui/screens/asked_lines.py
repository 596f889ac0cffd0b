"""What the office asks of the officer, in pieces: the line on Home, the words at a question, the
card of what is asked with the answers to choose from, what it decided about a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.casework import CaseRow, Due
from mobile.casework.follow_up import urgency
from mobile.casework.proposals import KIND_OF_PLACE
from mobile.sending.kept_notes import OfficeRequest
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.follow_up_lines import due_words
from mobile.ui.screens.follow_up_lines import look_of as look_of_due
from mobile.ui.screens.rows import title_of
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import Badge, PushButton, SmallChoice
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band, CardLayout, Tiles
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.wire.answers import QueryAnswer, VisitAnswer
from shared.wire.note_kinds import AnswerQueried, ConflictDecision, VisitAsked

ANSWER_DP = 210
"""Least width of an answer to choose: its words wrap in less."""
_DECISIONS: Mapping[ConflictDecision, tuple[str, str]] = {
    ConflictDecision.TAKEN: ("good", "check-circle-outline"),
    ConflictDecision.LEFT: ("information", "call-split"),
    ConflictDecision.OPEN: ("attention", "timer-sand"),
}


def asked_now(app: Shell) -> list[OfficeRequest]:
    """What the office asks for at this moment, the oldest first; nothing about what was taken back
    meanwhile."""
    asked = app.unlocked.notes.asked(int(app.clock().timestamp()))
    return [one for one in asked if not _was_taken_back(app, one)]


def reminder_of_asked(app: Shell) -> tuple[str, str, str] | None:
    """Meaning, sign and words for Home; None when nothing waits for an answer. Names no place."""
    waiting = [one for one in asked_now(app) if not one.answer]
    visits = [one.content for one in waiting if isinstance(one.content, VisitAsked)]
    queries = len(waiting) - len(visits)
    if not waiting:
        return None
    late = any(urgency(one.due, app.clock()) is Due.OVERDUE for one in visits)
    parts = []
    if visits:
        parts.append(say("asked.home_visits", n=len(visits)))
    if queries:
        parts.append(say("asked.home_queries", n=queries))
    return "attention" if late else "information", "clipboard-check-outline", "  ·  ".join(parts)


def queried(app: Shell, record_id: RecordId) -> dict[str, OfficeRequest]:
    """What the office asks about answers of that record, by the name of the question."""
    return {
        one.content.question: one
        for one in asked_now(app)
        if isinstance(one.content, AnswerQueried) and one.content.record_id == record_id
    }


def why_asked(asked: OfficeRequest) -> str:
    """Why the office asks about an answer, to stand at its question."""
    assert isinstance(asked.content, AnswerQueried)
    return say("asked.query", why=say(f"asked.{asked.content.reason}"))


def decision_band(app: Shell, row: CaseRow) -> Band | None:
    """What the office decided about the conflict of a case as it stands; None where nothing was."""
    said = app.unlocked.casework.fingerprint_of(row.record_id)
    decided = app.unlocked.notes.decision_about(row.record_id, said)
    if decided is None:
        return None
    meaning, icon = _DECISIONS[decided.decision]
    return Band(meaning, icon, say(f"case.decision_{decided.decision}"))


class VisitCard(CardLayout):
    """A visit the office asks for: where, by when, how to find it; begun or answered."""

    def __init__(self, app: Shell, asked: OfficeRequest, answered: Callable[[], None]) -> None:
        super().__init__(spacing=dp(8))
        content = asked.content
        assert isinstance(content, VisitAsked)
        reference = app.unlocked.reference
        areas = reference.codelists.get("areas")
        area = areas.label(content.area, theme.language) if areas is not None else content.area
        asks = reference.questionnaire.questions.get(KIND_OF_PLACE)
        kinds = (asks.choice_list or "") if asks is not None else ""
        kind = reference.questionnaire.choice(kinds, content.place_kind)
        place = kind.label(theme.language) if kind is not None else content.place_kind
        self.add_widget(Text(words=f"{place}  ·  {area}", role="subtitle"))
        meaning, icon, _ = look_of_due(urgency(content.due, app.clock()))
        self.add_widget(Badge(meaning, icon, due_words(content.due)))
        if content.words:
            self.add_widget(Text(words=content.words))
        if not asked.answer:
            begin = PushButton(words=say("asked.begin"), icon="plus", kind="filled")
            begin.bind(on_release=partial(self._begin, app, content))
            self.begin_button = begin
            self.add_widget(begin)
        if content.takes_answer:
            self.choices = _choices(app, asked, list(VisitAnswer), answered)
            self.add_widget(self.choices)
            _say_whether_told(self, app, asked)

    def _begin(self, app: Shell, content: VisitAsked, *_: object) -> None:
        try:
            visit_id = app.unlocked.casework.start_visit(content.area, content.place_kind)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
            return
        app.go("visit", visit_id=visit_id)
        app.go("interview", record_id=visit_id)


class QueryCard(CardLayout):
    """A question of the office about one answer of a case; corrected, or answered by a code."""

    def __init__(self, app: Shell, asked: OfficeRequest, answered: Callable[[], None]) -> None:
        super().__init__(spacing=dp(8))
        content = asked.content
        assert isinstance(content, AnswerQueried)
        row = _row_of(app, content.record_id)
        title = title_of(row) if row is not None else say("asked.not_here")
        self.add_widget(Text(words=title, role="subtitle"))
        self.add_widget(Text(words=_label_of(app, content.question), role="label"))
        self.add_widget(Text(words=why_asked(asked)))
        if row is not None and not asked.answer and not row.identity_erased:
            correct = PushButton(words=say("asked.correct"), icon="pencil-outline", kind="filled")
            correct.bind(on_release=partial(self._correct, app, asked, row))
            self.correct_button = correct
            self.add_widget(correct)
        self.choices = _choices(app, asked, list(QueryAnswer), answered)
        self.add_widget(self.choices)
        _say_whether_told(self, app, asked)

    def _correct(self, app: Shell, asked: OfficeRequest, row: CaseRow, *_: object) -> None:
        assert isinstance(asked.content, AnswerQueried)
        try:
            if row.state is not CaseState.DRAFT:
                app.unlocked.casework.reopen(row.record_id)
            now_s = int(app.clock().timestamp())
            app.unlocked.notes.answer(asked.note_id, QueryAnswer.CORRECTED, now_s)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
            return
        app.go("interview", record_id=row.record_id, question=asked.content.question)


def _choices(
    app: Shell, asked: OfficeRequest, codes: list[Any], answered: Callable[[], None]
) -> Tiles:
    """The codes to answer with; one that no parcel has told yet is taken back by another tap."""
    tiles = Tiles(least=dp(ANSWER_DP) * theme.text_scale, most_columns=3, spacing=dp(8))
    for code in codes:
        chip = SmallChoice(
            words=say(f"asked.{code}"), code=str(code), chosen=asked.answer == code, size_hint_x=1
        )
        chip.bind(on_release=partial(_chosen, app, asked, answered))
        tiles.add_widget(chip)
    return tiles


def _chosen(
    app: Shell, asked: OfficeRequest, answered: Callable[[], None], chip: SmallChoice
) -> None:
    if chip.chosen and asked.told:
        return  # the office has it; another answer can still be given
    try:
        code, now_s = "" if chip.chosen else chip.code, int(app.clock().timestamp())
        app.unlocked.notes.answer(asked.note_id, code, now_s)
    except Exception as fault:  # noqa: BLE001 - every fault is told
        notice(sentence_of(fault), "alert-circle-outline")
        return
    answered()


def _say_whether_told(card: CardLayout, app: Shell, asked: OfficeRequest) -> None:
    if not asked.answer:
        return
    word = "is_told" if asked.told else "goes_next"
    if isinstance(asked.content, AnswerQueried) and asked.answer == QueryAnswer.CORRECTED:
        row = _row_of(app, asked.content.record_id)
        if not asked.told and row is not None and row.state is CaseState.DRAFT:
            word = "goes_when_done"
    card.add_widget(Text(words=say(f"asked.{word}"), role="small", tint=theme.quiet))


def _was_taken_back(app: Shell, asked: OfficeRequest) -> bool:
    if not isinstance(asked.content, AnswerQueried):
        return False
    row = _row_of(app, asked.content.record_id)
    return row is not None and row.state is CaseState.WITHDRAWN


def _row_of(app: Shell, record_id: RecordId) -> CaseRow | None:
    try:
        return app.unlocked.casework.row(record_id)
    except KeyError:
        return None


def _label_of(app: Shell, question: str) -> str:
    asked = app.unlocked.reference.questionnaire.questions.get(question)
    return asked.label(theme.language) if asked is not None else question

"""The card of a question as it stands in the interview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from mobile.casework import Casework, QuestionView
from mobile.ui.screens.code_search import label_of, look_around, search
from mobile.ui.screens.hearing import Hearing
from mobile.ui.shell import Shell
from mobile.ui.widgets.questions import QuestionCard
from mobile.ui.widgets.questions import codes as searched
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID
from shared.codelists import CodeList
from shared.codelists.lists import Entry
from shared.codelists.nearest import has_seats
from shared.identifiers import RecordId
from shared.questionnaire import Choice, Kind
from shared.questionnaire.reading_aloud import is_draft

HOURS_PER_WEEK = "hours_per_week"
"""The XLSForm parameter ``unit`` of questions the hours helper belongs to."""

MOST_BUTTONS = 30
"""Answers that stand on a card as buttons; more are searched for as in a code list. So many
buttons are pages to scroll through, and thousands of them stop a tablet."""


def asked_as(view: QuestionView | None) -> tuple[object, ...]:
    """What a card is made of: its words, with the answers that stand in them, and the answers it
    offers. Where another answer changes it, the card is made anew. Nothing: it is not asked."""
    if view is None:
        return ()
    offered = tuple(choice.code for choice in view.choices)
    return (view.label, view.hint, view.to_say, view.answers_to_say, offered)


def card_of(
    app: Shell,
    view: QuestionView,
    *,
    day: Callable[[], date],
    locked: bool,
    says_whom: bool = True,
    hearing: Hearing | None = None,
) -> QuestionCard:
    """A card without its answer yet, in the officer's language. day: of the visit, whose areas are
    offered, asked for when somebody looks for one. locked: read only. says_whom: above the words to
    say stands to whom; a sign of somebody speaking stands at all of them. hearing: what of it the
    person can hear and see."""
    language = theme.language
    question = view.question
    codes = app.unlocked.reference.codelists.get(view.code_list or "")
    if codes is None:
        codes = _long_list(view)
    return QuestionCard(
        view.name,
        question.kind,
        view.label,
        hint=view.hint,
        to_say=(view.to_say.words, view.to_say.wording) if view.to_say else None,
        says_whom=says_whom,
        asked_one_by_one={
            code: (said.words, said.wording) for code, said in view.answers_to_say.items()
        },
        draft=is_draft(app.unlocked.reference.questionnaire, language),
        may_refuse=question.asked is None or not question.asked.is_of_the_officer,
        required=view.required,
        choices=_choices(view, codes, language),
        many_lines="multiline" in question.appearance,
        per_week=question.parameters.get("unit") == HOURS_PER_WEEK,
        recent_date=question.measure == "visit.date",
        calendar=app.unlocked.reference.profile.calendar,
        today=app.today,
        label_of=partial(label_of, codes, language) if codes is not None else None,
        search=_search(codes, day, language) if codes is not None else None,
        nearby=_nearby(app, codes, day) if codes is not None else None,
        locked=locked,
        heard=hearing.of(view) if hearing is not None else {},
        pictures=hearing.pictures(view) if hearing is not None else {},
    )


def note_of(app: Shell, view: QuestionView) -> str:
    """The quiet line under a question: where its answer comes from, or what the law means by it."""
    if view.is_observed:
        return say("question.as_seen_here")
    if view.question.measure == "work.night":
        begins, ends = app.unlocked.reference.profile.night_window
        return say("question.night_window", begins=begins, ends=ends)
    return ""


def said_by_the_office(casework: Casework, record_id: RecordId) -> dict[str, str]:
    """Why it came back, by the question it is about."""
    return {
        finding.question: finding.sentence(theme.language)
        for finding in casework.returned_findings(record_id)
        if finding.question
    }


def findings_of(
    view: QuestionView, returned: str | None, queried: str | None
) -> list[tuple[str, str]]:
    """What is wrong with an answer (severity, sentence), whoever looks on. returned: why the office
    sent it back; queried: what the office asks about it."""
    said = [
        (finding.severity.value, finding.sentence(theme.language))
        for finding in view.findings
        # What is only not answered yet is not wrong yet; the review says what is missing.
        if view.value is not None and not finding.is_for_the_officer
    ]
    if returned is not None:
        said.append(("error", say("interview.office_says", words=returned)))
    if queried is not None:
        said.append(("warning", queried))
    return said


def remarks_of(view: QuestionView) -> list[str]:
    """What is for the officer alone: it tells what the person said."""
    return [
        finding.sentence(theme.language)
        for finding in view.findings
        if view.value is not None and finding.is_for_the_officer
    ]


def _choices(view: QuestionView, codes: CodeList | None, language: str) -> list[tuple[str, str]]:
    """Code and words of each answer; of a code list only where several are chosen together."""
    if view.code_list is None or codes is None or view.question.kind is not Kind.SELECT_MULTIPLE:
        return [(choice.code, choice.label(language)) for choice in view.choices]
    return [(entry.code, entry.label(language)) for entry in codes]


def _long_list(view: QuestionView) -> CodeList | None:
    """Answers that are too many for buttons; of those that say nothing a card that asks for one has
    its own."""
    kinds = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)
    if view.question.kind not in kinds or len(view.choices) <= MOST_BUTTONS:
        return None
    one = view.question.kind is Kind.SELECT_ONE
    offered = (choice for choice in view.choices if not (one and choice.code in NOT_SAID))
    entries = {choice.code: Entry(choice.code, choice.labels) for choice in offered}
    return CodeList(view.name, version="", source="", notes=(), entries=entries)


def _search(
    codes: CodeList, day: Callable[[], date], language: str
) -> Callable[[str], Sequence[searched.Entry]]:
    return lambda typed: search(codes, day(), language, typed)


def _nearby(app: Shell, codes: CodeList, day: Callable[[], date]) -> searched.Nearby | None:
    positions = app.positions
    if positions is None or not has_seats(codes):
        return None
    return lambda show: look_around(positions, codes, day(), theme.language, show)


def proposals_of(
    app: Shell, view: QuestionView, kind: Choice, codes: Sequence[str]
) -> list[tuple[str, str]]:
    """Codes with the officer's word for the kind of place beside the list's own; those the list of
    this programme does not have are left out."""
    known = app.unlocked.reference.codelists.get(view.code_list or "")
    language = theme.language
    return [
        (code, f"{kind.label(language)}: {known.label(code, language)}")
        for code in codes
        if known is not None and code in known
    ]

"""What the use cases show: plain, finalised values that a screen can draw and a script can print.

Owns no rule and no storage. Every text in here is already in the officer's language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mobile.casework.follow_up import Due
from shared.answers import Value
from shared.classification import Classification
from shared.findings import Finding
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Choice, Level, Question, WordsToSay


class SectionState(StrEnum):
    """How far one section of the questionnaire is."""

    EMPTY = "empty"  # nothing answered yet
    STARTED = "started"  # something answered, a required question is open
    COMPLETE = "complete"  # every required question that is asked has an answer
    WRONG = "wrong"  # an answer in it breaks a rule


class OnTheWay(StrEnum):
    """Where a finalised revision is. Read off the outbox, never stored."""

    NOTHING_TO_SEND = "nothing_to_send"
    READY = "ready"  # finalised, not tried yet
    WAITING = "waiting"  # tried at least once, no answer yet
    STUCK = "stuck"  # tried ten times or more without an answer: shown, never dropped


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One visible question with its present answer.

    to_say: the words to say to the person, where there are any in the language; answers_to_say: of
    each answer, by code, where the answers are asked one by one.
    value: None when there is no answer yet. choices: after the choice filter, empty for questions
    without choices and for those that choose from a code list (code_list names it). is_observed:
    the answer was taken over from another person of the visit.
    """

    name: str
    question: Question
    label: str
    hint: str
    to_say: WordsToSay | None
    value: Value | None
    required: bool
    choices: tuple[Choice, ...]
    code_list: str | None
    findings: tuple[Finding, ...]
    is_observed: bool = False
    is_covered: bool = False
    answers_to_say: Mapping[str, WordsToSay] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section that is asked: its questions in order, and how far it is.

    answered / asked count questions that can be answered (not notes, not calculations).
    missing: the names of required questions without an answer, in order.
    """

    name: str
    label: str
    state: SectionState
    answered: int
    asked: int
    missing: tuple[str, ...]
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """The questionnaire of one visit or one case as it stands now.

    danger_reasons: codes of the triggers of domain.md section 8 that hold; when there are any, the
    safety steps are proposed, and a person decides. visited_on: the day of the visit, once said.
    """

    record_id: RecordId
    level: Level
    state: CaseState
    revision: int
    sections: tuple[SectionView, ...]
    danger: bool
    danger_reasons: tuple[str, ...]
    visited_on: date | None = None

    def section(self, name: str) -> SectionView:
        """The section of that name. KeyError when it is not asked now."""
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    def question(self, name: str) -> QuestionView:
        """The visible question of that name. KeyError when it is not asked now."""
        for section in self.sections:
            for view in section.questions:
                if view.name == name:
                    return view
        raise KeyError(name)

    def find(self, name: str) -> QuestionView | None:
        """The visible question of that name; None when it is not asked now."""
        asked = (view for section in self.sections for view in section.questions)
        return next((view for view in asked if view.name == name), None)

    def answers_of(self, names: Collection[str]) -> dict[str, Value | None]:
        """The present answers of these, as far as they are asked now; None: not answered."""
        asked = (view for section in self.sections for view in section.questions)
        return {view.name: view.value for view in asked if view.name in names}

    def findings_about(self, name: str) -> tuple[Finding, ...]:
        """What is wrong with one answer; nothing when the question is not asked now."""
        asked = (view for section in self.sections for view in section.questions)
        return next((view.findings for view in asked if view.name == name), ())

    @property
    def answered(self) -> int:
        """Questions with an answer, over all sections."""
        return sum(section.answered for section in self.sections)

    @property
    def asked(self) -> int:
        """Questions that are asked now, over all sections."""
        return sum(section.asked for section in self.sections)


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """What one answer led to. The answer itself is already on disk when this is returned.

    interview: as it stands now. findings: about this question only. appeared / disappeared:
    questions that are shown (or not shown any more) because of it.
    """

    interview: Interview
    findings: tuple[Finding, ...]
    appeared: tuple[str, ...] = ()
    disappeared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of what leaves or what stays, in words.

    coarsened: the answer leaves only in a rougher form (birth date as completed years); then
    there is a line of the same question among what stays, with the answer as it was given.
    is_covered: see mobile.casework.folding.
    """

    question: str
    label: str
    text: str
    coarsened: bool = False
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """Everything an officer looks at before finalising.

    findings: errors first. asked: the words of each question a finding is about, by its name.
    covered: the questions that are not to be read over the shoulder.
    classification and sentences: None and empty for a visit.
    leaves: the statistical content, in full. stays: the identity part, in full.
    """

    findings: tuple[Finding, ...]
    asked: Mapping[str, str]
    covered: frozenset[str]
    classification: Classification | None
    sentences: tuple[str, ...]
    leaves: tuple[ReviewLine, ...]
    stays: tuple[ReviewLine, ...]
    may_finalise: bool

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep it from being finalised."""
        return tuple(f for f in self.findings if f.severity == "error")


@dataclass(frozen=True, slots=True)
class FinaliseResult:
    """Whether it was finalised; if not, the errors that kept it from being so."""

    done: bool
    findings: tuple[Finding, ...]
    revision: int | None = None
    fingerprint: Fingerprint | None = None
    also_finalised_visit: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the case list (or of the list of visits), from the index in memory.

    number: counts up on this tablet only and never leaves it; what an officer says on the phone
    is ``case 0412``. name: what the officer typed, or "" (unnamed, or the identity was erased).
    classes: the codes of the latest finalised revision, empty before. day: of the visit. because:
    the answers that decided a class that headlines() tells, by its rule.
    """

    record_id: RecordId
    visit_id: RecordId
    level: Level
    number: int
    name: str
    place: str
    state: CaseState
    on_the_way: OnTheWay
    revision: int
    attempts: int
    day: str
    changed_s: int
    danger: bool
    identity_erased: bool
    cases: int
    classes: Mapping[str, str]
    because: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the home screen. ready, waiting and stuck count cases and visits."""

    drafts: int
    ready: int
    waiting: int
    stuck: int
    returned: int
    accepted: int
    withdrawn: int
    cases: int
    visits: int


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Another case on this tablet that may be the same person.

    shared_codes: how many linkage codes agree; strong: at least one strong type is among them.
    """

    row: CaseRow
    shared_codes: int
    strong: bool


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """One follow-up of a case. what: in words. urgency: None when it is done.

    due: YYYY-MM-DD, with THH:MM where the law counts hours; done_on: YYYY-MM-DD, "" while open.
    """

    number: int
    what: str
    is_duty: bool
    is_own: bool
    due: str
    with_whom: str
    note: str
    done_on: str
    urgency: Due | None


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One open follow-up in the list of all; number: within its case."""

    record_id: RecordId
    number: int
    case_number: int
    name: str
    place: str
    what: str
    is_duty: bool
    due: str
    urgency: Due


@dataclass(frozen=True, slots=True)
class FollowUpCounts:
    """Open follow-ups of all cases. next_day: of the first that is due later, "" for none."""

    overdue: int
    today: int
    later: int
    next_day: str

    @property
    def all(self) -> int:
        """How many are open."""
        return self.overdue + self.today + self.later


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """What was recorded in one week on this tablet.

    by_class: cases by the class told first, as headlines() names it; ('', '') without a class.
    because: of each of these classes, the answers that decided it and in how many cases, the most
    frequent first.
    next_steps: of each of these classes, what is to be done next in some of its cases: names of
    classification.next, most urgent first.
    """

    monday: str
    visits: int
    cases: int
    by_class: Mapping[tuple[str, str], int]
    because: Mapping[tuple[str, str], Sequence[tuple[str, int]]]
    next_steps: Mapping[tuple[str, str], Sequence[str]]

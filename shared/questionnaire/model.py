"""What a questionnaire is once it is loaded: questions, sections, choices; all of it immutable.

Owns the shape. Knows nothing of files (loading), of answers (flow) or of screens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from shared.questionnaire.expressions import Evaluate, Expression, Scope

ENGLISH = "en"
MEANS = "tally:means"
"""Column of the choices: the code of the same list that a code of a country's own stands for, or
``none`` where it says none of them."""


class Kind(StrEnum):
    """What sort of answer a question takes; the value is the XLSForm type."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    DATE = "date"
    NOTE = "note"
    CALCULATE = "calculate"


WITHOUT_ANSWER = frozenset({Kind.NOTE, Kind.CALCULATE})
"""Kinds nobody answers: a note is read, a calculation is made."""


class Level(StrEnum):
    """Whether a question is about the visit or about one person found in it.

    Case questions stand in the XLSForm repeat named ``case``; everything else is visit level.
    """

    VISIT = "visit"
    CASE = "case"


class PrivacyKind(StrEnum):
    """What happens to an answer when a case is finalised."""

    IDENTITY = "identity"
    """Stays on the tablet."""
    KEEP = "keep"
    """Leaves as it is."""
    COARSEN = "coarsen"
    """Leaves in a coarser form."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """The mark every question carries. how: the coarsening, for COARSEN only.

    Coarsenings are listed in shared.questionnaire.coarsening.
    """

    kind: PrivacyKind
    how: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.how}" if self.how else self.kind.value


class Asked(StrEnum):
    """Of whom a question is asked.

    Facts of the officer's own have no 'refused'. A sensitive sentence that nobody has reviewed in
    its language is not offered to be read aloud.
    """

    PERSON = "person"
    PERSON_SENSITIVE = "person_sensitive"
    OFFICER = "officer"
    OFFICER_SENSITIVE = "officer_sensitive"

    @property
    def is_of_the_officer(self) -> bool:
        """Whether the officer answers it from what was seen and heard."""
        return self in (Asked.OFFICER, Asked.OFFICER_SENSITIVE)

    @property
    def is_sensitive(self) -> bool:
        """Whether wrong words here can do harm."""
        return self in (Asked.PERSON_SENSITIVE, Asked.OFFICER_SENSITIVE)


Labels = Mapping[str, str]
"""Text by language code; English is always there for what is shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed list. columns: further XLSForm columns, for choice filters.

    says: the words to say to the person, where the answers are asked one by one; the label is the
    officer's own text. reviews: who reviewed those words, by language.
    """

    code: str
    labels: Labels
    columns: Mapping[str, str] = field(default_factory=dict)
    says: Labels = field(default_factory=dict)
    reviews: Labels = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The wording in that language, else in English, else the code."""
        return in_language(self.labels, language, self.code)

    def say(self, language: str) -> str:
        """The words to say in that language; nothing where there are none in it."""
        return self.says.get(language, "")


def meanings_of(choices: Iterable[Choice]) -> dict[str, str]:
    """For the codes among them that stand for another, that one."""
    return {one.code: one.columns[MEANS] for one in choices if MEANS in one.columns}


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey sheet.

    choice_list: name of the inline list, or of the code list when from_file is true.
    says: the words to say to the person, where the label is the officer's own text.
    reviews: who reviewed those words, by language; see shared.questionnaire.reading_aloud.
    asked: of whom, for the tablet; see Asked.
    measure: what the answer measures, a name of shared.classification.measures.
    since: the questionnaire version it came with.
    row: its row in the survey sheet it was first written in, for messages.
    """

    name: str
    kind: Kind
    level: Level
    section: str
    privacy: Privacy
    labels: Labels = field(default_factory=dict)
    hints: Labels = field(default_factory=dict)
    required: Expression | None = None
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_messages: Labels = field(default_factory=dict)
    says: Labels = field(default_factory=dict)
    reviews: Labels = field(default_factory=dict)
    asked: Asked | None = None
    calculation: Expression | None = None
    default: Expression | None = None
    choice_list: str | None = None
    from_file: bool = False
    choice_filter: Expression | None = None
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    measure: str | None = None
    since: str = ""
    row: int = 0

    @property
    def takes_answer(self) -> bool:
        """Whether somebody answers it: false for notes and calculations."""
        return self.kind not in WITHOUT_ANSWER

    @property
    def is_identity(self) -> bool:
        """Whether its answer must never leave the tablet."""
        return self.privacy.kind is PrivacyKind.IDENTITY

    def label(self, language: str) -> str:
        """The wording in that language, else in English, else its name."""
        return in_language(self.labels, language, self.name)

    def hint(self, language: str) -> str:
        """The hint in that language, else in English, else nothing."""
        return in_language(self.hints, language, "")

    def say(self, language: str) -> str:
        """The words to say in that language; nothing where there are none in it.

        Never in another language: words to be read aloud must be those of the person.
        """
        return self.says.get(language, "")

    def constraint_message(self, language: str) -> str:
        """What to say when the constraint does not hold; nothing if the sheet says nothing."""
        return in_language(self.constraint_messages, language, "")


@dataclass(frozen=True, slots=True)
class Section:
    """A group of the survey sheet: what one page of the interview shows."""

    name: str
    level: Level
    labels: Labels = field(default_factory=dict)
    relevant: Expression | None = None

    def label(self, language: str) -> str:
        """The heading in that language, else in English, else its name."""
        return in_language(self.labels, language, self.name)


Condition = Callable[[Scope], object]
"""Gives something true or false for any answers."""


class Step(NamedTuple):
    """What must be worked out for one question; steps stand in the order of evaluation."""

    name: str
    section: str
    is_coded: bool
    takes_answer: bool
    section_relevant: Condition | None
    relevant: Condition | None
    calculate: Evaluate | None


@dataclass(frozen=True)
class Questionnaire:
    """Everything the sheets of one version say.

    digest: 16 hexadecimal digits of all that decides what an answer means and how it is written
    (names, kinds, codes, logic, privacy, measures). Wording is left out, so that a better
    translation is not another questionnaire.
    languages: codes with labels, English first.
    order: names in the order in which relevance and calculations must be worked out.
    translation_status: per language, as the settings sheet says ("draft", "reviewed").
    """

    version: str
    digest: str
    title: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    questions: Mapping[str, Question]
    choices: Mapping[str, tuple[Choice, ...]]
    order: tuple[str, ...]
    translation_status: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_level(self) -> Mapping[Level, tuple[Question, ...]]:
        return {
            level: tuple(q for q in self.questions.values() if q.level is level) for level in Level
        }

    @cached_property
    def _by_section(self) -> Mapping[str, tuple[Question, ...]]:
        found: dict[str, list[Question]] = {section.name: [] for section in self.sections}
        for question in self.questions.values():
            found[question.section].append(question)
        return {name: tuple(questions) for name, questions in found.items()}

    @cached_property
    def _by_measure(self) -> Mapping[str, tuple[Question, ...]]:
        found: dict[str, list[Question]] = {}
        for question in self.questions.values():
            if question.measure:
                found.setdefault(question.measure, []).append(question)
        return {measure: tuple(questions) for measure, questions in found.items()}

    @cached_property
    def _sections_by_name(self) -> Mapping[str, Section]:
        return {section.name: section for section in self.sections}

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, Choice]]:
        return {
            name: {choice.code: choice for choice in choices}
            for name, choices in self.choices.items()
        }

    @cached_property
    def steps(self) -> Mapping[Level, tuple[Step, ...]]:
        """Per level, what to work out, each step after those it depends on."""
        found: dict[Level, list[Step]] = {level: [] for level in Level}
        for name in self.order:
            question = self.questions[name]
            found[question.level].append(
                Step(
                    name,
                    question.section,
                    question.kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE},
                    question.takes_answer,
                    _condition(self.section(question.section).relevant),
                    _condition(question.relevant),
                    question.calculation.evaluate if question.calculation else None,
                )
            )
        return {level: tuple(steps) for level, steps in found.items()}

    @cached_property
    def _sources(self) -> dict[Expression, frozenset[str]]:
        return {}

    def sources_of(self, expression: Expression) -> frozenset[str]:
        """The questions on which it depends what an expression gives, directly or through others.

        Followed through calculations and through what decides whether a question is asked.
        """
        known = self._sources.get(expression)
        if known is not None:
            return known
        found: set[str] = set()
        waiting = set(expression.references)
        while waiting:
            name = waiting.pop()
            found.add(name)
            question = self.questions[name]
            for part in (
                question.relevant,
                question.calculation,
                self.section(question.section).relevant,
            ):
                if part is not None:
                    waiting |= part.references - found
        self._sources[expression] = frozenset(found)
        return self._sources[expression]

    @cached_property
    def reading_the_visit(self) -> frozenset[str]:
        """The case questions of which only the visit's answers tell whether they are asked.

        The day of the visit is not among those answers: any day gives the same ages from coarse
        answers (see shared.anonymise.stand_ins).
        """
        found = set()
        for question in self.of_level(Level.CASE):
            parts = (question.relevant, self.section(question.section).relevant)
            sources = [
                self.questions[name]
                for part in parts
                if part is not None
                for name in self.sources_of(part)
            ]
            if any(s.level is Level.VISIT and s.measure != "visit.date" for s in sources):
                found.add(question.name)
        return frozenset(found)

    def of_level(self, level: Level) -> tuple[Question, ...]:
        """The questions of that level in document order, notes and calculations included."""
        return self._by_level[level]

    def section_questions(self, section: str) -> tuple[Question, ...]:
        """The questions of that section in document order."""
        return self._by_section[section]

    def sections_of(self, level: Level) -> tuple[Section, ...]:
        """The sections of that level in document order."""
        return tuple(section for section in self.sections if section.level is level)

    def section(self, name: str) -> Section:
        """The section of that name."""
        return self._sections_by_name[name]

    def measured(self, measure: str) -> tuple[Question, ...]:
        """The questions that measure that, in document order; empty if there is none."""
        return self._by_measure.get(measure, ())

    def meant_by(self, measure: str) -> Mapping[str, str]:
        """For codes of a country's own, the code each stands for; of all questions that measure
        that."""
        found: dict[str, str] = {}
        for question in self.measured(measure):
            if not question.from_file:
                found |= meanings_of(self.choices.get(question.choice_list or "", ()))
        return found

    def choice(self, choice_list: str, code: str) -> Choice | None:
        """The choice of that code in an inline list, if there is one."""
        return self._codes.get(choice_list, {}).get(code)

    def label(self, name: str, language: str) -> str:
        """The wording of that question, else in English, else its name."""
        return self.questions[name].label(language)


def _condition(expression: Expression | None) -> Condition | None:
    return None if expression is None else expression.is_true


def in_language(texts: Labels, language: str, otherwise: str) -> str:
    """The text in that language, else in English, else what is given."""
    return texts.get(language) or texts.get(ENGLISH) or otherwise

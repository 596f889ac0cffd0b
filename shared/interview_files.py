"""Interviews in a file, one JSON object a line, classified as the tablet and the office do it.

Owns the form of a line and what is wrong with one. ``tally87 classify interviews`` only opens the
file and shows what comes out of here. A line that cannot be read, or that names a question or a
code nobody knows, says so and never stops the others; an answer that cannot be used counts as not
known, never as no. Messages name questions, never a text or a name that was answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from shared.answer_words import AnswerWords
from shared.answers import NOT_SAID, UNKNOWN, Value, written_day
from shared.classification import Classification, classify, explain
from shared.errors import QuestionnaireError
from shared.findings import Severity, check_draft
from shared.findings.values import LARGEST, check_form
from shared.interview_content import content_of, in_full
from shared.questionnaire import Kind, Level, Question
from shared.questionnaire.coarsening import COARSENINGS, day_of
from shared.questionnaire.expressions import Scope
from shared.questionnaire.flow import Flow, work_through
from shared.questionnaire.misnamed import perhaps_meant
from shared.reference import Reference
from shared.texts import text

KEYS = (
    "id",
    "child_labour",
    "child_labour_general",
    "child_labour_rule",
    "bounds",
    "sdg_a",
    "sdg_b",
    "mics",
    "forced_labour",
    "forced_labour_rule",
    "trafficking",
    "national",
    "national_confirmed",
    "reasons",
    "findings",
    "open",
)
"""Of the object printed for a line, in this order."""
_LINE_KEYS = frozenset({"id", "country", "on", "visit", "case"})


@dataclass(frozen=True, slots=True)
class ClassifiedLine:
    """What comes of one line. line: from 1. result: by KEYS. problems: sentences about the line,
    empty when everything in it could be used."""

    line: int
    result: Mapping[str, Any]
    problems: tuple[str, ...]


class _Unusable(Exception):
    """The line as a whole cannot be classified. code: of the finding."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def classify_interviews(
    lines: Iterable[str],
    reference_of: Callable[[str], Reference],
    language: str = "en",
    today: date | None = None,
) -> Iterator[ClassifiedLine]:
    """The classes of every line, in the order of the file; blank lines are left out.

    reference_of: the reference data of a country (ISO 3166-1 alpha-3); may raise
    QuestionnaireError. today: a visit after it is a finding; without it none is.
    """
    first: dict[str | int | float, int] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _classified(number, line, reference_of, language, today, first)


def _classified(
    number: int,
    line: str,
    reference_of: Callable[[str], Reference],
    language: str,
    today: date | None,
    first: dict[str | int | float, int],
) -> ClassifiedLine:
    """first: the line each id stood in first; gets this one's."""
    identifier: str | int | float | None = None
    try:
        said = _object(line)
        identifier = _identifier(said.get("id"))
        interview = _read(said, reference_of)
        if identifier is None:
            interview.note("line.no_id", "the line has no id: a text or a number")
        elif (before := first.setdefault(identifier, number)) != number:
            interview.note("line.id_twice", f"line {before} has the same id")
        if today is not None and interview.day is not None and interview.day > today:
            interview.note("record.visit_in_future", "the visit lies in the future")
    except _Unusable as unusable:
        empty = dict.fromkeys(KEYS)
        empty |= {"id": identifier, "reasons": [], "findings": [unusable.code], "open": []}
        return ClassifiedLine(number, empty, (str(unusable),))
    return ClassifiedLine(number, interview.result(identifier, language), tuple(interview.problems))


def _object(line: str) -> Mapping[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _Unusable("line.key_twice", "a key or question stands there twice")
        return found

    def no_constant(_word: str) -> Any:
        raise _Unusable("line.unreadable", "NaN and infinity are no numbers of JSON")

    try:
        said = json.loads(line, object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise _Unusable("line.unreadable", "the line is not readable as JSON") from error
    if not isinstance(said, dict):
        raise _Unusable("line.unreadable", "the line is not one JSON object")
    return said


def _identifier(said: Any) -> str | int | float | None:
    """The id as it can be printed again: text that UTF-8 can write, or a number of JSON."""
    if isinstance(said, str):
        return said.encode("utf-8", "backslashreplace").decode() or None
    if isinstance(said, float) and not isfinite(said):  # 1e999 is JSON, infinity is not
        return None
    return said if isinstance(said, int | float) and not isinstance(said, bool) else None


@dataclass
class _Interview:
    """One interview as it was read. answers: in full, as on a tablet; content: what leaves.
    day: of the visit, as far as it is known. misnamed: questions that were perhaps meant by a name
    that is none."""

    reference: Reference
    on: date | None
    day: date | None = None
    answers: dict[Level, dict[str, Value]] = field(default_factory=dict)
    content: dict[Level, dict[str, Value]] = field(default_factory=dict)
    findings: dict[str, None] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    misnamed: list[Question] = field(default_factory=list)

    def flow(self, level: Level) -> Flow:
        return work_through(
            self.reference.questionnaire, level, self.answers[level], self.answers[Level.VISIT]
        )

    def note(self, code: str, sentence: str) -> None:
        self.findings[code] = None
        self.problems.append(sentence)

    def result(self, identifier: Any, language: str) -> dict[str, Any]:
        reference = self.reference
        found = classify(
            self.content[Level.CASE],
            self.content[Level.VISIT],
            reference.questionnaire,
            reference.profile,
        )
        words = AnswerWords(reference.questionnaire, reference.codelists)
        child, forced = found.child_labour, found.forced_labour
        codes = found.codes()
        values = (
            identifier,
            child.sna.value,
            child.general.value,
            child.rule_codes,
            codes["cl_general_bounds"],
            child.sdg_a.value,
            child.sdg_b.value,
            child.mics,
            forced.labour_class.value,
            forced.rule.rstrip("mvw"),
            found.trafficking.value,
            found.national.legal_class.value,
            found.national.confirmed,
            explain(found, language, words, self.findings),
            [*self.findings, *_flags(found)],
            self._open(),
        )
        return dict(zip(KEYS, values, strict=True))

    def _open(self) -> list[str]:
        """Required questions that are asked and not answered, the visit's first."""
        found = []
        for level in (Level.VISIT, Level.CASE):
            flow = self.flow(level)
            found += [
                question.name
                for question in self.reference.questionnaire.of_level(level)
                if question.takes_answer
                and question.name in flow.visible
                and question.name not in self.answers[level]
                and question.required is not None
                and question.required.is_true(flow.scope)
            ]
        return found


def _flags(found: Classification) -> list[str]:
    return [f"classification.{flag}" for flag in found.flags]


def _read(said: Mapping[str, Any], reference_of: Callable[[str], Reference]) -> _Interview:
    country = said.get("country")
    if not isinstance(country, str) or not country:
        raise _Unusable("line.no_country", "country is missing: three letters, such as PAK")
    try:
        reference = reference_of(country.upper())
    except QuestionnaireError as error:
        raise _Unusable("line.unknown_country", f"nothing is known of this country: {error}") from (
            error
        )
    visit, case = said.get("visit"), said.get("case")
    for name, part in (("visit", visit), ("case", case)):
        if part is not None and not isinstance(part, dict):
            raise _Unusable("line.misshapen", f"{name} is not an object of questions and answers")
    interview = _Interview(reference, _day(said.get("on")))
    for key in sorted(set(said) - _LINE_KEYS):
        interview.note("line.unknown_key", f"the key {_named(key)} is none of this form")
    _take(interview, Level.VISIT, visit or {})
    _take(interview, Level.CASE, case or {})
    for meant in interview.misnamed:
        interview.answers[meant.level].setdefault(meant.name, UNKNOWN)
    _check(interview)
    return interview


def _day(value: Any) -> date | None:
    if value is None:
        return None
    day = written_day(value)
    if day is None:
        raise _Unusable("line.bad_date", "on is not a day, written such as 2026-11-28")
    return day


def _take(interview: _Interview, level: Level, said: Mapping[str, Any]) -> None:
    questionnaire = interview.reference.questionnaire
    answers: dict[str, Value] = {}
    if level is Level.VISIT and interview.on is not None:
        for dated in questionnaire.measured("visit.date"):
            answers[dated.name] = interview.on.isoformat()
    for name, given in said.items():
        question = questionnaire.questions.get(name)
        if question is None or question.level is not level or not question.takes_answer:
            where = "the visit" if level is Level.VISIT else "a case"
            interview.note(
                "record.unknown_field", f"there is no question {_named(name)} about {where}"
            )
            # What was answered there is not known, and never no.
            interview.misnamed += perhaps_meant(questionnaire, level, name)
            continue
        value = _value(question, given)
        if value is not None:
            answers[name] = _usable(interview, question, value)
    interview.answers[level] = answers


def _value(question: Question, given: Any) -> Value | None:
    """JSON as an answer; nothing, an empty text and an empty list are no answer."""
    if given is None or given == "" or given == []:
        return None
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return tuple(given)
    if question.kind is Kind.SELECT_MULTIPLE and isinstance(given, str) and given not in NOT_SAID:
        return tuple(given.split())  # as XLSForm writes several choices
    if question.kind is Kind.INTEGER and isinstance(given, float) and given.is_integer():
        return int(given)
    return given  # type: ignore[no-any-return]


def _usable(interview: _Interview, question: Question, value: Value) -> Value:
    """The answer if it has the form its question asks for, else unknown, with a finding.

    Of several choices those that can be used stand, with the rest unknown.
    """
    if question.kind is Kind.SELECT_MULTIPLE and isinstance(value, tuple):
        codes = tuple(one for one in value if isinstance(one, str))
        if len(codes) < len(value):
            interview.note("answer.wrong_type", f"{question.name}: a choice is no text")
            codes = (*codes, UNKNOWN)
        value = tuple(dict.fromkeys(codes))
    if not _is_an_answer(value):
        interview.note("answer.wrong_type", f"{question.name}: this is no answer of any kind")
        return UNKNOWN
    how = question.privacy.how
    if how is not None and not isinstance(value, bool) and COARSENINGS[how].fits(value):
        return value  # already as it leaves the tablet
    wrong = list(check_form(interview.reference, question, value))
    if not wrong and _is_possible(question, value):
        return value
    if not wrong:
        interview.note("answer.constraint", f"{question.name}: {_impossible(question)}")
        return _without_none(value)
    code = wrong[0].code
    interview.note(code, f"{question.name}: {wrong[0].sentence('en')}")
    if code == "answer.unknown_code" and isinstance(value, tuple):
        known = tuple(
            one for one in value if not list(check_form(interview.reference, question, (one,)))
        )
        return tuple(dict.fromkeys((*known, UNKNOWN)))
    return UNKNOWN


def _is_possible(question: Question, value: Value) -> bool:
    """Whether a constraint that looks at no other answer holds, be the question asked or not."""
    constraint = question.constraint
    if constraint is None or constraint.references or constraint.uses_today or value in NOT_SAID:
        return True
    return constraint.is_true(Scope({}, current=value))


def _impossible(question: Question) -> str:
    return question.constraint_message("en") or text("findings.answer.constraint", "en")


def _is_an_answer(value: object) -> bool:
    """Whether it is text, a number of this world, or a list of codes."""
    if isinstance(value, tuple):
        return all(isinstance(one, str) for one in value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST
    return isinstance(value, str)


def _check(interview: _Interview) -> None:
    """Puts aside what a tablet would not let stand, and makes the content that leaves."""
    questionnaire = interview.reference.questionnaire
    day = interview.on
    for dated in questionnaire.measured("visit.date"):
        day = day_of(interview.answers[Level.VISIT].get(dated.name)) or day
    interview.day = day
    if day is None:
        interview.note(
            "visit.date_needed",
            "neither on nor the date of the visit is given: ages by birth date are not known",
        )
    for level in (Level.VISIT, Level.CASE):
        full = in_full(questionnaire, interview.answers[level], day)
        given = dict(interview.answers[level])
        interview.answers[level] = full
        for finding in check_draft(
            interview.reference, level, full, interview.answers[Level.VISIT], day or date.max
        ):
            if finding.code == "answer.required":
                continue
            question = questionnaire.questions.get(finding.question or "")
            where = f"{question.name}: " if question else ""
            interview.findings[finding.code] = None
            if finding.severity is Severity.ERROR:
                interview.problems.append(where + finding.sentence("en"))
            if question is not None and finding.code.startswith("answer."):
                kept = _without_none(full.get(question.name))
                full[question.name] = given[question.name] = kept
        visible = interview.flow(level).visible
        for name in full:
            if name not in visible:
                interview.findings["record.hidden_answered"] = None
        interview.content[level] = content_of(questionnaire, given, day, visible)


def _without_none(value: Value | None) -> Value:
    """'None' beside other answers: the others stand. Any other broken answer is unknown."""
    if isinstance(value, tuple) and "none" in value and len(value) > 1:
        return tuple(code for code in value if code != "none")
    return UNKNOWN


def _named(name: str) -> str:
    """A name as shown in a message: short, on one line."""
    shown = name if len(name) <= 48 else f"{name[:48]}..."
    return f"'{shown}'" if shown.isprintable() else "not printable"

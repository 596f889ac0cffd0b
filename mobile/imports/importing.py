"""An import: a practice run that leaves nothing, then row by row, each whole or not at all.

A row is recorded as on a visit, by the same use cases: checked, anonymised, linked and sent as
any other. Each submission with its persons is one transaction together with the note that it is
imported, so that an import that was cut off goes on where it stopped and nothing comes in twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mobile.casework import Casework
from mobile.imports.converting import answers_of
from mobile.imports.mapping import SourceMapping
from mobile.imports.sheets import SourceRow, SourceSheet
from mobile.imports.submissions import (
    digest_of_rows,
    is_left_out,
    key_of,
    key_of_person,
    submissions,
)
from mobile.store import Store
from shared.answers import UNKNOWN, Value
from shared.errors import TallyError
from shared.findings import Finding, check_draft
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Level
from shared.questionnaire.flow import work_through
from shared.reference import Reference

_MARK, _PRACTISED = "imported ", "import practised"
_REQUIRED = "answer.required"


class RowOutcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    WOULD_BE = "would be imported"
    KNOWN = "imported before"
    CHANGED = "changed since it was imported"
    LEFT_OUT = "left out: rejected in the source"
    REFUSED = "refused"


class ImportStopped(TallyError):
    """Something that was checked could not be recorded. What was imported before is safe."""


@dataclass(frozen=True)
class ImportedRow:
    """A row and what became of it. number: of the case on this tablet. why: faults by column or
    question; no value stands in it."""

    line: int
    sheet: str
    outcome: RowOutcome
    why: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True)
class _Person:
    """A person of a submission as it will be recorded. faults: why it will not be."""

    row: SourceRow
    key: str
    digest: str
    answers: Mapping[str, Value]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class _Submission:
    """A submission: a visit and the persons found in it."""

    row: SourceRow
    key: str
    visit: Mapping[str, Value]
    faults: tuple[str, ...]
    persons: tuple[_Person, ...]


class Imports:
    """Imports on one unlocked tablet."""

    def __init__(self, store: Store, casework: Casework, reference: Reference, today: date) -> None:
        self._store, self._casework = store, casework
        self._reference, self._today = reference, today
        self._order = {name: at for at, name in enumerate(reference.questionnaire.questions)}

    @property
    def reference(self) -> Reference:
        """The questionnaire and lists that mappings name."""
        return self._reference

    def practise(
        self, sheets: Sequence[SourceSheet], mapping: SourceMapping, digest: str
    ) -> Iterator[ImportedRow]:
        """What would become of each row; nothing is recorded. digest: of file and mapping."""
        yield from self._rows(sheets, mapping, practice=True)
        with self._store.transaction():
            self._store.settings.put(_PRACTISED, digest.encode())

    def run(
        self, sheets: Sequence[SourceSheet], mapping: SourceMapping, digest: str
    ) -> Iterator[ImportedRow]:
        """What becomes of each row, in the order of the file. Raises ImportStopped, also without a
        practice run of exactly this file and mapping."""
        if self._store.settings.get(_PRACTISED) != digest.encode():
            raise ImportStopped(
                "There was no practice run of this file with this mapping: `tally87-tablet import "
                "try` makes one. Nothing was imported."
            )
        yield from self._rows(sheets, mapping, practice=False)

    def _rows(
        self, sheets: Sequence[SourceSheet], mapping: SourceMapping, *, practice: bool
    ) -> Iterator[ImportedRow]:
        sheet = mapping.persons or mapping.cases
        seen: Counter[str] = Counter()
        for row, persons in submissions(sheets, mapping):
            if row is None:
                why = ("its submission is not in the file",)
                yield from (
                    ImportedRow(one.line, sheet, RowOutcome.REFUSED, why) for one in persons
                )
            elif is_left_out(row, mapping):
                yield ImportedRow(row.line, mapping.cases, RowOutcome.LEFT_OUT)
            else:
                submission = self._prepared(row, persons, mapping, key_of(row, mapping, seen))
                yield from self._done(submission, sheet, mapping.cases, practice)

    def _done(
        self, submission: _Submission, sheet: str, cases: str, practice: bool
    ) -> Iterator[ImportedRow]:
        if not submission.persons:
            yield self._visit_alone(submission, cases, practice)
            return
        waiting = {
            at: one
            for at, one in enumerate(submission.persons)
            if not one.faults and self._mark(one.key) is None
        }
        numbers = self._record(submission, waiting) if waiting and not practice else {}
        for at, one in enumerate(submission.persons):
            known = self._mark(one.key) if at not in waiting else None
            if at in numbers:
                yield ImportedRow(one.row.line, sheet, RowOutcome.IMPORTED, (), numbers[at])
            elif at in waiting:
                yield ImportedRow(one.row.line, sheet, RowOutcome.WOULD_BE)
            elif known is not None:
                same = known == one.digest
                state = RowOutcome.KNOWN if same else RowOutcome.CHANGED
                yield ImportedRow(one.row.line, sheet, state)
            else:
                yield ImportedRow(one.row.line, sheet, RowOutcome.REFUSED, one.faults)

    def _visit_alone(self, submission: _Submission, cases: str, practice: bool) -> ImportedRow:
        """A submission in which nobody was found."""
        line = submission.row.line
        if submission.faults:
            return ImportedRow(line, cases, RowOutcome.REFUSED, submission.faults)
        if self._mark(submission.key) is not None:
            return ImportedRow(line, cases, RowOutcome.KNOWN)
        if practice:
            return ImportedRow(line, cases, RowOutcome.WOULD_BE)
        with self._store.transaction("import"):
            visit_id = self._begin(submission)
            if not self._casework.finalise_visit(visit_id).done:
                raise _not_finalised(line)
        return ImportedRow(
            line, cases, RowOutcome.IMPORTED, (), self._casework.row(visit_id).number
        )

    def _record(self, submission: _Submission, waiting: Mapping[int, _Person]) -> dict[int, int]:
        """Records persons of a submission, all or none; the number of each."""
        work, numbers = self._casework, {}
        with self._store.transaction("import"):
            visit_id = self._begun(submission) or self._begin(submission)
            for at, one in waiting.items():
                case_id = work.start_case(visit_id)
                for name, value in one.answers.items():
                    work.answer(case_id, name, value)
                if not work.finalise(case_id).done:
                    raise _not_finalised(one.row.line)
                numbers[at] = work.row(case_id).number
                self._store.settings.put(_MARK + one.key, one.digest.encode())
        return numbers

    def _begin(self, submission: _Submission) -> RecordId:
        visit_id = self._casework.start_visit()
        for name, value in submission.visit.items():
            self._casework.answer(visit_id, name, value)
        self._store.settings.put(_MARK + submission.key, visit_id.encode())
        return visit_id

    def _begun(self, submission: _Submission) -> RecordId | None:
        """The visit of an earlier import, to which persons that were put right are added."""
        kept = self._mark(submission.key)
        if kept is None:
            return None
        visit_id = RecordId(kept)
        is_there = any(row.record_id == visit_id for row in self._casework.list_visits())
        if not is_there or self._casework.row(visit_id).state is CaseState.WITHDRAWN:
            return None
        return visit_id

    def _mark(self, key: str) -> str | None:
        kept = self._store.settings.get(_MARK + key)
        return None if kept is None else kept.decode()

    def _prepared(
        self, row: SourceRow, persons: Sequence[SourceRow], mapping: SourceMapping, key: str
    ) -> _Submission:
        said, faults = answers_of(row, mapping.cases, mapping, self._reference)
        questions = self._reference.questionnaire.questions
        whole = {**mapping.always, **said}
        about = {name: v for name, v in whole.items() if questions[name].level is Level.VISIT}
        shared = {name: v for name, v in whole.items() if questions[name].level is Level.CASE}
        visit, wrong = self._filled(Level.VISIT, about, {})
        faults += wrong + self._without_a_day(about)
        done = []
        for at, one in enumerate(persons if mapping.persons else (row,)):
            own: dict[str, Value] = {}
            of_it: list[str] = []
            if one is not row:
                own, of_it = answers_of(one, mapping.persons, mapping, self._reference)
            case, wrong = self._filled(Level.CASE, {**shared, **own}, visit)
            own_key = key_of_person(key, one, at, mapping)
            digest = digest_of_rows([row, one], mapping)
            done.append(_Person(one, own_key, digest, case, (*faults, *of_it, *wrong)))
        return _Submission(row, key, visit, tuple(faults), tuple(done))

    def _filled(
        self, level: Level, said: Mapping[str, Value], visit: Mapping[str, Value]
    ) -> tuple[dict[str, Value], list[str]]:
        """Answers with ``unknown`` where the source says nothing and an answer is needed, and what
        is wrong with them. Nothing else is ever filled in."""
        answers = dict(said)
        for _ in range(len(self._reference.questionnaire.questions)):
            open_ones = [
                finding.question
                for finding in self._findings(level, answers, visit)
                if finding.code == _REQUIRED and finding.question not in answers
            ]
            if not open_ones:
                break
            answers |= {name: UNKNOWN for name in open_ones if name is not None}
        wrong = [
            f"{finding.question or 'the row'}: "
            + replace(finding, values=dict.fromkeys(finding.values, "…")).sentence(
                self._casework.language
            )
            for finding in self._findings(level, answers, visit)
            if finding.severity == "error"
        ]
        return dict(sorted(answers.items(), key=lambda one: self._order[one[0]])), wrong

    def _findings(
        self, level: Level, answers: Mapping[str, Value], visit: Mapping[str, Value]
    ) -> list[Finding]:
        flow = work_through(self._reference.questionnaire, level, answers, visit)
        return list(check_draft(self._reference, level, answers, visit, self._today, flow))

    def _without_a_day(self, about: Mapping[str, Value]) -> list[str]:
        days = self._reference.questionnaire.measured("visit.date")
        is_there = any(about.get(one.name, UNKNOWN) != UNKNOWN for one in days)
        return [] if is_there else ["there is no day: a case belongs to the time it was recorded"]


def _not_finalised(line: int) -> ImportStopped:
    return ImportStopped(
        f"Line {line} was checked and could not be finalised. Nothing of it was kept; what came "
        "before is safe. Begin again."
    )

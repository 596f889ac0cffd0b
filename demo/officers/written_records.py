"""Records as an honest tablet would freeze them, made with the shared rules and without a tablet.

For what needs many records quickly (benchmarks) or wrong ones on purpose (faulty.py). Answers the
questionnaire as officer.py does, but keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo.officers.plan import PlannedCase, PlannedVisit
from demo.officers.usual_answers import USUAL_ANSWERS, case_answers, visit_answers
from shared.anonymise import anonymise
from shared.answers import UNKNOWN, Value
from shared.classification import RULES_VERSION, classify, codes_of_visit
from shared.identifiers import RandomBytes, RecordId, new_record_id
from shared.linkage import identity_of, linkage_codes, may_be_linked
from shared.questionnaire import Level, visible_questions, without_hidden
from shared.reference import Reference
from shared.wire.records import Record

_WITHOUT_POWER = "ngo"
"""Nobody of these officers records by a power of inspection."""


@dataclass(frozen=True)
class WrittenVisit:
    """One visit with its cases, ready to be encoded."""

    visit: Record
    cases: tuple[Record, ...]


class RecordWriter:
    """Writes records of planned visits. linkage_key: the programme's, 32 bytes."""

    def __init__(
        self,
        reference: Reference,
        area_codes: Mapping[str, str],
        linkage_key: bytes,
        random_bytes: RandomBytes,
    ) -> None:
        self._reference = reference
        self._questionnaire = reference.questionnaire
        self._area_codes = area_codes
        self._linkage_key = linkage_key
        self._random_bytes = random_bytes

    def write(self, planned: PlannedVisit) -> WrittenVisit:
        """The records of a visit and of everybody found in it, all in their first revision."""
        said = self._asked(Level.VISIT, visit_answers(planned, self._area_codes), {})
        content = anonymise(self._questionnaire, Level.VISIT, said, said)
        visit = Record(
            kind=Level.VISIT,
            record_id=new_record_id(self._random_bytes),
            revision=1,
            questionnaire=self._questionnaire.digest,
            rules_version=RULES_VERSION,
            content=content,
            classes=codes_of_visit(content, self._questionnaire),
        )
        cases = tuple(self._case(case, planned, said, visit) for case in planned.cases)
        return WrittenVisit(visit, cases)

    def _case(
        self,
        planned: PlannedCase,
        visit: PlannedVisit,
        visit_said: Mapping[str, Value],
        visit_record: Record,
    ) -> Record:
        offered = case_answers(planned, visit, self._area_codes)
        said = self._asked(Level.CASE, offered, visit_said)
        content = anonymise(self._questionnaire, Level.CASE, said, visit_said)
        identity = identity_of(self._questionnaire, said, visit_said, visit.visit_date)
        return Record(
            kind=Level.CASE,
            record_id=new_record_id(self._random_bytes),
            revision=1,
            questionnaire=self._questionnaire.digest,
            rules_version=RULES_VERSION,
            visit_id=RecordId(visit_record.record_id),
            content=content,
            classes=classify(
                content, visit_record.content, self._questionnaire, self._reference.profile
            ).codes(),
            linkage=tuple(sorted(linkage_codes(identity, self._linkage_key)))
            if may_be_linked(self._questionnaire, said, _WITHOUT_POWER)
            else (),
        )

    def _asked(
        self, level: Level, said: Mapping[str, Value], visit_said: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Answers to what is asked: what is said, else what is usual, else unknown."""
        offered = {**USUAL_ANSWERS[level], **said}
        answers: dict[str, Value] = {}
        while True:
            context = visit_said if level is Level.CASE else answers
            new = {
                question.name: offered.get(question.name, UNKNOWN)
                for question in visible_questions(self._questionnaire, level, answers, context)
                if question.takes_answer and question.name not in answers
            }
            if not new:
                return without_hidden(self._questionnaire, level, answers, context)
            answers |= new

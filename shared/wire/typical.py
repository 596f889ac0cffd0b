"""Made-up records as they will usually look, to build a preset dictionary from.

Not a statistical model: only the commonest answers have to be commonest, so that the dictionary
holds the byte sequences real parcels have. Nobody's answers are in it, and nothing drawn here is
ever sent or counted. Draws come from the RandomBytes handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from shared.anonymise import anonymise
from shared.answers import UNKNOWN, Value
from shared.classification import RULES_VERSION, classify
from shared.identifiers import RandomBytes, RecordId, new_record_id
from shared.linkage import Identity, linkage_codes
from shared.questionnaire import Kind, Level, Question, visible_questions
from shared.reference import Reference
from shared.wire.records import Record

T = TypeVar("T")

_YEAR = 2026
_USUAL: Mapping[str, tuple[Value, ...]] = {
    # Drawn evenly from these: what is written twice is twice as common.
    "visit_reason": ("routine", "routine", "routine", "complaint", "outreach", "walk_in"),
    "access": ("free", "free", "free", "hindered"),
    "nobody_found": ("no",),
    "sex": ("male", "female"),
    "consent_given_by": ("caregiver_and_assent", "caregiver_and_assent", "self", "inspection"),
    "consent_purposes": (("interview", "statistics"), ("interview", "statistics", "referral")),
    "safety_problems": (("none",),),
    "interview_form": ("full",),
    "who_answered": ("self", "self", "parent"),
    "consent_linkage": ("yes",),
    "officer_signs": (("none",),),
    "moved": ("no", "no", "no", "within_country"),
    "works_with_parents": ("yes", "yes", "no"),
    "attends_school": ("yes", "yes", "no"),
    "worked_own_farm": ("yes", "no"),
}
_RARE = ("wfcl_", "fl_", "tip_", "ilo_", "abuse", "confined", "immediate_danger", "injuries")
"""Beginnings of names of questions that are nearly always answered no or none."""
_FIRST_CODES = 24
"""Of a long code list, so many codes stand for all: the rest costs its few digits."""


def typical_visits(
    reference: Reference, cases_each: Sequence[int], random_bytes: RandomBytes
) -> Iterator[list[Record]]:
    """Visits with so many cases each: every item is a visit record followed by its cases."""
    draw = _Draw(random_bytes)
    for cases in cases_each:
        said = _answers(reference, Level.VISIT, {}, draw)
        visit = Record(
            kind=Level.VISIT,
            record_id=new_record_id(random_bytes),
            revision=1,
            questionnaire=reference.questionnaire.digest,
            rules_version=RULES_VERSION,
            content=anonymise(reference.questionnaire, Level.VISIT, said, said),
        )
        yield [visit, *(_case(reference, visit, said, draw) for _ in range(cases))]


def _case(
    reference: Reference, visit: Record, visit_said: Mapping[str, Value], draw: _Draw
) -> Record:
    questionnaire = reference.questionnaire
    said = _answers(reference, Level.CASE, visit_said, draw)
    content = anonymise(questionnaire, Level.CASE, said, visit_said)
    born = date(_YEAR - draw.below(12) - 5, 3, 1) if draw.below(3) else None
    identity = Identity(
        draw.letters(),
        draw.letters(),
        draw.letters() if draw.below(3) else None,
        "female",
        _YEAR - 12,
        born.isoformat() if born else None,
        "area",
    )
    return Record(
        kind=Level.CASE,
        record_id=new_record_id(draw.random_bytes),
        revision=1,
        questionnaire=questionnaire.digest,
        rules_version=RULES_VERSION,
        visit_id=RecordId(visit.record_id),
        content=content,
        classes=classify(content, visit.content, questionnaire, reference.profile).codes(),
        linkage=linkage_codes(identity, bytes(32)),
    )


def _answers(
    reference: Reference, level: Level, visit_said: Mapping[str, Value], draw: _Draw
) -> dict[str, Value]:
    """Question after question, each as soon as the answers before it make it be asked."""
    said: dict[str, Value] = {}
    while True:
        context = visit_said if level is Level.CASE else said
        asked = [
            question
            for question in visible_questions(reference.questionnaire, level, said, context)
            if question.takes_answer and question.name not in said
        ]
        if not asked:
            return said
        said |= {question.name: _answer(reference, question, context, draw) for question in asked}


def _answer(
    reference: Reference, question: Question, visit_said: Mapping[str, Value], draw: _Draw
) -> Value:
    if question.is_identity:
        return UNKNOWN
    if question.name == "home_area":
        return visit_said.get("area", UNKNOWN)
    if question.name in _USUAL:
        return draw.one_of(_USUAL[question.name])
    if draw.below(40) == 0:
        return UNKNOWN
    rare = question.name.startswith(_RARE)
    match question.kind:
        case Kind.SELECT_ONE:
            codes = _codes(reference, question)
            if codes == ("yes", "no"):
                return "yes" if draw.below(20 if rare else 3) == 0 else "no"
            return codes[draw.early(min(len(codes), _FIRST_CODES))]
        case Kind.SELECT_MULTIPLE:
            codes = _codes(reference, question)
            if "none" in codes and draw.below(10 if rare else 3):
                return ("none",)
            chosen = {draw.early(len(codes)) for _ in range(draw.below(4) + 1)}
            return tuple(codes[place] for place in sorted(chosen) if codes[place] != "none")
        case Kind.DATE if question.name == "birth_date":
            return f"{_YEAR - draw.below(12) - 6}-06-15"
        case Kind.DATE:
            return f"{_YEAR}-{draw.below(12) + 1:02}-20"
        case Kind.DECIMAL:
            return float(draw.one_of((1, 2, 3, 4, 6, 7, 10, 12, 14, 20, 21, 28, 35, 40, 48, 60)))
        case _:
            return draw.below(12)


def _codes(reference: Reference, question: Question) -> tuple[str, ...]:
    name = question.choice_list or ""
    if question.from_file:
        return tuple(entry.code for entry in reference.codelists[name])
    return tuple(choice.code for choice in reference.questionnaire.choices[name])


class _Draw:
    """Small draws from a source of bytes."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self.random_bytes = random_bytes

    def below(self, limit: int) -> int:
        """0 to limit - 1, evenly (but for a bias of a millionth, which does not matter here)."""
        return int.from_bytes(self.random_bytes(4), "big") % limit

    def early(self, limit: int) -> int:
        """0 to limit - 1, early ones oftener, as in most lists of choices."""
        return min(self.below(limit), self.below(limit))

    def one_of(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]

    def letters(self) -> str:
        return "".join(chr(ord("a") + self.below(26)) for _ in range(6))

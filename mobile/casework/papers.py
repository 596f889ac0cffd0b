"""One record opened for work: its card, its answers, and the questionnaire it was begun with.

Owns how a case and its visit are read together. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

from mobile.casework.folding import covered, folded
from mobile.casework.repository import Repository
from mobile.casework.written import Body, Card
from shared.anonymise import anonymise, identity_part
from shared.answer_words import AnswerWords
from shared.answers import Answers, Value, is_said, written_day
from shared.findings import Finding, check_draft
from shared.identifiers import RecordId
from shared.questionnaire import Level, Questionnaire
from shared.questionnaire.flow import Flow, work_through
from shared.reference import Reference


@dataclass(frozen=True)
class Paper:
    """A case or a visit with everything needed to read it.

    reference: with the questionnaire the record was begun with. visit_answers: the visit's, for a
    case; empty for a visit.
    """

    card: Card
    body: Body
    reference: Reference
    visit_answers: Answers

    @property
    def level(self) -> Level:
        """Whether it is a visit or a case."""
        return self.card.level

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire the record was begun with."""
        return self.reference.questionnaire

    @property
    def answers(self) -> Answers:
        """The present answers, those to hidden questions included."""
        return self.body.answers

    @cached_property
    def flow(self) -> Flow:
        """Which questions are asked now, and what expressions see; worked through once."""
        return work_through(self.questionnaire, self.level, self.answers, self.visit_answers)

    def content(self) -> dict[str, Value]:
        """The statistical content: what leaves the tablet."""
        return anonymise(self.questionnaire, self.level, self.answers, self.visit_answers)

    def identity(self) -> dict[str, Value]:
        """What stays."""
        return identity_part(self.questionnaire, self.level, self.answers, self.visit_answers)

    @cached_property
    def folded(self) -> frozenset[str]:
        """Questions that are asked and not shown yet: see mobile.casework.folding."""
        return folded(self.questionnaire, self.flow, self.answers)

    @cached_property
    def covered(self) -> frozenset[str]:
        """Questions of which a page shows one at a time: see mobile.casework.folding."""
        return covered(self.questionnaire)

    @cached_property
    def shown(self) -> frozenset[str]:
        """Questions that are asked, and shown."""
        return frozenset(self.flow.visible) - self.folded

    def findings(self, today: date) -> list[Finding]:
        """All findings of what is shown, errors first."""
        found = check_draft(
            self.reference, self.level, self.answers, self.visit_answers, today, self.flow
        )
        shown = (finding for finding in found if finding.question not in self.folded)
        return sorted(shown, key=lambda finding: finding.severity != "error")

    def with_answer(self, name: str, value: Value | None, *, observed: bool = False) -> Paper:
        """The same with one answer more, less or changed. observed: see mobile.casework.observed;
        whatever is answered anew is not so any more."""
        answers = dict(self.answers)
        if value is None:
            answers.pop(name, None)
        else:
            answers[name] = value
        marked = self.body.observed | {name} if observed else self.body.observed - {name}
        return replace(self, body=replace(self.body, answers=answers, observed=marked))

    def with_body(self, body: Body) -> Paper:
        """The same answers with something else beside them: what was worked through stays."""
        changed = replace(self, body=body)
        if body.answers is self.answers and "flow" in vars(self):
            vars(changed)["flow"] = self.flow
        return changed

    def without_errors(self, today: date) -> Paper:
        """The same without the answers that have an error: what the office will not refuse.

        Taken out until none is left, because an answer that goes may show or hide another.
        """
        paper = self
        while True:
            wrong = {
                finding.question
                for finding in paper.findings(today)
                if finding.severity == "error" and finding.question in paper.answers
            }
            if not wrong:
                return paper
            for name in sorted(filter(None, wrong)):
                paper = paper.with_answer(name, None)

    def measured(self, measure: str) -> Value | None:
        """The first answer to a question of that measure; the visit's for a case, if it is its."""
        for question in self.questionnaire.measured(measure):
            place = self.answers if question.level is self.level else self.visit_answers
            if question.name in place:
                return place[question.name]
        return None


def card_with(paper: Paper, now_s: int) -> Card:
    """The card after an answer: what the list shows follows the answers."""
    names = (paper.measured("identity.given_name"), paper.measured("identity.family_name"))
    place = paper.answers.get("place_name") if paper.level is Level.VISIT else None
    day = written_day(paper.measured("visit.date"))
    return replace(
        paper.card,
        name=" ".join(str(name).strip() for name in names if is_said(name)),
        place=str(place) if is_said(place) else paper.card.place,
        day=day.isoformat() if day else paper.card.day,
        danger=paper.measured("danger") == "yes",
        changed_s=now_s,
    )


Method = TypeVar("Method", bound=Callable[..., Any])


def alone(method: Method) -> Method:
    """For a use case that writes back what it has read: nobody else changes a record meanwhile.

    A receipt that is applied on another thread waits for it, or is seen by it whole. Without that
    the officer's change would put back the case as it stood before the office's answer.
    """

    @wraps(method)
    def while_alone(self: Any, *words: Any, **named: Any) -> Any:
        with self._repository.lock:
            return method(self, *words, **named)

    return cast(Method, while_alone)


def questionnaires_needed(repository: Repository) -> set[str]:
    """Digests of the questionnaires with which something on this tablet must still be read: what
    can be worked on or corrected, and what waits for an outcome."""
    return {
        card.questionnaire
        for card in repository.cards()
        if not card.erased or repository.entry(card.record_id) is not None
    }


class Papers:
    """Opens records by id."""

    def __init__(self, repository: Repository, reference: Reference) -> None:
        self._repository = repository
        self.use(reference)

    def use(self, reference: Reference) -> None:
        """From now on new records begin with this one; those that are there keep the questionnaire
        they name. In one step, for whoever reads on another thread."""
        self._in_use = reference, {reference.questionnaire.digest: reference}

    @property
    def reference(self) -> Reference:
        """The one new records begin with."""
        return self._in_use[0]

    def words(self) -> AnswerWords:
        """The labels of answers, as they are worded now."""
        reference = self.reference
        return AnswerWords(reference.questionnaire, reference.codelists)

    def open(self, record_id: RecordId) -> Paper:
        """The record as it stands. KeyError when there is none, StoreDamaged when unreadable."""
        card = self._repository.card(record_id)
        visit_answers: Answers = {}
        if card.level is Level.CASE:
            visit_answers = self._repository.body(card.visit_id).answers
        body = self._repository.body(record_id)
        return Paper(card, body, self.reference_for(card.questionnaire), visit_answers)

    def reference_for(self, digest: str) -> Reference:
        """The reference with the questionnaire of that digest, however old.

        Falls back to the present one when the old one was not kept: the answers stay readable.
        """
        reference, by_digest = self._in_use
        known = by_digest.get(digest)
        if known is None:
            earlier = reference.questionnaire_by_digest(digest)
            known = replace(reference, questionnaire=earlier) if earlier else reference
            by_digest[digest] = known
        return known

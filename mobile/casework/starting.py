"""A new draft: what stands on its card and what is answered already. Keeps nothing."""

from __future__ import annotations

from datetime import datetime

from mobile.casework.proposals import KIND_OF_PLACE
from mobile.casework.refusals import CountryAwaited
from mobile.casework.written import Card
from shared.answers import Answers, Value
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.profiles import CountryProfile
from shared.questionnaire import Level, Questionnaire, defaults
from shared.reference import Reference


def country_must_be_here(profile: CountryProfile) -> None:
    """Raises CountryAwaited: a visit without areas and law would be one nobody can place."""
    if not profile.is_here:
        raise CountryAwaited


def new_card(
    record_id: RecordId,
    level: Level,
    visit: Card | None,
    number: int,
    questionnaire: Questionnaire,
    now: datetime,
) -> Card:
    """The card of a draft begun now. visit: the case's visit, None for a visit."""
    now_s = int(now.timestamp())
    return Card(
        record_id=record_id,
        visit_id=visit.record_id if visit else record_id,
        level=level,
        number=number,
        state=CaseState.DRAFT,
        revision=1,
        questionnaire=questionnaire.digest,
        place=visit.place if visit else "",
        day=visit.day if visit else now.date().isoformat(),
        started_s=now_s,
        changed_s=now_s,
    )


def first_answers(
    questionnaire: Questionnaire, level: Level, visit_answers: Answers, now: datetime
) -> dict[str, Value]:
    """The questionnaire's defaults, and today as the day of a visit."""
    answers = defaults(questionnaire, level, visit_answers, now.date())
    if level is Level.VISIT:
        for question in questionnaire.measured("visit.date"):
            answers.setdefault(question.name, now.date().isoformat())
    return answers


def said_of_place(reference: Reference, area: str, place_kind: str) -> dict[str, Value]:
    """The answers a place that is asked for gives away, as far as the questionnaire has them."""
    questionnaire = reference.questionnaire
    answers: dict[str, Value] = {}
    areas = reference.codelists.get("areas")
    for question in questionnaire.measured("visit.area")[:1]:
        if areas is not None and area in areas.entries:
            answers[question.name] = area
    kind = questionnaire.questions.get(KIND_OF_PLACE)
    if kind is not None and questionnaire.choice(kind.choice_list or "", place_kind) is not None:
        answers[kind.name] = place_kind
    return answers

"""Which questions of a questionnaire ask what the rules read; remembered by its digest."""

from __future__ import annotations

from collections.abc import Mapping

from shared.answers import Value
from shared.classification.known_codes import KNOWN_CODES
from shared.classification.measures import MEASURES
from shared.classification.reading import MeasuredQuestionnaire, Reading


def reading_of(
    content: Mapping[str, Value],
    visit_content: Mapping[str, Value],
    questionnaire: MeasuredQuestionnaire,
) -> Reading:
    """The answers of a case and of its visit, by what they measure."""
    return Reading(content, visit_content, *_asked_by(questionnaire))


_Asked = tuple[Mapping[str, tuple[str, ...]], Mapping[str, Mapping[str, str]]]
_KNOWN: dict[str, _Asked] = {}


def _asked_by(questionnaire: MeasuredQuestionnaire) -> _Asked:
    """The question names of every measure, and what codes of a country's own stand for; remembered
    by the questionnaire's digest."""
    known = _KNOWN.get(questionnaire.digest)
    if known is None:
        names = {
            measure: tuple(question.name for question in questionnaire.measured(measure))
            for measure in MEASURES
        }
        meant = {
            measure: found for measure in MEASURES if (found := _meant(questionnaire, measure))
        }
        known = names, meant
        if len(_KNOWN) >= 64:
            _KNOWN.clear()
        _KNOWN[questionnaire.digest] = known
    return known


def _meant(questionnaire: MeasuredQuestionnaire, measure: str) -> Mapping[str, str]:
    """What codes stand for; one that the rules ask for by name stands for nothing but itself."""
    known = KNOWN_CODES.get(measure, frozenset())
    meant = questionnaire.meant_by(measure)
    return {code: other for code, other in meant.items() if code not in known}

"""What an officer may let the person hear: the words to say and the answers.

Sound is heard further than a voice one lowers. So it is off until the officer has answered that
they are alone and out of hearing, and off again as soon as that answer is another; an answer that
is not there, not known or refused counts as unsafe. Recordings and voice are in the language of
the words to say, and never say words that are withheld.
"""

from __future__ import annotations

from dataclasses import dataclass

from mobile.casework.views import Interview, QuestionView
from shared.apart import key_of_answer, wording_of
from shared.lifecycle import CaseState
from shared.questionnaire import Level
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.reading_aloud import Wording

SAFETY, ALONE = "safety_problems", ("none",)
"""The question whether it is safe to talk here, and the answer with which it is."""
_GAPS = ("...", "…")
"""Words the officer fills in ("My name is ..."): nobody but the officer can say them."""


@dataclass(frozen=True, slots=True)
class ToHear:
    """Words of one question (code "") or of one of its answers. key, wording: of the recording that
    says them (shared.apart). words: for a voice; "" where only a recording may say them."""

    key: str
    wording: str
    words: str


def may_be_heard(interview: Interview) -> bool:
    """Whether the officer has answered that nobody else sees or hears this interview."""
    if interview.level is not Level.CASE or interview.state is not CaseState.DRAFT:
        return False
    safety = interview.find(SAFETY)
    return safety is not None and safety.value == ALONE


def to_hear(view: QuestionView, questionnaire: Questionnaire, spoken: str) -> dict[str, ToHear]:
    """What could be heard of a question: "" for its words, and each open answer by its code.

    Nothing where nothing is to be said to the person, or the words are withheld.
    """
    said = view.to_say
    if said is None or said.wording is Wording.WITHHELD or not said.words:
        return {}
    words = "" if any(gap in said.words for gap in _GAPS) else said.words
    found = {"": ToHear(view.name, wording_of(questionnaire, view.name, spoken), words)}
    for choice in view.choices:
        key = key_of_answer(view.question, choice.code)
        words = choice.say(spoken) or choice.labels.get(spoken, "")
        found[choice.code] = ToHear(key, wording_of(questionnaire, key, spoken), words)
    return found

"""The questionnaire as data: XLSForm sheets, their expression language, and the flow of a case."""

from shared.questionnaire.flow import (
    calculated,
    choices_for,
    defaults,
    visible_questions,
    without_hidden,
)
from shared.questionnaire.loading import (
    STANDARD,
    load_questionnaire,
    problems_of,
    questionnaire_of,
)
from shared.questionnaire.model import (
    Choice,
    Kind,
    Level,
    Privacy,
    PrivacyKind,
    Question,
    Questionnaire,
    Section,
)
from shared.questionnaire.reading_aloud import (
    Wording,
    WordsToSay,
    answer_to_say,
    words_to_say,
)

__all__ = [
    "STANDARD",
    "Choice",
    "Kind",
    "Level",
    "Privacy",
    "PrivacyKind",
    "Question",
    "Questionnaire",
    "Section",
    "Wording",
    "WordsToSay",
    "answer_to_say",
    "calculated",
    "choices_for",
    "defaults",
    "load_questionnaire",
    "problems_of",
    "questionnaire_of",
    "visible_questions",
    "without_hidden",
    "words_to_say",
]

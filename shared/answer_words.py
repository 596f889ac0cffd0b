"""Answers in words: the label of a code, whichever question or list it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.codelists import CodeList
from shared.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """Finds labels through measures, so that a country's own questions are found too."""

    questionnaire: Questionnaire
    codelists: Mapping[str, CodeList]

    def label(self, measure: str, code: str, language: str) -> str:
        """The wording of a code of a question of this measure, else in English, else the code.

        measure: or the name of a question that measures nothing.
        """
        named = self.questionnaire.questions.get(measure)
        alone = () if named is None else (named,)
        for question in self.questionnaire.measured(measure) or alone:
            wanted = question.choice_list or ""
            listed = self.codelists.get(wanted) if question.from_file else None
            if listed is not None and code in listed:
                return listed.label(code, language)
            choice = self.questionnaire.choice(wanted, code)
            if choice is not None:
                return choice.label(language)
        return code

"""Words with answers in them: ``How old is ${name}?`` as the person interviewed hears it.

The answer stands in the words as the officer would say it: a choice by its wording in the language,
a number as a number. What is not answered, not known or refused shows as three dots. Nothing of
this leaves the tablet: only the questionnaire's own words are ever sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.questionnaire.expressions import Scope
from shared.questionnaire.model import Kind, Questionnaire
from shared.questionnaire.values import XValue, to_codes, to_text

WITH_WORDS = frozenset({"label", "hint", "say", "constraint_message"})
"""Columns of the survey sheet whose words may name questions."""
NOT_ANSWERED = "\u2026"
_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")


def names_in(words: str) -> frozenset[str]:
    """The questions these words name."""
    return frozenset(_REFERENCE.findall(words)) if "${" in words else frozenset()


def filled(words: str, questionnaire: Questionnaire, scope: Scope, language: str) -> str:
    """The words with answers in the place of ``${name}``.

    scope: of shared.questionnaire.flow.work_through, which holds answers to visible questions only.
    """
    if "${" not in words:
        return words
    return _REFERENCE.sub(
        lambda match: _said(questionnaire, match[1], scope.values, language) or NOT_ANSWERED, words
    )


def _said(
    questionnaire: Questionnaire, name: str, values: Mapping[str, XValue], language: str
) -> str:
    value = values.get(name, "")
    question = questionnaire.questions.get(name)
    if value == "" or question is None:
        return ""
    if question.kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE} and not question.from_file:
        found = [
            choice.label(language) if choice else code
            for code in to_codes(value)
            for choice in [questionnaire.choice(question.choice_list or "", code)]
        ]
        return ", ".join(found)
    text = to_text(value)
    return "" if text == "NaN" else text

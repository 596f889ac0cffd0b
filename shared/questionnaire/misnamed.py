"""Which questions somebody may have meant by a name that is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from shared.questionnaire.model import Level, Question, Questionnaire

ALIKE = 0.85
"""How alike two names are, of 1 for the same, before one is taken for the other misspelt."""
LONGEST = 64
"""Signs of a name; a longer one resembles none."""


def perhaps_meant(questionnaire: Questionnaire, level: Level, name: str) -> Iterator[Question]:
    """The questions a name stands for that is none of this level: the one of that name at the other
    level, and those of this one spelt much like it. None but questions that take an answer."""
    if len(name) > LONGEST:
        return
    questions = questionnaire.questions
    known = [one.name for one in questions.values() if one.level is level]
    alike = difflib.get_close_matches(name.lower(), known, n=3, cutoff=ALIKE)
    for one in (questions.get(name), *map(questions.get, alike)):
        if one is not None and one.takes_answer:
            yield one

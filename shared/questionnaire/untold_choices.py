"""Choices of which no rule knows what they say: what rests on them stays open until it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shared.classification.known_codes import KNOWN_CODES, untold
from shared.questionnaire.model import MEANS, Questionnaire


class UntoldChoice(NamedTuple):
    """A code of a list that a rule reads by its codes, and that is none of those."""

    choice_list: str
    code: str

    @property
    def sentence(self) -> str:
        """What is wrong with it, and what to do."""
        return (
            f"the rules do not know the code {self.code!r} of the list {self.choice_list!r}, and "
            f"what rests on it stays open: say in the column {MEANS} which code of the list it "
            "stands for, or none"
        )


def untold_choices(questionnaire: Questionnaire) -> Iterator[UntoldChoice]:
    """Every such choice, once, in the order of the measures and of the lists."""
    seen = set()
    for measure in KNOWN_CODES:
        meant = questionnaire.meant_by(measure)
        for question in questionnaire.measured(measure):
            for choice in questionnaire.choices.get(question.choice_list or "", ()):
                one = UntoldChoice(question.choice_list or "", choice.code)
                if one not in seen and untold(measure, {meant.get(choice.code, choice.code)}):
                    seen.add(one)
                    yield one

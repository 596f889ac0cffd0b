"""A case or visit as the cross-checks read it: by measure, so that names may differ by country."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from shared.answers import NOT_SAID
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.values import XValue, to_codes

_NOTHING_CHOSEN = frozenset({"none", "unknown", "refused", "no"})


class Facts:
    """The answers to visible questions. values: what expressions see."""

    def __init__(self, questionnaire: Questionnaire, values: Mapping[str, XValue]) -> None:
        self._questionnaire, self._values = questionnaire, values

    def name(self, measure: str) -> str | None:
        """The first question of that measure with an answer; else the first one there is."""
        questions = self._questionnaire.measured(measure)
        for question in questions:
            if question.name in self._values:
                return question.name
        return questions[0].name if questions else None

    def answers(self, measure: str) -> list[XValue]:
        """The answers with content."""
        return [
            value
            for question in self._questionnaire.measured(measure)
            for value in [self._values.get(question.name, "")]
            if value != "" and value not in NOT_SAID
        ]

    def number(self, measure: str) -> float | None:
        """The sum of the numbers said, or ``None`` if none was."""
        numbers = [
            float(value)
            for value in self.answers(measure)
            if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        ]
        return sum(numbers) if numbers else None

    def codes(self, measure: str) -> frozenset[str]:
        """All codes said, without none, unknown and refused."""
        return self.every_code(measure) - _NOTHING_CHOSEN

    def every_code(self, measure: str) -> frozenset[str]:
        """All codes said, none and no among them; those of a country's own as what they mean."""
        meant = self._questionnaire.meant_by(measure)
        return frozenset(
            meant.get(code, code) for value in self.answers(measure) for code in to_codes(value)
        )

    def is_yes(self, measure: str) -> bool:
        """Whether any answer is yes."""
        return "yes" in self.answers(measure)

    def value(self, name: str) -> XValue:
        """The answer to a question by its name; the empty text if there is none."""
        return self._values.get(name, "")

    @property
    def age(self) -> int | None:
        """Completed years, as far as the form itself works them out."""
        value = self._values.get("age_years", "")
        if isinstance(value, int | float) and value == value and 0 <= value <= 130:
            return int(value)
        stated = self.number("age.stated")
        return int(stated) if stated is not None else None

    @property
    def is_child(self) -> bool:
        """Whether the person is surely under 18."""
        age = self.age
        return age < 18 if age is not None else self.value("surely_child") == 1

"""What keeps a file of an office from becoming part of a country folder, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from shared.errors import QuestionnaireError


class CountryProblem(QuestionnaireError):
    """What is wrong with a file, each with its row. sentences: at least one."""

    def __init__(self, sheet: str, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        shown = "\n  ".join(self.sentences[:MOST_SHOWN])
        more = len(self.sentences) - MOST_SHOWN
        if more > 0:
            shown += f"\n  and {more} more of such rows"
        super().__init__(f"{sheet} cannot be used as it is:\n  {shown}\nNothing was written.")


MOST_SHOWN = 30

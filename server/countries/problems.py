"""What keeps a file of an office from becoming part of a country folder, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from shared.errors import QuestionnaireError


class CountryProblem(QuestionnaireError):
    """What is wrong with a file, each with its row. sentences: at least one. others: what is wrong
    with further files, told after it."""

    def __init__(
        self, sheet: str, sentences: Sequence[str], others: Sequence[CountryProblem] = ()
    ) -> None:
        self._sheet, self.sentences = sheet, tuple(sentences)
        shown = "\n  ".join(self.sentences[:MOST_SHOWN])
        more = len(self.sentences) - MOST_SHOWN
        if more > 0:
            shown += f"\n  and {more} more of such rows"
        told: list[str] = [
            f"{sheet} cannot be used as it is:\n  {shown}",
            *(one.told for one in others),
        ]
        self.told: str = "\n".join(told)
        """All of it but that nothing was written."""
        super().__init__(f"{self.told}\nNothing was written.")

    def and_of(self, others: Sequence[CountryProblem]) -> CountryProblem:
        """The same with what is wrong with further files."""
        return CountryProblem(self._sheet, self.sentences, others)


MOST_SHOWN = 30

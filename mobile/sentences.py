"""Exceptions that can say themselves to an officer, in the officer's language.

Owns how an exception names its text; the texts are in the domain ``tablet`` of shared.texts.
"""

from __future__ import annotations

from shared.errors import TallyError
from shared.texts import text


class Told(Exception):
    """Mixed into an exception: text_id names its sentence, values fill it in.

    The sentence says what happened, what is safe and what to do. Values are numbers and file
    names, never an answer.
    """

    text_id: str = ""
    values: dict[str, str | int]

    def __init__(self, **values: str | int) -> None:
        self.values = values
        super().__init__(text(self.text_id, "en", **values))

    def sentence(self, language: str) -> str:
        """The sentence in that language (English where it is not translated yet)."""
        return text(self.text_id, language, **self.values)


def sentence_of(fault: TallyError, language: str) -> str:
    """What happened, what is safe, what to do, in that language; in English where a fault is one
    that officers do not meet."""
    if isinstance(fault, Told):
        return fault.sentence(language)
    return text(fault.text_id, language) if fault.text_id else str(fault)

"""What is wrong or idle in a country folder: each with its file, row and column, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from shared.texts import ENGLISH, text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing. row: as a spreadsheet counts, 0 for the file as a whole.

    is_error: nothing can be published before it is put right; otherwise something that nobody
    reads, or that is rarely meant so. code, values, meant: of a sentence that has translations
    (``server.fault.*``), and the known word that was probably meant; "" and none of another.
    """

    file: str
    sentence: str
    row: int = 0
    column: str = ""
    is_error: bool = True
    code: str = ""
    values: tuple[tuple[str, str], ...] = ()
    meant: str = ""

    def said(self, lang: str) -> str:
        """The sentence in this language; in English where it has no translations."""
        return _said(self.code, self.values, self.meant, lang) if self.code else self.sentence

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.sentence}"


def told(
    file: str,
    code: str,
    row: int = 0,
    column: str = "",
    *,
    is_error: bool = True,
    meant: str = "",
    **values: str,
) -> Fault:
    """A fault whose sentence has translations."""
    given = tuple(values.items())
    sentence = _said(code, given, meant, ENGLISH)
    return Fault(file, sentence, row, column, is_error, code, given, meant)


def _said(code: str, values: Iterable[tuple[str, str]], meant: str, lang: str) -> str:
    sentence = text(f"server.fault.{code}", lang, **dict(values))
    return (
        f"{sentence} {text('server.fault.did_you_mean', lang, word=meant)}" if meant else sentence
    )


def near(word: str, known: Iterable[str]) -> str:
    """The known word that looks like this one; "" for none."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean ...?`` for a word that looks like a known one, else nothing."""
    meant = near(word, known)
    return f" Did you mean {meant}?" if meant else ""

"""What is wrong or idle in a country folder: each with its file, row and column, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing. row: as a spreadsheet counts, 0 for the file as a whole.

    is_error: nothing can be published before it is put right; otherwise something that nobody
    reads, or that is rarely meant so.
    """

    file: str
    sentence: str
    row: int = 0
    column: str = ""
    is_error: bool = True

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.sentence}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean ...?`` for a word that looks like a known one, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f" Did you mean {near[0]}?" if near else ""

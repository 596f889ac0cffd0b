"""Who reviewed which sentence of a language, and when: a line for each in ``reviewed.csv``.

A review holds for the words that were reviewed: once the English or what the language says has
changed, the sentence is a draft again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.questionnaire.reading_aloud import fingerprint_of_words

FILE = "reviewed.csv"
_HEADER = ("place", "words", "by", "on")
_COMMENT = re.compile(r"reviewed by (?P<by>\S.*?) on (?P<on>\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class SentenceReview:
    """by: who reviewed it, as they are named. on: the day (ISO); "" where nobody wrote it down."""

    by: str
    on: str = ""

    def comment(self) -> str:
        """The comment of a translation file."""
        return f"reviewed by {self.by} on {self.on}"


def review_in(comments: Iterable[str]) -> SentenceReview | None:
    """The review that comments of a sentence tell, if they do and the day is one."""
    for comment in comments:
        match = _COMMENT.fullmatch(comment.strip())
        if match is not None:
            try:
                date.fromisoformat(match["on"])
            except ValueError:
                continue
            return SentenceReview(match["by"], match["on"])
    return None


def fingerprint(english: tuple[str, ...], said: tuple[str, ...]) -> str:
    """Of the words a review is about."""
    return fingerprint_of_words("\n".join(english), "\n".join(said))


def reviews_in(file: Path) -> dict[str, tuple[str, SentenceReview]]:
    """By place the fingerprint of the words and their review; nothing where there is no file."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {
            row["place"]: (row["words"], SentenceReview(row["by"], row["on"]))
            for row in csv.DictReader(stream)
            if all(row.get(column) for column in _HEADER)
        }


def written_reviews(reviews: Mapping[str, tuple[str, SentenceReview]]) -> bytes:
    """The file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(
        [place, words, review.by, review.on] for place, (words, review) in sorted(reviews.items())
    )
    return stream.getvalue().encode()

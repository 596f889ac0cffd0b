"""Places drawn from a frame: a list of places in CSV that the office keeps. Pure.

The same frame, seed and number draw the same lines: a simple random sample without replacement
(Cochran, Sampling Techniques, chapter 2), so that nobody chooses whom to look at.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Collection
from dataclasses import dataclass

from shared.errors import ServiceError

COLUMNS = ("area", "place_kind", "words")
MOST_LINES = 2_000
MOST_BYTES = 60_000
MOST_WORDS = 200


class FrameRefused(ServiceError):
    """A frame that cannot be drawn from. line: the first that is wrong, 0 for the whole."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class FramePlace:
    """A place to look at. words: how to find it; names nobody."""

    area: str
    place_kind: str
    words: str


@dataclass(frozen=True)
class Drawn:
    """A place with the line of the frame it stands in, counted from 1."""

    line: int
    place: FramePlace


def read_frame(content: bytes, areas: Collection[str], kinds: Collection[str]) -> list[FramePlace]:
    """The places of a frame. Raises FrameRefused with the first line that is wrong."""
    if len(content) > MOST_BYTES:
        raise FrameRefused("A frame has 60,000 bytes at most: draw from parts of it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FrameRefused("A frame is a CSV file in UTF-8.") from None
    rows = csv.DictReader(io.StringIO(text))
    if not set(COLUMNS[:2]) <= set(rows.fieldnames or ()):
        raise FrameRefused("A frame has the columns area, place_kind and words.")
    found = []
    for line, row in enumerate(rows, 1):
        place = FramePlace(
            (row["area"] or "").strip(),
            (row["place_kind"] or "").strip(),
            " ".join((row.get("words") or "").split()),
        )
        if place.area not in areas or place.place_kind not in kinds:
            raise FrameRefused("The area or the kind of place is not one of the lists.", line)
        if len(place.words) > MOST_WORDS or not place.words.isprintable():
            raise FrameRefused(f"The words have {MOST_WORDS} characters at most.", line)
        found.append(place)
        if len(found) > MOST_LINES:
            raise FrameRefused(f"A frame has {MOST_LINES} lines at most.")
    if not found:
        raise FrameRefused("The frame has no lines.")
    return found


def draw(places: list[FramePlace], number: int, seed: int) -> list[Drawn]:
    """So many places, fewer when there are not so many, in the order of the frame."""
    # Not to be secret: a seed that is told is what makes the draw fair.
    chosen = random.Random(seed).sample(  # noqa: S311
        range(len(places)), min(number, len(places))
    )
    return [Drawn(at + 1, places[at]) for at in sorted(chosen)]


def digest_of(content: bytes) -> str:
    """What names a frame in the log: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]

"""Recordings and pictures an office adds for its officers, fetched apart (shared.apart).

They are put into the newest edition by a command and stay in every later one until they are taken
out. What was published once is kept for ever, like every other part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from server.office import Office
from server.programme.enrolment import NotPossible
from server.reference.in_force import NothingPublished, look_for_edition, reference_of
from server.reference.publish import (
    Published,
    keep_parts,
    one_at_a_time,
    parts_fetched_apart,
    publish_again,
)
from shared.apart import RECORDINGS, Listed, listed_in, made_apart, wording_of


@dataclass(frozen=True)
class StandingPart:
    """A part of the newest edition that lists files. stale: keys of recordings whose words are
    others by now: no tablet plays them."""

    name: str
    files: int
    squeezed_bytes: int
    stale: tuple[str, ...]


def add_files(
    office: Office, actor: str, part: str, files: Mapping[PurePosixPath, bytes]
) -> tuple[Published, Listed]:
    """Publishes an edition that is otherwise the newest with these files as that part, instead of
    what stood there; also what it lists.

    Raises QuestionnaireError for a file that cannot be used, NothingPublished before the first
    edition, NotPossible when the newest holds the same.
    """
    if not look_for_edition(office):
        raise NothingPublished("No edition is published yet: `tally87 reference publish`.")
    made = made_apart(part, files, reference_of(office).questionnaire)
    with one_at_a_time(office) as connection:
        keep_parts(connection, made.files)
        published = publish_again(connection, office, actor, {part: made.part})
        if published is None:
            raise NotPossible("The newest edition holds the same already; nothing was published.")
    return published, made.listed


def take_out(office: Office, actor: str, part: str) -> Published:
    """Publishes an edition without that part. Raises NotPossible when there is none of the name."""
    with one_at_a_time(office) as connection:
        if part not in parts_fetched_apart(connection, office):
            raise NotPossible(f"The newest edition has no part {part!r}: see `reference show`.")
        published = publish_again(connection, office, actor, {part: None})
        assert published is not None, "a part less is another content"
    return published


def standing_parts(office: Office) -> list[StandingPart]:
    """The parts that list files, by name."""
    look_for_edition(office)
    questionnaire = reference_of(office).questionnaire
    with one_at_a_time(office) as connection:
        parts = parts_fetched_apart(connection, office)
    told = []
    for name, data in sorted(parts.items()):
        listed = listed_in(name, data)
        language = name.removeprefix(RECORDINGS)
        stale = [
            key
            for key, one in listed.items()
            if one.wording and one.wording != wording_of(questionnaire, key, language)
        ]
        size = sum(one.squeezed_size for one in listed.values())
        told.append(StandingPart(name, len(listed), size, tuple(sorted(stale))))
    return told

"""What a roll-up knows now, worked out from everything it learnt. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from server.exports.edition import ExportedEdition, edition_from
from server.releases.files import digest_of
from server.releases.published import MANIFEST
from server.rollup.handed import file_in, files_in
from server.rollup.log import Learnt, LearntLine


@dataclass(frozen=True)
class CountryKey:
    """A country that takes part: its name and its programme's signing key (64 digits)."""

    code: str
    name: str
    signing_key: str


@dataclass(frozen=True)
class CountryEdition:
    """An edition of a country that was checked. files: all of it, in one file."""

    country: str
    number: int
    digest: str
    corrects: int | None
    files: bytes
    withdrawn: str = ""
    """Why; "" while it holds."""

    @cached_property
    def numbers(self) -> ExportedEdition:
        """Its numbers, unpacked once."""
        files = files_in(self.files)
        return edition_from(files.pop(MANIFEST), files)


@dataclass(frozen=True)
class DraftNotice:
    """A draft that a country was shown. digest: of what it was shown. answer: its words."""

    country: str
    digest: str
    given_s: int
    due_s: int
    answer: bytes | None = None
    earlier_answers: tuple[bytes, ...] = ()
    """To drafts that were changed afterwards: a new draft does not silence a country."""


@dataclass
class Known:
    """What holds now."""

    name: str = ""
    origin: str = ""
    countries: dict[str, CountryKey] = field(default_factory=dict)
    editions: dict[tuple[str, int], CountryEdition] = field(default_factory=dict)
    codes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By country, dimension and its code: the common code."""
    definitions: dict[tuple[str, str], tuple[bool, str]] = field(default_factory=dict)
    """By table and country: whether it means what the others mean, and why."""
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    """By country and table ("" all): what a reader must know to compare."""
    notices: dict[str, DraftNotice] = field(default_factory=dict)
    published: list[tuple[Mapping[str, Any], bytes]] = field(default_factory=list)

    def holding(self, country: str) -> list[CountryEdition]:
        """Editions of a country that hold, newest first; none that another corrects, also when that
        one was withdrawn since: what was wrong does not become right by it."""
        of_it = [one for (code, _), one in self.editions.items() if code == country]
        corrected = {one.corrects for one in of_it}
        return sorted(
            (one for one in of_it if not one.withdrawn and one.number not in corrected),
            key=lambda one: -one.number,
        )


def known_from(lines: Iterable[LearntLine]) -> Known:
    """What follows from these lines."""
    known = Known()
    for line in lines:
        _learn(known, line)
    return known


def _learn(known: Known, line: LearntLine) -> None:
    said, content = line.said, line.content or b""
    match line.kind:
        case Learnt.BODY:
            known.name, known.origin = said["name"], said["origin"]
        case Learnt.COUNTRY:
            known.countries[said["code"]] = CountryKey(said["code"], said["name"], said["key"])
        case Learnt.EDITION:
            manifest = file_in(content, MANIFEST)
            read: dict[str, Any] = json.loads(manifest)
            number = read["edition"]
            known.editions[said["country"], number] = CountryEdition(
                said["country"], number, digest_of(manifest), read.get("corrects"), content
            )
        case Learnt.WITHDRAWN:
            at = (said["country"], said["edition"])
            held = known.editions[at]
            known.editions[at] = CountryEdition(
                *(held.country, held.number, held.digest, held.corrects, b"", said["because"])
            )
        case Learnt.CODE:
            known.codes[said["country"], said["dimension"], said["code"]] = said["common"]
        case Learnt.DEFINITION:
            known.definitions[said["table"], said["country"]] = (said["agrees"], said["because"])
        case Learnt.NOTE:
            known.notes[said["country"], said["table"]] = said["words"]
        case Learnt.NOTICE:
            before = known.notices.get(said["country"])
            known.notices[said["country"]] = DraftNotice(
                said["country"],
                said["digest"],
                line.entered_at_s,
                said["due_s"],
                None,
                (*before.earlier_answers, *filter(None, [before.answer])) if before else (),
            )
        case Learnt.ANSWER:
            told = known.notices[said["country"]]
            earlier = (*told.earlier_answers, *filter(None, [told.answer]))
            known.notices[said["country"]] = replace(told, answer=content, earlier_answers=earlier)
        case Learnt.PUBLISHED:
            known.published.append((said, content))
            known.notices.clear()  # What was answered is printed with it.

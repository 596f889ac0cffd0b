"""What readers outside the office may have: editions and their files, the calendar, the state of a
number. Reads rows, writes nothing, opens no sealed count."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from server.db.paging import Orders
from server.db.whole_lists import FieldKey
from server.disclosure.cube import TOTAL, Codes
from server.office import Office
from server.office.replica import reading_published
from server.programme.keys import keys_of
from server.releases import store
from server.releases.files import SUMS, NumberState, StatedNumber, read_states, sums_text
from server.releases.nearest import NearestNumber, PublishedNumbers, among_earlier, nearest_of_all
from server.releases.states import ReleaseState
from server.releases.structure import QUALITY, STRUCTURE, ReleaseStructure, structure_from

MANIFEST, SIGNATURE, PUBLIC_KEY = "edition.json", "edition.json.sig", "programme.pub"


@dataclass(frozen=True)
class PublishedEdition:
    """An edition as its readers have it. digests: of its files, none when it is withdrawn.

    withdrawal: reason and words, once it is withdrawn at that second. corrected_by: the edition in
    its place.
    """

    number: int
    version: str
    published_at_s: int
    manifest: Mapping[str, Any]
    corrected_by: int | None
    withdrawal: Mapping[str, Any] | None
    digests: Mapping[str, str]
    withdrawn_at_s: int | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether its numbers are shown no more."""
        return self.withdrawal is not None

    @property
    def periods(self) -> tuple[str, ...]:
        """Of its tables."""
        return tuple(self.manifest["periods"])


@dataclass(frozen=True)
class EditionTable:
    """A table of an edition: its rows as they stand in the file. nearest: for a withheld number the
    nearest coarser one that is published, in this or another table. codes: of each dimension, those
    of which there are numbers, in the order of the file; worked out once."""

    name: str
    code: str
    period: str
    dimensions: tuple[str, ...]
    rows: Mapping[Codes, StatedNumber]
    nearest: Mapping[Codes, NearestNumber]

    @cached_property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """By dimension."""
        found: dict[str, dict[str, None]] = {name: {} for name in self.dimensions}
        for codes, (state, _) in self.rows.items():
            if state is not NumberState.NOT_COLLECTED:
                for name, code in zip(self.dimensions, codes, strict=True):
                    found[name][code] = None
        return {name: tuple(codes) for name, codes in found.items()}

    @cached_property
    def missing(self) -> dict[str, tuple[str, ...]]:
        """Codes of a dimension nobody collected anything for, by dimension; worked out once."""
        found: dict[str, dict[str, None]] = {}
        for codes, (state, _) in self.rows.items():
            if state is NumberState.NOT_COLLECTED:
                for name, code in zip(self.dimensions, codes, strict=True):
                    if code != TOTAL and code not in self.codes[name]:
                        found.setdefault(name, {})[code] = None
        return {name: tuple(codes) for name, codes in found.items()}


@dataclass(frozen=True)
class Announced:
    """What is to come: a release by the day it is due. No number of it is known to anybody."""

    due: str
    tables: tuple[str, ...]
    periods: tuple[str, ...]
    embargo_until_s: int | None
    pre_release: tuple[Mapping[str, Any], ...]
    is_late: bool


EDITIONS = Orders(
    {"number": FieldKey(("number",)), "published": FieldKey(("published_at_s", "number"))},
    usual="-number",
)
"""What the list of editions can be sorted by: a country publishes a few in a year."""


def published(office: Office) -> list[PublishedEdition]:
    """All editions, newest first, also withdrawn ones: a link never dies."""
    with reading_published(office) as connection:
        return [_published(one) for one in reversed(store.editions(connection))]


def newest_number(office: Office) -> int | None:
    """The newest edition that holds; the newest at all when none does; None before the first."""
    with reading_published(office) as connection:
        all_of_them = store.editions(connection)
    holding = [one.number for one in all_of_them if one.withdrawn_at_s is None]
    return max(holding or [one.number for one in all_of_them], default=None)


def changes_so_far(office: Office) -> tuple[int, int, int]:
    """Other numbers after an edition was published, withdrawn or corrected."""
    with reading_published(office) as connection:
        return store.changes_so_far(connection)


def edition(office: Office, number: int) -> PublishedEdition:
    """One edition. Raises store.NoSuchRelease."""
    with reading_published(office) as connection:
        return _published(store.edition_of(connection, number))


def file_of_edition(office: Office, number: int, name: str) -> bytes | None:
    """The exact bytes of a file of an edition that holds; None when there is no such file.

    Beside the tables: the signed manifest, its signature, the programme's public key, and the sums
    that ``sha256sum --check`` reads. Raises store.NoSuchRelease.
    """
    with reading_published(office) as connection:
        kept = store.edition_of(connection, number)
        if kept.withdrawn_at_s is not None:
            return None
        if name == MANIFEST:
            return kept.manifest
        if name == SIGNATURE:
            return kept.signature.hex().encode() + b"\n"
        if name == PUBLIC_KEY:
            return keys_of(office).programme.public.signing.hex().encode() + b"\n"
        if name == SUMS:
            files = store.files_of(connection, kept.release)
            return sums_text({**files, MANIFEST: kept.manifest}).encode()
        return store.file_of(connection, kept.release, name)


def tables_of(office: Office, number: int) -> tuple[ReleaseStructure, list[EditionTable]]:
    """The tables of an edition that holds. Where it has nothing coarser beside a withheld number,
    an earlier edition that holds and was not corrected may. Raises store.NoSuchRelease."""
    with reading_published(office) as connection:
        kept = store.edition_of(connection, number)
        structure, tables = tables_in(store.files_of(connection, kept.release))
        if not any(_alone(table) for table in tables):
            return structure, tables
        earlier = list(_numbers_before(connection, number))
    return structure, [
        replace(
            table,
            nearest={
                **table.nearest,
                **among_earlier(structure, table.name, _alone(table), earlier),
            },
        )
        for table in tables
    ]


def tables_in(files: Mapping[str, bytes]) -> tuple[ReleaseStructure, list[EditionTable]]:
    """The tables in the files of an edition, or of a release that is not out yet."""
    structure = structure_from(files[STRUCTURE])
    read = {
        name: read_states(files[layout.file].decode(), name)
        for name, layout in structure.tables.items()
    }
    nearest = nearest_of_all(structure, {name: rows for name, (_, rows) in read.items()})
    return structure, [
        EditionTable(name, layout.code, layout.period, *read[name], nearest[name])
        for name, layout in structure.tables.items()
    ]


def _alone(table: EditionTable) -> list[Codes]:
    """The withheld numbers beside which nothing coarser is published."""
    return [
        codes
        for codes, (state, _) in table.rows.items()
        if state is NumberState.WITHHELD and codes not in table.nearest
    ]


def _numbers_before(connection: Connection, number: int) -> Iterator[PublishedNumbers]:
    for one in reversed(store.editions(connection)):
        if one.number < number and one.withdrawn_at_s is None and one.corrected_by is None:
            structure, tables = tables_in(store.files_of(connection, one.release))
            rows = {table.name: table.rows for table in tables}
            yield PublishedNumbers(structure, rows, one.number)


def quality_of_edition(office: Office, number: int) -> list[dict[str, str]]:
    """The rows of an edition's report on the quality of its data."""
    content = file_of_edition(office, number, QUALITY) or b""
    return list(csv.DictReader(io.StringIO(content.decode())))


def state_of_number(
    office: Office, table: str, period: str, codes: Codes
) -> tuple[NumberState, int | None, NearestNumber | None]:
    """What a number is by the newest edition that holds and has its table and period: its state,
    the count where it has one, and for a withheld one the nearest coarser published number.

    Not yet published: no edition has it. A row that is not in the file was not collected.
    """
    for one in published(office):
        if one.is_withdrawn:
            continue
        _, tables = tables_of(office, one.number)
        for each in tables:
            if (each.code, each.period) == (table, period):
                state, count = each.rows.get(codes, (NumberState.NOT_COLLECTED, None))
                return state, count, each.nearest.get(codes)
    return NumberState.NOT_YET_PUBLISHED, None, None


def announced(office: Office) -> list[Announced]:
    """What is due, soonest first, and what is late."""
    today = office.today().isoformat()
    with reading_published(office) as connection:
        releases = store.releases(connection)
    waiting = [
        one
        for one in releases
        if one.state not in (ReleaseState.PUBLISHED, ReleaseState.DROPPED)
        and (one.declared.due or one.embargo_until_s)
    ]
    found = [
        Announced(
            one.declared.due or _day(one.embargo_until_s or 0),
            one.declared.tables,
            one.declared.periods,
            one.embargo_until_s,
            one.pre_release,
            (one.declared.due or today) < today,
        )
        for one in waiting
    ]
    out = [one for one in releases if one.state is ReleaseState.PUBLISHED]
    if out and out[0].declared.next_due and not waiting:
        said = out[0].declared
        found.append(
            Announced(said.next_due or "", said.tables, (), None, (), (said.next_due or "") < today)
        )
    return sorted(found, key=lambda one: one.due)


def _day(seconds: int) -> str:
    day: date = datetime.fromtimestamp(seconds, UTC).date()
    return day.isoformat()


def _published(kept: store.KeptEdition) -> PublishedEdition:
    manifest = json.loads(kept.manifest)
    return PublishedEdition(
        kept.number,
        kept.version,
        kept.published_at_s,
        manifest,
        kept.corrected_by,
        kept.withdrawal if kept.withdrawn_at_s is not None else None,
        {} if kept.withdrawn_at_s is not None else manifest["files"],
        kept.withdrawn_at_s,
    )

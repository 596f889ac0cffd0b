"""An edition as every format reads it: tables with all their periods, each number in its state.

The one place in this room that knows how an edition's files are laid out. Pure but for
``edition_of``, which fetches the files of an edition that holds.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.disclosure.cube import TOTAL, Codes
from server.office import Office
from server.reference.in_force import reference_of
from server.releases import published
from server.releases.areas import last_day
from server.releases.files import BETWEEN, COUNT, NEAREST, NumberState, digest_of, read_states
from server.releases.structure import STRUCTURE, ReleaseStructure, ages_in_words, structure_from
from shared.codelists.changes import named_on
from shared.errors import ServiceError

Labels = Mapping[str, str]
"""What a code is called, by language."""
ONLY_THIS_KNOWN = "~"
"""Ends the code of those of whom no finer code is known (docs/counting.md)."""


class EditionWithdrawn(ServiceError):
    """An edition whose numbers are given out no more."""


@dataclass(frozen=True)
class Cell:
    """A number in its state. count: of a number or zero, else None. nearest: of a withheld one, the
    codes of the nearest coarser cell that is published."""

    state: NumberState
    count: int | None = None
    nearest: Codes = ()


@dataclass(frozen=True)
class ExportedCode:
    """A code of a dimension. parent: the code above it, "" at the top."""

    code: str
    parent: str
    labels: Labels

    def label(self, language: str) -> str:
        """What it is called; in English, then the code itself, when nobody wrote it down."""
        return ages_in_words(self.labels.get(language) or self.labels.get("en") or self.code)


@dataclass(frozen=True)
class ExportedDimension:
    """A dimension of a table with the codes its rows have, wider ones first."""

    name: str
    codes: tuple[ExportedCode, ...]


@dataclass(frozen=True)
class ExportedTable:
    """A table with all its periods. cells: by period and codes, in the order of the files.

    where: what holds of everybody in it. sensitive: the dimension that says what was found.
    """

    code: str
    population: str
    where: Mapping[str, str]
    dimensions: tuple[ExportedDimension, ...]
    sensitive: str
    periods: tuple[str, ...]
    cells: Mapping[tuple[str, Codes], Cell]
    titles: Labels = field(default_factory=dict)
    """What the office calls it; nothing where it has no title of its own."""

    def cell(self, period: str, codes: Codes) -> Cell:
        """The number there. A row that no file has was not collected."""
        return self.cells.get((period, codes), Cell(NumberState.NOT_COLLECTED))


@dataclass(frozen=True)
class ExportedEdition:
    """An edition. digest: SHA-256 of its signed manifest, by which every export names it.

    threshold: smaller counts are withheld. origin: ``field``, or where made-up persons come from.
    """

    number: int
    version: str
    published_at_s: int
    country: str
    programme: str
    programme_id: str
    origin: str
    is_practice: bool
    threshold: int
    next_due: str
    marks: tuple[str, ...]
    digest: str
    tables: tuple[ExportedTable, ...]
    mandate: Labels = field(default_factory=dict)
    """The law by which the office makes statistics, by language; nothing when it was not said."""


def edition_of(office: Office, number: int) -> ExportedEdition:
    """An edition that holds. Raises store.NoSuchRelease, EditionWithdrawn."""
    found = published.edition(office, number)
    names = [published.MANIFEST, *found.digests]
    files: dict[str, bytes] = {}
    for name in () if found.is_withdrawn else names:
        content = published.file_of_edition(office, number, name)
        if content is not None:
            files[name] = content
    if len(files) < len(names):  # Perhaps only now.
        raise EditionWithdrawn(
            f"Edition {number} is withdrawn: its numbers are given out no more, in no format."
        )
    areas = reference_of(office).codelists.get("areas")
    structure = structure_from(files[STRUCTURE])
    not_looked_in = structure.not_collected.get("area", ())
    said: dict[str, Labels] = {}
    if areas is not None:
        on = (json.loads(files[published.MANIFEST]).get("areas") or {}).get("on")
        periods = [layout.period for layout in structure.tables.values()]
        last = max(last_day(period) for period in periods)
        areas = named_on(areas, date.fromisoformat(on) if on else last)
        said = {one.code: one.labels for one in areas if one.code in not_looked_in}
    return edition_from(files.pop(published.MANIFEST), files, {"area": said})


def edition_from(
    manifest: bytes,
    files: Mapping[str, bytes],
    further_labels: Mapping[str, Mapping[str, Labels]] | None = None,
) -> ExportedEdition:
    """An edition from its files. further_labels: by dimension, of codes that its structure does not
    name, such as areas nobody looked in. Raises TableUnreadable."""
    said: dict[str, Any] = json.loads(manifest)
    structure = structure_from(files[STRUCTURE])
    parts: dict[str, list[str]] = {}
    for name, layout in structure.tables.items():
        parts.setdefault(layout.code, []).append(name)
    return ExportedEdition(
        said["edition"],
        said["version"],
        said["published_at_s"],
        said["country"],
        said["programme"]["name"],
        said["programme"]["id"],
        said["origin"],
        bool(said["practice"]),
        said["parameters"]["threshold"],
        said.get("next_due") or "",
        tuple(said["marks"]),
        digest_of(manifest),
        tuple(
            _table(structure, code, sorted(names), files, further_labels or {})
            for code, names in sorted(parts.items())
        ),
        _mandate(said.get("mandate")),
    )


def _mandate(said: Mapping[str, Any] | None) -> Labels:
    if not said:
        return {}
    return {one: f"{words} ({said['source']})" for one, words in said["words"].items()}


@dataclass
class _Rows:
    cells: dict[tuple[str, Codes], Cell] = field(default_factory=dict)
    codes: list[dict[str, None]] = field(default_factory=list)


def _table(
    structure: ReleaseStructure,
    code: str,
    names: list[str],
    files: Mapping[str, bytes],
    further_labels: Mapping[str, Mapping[str, Labels]],
) -> ExportedTable:
    layout = structure.tables[names[0]]
    found = _Rows(codes=[{TOTAL: None} for _ in layout.dimensions])
    missing: list[Codes] = []
    for name in names:
        _read(structure.tables[name].period, files[structure.tables[name].file], found, missing)
    for codes in missing:
        for seen, one in zip(found.codes, codes, strict=True):
            seen[one] = None
    return ExportedTable(
        code,
        layout.population.partition("@")[0],
        layout.where,
        tuple(
            ExportedDimension(
                name,
                tuple(
                    _code(structure, name, one, further_labels.get(name, {})) for one in found_codes
                ),
            )
            for name, found_codes in zip(layout.dimensions, found.codes, strict=True)
        ),
        layout.sensitive,
        tuple(structure.tables[name].period for name in names),
        found.cells,
        layout.titles,
    )


def _read(period: str, content: bytes, found: _Rows, missing: list[Codes]) -> None:
    text = content.decode()
    _, rows = read_states(text, period)
    header, *lines = csv.reader(io.StringIO(text))
    at = header.index(NEAREST)
    nearest = {
        tuple(line[: header.index(COUNT)]): tuple(line[at].split(BETWEEN)) if line[at] else ()
        for line in lines
    }
    for codes, (state, count) in rows.items():
        found.cells[period, codes] = Cell(state, count, nearest[codes])
        if state is NumberState.NOT_COLLECTED:
            missing.append(codes)
            continue
        for seen, one in zip(found.codes, codes, strict=True):
            seen[one] = None


def _code(
    structure: ReleaseStructure, dimension: str, code: str, further: Mapping[str, Labels]
) -> ExportedCode:
    said = structure.dimensions.get(dimension, {}).get(code)
    if said is None:
        return ExportedCode(code, TOTAL, further.get(code, {}))
    return ExportedCode(code, said["parent"], said["labels"])

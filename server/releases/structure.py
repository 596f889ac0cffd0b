"""How the tables of a release are laid out and what their codes cover: part of what is published.

Readers need it to use the files; whoever audits needs it to know which cells count the same
persons. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from server.disclosure.cube import TOTAL, Codes, Cube
from server.disclosure.recode import REST
from server.disclosure.release_attackers import EarlierRelease
from server.disclosure.release_book import ReleasedTable
from server.disclosure.release_pieces import FinestCounts
from server.disclosure.release_protect import EditionBefore
from server.releases.counted import (
    Levels,
    ReleaseCounts,
    SourceTable,
    at_levels,
    extents,
)
from server.releases.files import MADE_UP, read_counts
from server.releases.labels import languages
from server.releases.provenance import made_up
from server.tables.cubes import NOT_FURTHER_KNOWN
from shared.texts import text

STRUCTURE, COVERAGE, QUALITY, CHANGES = (
    *("structure.json", "coverage.csv", "quality.csv"),
    "changes.csv",
)
ENDING = ".csv"
_AGES = re.compile(r"\d+-\d+")
"""A band of ages that only this level has says itself what it covers, in every language."""


def ages_in_words(label: str) -> str:
    """A label as it is read: years from and to with the sign for spans, as all others have it and
    no spreadsheet takes for a day."""
    return label.replace("-", "–") if _AGES.fullmatch(label) else label


@dataclass(frozen=True)
class TableLayout:
    """What structure.json says of one table."""

    file: str
    code: str
    period: str
    population: str
    where: Mapping[str, str]
    dimensions: tuple[str, ...]
    sensitive: str
    is_open: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the office calls it, by language; nothing where it has no title of its own."""


@dataclass(frozen=True)
class ReleaseStructure:
    """What structure.json says. dimensions: name, code, then ``covers``, ``labels``, ``parent``."""

    tables: Mapping[str, TableLayout]
    dimensions: Mapping[str, Mapping[str, Mapping[str, Any]]]
    levels: Levels
    not_collected: Mapping[str, tuple[str, ...]]

    def label(self, dimension: str, code: str, language: str) -> str:
        """What a code is called; the code itself when nobody wrote it down."""
        labels = self.dimensions.get(dimension, {}).get(code, {}).get("labels", {})
        return ages_in_words(str(labels.get(language) or labels.get("en") or code))

    def read_table(self, name: str, content: bytes) -> ReleasedTable:
        """A file as its readers take it."""
        layout = self.tables[name]
        names, cells = read_counts(content.decode(), layout.file)
        covered = plainly(
            {
                dimension: {code: said["covers"] for code, said in codes.items()}
                for dimension, codes in self.dimensions.items()
            }
        )
        return ReleasedTable(
            names, cells, layout.population, covered, layout.where, layout.sensitive, layout.is_open
        )


def structure_text(counts: ReleaseCounts, levels: Levels) -> str:
    """The file structure.json."""
    by_population: dict[str, list[SourceTable]] = {}
    for table in counts.tables.values():
        by_population.setdefault(table.population, []).append(table)
    dimensions: dict[str, dict[str, dict[str, Any]]] = {}
    for tables in by_population.values():
        parents = {
            (d.name, code): d.codes[d.parents[place]]
            for table in tables
            for d in at_levels(table, levels).cube.dimensions
            for place, code in enumerate(d.codes)
            if d.parents[place] >= 0
        }
        for name, codes in extents(tables, levels).items():
            mine = dimensions.setdefault(name, {})
            for code, covered in codes.items():
                before = frozenset(mine.get(code, {}).get("covers", ()))
                mine[code] = {
                    "covers": sorted(before | covered),
                    "labels": _labels(counts, name, code, sorted(before | covered)),
                    "parent": parents.get((name, code), ""),
                }
    said = {
        "tables": {
            name: {
                "file": name + ENDING,
                "code": table.code,
                "period": table.period,
                "population": table.population,
                "where": table.where,
                "dimensions": [d.name for d in table.cube.dimensions],
                "sensitive": table.cube.dimensions[table.cube.sensitive].name,
                **({"is_open": True} if table.is_open else {}),
                **({"titles": dict(table.titles)} if table.titles else {}),
            }
            for name, table in counts.tables.items()
        },
        "dimensions": dimensions,
        "levels": levels,
        "not_collected": counts.not_collected,
        **({MADE_UP: what} if (what := made_up(counts.provenance)) else {}),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def _labels(counts: ReleaseCounts, dimension: str, code: str, covered: list[str]) -> dict[str, str]:
    known = counts.labels.get(dimension, {})
    if code == TOTAL:
        return {one: text("releases.total", one) for one in languages()}
    if code in known:
        return dict(known[code])
    if _AGES.fullmatch(code):
        return dict.fromkeys(languages(), code)
    parts = code.removeprefix(REST).split(", ") if code.startswith(REST) else covered
    return {
        one: text(
            "releases.others",
            one,
            names=", ".join(known.get(part, {}).get(one, part) for part in parts),
        )
        for one in languages()
    }


def structure_from(content: bytes) -> ReleaseStructure:
    """The inverse of ``structure_text``."""
    said = json.loads(content)
    return ReleaseStructure(
        {
            name: TableLayout(**{**one, "dimensions": tuple(one["dimensions"])})
            for name, one in said["tables"].items()
        },
        said["dimensions"],
        said["levels"],
        {name: tuple(codes) for name, codes in said["not_collected"].items()},
    )


@dataclass(frozen=True)
class EditionRead:
    """An edition as it stands beside a new release. files: its bytes; counts: what they were made
    from, opened for the audit only."""

    number: int
    files: Mapping[str, bytes]
    counts: ReleaseCounts

    @property
    def structure(self) -> ReleaseStructure:
        """How its tables are laid out."""
        return structure_from(self.files[STRUCTURE])

    def as_read(self) -> dict[str, ReleasedTable]:
        """Its tables, by name."""
        structure = self.structure
        return {
            name: structure.read_table(name, self.files[layout.file])
            for name, layout in structure.tables.items()
        }


def periods_of_editions(editions: Iterable[EditionRead]) -> list[str]:
    """Every period that some edition has a table of."""
    tables = (table for one in editions for table in one.counts.tables.values())
    return sorted({table.period for table in tables})


def before_protection(edition: EditionRead) -> EditionBefore:
    """What an edition says, for whoever protects the next one."""
    cells: dict[str, dict[frozenset[tuple[str, str]], int | None]] = {}
    for table in edition.as_read().values():
        for codes, count in table.cells.items():
            chosen = dict(table.where) | dict(zip(table.names, codes, strict=True))
            who = frozenset((name, code) for name, code in chosen.items() if code != TOTAL)
            cells.setdefault(table.population, {})[who] = count
    return EditionBefore(cells)


def before_audit(edition: EditionRead) -> EarlierRelease:
    """What an edition says and what it was made from, for whoever audits the next one."""
    levels = edition.structure.levels
    tables = {name: at_levels(table, levels) for name, table in edition.counts.tables.items()}
    return EarlierRelease(
        edition.as_read(),
        {name: truth_of(table) for name, table in tables.items()},
        {name: finest_of(table) for name, table in edition.counts.tables.items()},
        own_of(tables),
        _own_finest(edition.counts.tables),
    )


def _own_finest(tables: Mapping[str, SourceTable]) -> dict[str, dict[str, FinestCounts]]:
    """For each organisation its own persons in each finest cell."""
    found: dict[str, dict[str, FinestCounts]] = {}
    for name, table in tables.items():
        for who, counts in table.own.items():
            theirs = replace(table.cube, counts=counts)
            found.setdefault(who, {})[name] = finest_of(replace(table, cube=theirs))
    return found


def own_of(tables: Mapping[str, SourceTable]) -> dict[str, dict[str, dict[Codes, int]]]:
    """For each organisation its own persons in each cell of the tables that tell them apart."""

    def own(table: SourceTable, who: str) -> dict[Codes, int]:
        cube = table.cube
        return truth_of(replace(table, cube=Cube(cube.dimensions, table.own[who], cube.sensitive)))

    return {
        who: {name: own(table, who) for name, table in tables.items() if who in table.own}
        for who in sorted({who for table in tables.values() for who in table.own})
    }


def plainly(
    covers: Mapping[str, Mapping[str, Iterable[str]]],
) -> dict[str, dict[str, frozenset[str]]]:
    """By dimension and code what it covers, in codes that stay the same from edition to edition."""
    return {
        dimension: {code: frozenset(map(_plain, covered)) for code, covered in codes.items()}
        for dimension, codes in covers.items()
    }


def _plain(finest: str) -> str:
    """A recorded code: that of a province stays one when it is given districts, and is said to be
    known no further from then on."""
    return finest.removesuffix(NOT_FURTHER_KNOWN)


def finest_of(table: SourceTable) -> FinestCounts:
    """The count of every finest cell in which somebody is."""
    dimensions = table.cube.dimensions
    inner = table.cube.counts[np.ix_(*[list(d.leaves) for d in dimensions])]
    cells = {
        tuple(_plain(d.codes[d.leaves[at]]) for d, at in zip(dimensions, places, strict=True)): int(
            inner[tuple(places)]
        )
        for places in np.argwhere(inner)
    }
    return FinestCounts(tuple(d.name for d in dimensions), cells)


def truth_of(table: SourceTable) -> dict[Codes, int]:
    """The count of every cell."""
    cube = table.cube
    return dict(zip(cube.keys(), (int(count) for count in cube.counts.ravel()), strict=True))

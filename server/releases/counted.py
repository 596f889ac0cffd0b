"""The true counts of a release, as they are sealed with it, and laid out for protection. Pure.

Kept are the finest cells of every table, how many of them each organisation recorded itself, and
how many records stand behind each. All else follows: the same counts, levels and parameters give
the same bytes, for ever.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from server.disclosure.cube import Codes, Cube, Dimension, Ints, cube_of
from server.disclosure.inclusion import Inclusion
from server.disclosure.recode import recoded
from server.disclosure.release_book import Extent
from server.disclosure.release_protect import CountedTable

Levels = Mapping[str, Mapping[str, str]]
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By dimension, code and language."""
QualityRow = tuple[str, str, str, str, int | None]
"""Measure, period, by what ("" for all), unit (percent, number), and the number; None: withheld."""


ANY_OF = "|"
"""Stands between several codes of one condition."""


@dataclass(frozen=True)
class SourceTable:
    """A table at its finest level. period: of the persons; population, where: as in release_book.

    own: by organisation, persons it recorded itself. records: case records behind each cell.
    meant: of each condition the finest codes its code stands for, as declared; nothing in editions
    of before. impossible: finest cells that the rules exclude. is_open: of visits, published whole.
    drop: dimensions it may be published without; not sealed: it decides no byte of what was made.
    titles: what the office calls it, by language; nothing where it has no title of its own.
    """

    code: str
    period: str
    population: str
    cube: Cube
    where: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Ints] = field(default_factory=dict)
    records: Ints | None = None
    meant: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    impossible: frozenset[Codes] = frozenset()
    is_open: bool = False
    drop: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of its file, without the ending."""
        return f"{self.code}_{self.period}"


@dataclass(frozen=True)
class ReleaseCounts:
    """All tables of a release, what everybody knows of their populations, and where people looked.

    coverage: (period, area or Total, visits, visits with nobody found). provenance: what made the
    counts: as-of time, rules, linkage, records. For the office; what may be public is chosen by
    name. not_collected: by dimension codes nobody collected anything for. recount: by dimension
    finest codes to those they are counted under, where that is another; not sealed, for the levels
    a release was made at have it in them.
    """

    tables: Mapping[str, SourceTable]
    inclusions: tuple[Inclusion, ...]
    coverage: tuple[tuple[str, str, int, int], ...]
    provenance: Mapping[str, Any]
    not_collected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    quality: tuple[QualityRow, ...] = ()
    recount: Levels = field(default_factory=dict)


def at_levels(table: SourceTable, levels: Levels) -> SourceTable:
    """The table with coarser codes. levels: for each dimension finest code to its word, for all
    tables or, under ``own_level``, for one; codes that are not named, and dimensions, stay as they
    are."""
    words = {
        d.name: {d.codes[leaf]: level.get(d.codes[leaf], d.codes[leaf]) for leaf in d.leaves}
        for d in table.cube.dimensions
        for level in [_level(table, d.name, levels)]
        if level
    }
    if not words:
        return table
    cube = table.cube

    def coarse(counts: Ints) -> Ints:
        return recoded(Cube(cube.dimensions, counts, cube.sensitive), words).counts

    return replace(
        table,
        cube=recoded(cube, words),
        own={who: coarse(counts) for who, counts in table.own.items()},
        records=None if table.records is None else coarse(table.records),
        impossible=_impossible(table, words),
    )


def own_level(code: str, dimension: str) -> str:
    """Under what name ``Levels`` have a dimension of the tables of that code alone."""
    return f"{code}/{dimension}"


def _level(table: SourceTable, dimension: str, levels: Levels) -> Mapping[str, str]:
    return levels.get(own_level(table.code, dimension)) or levels.get(dimension, {})


def for_protection(
    tables: Mapping[str, SourceTable], sources: Mapping[str, SourceTable], levels: Levels
) -> dict[str, CountedTable]:
    """As disclosure control takes them. tables: at these levels; sources: at their finest."""
    covers: dict[str, dict[str, dict[str, Extent]]] = {}
    for population in {table.population for table in tables.values()}:
        theirs = [one for one in sources.values() if one.population == population]
        covers[population] = extents(theirs, levels)
    return {
        name: CountedTable(
            table.cube,
            table.population,
            table.where,
            table.own,
            covers[table.population],
            table.is_open,
        )
        for name, table in tables.items()
    }


def extents(tables: Sequence[SourceTable], levels: Levels) -> dict[str, dict[str, Extent]]:
    """For each dimension of these tables at their finest level, and each code as published, which
    finest codes it covers."""
    found: dict[str, dict[str, Extent]] = {}
    for table in tables:
        for d in at_levels(table, levels).cube.dimensions:
            fine = next(one for one in table.cube.dimensions if one.name == d.name)
            level = _level(table, d.name, levels)
            words = {
                fine.codes[leaf]: level.get(fine.codes[leaf], fine.codes[leaf])
                for leaf in fine.leaves
            }
            for place, code in enumerate(d.codes):
                below = {d.codes[leaf] for leaf in d.leaves if place in d.above[leaf]}
                covered = frozenset(one for one, word in words.items() if word in below)
                mine = found.setdefault(d.name, {})
                mine[code] = mine.get(code, frozenset()) | covered
    for table in tables:
        for name, code in table.where.items():
            known = found.setdefault(name, {})
            for part in code.split(ANY_OF):
                known.setdefault(part, _meant(tables, table, name, part))
            known[code] = frozenset().union(*(known[part] for part in code.split(ANY_OF)))
    return found


def _meant(tables: Sequence[SourceTable], table: SourceTable, name: str, code: str) -> Extent:
    """The finest codes a condition of a table means: as the tables have them that are by this
    dimension, else as it is declared."""
    declared = table.meant.get(name, {}).get(code, ())
    for one in tables if declared else ():
        for d in one.cube.dimensions:
            if d.name == name and code in d.places:
                place = d.places[code]
                return frozenset(d.codes[leaf] for leaf in d.leaves if place in d.above[leaf])
    return frozenset(declared or (code,))


def _impossible(table: SourceTable, words: Mapping[str, Mapping[str, str]]) -> frozenset[Codes]:
    """Coarse cells all of whose finest ones are impossible."""
    if not table.impossible:
        return frozenset()
    cube = table.cube
    possible: set[Codes] = set()
    excluded: set[Codes] = set()
    leaves = [[d.codes[leaf] for leaf in d.leaves] for d in cube.dimensions]
    for places in np.ndindex(*(len(some) for some in leaves)):
        codes = tuple(some[at] for some, at in zip(leaves, places, strict=True))
        coarse = tuple(
            words.get(d.name, {}).get(code, code)
            for d, code in zip(cube.dimensions, codes, strict=True)
        )
        (excluded if codes in table.impossible else possible).add(coarse)
    return frozenset(excluded - possible)


def as_bytes(counts: ReleaseCounts) -> bytes:
    """Everything, canonical and small; the same counts give the same bytes."""
    said = {
        "tables": {name: _table_as_json(table) for name, table in counts.tables.items()},
        "inclusions": [
            [
                *(one.inner, dict(one.inner_where), one.outer, dict(one.outer_where)),
                *(list(one.along), list(one.inner_also), list(one.outer_also)),
            ]
            for one in counts.inclusions
        ],
        "coverage": counts.coverage,
        "provenance": counts.provenance,
        "not_collected": counts.not_collected,
        "labels": counts.labels,
        "quality": counts.quality,
    }
    return zlib.compress(json.dumps(said, sort_keys=True, ensure_ascii=False).encode(), 9)


def from_bytes(data: bytes) -> ReleaseCounts:
    """The inverse of ``as_bytes``."""
    said = json.loads(zlib.decompress(data))
    return ReleaseCounts(
        {name: _table_from_json(one) for name, one in said["tables"].items()},
        tuple(_inclusion(*one) for one in said["inclusions"]),
        tuple((a, b, c, d) for a, b, c, d in said["coverage"]),
        said["provenance"],
        {name: tuple(codes) for name, codes in said["not_collected"].items()},
        said["labels"],
        tuple((a, b, c, d, e) for a, b, c, d, e in said["quality"]),
    )


def _inclusion(
    inner: str,
    inner_where: Mapping[str, str],
    outer: str,
    outer_where: Mapping[str, str],
    along: Sequence[str],
    *also: Sequence[Sequence[Any]],
) -> Inclusion:
    """Of the first releases nothing is kept in ``also``."""
    rest = [tuple((who, where) for who, where in some) for some in also]
    return Inclusion(inner, inner_where, outer, outer_where, tuple(along), *rest)


def _table_as_json(table: SourceTable) -> dict[str, Any]:
    cube = table.cube
    return {
        "code": table.code,
        "period": table.period,
        "population": table.population,
        "where": table.where,
        **({"meant": table.meant} if table.meant else {}),
        "sensitive": cube.sensitive,
        "dimensions": [[d.name, d.codes, d.parents] for d in cube.dimensions],
        "counts": _finest(cube, cube.counts),
        "own": {who: _finest(cube, counts) for who, counts in table.own.items()},
        "records": None if table.records is None else _finest(cube, table.records),
        "impossible": sorted(table.impossible),
        "is_open": table.is_open,
        **({"titles": dict(table.titles)} if table.titles else {}),
    }


def _table_from_json(said: Mapping[str, Any]) -> SourceTable:
    dimensions = [Dimension(n, tuple(c), tuple(p)) for n, c, p in said["dimensions"]]

    def cube(rows: Sequence[Sequence[Any]]) -> Cube:
        finest = {tuple(row[:-1]): int(row[-1]) for row in rows}
        return cube_of(dimensions, finest, said["sensitive"])

    return SourceTable(
        said["code"],
        said["period"],
        said["population"],
        cube(said["counts"]),
        said["where"],
        {who: cube(rows).counts for who, rows in said["own"].items()},
        None if said["records"] is None else cube(said["records"]).counts,
        {
            name: {code: tuple(finest) for code, finest in codes.items()}
            for name, codes in said.get("meant", {}).items()
        },
        frozenset(tuple(codes) for codes in said["impossible"]),
        said.get("is_open", False),
        titles=said.get("titles", {}),
    )


def _finest(cube: Cube, counts: Ints) -> list[list[Any]]:
    mask = cube.finest() & (counts != 0)
    return [
        [*(d.codes[at] for d, at in zip(cube.dimensions, places, strict=True)), int(counts[places])]
        for places in map(tuple, np.argwhere(mask))
    ]


def changed_persons(before: SourceTable, now: SourceTable) -> int:
    """By how many persons two tables of the same population and period differ: those who came or
    those who went, whichever are more; somebody who moved to another cell is among both."""
    then, here = (
        {tuple(row[:-1]): int(row[-1]) for row in _finest(one.cube, one.cube.counts)}
        for one in (before, now)
    )
    moves = [here.get(cell, 0) - then.get(cell, 0) for cell in here.keys() | then.keys()]
    return max(sum(by for by in moves if by > 0), -sum(by for by in moves if by < 0))
